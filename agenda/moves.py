"""Answering a move: the one way for the agenda's own board, for an item's page and for a meeting.

A view fetches the item and checks the right, then hands over:

    moves = Moves(request, partial(Board, request.user, may_place=True), back=reverse("agenda"))
    return moves.place(item)        # or moves.focus(item)
"""

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from accounts.rules import is_city_director, is_slg, is_support
from activity.models import Event
from agenda.forms import FocusForm, PlaceForm
from agenda.models import (
    Backlog,
    FocusFull,
    Horizon,
    HorizonFull,
    Item,
    ItemClosed,
    ItemNotReady,
    StalePlace,
    place_in_words,
)


class Moves:
    """Moves made on one board.

    `make_board` makes the `Board` that answers an HTMX request, with the keywords given to it;
    `back` is where a browser goes afterwards, unless the form names another page of the portal in
    `tillbaka`; `trail` (such as `meeting=…`) is kept with each move.
    """

    def __init__(self, request, make_board, *, back, **trail):
        self.request, self.user = request, request.user
        self.make_board = make_board
        self.back = back
        self.trail = trail
        if is_support(self.user) and not (is_slg(self.user) or is_city_director(self.user)):
            self.trail["for_slg"] = True

    # The place

    def place(self, item):
        """Show the form for moving `item`, or move it."""
        if not item.is_open:
            return self._tell_closed(item)
        if self.request.method != "POST":
            return self._show_form(item, self._place_form(item))
        form = self._place_form(item, self.request.POST)
        if not form.is_valid():
            if form.is_stale and set(form.errors) <= {"reason", "room"}:
                return self._tell_stale(item, item)
            return self._ask_again(item, form)

        seen = form.cleaned_data["seen"]
        room = form.cleaned_data.get("room", "")
        displaced = Item.objects.get(pk=room) if room not in {"", form.RAISE} else None
        # The same button pressed twice asks for the same from the same place.
        asked = f"{seen}: {form.asked}"
        try:
            item.place(
                form.cleaned_data["horizon"],
                form.target,
                by=self.user,
                at=timezone.now(),
                reason=form.cleaned_data["reason"],
                seen=seen,
                displaced=displaced,
                raise_cap=room == form.RAISE,
                asked=asked,
                **self.trail,
            )
        except HorizonFull as full:
            return self._ask_room(item, form, full.cap)
        except StalePlace as stale:
            if self._is_done_already(item, asked):
                return self._done(item, self._said(item))
            return self._tell_stale(item, stale.item)
        except ItemClosed:
            return self._tell_closed(item)
        return self._done(item, self._said(item, displaced))

    def _place_form(self, item, data=None):
        initial = {
            "horizon": self.request.GET.get("horisont") or item.horizon or Horizon.LATER,
            "where": "last",
            "seen": item.place_version,
            "tillbaka": self.request.GET.get("tillbaka", ""),
        }
        form = PlaceForm(data, item=item, initial=initial)
        if data and "room" in data:
            form.ask_room(*self._room())
        return form

    def _room(self):
        return Item.objects.in_horizon(Horizon.NOW), Backlog.objects.current().now_cap

    def _ask_again(self, item, form):
        """The form lacks something; from the board that is the reason for the new horizon."""
        asked = set(form.errors)
        if asked <= {"reason", "room"} and self._is_from_board:
            form.ask_only("room", "reason")
            if "asked" not in self.request.POST:  # a question is no reproach
                form.errors.pop("reason", None)
        title = _("Why does “%(title)s” move to %(horizon)s?") % {
            "title": item.title,
            "horizon": self._horizon_in_words(form),
        }
        return self._show_form(item, form, title=title, status=422)

    def _ask_room(self, item, form, cap):
        """*Now* is full: the same form again, with the question of what moves out."""
        title = _("Now is full. What moves out so that “%(title)s” fits?") % {"title": item.title}
        asked_again = "room" in form.fields
        form = PlaceForm(self.request.POST, item=item)
        form.ask_room(*self._room())
        form.ask_only("room", "reason")
        notice = _(
            "Now holds at most %(cap)d items. Choose which one moves out to the top of Next, "
            "or raise the cap and say why."
        ) % {"cap": cap}
        form.is_valid()
        form.fields["room"].required = True  # only in words: the answer is checked above
        if asked_again:
            form.add_error("room", _("Choose what moves out, or raise the cap."))
        return self._show_form(item, form, title=title, notice=notice, status=422)

    def _is_done_already(self, item, asked):
        last = self._last_move(item)
        return last is not None and last.by_id == self.user.pk and last.data.get("asked") == asked

    def _last_move(self, item):
        return Event.objects.about(item).of_kind("agenda.moved").with_people().last()

    def _tell_stale(self, item, stale):
        """409: what was shown is no longer so. What was typed stays in the form."""
        notice = self._who_moved(stale)
        if stale.pk == item.pk:
            notice += " " + _("Nothing was changed now. Look at its new place, and move it again.")
        else:
            notice += " " + _("So “%(title)s” was not moved.") % {"title": item.title}
        data = self.request.POST.copy()
        data["seen"] = item.place_version
        data.pop("room", None)
        form = PlaceForm(data, item=item)
        form.is_valid()
        if form.errors:
            form = self._place_form(item)
        is_worth_keeping = bool(self.request.POST.get("reason"))
        return self._show_form(
            item, form, notice=notice, status=409, only_board=not is_worth_keeping
        )

    def _who_moved(self, item):
        move = self._last_move(item)
        if move is None:
            return _("“%(title)s” has another place than when you looked.") % {"title": item.title}
        words = {
            "who": move.by.name if move.by else _("The portal"),
            "title": item.title,
            "place": place_in_words(item.horizon, item.rank),
            "time": timezone.localtime(move.at).strftime("%H:%M"),
        }
        if move.by_id == self.user.pk:
            return _("You moved “%(title)s” yourself at %(time)s, to %(place)s.") % words
        return _("%(who)s moved “%(title)s” at %(time)s, to %(place)s.") % words

    def _tell_closed(self, item):
        notice = _("“%(title)s” is closed (%(state)s) and has no place on the agenda.") % {
            "title": item.title,
            "state": item.get_status_display().lower(),
        }
        return self._show_form(item, None, notice=notice, status=409, only_board=True)

    def _said(self, item, displaced=None):
        """What happened, in words that are also read aloud."""
        if item.horizon is None:
            return _("“%(title)s” no longer has a place on the agenda.") % {"title": item.title}
        said = _("“%(title)s” is number %(rank)d of %(count)d in %(horizon)s.") % {
            "title": item.title,
            "rank": item.rank,
            "count": Item.objects.in_horizon(item.horizon).count(),
            "horizon": Horizon(item.horizon).label,
        }
        if displaced is not None and displaced.horizon != Horizon.NOW:
            said += " " + _("“%(title)s” moved out to the top of Next.") % {
                "title": displaced.title
            }
        return said

    # Special focus

    def focus(self, item):
        """Show the form for special focus, or give or take it."""
        wanted = "0" if item.is_focus else "1"
        if self.request.method != "POST":
            initial = {"fokus": wanted, "tillbaka": self.request.GET.get("tillbaka", "")}
            return self._show_focus_form(item, FocusForm(initial=initial))
        form = FocusForm(self.request.POST)
        if not form.is_valid():
            return self._show_focus_form(item, form, status=422)

        is_focus = form.cleaned_data["fokus"] == "1"
        try:
            item.set_focus(
                is_focus,
                by=self.user,
                at=timezone.now(),
                reason=form.cleaned_data["reason"],
                **self.trail,
            )
        except FocusFull as full:
            return self._show_focus_form(item, form, self._focus_is_full(full.cap), status=409)
        except ItemNotReady:
            notice = _("Only what is in Now can have special focus. Move the item to Now first.")
            return self._show_focus_form(item, form, notice, status=409)
        said = (
            _("“%(title)s” has special focus.")
            if is_focus
            else _("“%(title)s” no longer has special focus.")
        )
        return self._done(item, said % {"title": item.title})

    def _focus_is_full(self, cap):
        titles = Item.objects.with_focus().order_by("rank").values_list("title", flat=True)
        return _(
            "At most %(cap)d items have special focus, and these have it now: %(titles)s. "
            "Take it away from one of them first."
        ) % {"cap": cap, "titles": ", ".join(f"“{title}”" for title in titles)}

    def _show_focus_form(self, item, form, notice="", status=200):
        if self._is_from_board:
            return self._show_board(self.make_board(notice=notice), status)
        context = {
            "item": item,
            "form": form,
            "gives": form["fokus"].value() != "0",
            "notice": notice,
            "cancel_url": self._back_url,
            "action": self._url(self.make_board().focus_url, item),
        }
        return render(self.request, "agenda/focus.html", context, status=status)

    # Answers

    @property
    def _is_from_board(self):
        return self.request.htmx.target == "board"

    @property
    def _back_url(self):
        wanted = self.request.POST.get("tillbaka") or self.request.GET.get("tillbaka", "")
        is_ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, None)
        return wanted if is_ours and len(wanted) < 500 and wanted.isprintable() else self.back

    def _url(self, name, item):
        return reverse(name, args=[*self.make_board().url_args, item.pk])

    def _horizon_in_words(self, form):
        horizon = form.cleaned_data.get("horizon") or form.data.get("horizon")
        labels = dict(form.fields["horizon"].choices)
        return labels.get(horizon, _("another horizon"))

    def _show_form(self, item, form, *, title="", notice="", status=200, only_board=False):
        """Show `form` as a page, or over the board when the board asked."""
        url = self._url(self.make_board().place_url, item)
        title = title or _("Move “%(title)s”") % {"title": item.title}
        if self._is_from_board:
            question = None if only_board else form
            board = self.make_board(
                notice=notice,
                question=question,
                question_title=title,
                question_url=url,
            )
            return self._show_board(board, status)
        context = {
            "item": item,
            "form": form,
            "title": title,
            "place": place_in_words(item.horizon, item.rank),
            "notice": notice,
            "action": url,
            "cancel_url": self._back_url,
        }
        return render(self.request, "agenda/place.html", context, status=status)

    def _show_board(self, board, status):
        return render(self.request, "agenda/_board.html", {"board": board}, status=status)

    def _done(self, item, said):
        if self._is_from_board:
            is_answer = "asked" in self.request.POST
            board = self.make_board(moved=item, said=said, is_focus_lost=is_answer)
            return self._show_board(board, 200)
        messages.success(self.request, said)
        return HttpResponseRedirect(f"{self._back_url}#rad-{item.pk}")
