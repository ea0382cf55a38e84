from django.urls import path

from meetings.views import entries, meetings, running

urlpatterns = [
    path("moten/", meetings.meetings, name="meetings"),
    path("moten/nytt/", meetings.meeting_new, name="meeting-new"),
    path("moten/<int:pk>/", meetings.meeting, name="meeting"),
    path("moten/<int:pk>/lage/", meetings.meeting_state, name="meeting-state"),
    path("moten/<int:pk>/tid/", meetings.meeting_time, name="meeting-time"),
    path("moten/<int:pk>/installt/", meetings.meeting_cancellation, name="meeting-cancellation"),
    path("moten/<int:pk>/nu/", running.live, name="meeting-live"),
    path("moten/<int:pk>/plats/<int:item_pk>/", running.meeting_place, name="meeting-place"),
    path(
        "moten/<int:pk>/sarskilt-fokus/<int:item_pk>/",
        running.meeting_focus,
        name="meeting-focus",
    ),
    path("moten/<int:pk>/punkter/ny/", entries.entry_new, name="entry-new"),
    path("moten/<int:pk>/punkter/<int:entry_pk>/", entries.entry, name="entry"),
    path("moten/<int:pk>/punkter/<int:entry_pk>/plats/", entries.entry_place, name="entry-place"),
    path(
        "moten/<int:pk>/punkter/<int:entry_pk>/bort/", entries.entry_removal, name="entry-removal"
    ),
    path(
        "moten/<int:pk>/punkter/<int:entry_pk>/utfall/", running.entry_outcome, name="entry-outcome"
    ),
    path("moten/<int:pk>/punkter/<int:entry_pk>/svar/", entries.entry_answer, name="entry-answer"),
]
