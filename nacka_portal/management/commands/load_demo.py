from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from nacka_portal import demo


class Command(BaseCommand):
    help = "Add the fictional demo organisation, once. Only where DEMO=1."

    def handle(self, **options):
        if not settings.DEMO:
            raise CommandError("The fictional organisation is only for a demo: set DEMO=1.")
        if demo.load(timezone.now()):
            self.stdout.write("Added the fictional demo organisation.")
        else:
            self.stdout.write("The demo organisation is already there.")
