from django.urls import path

from reminders import views

urlpatterns = [
    path("att-gora/last/", views.news_read, name="news-read"),
    path("uppfoljning/", views.follow_up, name="follow-up"),
    path("uppfoljning/utskick/dagens/", views.digests_now, name="digests-now"),
]
