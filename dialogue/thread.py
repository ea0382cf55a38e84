"""What a page shows of the dialogue about its subject."""

from dataclasses import dataclass, field

from django.contrib.contenttypes.models import ContentType
from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from accounts.models import Draft
from dialogue import subjects
from dialogue.forms import CommentForm
from dialogue.models import Comment, Follow


@dataclass
class Line:
    """One comment, its answers, and what the reader may do with it."""

    comment: Comment
    may_withdraw: bool
    is_new: bool = False
    answers: list = field(default_factory=list)
    form: CommentForm | None = None
    is_form_open: bool = False


class Thread:
    """The comments on `subject` as `user` sees them, for `dialogue/_comments.html`.

    `faulty` is a form that was sent and refused, shown again in its place; `written` is the
    comment that was just saved, which gets the focus. With `request`, the answer form that
    `?svara=<pk>` names stands open. A page shows the latest comments; with `page` (a number)
    the thread shows that page of all.
    """

    LATEST = 30
    PER_PAGE = 50

    def __init__(
        self, subject, user, request=None, *, title="", faulty=None, written=None, page=None
    ):
        self.subject, self.user = subject, user
        self.title = title or _("Comments")
        self.faulty, self.written = faulty, written
        self.wanted_answer = request.GET.get("svara", "") if request else ""
        self.number = page

    @cached_property
    def name(self):
        return subjects.name_of(self.subject)

    @cached_property
    def url(self):
        return reverse("comments", args=[self.name, self.subject.pk])

    @cached_property
    def may_comment(self):
        return self.user.has_perm("dialogue.comment", self.subject)

    @cached_property
    def _counts(self):
        about = Comment.objects.about(self.subject)
        if self.page is None and len(self._opening) < self.LATEST:
            # All of them are here already.
            shown = self._comments
            standing = sum(not comment.is_withdrawn for comment in shown)
            return {"standing": standing, "opening": len(self._opening)}
        return about.aggregate(
            standing=Count("pk", filter=Q(withdrawn_at__isnull=True)),
            opening=Count("pk", filter=Q(parent__isnull=True)),
        )

    @property
    def count(self):
        """How many comments and answers stand, withdrawn ones not counted."""
        return self._counts["standing"]

    @property
    def earlier(self):
        """How many comments stand before the first that is shown."""
        return self._counts["opening"] - len(self._opening) if self.page is None else 0

    @cached_property
    def page(self):
        """The page of comments asked for, or None where only the latest are shown."""
        if self.number is None:
            return None
        opening = Comment.objects.about(self.subject).opening().order_by("created_at", "pk")
        return Paginator(opening.values_list("pk", flat=True), self.PER_PAGE).get_page(self.number)

    @cached_property
    def _comments(self):
        """The comments shown and their answers, oldest first, in one query."""
        if self.page is not None:
            opening = list(self.page)
        else:
            latest = Comment.objects.about(self.subject).opening().order_by("-created_at", "-pk")
            opening = latest.values("pk")[: self.LATEST]
        comments = Comment.objects.filter(Q(pk__in=opening) | Q(parent__in=opening))
        return list(comments.select_related("author", "author__unit").order_by("created_at", "pk"))

    @property
    def _opening(self):
        return [comment for comment in self._comments if comment.parent_id is None]

    @cached_property
    def lines(self):
        """The comments shown, oldest first, each with its answers."""
        answers = {}
        for comment in self._comments:
            if comment.parent_id is not None:
                answers.setdefault(comment.parent_id, []).append(self._line(comment))
        lines = [self._line(comment) for comment in self._opening]
        for line in lines:
            line.answers = answers.get(line.comment.pk, [])
            if self.may_comment and not line.comment.is_withdrawn:
                line.form = self._form(line.comment)
                line.is_form_open = bool(
                    line.form.is_bound
                    or line.form.draft
                    or self.wanted_answer == str(line.comment.pk)
                )
        return lines

    def _line(self, comment):
        return Line(
            comment,
            may_withdraw=not comment.is_withdrawn
            and self.user.has_perm("dialogue.withdraw", comment),
            is_new=self.written == comment,
        )

    @cached_property
    def form(self):
        """The form for a new comment, or None for somebody who may not comment."""
        return self._form() if self.may_comment else None

    def _form(self, answer_to=None):
        if self.faulty is not None and self.faulty.answer_to == answer_to:
            return self.faulty
        key = draft_key(self.name, self.subject, answer_to)
        return CommentForm(draft_key=key, draft=self._drafts.get(key), answer_to=answer_to)

    @cached_property
    def _drafts(self):
        """What the user has typed but not sent, by draft key, in one query for all forms."""
        key = draft_key(self.name, self.subject)
        drafts = Draft.objects.filter(person=self.user).filter(
            Q(key=key) | Q(key__startswith=f"{key}:")
        )
        return {draft.key: draft for draft in drafts if draft.data.get("text")}


def with_follow(subjects, user):
    """Annotate subjects of one kind with `is_followed`: whether `user` follows each."""
    follows = Follow.objects.filter(
        person=user,
        subject_type=ContentType.objects.get_for_model(subjects.model),
        subject_id=OuterRef("pk"),
    )
    return subjects.annotate(is_followed=Exists(follows))


class FollowState:
    """Whether `user` follows `subject`, for `dialogue/_follow.html`.

    A subject fetched `with_follow` is not asked about again.
    """

    def __init__(self, subject, user):
        self.subject, self.user = subject, user

    @cached_property
    def url(self):
        return reverse("follow", args=[subjects.name_of(self.subject), self.subject.pk])

    @cached_property
    def may_follow(self):
        return self.user.has_perm("dialogue.follow", self.subject)

    @cached_property
    def is_following(self):
        if hasattr(self.subject, "is_followed"):
            return self.subject.is_followed
        return Follow.objects.is_following(self.user, self.subject)


def draft_key(name, subject, answer_to=None):
    key = f"comment:{name}:{subject.pk}"
    return f"{key}:{answer_to.pk}" if answer_to else key
