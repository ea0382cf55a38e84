from django.urls import path

from dialogue import views

urlpatterns = [
    path("synpunkter/<slug:name>/<int:pk>/", views.comments, name="comments"),
    path("synpunkter/<int:pk>/", views.comment, name="comment"),
    path("synpunkter/<int:pk>/tillbakatagande/", views.withdrawal, name="comment-withdrawal"),
    path("folj/<slug:name>/<int:pk>/", views.follow, name="follow"),
]
