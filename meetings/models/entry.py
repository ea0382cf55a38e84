"""A line on a meeting's list, and what came of it."""

import pgtrigger
from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Max, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.versions import StaleVersion, save_version
from activity.models import Event
from agenda.models import Action, Item
from decisions.models import Decision
from meetings.models.meeting import Meeting, MeetingNotOpen, MeetingNotPlanned


class AlreadyOnList(Exception):
    """The item or action stands on the list already, as `entry`."""

    def __init__(self, entry):
        self.entry = entry
        super().__init__("already on the list")


class EntryHasOutcome(Exception):
    """The meeting has already written what came of the entry, so it is not taken off the list."""


class EntryQuerySet(models.QuerySet):
    def for_list(self):
        """Fetch what a row of the list shows, in its order."""
        return self.select_related(
            "item__owner",
            "item__focus_area",
            "action",
            "decision",
            "question_to",
            "outcome_by",
            "carried_from__meeting",
        ).order_by("position")

    def questions(self):
        """Keep the questions that closed meetings have asked."""
        return self.filter(outcome=Entry.Outcome.QUESTION, meeting__state=Meeting.State.CLOSED)

    def unanswered(self):
        return self.filter(answered_at__isnull=True)

    def questions_to(self, person):
        """Keep what closed meetings asked of `person` and got no answer to; nearest due first."""
        asked = self.questions().unanswered().filter(question_to=person)
        return asked.select_related("meeting__forum", "item", "action").order_by("due_on", "pk")


class Entry(models.Model):
    """Something for the meeting to take up: an agenda item, a proposed action, or a free line."""

    class Outcome(models.TextChoices):
        NONE = "none", _("Not taken up")
        DECISION = "decision", _("Decision")
        MOVE = "move", _("Moved")
        QUESTION = "question", _("Question to somebody")
        NO_ACTION = "no_action", _("No action")
        CARRIED_OVER = "carried_over", _("To the next meeting")

    meeting = models.ForeignKey(
        Meeting, on_delete=models.CASCADE, related_name="entries", verbose_name=_("meeting")
    )
    item = models.ForeignKey(
        Item,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="entries",
        verbose_name=_("agenda item"),
    )
    action = models.ForeignKey(
        Action,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="entries",
        verbose_name=_("proposed action"),
    )
    title = models.CharField(_("title"), max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(_("place"))
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=5)
    why = models.CharField(_("why it is here"), max_length=300, blank=True)
    carried_from = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="carried_to",
        verbose_name=_("carried over from"),
    )

    outcome = models.CharField(_("outcome"), choices=Outcome, default=Outcome.NONE, max_length=20)
    outcome_text = models.TextField(_("what came of it"), max_length=2000, blank=True)
    outcome_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("written by"),
    )
    outcome_at = models.DateTimeField(_("written"), null=True, blank=True)
    question_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="questions",
        verbose_name=_("question to"),
    )
    due_on = models.DateField(_("answer by"), null=True, blank=True)
    decision = models.ForeignKey(
        Decision,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="entries",
        verbose_name=_("decision"),
    )
    answer = models.TextField(_("answer"), max_length=2000, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = EntryQuerySet.as_manager()

    class Meta:
        ordering = ["meeting", "position"]
        verbose_name = _("meeting entry")
        verbose_name_plural = _("meeting entries")
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "position"],
                name="meetings_entry_one_per_place",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.UniqueConstraint(
                fields=["meeting", "item"], name="meetings_entry_item_once_per_meeting"
            ),
            models.UniqueConstraint(
                fields=["meeting", "action"], name="meetings_entry_action_once_per_meeting"
            ),
            models.CheckConstraint(
                condition=Q(item__isnull=False, action__isnull=True, title="")
                | Q(item__isnull=True, action__isnull=False, title="")
                | (Q(item__isnull=True, action__isnull=True) & ~Q(title="")),
                name="meetings_entry_is_about_one_thing",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="question")
                | Q(question_to__isnull=False, due_on__isnull=False),
                name="meetings_entry_question_has_whom_and_when",
                violation_error_message=_("Say who is asked, and by when."),
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True) | (Q(outcome="question") & ~Q(answer="")),
                name="meetings_entry_answer_to_a_question",
            ),
        ]
        triggers = [
            # What a closed meeting wrote stays; only the answer to its question comes later.
            pgtrigger.Trigger(
                name="closed_is_frozen",
                level=pgtrigger.Row,
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                declare=[("later", "text[] := ARRAY['answer', 'answered_at', 'version']")],
                func="""
                    IF TG_OP = 'UPDATE' THEN
                        IF to_jsonb(NEW) - later = to_jsonb(OLD) - later THEN
                            RETURN NEW;
                        END IF;
                    END IF;
                    IF EXISTS (
                        SELECT 1 FROM meetings_meeting
                        WHERE state = 'closed'
                        AND id = CASE WHEN TG_OP = 'INSERT' THEN NEW.meeting_id
                                      ELSE OLD.meeting_id END
                    ) THEN
                        RAISE EXCEPTION 'the meeting is closed';
                    END IF;
                    IF TG_OP = 'DELETE' THEN
                        RETURN OLD;
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self):
        return self.heading

    def get_absolute_url(self):
        return f"{reverse('meeting', args=[self.meeting_id])}#punkt-{self.pk}"

    # Questions

    @property
    def subject(self):
        """The item or action it is about; None for a free line."""
        return self.item or self.action

    @property
    def heading(self):
        return str(self.subject) if self.subject else self.title

    @property
    def has_outcome(self):
        return self.outcome != self.Outcome.NONE

    @property
    def goes_on(self):
        """Whether it goes to the next meeting when this one closes."""
        return self.outcome in {self.Outcome.NONE, self.Outcome.CARRIED_OVER}

    @property
    def is_question(self):
        return self.outcome == self.Outcome.QUESTION

    @property
    def is_answered(self):
        return self.answered_at is not None

    # Verbs: the list

    @classmethod
    @transaction.atomic
    def add(cls, meeting, *, by, at, item=None, action=None, title="", why="", minutes=5):
        """Put something last on the list of a meeting that is planned or open.

        Raises `AlreadyOnList`, or `MeetingNotPlanned` when the meeting is over.
        """
        _lock_list(meeting)
        subject = {"item": item} if item else {"action": action} if action else None
        if subject and (standing := meeting.entries.filter(**subject).first()):
            raise AlreadyOnList(standing)
        entry = cls.objects.create(
            meeting=meeting,
            item=item,
            action=action,
            title="" if subject else title,
            why=why,
            minutes=minutes,
            position=cls._last_position(meeting) + 1,
        )
        entry._record("meetings.entry_added", by=by, at=at, reason=why)
        return entry

    @transaction.atomic
    def place(self, where, *, by, at):
        """Move the entry on its list: "first", "last", "up", "down", or a place from 1."""
        _lock_list(self.meeting)
        self.refresh_from_db(fields=["position"])
        last = self._last_position(self.meeting)
        old = self.position
        wanted = {"first": 1, "last": last, "up": old - 1, "down": old + 1}.get(where, where)
        new = max(1, min(int(wanted), last))
        if new == old:
            return
        others = self.meeting.entries.exclude(pk=self.pk)
        if new < old:
            others.filter(position__gte=new, position__lt=old).update(position=F("position") + 1)
        else:
            others.filter(position__gt=old, position__lte=new).update(position=F("position") - 1)
        self._save(position=new)
        self._record("meetings.entry_placed", by=by, at=at, changes={"position": [old, new]})

    @transaction.atomic
    def revise(self, *, why, minutes, version, by, at):
        """Change why it is on the list and how long it may take; `StaleVersion` as for any text."""
        _lock_list(self.meeting)
        old = Entry.objects.get(pk=self.pk)
        self.why, self.minutes = why, minutes
        save_version(self, "version", ["why", "minutes"], version)
        changes = {
            "why_on_list": [old.why, why],
            "minutes": [old.minutes, minutes],
        }
        changes = {name: pair for name, pair in changes.items() if pair[0] != pair[1]}
        if changes:
            self._record("meetings.entry_revised", by=by, at=at, changes=changes)

    @transaction.atomic
    def remove(self, *, by, at, reason):
        """Take it off the list, "not this time"; raises `EntryHasOutcome` once there is one."""
        _lock_list(self.meeting)
        self.refresh_from_db(fields=["position", "outcome"])
        if self.has_outcome:
            raise EntryHasOutcome
        self._record("meetings.entry_removed", by=by, at=at, reason=reason)
        position = self.position
        self.delete()
        self.meeting.entries.filter(position__gt=position).update(position=F("position") - 1)

    # Verbs: what came of it

    @transaction.atomic
    def write_outcome(self, outcome, *, version, by, at, text="", question_to=None, due_on=None):
        """Write what the open meeting made of the entry.

        Raises `StaleVersion` when somebody else wrote after `version` was shown, and
        `MeetingNotOpen` when the meeting is not open.
        """
        meeting = Meeting.objects.lock(self.meeting_id)
        if not meeting.is_open:
            raise MeetingNotOpen(meeting)
        old = Entry.objects.get(pk=self.pk)
        is_question = outcome == self.Outcome.QUESTION
        self.outcome, self.outcome_text = outcome, text
        self.question_to = question_to if is_question else None
        self.due_on = due_on if is_question else None
        self.outcome_by, self.outcome_at = by, at
        fields = ["outcome", "outcome_text", "question_to", "due_on", "outcome_by", "outcome_at"]
        save_version(self, "version", fields, version)
        changes = {
            "entry_outcome": [str(old.outcome), str(outcome)],
            "entry_text": [old.outcome_text, text],
            "question_to": [str(old.question_to or ""), str(self.question_to or "")],
            "question_due_on": [str(old.due_on or ""), str(self.due_on or "")],
        }
        changes = {name: pair for name, pair in changes.items() if pair[0] != pair[1]}
        if changes:
            self._record("meetings.outcome_written", by=by, at=at, changes=changes)

    @transaction.atomic
    def give_answer(self, text, *, by, at):
        """Answer the question that a closed meeting asked; the first answer stands.

        Raises `StaleVersion` when it has been answered already.
        """
        answered = Entry.objects.questions().unanswered().filter(pk=self.pk)
        if not answered.update(answer=text, answered_at=at):
            raise StaleVersion(Entry.objects.get(pk=self.pk))
        self.answer, self.answered_at = text, at
        trail = {"by": by, "at": at, "entry": self.pk, "title": self.heading, "text": text}
        # Not `meeting`, which is for what was done in one: the answer comes afterwards.
        trail["asked_in"] = self.meeting_id
        if by.pk != self.question_to_id:
            trail["on_behalf_of"] = self.question_to
        target = self.subject or self.meeting
        Event.objects.record(target, "meetings.question_answered", **trail)

    def carry_to(self, meeting, *, by, at):
        """Put it first on the list of `meeting`, unless that already takes it up.

        The caller holds the lock of `meeting`.
        """
        subject = {"item": self.item_id} if self.item_id else {"action": self.action_id}
        if self.subject and meeting.entries.filter(**subject).exists():
            return
        meeting.entries.update(position=F("position") + 1)
        entry = Entry.objects.create(
            meeting=meeting,
            item=self.item,
            action=self.action,
            title=self.title,
            why=self.why,
            minutes=self.minutes,
            carried_from=self,
            position=1,
        )
        entry._record("meetings.entry_carried_over", by=by, at=at)

    def publish(self, *, by, at):
        """Tell on the item's or action's own trail what came of it: the meeting has closed."""
        if self.subject is None:
            return
        Event.objects.record(
            self.subject,
            "meetings.outcome_recorded",
            by=by,
            at=at,
            reason=self.outcome_text,
            meeting=self.meeting_id,
            entry=self.pk,
            outcome=str(self.outcome),
            question_to=self.question_to and self.question_to.name,
            due_on=self.due_on and self.due_on.isoformat(),
        )

    # What the verbs share

    def _save(self, **values):
        Entry.objects.filter(pk=self.pk).update(**values)
        for name, value in values.items():
            setattr(self, name, value)

    def _record(self, verb, **trail):
        """Leave it on the meeting's trail, which only those see who may read the list."""
        Event.objects.record(self.meeting, verb, entry=self.pk, title=self.heading, **trail)
        self.meeting.count_up()

    @staticmethod
    def _last_position(meeting):
        return meeting.entries.aggregate(last=Max("position"))["last"] or 0


def _lock_list(meeting):
    """Lock the list for changes; raises `MeetingNotPlanned` when the meeting is over."""
    now = Meeting.objects.lock(meeting.pk)
    if not (now.is_planned or now.is_open):
        raise MeetingNotPlanned(now)
