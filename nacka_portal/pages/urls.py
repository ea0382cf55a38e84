"""The pages that show things from several apps."""

from django.urls import path

from nacka_portal.pages import (
    about,
    agenda_list,
    decision,
    item,
    people,
    profile,
    proposals,
    search,
    start,
)

urlpatterns = [
    path("", start.start, name="start"),
    path("om/", about.about, name="about"),
    path("tillganglighet/", about.accessibility, name="accessibility"),
    path("sa-har-gor-vi/", about.how_we_work, name="how-we-work"),
    path("sok/", search.search, name="search"),
    path("atgarder/<int:number>/", proposals.action, name="action"),
    path("principer/<slug:slug>/", proposals.principle, name="principle"),
    path("malbild/", proposals.target_picture, name="target-picture"),
    path("plattform/<slug:slug>/", proposals.platform_area, name="platform-area"),
    path("beslut/<int:pk>/", decision.decision, name="decision"),
    path("agenda/", agenda_list.agenda, name="agenda"),
    path("agenda/<int:pk>/", item.item, name="item"),
    path("agenda/<int:pk>/plats/", agenda_list.item_place, name="item-place"),
    path("agenda/<int:pk>/sarskilt-fokus/", agenda_list.item_focus, name="item-focus"),
    path("enheter/", people.units, name="units"),
    path("enheter/<int:pk>/", people.unit_edit, name="unit-edit"),
    path("enheter/ny/", people.unit_new, name="unit-new"),
    path("min-profil/", profile.profile, name="profile"),
    path("personer/", people.people, name="people"),
    path("personer/<int:pk>/", people.person_edit, name="person-edit"),
    path("personer/ny/", people.person_new, name="person-new"),
]
