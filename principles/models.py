"""The seven organising principles (report 3.2) and the target picture (3.1)."""

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models, transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.swedish import search_query, search_vector
from activity.models import Event
from activity.wording import Standing, Wording, WordingAdopted

__all__ = [
    "Principle",
    "Standing",
    "TargetPicture",
    "TargetStatement",
    "Wording",
    "WordingAdopted",
]


class PrincipleQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if user.is_authenticated else self.none()

    def matching(self, text):
        query = search_query(text)
        return self.filter(search=query) if query else self.none()


class Principle(Wording):
    """One of the seven principles that an item or a change of organisation is held against."""

    TEXT_FIELDS = ["title", "summary", "promotes", "test_question"]

    number = models.PositiveSmallIntegerField(_("number"), unique=True)
    slug = models.SlugField(unique=True)
    title = models.CharField(_("title"), max_length=200)
    source = models.CharField(_("section of the report"), max_length=40)
    summary = models.TextField(_("summary"))
    promotes = models.TextField(_("what it promotes"))
    test_question = models.TextField(_("test question"))
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="owned_principles",
        verbose_name=_("owner"),
    )
    search = models.GeneratedField(
        expression=search_vector(title="A", summary="B", promotes="C"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = PrincipleQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        verbose_name = _("principle")
        verbose_name_plural = _("principles")
        indexes = [GinIndex(fields=["search"], name="principles_principle_search")]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("principle", args=[self.slug])


class TargetPicture(Wording):
    """How the organisation should be met and work; there is one."""

    TEXT_FIELDS = ["title", "summary"]

    title = models.CharField(_("title"), max_length=200)
    source = models.CharField(_("section of the report"), max_length=40)
    summary = models.TextField(_("summary"))

    objects = PrincipleQuerySet.as_manager()

    class Meta:
        verbose_name = _("target picture")
        verbose_name_plural = _("target pictures")

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("target-picture")

    @transaction.atomic
    def revise_with_statements(self, fields, statements, *, version, by, at):
        """Revise the texts and the sentences, {pk: text}, as one version."""
        changes = self.revise(fields, version=version, by=by, at=at)
        sentences = {}
        for statement in self.statements.filter(pk__in=statements):
            old, statement.text = statement.text, statements[statement.pk]
            if old != statement.text:
                sentences[statement.slug] = [old, statement.text]
                statement.save(update_fields=["text"])
        if sentences:
            Event.objects.record(
                self, "principles.statements_revised", by=by, at=at, changes=sentences
            )
        return changes | sentences


class TargetStatement(models.Model):
    """One sentence of the target picture, seen by the customer or by the employee."""

    class Perspective(models.TextChoices):
        CUSTOMER = "customer", _("For those who live and work in the municipality")
        EMPLOYEE = "employee", _("For us who work here")

    picture = models.ForeignKey(TargetPicture, on_delete=models.CASCADE, related_name="statements")
    slug = models.SlugField(unique=True)
    perspective = models.CharField(_("perspective"), choices=Perspective, max_length=20)
    text = models.TextField(_("text"))
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]

    def __str__(self):
        return self.text
