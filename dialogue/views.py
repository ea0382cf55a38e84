from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import drafts, once
from accounts.access import require
from dialogue import subjects
from dialogue.forms import CommentForm, WithdrawalForm
from dialogue.models import Comment, CommentWithdrawn, Follow
from dialogue.thread import FollowState, Thread, draft_key


@require_http_methods(["GET", "HEAD", "POST"])
def comments(request, name, pk):
    """The whole dialogue about a subject, and where a comment on it is sent."""
    subject = subjects.find(name, pk, request.user)
    if request.method == "POST":
        return add_comment(request, name, subject)
    thread = Thread(subject, request.user, request, page=request.GET.get("sida", 1))
    return show(request, thread)


def add_comment(request, name, subject):
    require(request.user, "dialogue.comment", subject)
    answer_to = None
    if request.POST.get("answer_to"):
        answer_to = get_object_or_404(
            Comment.objects.about(subject), pk=number(request.POST["answer_to"])
        )

    form = CommentForm(
        request.POST, draft_key=draft_key(name, subject, answer_to), answer_to=answer_to
    )
    if not form.is_valid():
        return show(request, Thread(subject, request.user, faulty=form), status=422)
    if sent := once.claim(request):
        return answer(request, subject, sent.location)
    try:
        comment = Comment.write(
            subject,
            by=request.user,
            at=timezone.now(),
            text=form.cleaned_data["text"],
            answer_to=answer_to,
        )
    except CommentWithdrawn:
        form.add_error(None, _("The comment has been withdrawn. Write a comment of your own."))
        form.answer_to = None
        return show(request, Thread(subject, request.user, faulty=form), status=422)
    drafts.discard(request.user, form.draft_key)
    once.remember(request, comment.get_absolute_url())
    return answer(request, subject, comment.get_absolute_url(), comment)


def answer(request, subject, location, comment=None):
    """Answer a comment that was saved, now or by the same form before."""
    if request.htmx:
        return show(request, Thread(subject, request.user, written=comment))
    messages.success(request, _("Your comment is saved."))
    return redirect(location)


def show(request, thread, status=200):
    template = "dialogue/comments.html"
    if request.htmx.target == "comments":
        template = "dialogue/_comments.html"
    context = {"thread": thread, "subject": thread.subject, "form_has_errors": status == 422}
    return render(request, template, context, status=status)


def find_comment(request, pk):
    """Return the comment if the reader may see its subject; otherwise 404."""
    comment = get_object_or_404(Comment.objects.select_related("author"), pk=pk)
    if comment.subject is None or not subjects.is_registered(comment.subject):
        raise Http404
    subjects.find(subjects.name_of(comment.subject), comment.subject_id, request.user)
    return comment


@require_safe
def comment(request, pk):
    """The address of one comment, for news and mails: it leads to its place on the page."""
    return redirect(find_comment(request, pk))


@require_http_methods(["GET", "HEAD", "POST"])
def withdrawal(request, pk):
    """Ask whether a comment is to be withdrawn, and withdraw it."""
    comment = find_comment(request, pk)
    require(request.user, "dialogue.withdraw", comment)

    is_author = comment.author_id == request.user.pk
    data = request.POST if request.method == "POST" else None
    form = WithdrawalForm(data, is_author=is_author)
    is_withdrawn = comment.is_withdrawn
    if request.method == "POST" and form.is_valid():
        try:
            comment.withdraw(by=request.user, at=timezone.now(), reason=form.cleaned_data["reason"])
        except CommentWithdrawn:
            is_withdrawn = True
        else:
            messages.success(request, _("The comment is withdrawn."))
            return redirect(comment)

    status = 409 if is_withdrawn and request.method == "POST" else 422 if form.errors else 200
    context = {
        "comment": comment,
        "subject": comment.subject,
        "form": form,
        "is_author": is_author,
        "is_withdrawn": is_withdrawn,
    }
    return render(request, "dialogue/withdrawal.html", context, status=status)


@require_POST
def follow(request, name, pk):
    """Follow a subject (`follow=1`) or stop (`follow=0`); the answer is the same when repeated."""
    subject = subjects.find(name, pk, request.user)
    require(request.user, "dialogue.follow", subject)

    if request.POST.get("follow") == "0":
        Follow.objects.stop(request.user, subject, at=timezone.now())
        text = _("You no longer follow this.")
    else:
        Follow.objects.start(request.user, subject, at=timezone.now())
        text = _("You follow this. News comes on your start page and in your daily mail.")
    if request.htmx:
        context = {"follow": FollowState(subject, request.user), "follow_text": text}
        return render(request, "dialogue/_follow.html", context)
    messages.success(request, text)
    return redirect(subject)


def number(text):
    """Return `text` as the key of a row, or 0, which no row has."""
    return int(text) if text.isdecimal() and len(text) < 19 else 0
