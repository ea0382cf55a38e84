from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.access import require
from followup.workdays import is_working_day
from reminders.desk import Desk, DeskFilters
from reminders.models import ReadMark
from reminders.rounds import queue_digests_now


@require_safe
def follow_up(request):
    """Who owes a check-in, what was not delivered, what waits for an answer."""
    require(request.user, "followup.view_desk")
    filters = DeskFilters(request.GET, path=request.path)
    desk = Desk(filters, timezone.localdate(), request.GET.get("sida"))
    template = "reminders/follow_up.html"
    if request.htmx.target == "desk":
        template += "#desk"
    return render(request, template, {"desk": desk, "filters": filters})


@require_POST
def digests_now(request):
    """Write the day's digests at once; who has one already gets no second."""
    require(request.user, "followup.plan")
    now = timezone.now()
    number = queue_digests_now(now, by=request.user, seconds=10)
    if not number:
        text = _("Nobody has anything more to be told today, so no mail was written.")
    elif is_working_day(timezone.localdate(now)):
        text = ngettext("%(number)d mail was written.", "%(number)d mails were written.", number)
    else:
        text = ngettext(
            "%(number)d mail was written and goes out on the next working day.",
            "%(number)d mails were written and go out on the next working day.",
            number,
        )
    messages.success(request, text % {"number": number} if number else text)
    return redirect("outbox")


@require_POST
def news_read(request):
    """Mark the news as read, up to when the page that showed them was made."""
    now = timezone.now()
    try:
        until = parse_datetime(request.POST.get("until", "")[:40])
    except ValueError:
        until = None
    # No page was made before there was a portal; the database holds no moment before year 1.
    if until is None or timezone.is_naive(until) or until > now or until.year < 2000:
        until = now
    ReadMark.objects.set(request.user, until)
    return redirect("start")
