from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.text import CleanCharField
from accounts.versions import VersionField
from agenda.models import Horizon, Item

MAX_PK = 2**63 - 1
UNPLACED = "none"


class PlaceForm(forms.Form):
    """Where an item is to stand, and why.

    The buttons of the board and dragging send the same fields as the form on the page. A move to
    another horizon needs a reason. `ask_room` adds the question of what leaves a full *Now*.
    """

    STEPS = ["first", "last", "up", "down"]
    RAISE = "raise"

    horizon = forms.ChoiceField(
        label=gettext_lazy("Horizon"),
        choices=[*Horizon.choices, (UNPLACED, gettext_lazy("No place on the agenda"))],
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose a horizon."),
            "invalid_choice": gettext_lazy("Choose one of the horizons in the list."),
        },
    )
    where = forms.ChoiceField(
        label=gettext_lazy("Place in the horizon"),
        choices=[(step, step) for step in [*STEPS, "position", "after"]],
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": gettext_lazy("Choose one of the places in the list.")},
    )
    position = forms.IntegerField(
        label=gettext_lazy("Number"),
        required=False,
        min_value=1,
        max_value=100_000,
        error_messages={
            "invalid": gettext_lazy("Write the place as a number, for example 3."),
            "min_value": gettext_lazy("The first place is number 1."),
            "max_value": gettext_lazy("Write a smaller number."),
        },
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    after = forms.IntegerField(
        required=False, min_value=1, max_value=MAX_PK, widget=forms.HiddenInput
    )
    reason = CleanCharField(
        label=gettext_lazy("Why"),
        max_length=300,
        required=False,
        help_text=gettext_lazy(
            "One line. Everybody can read it. Needed when the item changes horizon."
        ),
    )
    seen = VersionField()
    tillbaka = CleanCharField(max_length=500, required=False, widget=forms.HiddenInput)

    def __init__(self, *args, item, **kwargs):
        super().__init__(*args, **kwargs)
        self.item = item
        self.fields["where"].widget.choices = [
            ("first", _("First")),
            ("last", _("Last")),
            ("position", _("At the number below")),
        ]

    def clean_after(self):
        pk = self.cleaned_data["after"]
        if pk is None:
            return None
        item = Item.objects.filter(pk=pk).first()
        if item is None:
            raise forms.ValidationError(_("The item it is to stand after does not exist."))
        return item

    def clean(self):
        data = super().clean()
        if "horizon" in data:
            data["horizon"] = None if data["horizon"] == UNPLACED else data["horizon"]
            is_new_horizon = data["horizon"] != self.item.horizon
            if is_new_horizon and "reason" in data and not data["reason"]:
                self.add_error("reason", _("Write why the item moves to another horizon."))
        if data.get("where") == "position" and "position" in data and data["position"] is None:
            self.add_error("position", _("Write the number of the place."))
        return data

    @property
    def target(self):
        """What `Item.place` calls `where`."""
        where = self.cleaned_data["where"] or "last"
        return {
            "position": self.cleaned_data.get("position"),
            "after": self.cleaned_data.get("after") or "first",  # dropped above the first one
        }.get(where, where)

    @property
    def asked(self):
        """What was asked for, as a text: the same button pressed twice asks for the same."""
        where = self.target
        place = f"after {where.pk}" if isinstance(where, Item) else where
        return f"{self.cleaned_data['horizon']} {place}"

    @property
    def is_stale(self):
        """Whether the item has moved since the form was shown."""
        seen = self.cleaned_data.get("seen")
        return seen is not None and seen != self.item.place_version

    def ask_only(self, *names):
        """Keep what was answered in hidden fields, and show only the fields `names`."""
        for name, field in self.fields.items():
            if name not in names:
                field.widget = forms.HiddenInput()

    def ask_room(self, items, cap):
        """Ask which of `items` leaves *Now*, or why the cap is raised."""
        choices = [(str(item.pk), f"{item.rank}. {item.title}") for item in items]
        raised = _("Nothing moves out: raise the cap to %(cap)d") % {"cap": cap + 1}
        self.fields["room"] = forms.ChoiceField(
            label=_("What moves out?"),
            help_text=_("It goes to the top of Next, with the reason you give below."),
            choices=[*choices, (self.RAISE, raised)],
            widget=forms.RadioSelect,
            required=False,
            error_messages={
                "invalid_choice": _("Choose an item that is in Now, or to raise the cap.")
            },
        )
        self.order_fields(["horizon", "where", "position", "room", "reason"])


class FocusForm(forms.Form):
    """Whether an item has special focus, and why."""

    fokus = forms.ChoiceField(
        choices=[("1", "1"), ("0", "0")],
        widget=forms.HiddenInput,
        error_messages={
            "required": gettext_lazy("Choose whether the item has special focus."),
            "invalid_choice": gettext_lazy("Choose whether the item has special focus."),
        },
    )
    reason = CleanCharField(
        label=gettext_lazy("Why"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("One line. Everybody can read it."),
    )
    tillbaka = CleanCharField(max_length=500, required=False, widget=forms.HiddenInput)
