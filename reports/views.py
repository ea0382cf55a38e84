import datetime as dt

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import drafts, once
from accounts.access import get_permitted, require
from accounts.text import clean_query
from accounts.versions import StaleVersion
from dialogue.thread import FollowState, Thread
from reports.calendar import likely_periods, name_of
from reports.forms import NewReportForm, ReportForm
from reports.models import AlreadyPublished, CorrectionBegun, ProgressReport
from reports.shown import Shown

METHODS = ["GET", "HEAD", "POST"]


@require_safe
def reports(request):
    visible = ProgressReport.objects.visible_to(request.user).for_list().latest_first()
    context = {
        "drafts": visible.drafts(),
        "page": Paginator(visible.current(), 25).get_page(request.GET.get("sida")),
    }
    return render(request, "reports/reports.html", context)


@require_http_methods(METHODS)
def report_new(request):
    """Begin a report: choose its period; links suggest the likely ones."""
    require(request.user, "reports.edit")
    today = timezone.localdate()
    periods = likely_periods(today)
    initial = asked_period(request) or dict(zip(("from_on", "to_on"), periods[0], strict=True))
    form = NewReportForm(request.POST or None, initial=initial)
    if form.is_valid():
        if sent := once.claim(request):
            return redirect(sent.location)
        report = begin(request, **form.cleaned_data)
        once.remember(request, report.get_absolute_url())
        return redirect("report-edit", report.pk)

    chosen = initial["from_on"], initial["to_on"]
    context = {
        "form": form,
        "periods": [(name_of(*period), *period, period == chosen) for period in periods],
    }
    return render(request, "reports/report_new.html", context, status=422 if form.errors else 200)


def asked_period(request):
    """Return the period that the address asks for, or None when it is not two dates."""
    try:
        return {
            "from_on": dt.date.fromisoformat(clean_query(request.GET.get("fran", ""), 10)),
            "to_on": dt.date.fromisoformat(clean_query(request.GET.get("till", ""), 10)),
        }
    except ValueError:
        return None


def begin(request, from_on, to_on, title):
    title = title or _("Progress report %(period)s") % {"period": name_of(from_on, to_on)}
    return ProgressReport.begin(from_on, to_on, title=title, by=request.user, at=timezone.now())


@require_safe
def report(request, pk):
    """A report: a draft shows the data as it is, a published one as it was."""
    visible = ProgressReport.objects.visible_to(request.user).select_related(
        "published_by", "written_by", "corrects", "corrected_by"
    )
    report = get_permitted(request.user, "reports.view_report", visible, pk=pk)
    context = {
        "report": report,
        "shown": Shown(report.contents(timezone.now()), report.comments),
        "may_edit": request.user.has_perm("reports.edit", report),
    }
    if report.is_published:
        context["thread"] = Thread(report, request.user, request)
        context["follow"] = FollowState(report, request.user)
    return render(request, "reports/report.html", context)


@require_http_methods(METHODS)
def report_edit(request, pk):
    """Write the words of a draft; what was typed is shown also when it can no longer be saved."""
    visible = ProgressReport.objects.visible_to(request.user)
    report = get_permitted(request.user, "reports.edit", visible, pk=pk)
    shown = Shown(report.contents(timezone.now()), report.comments)
    if request.method == "POST":
        form = ReportForm(request.POST, report=report, sections=shown.sections)
        return save(request, report, shown, form)

    initial = ReportForm.initial_of(report)
    initial, draft = drafts.restore(request.user, ReportForm.key_of(report), initial)
    if report.is_published and draft is None:
        messages.info(request, _("The report is published. A correction is a new edition."))
        return redirect(report)
    form = ReportForm(initial=initial, report=report, sections=shown.sections)
    return show_form(request, report, shown, form, draft)


def save(request, report, shown, form):
    if not form.is_valid():
        return show_form(request, report, shown, form, status=422)
    version, now = form.cleaned_data["version"], timezone.now()
    try:
        report.revise(form.texts, version=version, by=request.user, at=now)
    except StaleVersion as stale:
        return conflict(request, report, form, stale.current)
    except AlreadyPublished:
        report.refresh_from_db()
        return show_form(request, report, shown, form, status=409)
    drafts.discard(request.user, form.draft_key)
    messages.success(request, _("The draft is saved."))
    return redirect("report-publish" if "publish" in request.POST else "report", report.pk)


def show_form(request, report, shown, form, draft=None, status=200):
    context = {"report": report, "shown": shown, "form": form, "draft": draft}
    return render(request, "reports/report_edit.html", context, status=status)


def conflict(request, report, form, current):
    """Show both texts: somebody else saved the draft in the meantime."""
    theirs = ReportForm.initial_of(current)
    mine = {name: form.cleaned_data[name] for name in form.fields if name != "version"}
    differing = [name for name, value in mine.items() if value != theirs.get(name, "")]
    context = {
        "report": report,
        "current": current,
        "changed_by": current.written_by,
        "changed_at": current.written_at,
        "fields": [
            {
                "name": name,
                "label": form.fields[name].label,
                "mine": as_typed(mine[name]),
                "theirs": as_typed(theirs.get(name, "")),
            }
            for name in differing
        ],
        "hidden": {name: as_typed(mine[name]) for name in mine if name not in differing},
        "version": current.version,
        "cancel_url": current.get_absolute_url(),
    }
    return render(request, "reports/conflict.html", context, status=409)


def as_typed(value):
    return value.isoformat() if isinstance(value, dt.date) else value


@require_http_methods(METHODS)
def report_publish(request, pk):
    """Show what will be frozen, and publish it."""
    visible = ProgressReport.objects.visible_to(request.user).select_related("corrects")
    report = get_permitted(request.user, "reports.edit", visible, pk=pk)
    now = timezone.now()
    status = 200
    is_stale = False
    if report.is_published:
        messages.info(request, _("The report is published already."))
        return redirect(report)
    if request.method == "POST":
        try:
            report.publish(version=version_in(request), by=request.user, at=now)
        except AlreadyPublished:
            return redirect(report)
        except StaleVersion as stale:
            report, is_stale, status = stale.current, True, 409
        else:
            messages.success(
                request, _("The report is published. Everybody in the portal can read it.")
            )
            return redirect(report)

    context = {
        "report": report,
        "shown": Shown(report.contents(now), report.comments),
        "is_stale": is_stale,
        "has_ended": report.to_on < timezone.localdate(now),
    }
    return render(request, "reports/report_publish.html", context, status=status)


def version_in(request):
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else -1


@require_POST
def report_correction(request, pk):
    """Begin the next edition of a published report."""
    visible = ProgressReport.objects.visible_to(request.user).published()
    report = get_permitted(request.user, "reports.edit", visible, pk=pk)
    try:
        draft = report.correct(by=request.user, at=timezone.now())
    except CorrectionBegun as begun:
        messages.info(request, _("Somebody has begun the next edition already. Here it is."))
        return redirect(begun.draft)
    return redirect("report-edit", draft.pk)
