from django.urls import path

from platform_areas import views

urlpatterns = [
    path("plattform/", views.platform_areas, name="platform-areas"),
    path("plattform/<slug:slug>/text/", views.area_text, name="platform-area-text"),
    path("plattform/<slug:slug>/antagande/", views.area_adoption, name="platform-area-adoption"),
]
