"""Text from outside: one form of å, no control characters, nothing the database refuses."""

import re
import unicodedata

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_UNSTORABLE = re.compile(r"[\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
SHORT, LINE, TEXT = 200, 300, 5000


def clean_text(value):
    """Return `value` as NFC with `\\n` line ends and without control characters.

    Raises `ValueError` when it holds half a character (a lone surrogate) or a noncharacter.
    """
    if _UNSTORABLE.search(value):
        raise ValueError("not storable text")
    value = value.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", _CONTROL.sub("", value))


def clean_query(value, limit=LINE):
    """Return a parameter of an address as safe text, at most `limit`; what is broken is empty."""
    try:
        return clean_text(value[:limit]).replace("\n", " ").strip()
    except ValueError:
        return ""


class CleanCharField(forms.CharField):
    """A line or a text of at most `max_length` characters, cleaned once, on the way in."""

    def __init__(self, *, max_length=LINE, **kwargs):
        super().__init__(max_length=max_length, **kwargs)

    def to_python(self, value):
        if value not in self.empty_values:
            try:
                value = clean_text(str(value))
            except ValueError:
                raise ValidationError(
                    _("The text holds a character that cannot be stored. Remove it and try again."),
                    code="unstorable",
                ) from None
        return super().to_python(value)


class CleanTextField(CleanCharField):
    """A text of several lines."""

    def __init__(self, *, max_length=TEXT, rows=4, **kwargs):
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        super().__init__(max_length=max_length, **kwargs)
