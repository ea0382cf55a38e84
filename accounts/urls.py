from django.urls import path

from accounts import views

urlpatterns = [
    path("logga-in/", views.login, name="login"),
    path("logga-in/demo/", views.demo_login, name="demo-login"),
    path("logga-ut/", views.logout, name="logout"),
    path("sprak/", views.language, name="language"),
    path("utkast/", views.draft, name="draft"),
]
