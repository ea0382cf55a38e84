"""The pages that show things from several apps."""

from django.urls import path

from nacka_portal.pages import agenda_list, item

urlpatterns = [
    path("agenda/", agenda_list.agenda, name="agenda"),
    path("agenda/<int:pk>/", item.item, name="item"),
    path("agenda/<int:pk>/plats/", agenda_list.item_place, name="item-place"),
    path("agenda/<int:pk>/sarskilt-fokus/", agenda_list.item_focus, name="item-focus"),
]
