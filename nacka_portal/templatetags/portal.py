"""Small words of presentation for templates. No tag asks the database."""

import uuid

from django import template
from django.utils import numberformat
from django.utils.formats import get_format
from django.utils.html import format_html
from django.utils.translation import gettext as _

from accounts import drafts

register = template.Library()


@register.filter
def week(date):
    """Return the ISO week of `date`: `v. 48`."""
    return _("wk %(week)d") % {"week": date.isocalendar().week} if date else ""


@register.filter
def number(value):
    """Return `value` with its thousands apart: `1 234,5`."""
    return numberformat.format(
        value,
        get_format("DECIMAL_SEPARATOR"),
        grouping=3,
        thousand_sep=get_format("THOUSAND_SEPARATOR"),
        force_grouping=True,
    )


@register.filter
def aim(field):
    """Return how many characters a bound field aims at, from its widget's `data-aim`, or None."""
    return field.field.widget.attrs.get("data-aim")


@register.filter
def is_single_checkbox(field):
    return getattr(field.field.widget, "input_type", "") == "checkbox" and not field.use_fieldset


@register.filter
def focus_id(field):
    """Return the id of what gets the focus when an error summary links to `field`."""
    return field.id_for_label or f"{field.auto_id}_0"


@register.simple_tag
def once():
    """Write the hidden key by which a form sent twice is known (`accounts.once`)."""
    return format_html('<input type="hidden" name="once" value="{}">', uuid.uuid4())


@register.simple_tag(takes_context=True)
def typed_texts(context):
    """Return what was written in the form that was sent: what has a space is no code or number."""
    typed = drafts.typed(context["request"].POST)
    return [text for text in typed.values() if isinstance(text, str) and " " in text.strip()]


@register.filter
def page_range(paginator, number):
    """Return the page numbers to show around `number`, with gaps."""
    return paginator.get_elided_page_range(number, on_each_side=1, on_ends=1)


@register.inclusion_tag("components/_bars.html")
def bars(caption, rows, heading="", values=""):
    """Draw `rows`, a list of (label, number), as bars with their numbers in a table beneath.

    `heading` and `values` head the two columns of the table.
    """
    rows = list(rows)
    most = max((value for _label, value in rows), default=0) or 1
    return {
        "caption": caption,
        "heading": heading or _("What"),
        "values": values or _("Number"),
        "rows": [
            {"label": label, "value": value, "width": _percent(value, most)}
            for label, value in rows
        ],
    }


@register.inclusion_tag("components/_stacked_bars.html")
def stacked_bars(caption, parts, rows, heading=""):
    """Draw `rows`, a list of (label, {part: number}), as bars of the parts that `parts` names.

    `parts` is a list of (key, label); the key is also the class of the part's colour and shape.
    """
    parts, rows = list(parts), list(rows)
    most = max((sum(numbers.values()) for _label, numbers in rows), default=0) or 1
    drawn = []
    for label, numbers in rows:
        start, pieces = 0, []
        for key, _name in parts:
            value = numbers.get(key, 0)
            pieces.append(
                {
                    "key": key,
                    "value": value,
                    "x": _percent(start, most),
                    "width": _percent(value, most),
                    "middle": _percent(start + value / 2, most),
                }
            )
            start += value
        drawn.append({"label": label, "parts": pieces, "total": start})
    return {"caption": caption, "heading": heading or _("What"), "parts": parts, "rows": drawn}


def _percent(part, whole):
    """Return a share as SVG writes it, whatever the reader's language."""
    return f"{100 * part / whole:.2f}%"
