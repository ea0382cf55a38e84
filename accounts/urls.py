from django.urls import path

from accounts import views

urlpatterns = [
    path("utkast/", views.draft, name="draft"),
]
