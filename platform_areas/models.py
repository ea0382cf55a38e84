"""The six areas of the shared platform (report 2.2 and action 4): proposals until decided."""

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.swedish import search_query, search_vector
from activity.wording import Standing, Wording


class PlatformAreaQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if user.is_authenticated else self.none()

    def matching(self, text):
        query = search_query(text)
        return self.filter(search=query) if query else self.none()


class PlatformArea(Wording):
    """A part of the platform that units share, with what is known and what is to be settled."""

    Standing = Standing
    UNDECIDED_FIELDS = ["mandate", "financing", "arrangement"]
    TEXT_FIELDS = ["title", "summary", *UNDECIDED_FIELDS]

    position = models.PositiveSmallIntegerField(default=0)
    slug = models.SlugField(unique=True)
    title = models.CharField(_("title"), max_length=200)
    source = models.CharField(_("section of the report"), max_length=40)
    summary = models.TextField(_("summary"))
    # Empty until decided: the report leaves these to dialogue (2.2, action 4).
    mandate = models.TextField(_("mandate"), blank=True)
    financing = models.TextField(_("financing"), blank=True)
    arrangement = models.TextField(_("common, coordinated or local"), blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="owned_platform_areas",
        verbose_name=_("owner"),
    )
    search = models.GeneratedField(
        expression=search_vector(title="A", summary="B"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = PlatformAreaQuerySet.as_manager()

    class Meta:
        ordering = ["position"]
        verbose_name = _("platform area")
        verbose_name_plural = _("platform areas")
        indexes = [GinIndex(fields=["search"], name="platform_areas_area_search")]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("platform-area", args=[self.slug])

    @property
    def undecided(self):
        """What is still to be settled, in words."""
        words = {
            "mandate": _("mandate"),
            "financing": _("financing"),
            "arrangement": _("what is common, coordinated or local"),
        }
        return [words[name] for name in self.UNDECIDED_FIELDS if not getattr(self, name).strip()]


class KnownFact(models.Model):
    """What the report says of an area as it was found."""

    area = models.ForeignKey(PlatformArea, on_delete=models.CASCADE, related_name="known_facts")
    text = models.TextField(_("text"))
    source = models.CharField(_("section of the report"), max_length=40)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]

    def __str__(self):
        return self.text


class DialogueQuestion(models.Model):
    """A question that the dialogue about an area starts from."""

    area = models.ForeignKey(
        PlatformArea, on_delete=models.CASCADE, related_name="dialogue_questions"
    )
    text = models.TextField(_("text"))
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]

    def __str__(self):
        return self.text
