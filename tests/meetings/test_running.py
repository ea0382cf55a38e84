"""The open meeting: who is in it, what came of each entry, moves, and the screens that follow."""

import datetime as dt

import pytest
import time_machine
from pytest_django.asserts import assertContains, assertNotContains

from activity.models import Event
from agenda.models import Horizon, Item
from decisions.models import Decision
from meetings.models import Entry, Forum, Meeting
from tests.factories import NOW, TODAY, complete, make_action, make_item, make_person, set_caps
from tests.meetings.factories import (
    make_closed_meeting,
    make_entry,
    make_meeting,
    make_open_meeting,
    queries_of,
)

pytestmark = pytest.mark.django_db

ROLES = ["employee", "manager", "slg", "city_director", "support", "admin"]
TAKES_PART = {"slg", "city_director", "support"}
BOARD = {"HX-Request": "true", "HX-Target": "board"}


@pytest.fixture(autouse=True)
def in_week_48():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def meeting(db):
    return make_open_meeting()


def write(client, entry, **fields):
    return client.post(
        f"/moten/{entry.meeting_id}/punkter/{entry.pk}/utfall/",
        {"outcome": "no_action", "version": entry.version, **fields},
    )


def move(client, meeting, item, horizon, where="last", reason="It is time", headers=None, **fields):
    return client.post(
        f"/moten/{meeting.pk}/plats/{item.pk}/",
        {"horizon": horizon, "where": where, "reason": reason, **fields},
        headers=headers or {},
    )


# Opening


def test_leadership_opens_a_planned_meeting(client, support):
    meeting = make_meeting()
    client.force_login(support)

    response = client.post(f"/moten/{meeting.pk}/lage/", {"state": "open"}, follow=True)

    assertContains(response, "The meeting is open.")
    meeting.refresh_from_db()
    assert (meeting.state, meeting.opened_by) == ("open", support)


def test_a_forum_has_one_meeting_open_at_a_time(client, support, meeting):
    other = make_meeting(starts_at=NOW + dt.timedelta(days=7))
    client.force_login(support)

    response = client.post(f"/moten/{other.pk}/lage/", {"state": "open"})

    assertContains(response, "is still open", status_code=409)
    other.refresh_from_db()
    assert other.is_planned


def test_a_meeting_that_somebody_else_has_just_opened_is_simply_shown(client, support):
    meeting = make_open_meeting()
    client.force_login(support)

    response = client.post(f"/moten/{meeting.pk}/lage/", {"state": "open"}, follow=True)

    assertContains(response, "Somebody else has just opened the meeting.")


@pytest.mark.parametrize("state", ["planned", "open"])
@pytest.mark.parametrize("role", ["employee", "manager", "slg", "admin"])
def test_others_do_not_open_or_close(client, request, role, state):
    meeting = make_meeting(state=state)
    client.force_login(request.getfixturevalue(role))
    hidden = state == "open" and role not in TAKES_PART

    response = client.post(f"/moten/{meeting.pk}/lage/", {"state": "closed"})

    assert response.status_code == (404 if hidden else 403)
    assert Meeting.objects.get(pk=meeting.pk).state == state


# Reading


@pytest.mark.parametrize("view", ["", "?vy=projektor"])
@pytest.mark.parametrize("role", ROLES)
def test_an_open_meeting_is_read_by_those_who_take_part_and_hidden_from_others(
    client, request, meeting, role, view
):
    make_entry(meeting, make_item("Self-service"))
    client.force_login(request.getfixturevalue(role))

    for page in (f"/moten/{meeting.pk}/{view}", f"/moten/{meeting.pk}/nu/{view}"):
        assert client.get(page).status_code == (200 if role in TAKES_PART else 404)


def test_the_entry_at_hand_is_the_first_without_an_outcome(client, slg, meeting):
    first, second = make_entry(meeting, "First"), make_entry(meeting, "Second")
    first.write_outcome("no_action", version=1, by=slg, at=NOW)
    client.force_login(slg)

    at_hand = client.get(f"/moten/{meeting.pk}/").context["week"].line.entry
    asked_for = client.get(f"/moten/{meeting.pk}/?punkt={first.pk}").context["week"].line.entry
    unknown = client.get(f"/moten/{meeting.pk}/?punkt=nonsense").context["week"].line.entry

    assert (at_hand, asked_for, unknown) == (second, first, second)


def test_the_projector_shows_one_entry_the_clock_and_what_comes_next(client, slg, meeting):
    make_entry(meeting, "First", minutes=10)
    second = make_entry(meeting, "Second")
    make_entry(meeting, "Third")
    client.force_login(slg)

    with time_machine.travel(NOW + dt.timedelta(minutes=12), tick=False):
        response = client.get(f"/moten/{meeting.pk}/?vy=projektor&punkt={second.pk}")

    assertContains(response, "<h1>Second</h1>")
    assertContains(response, "10:10–10:15")
    assertContains(response, "10:12 · 48 minutes left of the meeting")
    assertContains(response, "Next: Third")
    assertNotContains(response, "site-nav")
    assertNotContains(response, 'id="board"')


def test_the_projector_says_when_the_time_is_over(client, slg, meeting):
    with time_machine.travel(NOW + dt.timedelta(minutes=61), tick=False):
        client.force_login(slg)
        assertContains(client.get(f"/moten/{meeting.pk}/?vy=projektor"), "1 minute over time")


# Outcomes


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("state", ["planned", "open", "closed"])
def test_outcomes_are_written_by_those_who_take_part_while_the_meeting_is_open(
    client, request, role, state
):
    meeting = make_meeting(state=state, entries=["Self-service"])
    entry = meeting.entries.get()
    client.force_login(request.getfixturevalue(role))

    response = write(client, entry, text="Nothing to do")

    entry.refresh_from_db()
    takes_part = role in TAKES_PART
    expected = {
        "planned": 403,
        "open": 302 if takes_part else 404,
        "closed": 409 if takes_part else 403,
    }
    assert response.status_code == expected[state]
    assert entry.outcome == ("no_action" if (state, takes_part) == ("open", True) else "none")


def test_a_member_of_another_forum_does_not_write_here(client, slg):
    forum = Forum.objects.create(name="Development council")
    meeting = make_open_meeting(forum=forum, entries=["Self-service"])
    client.force_login(slg)

    assert write(client, meeting.entries.get()).status_code == 403


def test_after_an_outcome_the_next_entry_is_at_hand(client, slg, meeting):
    entries = [make_entry(meeting, title) for title in "ABC"]
    client.force_login(slg)

    to_c = write(client, entries[1])
    to_a = write(client, entries[2])
    stays = write(client, entries[0])

    assert to_c.url == f"/moten/{meeting.pk}/?punkt={entries[2].pk}"
    assert to_a.url == f"/moten/{meeting.pk}/?punkt={entries[0].pk}"
    assert stays.url == f"/moten/{meeting.pk}/?punkt={entries[0].pk}"


def test_a_question_says_to_whom_and_by_when(client, slg, manager, meeting):
    entry = make_entry(meeting)
    client.force_login(slg)

    response = write(client, entry, outcome="question")
    for sentence in ("Write the question.", "Say who is asked.", "Give a date."):
        assertContains(response, sentence, status_code=422)
    write(
        client,
        entry,
        outcome="question",
        text="Who pays?",
        question_to=manager.pk,
        due_on="2026-11-26",
    )

    entry.refresh_from_db()
    assert (entry.question_to, entry.due_on) == (manager, dt.date(2026, 11, 26))


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"outcome": "decision"}, "Write what was decided."),
        ({"outcome": "postponed"}, "Choose one of the outcomes."),
        ({"outcome": "none"}, "Choose one of the outcomes."),
        ({"outcome": ""}, "Choose what came of it."),
        ({"text": "x" * 2001}, "at most 2000 characters"),
        ({"text": "\uffff"}, "cannot be stored"),
        (
            {"outcome": "question", "text": "?", "question_to": "999999", "due_on": "2026-11-26"},
            "Choose somebody on the list.",
        ),
        (
            {"outcome": "question", "text": "?", "question_to": "", "due_on": "2026-11-29"},
            "That is no working day. The next one is 30 November 2026.",
        ),
        (
            {"outcome": "question", "text": "?", "question_to": "", "due_on": "2026-11-23"},
            "The day has passed. Choose a later one.",
        ),
        (
            {"outcome": "question", "text": "?", "question_to": "", "due_on": "9999-12-31"},
            "Choose a day within the next two years.",
        ),
    ],
)
def test_an_outcome_that_cannot_be_says_what_to_do(client, slg, meeting, fields, sentence):
    entry = make_entry(meeting)
    client.force_login(slg)

    assertContains(write(client, entry, **fields), sentence, status_code=422)
    entry.refresh_from_db()
    assert entry.outcome == "none"


def test_two_who_write_the_same_outcome_see_both_and_choose(client, slg, slg2, meeting):
    entry = make_entry(meeting)
    client.force_login(slg2)
    write(client, entry, outcome="decision", text="We do it")
    client.force_login(slg)

    refused = write(client, entry, outcome="no_action", text="We wait", version="1")

    for text in ("We do it", "We wait", "Other member of SLG wrote this 10:00"):
        assertContains(refused, text, status_code=409)
    entry.refresh_from_db()
    assert entry.outcome_text == "We do it"
    version = refused.context["week"].form["version"].value()
    assert write(client, entry, text="We do it, later", version=version).status_code == 302
    entry.refresh_from_db()
    assert (entry.outcome_text, entry.outcome_by) == ("We do it, later", slg)


def test_the_text_before_stays_on_the_trail(slg, meeting):
    entry = make_entry(meeting)
    entry.write_outcome("decision", version=1, text="We do it", by=slg, at=NOW)
    entry.write_outcome("decision", version=2, text="We wait", by=slg, at=NOW)

    last = Event.objects.about(meeting).of_kind("meetings.outcome_written").last()
    assert last.changes == {"entry_text": ["We do it", "We wait"]}


def test_an_outcome_sent_twice_is_written_once(client, slg, meeting):
    entry = make_entry(meeting)
    client.force_login(slg)
    key = "11111111-1111-4111-8111-111111111111"

    first = write(client, entry, text="Once", once=key)
    second = write(client, entry, text="Once", once=key)

    assert first.url == second.url
    assert Event.objects.about(meeting).of_kind("meetings.outcome_written").count() == 1


def test_what_is_written_after_the_closing_is_refused_and_not_lost(client, slg):
    meeting = make_closed_meeting(entries=["Self-service"])
    client.force_login(slg)

    response = write(client, meeting.entries.get(), text="A long sentence")

    assertContains(response, "closed the meeting", status_code=409)
    assertContains(response, "A long sentence", status_code=409)


def test_what_was_typed_comes_back(client, slg, meeting):
    entry = make_entry(meeting)
    client.force_login(slg)
    client.post(
        "/utkast/",
        {
            "draft_key": f"outcome:{entry.pk}",
            "draft_by": slg.pk,
            "outcome": "question",
            "text": "Half a sen",
            "version": "1",
        },
    )

    response = client.get(f"/moten/{meeting.pk}/")

    assertContains(response, "Half a sen")
    assert response.context["week"].form["outcome"].value() == "question"


# Decisions


def test_the_city_director_is_led_to_the_decision_itself(client, city_director, slg, meeting):
    item = make_item()
    make_entry(meeting, item)
    link = f"/agenda/{item.pk}/beslut/?mote={meeting.pk}"

    client.force_login(city_director)
    assertContains(client.get(f"/moten/{meeting.pk}/"), link)
    client.force_login(slg)
    assertNotContains(client.get(f"/moten/{meeting.pk}/"), link)


def test_an_action_decided_from_the_meeting_is_tied_to_it(client, city_director, meeting):
    action = make_action()
    entry = make_entry(meeting, action)
    client.force_login(city_director)
    link = f"/atgarder/{action.number}/beslut/?mote={meeting.pk}"
    assertContains(client.get(f"/moten/{meeting.pk}/"), link)

    form = client.get(link).context["form"]
    client.post(
        f"/atgarder/{action.number}/beslut/",
        {
            "meeting": form["meeting"].value(),
            "step": "publish",
            "outcome": "approved",
            "title": "A shared plan",
            "text": "We do it",
            "reason": "It pays",
            "mandate": "The city director",
            "review_on": "2027-03-01",
            "version": "0",
        },
    )
    meeting.close(by=city_director, at=NOW)

    entry.refresh_from_db()
    assert entry.outcome == "decision"
    assert entry.decision.title == "A shared plan"


def test_a_decision_published_in_the_meeting_is_the_outcome_of_its_entry(
    client, city_director, slg, meeting
):
    item = complete(make_item())
    entry = make_entry(meeting, item)
    decision = Decision.publish_for_item(
        item,
        by=city_director,
        at=NOW,
        title="Do it",
        text="We do it",
        reason="It pays",
        mandate="The city director",
        review_on=None,
        meeting=meeting.pk,
    )
    client.force_login(slg)
    assertContains(client.get(f"/moten/{meeting.pk}/"), f"Decision {decision.number} Do it")

    meeting.close(by=city_director, at=NOW)

    entry.refresh_from_db()
    assert (entry.outcome, entry.decision) == ("decision", decision)
    assert meeting.minutes["decisions"][0]["number"] == decision.number


# Moves


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("state", ["planned", "open", "closed"])
def test_items_are_moved_by_those_who_take_part_while_the_meeting_is_open(
    client, request, role, state
):
    meeting = make_meeting(state=state)
    item = make_item(horizon=Horizon.NEXT)
    client.force_login(request.getfixturevalue(role))

    response = move(client, meeting, item, "now")

    item.refresh_from_db()
    takes_part = role in TAKES_PART
    expected = {
        "planned": 403,
        "open": 302 if takes_part else 404,
        "closed": 409 if takes_part else 403,
    }
    assert response.status_code == expected[state]
    assert item.horizon == ("now" if (state, takes_part) == ("open", True) else "next")


def test_slg_does_not_move_on_the_agenda_itself(client, slg, meeting):
    item = make_item(horizon=Horizon.NEXT)
    client.force_login(slg)

    response = client.post(
        f"/agenda/{item.pk}/plats/", {"horizon": "now", "where": "last", "reason": "Now"}
    )

    assert response.status_code == 403


def test_a_member_of_another_forum_does_not_move_here(client, slg):
    meeting = make_open_meeting(forum=Forum.objects.create(name="Development council"))
    client.force_login(slg)

    assert move(client, meeting, make_item(horizon=Horizon.NEXT), "now").status_code == 403


def test_a_move_in_a_meeting_leaves_who_why_and_which_meeting(client, slg, meeting):
    item = make_item(horizon=Horizon.NEXT)
    client.force_login(slg)

    move(client, meeting, item, "now", reason="Needed first")

    event = Event.objects.about(item).of_kind("agenda.moved").get()
    assert (event.by, event.reason, event.data["meeting"]) == (slg, "Needed first", meeting.pk)
    assert list(Event.objects.during(meeting)) == [event]


def test_when_now_is_full_the_meeting_is_asked_what_moves_out(client, slg, meeting):
    set_caps(now_cap=1)
    out = make_item("Out", horizon=Horizon.NOW)
    item = make_item("In", horizon=Horizon.NEXT)
    client.force_login(slg)

    asked = move(client, meeting, item, "now", headers=BOARD)
    assertContains(asked, "What moves out", status_code=422)
    assertContains(asked, f"/moten/{meeting.pk}/plats/{item.pk}/", status_code=422)
    moved = move(client, meeting, item, "now", headers=BOARD, room=out.pk)

    assert moved.status_code == 200
    order = Item.objects.ranked().values_list("title", "horizon")
    assert list(order) == [("In", "now"), ("Out", "next")]
    assert Event.objects.during(meeting).of_kind("agenda.moved").count() == 2


def test_special_focus_is_given_in_the_meeting_to_three_at_most(client, slg, meeting):
    items = [make_item(horizon=Horizon.NOW) for _ in range(4)]
    client.force_login(slg)

    statuses = [
        client.post(
            f"/moten/{meeting.pk}/sarskilt-fokus/{item.pk}/", {"fokus": "1", "reason": "Now"}
        ).status_code
        for item in items
    ]

    assert statuses == [302, 302, 302, 409]
    assert Item.objects.with_focus().count() == 3
    assert Event.objects.during(meeting).of_kind("agenda.focus_given").count() == 3


def test_a_move_on_an_open_screen_after_the_closing_moves_nothing(client, slg):
    meeting = make_closed_meeting()
    item = make_item(horizon=Horizon.NEXT)
    client.force_login(slg)

    response = move(client, meeting, item, "now", headers=BOARD)

    assertContains(response, "nothing was moved", status_code=409)
    assertNotContains(response, "data-move-button", status_code=409)


# Following


def test_an_open_screen_is_told_nothing_while_nothing_changes(client, slg, meeting):
    entry = make_entry(meeting)
    item = make_item(horizon=Horizon.NEXT)
    make_item(horizon=Horizon.NEXT)
    client.force_login(slg)

    def version():
        return client.get(f"/moten/{meeting.pk}/").context["week"].version

    def ask(version):
        return client.get(f"/moten/{meeting.pk}/nu/?v={version}")

    seen = version()
    assert ask(seen).status_code == 204
    assert ask(seen).content == b""

    entry.write_outcome("no_action", version=1, by=slg, at=NOW)
    assertContains(ask(seen), "No action")
    seen = version()
    item.place(Horizon.NOW, by=slg, at=NOW, reason="Now", meeting=meeting.pk)
    assertContains(ask(seen), 'id="board"')
    assertNotContains(ask(seen), "outcome-form")
    assert ask(version()).status_code == 204


def test_asking_is_cheap_and_needs_no_redis(client, slg, meeting, settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    client.force_login(slg)
    version = client.get(f"/moten/{meeting.pk}/").context["week"].version

    # Session, person, roles, meeting, backlog; and the session is kept alive.
    assert queries_of(client, f"/moten/{meeting.pk}/nu/?v={version}", status=204) == 5


def test_the_projector_follows_the_clock(client, slg, meeting):
    entry = make_entry(meeting)
    client.force_login(slg)
    week = client.get(f"/moten/{meeting.pk}/?vy=projektor&punkt={entry.pk}").context["week"]

    assert client.get(week.clock_url).status_code == 204
    with time_machine.travel(NOW + dt.timedelta(minutes=1), tick=False):
        assertContains(client.get(week.clock_url), "10:01 · 59 minutes left")


def test_a_screen_that_followed_is_told_that_the_meeting_is_closed(client, slg, meeting):
    client.force_login(slg)
    meeting.close(by=make_person(), at=NOW)

    response = client.get(f"/moten/{meeting.pk}/nu/?v=1.1")

    assertContains(response, "Read what was decided and why")
    assertNotContains(response, "hx-get")


def test_the_open_meeting_asks_the_same_number_of_questions_of_12_and_60_entries(client, slg):
    meeting = make_open_meeting()
    pages = [f"/moten/{meeting.pk}/", f"/moten/{meeting.pk}/?vy=projektor"]
    counts = {page: [] for page in pages}
    client.force_login(slg)
    client.get("/moten/")  # notes that the session is in use, once in five minutes
    for number in range(60):
        make_entry(meeting, make_item(horizon=Horizon.LATER, owner=slg))
        if number in {11, 59}:
            for page in pages:
                counts[page].append(queries_of(client, page))

    for few, many in counts.values():
        assert few == many <= 15, counts


# Questions after the meeting


@pytest.fixture
def question(meeting, manager, slg):
    entry = make_entry(meeting, make_item("Self-service"))
    entry.write_outcome(
        "question", version=1, text="Who pays?", question_to=manager, due_on=TODAY, by=slg, at=NOW
    )
    meeting.close(by=slg, at=NOW)
    return entry


def test_who_is_asked_answers_and_everybody_reads_it(client, question, manager, employee):
    page = f"/moten/{question.meeting_id}/punkter/{question.pk}/svar/"
    assert list(Entry.objects.questions_to(manager)) == [question]
    client.force_login(manager)
    assertContains(client.get(page), "Who pays?")

    response = client.post(page, {"text": "We do"}, follow=True)

    assertContains(response, "We do")
    assert not Entry.objects.questions_to(manager).exists()
    client.force_login(employee)
    assertContains(client.get(f"/moten/{question.meeting_id}/"), "We do")
    event = Event.objects.about(question.item).of_kind("meetings.question_answered").get()
    assert (event.by, event.data["text"]) == (manager, "We do")
    story = client.get(f"/agenda/{question.item_id}/")
    assertContains(story, f'href="/moten/{question.meeting_id}/#punkt-{question.pk}"')
    assertContains(story, f'href="/moten/{question.meeting_id}/"')


def test_a_question_is_not_put_before_the_meeting_has_closed(client, slg, manager, meeting):
    entry = make_entry(meeting)
    entry.write_outcome(
        "question", version=1, text="?", question_to=manager, due_on=TODAY, by=slg, at=NOW
    )

    assert not Entry.objects.questions_to(manager).exists()


@pytest.mark.parametrize(
    ("role", "status"),
    [("employee", 403), ("slg", 403), ("admin", 403), ("support", 200), ("manager", 200)],
)
def test_others_do_not_answer(client, request, question, role, status):
    client.force_login(request.getfixturevalue(role))

    page = f"/moten/{question.meeting_id}/punkter/{question.pk}/svar/"
    assert client.get(page).status_code == status


def test_the_first_answer_stands_and_the_second_text_is_not_lost(
    client, question, manager, support
):
    page = f"/moten/{question.meeting_id}/punkter/{question.pk}/svar/"
    question.give_answer("We do", by=manager, at=NOW)
    client.force_login(support)

    response = client.post(page, {"text": "They do"})

    assertContains(response, "They do", status_code=409)
    question.refresh_from_db()
    assert question.answer == "We do"


def test_the_management_groups_forum_is_there_from_the_start(slg):
    forum = Forum.objects.default()

    assert (forum.name, forum.has_member(slg)) == ("SLG", True)
    assert Forum.objects.default() == forum
