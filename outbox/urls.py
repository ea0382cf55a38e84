from django.urls import path

from outbox import views

urlpatterns = [
    path("min-profil/utskick/", views.mail_switches, name="mail-switches"),
    path("uppfoljning/utskick/", views.outbox, name="outbox"),
    path("uppfoljning/utskick/<int:pk>/", views.email, name="outbox-email"),
    path("uppfoljning/utskick/<int:pk>/forsok-igen/", views.retry, name="outbox-retry"),
    path("uppfoljning/utskick/<int:pk>/utseende/", views.email_html, name="outbox-email-html"),
    path("utskick/avanmalan/<str:token>/", views.unsubscribe, name="unsubscribe"),
]
