from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Person, Role
from accounts.text import CleanCharField, CleanTextField
from accounts.versions import VersionField

OWNER_ROLES = [Role.MANAGER, Role.SLG, Role.CITY_DIRECTOR, Role.SUPPORT]


class PlatformAreaForm(forms.Form):
    """The proposed wording of an area; what is not settled is left empty."""

    title = CleanCharField(
        label=_("Title"), max_length=200, error_messages={"required": _("Write a title.")}
    )
    summary = CleanTextField(
        label=_("Summary"), max_length=2000, error_messages={"required": _("Write a summary.")}
    )
    mandate = CleanTextField(
        label=_("Mandate"),
        max_length=2000,
        required=False,
        rows=3,
        help_text=_("Who may decide what in the area. Leave it empty until it is settled."),
    )
    financing = CleanTextField(
        label=_("Financing"),
        max_length=2000,
        required=False,
        rows=3,
        help_text=_("Who pays for what several use, and how those who go first are helped."),
    )
    arrangement = CleanTextField(
        label=_("Common, coordinated or local"),
        max_length=2000,
        required=False,
        rows=3,
        help_text=_("What is the same for all, what is agreed on, and what each unit settles."),
    )
    owner = forms.ModelChoiceField(
        label=_("Owner"),
        queryset=Person.objects.none(),
        required=False,
        empty_label=_("Nobody yet"),
        error_messages={"invalid_choice": _("Choose somebody in the list.")},
    )
    version = VersionField()

    def __init__(self, *args, draft_key, may_appoint, **kwargs):
        super().__init__(*args, **kwargs)
        self.draft_key = draft_key
        if may_appoint:
            self.fields["owner"].queryset = Person.objects.active().with_role(*OWNER_ROLES)
        else:
            del self.fields["owner"]

    @property
    def texts(self):
        """The cleaned fields of the wording itself."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class AdoptionForm(forms.Form):
    reason = CleanTextField(
        label=_("Reason"),
        max_length=2000,
        help_text=_("Why this wording, and on whose mandate."),
        error_messages={"required": _("Write why.")},
    )
    version = VersionField()

    def __init__(self, *args, draft_key, **kwargs):
        super().__init__(*args, **kwargs)
        self.draft_key = draft_key
