"""The seven organising principles (report 3.2) and the target picture (3.1)."""

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.swedish import search_query, search_vector


class Standing(models.TextChoices):
    """Whether a wording is a proposal, or adopted by the city director."""

    PROPOSAL = "proposal", _("Proposal")
    ADOPTED = "adopted", _("Adopted")


class PrincipleQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if user.is_authenticated else self.none()

    def matching(self, text):
        query = search_query(text)
        return self.filter(search=query) if query else self.none()


class Principle(models.Model):
    """One of the seven principles that an item or a change of organisation is held against."""

    number = models.PositiveSmallIntegerField(_("number"), unique=True)
    slug = models.SlugField(unique=True)
    title = models.CharField(_("title"), max_length=200)
    source = models.CharField(_("section of the report"), max_length=40)
    summary = models.TextField(_("summary"))
    promotes = models.TextField(_("what it promotes"))
    test_question = models.TextField(_("test question"))
    standing = models.CharField(
        _("standing"), choices=Standing, default=Standing.PROPOSAL, max_length=20
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="owned_principles",
        verbose_name=_("owner"),
    )
    version = models.PositiveIntegerField(default=1, editable=False)
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


class TargetPicture(models.Model):
    """How the organisation should be met and work; there is one."""

    title = models.CharField(_("title"), max_length=200)
    source = models.CharField(_("section of the report"), max_length=40)
    summary = models.TextField(_("summary"))
    standing = models.CharField(
        _("standing"), choices=Standing, default=Standing.PROPOSAL, max_length=20
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = PrincipleQuerySet.as_manager()

    class Meta:
        verbose_name = _("target picture")
        verbose_name_plural = _("target pictures")

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("target-picture")


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
