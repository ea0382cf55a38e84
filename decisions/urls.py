from django.urls import path

from decisions import views

urlpatterns = [
    path("beslut/", views.decisions, name="decisions"),
    path("beslut/<int:pk>/ersattning/", views.replacement, name="decision-replacement"),
    path("atgarder/<int:number>/beslut/", views.action_decision, name="action-decision"),
    path("agenda/<int:pk>/beslut/", views.item_decision, name="item-decision"),
]
