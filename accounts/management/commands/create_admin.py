import secrets

from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.models import Person, Role
from accounts.text import clean_text


class Command(BaseCommand):
    help = "Create an administrator. Without --password one is made up and shown once."

    def add_arguments(self, parser):
        parser.add_argument("--username", help="what the person signs in with")
        parser.add_argument("--name", help="first name and last name")
        parser.add_argument("--email", default="", help="e-mail address")
        parser.add_argument("--password", help="at least 15 characters; left out, one is made up")

    @transaction.atomic
    def handle(self, *, username, name, email, password, **options):
        username = clean_text(username or self.ask("User name: ")).strip()
        name = clean_text(name or self.ask("Name: ")).strip()
        made_up = secrets.token_urlsafe(18)
        person = Person(username=username, name=name, email=email)
        person.set_password(password or made_up)
        try:
            if password:
                password_validation.validate_password(password, person)
            person.full_clean()
        except ValidationError as error:
            raise CommandError("\n".join(error.messages)) from None
        person.save()
        person.hold_roles([Role.ADMIN])
        self.stdout.write(f"{name} can now sign in as {username} and is an administrator.")
        if not password:
            self.stdout.write(f"Password, shown this once: {made_up}")

    def ask(self, question):
        try:
            return input(question)
        except EOFError:
            raise CommandError("Give --username and --name, as there is nobody to ask.") from None
