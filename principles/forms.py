from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Person, Role
from accounts.text import CleanCharField, CleanTextField
from accounts.versions import VersionField

OWNER_ROLES = [Role.MANAGER, Role.SLG, Role.CITY_DIRECTOR, Role.SUPPORT]


class WordingForm(forms.Form):
    """What the forms for a wording share: a heading, a summary, and the version they rest on."""

    title = CleanCharField(
        label=_("Title"), max_length=200, error_messages={"required": _("Write a title.")}
    )
    summary = CleanTextField(
        label=_("Summary"), max_length=2000, error_messages={"required": _("Write a summary.")}
    )
    version = VersionField()

    def __init__(self, *args, draft_key, **kwargs):
        super().__init__(*args, **kwargs)
        self.draft_key = draft_key

    @property
    def texts(self):
        """The cleaned fields of the wording itself."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class PrincipleForm(WordingForm):
    promotes = CleanTextField(
        label=_("What it promotes"),
        max_length=2000,
        error_messages={"required": _("Write what the principle promotes.")},
    )
    test_question = CleanTextField(
        label=_("Test question"),
        max_length=600,
        rows=2,
        help_text=_("The question that an item or a change of organisation is held against."),
        error_messages={"required": _("Write the test question.")},
    )
    owner = forms.ModelChoiceField(
        label=_("Owner"),
        queryset=Person.objects.none(),
        required=False,
        empty_label=_("Nobody yet"),
        error_messages={"invalid_choice": _("Choose somebody in the list.")},
    )

    def __init__(self, *args, may_appoint, **kwargs):
        super().__init__(*args, **kwargs)
        if may_appoint:
            self.fields["owner"].queryset = Person.objects.active().with_role(*OWNER_ROLES)
        else:
            del self.fields["owner"]


class TargetPictureForm(WordingForm):
    """The target picture; each of its sentences has a field of its own."""

    PREFIX = "statement_"

    def __init__(self, *args, statements, **kwargs):
        super().__init__(*args, **kwargs)
        for statement in statements:
            self.fields[f"{self.PREFIX}{statement.pk}"] = CleanTextField(
                label=statement.get_perspective_display(),
                max_length=600,
                rows=2,
                error_messages={"required": _("Write the sentence.")},
            )

    @property
    def texts(self):
        texts = super().texts
        return {name: texts[name] for name in texts if not name.startswith(self.PREFIX)}

    @property
    def statements(self):
        """The cleaned sentences as {pk: text}."""
        return {
            int(name.removeprefix(self.PREFIX)): value
            for name, value in self.cleaned_data.items()
            if name.startswith(self.PREFIX)
        }


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
