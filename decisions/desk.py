"""Where a decision on an item or an action is prepared, checked and published."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from accounts import drafts
from agenda.models import Action, Status
from decisions.forms import DecisionForm, meeting_number
from decisions.models import Decision, field_for, is_open


@dataclass
class Difference:
    """A field of a draft that two people have written differently."""

    name: str
    label: str
    mine: str
    theirs: str


class DecisionDesk:
    """One subject, the draft on it if there is one, and what `user` may do with it.

    `replaces` is the published decision that the new one takes the place of.
    """

    def __init__(self, subject, user, on, *, replaces=None, meeting=None):
        self.subject, self.user, self.on = subject, user, on
        self.replaces = replaces
        self.typed = None
        self.meeting = meeting_number(meeting)

    @property
    def is_about_action(self):
        return isinstance(self.subject, Action)

    @property
    def url(self):
        if self.replaces:
            return reverse("decision-replacement", args=[self.replaces.pk])
        if self.is_about_action:
            return reverse("action-decision", args=[self.subject.number])
        return reverse("item-decision", args=[self.subject.pk])

    @property
    def publish_perm(self):
        return "decisions.decide_action" if self.is_about_action else "decisions.decide_item"

    @cached_property
    def may_publish(self):
        return self.user.has_perm(self.publish_perm, self.subject)

    @cached_property
    def draft(self):
        """What somebody saved for the city director, or None."""
        drafts_on = Decision.objects.preparing().about(self.subject)
        return drafts_on.select_related("prepared_by").first()

    @cached_property
    def standing(self):
        """The published decision on the subject that stands now, or None."""
        return Decision.standing_on(self.subject)

    @property
    def is_open(self):
        return self.replaces is not None or is_open(self.subject)

    @property
    def state(self):
        """The state of the subject, in words."""
        if self.is_about_action:
            return self.subject.get_state_display()
        return self.subject.get_status_display()

    def effect(self, form):
        """Return in words what publishing does to the subject."""
        outcome = form.cleaned_data.get("outcome")
        if self.is_about_action:
            return _("The state of the proposed action becomes “%(state)s”.") % {
                "state": Decision.Outcome(outcome).label
            }
        if self.replaces:
            return _("The item keeps its state and its place; decision %(number)s is replaced.") % {
                "number": self.replaces.number
            }
        return _("The state of the item becomes “%(state)s”. Its place in the order stays.") % {
            "state": Status.DECIDED.label
        }

    @property
    def missing(self):
        """The labels of the commission fields that an item lacks before it can be decided."""
        if self.is_about_action or self.replaces:
            return []
        return self.subject.missing_fields

    @property
    def draft_key(self):
        return f"decision:{field_for(self.subject)}:{self.subject.pk}"

    def form(self, post=None):
        """Return the form with what was posted, else with what was typed or saved before."""
        kwargs = {
            "on": self.on,
            "has_outcome": self.is_about_action,
            "draft_key": self.draft_key,
        }
        if post is not None:
            return DecisionForm(post, **kwargs)
        initial, self.typed = drafts.restore(self.user, self.draft_key, self._initial())
        return DecisionForm(initial=initial, **kwargs)

    def _initial(self):
        hidden = {"version": self.draft.version if self.draft else 0, "meeting": self.meeting}
        source = self.draft or self.replaces
        if source:
            return hidden | {name: getattr(source, name) for name in Decision.TEXTS}
        return hidden | {"title": self.subject.title, "mandate": _("The city director")}

    def differences(self, form, current):
        """Return the fields where the form and the draft as it is saved now differ."""
        found = []
        for name in form.texts:
            mine, theirs = form.texts[name], getattr(current, name)
            if mine != theirs:
                label = form.fields[name].label
                found.append(Difference(name, label, as_text(mine), as_text(theirs)))
        return found

    def agreements(self, form, current):
        """Return {name: text} of the fields that do not differ, for hidden fields."""
        differing = {difference.name for difference in self.differences(form, current)}
        return {
            name: as_text(value) for name, value in form.texts.items() if name not in differing
        } | {"meeting": form.cleaned_data["meeting"] or ""}


def as_text(value):
    """Return a value of the form as its field would send it."""
    if value is None:
        return ""
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
