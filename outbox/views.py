from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp_replace, csp_update
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import get_permitted, require
from accounts.models import Person
from outbox import kinds, unsubscribing
from outbox.delivery import preview
from outbox.mail import wake_after_commit
from outbox.models import Email, MailSwitch

PER_PAGE = 50
# A link in the shown mail may leave the frame when somebody clicks on it; nothing else may.
FRAME_RIGHTS = "allow-top-navigation-by-user-activation"


@require_safe
def outbox(request):
    """The mails of the portal by state, the latest first."""
    require(request.user, "outbox.view")
    status = request.GET.get("lage", "")
    is_unknown = bool(status) and status not in Email.Status.values
    emails = Email.objects.select_related("to")
    if status and not is_unknown:
        emails = emails.filter(status=status)
    context = {
        "page": Paginator(emails, PER_PAGE).get_page(request.GET.get("sida")),
        "status": "" if is_unknown else status,
        "is_unknown": is_unknown,
        "statuses": Email.Status.choices,
    }
    return render(request, "outbox/outbox.html", context)


@csp_update({"frame-src": [SELF]})
@require_safe
def email(request, pk):
    """One mail, as text and as it looks."""
    emails = Email.objects.select_related("to", "retried_by")
    found = get_permitted(request.user, "outbox.view", emails, pk=pk)
    context = {
        "email": found,
        "content": content_of(found, timezone.now()),
        "kind_words": kinds.words_of(found.kind),
        "is_kept_here": not settings.EMAIL_URL,
        "frame_rights": FRAME_RIGHTS,
    }
    return render(request, "outbox/email.html", context)


@csp_replace(
    {
        "default-src": [NONE],
        "script-src": [NONE],
        "style-src": [UNSAFE_INLINE],  # a mail carries its own style
        "frame-ancestors": [SELF],
        "sandbox": [FRAME_RIGHTS],
    }
)
@xframe_options_sameorigin
@require_safe
def email_html(request, pk):
    """The HTML part as a mail program would show it: no script, nothing from elsewhere."""
    found = get_permitted(request.user, "outbox.view", Email.objects.all(), pk=pk)
    content = content_of(found, timezone.now())
    if content is None:
        raise Http404
    return HttpResponse(content.html.replace("<head>", '<head><base target="_top">', 1))


def content_of(email, now):
    """Return what the mail says, or would say if it were sent now; None when it says nothing."""
    if email.text:
        return kinds.Content(email.subject, email.text, email.html)
    return preview(email, now) if email.status == Email.Status.QUEUED else None


@require_POST
def retry(request, pk):
    found = get_permitted(request.user, "outbox.view", Email.objects.all(), pk=pk)
    if found.retry(by=request.user, at=timezone.now()):
        wake_after_commit(found.pk)
        messages.success(request, _("The mail is tried again now."))
    else:
        messages.info(request, _("The mail is not one that failed, so nothing was done."))
    if request.POST.get("next") == "follow-up":
        return redirect(reverse("follow-up") + "#mail")
    return redirect(found)


@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request, token):
    """Switch off a kind of mail from a link in it. Opening the link changes nothing; a POST does.

    Mail programs post here without a session: the signed address is the right to do it.
    """
    read = unsubscribing.read(token)
    if read is None:
        raise Http404
    person = get_object_or_404(Person, pk=read[0])
    kind = read[1]
    if request.method == "POST":
        MailSwitch.objects.switch_off(person, kind)
    context = {
        "kind_words": kinds.words_of(kind),
        "is_off": MailSwitch.objects.is_off(person, kind),
    }
    return render(request, "outbox/unsubscribe.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def mail_switches(request):
    """What mail I want; each kind can be switched off."""
    if request.method == "POST":
        wanted = set(request.POST.getlist("kind"))
        for kind in kinds.switchable():
            switch = MailSwitch.objects
            (switch.switch_on if kind.name in wanted else switch.switch_off)(
                request.user, kind.name
            )
        messages.success(request, _("Your choice of mail is saved."))
        return redirect("mail-switches")
    off = MailSwitch.objects.off_for(request.user)
    choices = [(kind.name, kind.words, kind.name not in off) for kind in kinds.switchable()]
    return render(request, "outbox/mail_switches.html", {"choices": choices})
