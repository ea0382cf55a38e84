"""Comments on anything in the portal, and who follows what."""

import pgtrigger
from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from activity.models import Event


class CommentWithdrawn(Exception):
    """The comment is withdrawn: it takes no answers and cannot be withdrawn again."""


class AboutQuerySet(models.QuerySet):
    """Rows that point at a subject of any kind."""

    def about(self, subject):
        """Keep the rows about `subject`."""
        return self.filter(
            subject_type=ContentType.objects.get_for_model(subject), subject_id=subject.pk
        )


class CommentQuerySet(AboutQuerySet):
    def standing(self):
        """Keep the comments that nobody has withdrawn."""
        return self.filter(withdrawn_at__isnull=True)

    def opening(self):
        """Keep the comments that are not answers."""
        return self.filter(parent__isnull=True)


class Comment(models.Model):
    """What somebody says about a subject; answers go one level deep.

    A comment is never edited. It can be withdrawn: then its text is no longer shown, but stays
    in the records.
    """

    MAX_LENGTH = 4000

    subject_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, related_name="+")
    subject_id = models.PositiveBigIntegerField()
    subject = GenericForeignKey("subject_type", "subject_id")
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="answers",
        verbose_name=_("answers"),
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="comments",
        verbose_name=_("author"),
    )
    text = models.TextField(_("text"), max_length=MAX_LENGTH)
    created_at = models.DateTimeField(_("written"))
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("withdrawn by"),
    )

    objects = CommentQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "pk"]
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        constraints = [
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="dialogue_comment_withdrawn_by_somebody",
            ),
        ]
        indexes = [
            models.Index(
                fields=["subject_type", "subject_id", "created_at"], name="dialogue_comment_subject"
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="answers_one_level_deep",
                level=pgtrigger.Row,
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                condition=pgtrigger.Q(new__parent__isnull=False),
                func="""
                    IF NOT EXISTS (
                        SELECT 1 FROM dialogue_comment
                        WHERE id = NEW.parent_id AND parent_id IS NULL
                          AND subject_type_id = NEW.subject_type_id AND subject_id = NEW.subject_id
                    ) THEN
                        RAISE EXCEPTION 'an answer belongs to a comment on the same subject'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Protect(
                name="words_stay_as_written",
                operation=pgtrigger.UpdateOf("text", "author_id", "created_at", "subject_id")
                | pgtrigger.Delete,
            ),
        ]

    def __str__(self):
        return f"{self.author}: {self.text[:60]}"

    def get_absolute_url(self):
        return f"{self.subject.get_absolute_url()}#{self.anchor}"

    @property
    def anchor(self):
        """The id of the comment on a page, without `#`."""
        return f"comment-{self.pk}"

    @property
    def is_withdrawn(self):
        return self.withdrawn_at is not None

    @classmethod
    @transaction.atomic
    def write(cls, subject, *, by, at, text, answer_to=None):
        """Comment on `subject`, or answer a comment on it; the author follows it from then on.

        An answer to an answer stands beside it. Raises `CommentWithdrawn` when `answer_to` is
        withdrawn.
        """
        parent = answer_to and (answer_to.parent or answer_to)
        if answer_to and (answer_to.is_withdrawn or parent.is_withdrawn):
            raise CommentWithdrawn
        comment = cls.objects.create(
            subject=subject, parent=parent, author=by, text=text, created_at=at
        )
        verb = "dialogue.answered" if parent else "dialogue.commented"
        data = {"comment": comment.pk}
        if parent:
            data["answers"] = parent.pk
        Event.objects.record(subject, verb, by=by, at=at, **data)
        Follow.objects.get_or_create_for(by, subject, at=at)
        return comment

    @transaction.atomic
    def withdraw(self, *, by, at, reason=""):
        """Take the text out of view, once; the trail and the records keep it."""
        standing = Comment.objects.standing().filter(pk=self.pk)
        if not standing.update(withdrawn_at=at, withdrawn_by=by):
            raise CommentWithdrawn
        self.withdrawn_at, self.withdrawn_by = at, by
        Event.objects.record(
            self.subject, "dialogue.withdrew", by=by, at=at, reason=reason, comment=self.pk
        )


class FollowQuerySet(AboutQuerySet):
    def is_following(self, person, subject):
        return self.about(subject).filter(person=person).exists()

    def followers_of(self, subject):
        """Return the people who follow `subject` and still may sign in."""
        ids = self.about(subject).values("person_id")
        return Person.objects.active().filter(pk__in=ids)


class FollowManager(models.Manager.from_queryset(FollowQuerySet)):
    def get_or_create_for(self, person, subject, *, at):
        """Return (follow, whether it is new)."""
        return self.get_or_create(
            person=person,
            subject_type=ContentType.objects.get_for_model(subject),
            subject_id=subject.pk,
            defaults={"since": at},
        )

    @transaction.atomic
    def start(self, person, subject, *, at):
        """Let `person` follow `subject`; return whether that is new."""
        _follow, is_new = self.get_or_create_for(person, subject, at=at)
        if is_new:
            self._record(person, "dialogue.followed", subject, at)
        return is_new

    @transaction.atomic
    def stop(self, person, subject, *, at):
        """Let `person` no longer follow `subject`; return whether they did."""
        deleted, _rows = self.about(subject).filter(person=person).delete()
        if deleted:
            self._record(person, "dialogue.unfollowed", subject, at)
        return bool(deleted)

    def _record(self, person, verb, subject, at):
        # On the person, not on the subject: who reads what is nobody else's news.
        Event.objects.record(
            person, verb, by=person, at=at, subject=[subject._meta.label_lower, subject.pk]
        )


class Follow(models.Model):
    """A person wants to know what happens to a subject."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="follows"
    )
    subject_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, related_name="+")
    subject_id = models.PositiveBigIntegerField()
    subject = GenericForeignKey("subject_type", "subject_id")
    since = models.DateTimeField(_("since"))

    objects = FollowManager()

    class Meta:
        verbose_name = _("follow")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "subject_type", "subject_id"], name="dialogue_follow_once"
            )
        ]
        indexes = [
            models.Index(fields=["subject_type", "subject_id"], name="dialogue_follow_subject")
        ]

    def __str__(self):
        return f"{self.person}: {self.subject_type_id}:{self.subject_id}"
