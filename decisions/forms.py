from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.text import CleanCharField, CleanTextField
from accounts.versions import VersionField
from decisions.models import Decision


class DecisionForm(forms.Form):
    """The texts of a decision. `on` is today, `has_outcome` whether it can also be no."""

    # A row of the hidden meeting that is no number counts as none.
    MAX_ROW = 2**31 - 1

    outcome = forms.ChoiceField(
        label=_("Outcome"),
        choices=Decision.Outcome.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose the outcome."),
            "invalid_choice": _("Choose one of the outcomes."),
        },
    )
    title = CleanCharField(
        label=_("Title"),
        max_length=200,
        error_messages={"required": _("Give the decision a title.")},
    )
    text = CleanTextField(
        label=_("Decision"),
        max_length=4000,
        help_text=_("What is decided, so that somebody who was not there can act on it."),
        error_messages={"required": _("Write what is decided.")},
    )
    reason = CleanTextField(
        label=_("Reason"),
        max_length=4000,
        help_text=_(
            "Why, and what spoke against. Leave out what is secret or private to a person."
        ),
        error_messages={"required": _("Write why.")},
    )
    mandate = CleanCharField(
        label=_("Mandate"),
        max_length=300,
        help_text=_("Whose mandate the decision rests on, in words."),
        error_messages={"required": _("Say whose mandate the decision rests on.")},
    )
    review_on = forms.DateField(
        label=_("Review"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("The day when we ask whether it was right. Not needed for a rejection."),
        error_messages={
            "required": _("Choose a day for the review."),
            "invalid": _("Write the date as 2026-11-24."),
        },
    )
    version = VersionField()
    meeting = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, on, has_outcome, draft_key, **kwargs):
        super().__init__(*args, **kwargs)
        self.on, self.draft_key = on, draft_key
        if not has_outcome:
            del self.fields["outcome"]
            self.fields["review_on"].help_text = _("The day when we ask whether it was right.")
        elif self.data.get("outcome") == Decision.Outcome.REJECTED:
            self.fields["review_on"].required = False

    def clean_meeting(self):
        return meeting_number(self.cleaned_data["meeting"])

    def clean_review_on(self):
        review_on = self.cleaned_data["review_on"]
        if review_on and review_on <= self.on:
            raise ValidationError(_("Choose a day that is still to come."))
        return review_on

    @property
    def texts(self):
        """The cleaned texts, as `Decision` takes them."""
        return {name: self.cleaned_data[name] for name in Decision.TEXTS if name in self.fields}


def meeting_number(text):
    """Return the number of a meeting as an int, or None; whether it is open, publishing asks."""
    text = str(text or "")
    if text.isdecimal() and len(text) < 11 and 0 < int(text) <= DecisionForm.MAX_ROW:
        return int(text)
    return None
