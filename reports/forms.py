import datetime as dt

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from accounts.text import CleanCharField, CleanTextField
from accounts.versions import VersionField
from reports.models import ProgressReport

FIRST_DAY, LAST_DAY = dt.date(2000, 1, 1), dt.date(2100, 12, 31)


class DayField(forms.DateField):
    """A day in a year that a report can be about."""

    default_error_messages = {
        "required": _("Give a day."),
        "invalid": _("Write the date as 2026-11-24."),
    }

    def __init__(self, **kwargs):
        super().__init__(
            widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
            validators=[
                MinValueValidator(FIRST_DAY, _("Choose a day from 2000 to 2100.")),
                MaxValueValidator(LAST_DAY, _("Choose a day from 2000 to 2100.")),
            ],
            **kwargs,
        )


class PeriodForm(forms.Form):
    """The two days that a report lies between."""

    from_on = DayField(label=_("First day"))
    to_on = DayField(label=_("Last day"))

    def clean(self):
        data = super().clean()
        from_on, to_on = data.get("from_on"), data.get("to_on")
        if from_on and to_on and to_on < from_on:
            self.add_error(
                "to_on",
                _("The period ends before it begins. Choose a last day after the first."),
            )
        return data


class NewReportForm(PeriodForm):
    title = CleanCharField(
        label=_("Title"),
        max_length=200,
        required=False,
        help_text=_("Left empty, the report is named after its period."),
    )
    field_order = ["from_on", "to_on", "title"]


class ReportForm(PeriodForm):
    """The words of a draft; one field for each of `sections`, whose sentence stands as its hint."""

    COMMENT_LENGTH = 2000

    title = CleanCharField(
        label=_("Title"),
        max_length=200,
        error_messages={"required": _("Give the report a title.")},
    )
    summary = CleanTextField(
        label=_("Summary"),
        required=False,
        max_length=6000,
        rows=10,
        help_text=_("What you would say to somebody who reads nothing else. Stands first."),
    )
    what_changed = CleanTextField(
        label=_("What this edition changes"),
        required=False,
        max_length=2000,
        rows=3,
        help_text=_("What was wrong in the edition before, and what is right. Stands on both."),
    )
    version = VersionField()
    field_order = ["title", "from_on", "to_on", "what_changed", "summary"]

    def __init__(self, *args, report, sections, **kwargs):
        super().__init__(*args, **kwargs)
        self.draft_key = self.key_of(report)
        if report.corrects_id is None:
            del self.fields["what_changed"]
        for section in sections:
            self.fields[f"comment_{section.key}"] = CleanTextField(
                label=section.title,
                required=False,
                max_length=self.COMMENT_LENGTH,
                rows=2,
                help_text=section.lead,
            )

    @staticmethod
    def key_of(report):
        """Return the key of the draft of what is being typed into the form."""
        return f"report:{report.pk}"

    @staticmethod
    def initial_of(report):
        return {
            **{name: getattr(report, name) for name in ("title", "from_on", "to_on", "summary")},
            "what_changed": report.what_changed,
            "version": report.version,
            **{f"comment_{key}": text for key, text in report.comments.items()},
        }

    @property
    def texts(self):
        """The cleaned words, as `ProgressReport` takes them."""
        comments = {
            name.removeprefix("comment_"): text
            for name, text in self.cleaned_data.items()
            if name.startswith("comment_") and text
        }
        names = [name for name in ProgressReport.TEXTS if name in self.fields]
        return {name: self.cleaned_data[name] for name in names} | {"comments": comments}
