from django.urls import path

from followup import views

urlpatterns = [
    path("agenda/<int:pk>/avstamning/", views.check_in, name="check-in"),
    path("agenda/<int:pk>/avstamning/angra/", views.take_back, name="check-in-take-back"),
    path("agenda/<int:pk>/avstamning/inget-nytt/", views.no_news, name="no-news"),
    path("agenda/<int:pk>/rytm/", views.follow_up_plan, name="follow-up-plan"),
]
