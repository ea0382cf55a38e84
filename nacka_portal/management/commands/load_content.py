from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from nacka_portal import content


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
        try:
            created = content.load(content.read(directory), at=timezone.now())
        except content.ContentFault as fault:
            raise CommandError(str(fault)) from None
        new = [f"{count} {model._meta.model_name}" for model, count in created.items() if count]
        self.stdout.write(f"Loaded {', '.join(new)}." if new else "The content is already loaded.")
