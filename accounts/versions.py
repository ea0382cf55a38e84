"""Two people editing the same text: the second one sees both and chooses."""

from django import forms


class StaleVersion(Exception):
    """Somebody else saved the text after the form was opened.

    `current` is the object as it is saved now.
    """

    def __init__(self, current):
        self.current = current
        super().__init__("saved by somebody else in the meantime")


def save_version(obj, field, fields, version):
    """Save `fields` of `obj` if its version counter `field` is still `version`, and count it up.

    The conditional update is the lock: of two saves at the same moment one finds no row.
    Raises `StaleVersion` with the row as it stands; a form that tells no version counts as stale.
    """
    values = {name: getattr(obj, name) for name in fields}
    model = type(obj)
    if version is None or not model.objects.filter(pk=obj.pk, **{field: version}).update(
        **values, **{field: version + 1}
    ):
        raise StaleVersion(model.objects.get(pk=obj.pk))
    setattr(obj, field, version + 1)


class VersionField(forms.IntegerField):
    """The hidden counter of an editable text; something else than a number counts as stale."""

    def __init__(self, **kwargs):
        super().__init__(required=False, min_value=0, max_value=2_000_000_000, **kwargs)
        self.widget = forms.HiddenInput()

    def clean(self, value):
        try:
            return super().clean(value)
        except forms.ValidationError:
            return -1
