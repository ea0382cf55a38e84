"""What has been mentioned to whom, so that nobody is told the same thing twice (rule 7)."""

from django.conf import settings
from django.db import models

from outbox.models import Email


class ReminderLineQuerySet(models.QuerySet):
    def standing(self):
        """Keep the lines of mails that were sent or still may be: a failed mail told nobody."""
        told_nobody = [Email.Status.FAILED, Email.Status.CANCELLED]
        return self.exclude(email__status__in=told_nobody)

    def told(self):
        return self.filter(email__status=Email.Status.SENT)


class ReminderLine(models.Model):
    """A thing that a mail reminds of: once before it is due and once after, and never again."""

    class Stage(models.TextChoices):
        BEFORE = "before"
        AFTER = "after"

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    # What it is about, with its date: a new date is a new thing ("check-in:12:2026-11-26").
    about = models.CharField(max_length=120)
    stage = models.CharField(choices=Stage, max_length=6)
    email = models.ForeignKey(Email, on_delete=models.CASCADE, related_name="+")

    objects = ReminderLineQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "about", "stage"], name="reminders_line_once_per_stage"
            )
        ]

    def __str__(self):
        return f"{self.person}: {self.about} ({self.stage})"


class ReadMarkManager(models.Manager):
    def read_at(self, person):
        """Return until when `person` has read the news, or None."""
        return self.filter(person=person).values_list("read_at", flat=True).first()

    def set(self, person, moment):
        """Move the mark to `moment`, never back."""
        mark, is_new = self.get_or_create(person=person, defaults={"read_at": moment})
        if not is_new and mark.read_at < moment:
            self.filter(pk=mark.pk).update(read_at=moment)


class ReadMark(models.Model):
    """Until when a person has read the news on the start page."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="read_mark"
    )
    read_at = models.DateTimeField()

    objects = ReadMarkManager()

    def __str__(self):
        return f"{self.person}: {self.read_at}"


class DigestRunQuerySet(models.QuerySet):
    def unfinished(self):
        return self.filter(is_done=False).order_by("pk")

    def begin_day(self, on, now):
        """Begin the regular run of the day `on`, once."""
        self.get_or_create(on=on, asked_by=None, defaults={"at": now})

    def ask(self, on, *, by, at):
        """Begin a run that somebody asked for."""
        return self.create(on=on, asked_by=by, at=at)


class DigestRun(models.Model):
    """The writing of the digests for a day, person by person; an unfinished one is gone on with."""

    on = models.DateField()
    at = models.DateTimeField()
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    # The key of the last person that was looked at.
    reached = models.PositiveBigIntegerField(default=0)
    written = models.PositiveIntegerField(default=0)
    is_done = models.BooleanField(default=False)

    objects = DigestRunQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["on"],
                condition=models.Q(asked_by=None),
                name="reminders_digestrun_one_a_day",
            )
        ]

    def __str__(self):
        return str(self.on)
