"""The stored e-mail: a row is the truth, Celery only the hands (at least once, never lost).

A row is written in the transaction of what caused it, claimed for a time (a lease) by one worker,
sent outside any transaction, and its result written down. What a killed worker left behind is
claimed again when the lease has run out, with the same Message-ID.
"""

import uuid
from datetime import timedelta

from django.db import models
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Person

# Mails are personal: what stood in them is forgotten after this time.
BODIES_KEPT = timedelta(days=30)


class EmailQuerySet(models.QuerySet):
    def due(self, now):
        """Keep what may be sent: queued and its time has come, or left behind by a dead worker."""
        return self.filter(
            models.Q(status=Email.Status.QUEUED, send_after__lte=now)
            | models.Q(status=Email.Status.SENDING, lease_until__lte=now)
        )

    def claim(self, now, lease, pk=None):
        """Take one due e-mail for the time `lease` and return it, or None when there is none.

        With `pk`, take that one or none. One statement, committed before the work: of several
        workers each gets another row, and the attempt is counted also when the worker dies in it.
        """
        found = self.raw(
            """
            WITH taken AS MATERIALIZED (
                SELECT id FROM outbox_email
                WHERE ((status = 'queued' AND send_after <= %(now)s)
                       OR (status = 'sending' AND lease_until <= %(now)s))
                  AND (%(pk)s::bigint IS NULL OR id = %(pk)s)
                ORDER BY send_after, id
                LIMIT 1
                FOR UPDATE SKIP LOCKED
            )
            UPDATE outbox_email
            SET status = 'sending', lease_until = %(until)s,
                attempts = attempts + 1, unfinished = unfinished + 1
            FROM taken WHERE outbox_email.id = taken.id
            RETURNING outbox_email.*
            """,
            {"now": now, "until": now + lease, "pk": pk},
        )
        return next(iter(found), None)

    def failed(self):
        return self.filter(status=Email.Status.FAILED)

    def troubled(self):
        """Keep what has not come through: given up, or tried and waiting to be tried again."""
        return self.filter(
            models.Q(status=Email.Status.FAILED)
            | models.Q(status__in=[Email.Status.QUEUED, Email.Status.SENDING], attempts__gt=0)
            & ~models.Q(why="")
        )

    def forget_bodies(self, now):
        """Empty what was written in mails that are long done; that they were sent stays known."""
        done = [Email.Status.SENT, Email.Status.CANCELLED, Email.Status.FAILED]
        begun = Coalesce("retried_at", "created_at")
        old = self.alias(begun=begun).filter(status__in=done, begun__lt=now - BODIES_KEPT)
        return old.exclude(text="", html="").update(text="", html="")


class Email(models.Model):
    """One e-mail to one person; `key` says what makes it the same e-mail."""

    class Status(models.TextChoices):
        QUEUED = "queued", _("Waiting to be sent")
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Could not be delivered")
        CANCELLED = "cancelled", _("No longer wanted")

    class Why(models.TextChoices):
        NO_ANSWER = "no_answer", _("The mail server does not answer.")
        SIGN_IN = "sign_in", _("The mail server does not accept how the portal signs in.")
        BUSY = "busy", _("The recipient's mail server asks us to wait.")
        REFUSED = "refused", _("The recipient's mail server does not accept the mail.")
        NO_ADDRESS = "no_address", _("The person has no e-mail address.")
        BROKEN = "broken", _("The mail could not be written. It is a fault in the portal.")
        CRASHED = "crashed", _("The sending broke off five times. It is a fault in the portal.")
        GAVE_UP = "gave_up", _("The mail could not be delivered in three days.")
        LEFT = "left", _("The person no longer uses the portal.")
        SWITCHED_OFF = "switched_off", _("The person has switched off this kind of mail.")
        SETTLED = "settled", _("What it was about was settled before it was sent.")
        NOT_ALLOWED = "not_allowed", _("This installation may not send to that address.")

    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(_("kind"), max_length=40)
    to = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="emails", verbose_name=_("to")
    )
    data = models.JSONField(default=dict)
    message_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # Written when it is sent, from what is so then.
    address = models.EmailField(_("address"), blank=True)
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    text = models.TextField(_("text"), blank=True)
    html = models.TextField(blank=True)

    status = models.CharField(_("state"), choices=Status, default=Status.QUEUED, max_length=20)
    created_at = models.DateTimeField(_("written"))
    send_after = models.DateTimeField(_("send after"))
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    # Attempts since the last one that ended in an answer, good or bad: a crash leaves none.
    unfinished = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    why = models.CharField(_("why not"), choices=Why, blank=True, default="", max_length=20)
    reply = models.CharField(_("what the mail server said"), max_length=300, blank=True)
    retried_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    retried_at = models.DateTimeField(null=True, blank=True)

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
            ),
            models.Index(fields=["-created_at", "-id"], name="outbox_email_latest"),
            models.Index(fields=["kind", "to", "-sent_at"], name="outbox_email_kind_to"),
        ]

    def __str__(self):
        return self.subject or self.key

    def get_absolute_url(self):
        return reverse("outbox-email", args=[self.pk])

    @property
    def begun_at(self):
        """From when on its delivery is tried: since it was written, or somebody asked again."""
        return self.retried_at or self.created_at

    @property
    def may_be_retried(self):
        return self.status == self.Status.FAILED

    # Verbs: what came of an attempt. A result is written only by who still holds the lease.

    def write(self, content, address):
        """Keep what is about to be sent, so that a crash leaves it to be read."""
        self._save(address=address, subject=content.subject, text=content.text, html=content.html)

    def mark_sent(self, now):
        """Note that it was handed over; true also for who lost the lease meanwhile."""
        done = {"status": self.Status.SENT, "sent_at": now, "lease_until": None, "unfinished": 0}
        Email.objects.filter(pk=self.pk).update(**done, why="", reply="")

    def put_off(self, until, why, reply="", *, is_answered=True):
        """Try again after `until`. `is_answered` is false when the attempt led to no answer."""
        self._save(
            status=self.Status.QUEUED,
            send_after=until,
            lease_until=None,
            why=why,
            reply=reply,
            unfinished=0 if is_answered else self.unfinished,
        )

    def fail(self, why, reply=""):
        """Give up, visibly: leadership support sees it with its reason."""
        self._save(status=self.Status.FAILED, lease_until=None, why=why, reply=reply)

    def cancel(self, why):
        """Leave it unsent, because it is no longer wanted."""
        self._save(status=self.Status.CANCELLED, lease_until=None, why=why)

    def retry(self, *, by, at):
        """Send a failed e-mail anew; return whether it was one."""
        return bool(
            Email.objects.failed()
            .filter(pk=self.pk)
            .update(
                status=self.Status.QUEUED,
                send_after=at,
                unfinished=0,
                attempts=0,
                retried_by=by,
                retried_at=at,
            )
        )

    def _save(self, **values):
        held = Email.objects.filter(pk=self.pk, status=self.Status.SENDING, attempts=self.attempts)
        if held.update(**values):
            for name, value in values.items():
                setattr(self, name, value)


class MailSwitchQuerySet(models.QuerySet):
    def is_off(self, person, kind):
        return self.filter(person=person, kind=kind).exists()

    def off_for(self, person):
        """Return the names of the kinds that `person` has switched off."""
        return set(self.filter(person=person).values_list("kind", flat=True))

    def switch_off(self, person, kind):
        self.get_or_create(person=person, kind=kind)

    def switch_on(self, person, kind):
        self.filter(person=person, kind=kind).delete()


class MailSwitch(models.Model):
    """A kind of mail that a person has switched off; off means off."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="mail_switches")
    kind = models.CharField(max_length=40)

    objects = MailSwitchQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "kind"], name="outbox_mailswitch_once")
        ]

    def __str__(self):
        return f"{self.person}: {self.kind} off"


class HeartbeatManager(models.Manager):
    def note(self, name, now):
        self.update_or_create(name=name, defaults={"seen_at": now})

    def seen_at(self, name):
        """Return when `name` was last seen, or None."""
        return self.filter(name=name).values_list("seen_at", flat=True).first()


class Heartbeat(models.Model):
    """When the scheduler's message last went all the way through a worker to the database."""

    name = models.CharField(max_length=40, unique=True)
    seen_at = models.DateTimeField()

    objects = HeartbeatManager()

    def __str__(self):
        return f"{self.name}: {self.seen_at}"
