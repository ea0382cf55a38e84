from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.text import CleanCharField, CleanTextField
from accounts.versions import VersionField
from followup.models import LIGHT_MEANINGS, CheckIn, FollowUpPlan, Light, Need
from followup.workdays import add_months

NO_ANSWER = ("", _("I do not answer this time"))
LONGEST_PLAN = 24  # months


class CheckInForm(forms.Form):
    """An update that takes under two minutes: a light and a headline; the rest when wanted."""

    light = forms.ChoiceField(
        label=_("How it goes"),
        choices=Light.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how it goes.")},
    )
    headline = CleanTextField(
        label=_("In short"),
        help_text=_("What should the one who reads only this know?"),
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3, "data-aim": CheckIn.HEADLINE_AIM[1]}),
        error_messages={
            "required": _("Write in short how it goes."),
            "max_length": _(
                "Shorten it to at most %(limit_value)d characters (it has %(show_value)d). "
                "Under More there is room for details."
            ),
        },
    )
    next_step = CleanCharField(label=_("Next step"), max_length=300, required=False)
    need = forms.ChoiceField(
        label=_("Is the need still there?"),
        choices=[NO_ANSWER, *Need.choices],
        widget=forms.RadioSelect,
        required=False,
        help_text=_("When the need is met or gone, ending the item is a good ending."),
    )
    delivered = CleanTextField(
        label=_("Delivered since last time"),
        max_length=2000,
        rows=3,
        required=False,
    )
    details = CleanTextField(label=_("Details"), max_length=5000, required=False)

    MORE = ["delivered", "details"]

    @property
    def lights(self):
        """The radio buttons of the light, each with its value and its meaning for the reader."""
        for radio, value in zip(self["light"], Light, strict=True):
            yield radio, value, LIGHT_MEANINGS[value]

    @property
    def is_more_open(self):
        """Whether something has been written where the form is folded."""
        return any(self[name].value() or self[name].errors for name in self.MORE)


class FollowUpPlanForm(forms.Form):
    """How often, when next, and whether it rests."""

    version = VersionField()
    rhythm = forms.ChoiceField(
        label=_("Rhythm"),
        choices=FollowUpPlan.Rhythm.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how often.")},
    )
    next_due_on = forms.DateField(
        label=_("Next check-in"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_(
            "Left empty, it is one period from today. A free day moves to the next working day."
        ),
    )
    paused_until = forms.DateField(
        label=_("Paused until"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_(
            "During a pause nothing is asked. The next check-in is one full period after it. "
            "Empty the date to end the pause."
        ),
    )
    pause_reason = CleanCharField(
        label=_("Why it is paused"),
        max_length=300,
        required=False,
    )

    def __init__(self, *args, on, plan=None, **kwargs):
        self.on, self.plan = on, plan
        # 0 says that there was no plan when the form was opened.
        kwargs["initial"] = {"version": 0}
        if plan:
            kwargs["initial"] = {
                "version": plan.version,
                "rhythm": plan.rhythm,
                "next_due_on": plan.next_due_on,
                "paused_until": plan.paused_until if plan.is_paused(on) else None,
                "pause_reason": plan.pause_reason if plan.is_paused(on) else "",
            }
        super().__init__(*args, **kwargs)

    def clean_version(self):
        return self.cleaned_data["version"] or 0

    def clean_next_due_on(self):
        date = self.cleaned_data["next_due_on"]
        is_as_before = self.plan and date == self.plan.next_due_on
        return date if is_as_before else self._coming(date)

    def clean_paused_until(self):
        date = self.cleaned_data["paused_until"]
        if date and date <= self.on:
            raise ValidationError(_("Write a date after today, or leave it empty."))
        return self._coming(date)

    def clean(self):
        data = super().clean()
        if data.get("paused_until") and not data.get("pause_reason"):
            self.add_error("pause_reason", _("Write why it is paused, so that others understand."))
        return data

    def _coming(self, date):
        if date and date < self.on:
            raise ValidationError(_("Write a date that has not passed."))
        if date and date > add_months(self.on, LONGEST_PLAN):
            raise ValidationError(_("Write a date within two years."))
        return date
