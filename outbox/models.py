"""The stored e-mail: a row is the truth, Celery only the hands (TRUST: at least once, never lost).

A row is written in the transaction of what caused it, claimed for a time (a lease) by one worker,
sent outside any transaction, and its result written down. What a killed worker left behind is
claimed again when the lease has run out, with the same Message-ID.
"""

import uuid

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Person


class EmailQuerySet(models.QuerySet):
    def due(self, now):
        """Keep what may be sent: queued and its time has come, or left behind by a dead worker."""
        return self.filter(
            models.Q(status=Email.Status.QUEUED, send_after__lte=now)
            | models.Q(status=Email.Status.SENDING, lease_until__lte=now)
        )

    def failed(self):
        return self.filter(status=Email.Status.FAILED)


class Email(models.Model):
    """One e-mail to one person; `key` says what makes it the same e-mail."""

    class Status(models.TextChoices):
        QUEUED = "queued", _("Waiting to be sent")
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Could not be delivered")
        CANCELLED = "cancelled", _("No longer wanted")

    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(_("kind"), max_length=40)
    to = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="emails", verbose_name=_("to")
    )
    address = models.EmailField(_("address"), blank=True)
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    text = models.TextField(_("text"), blank=True)
    html = models.TextField(blank=True)
    data = models.JSONField(default=dict)
    message_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    status = models.CharField(_("state"), choices=Status, default=Status.QUEUED, max_length=20)
    created_at = models.DateTimeField(_("written"))
    send_after = models.DateTimeField(_("send after"))
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    error = models.TextField(_("why not"), blank=True)

    objects = EmailQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("e-mail")
        verbose_name_plural = _("e-mails")
        indexes = [
            models.Index(
                fields=["send_after"],
                name="outbox_email_due",
                condition=models.Q(status__in=["queued", "sending"]),
            )
        ]

    def __str__(self):
        return self.subject or self.key

    def get_absolute_url(self):
        return reverse("outbox-email", args=[self.pk])


class MailSwitch(models.Model):
    """A kind of mail that a person has switched off; off means off."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="mail_switches")
    kind = models.CharField(max_length=40)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "kind"], name="outbox_mailswitch_once")
        ]

    def __str__(self):
        return f"{self.person}: {self.kind} off"


class Heartbeat(models.Model):
    """When the scheduler's message last went all the way through a worker to the database."""

    name = models.CharField(max_length=40, unique=True)
    seen_at = models.DateTimeField()

    def __str__(self):
        return f"{self.name}: {self.seen_at}"
