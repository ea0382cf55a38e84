"""Every address of the portal. Each app lists its own; composed pages stand in `pages`."""

from django.urls import include, path

from nacka_portal import health

urlpatterns = [
    path("halsa/", health.alive, name="health"),
    path("redo/", health.ready, name="ready"),
    path("", include("accounts.urls")),
    path("", include("nacka_portal.pages.urls")),
    path("", include("meetings.urls")),
    path("", include("reports.urls")),
    path("", include("reminders.urls")),
    path("", include("decisions.urls")),
    path("", include("dialogue.urls")),
    path("", include("followup.urls")),
    path("", include("prioritisation.urls")),
    path("", include("agenda.urls")),
    path("", include("principles.urls")),
    path("", include("platform_areas.urls")),
    path("", include("outbox.urls")),
]

handler400 = "nacka_portal.errors.bad_request"
handler403 = "nacka_portal.errors.permission_denied"
handler404 = "nacka_portal.errors.not_found"
handler500 = "nacka_portal.errors.server_error"
