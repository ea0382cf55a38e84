from django.urls import path

from prioritisation import views

urlpatterns = [
    path("prioriteringsgrunder/", views.criteria, name="criteria"),
]
