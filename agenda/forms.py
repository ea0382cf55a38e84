from django import forms
from django.urls import reverse_lazy
from django.utils.functional import lazy
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Person
from accounts.text import CleanCharField, CleanTextField, clean_query
from accounts.versions import VersionField
from agenda.models import Horizon, Item

capfirst_lazy = lazy(capfirst, str)
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
        self.fields["reason"].required = True

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


def text_area(name, *, aim=None, rows=4, help_text="", required=None):
    """Return the field for a text of the item, with its label and length from the model."""
    model_field = Item._meta.get_field(name)
    attrs = {"rows": rows, **({"data-aim": aim} if aim else {})}
    return CleanTextField(
        label=capfirst_lazy(model_field.verbose_name),
        max_length=model_field.max_length,
        required=not model_field.blank if required is None else required,
        help_text=help_text,
        widget=forms.Textarea(attrs=attrs),
        error_messages={"required": _REQUIRED[name]} if name in _REQUIRED else None,
    )


_REQUIRED = {
    "why": gettext_lazy("Write why it is worth doing."),
    "need": gettext_lazy("Write what is needed."),
}


def title_field(**kwargs):
    return CleanCharField(
        label=gettext_lazy("Title"),
        max_length=200,
        error_messages={"required": gettext_lazy("Write a title.")},
        **kwargs,
    )


class ProposalForm(forms.ModelForm):
    """What anybody who takes part can propose."""

    # While the title is typed, what is like it shows below the form's head.
    title = title_field(
        help_text=gettext_lazy("What should be done, in a few words. Begin with a verb."),
        widget=forms.TextInput(
            attrs={
                "hx-get": reverse_lazy("item-new"),
                "hx-target": "#similar",
                "hx-swap": "outerHTML",
                "hx-trigger": "input changed delay:600ms",
            }
        ),
    )
    why = text_area("why", aim=400, help_text=gettext_lazy("What is not as it should be today?"))
    need = text_area(
        "need",
        aim=400,
        required=True,
        help_text=gettext_lazy("What is needed, and for whom? The solution can come later."),
    )

    class Meta:
        model = Item
        fields = ["title", "why", "need", "focus_area", "units", "is_digital"]
        widgets = {"focus_area": forms.RadioSelect, "units": forms.CheckboxSelectMultiple}
        help_texts = {
            "focus_area": gettext_lazy("The one that comes nearest."),
            "units": gettext_lazy("As far as you know."),
        }
        error_messages = {
            "focus_area": {
                "required": gettext_lazy("Choose a focus area."),
                "invalid_choice": gettext_lazy("Choose one of the focus areas in the list."),
            },
            "units": {"invalid_choice": gettext_lazy("Choose from the units in the list.")},
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["focus_area"].empty_label = None


class ItemTextForm(forms.Form):
    """The texts of an item, the four commission fields among them (report 2.5)."""

    title = title_field()
    why = text_area("why", aim=400, help_text=gettext_lazy("What is not as it should be today?"))
    need = text_area(
        "need", aim=400, help_text=gettext_lazy("What is needed? The solution can come later.")
    )
    effect = text_area(
        "effect", aim=280, help_text=gettext_lazy("What will be different, and how do we see it?")
    )
    whose_need = text_area(
        "whose_need",
        aim=200,
        rows=3,
        help_text=gettext_lazy("Who has the need: customers, which units, which roles?"),
    )
    evidence = text_area(
        "evidence",
        aim=200,
        rows=3,
        help_text=gettext_lazy("What do we know, and from where? Figures, surveys, experience."),
    )
    ambition = text_area(
        "ambition",
        aim=200,
        rows=3,
        help_text=gettext_lazy("What is enough? What do we leave out?"),
    )
    if_left = text_area(
        "if_left", aim=200, rows=3, help_text=gettext_lazy("What happens if we do nothing now?")
    )
    version = VersionField()

    @property
    def texts(self):
        return {name: self.cleaned_data[name] for name in Item.TEXT_FIELDS}


class ItemFactsForm(forms.ModelForm):
    """Owner, units, and what the item belongs to and depends on."""

    find = CleanCharField(
        label=gettext_lazy("Find items it depends on"),
        max_length=100,
        required=False,
        help_text=gettext_lazy("Write words from the title and choose Find."),
    )
    reason = CleanCharField(
        label=gettext_lazy("Why"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("One line. Everybody can read it."),
    )
    version = VersionField()

    FOUND = 8

    class Meta:
        model = Item
        fields = [*Item.FACT_FIELDS, *Item.FACT_SETS]
        widgets = dict.fromkeys(
            ("units", "principles", "platform_areas", "depends_on"), forms.CheckboxSelectMultiple
        )
        error_messages = {
            "focus_area": {"required": gettext_lazy("Choose a focus area.")},
            **{
                name: {"invalid_choice": gettext_lazy("Choose from the list.")}
                for name in (*Item.FACT_FIELDS, *Item.FACT_SETS)
                if name not in {"is_digital", "focus_area"}
            },
        }

    field_order = [
        "owner",
        "deputy",
        "units",
        "focus_area",
        "action",
        "principles",
        "platform_areas",
        "is_digital",
        "depends_on",
        "find",
        "reason",
    ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        people = Person.objects.active().participants()
        held = [self.instance.owner_id, self.instance.deputy_id]
        for name in ("owner", "deputy"):
            self.fields[name].queryset = people | Person.objects.filter(pk__in=held)
            self.fields[name].empty_label = _("Nobody yet")
        self.fields["focus_area"].empty_label = None
        self.fields["action"].empty_label = _("None")
        self.fields["depends_on"].queryset = self._possible_dependencies()
        self.fields["depends_on"].label = _("Depends on")
        self.fields["depends_on"].help_text = _("What has to come first.")

    def _possible_dependencies(self):
        """Return what stands in the list: what is chosen, and what was searched for."""
        chosen = self.data.getlist("depends_on") if self.is_bound else []
        initial = self.initial.get("depends_on", [])
        pks = {
            _number(pk) for pk in [*chosen, *(initial if isinstance(initial, list) else [initial])]
        }
        words = clean_query(self.data.get("find", "")) if self.is_bound else ""
        if words:
            found = Item.objects.open().matching(words).order_by("sort_key")[: self.FOUND]
            pks |= {item.pk for item in found}
        return Item.objects.filter(pk__in=pks).exclude(pk=self.instance.pk)

    @property
    def facts(self):
        return {name: self.cleaned_data[name] for name in Item.FACT_FIELDS}

    @property
    def sets(self):
        return {name: list(self.cleaned_data[name]) for name in Item.FACT_SETS}

    def clean(self):
        data = super().clean()
        if data.get("owner") and data.get("owner") == data.get("deputy"):
            self.add_error("deputy", _("The deputy has to be another person than the owner."))
        return data

    def _post_clean(self):
        """Leave the instance as it is: the item's own verb saves, with its version."""


def _number(value):
    """Return a key from a form or a draft as a number, or 0, which no row has."""
    text = str(value)
    return int(text) if text.isdecimal() and len(text) < 19 else 0


class AnswerForm(forms.Form):
    """What leadership support answers on a proposal."""

    answer = forms.ChoiceField(
        label=gettext_lazy("Answer"),
        choices=Item.Answer.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose an answer."),
            "invalid_choice": gettext_lazy("Choose one of the answers in the list."),
        },
    )
    reason = CleanTextField(
        label=gettext_lazy("Reason"),
        max_length=1000,
        help_text=gettext_lazy(
            "Written to the proposer, and read by everybody. Say what happens next."
        ),
        error_messages={"required": gettext_lazy("Write a reason.")},
        widget=forms.Textarea(attrs={"rows": 4, "data-aim": 400}),
    )


class StateForm(forms.Form):
    """The next step of an item's life: to start it, finish it, or end it."""

    START, FINISH, END = "start", "finish", "end"

    step = forms.ChoiceField(
        label=gettext_lazy("What happens?"),
        choices=[
            (START, gettext_lazy("The work starts")),
            (FINISH, gettext_lazy("It is done, and we have seen the effect")),
            (END, gettext_lazy("We end it, as the need is met or gone")),
        ],
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose what happens."),
            "invalid_choice": gettext_lazy("Choose one of the steps in the list."),
        },
    )
    effect_seen = text_area(
        "effect_seen",
        aim=400,
        help_text=gettext_lazy(
            "What did we see, compared with the effect we wanted? Needed when it is done."
        ),
    )
    reason = CleanTextField(
        label=gettext_lazy("Why"),
        max_length=1000,
        required=False,
        help_text=gettext_lazy("Needed when the item ends because the need is met or gone."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args, item, **kwargs):
        super().__init__(*args, **kwargs)
        if item.status not in Item.STARTABLE:
            self.fields["step"].choices = self.fields["step"].choices[1:]

    def clean(self):
        data = super().clean()
        step = data.get("step")
        if step == self.FINISH and "effect_seen" in data and not data["effect_seen"]:
            self.add_error("effect_seen", _("Write what effect you have seen."))
        if step == self.END and "reason" in data and not data["reason"]:
            self.add_error("reason", _("Write why the item ends: is the need met, or gone?"))
        return data
