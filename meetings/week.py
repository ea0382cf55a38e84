"""What the group looks at together while the meeting is open."""

from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from accounts import drafts
from agenda.board import Board
from agenda.models import Backlog
from agenda.rows import make_rows
from followup.models import CheckIn, Light, with_latest_light
from followup.workdays import add_working_days
from meetings.entries import EntryList, since_last
from meetings.forms import OutcomeForm
from meetings.models import Entry


class Week:
    """The open `meeting`: one entry at hand, the whole list, and the backlog beside.

    `key` names the entry at hand (a text from the address); without it, it is the first that has
    no outcome. `faulty` is an outcome form that was sent and refused; `theirs` is the entry as
    somebody else saved it meanwhile. The projector shows no board.
    """

    def __init__(self, meeting, user, now, *, key="", with_board=True, faulty=None, theirs=None):
        self.meeting, self.user, self.now = meeting, user, now
        self.key, self.with_board = key, with_board
        self.faulty, self.theirs = faulty, theirs

    @cached_property
    def list(self):
        return EntryList(self.meeting, self.user, with_rows=False)

    @cached_property
    def board(self):
        board = make_board(self.meeting, self.user, back=self.url)
        board.backlog = self.backlog
        return board

    @cached_property
    def backlog(self):
        return Backlog.objects.current()

    @property
    def url(self):
        """The address of this page with the same entry at hand."""
        url = self.meeting.get_absolute_url()
        return f"{url}?punkt={self.line.entry.pk}" if self.line else url

    @cached_property
    def line(self):
        """The entry at hand, or None when the list is empty."""
        lines = self.list.lines
        return self.list.line_of(self.key) or next(iter(self.list.unhandled or lines), None)

    @cached_property
    def previous(self):
        return self._neighbour(-1)

    @cached_property
    def next(self):
        return self._neighbour(1)

    def _neighbour(self, step):
        if self.line is None:
            return None
        index = self.line.number - 1 + step
        return self.list.lines[index] if 0 <= index < len(self.list.lines) else None

    # The entry at hand

    @cached_property
    def row(self):
        """The item at hand with place, light and what changed since the last meeting, or None."""
        item = self.line and self.line.entry.item
        if not item:
            return None
        if self.with_board and (row := self._row_on_board(item)):
            return row
        item.light = self.check_in.light if self.check_in else None
        [row] = make_rows([item], since=since_last(self.meeting), light_words=dict(Light.choices))
        return row

    def _row_on_board(self, item):
        shown = [row for column in self.board.columns for row in column.rows]
        return next((row for row in [*shown, *self.board.unplaced] if row.item == item), None)

    @cached_property
    def check_in(self):
        """The latest check-in on the item at hand, or None."""
        item = self.line and self.line.entry.item
        return CheckIn.objects.latest_for(item) if item else None

    @cached_property
    def may_write(self):
        return self.user.has_perm("meetings.write_outcome", self.meeting)

    @cached_property
    def may_run(self):
        return self.user.has_perm("meetings.run", self.meeting)

    @cached_property
    def decision_url(self):
        """Where the one who may prepare or publish a decision on the entry at hand does it."""
        subject = self.line and self.line.entry.subject
        if not subject or not self.user.has_perm("decisions.prepare", subject):
            return ""
        if self.line.entry.item:
            url = reverse("item-decision", args=[subject.pk])
        else:
            url = reverse("action-decision", args=[subject.number])
        return f"{url}?mote={self.meeting.pk}"

    @cached_property
    def place_url(self):
        """Where the item at hand is moved, for those who may and while it has a place to leave."""
        item = self.line and self.line.entry.item
        if not item or not item.is_open or not self.board.may_place:
            return ""
        back = urlencode({"tillbaka": self.url})
        return f"{reverse('meeting-place', args=[self.meeting.pk, item.pk])}?{back}"

    @cached_property
    def form(self):
        """The form for what came of the entry at hand, with what was typed into it before."""
        if self.line is None or not self.may_write:
            return None
        if self.faulty is not None:
            return self.faulty
        entry, on = self.line.entry, timezone.localdate(self.now)
        initial = {
            "outcome": entry.outcome if entry.has_outcome else None,
            "text": entry.outcome_text,
            "question_to": entry.question_to_id or (entry.item and entry.item.owner_id),
            "due_on": entry.due_on or add_working_days(on, 5),
            "version": entry.version,
        }
        if self.line.decision and not entry.has_outcome:
            initial["outcome"] = Entry.Outcome.DECISION
            initial["text"] = str(self.line.decision)
        initial, self.draft = drafts.restore(self.user, outcome_draft_key(entry), initial)
        form = OutcomeForm(initial=initial, entry=entry, on=on)
        form.draft_key = outcome_draft_key(entry)
        return form

    draft = None

    # Following

    @cached_property
    def version(self):
        return f"{self.backlog.version}.{self.meeting.version}"

    @property
    def live_url(self):
        return f"{reverse('meeting-live', args=[self.meeting.pk])}?v={self.version}"

    @property
    def clock_url(self):
        """The address that the projector asks each few seconds."""
        key = self.line.entry.pk if self.line else ""
        url = reverse("meeting-live", args=[self.meeting.pk])
        return f"{url}?vy=projektor&punkt={key}&v={self.projector_version}"

    @property
    def projector_version(self):
        """Changes with the list, the order and the minute: the clock on the wall goes."""
        return f"{self.version}.{timezone.localtime(self.now):%H%M}"

    @property
    def minutes_left(self):
        """Whole minutes until the planned end; negative when it has passed."""
        return int((self.meeting.ends_at - self.now).total_seconds() // 60)

    @property
    def minutes_over(self):
        return max(0, -self.minutes_left)


def version_of(meeting):
    """Return what changes with the order of the agenda and with the meeting's list."""
    return f"{Backlog.objects.current().version}.{meeting.version}"


def outcome_draft_key(entry):
    return f"outcome:{entry.pk}"


def make_board(meeting, user, back="", **shown):
    """Return the agenda's board, whose moves are moves of this meeting."""
    return Board(
        user,
        place_url="meeting-place",
        focus_url="meeting-focus",
        url_args=(meeting.pk,),
        may_place=user.has_perm("meetings.place_item", meeting),
        since=since_last(meeting),
        annotate=with_latest_light,
        light_words=dict(Light.choices),
        back=back or meeting.get_absolute_url(),
        **shown,
    )
