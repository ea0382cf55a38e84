from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RemindersConfig(AppConfig):
    name = "reminders"

    def ready(self):
        from outbox.kinds import Kind, register
        from reminders import digest

        register(
            Kind(
                digest.KIND,
                _("Daily summary: what waits for you, and news of what you follow"),
                render=digest.render,
                is_still_wanted=digest.is_still_wanted,
            )
        )
