from django.urls import path

from principles import views

urlpatterns = [
    path("principer/", views.principles, name="principles"),
    path("principer/<slug:slug>/text/", views.principle_text, name="principle-text"),
    path("principer/<slug:slug>/antagande/", views.principle_adoption, name="principle-adoption"),
    path("malbild/text/", views.target_picture_text, name="target-picture-text"),
    path("malbild/antagande/", views.target_picture_adoption, name="target-picture-adoption"),
]
