"""Wordings that are proposed and revised until they are adopted, each step with its trail."""

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from accounts.versions import StaleVersion, save_version
from activity.models import Event


class WordingAdopted(Exception):
    """The wording is adopted: only a new decision changes it."""


class Standing(models.TextChoices):
    """Whether a wording is a proposal, or adopted by the city director."""

    PROPOSAL = "proposal", _("Proposal")
    ADOPTED = "adopted", _("Adopted")


class Wording(models.Model):
    """A wording that is a proposal, open to revision, until the city director adopts it.

    `version` counts revisions, so that nobody overwrites, or adopts, what they have not seen.
    """

    TEXT_FIELDS = []

    standing = models.CharField(
        _("standing"), choices=Standing, default=Standing.PROPOSAL, max_length=20
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True

    @property
    def is_adopted(self):
        return self.standing == Standing.ADOPTED

    @transaction.atomic
    def revise(self, fields, *, version, by, at):
        """Save the texts in `fields` if nobody else has since `version`; else `StaleVersion`.

        Raises `WordingAdopted` when there is nothing left to propose.
        """
        saved = type(self).objects.select_for_update(no_key=True).get(pk=self.pk)
        if saved.is_adopted:
            raise WordingAdopted
        changes = {}
        for name, value in fields.items():
            old = getattr(saved, name)
            setattr(self, name, value)
            if old != value:
                changes[name] = [_plain(old), _plain(value)]
        save_version(self, "version", list(fields), version)
        if changes:
            verb = f"{self._meta.app_label}.revised"
            Event.objects.record(self, verb, by=by, at=at, changes=changes)
        return changes

    @transaction.atomic
    def adopt(self, *, version, by, at, reason):
        """Make the wording of `version` the adopted one, for good.

        Raises `StaleVersion` when it has been revised since, `WordingAdopted` the second time.
        """
        saved = type(self).objects.select_for_update(no_key=True).get(pk=self.pk)
        if saved.is_adopted:
            raise WordingAdopted
        if saved.version != version:
            raise StaleVersion(saved)
        self.standing = Standing.ADOPTED
        save_version(self, "version", ["standing"], version)
        changes = {"standing": [str(Standing.PROPOSAL), str(Standing.ADOPTED)]}
        verb = f"{self._meta.app_label}.adopted"
        Event.objects.record(self, verb, by=by, at=at, reason=reason, changes=changes)


def _plain(value):
    """Return `value` in a form that JSON holds: a person by name."""
    return value if value is None or isinstance(value, str) else str(value)
