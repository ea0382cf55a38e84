import hashlib

from django import forms
from django.contrib.auth import authenticate, password_validation
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Person, Role, Unit
from accounts.text import CleanCharField, clean_query

LONGEST_PASSWORD = 1000


class PasswordField(CleanCharField):
    """A password as it was typed, spaces and all, but in one form of å."""

    def __init__(self, *, autocomplete, **kwargs):
        widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
        super().__init__(max_length=LONGEST_PASSWORD, strip=False, widget=widget, **kwargs)


class SignInForm(forms.Form):
    username = CleanCharField(
        label=_("User name"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
        error_messages={"required": _("Write your user name.")},
    )
    password = PasswordField(
        label=_("Password"),
        autocomplete="current-password",
        error_messages={"required": _("Write your password.")},
    )

    def __init__(self, request, *args, **kwargs):
        self.request = request
        super().__init__(*args, **kwargs)

    def clean(self):
        """Ask the backends who this is; `self.person` is the answer."""
        username, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        self.person = None
        if username and password:
            self.person = authenticate(self.request, username=username, password=password)
            if self.person is None:
                raise forms.ValidationError(
                    _(
                        "User name and password do not belong together. Check both and try "
                        "again, or ask an administrator for a new password."
                    )
                )


class KeptForm(forms.ModelForm):
    """A row that administrators keep: tells what it changes, and when somebody was there before.

    The hidden field `seen` is a mark of the values that the form was opened on. When the row has
    other values by now, `is_stale` is true, the form says which, and sending it again saves it.
    """

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    is_stale = False

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.before = self.values()
        self.initial.setdefault("seen", self.mark())

    def values(self):
        """The kept values in forms that JSON can hold."""
        return {
            name: value if isinstance(value := getattr(self.instance, name), bool) else _word(value)
            for name in self._meta.fields
        }

    def mark(self):
        return hashlib.sha256(repr(self.before).encode()).hexdigest()[:16]

    def clean(self):
        super().clean()
        if self.instance.pk and self.cleaned_data.get("seen") not in ("", self.mark()):
            self.is_stale = True
            self.data = self.data.copy()
            self.data[self.add_prefix("seen")] = self.mark()
            raise forms.ValidationError(
                _(
                    "Somebody else has changed this since you opened the page. It now says: "
                    "%(now)s. What you wrote stands below; save again if it is to hold."
                ),
                params={"now": "; ".join(self.in_words(self.before))},
            )

    def in_words(self, values):
        return [f"{self.fields[name].label}: {value or '–'}" for name, value in values.items()]

    def changes(self):
        """What saving has changed: {field: [old, new]}."""
        after = self.values()
        return {name: [old, after[name]] for name, old in self.before.items() if old != after[name]}


def _word(value):
    return "" if value is None else str(value)


class PersonForm(KeptForm):
    """A person as the administrators keep them."""

    name = CleanCharField(
        label=_("Name"), max_length=120, error_messages={"required": _("Write a name.")}
    )
    username = CleanCharField(
        label=_("User name"),
        max_length=150,
        validators=[
            RegexValidator(
                r"^[\w.@+-]+$", _("Use only letters, digits and . - _ @ + in the user name.")
            )
        ],
        help_text=_("What the person signs in with."),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "autocomplete": "off"}),
        error_messages={"required": _("Write a user name.")},
    )
    email = forms.EmailField(
        label=_("E-mail"),
        required=False,
        max_length=254,
        help_text=_("Reminders are sent here."),
        error_messages={"invalid": _("Write an e-mail address, such as name@example.se.")},
    )
    title = CleanCharField(
        label=pgettext_lazy("of a person", "Title"), max_length=120, required=False
    )
    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        choices=Role.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Roles can be combined."),
        error_messages={"required": _("Choose at least one role.")},
    )
    new_password = PasswordField(
        label=_("New password"),
        required=False,
        autocomplete="new-password",
        help_text=_(
            "At least 15 characters; a few words in a row are easy to remember. "
            "Leave it empty to keep the one there is."
        ),
    )

    class Meta:
        model = Person
        fields = ["name", "title", "unit", "email", "username", "is_active"]
        help_texts = {
            "is_active": _(
                "Without it the person is out at the next click. What they have written stays."
            )
        }

    field_order = [
        "name", "title", "unit", "email", "roles", "is_active", "username", "new_password"
    ]  # fmt: skip

    def __init__(self, *args, by, **kwargs):
        self.by = by
        super().__init__(*args, **kwargs)
        self.initial.setdefault("roles", self.before["roles"])
        self.fields["unit"].empty_label = _("No unit")

    def values(self):
        held = self.instance.roles if self.instance.pk else ()
        return super().values() | {"roles": [role.value for role in Role if role in held]}

    def in_words(self, values):
        labels = [str(Role(role).label) for role in values["roles"]]
        values = values | {"roles": ", ".join(labels)}
        values["is_active"] = _("yes") if values["is_active"] else _("no")
        return super().in_words(values)

    def clean_username(self):
        username = self.cleaned_data["username"]
        others = Person.objects.exclude(pk=self.instance.pk)
        if others.filter(username__iexact=username).exists():
            raise forms.ValidationError(_("Somebody already has that user name."))
        return username

    def clean_new_password(self):
        password = self.cleaned_data["new_password"]
        if password:
            password_validation.validate_password(password, self.instance)
        return password

    def clean_roles(self):
        roles = self.cleaned_data["roles"]
        if self.instance == self.by and Role.ADMIN not in roles:
            raise forms.ValidationError(
                _(
                    "You cannot take the administrator role from yourself. "
                    "Another administrator can."
                )
            )
        return roles

    def clean_is_active(self):
        is_active = self.cleaned_data["is_active"]
        if self.instance == self.by and not is_active:
            raise forms.ValidationError(
                _("You cannot shut yourself out. Another administrator can.")
            )
        return is_active

    def clean(self):
        super().clean()
        stays = self.cleaned_data.get("is_active") and Role.ADMIN in self.cleaned_data.get(
            "roles", [Role.ADMIN]
        )
        if self.instance.pk and not stays and Person.objects.is_last_administrator(self.instance):
            raise forms.ValidationError(
                _("This is the last administrator. Give the role to somebody else first.")
            )

    def save(self):
        """Save the person, their roles and, if one was written, their password."""
        if self.cleaned_data["new_password"]:
            self.instance.set_password(self.cleaned_data["new_password"])
        elif not self.instance.pk:
            self.instance.set_unusable_password()
        person = super().save()
        person.hold_roles(self.cleaned_data["roles"])
        return person


class UnitForm(KeptForm):
    """A unit as the administrators keep it."""

    name = CleanCharField(
        label=_("Name"), max_length=120, error_messages={"required": _("Write a name.")}
    )

    class Meta:
        model = Unit
        fields = ["name", "manager"]
        help_texts = {"manager": _("Who answers for the unit.")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["manager"].queryset = Person.objects.active()
        self.fields["manager"].empty_label = _("Nobody yet")

    def clean_name(self):
        name = self.cleaned_data["name"]
        if Unit.objects.exclude(pk=self.instance.pk).filter(name__iexact=name).exists():
            raise forms.ValidationError(_("There is already a unit with that name."))
        return name


class PeopleFilterForm(forms.Form):
    """What the list of people is narrowed by; what is not known narrows nothing."""

    q = forms.CharField(label=_("Name"), required=False)
    roll = forms.ChoiceField(
        label=_("Role"), required=False, choices=[("", _("All roles")), *Role.choices]
    )

    def narrow(self, people):
        query = clean_query(self.data.get("q", ""))
        if query:
            people = people.named(query)
        if self.data.get("roll") in Role.values:
            people = people.with_role(self.data["roll"])
        return people

    @property
    def is_narrowing(self):
        return any(self.data.get(name) for name in self.fields)
