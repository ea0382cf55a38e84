"""The agenda item, from proposal to its good ending."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import (
    SearchVectorField,
    TrigramSimilarity,
    TrigramWordSimilarity,
)
from django.db import models, transaction
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, JSONObject, Upper
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit
from accounts.swedish import SwedishOrder, search_query, search_vector
from accounts.versions import save_version
from activity.models import Event
from agenda.models.background import Action, Factor, FocusArea, Insight
from agenda.models.backlog import Backlog, FocusFull, HorizonFull, StalePlace
from platform_areas.models import PlatformArea
from principles.models import Principle


class ItemClosed(Exception):
    """The item is finished, ended or declined and changes no more."""


class DependencyCircle(Exception):
    """An item would, through others, depend on itself; `titles` is the way round."""

    def __init__(self, titles):
        self.titles = titles
        super().__init__(" → ".join(titles))


class ItemNotReady(Exception):
    """The item lacks what the step asks for; `missing` names the fields, in words."""

    def __init__(self, missing):
        self.missing = missing
        super().__init__(", ".join(str(name) for name in missing))


class Status(models.TextChoices):
    PROPOSED = "proposed", _("Proposed")
    PREPARING = "preparing", _("Being prepared")
    DECIDED = "decided", _("Decided")
    IN_PROGRESS = "in_progress", _("In progress")
    DONE = "done", _("Done")
    ENDED = "ended", _("Ended, need met or gone")
    DECLINED = "declined", _("Declined")


class Horizon(models.TextChoices):
    NOW = "now", _("Now")
    NEXT = "next", _("Next")
    LATER = "later", _("Later")
    WAITING = "waiting", _("Waiting")


class ItemQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Keep what `user` may read: the whole agenda, for everybody who is signed in."""
        return self if user.is_authenticated else self.none()

    def open(self):
        return self.filter(status__in=Item.OPEN_STATUSES)

    def ranked(self):
        return self.filter(horizon__isnull=False).order_by(Item.HORIZON_ORDER, "rank")

    def in_horizon(self, horizon):
        return self.filter(horizon=horizon).order_by("rank")

    def unranked(self):
        """Keep the open items that nobody has placed in a horizon."""
        return self.open().filter(horizon__isnull=True).order_by("sort_key", "pk")

    def awaiting_answer(self):
        """Keep the proposals that wait for leadership support; who has waited longest first.

        `waits_since` is when it was proposed, or when the proposer replied to our question.
        """
        return (
            self._proposals()
            .annotate(waits_since=Coalesce("replied_at", "created_at"))
            .filter(Q(answered_at__isnull=True) | Q(replied_at__isnull=False))
            .order_by("waits_since", "pk")
        )

    def awaiting_reply(self):
        """Keep the proposals that we asked about and whose proposer has not replied."""
        return self._proposals().filter(answered_at__isnull=False, replied_at__isnull=True)

    def _proposals(self):
        """Keep what somebody proposed, with when they first replied to the latest answer."""
        replies = Event.objects.about_all(Item, [OuterRef("pk")]).of_kind(*Item.REPLIES)
        latest_answer = OuterRef("answered_at")
        replies = replies.filter(by=OuterRef("proposed_by"), at__gt=latest_answer)
        return self.filter(status=Status.PROPOSED, proposed_by__isnull=False).annotate(
            replied_at=Subquery(replies.order_by("at").values("at")[:1])
        )

    def owned_by(self, person):
        return self.filter(Q(owner=person) | Q(deputy=person))

    def touching_unit(self, unit):
        return self.filter(units=unit)

    def with_focus(self):
        return self.filter(is_focus=True)

    def matching(self, text):
        """Keep what matches the words of `text`, by inflection, else by likeness of the title."""
        query = search_query(text)
        if query is None:
            return self.none()
        found = self.filter(search=query)
        if found.exists():
            return found
        return self.annotate(likeness=TrigramWordSimilarity(text, "title")).filter(likeness__gt=0.5)

    def for_list(self):
        """Fetch what a row of a list shows."""
        return self.select_related("owner", "focus_area", "action").defer(
            "why", "need", "effect", "whose_need", "evidence", "ambition", "if_left", "search"
        )

    def for_page(self):
        """Fetch what the item's own page shows, in one query: the sets as lists of dicts."""
        links = Item.depends_on.through.objects
        area = {"focus_areas": OuterRef("focus_area")}
        return self.select_related(
            "owner", "deputy", "focus_area", "action", "proposed_by", "proposed_by__unit"
        ).annotate(
            principle_list=_as_list(
                Principle.objects.filter(items=OuterRef("pk")), "number", "slug", "title"
            ),
            platform_area_list=_as_list(
                PlatformArea.objects.filter(items=OuterRef("pk")), "position", "slug", "title"
            ),
            unit_list=_as_list(Unit.objects.filter(items=OuterRef("pk")), "sort_key", "pk", "name"),
            depends_on_list=_as_list(
                Item.objects.filter(
                    pk__in=links.filter(from_item=OuterRef(OuterRef("pk"))).values("to_item")
                ),
                *_ITEM_IN_LIST,
            ),
            needed_by_list=_as_list(
                Item.objects.filter(
                    pk__in=links.filter(to_item=OuterRef(OuterRef("pk"))).values("from_item")
                ),
                *_ITEM_IN_LIST,
            ),
            insight_list=_as_list(Insight.objects.filter(**area), "source", *_INSIGHT_IN_LIST),
            factor_list=_as_list(Factor.objects.filter(**area), "source", "title", "source"),
        )

    def similar_to(self, title):
        """Keep what already says about the same, most alike first, and not what was declined."""
        return (
            self.exclude(status=Status.DECLINED)
            .annotate(likeness=TrigramSimilarity("title", title))
            .filter(likeness__gt=0.25)
            .order_by("-likeness", "sort_key")
        )


_ITEM_IN_LIST = ["sort_key", "pk", "title", "status"]
_INSIGHT_IN_LIST = ["title", "source", "summary"]


def _as_list(queryset, order, *fields):
    """Return a subquery that gives the rows of `queryset` as a list of dicts with `fields`."""
    rows = queryset.order_by(order).values(json=JSONObject(**{name: name for name in fields}))
    return ArraySubquery(rows)


class Item(models.Model):
    """A development effort on the agenda.

    `horizon` and `rank` are its place: ranks in a horizon are 1, 2, 3 … without gaps or
    duplicates, which the database checks when the transaction commits.
    """

    OPEN_STATUSES = [Status.PROPOSED, Status.PREPARING, Status.DECIDED, Status.IN_PROGRESS]
    CLOSED_STATUSES = [Status.DONE, Status.ENDED, Status.DECLINED]
    STARTABLE = [Status.PREPARING, Status.DECIDED]
    HORIZON_ORDER = models.Case(
        *(models.When(horizon=value, then=number) for number, value in enumerate(Horizon.values)),
        default=len(Horizon.values),
    )
    STATUS_ORDER = models.Case(
        *(models.When(status=value, then=number) for number, value in enumerate(Status.values)),
    )
    IS_CLOSED = models.Case(
        models.When(status__in=CLOSED_STATUSES, then=1),
        default=0,
    )
    # docs/product.md rule 2 (report 2.5): these four stand before an item can be decided.
    COMMISSION_FIELDS = ["whose_need", "evidence", "ambition", "if_left"]
    TEXT_FIELDS = ["title", "why", "need", "effect", *COMMISSION_FIELDS]
    FACT_FIELDS = ["focus_area", "action", "owner", "deputy", "is_digital"]
    # What the proposer can do to reply to a question: say something, or put it in the text.
    REPLIES = [
        "dialogue.commented",
        "dialogue.answered",
        "agenda.text_revised",
        "agenda.facts_revised",
    ]
    FACT_SETS = ["units", "principles", "platform_areas", "depends_on"]

    slug = models.SlugField(unique=True, null=True, blank=True, editable=False)
    title = models.CharField(_("title"), max_length=200)
    source = models.CharField(_("section of the report"), max_length=40, blank=True)
    why = models.TextField(_("why"), max_length=2000)
    need = models.TextField(_("need"), max_length=2000, blank=True)
    effect = models.TextField(_("effect we want"), max_length=2000, blank=True)
    whose_need = models.TextField(_("whose need"), max_length=600, blank=True)
    evidence = models.TextField(_("evidence"), max_length=600, blank=True)
    ambition = models.TextField(_("good-enough level"), max_length=600, blank=True)
    if_left = models.TextField(_("what happens if we leave it"), max_length=600, blank=True)

    focus_area = models.ForeignKey(
        FocusArea, on_delete=models.PROTECT, related_name="items", verbose_name=_("focus area")
    )
    action = models.ForeignKey(
        Action,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="items",
        verbose_name=_("proposed action"),
    )
    principles = models.ManyToManyField(
        Principle, blank=True, related_name="items", verbose_name=_("principles")
    )
    platform_areas = models.ManyToManyField(
        PlatformArea, blank=True, related_name="items", verbose_name=_("platform areas")
    )
    units = models.ManyToManyField(
        Unit, blank=True, related_name="items", verbose_name=_("units it touches")
    )
    depends_on = models.ManyToManyField(
        "self",
        symmetrical=False,
        blank=True,
        related_name="needed_by",
        verbose_name=_("depends on"),
    )
    is_digital = models.BooleanField(_("part of the digital agenda"), default=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="owned_items",
        verbose_name=_("owner"),
    )
    deputy = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="deputy_items",
        verbose_name=_("deputy"),
    )
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="proposed_items",
        verbose_name=_("proposed by"),
    )
    created_at = models.DateTimeField(_("proposed"))
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)

    status = models.CharField(_("state"), choices=Status, default=Status.PROPOSED, max_length=20)
    # NULL, as the database lets many items be without a place but only one stand in each.
    horizon = models.CharField(  # noqa: DJ001
        _("horizon"), choices=Horizon, null=True, blank=True, max_length=10
    )
    rank = models.PositiveIntegerField(_("rank"), null=True, blank=True)
    is_focus = models.BooleanField(_("special focus"), default=False)
    effect_seen = models.TextField(_("effect we saw"), max_length=2000, blank=True)

    text_version = models.PositiveIntegerField(default=1, editable=False)
    facts_version = models.PositiveIntegerField(default=1, editable=False)
    place_version = models.PositiveIntegerField(default=1, editable=False)
    is_fictional = models.BooleanField(_("fictional"), default=False, editable=False)

    sort_key = models.GeneratedField(
        expression=SwedishOrder("title"),
        output_field=models.TextField(db_collation="C"),
        db_persist=True,
    )
    search = models.GeneratedField(
        expression=search_vector(title="A", why="B", need="B", effect="C", evidence="D"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = ItemQuerySet.as_manager()

    class Meta:
        ordering = ["sort_key", "pk"]
        verbose_name = _("agenda item")
        verbose_name_plural = _("agenda items")
        constraints = [
            models.UniqueConstraint(
                fields=["horizon", "rank"],
                name="agenda_item_one_per_place",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(
                condition=Q(horizon__isnull=True, rank__isnull=True)
                | Q(horizon__isnull=False, rank__gte=1),
                name="agenda_item_rank_with_horizon",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["done", "ended", "declined"]) | Q(horizon__isnull=True),
                name="agenda_item_closed_has_no_place",
            ),
            models.CheckConstraint(
                condition=~Q(is_focus=True) | Q(horizon="now"),
                name="agenda_item_focus_is_in_now",
            ),
        ]
        indexes = [
            GinIndex(fields=["search"], name="agenda_item_search"),
            GinIndex(OpClass(Upper("title"), name="gin_trgm_ops"), name="agenda_item_title_trgm"),
            models.Index(fields=["sort_key"], name="agenda_item_sort_key"),
            models.Index(fields=["status", "created_at"], name="agenda_item_status"),
        ]
        triggers = [
            # At commit, each place that changed must leave its horizon without a gap: who stands
            # there has somebody before, and who left has nobody waiting behind the hole.
            pgtrigger.Trigger(
                name="ranks_without_gaps",
                level=pgtrigger.Row,
                when=pgtrigger.After,
                operation=pgtrigger.Insert
                | pgtrigger.UpdateOf("horizon", "rank")
                | pgtrigger.Delete,
                timing=pgtrigger.Deferred,
                declare=[("now_at", "agenda_item%ROWTYPE")],
                func="""
                    IF TG_OP <> 'DELETE' THEN
                        SELECT * INTO now_at FROM agenda_item WHERE id = NEW.id;
                        IF now_at.rank > 1 AND NOT EXISTS (
                            SELECT 1 FROM agenda_item
                            WHERE horizon = now_at.horizon AND rank = now_at.rank - 1
                        ) THEN
                            RAISE EXCEPTION 'a gap before rank % of %', now_at.rank, now_at.horizon
                                USING ERRCODE = 'check_violation';
                        END IF;
                    END IF;
                    IF TG_OP <> 'INSERT' AND OLD.rank IS NOT NULL THEN
                        IF NOT EXISTS (
                            SELECT 1 FROM agenda_item
                            WHERE horizon = OLD.horizon AND rank = OLD.rank
                        ) AND EXISTS (
                            SELECT 1 FROM agenda_item
                            WHERE horizon = OLD.horizon AND rank > OLD.rank
                        ) THEN
                            RAISE EXCEPTION 'a gap at rank % of %', OLD.rank, OLD.horizon
                                USING ERRCODE = 'check_violation';
                        END IF;
                    END IF;
                    RETURN NULL;
                """,
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("item", args=[self.pk])

    # Questions

    @property
    def is_open(self):
        return self.status in self.OPEN_STATUSES

    @property
    def awaits_answer(self):
        """Whether leadership support is to say something; else the proposer, or nobody."""
        return Item.objects.awaiting_answer().filter(pk=self.pk).exists()

    @property
    def awaits_reply(self):
        """Whether the proposer was asked something and has not replied."""
        is_answered = self.status == Status.PROPOSED and self.answered_at is not None
        return is_answered and Item.objects.awaiting_reply().filter(pk=self.pk).exists()

    @property
    def missing_fields(self):
        """The labels of the four commission fields that are still empty."""
        return [
            self._meta.get_field(name).verbose_name
            for name in self.COMMISSION_FIELDS
            if not getattr(self, name).strip()
        ]

    def is_held_by(self, person):
        """Whether `person` is the owner or the deputy."""
        return person.pk in {self.owner_id, self.deputy_id} - {None}

    # Verbs: proposing and preparing

    @classmethod
    @transaction.atomic
    def propose(cls, *, by, at, **fields):
        """Put a proposal on the agenda; leadership support answers it."""
        item = cls.objects.create(proposed_by=by, created_at=at, **fields)
        Event.objects.record(item, "agenda.proposed", by=by, at=at)
        return item

    class Answer(models.TextChoices):
        TAKEN_UP = "taken_up", _("We take it up and prepare it")
        QUESTION = "question", _("We need to know more")
        DECLINED = "declined", _("We do not take it up")

    @transaction.atomic
    def answer(self, answer, *, by, at, reason):
        """Answer a proposal with a reason. Raises `ItemClosed` when it is past being proposed."""
        status = {
            self.Answer.TAKEN_UP: Status.PREPARING,
            self.Answer.QUESTION: Status.PROPOSED,
            self.Answer.DECLINED: Status.DECLINED,
        }[answer]
        if status == Status.DECLINED:
            self._leave_place(by=by, at=at, reason=reason)
        changed = Item.objects.filter(pk=self.pk, status=Status.PROPOSED).update(
            status=status, answered_at=at
        )
        if not changed:
            raise ItemClosed
        old, self.status, self.answered_at = self.status, status, at
        changes = {} if old == status else {"status": [str(old), str(status)]}
        Event.objects.record(
            self,
            "agenda.answered",
            by=by,
            at=at,
            reason=reason,
            changes=changes,
            answer=str(answer),
        )

    @transaction.atomic
    def revise_text(self, fields, *, version, by, at, on_behalf_of=None):
        """Save the texts in `fields` if nobody else has since `version`; else `StaleVersion`."""
        self._require_open()
        saved = Item.objects.get(pk=self.pk)
        changes = {}
        for name, value in fields.items():
            old = getattr(saved, name)
            setattr(self, name, value)
            if old != value:
                changes[name] = [old, value]
        save_version(self, "text_version", list(fields), version)
        if changes:
            Event.objects.record(
                self,
                "agenda.text_revised",
                by=by,
                at=at,
                on_behalf_of=on_behalf_of,
                changes=changes,
                version=self.text_version,
            )

    @transaction.atomic
    def revise_facts(self, facts, sets, *, version, by, at, reason=""):
        """Save facts (`FACT_FIELDS`) and sets of them (`FACT_SETS`), as `revise_text` does.

        Raises `DependencyCircle` when the item would come to depend on itself.
        """
        self._require_open()
        if sets.get("depends_on"):
            Backlog.objects.lock()  # two halves of a circle are not drawn at the same moment
            self._require_no_circle(sets["depends_on"])
        saved = Item.objects.get(pk=self.pk)
        changes = {}
        for name, value in facts.items():
            old = getattr(saved, name)
            setattr(self, name, value)
            if old != value:
                changes[name] = [_plain(old), _plain(value)]
        save_version(self, "facts_version", list(facts), version)
        for name, values in sets.items():
            old, new = sorted(map(str, getattr(saved, name).all())), sorted(map(str, values))
            if old != new:
                changes[name] = [", ".join(old), ", ".join(new)]
                getattr(self, name).set(values)
        if changes:
            Event.objects.record(
                self,
                "agenda.facts_revised",
                by=by,
                at=at,
                reason=reason,
                changes=changes,
                version=self.facts_version,
            )
        return changes

    # Verbs: the place in the order

    @transaction.atomic
    def place(
        self,
        horizon,
        where="last",
        *,
        by,
        at,
        reason="",
        on_behalf_of=None,
        seen=None,
        displaced=None,
        raise_cap=False,
        **data,
    ):
        """Move the item to `horizon` (None takes it out of the order) and return it.

        `where` is "first", "last", "up", "down", a position from 1, or the `Item` to stand after.
        `seen` is the `place_version` the mover looked at; when the item has moved since, or the
        one to stand after has left the horizon, `StalePlace` is raised and nothing happens.
        Moving into a full *Now* raises `HorizonFull` unless `displaced` names an item of *Now*
        that goes out to the top of *Next*, or `raise_cap` is true. `data` goes into the trail.
        """
        backlog = Backlog.objects.lock()
        self._reload_place()
        self._require_open()
        if seen is not None and self.place_version != seen:
            raise StalePlace(self)
        trail = {"by": by, "at": at, "reason": reason, "on_behalf_of": on_behalf_of, **data}
        was = self.horizon, self.rank
        if horizon == Horizon.NOW and self.horizon != Horizon.NOW:
            self._make_room(backlog, displaced, raise_cap, trail)
            self._reload_place()  # who made room may have shifted it
        rank = self._target_rank(horizon, where)
        if (horizon, rank) == was:
            return self
        self._move(horizon, rank)
        self._record_move(was, trail)
        backlog.count_up()
        return self

    @transaction.atomic
    def set_focus(self, is_focus, *, by, at, reason="", on_behalf_of=None, **data):
        """Give the item special focus, or take it away; at most a few have it (`FocusFull`).

        Only what is in *Now* can have it: raises `ItemNotReady` otherwise.
        """
        backlog = Backlog.objects.lock()
        self._reload_place()
        if self.is_focus == is_focus:
            return
        if is_focus:
            if self.horizon != Horizon.NOW:
                raise ItemNotReady([Horizon.NOW.label])
            if Item.objects.with_focus().count() >= backlog.focus_cap:
                raise FocusFull(backlog.focus_cap)
        self._save(is_focus=is_focus)
        Event.objects.record(
            self,
            "agenda.focus_given" if is_focus else "agenda.focus_taken",
            by=by,
            at=at,
            reason=reason,
            on_behalf_of=on_behalf_of,
            changes={"is_focus": [not is_focus, is_focus]},
            **data,
        )
        backlog.count_up()

    # Verbs: the way to the end

    @transaction.atomic
    def decide(self, *, by, at, reason, **data):
        """Set the item as decided. Raises `ItemNotReady` while a commission field is empty."""
        if self.missing_fields:
            raise ItemNotReady(self.missing_fields)
        self._go(
            [Status.PROPOSED, Status.PREPARING],
            Status.DECIDED,
            "agenda.decided",
            by=by,
            at=at,
            reason=reason,
            **data,
        )

    @transaction.atomic
    def start(self, *, by, at, reason="", **data):
        """Begin the work. Raises `ItemNotReady` without an owner."""
        if self.owner_id is None:
            raise ItemNotReady([self._meta.get_field("owner").verbose_name])
        self._go(
            self.STARTABLE,
            Status.IN_PROGRESS,
            "agenda.started",
            by=by,
            at=at,
            reason=reason,
            **data,
        )

    @transaction.atomic
    def finish(self, *, by, at, effect_seen, **data):
        """Close the item as done, with the effect that was seen."""
        self._close(Status.DONE, "agenda.finished", by=by, at=at, effect_seen=effect_seen, **data)

    @transaction.atomic
    def end(self, *, by, at, reason, effect_seen="", **data):
        """Close the item because the need is met or gone: a good ending (rule 6)."""
        self._close(
            Status.ENDED,
            "agenda.ended",
            by=by,
            at=at,
            reason=reason,
            effect_seen=effect_seen,
            **data,
        )

    # What the verbs share

    def _require_open(self):
        if not self.is_open:
            raise ItemClosed

    def _require_no_circle(self, depends_on):
        """Follow what is depended on, and what that depends on, and so on, back to this item."""
        links = {}
        for start, end in Item.depends_on.through.objects.values_list("from_item", "to_item"):
            links.setdefault(start, []).append(end)
        way_to = {item.pk: (item.pk,) for item in depends_on}
        waiting = list(way_to)
        while waiting:
            pk = waiting.pop()
            if pk == self.pk:
                titles = dict(Item.objects.filter(pk__in=way_to[pk]).values_list("pk", "title"))
                raise DependencyCircle([self.title, *(titles[step] for step in way_to[pk])])
            for following in links.get(pk, []):
                if following not in way_to:
                    way_to[following] = (*way_to[pk], following)
                    waiting.append(following)

    def _reload_place(self):
        self.refresh_from_db(fields=["horizon", "rank", "place_version", "is_focus", "status"])

    def _save(self, **values):
        Item.objects.filter(pk=self.pk).update(**values)
        for name, value in values.items():
            setattr(self, name, value)

    def _go(self, sources, status, verb, *, by, at, reason="", **data):
        """Change status if it is one of `sources`, else raise `ItemClosed`; leave an event."""
        old = self.status
        if not Item.objects.filter(pk=self.pk, status__in=sources).update(status=status):
            raise ItemClosed
        self.status = status
        Event.objects.record(
            self,
            verb,
            by=by,
            at=at,
            reason=reason,
            changes={"status": [str(old), str(status)]},
            **data,
        )

    def _close(self, status, verb, *, by, at, effect_seen, reason="", **data):
        self._leave_place(by=by, at=at, reason=reason)
        self._save(effect_seen=effect_seen)
        self._go(self.OPEN_STATUSES, status, verb, by=by, at=at, reason=reason, **data)

    def _leave_place(self, *, by, at, reason):
        """Take a closing item out of the order and close the gap it leaves."""
        backlog = Backlog.objects.lock()
        self._reload_place()
        if self.horizon is None:
            return
        was = self.horizon, self.rank
        self._move(None, None)
        self._record_move(was, {"by": by, "at": at, "reason": reason})
        backlog.count_up()

    def _make_room(self, backlog, displaced, raise_cap, trail):
        now = Item.objects.filter(horizon=Horizon.NOW)
        count = now.count()
        if count < backlog.now_cap:
            return
        if displaced is not None:
            displaced._reload_place()
            if displaced.horizon != Horizon.NOW:
                raise StalePlace(displaced)
            was = displaced.horizon, displaced.rank
            displaced._move(Horizon.NEXT, 1)
            displaced._record_move(was, trail | {"gave_room_to": self.pk})
        elif raise_cap:
            old, new = backlog.now_cap, count + 1
            Backlog.objects.filter(pk=1).update(now_cap=new)
            event = trail | {"changes": {"now_cap": [old, new]}}
            Event.objects.record(self, "agenda.cap_raised", **event)
        else:
            raise HorizonFull(backlog.now_cap)

    def _target_rank(self, horizon, where):
        """Return the rank that `where` means, counted with the item itself already taken out."""
        if horizon is None:
            return None
        others = Item.objects.filter(horizon=horizon).exclude(pk=self.pk)
        last = others.count() + 1
        if isinstance(where, Item):
            anchor = others.filter(pk=where.pk).values_list("rank", flat=True).first()
            if anchor is None:
                where.refresh_from_db()
                raise StalePlace(where)
            is_behind_self = self.horizon == horizon and self.rank < anchor
            return anchor if is_behind_self else anchor + 1
        here = self.rank if self.horizon == horizon else last
        wanted = {"first": 1, "last": last, "up": here - 1, "down": here + 1}.get(where, where)
        return max(1, min(int(wanted), last))

    def _move(self, horizon, rank):
        """Close the gap at the old place, open one at the new, and stand there."""
        if self.horizon is not None:
            Item.objects.filter(horizon=self.horizon, rank__gt=self.rank).exclude(
                pk=self.pk
            ).update(rank=F("rank") - 1)
        if horizon is not None:
            Item.objects.filter(horizon=horizon, rank__gte=rank).exclude(pk=self.pk).update(
                rank=F("rank") + 1
            )
        is_focus = self.is_focus and horizon == Horizon.NOW
        self._save(
            horizon=horizon,
            rank=rank,
            is_focus=is_focus,
            place_version=self.place_version + 1,
        )

    def _record_move(self, was, trail):
        changes = {"rank": [was[1], self.rank]}
        if was[0] != self.horizon:
            changes = {
                "horizon": [_plain(was[0]), _plain(self.horizon)],
                **changes,
            }
        trail = {**trail, "in_horizon": _plain(self.horizon)}
        Event.objects.record(self, "agenda.moved", changes=changes, **trail)


def _plain(value):
    """Return `value` in a form that JSON holds and a reader understands."""
    if value is None or isinstance(value, bool | int):
        return value
    return str(value.value) if isinstance(value, models.TextChoices) else str(value)


def place_in_words(horizon, rank):
    """Return a place as a reader says it: "Now 3", or that there is none."""
    if not horizon:
        return gettext("No place")
    return f"{Horizon(horizon).label} {rank}" if rank else str(Horizon(horizon).label)


def places_in_words(event):
    """Say what a move changed: from one place to another."""
    old_rank, new_rank = event.changes["rank"]
    at = event.data.get("in_horizon")
    old, new = event.changes.get("horizon", [at, at])
    if old is None and new is None:  # an old trail does not say where within
        return [(gettext("Place"), str(old_rank), str(new_rank))]
    return [(gettext("Place"), place_in_words(old, old_rank), place_in_words(new, new_rank))]
