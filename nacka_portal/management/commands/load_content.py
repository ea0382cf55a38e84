from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from nacka_portal import content, demo


class Command(BaseCommand):
    help = "Load the content of the report; what is already there is left as it is."

    def add_arguments(self, parser):
        parser.add_argument(
            "--from",
            dest="directory",
            type=Path,
            default=settings.BASE_DIR / "content",
            help="the directory with the content files",
        )

    def handle(self, *, directory, **options):
        now = timezone.now()
        # In a demo the report came in before what the fictional organisation did with it.
        at = demo.begins_at(now) if settings.DEMO else now
        try:
            created = content.load(content.read(directory), at=at)
        except content.ContentFault as fault:
            raise CommandError(str(fault)) from None
        new = [f"{count} {model._meta.model_name}" for model, count in created.items() if count]
        self.stdout.write(f"Loaded {', '.join(new)}." if new else "The content is already loaded.")
