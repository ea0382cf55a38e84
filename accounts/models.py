"""People, their units and roles, and what they have typed but not yet sent."""

import uuid

import rules
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.swedish import SwedishOrder


class Role(models.TextChoices):
    EMPLOYEE = "employee", _("Employee")
    MANAGER = "manager", _("Manager")
    SLG = "slg", _("Management group (SLG)")
    CITY_DIRECTOR = "city_director", _("City director")
    SUPPORT = "support", _("Leadership support")
    ADMIN = "admin", _("Administrator")


class UnitQuerySet(models.QuerySet):
    def for_list(self):
        return (
            self.select_related("manager")
            .annotate(size=models.Count("people", filter=models.Q(people__is_active=True)))
            .order_by("sort_key")
        )


class Unit(models.Model):
    """A part of the organisation; its manager answers for it."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    manager = models.ForeignKey(
        "accounts.Person",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="managed_units",
        verbose_name=_("manager"),
    )
    is_fictional = models.BooleanField(_("fictional"), default=False, editable=False)
    sort_key = models.GeneratedField(
        expression=SwedishOrder("name"),
        output_field=models.TextField(db_collation="C"),
        db_persist=True,
    )

    objects = UnitQuerySet.as_manager()

    class Meta:
        ordering = ["sort_key"]
        verbose_name = _("unit")
        verbose_name_plural = _("units")

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("unit-edit", args=[self.pk])


class PersonQuerySet(models.QuerySet):
    def active(self):
        return self.filter(is_active=True)

    def with_role(self, *roles):
        """Keep the people who hold at least one of `roles`."""
        return self.filter(pk__in=RoleAssignment.objects.filter(role__in=roles).values("person_id"))

    def named(self, text):
        """Keep those whose name, user name or title holds every word of `text`."""
        people = self
        for word in text.split()[:5]:
            people = people.filter(
                models.Q(name__icontains=word)
                | models.Q(username__icontains=word)
                | models.Q(title__icontains=word)
            )
        return people

    def for_list(self):
        return self.select_related("unit").prefetch_related("role_assignments")

    def is_last_administrator(self, person):
        """Tell whether nobody but `person` could let an administrator in.

        Locks the administrators' roles until the transaction ends, so that two of them cannot
        take the role from each other at the same moment.
        """
        held = RoleAssignment.objects.select_for_update(of=["self"]).filter(
            role=Role.ADMIN, person__is_active=True
        )
        return {assignment.person_id for assignment in held} == {person.pk}

    def participants(self):
        """Keep those who may own, comment and propose: all but pure administrators."""
        return self.with_role(*(role for role in Role if role != Role.ADMIN))


class PersonManager(BaseUserManager.from_queryset(PersonQuerySet)):
    def get_by_natural_key(self, username):
        return self.get(username__iexact=username)

    def create_person(self, username, *, name, email="", roles=(), password=None, **fields):
        """Create a person with roles; without a password they cannot sign in by password."""
        person = self.model(username=username, name=name, email=email, **fields)
        person.set_password(password)
        person.save()
        for role in roles:
            RoleAssignment.objects.create(person=person, role=role)
        return person


class Person(AbstractBaseUser):
    """Somebody who signs in, or who once did: a person is made inactive, never deleted."""

    class Language(models.TextChoices):
        SWEDISH = "sv", "Svenska"
        ENGLISH = "en", "English"

    class ColorScheme(models.TextChoices):
        AUTO = "auto", _("As the device")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    username = models.CharField(_("user name"), max_length=150, unique=True)
    name = models.CharField(_("name"), max_length=120)
    email = models.EmailField(_("e-mail"), blank=True)
    title = models.CharField(pgettext_lazy("of a person", "title"), max_length=120, blank=True)
    unit = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="people",
        verbose_name=_("unit"),
    )
    language = models.CharField(
        _("language"), choices=Language, default=Language.SWEDISH, max_length=2
    )
    color_scheme = models.CharField(
        _("colours"), choices=ColorScheme, default=ColorScheme.AUTO, max_length=5
    )
    is_active = models.BooleanField(_("may sign in"), default=True)
    is_fictional = models.BooleanField(_("fictional"), default=False, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    sort_key = models.GeneratedField(
        expression=SwedishOrder("name"),
        output_field=models.TextField(db_collation="C"),
        db_persist=True,
    )

    objects = PersonManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name", "email"]

    # Rights come from roles and rules alone; nobody bypasses them.
    is_superuser = False
    is_staff = False

    class Meta:
        ordering = ["sort_key", "pk"]
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.UniqueConstraint(
                Lower("username"),
                name="accounts_person_username_once",
                violation_error_message=_("Somebody already has that user name."),
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("person-edit", args=[self.pk])

    @cached_property
    def roles(self):
        """The person's roles, as a frozenset of `Role` values; read once per request."""
        return frozenset(assignment.role for assignment in self.role_assignments.all())

    @property
    def role_labels(self):
        return [role.label for role in Role if role in self.roles]

    def hold_roles(self, roles):
        """Let the person hold `roles` and no others; what was held before keeps its date."""
        self.role_assignments.exclude(role__in=roles).delete()
        RoleAssignment.objects.bulk_create(
            [RoleAssignment(person=self, role=role) for role in roles], ignore_conflicts=True
        )
        # What was read before must not be believed any longer.
        self.__dict__.pop("roles", None)
        getattr(self, "_prefetched_objects_cache", {}).pop("role_assignments", None)

    def has_role(self, *roles):
        return self.is_active and not self.roles.isdisjoint(roles)

    def has_perm(self, perm, obj=None):
        return self.is_active and rules.has_perm(perm, self, obj)

    def get_full_name(self):
        return self.name

    def get_short_name(self):
        return self.name.split()[0] if self.name else self.username


class RoleAssignment(models.Model):
    """A role that a person holds, and since when; roles can be combined."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="role_assignments")
    role = models.CharField(_("role"), choices=Role, max_length=20)
    since = models.DateTimeField(_("since"), auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "role"], name="accounts_roleassignment_once_per_person"
            )
        ]

    def __str__(self):
        return f"{self.person}: {self.get_role_display()}"


class DraftQuerySet(models.QuerySet):
    MOST = 100

    def keep(self, person, key, data, *, now):
        """Keep what `person` has typed in the form `key`; the latest text wins.

        Past `MOST` drafts the oldest ones go.
        """
        draft, created = self.update_or_create(
            person=person, key=key, defaults={"data": data, "saved_at": now}
        )
        if created:
            newest = self.filter(person=person).order_by("-saved_at", "-pk")
            self.filter(pk__in=list(newest.values_list("pk", flat=True)[self.MOST :])).delete()
        return draft

    def discard(self, person, key):
        return self.filter(person=person, key=key).delete()


class Draft(models.Model):
    """What a person has typed into a form but not sent: rule 8, nothing typed is ever lost."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="drafts")
    key = models.CharField(max_length=120)
    data = models.JSONField(default=dict)
    saved_at = models.DateTimeField()

    objects = DraftQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "key"], name="accounts_draft_one_per_form")
        ]

    def __str__(self):
        return f"{self.person}: {self.key}"


class Submission(models.Model):
    """A form that has had its effect; the unique key lets a POST sent twice count once."""

    key = models.UUIDField(primary_key=True, default=uuid.uuid4)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    location = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self):
        return str(self.key)
