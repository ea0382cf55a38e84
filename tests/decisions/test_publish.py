"""Decisions: one at a time, numbered without a gap, frozen, and replaced only by another one."""

import datetime as dt
import threading

import pytest
from django.db import ProgrammingError, connections, transaction

import decisions.models
from activity.models import Event
from agenda.models import Action, Item, ItemNotReady, Status
from decisions.models import AlreadyDecided, AlreadyReplaced, Decision
from decisions.occasions import MeetingOver
from tests.decisions.factories import TEXTS, make_decision
from tests.factories import NOW, STOCKHOLM, Role, complete, make_action, make_item, make_person
from tests.meetings.factories import make_meeting, make_open_meeting


def test_a_published_decision_has_number_decider_and_day(city_director):
    decision = make_decision(by=city_director)

    assert decision.number == "2026:1"
    assert (decision.decided_by, decision.decided_on) == (city_director, NOW.date())
    assert str(decision) == "2026:1 Start it"


def test_numbers_follow_each_other_and_begin_again_with_the_year(db):
    new_year = dt.datetime(2027, 1, 1, 0, 30, tzinfo=STOCKHOLM)  # still 2026 in UTC

    numbers = [make_decision(at=at).number for at in (NOW, NOW, new_year)]

    assert numbers == ["2026:1", "2026:2", "2027:1"]


def test_a_decision_decides_the_item_with_its_reason(db):
    decision = make_decision()

    assert Item.objects.get().status == Status.DECIDED
    published = Event.objects.about(decision.item).of_kind("decisions.published").get()
    assert published.data == {"decision": decision.pk, "number": "2026:1"}
    assert published.reason == "The need is there."
    decided = Event.objects.about(decision.item).of_kind("agenda.decided").get()
    assert decided.data == {"decision": decision.pk}


def test_the_meeting_stands_in_the_trail(db):
    meeting = make_open_meeting()

    decision = make_decision(meeting=meeting.pk)

    events = Event.objects.about(decision.item)
    assert [event.data["meeting"] for event in events] == [meeting.pk, meeting.pk]


@pytest.mark.parametrize("state", ["planned", "closed", "cancelled"])
def test_no_decision_is_made_in_a_meeting_that_is_not_open(db, state):
    meeting = make_meeting(state=state)

    with pytest.raises(MeetingOver):
        make_decision(meeting=meeting.pk)

    assert not Decision.objects.exists()


def test_an_item_with_an_unclear_commission_is_not_decided(item):
    with pytest.raises(ItemNotReady):
        make_decision(item)

    assert not Decision.objects.exists()


@pytest.mark.parametrize("outcome", Decision.Outcome.values)
def test_an_action_gets_the_state_that_was_decided(db, outcome):
    decision = make_decision(make_action(), outcome=outcome)

    assert Action.objects.get().state == outcome
    assert decision.outcome == outcome


def test_what_is_decided_is_not_decided_again(db):
    first = make_decision()

    with pytest.raises(AlreadyDecided) as refusal:
        make_decision(first.item)

    assert refusal.value.decision == first
    assert Decision.objects.count() == 1


def test_a_returned_action_can_be_decided_later(db):
    action = make_action()
    make_decision(action, outcome="returned")

    make_decision(action, outcome="approved")

    assert Action.objects.get().state == "approved"
    assert Decision.objects.standing().count() == 2


def test_a_draft_becomes_the_decision(support, city_director, item):
    complete(item)
    draft = Decision.prepare(item, by=support, at=NOW, outcome="approved", **TEXTS)

    decision = make_decision(item, by=city_director, text="It is to be started in May.")

    assert decision.pk == draft.pk
    assert decision.prepared_by == support
    assert decision.text == "It is to be started in May."


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "change",
    [
        lambda decision: Decision.objects.update(text="Otherwise"),
        lambda decision: Decision.objects.update(state="preparing"),
        lambda decision: Decision.objects.update(serial=9),
        lambda decision: decision.delete(),
        lambda decision: Decision.objects.all()._raw_delete("default"),
    ],
)
def test_the_database_keeps_a_published_decision_as_it_is(change):
    decision = make_decision()

    with pytest.raises(ProgrammingError), transaction.atomic():
        change(decision)

    assert Decision.objects.get().text == TEXTS["text"]


# Replacing


def test_a_new_decision_replaces_an_old_one_and_both_stay(db, city_director):
    old = make_decision(make_action(), outcome="approved")

    new = make_decision(old.action, by=city_director, outcome="rejected", replaces=old)

    old = Decision.objects.get(pk=old.pk)
    assert (new.replaces, old.successor) == (old, new)
    assert list(Decision.objects.standing()) == [new]
    assert Action.objects.get().state == "rejected"
    event = Event.objects.about(old).of_kind("decisions.replaced").get()
    assert event.data == {"decision": new.pk, "number": "2026:2"}


def test_a_decision_on_an_item_is_replaced_while_the_work_goes_on(db):
    old = make_decision()
    item = old.item
    item.owner = make_person()
    item.save()
    item.start(by=item.owner, at=NOW)

    make_decision(item, replaces=old, text="With half the money.")

    assert Item.objects.get().status == Status.IN_PROGRESS


def test_a_decision_is_replaced_once(db):
    old = make_decision()
    make_decision(old.item, replaces=old)

    with pytest.raises(AlreadyReplaced):
        make_decision(old.item, replaces=old)


def test_a_draft_that_would_replace_does_not_replace_yet(support):
    old = make_decision()

    Decision.prepare(old.item, by=support, at=NOW, replaces=old, outcome="approved", **TEXTS)

    assert list(Decision.objects.standing()) == [old]
    assert Decision.objects.get(pk=old.pk).successor is None


# Who sees what


@pytest.mark.parametrize(
    ("role", "count"),
    [
        (Role.EMPLOYEE, 1),
        (Role.MANAGER, 1),
        (Role.SLG, 1),
        (Role.ADMIN, 1),
        (Role.CITY_DIRECTOR, 2),
        (Role.SUPPORT, 2),
    ],
)
def test_a_draft_is_seen_by_the_leadership_only(db, item, role, count):
    make_decision()
    Decision.prepare(item, by=make_person(), at=NOW, outcome="approved", **TEXTS)

    assert Decision.objects.visible_to(make_person(role)).count() == count


def test_a_draft_leaves_no_trace_on_the_page_of_its_subject(support, item):
    draft = Decision.prepare(item, by=support, at=NOW, outcome="approved", **TEXTS)

    assert not Event.objects.about(item).exists()
    assert Event.objects.about(draft).get().verb == "decisions.prepared"


def test_what_changes_in_a_draft_is_in_its_trail(db, support):
    action = make_action()
    draft = Decision.prepare(action, by=support, at=NOW, outcome="approved", **TEXTS)

    texts = TEXTS | {"reason": "It has been asked for.", "review_on": None}
    Decision.prepare(action, by=support, at=NOW, version=1, outcome="rejected", **texts)

    first, second = Event.objects.about(draft)
    assert first.changes["text"] == [None, "It is to be started."]
    assert second.changes == {
        "outcome": ["approved", "rejected"],
        "reason": ["The need is there.", "It has been asked for."],
        "review_on": ["2027-05-24", None],
    }
    assert ("Review", "24 May 2027", "nothing") in second.change_rows


def test_how_a_draft_was_worded_is_not_told_to_all_once_it_is_published(
    db, client, support, employee
):
    action = make_action()
    texts = TEXTS | {"reason": "Between us."}
    Decision.prepare(action, by=support, at=NOW, outcome="approved", **texts)
    decision = make_decision(action, version=1)

    for person, is_told in ((support, True), (employee, False)):
        client.force_login(person)
        page = client.get(decision.get_absolute_url()).content.decode()
        assert "saved a draft of the decision" in page
        assert ("Between us." in page) == is_told


# Several at the same moment


def publish_at_once(makers):
    """Run each of `makers` in a thread and a connection of its own, begun together."""
    barrier = threading.Barrier(len(makers))
    results = []

    def run(make):
        try:
            barrier.wait(10)
            results.append(make())
        except Exception as error:
            results.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[make]) for make in makers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


def make_publishers(number):
    director = make_person(Role.CITY_DIRECTOR)
    items = [complete(make_item(status=Status.PREPARING)) for _ in range(number)]
    return [lambda item=item: make_decision(item, by=director).number for item in items]


@pytest.mark.django_db(transaction=True)
def test_eight_decisions_at_the_same_moment_get_eight_numbers_without_a_gap():
    results = publish_at_once(make_publishers(8))

    assert sorted(results, key=str) == [f"2026:{n}" for n in range(1, 9)]


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_the_same_moment_gives_the_same_number(monkeypatch):
    """The negative control: take the lock away, and the database has to refuse."""
    # Both have counted before either writes: that is the moment which the lock rules out.
    counted = threading.Barrier(2)
    next_serial = Decision._next_serial

    def count_together(year):
        serial = next_serial(year)
        counted.wait(10)
        return serial

    monkeypatch.setattr(decisions.models, "lock_year", lambda year: None)
    monkeypatch.setattr(Decision, "_next_serial", staticmethod(count_together))

    results = publish_at_once(make_publishers(2))

    assert any("decisions_decision_number" in str(result) for result in results)


@pytest.mark.django_db(transaction=True)
def test_two_decisions_on_the_same_item_at_the_same_moment_are_one():
    director = make_person(Role.CITY_DIRECTOR)
    item = complete(make_item(status=Status.PREPARING))

    results = publish_at_once([lambda: make_decision(item, by=director).number] * 4)

    assert [result for result in results if isinstance(result, str)] == ["2026:1"]
    assert sum(isinstance(result, AlreadyDecided) for result in results) == 3
    assert Decision.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_number_that_was_not_used_is_given_again():
    director = make_person(Role.CITY_DIRECTOR)
    item = complete(make_item(status=Status.PREPARING))

    with transaction.atomic():
        make_decision(item, by=director)
        transaction.set_rollback(True)

    assert make_decision(item, by=director).number == "2026:1"
