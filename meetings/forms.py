import datetime as dt

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import Person, Role
from accounts.text import CleanCharField, CleanTextField
from accounts.versions import VersionField
from agenda.models import Action, Item
from followup.workdays import is_working_day, next_working_day
from meetings.models import Entry, Forum

FAR_AWAY = dt.timedelta(days=2 * 365)
DATE = {"invalid": _("Write the date as 2026-11-24."), "required": _("Give a date.")}
TIME = {"invalid": _("Write the time as 09:00."), "required": _("Give a time.")}
NUMBER = {
    "invalid": _("Write the number of minutes in figures."),
    "min_value": _("Give at least %(limit_value)s minutes."),
    "max_value": _("Give at most %(limit_value)s minutes."),
    "required": _("Give the number of minutes."),
}


class DateField(forms.DateField):
    def __init__(self, **kwargs):
        kwargs.setdefault("error_messages", DATE)
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        super().__init__(widget=widget, **kwargs)


class MinutesField(forms.IntegerField):
    def __init__(self, **kwargs):
        super().__init__(error_messages=NUMBER, **kwargs)
        self.widget.attrs["inputmode"] = "numeric"


class TimeForm(forms.Form):
    """When a meeting is: a working day that has not passed. `now` is the moment of asking."""

    date = DateField(label=_("Date"))
    time = forms.TimeField(
        label=_("Time"),
        error_messages=TIME,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
    )
    length_minutes = MinutesField(label=_("Length in minutes"), min_value=5, max_value=600)

    def __init__(self, *args, now, **kwargs):
        super().__init__(*args, **kwargs)
        self.now = now

    def clean_date(self):
        date = self.cleaned_data["date"]
        if date < timezone.localdate(self.now):
            raise ValidationError(_("The day has passed. Choose a later one."))
        if date > timezone.localdate(self.now) + FAR_AWAY:
            raise ValidationError(_("Choose a day within the next two years."))
        if not is_working_day(date):
            instead = date_format(next_working_day(date), "DATE_FORMAT")
            raise ValidationError(
                _("That is no working day. The next one is %(day)s."), params={"day": instead}
            )
        return date

    @property
    def starts_at(self):
        data = self.cleaned_data
        return timezone.make_aware(dt.datetime.combine(data["date"], data["time"]))


class PlanForm(TimeForm):
    forum = forms.ModelChoiceField(
        Forum.objects.all(),
        label=_("Forum"),
        empty_label=None,
        error_messages={
            "required": _("Choose who meets."),
            "invalid_choice": _("Choose one of the forums."),
        },
    )
    field_order = ["forum", "date", "time", "length_minutes"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # A choice of one is no question.
        if Forum.objects.count() == 1:
            field = self.fields["forum"]
            field.widget = forms.HiddenInput()
            field.initial = Forum.objects.default()


class RescheduleForm(TimeForm):
    reason = CleanCharField(
        label=_("Why it is moved"),
        max_length=300,
        error_messages={"required": _("Say why the meeting is moved.")},
    )


class ReasonForm(forms.Form):
    """Why something is taken away; `missing` is what is said when it is left out."""

    reason = CleanCharField(label=_("Why"), max_length=300)

    def __init__(self, *args, missing, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].error_messages["required"] = missing


class EntryForm(forms.Form):
    """Why something is on the list, and how long it may take."""

    why = CleanCharField(
        label=_("Why it is on the list"),
        max_length=300,
        required=False,
        help_text=_("One sentence: what the meeting is to do with it."),
    )
    minutes = MinutesField(label=_("Minutes"), min_value=1, max_value=240, initial=5)
    version = VersionField()


class NewEntryForm(EntryForm):
    """Something for the list: an agenda item, a proposed action, or a line of its own."""

    item = forms.ModelChoiceField(
        Item.objects.open(), required=False, widget=forms.HiddenInput(), label=_("Agenda item")
    )
    action = forms.ModelChoiceField(
        Action.objects.all(), required=False, widget=forms.HiddenInput(), label=_("Proposed action")
    )
    title = CleanCharField(
        label=_("Title"),
        max_length=200,
        required=False,
        error_messages={"required": _("Write a title, or choose an agenda item.")},
    )
    field_order = ["title", "why", "minutes"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.subject:
            self.fields["title"].widget = forms.HiddenInput()
        else:
            self.fields["title"].required = True

    def clean(self):
        data = super().clean()
        if data.get("item") or data.get("action"):
            data["title"] = ""
        return data

    @property
    def subject(self):
        """The item or action that is asked for, also before the form is sent."""
        for name in ("item", "action"):
            field, value = self.fields[name], self[name].value()
            if value:
                try:
                    return field.clean(value)
                except ValidationError:
                    return None
        return None


class OutcomeForm(forms.Form):
    """What the meeting made of `entry`. `on` is today."""

    outcome = forms.ChoiceField(
        label=_("What came of it"),
        choices=[
            (value, label) for value, label in Entry.Outcome.choices if value != Entry.Outcome.NONE
        ],
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose what came of it."),
            "invalid_choice": _("Choose one of the outcomes."),
        },
    )
    text = CleanTextField(
        label=_("In words"),
        max_length=2000,
        required=False,
        rows=4,
        help_text=_("What was decided or said, so that somebody who was not there understands."),
    )
    question_to = forms.ModelChoiceField(
        Person.objects.none(),
        label=_("Question to"),
        required=False,
        empty_label=_("Choose a person"),
        error_messages={
            "required": _("Say who is asked."),
            "invalid_choice": _("Choose somebody on the list."),
        },
    )
    due_on = DateField(label=_("Answer by"), required=False)
    version = VersionField()

    def __init__(self, *args, entry, on, **kwargs):
        super().__init__(*args, **kwargs)
        self.on = on
        self.fields["question_to"].queryset = people_to_ask(entry)
        # In sight only when the outcome is a question (week.css), and needed then.
        is_question = self["outcome"].value() == Entry.Outcome.QUESTION
        for name in ("question_to", "due_on"):
            self.fields[name].required = is_question or not self.is_bound

    def clean(self):
        data = super().clean()
        match data.get("outcome"):
            case Entry.Outcome.QUESTION:
                self._require("text", _("Write the question."))
                self._check_due()
            case Entry.Outcome.DECISION:
                self._require("text", _("Write what was decided."))
        return data

    def _require(self, name, sentence):
        if not self.cleaned_data.get(name) and name not in self.errors:
            self.add_error(name, sentence)

    def _check_due(self):
        date = self.cleaned_data.get("due_on")
        if date is None:
            return
        if date < self.on:
            self.add_error("due_on", _("The day has passed. Choose a later one."))
        elif date > self.on + FAR_AWAY:
            self.add_error("due_on", _("Choose a day within the next two years."))
        elif not is_working_day(date):
            day = date_format(next_working_day(date), "DATE_FORMAT")
            message = _now("That is no working day. The next one is %(day)s.") % {"day": day}
            self.add_error("due_on", message)

    @property
    def written(self):
        """The cleaned fields as `Entry.write_outcome` takes them."""
        names = ["outcome", "text", "question_to", "due_on"]
        return {name: self.cleaned_data[name] for name in names}


class AnswerForm(forms.Form):
    text = CleanTextField(
        label=_("Your answer"),
        max_length=2000,
        error_messages={"required": _("Write the answer.")},
        help_text=_("Everybody can read it on the page of the meeting and of the item."),
    )


def people_to_ask(entry):
    """Return those a meeting puts questions to: managers and leadership, and who holds the item."""
    leading = Person.objects.with_role(Role.MANAGER, Role.SLG, Role.CITY_DIRECTOR, Role.SUPPORT)
    holding = [entry.item.owner_id, entry.item.deputy_id] if entry.item else []
    people = leading | Person.objects.filter(pk__in=[pk for pk in holding if pk])
    if entry.question_to_id:
        people |= Person.objects.filter(pk=entry.question_to_id)
    return people.active().distinct().order_by("sort_key", "pk")
