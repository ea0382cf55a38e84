from django.apps import AppConfig


class NackaPortalConfig(AppConfig):
    name = "nacka_portal"

    def ready(self):
        from decisions import occasions
        from decisions.models import Decision
        from dialogue import subjects
        from meetings.models import Meeting
        from nacka_portal import checks, words  # noqa: F401

        words.register_all()
        # Siblings do not import each other; the project lets them meet. A draft has no dialogue,
        # as what is said there would be read by all once it is published.
        subjects.register(
            "beslut", Decision, lambda user: Decision.objects.visible_to(user).published()
        )
        # A decision made in a meeting keeps it open until it stands in what the minutes tell.
        occasions.register_meetings(Meeting.objects.lock_if_open)
