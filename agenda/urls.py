"""The item's own page, the list and the moves compose several apps: see `nacka_portal.pages`."""

from django.urls import path

from agenda import views

urlpatterns = [
    path("agenda/ny/", views.item_new, name="item-new"),
    path("agenda/<int:pk>/text/", views.item_text, name="item-text"),
    path("agenda/<int:pk>/uppgifter/", views.item_facts, name="item-facts"),
    path("agenda/<int:pk>/svar/", views.item_answer, name="item-answer"),
    path("agenda/<int:pk>/lage/", views.item_state, name="item-state"),
    path("atgarder/", views.actions, name="actions"),
]
