"""The figures of a period, against what was done by hand."""

import datetime as dt

import pytest

from agenda.models import Horizon, Item
from decisions.models import Decision
from dialogue.models import Comment
from followup.models import CheckIn, FollowUpPlan, Light
from reports.period import Period, into_now, out_of_now
from tests.factories import Status, complete, make_action, make_focus_area, make_item
from tests.reports.factories import at

NOVEMBER = dt.date(2026, 11, 1), dt.date(2026, 11, 30)
AFTER = at(12, 15)


def november(now=AFTER):
    return Period(*NOVEMBER, now)


def titles(rows):
    return [row["title"] for row in rows]


def running(title, owner, *, since=None, **fields):
    """Make an item that has been in progress since before the period, or since the given moment."""
    item = make_item(title, status=Status.PREPARING, owner=owner, created_at=at(9, 1), **fields)
    item.start(by=owner, at=since or at(10, 1))
    return item


def check_in(item, moment, light=Light.ON_TRACK, headline="Going on"):
    return CheckIn.file(item, by=item.owner, at=moment, light=light, headline=headline)


def test_what_happened_on_the_first_and_the_last_day_counts(manager):
    running("First minute", manager, since=at(11, 1, 0, 0))
    running("Last minute", manager, since=at(11, 30, 23, 59))
    running("A minute before", manager, since=at(10, 31, 23, 59))
    running("A minute after", manager, since=at(12, 1, 0, 0))

    assert titles(november().started) == ["First minute", "Last minute"]


def test_decisions_stand_in_the_order_of_their_numbers(city_director):
    for title, moment in [("A", at(11, 3)), ("B", at(11, 2)), ("C", at(10, 30))]:
        Decision.publish_for_item(
            complete(make_item(title)),
            by=city_director,
            at=moment,
            title=f"Decision on {title}",
            text="…",
            reason="…",
            mandate="…",
            review_on=dt.date(2027, 1, 15),
        )

    decided = november().decided

    assert titles(decided) == ["Decision on A", "Decision on B"]
    assert decided[0]["by"] == city_director.pk
    assert [row["about"] for row in decided] == ["A", "B"]


def test_a_decision_that_is_being_prepared_is_in_no_report(city_director):
    Decision.prepare(
        complete(make_item()),
        by=city_director,
        at=at(11, 3),
        outcome=Decision.Outcome.APPROVED,
        title="Secret",
        text="…",
        reason="…",
        mandate="…",
        review_on=None,
    )

    assert november().decided == []


def test_what_was_done_tells_the_effect_wanted_and_seen(manager):
    item = running("Self-service", manager, effect="Fewer calls")
    item.finish(by=manager, at=at(11, 20), effect_seen="A third fewer calls")

    [row] = november().done

    assert (row["effect_wanted"], row["effect_seen"]) == ("Fewer calls", "A third fewer calls")
    assert row["on"] == "2026-11-20"
    assert november().in_progress == []


def test_what_ended_in_good_time_tells_why(manager):
    item = running("Paper form", manager)
    item.end(by=manager, at=at(11, 20), reason="Nobody asks for it", effect_seen="One less")

    [row] = november().ended

    assert (row["why"], row["effect_seen"]) == ("Nobody asks for it", "One less")


def test_the_light_is_the_latest_before_the_period_ended(manager):
    item = running("A", manager)
    check_in(item, at(11, 5), Light.ON_TRACK)
    check_in(item, at(11, 25), Light.NEEDS_DECISION, "Who pays?")
    check_in(item, at(12, 2), Light.ON_TRACK, "Solved")

    [row] = november().in_progress

    assert (row["light"], row["headline"], row["on"]) == (
        "needs_decision",
        "Who pays?",
        "2026-11-25",
    )


def test_no_news_keeps_the_light_and_the_last_words(manager):
    item = running("A", manager)
    check_in(item, at(11, 5), Light.NEEDS_DIALOGUE, "We differ")
    CheckIn.file_no_news(item, by=manager, at=at(11, 20))

    [row] = november().in_progress

    assert (row["light"], row["headline"], row["on"]) == (
        "needs_dialogue",
        "We differ",
        "2026-11-20",
    )


def test_an_item_without_a_check_in_has_no_light(manager):
    running("A", manager)

    assert november().in_progress[0]["light"] == "none"


@pytest.mark.parametrize(
    ("began", "finished", "is_there"),
    [
        (at(10, 1), None, True),
        (at(10, 1), at(11, 20), False),
        (at(10, 1), at(12, 5), True),
        (at(12, 5), None, False),
    ],
)
def test_in_progress_is_as_it_was_when_the_period_ended(manager, began, finished, is_there):
    item = running("A", manager, since=began)
    if finished:
        item.finish(by=manager, at=finished, effect_seen="Yes")

    assert bool(november().in_progress) == is_there


def test_several_moves_of_an_item_are_one_from_first_to_last(slg):
    item = make_item("A", horizon=Horizon.LATER)
    item.place(Horizon.NEXT, by=slg, at=at(11, 3), reason="Soon")
    item.place(Horizon.NOW, by=slg, at=at(11, 17), reason="It is time")

    [move] = november().moves

    assert (move["from"], move["to"], move["why"], move["by"]) == (
        "later",
        "now",
        "It is time",
        slg.pk,
    )


def test_an_item_that_came_back_has_not_moved(slg):
    item = make_item("A", horizon=Horizon.NOW)
    item.place(Horizon.NEXT, by=slg, at=at(11, 3))
    item.place(Horizon.NOW, by=slg, at=at(11, 17))

    assert november().moves == []


def test_a_new_order_within_a_horizon_is_no_move(slg):
    make_item("A", horizon=Horizon.NOW)
    make_item("B", horizon=Horizon.NOW).place(Horizon.NOW, "first", by=slg, at=at(11, 3))

    assert november().moves == []


def test_into_now_and_out_of_it(slg):
    make_item("In", horizon=Horizon.NEXT).place(Horizon.NOW, by=slg, at=at(11, 3))
    make_item("Out", horizon=Horizon.NOW).place(Horizon.LATER, by=slg, at=at(11, 4))
    make_item("Neither", horizon=Horizon.NEXT).place(Horizon.LATER, by=slg, at=at(11, 5))

    moves = november().moves

    assert titles(into_now(moves)) == ["In"]
    assert titles(out_of_now(moves)) == ["Out"]


def test_a_proposal_and_its_answer(employee, support):
    area = make_focus_area()
    proposed = {"why": "…", "focus_area": area}
    Item.propose(by=employee, at=at(11, 2), title="Unanswered", **proposed)
    old = Item.propose(by=employee, at=at(10, 2), title="From October", **proposed)
    old.answer(Item.Answer.DECLINED, by=support, at=at(11, 5), reason="We have one")
    late = Item.propose(by=employee, at=at(11, 20), title="Answered later", **proposed)
    late.answer(Item.Answer.TAKEN_UP, by=support, at=at(12, 2), reason="Yes")

    rows = november().proposals

    assert [(row["title"], row["is_new"], row["answer"]) for row in rows] == [
        ("From October", False, "declined"),
        ("Unanswered", True, ""),
        ("Answered later", True, ""),
    ]
    assert rows[0]["why"] == "We have one"


@pytest.mark.parametrize(
    ("heard", "is_silent"),
    [(at(10, 31, 23), True), (at(11, 1, 0, 1), False), (at(11, 25), False), (at(12, 1), True)],
)
def test_silent_is_30_days_without_a_word_when_the_period_ended(manager, heard, is_silent):
    item = running("A", manager)
    check_in(item, heard)

    assert bool(november().silent) == is_silent


def test_what_has_just_begun_is_not_silent(manager):
    running("A", manager, since=at(11, 20))

    assert november().silent == []


def test_what_is_paused_owes_no_word(manager, support):
    item = running("A", manager)
    FollowUpPlan.set_rhythm(item, FollowUpPlan.Rhythm.MONTHLY, by=support, at=at(10, 1))
    FollowUpPlan.pause(item, dt.date(2027, 1, 11), by=support, at=at(10, 2), reason="Away")

    assert november().silent == []


def test_each_focus_area_has_its_own_figures(manager):
    digital, customer = make_focus_area(title="Digital"), make_focus_area(title="Customer")
    check_in(running("A", manager, focus_area=digital), at(11, 5), Light.NEEDS_DIALOGUE)
    check_in(running("B", manager, focus_area=digital, since=at(11, 2)), at(11, 5))
    done = running("C", manager, focus_area=customer)
    done.finish(by=manager, at=at(11, 9), effect_seen="Yes")

    areas = {row["title"]: row for row in november().areas}

    assert areas["Digital"]["lights"] == {"needs_dialogue": 1, "on_track": 1}
    assert (areas["Digital"]["started"], areas["Digital"]["done"]) == (1, 0)
    assert (areas["Customer"]["lights"], areas["Customer"]["done"]) == ({}, 1)


def test_an_action_stands_as_it_did_when_the_period_ended(city_director, manager):
    action = make_action(title="Agenda")
    running("A", manager, action=action)
    action.decide("approved", by=city_director, at=at(12, 5), reason="Yes")

    [row] = november().actions
    [later] = Period(dt.date(2026, 12, 1), dt.date(2026, 12, 31), at(12, 20)).actions

    assert (row["state"], row["in_progress"]) == ("proposal", 1)
    assert later["state"] == "approved"


def test_reviews_within_60_days_are_coming(city_director):
    for title, review_on in [("Soon", dt.date(2026, 12, 10)), ("Far", dt.date(2027, 6, 1))]:
        Decision.publish_for_item(
            complete(make_item(title)),
            by=city_director,
            at=at(11, 3),
            title=title,
            text="…",
            reason="…",
            mandate="…",
            review_on=review_on,
        )

    assert titles(november().coming) == ["Soon"]


def test_comments_are_counted_with_how_many_wrote_them(employee, manager):
    item = make_item("A")
    first = Comment.write(item, by=employee, at=at(11, 3), text="Why?")
    Comment.write(item, by=manager, at=at(11, 4), text="Because", answer_to=first)
    Comment.write(item, by=employee, at=at(11, 4), text="Thanks", answer_to=first)
    Comment.write(item, by=employee, at=at(12, 4), text="Later")

    assert november().comments == {"number": 3, "people": 2}


def test_a_running_period_is_as_it_is_now(manager):
    running("A", manager, since=at(11, 10))
    running("B", manager, since=at(11, 20))

    assert titles(november(now=at(11, 15)).started) == ["A"]


@pytest.mark.parametrize(
    ("month", "day", "hours"), [(3, 29, 23), (10, 25, 25)], ids=["spring", "autumn"]
)
def test_a_day_on_which_the_clocks_change_is_as_long_as_it_is(month, day, hours):
    date = dt.date(2026, month, day)
    period = Period(date, date, AFTER if month < 12 else None)

    length = period.ends.astimezone(dt.UTC) - period.begins.astimezone(dt.UTC)

    assert length == dt.timedelta(hours=hours)


def test_a_period_takes_a_constant_number_of_queries(manager, django_assert_max_num_queries):
    for number in range(20):
        item = running(f"Item {number}", manager, since=at(11, 2))
        check_in(item, at(11, 5))

    with django_assert_max_num_queries(13):
        november().contents()
