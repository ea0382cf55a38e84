"""The trail: every write leaves who, on whose behalf, when, from, to and why.

It is the one source of an item's timeline, of "since the last meeting", of the digest and of
the period report (docs/product.md rules 1, 3 and 9).
"""

import pgtrigger
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from activity import words


class EventQuerySet(models.QuerySet):
    def about(self, *targets):
        """Keep the events of these objects."""
        condition = models.Q(pk__in=[])
        for target in targets:
            condition |= models.Q(
                target_type=ContentType.objects.get_for_model(target), target_id=target.pk
            )
        return self.filter(condition)

    def about_all(self, model, ids):
        """Keep the events of the objects of `model` with these ids (a list or a subquery)."""
        return self.filter(target_type=ContentType.objects.get_for_model(model), target_id__in=ids)

    def since(self, moment):
        return self.filter(at__gt=moment) if moment else self

    def until(self, moment):
        return self.filter(at__lte=moment)

    def of_kind(self, *verbs):
        return self.filter(verb__in=verbs)

    def during(self, meeting):
        """Keep what was done in this meeting."""
        return self.filter(data__meeting=meeting.pk)

    def with_people(self):
        return self.select_related("by", "on_behalf_of", "target_type")


class EventManager(models.Manager.from_queryset(EventQuerySet)):
    def record(self, target, verb, *, by, at, on_behalf_of=None, reason="", changes=None, **data):
        """Write one line of the trail in the caller's transaction.

        `verb` is namespaced ("agenda.moved"); `changes` maps a field to [old, new] in forms that
        JSON can hold; `by` is None only for what the portal itself did. `data` holds what
        the sentence about it needs later, also when the objects have changed.
        """
        return self.create(
            target=target,
            verb=verb,
            by=by,
            at=at,
            on_behalf_of=on_behalf_of,
            reason=reason,
            changes=changes or {},
            data=data,
        )


class Event(models.Model):
    """Something that happened to an object. Append-only: the database refuses changes."""

    target_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, related_name="+")
    target_id = models.BigIntegerField()
    target = GenericForeignKey("target_type", "target_id")
    verb = models.CharField(_("what"), max_length=60)
    by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="events", verbose_name=_("who")
    )
    on_behalf_of = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("on behalf of"),
    )
    at = models.DateTimeField(_("when"), db_index=True)
    reason = models.TextField(_("why"), blank=True)
    changes = models.JSONField(_("from and to"), default=dict)
    data = models.JSONField(default=dict)

    objects = EventManager()

    class Meta:
        ordering = ["at", "pk"]
        indexes = [
            models.Index(fields=["target_type", "target_id", "at"], name="activity_event_target"),
            models.Index(fields=["verb", "at"], name="activity_event_verb"),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self):
        return f"{self.verb} {self.target_type_id}:{self.target_id}"

    @property
    def sentence(self):
        """What happened, in the reader's language, without who and when: "moved to Now"."""
        return words.sentence(self)

    @property
    def change_rows(self):
        """The changed fields as [(label, old, new)], in words."""
        return words.change_rows(self)

    @property
    def short_changes(self):
        """The changed fields whose values fit in a line."""
        return [row for row in self.change_rows if words.is_short(row)]

    @property
    def text_changes(self):
        """The changed texts, to be read before and after."""
        return [row for row in self.change_rows if not words.is_short(row)]

    @property
    def templates(self):
        """The template of this kind of event, where there is one, else the one for all."""
        return (
            f"activity/verbs/{self.verb.replace('.', '_')}.html",
            "activity/_sentence.html",
        )
