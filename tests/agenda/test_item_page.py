"""The page of one item is its story, with the facts beside it and one thing to do."""

import datetime as dt
import re

import pytest
from pytest_django.asserts import assertContains, assertNotContains

from agenda.models import Horizon, Insight, Item
from decisions.models import Decision
from dialogue.models import Comment
from followup.models import CheckIn, FollowUpPlan, Light
from tests.agenda.factories import make_agenda
from tests.factories import (
    NOW,
    Role,
    Status,
    complete,
    make_item,
    make_person,
    make_platform_area,
    make_principle,
    make_unit,
)

QUERIES = 12


def page_of(client, person, item):
    client.force_login(person)
    return client.get(f"/agenda/{item.pk}/")


def primary_action(response):
    """Return the words of the one button beside the title that is not secondary."""
    header = response.content.decode().partition("page-header__action")[2].partition("</header>")[0]
    return re.findall(r'<a class="ds-button" href="[^"]*">([^<]*)</a>', header)


def test_everybody_reads_the_whole_story(
    client, employee, manager, slg, city_director, support, admin
):
    item = make_item("Self-service", why="It is asked for", need="A form", effect="Fewer calls")

    for person in (employee, manager, slg, city_director, support, admin):
        response = page_of(client, person, item)
        assertContains(response, "It is asked for")
        assertContains(response, "A form")
        assertContains(response, "Fewer calls")


def test_an_item_that_does_not_exist_is_404(client, manager):
    client.force_login(manager)

    assert client.get("/agenda/123456/").status_code == 404
    assert client.get("/agenda/99999999999999999999999/").status_code == 404


def test_the_story_goes_from_insight_to_effect(client, manager, support, city_director):
    item = Item.propose(by=manager, at=NOW, title="A", why="The why", focus_area=item_area())
    insight = Insight.objects.create(slug="i", title="The insight", source="1.3", summary="…")
    item.focus_area.insights.add(insight)
    item.answer(Item.Answer.TAKEN_UP, by=support, at=NOW + days(1), reason="The answer")
    complete(item)
    decision = Decision.publish_for_item(
        item,
        by=city_director,
        at=NOW + days(2),
        title="Decided",
        text="The decision's text",
        reason="The reason",
        mandate="City director",
    )
    item.owner = make_person(name="Owner")
    item.save()
    item.start(by=support, at=NOW + days(3))
    CheckIn.file(
        item, by=item.owner, at=NOW + days(4), light=Light.ON_TRACK, headline="The check-in"
    )
    item.place(Horizon.NOW, by=city_director, at=NOW + days(5), reason="The move")
    item.finish(by=support, at=NOW + days(6), effect_seen="The effect seen")

    text = page_of(client, manager, item).content.decode()

    told = text.partition('id="story-title"')[2]
    order = [
        told.index(words)
        for words in (
            "The insight",
            "The why",
            "proposed the item",
            "The answer",
            f"published decision {decision.number}",
            "The decision&#x27;s text",
            "started the work",
            "The check-in",
            "The move",
            "The effect seen",
        )
    ]
    assert order == sorted(order)


def days(number):
    return dt.timedelta(days=number)


def item_area():
    return make_item().focus_area


def test_a_series_of_moves_in_one_meeting_is_one_line_from_first_to_last(client, manager, slg):
    item = make_item("A", horizon=Horizon.LATER)
    for horizon, reason in (("next", "First thought"), ("now", "Second thought")):
        item.place(horizon, by=slg, at=NOW, reason=reason, meeting=7)

    response = page_of(client, manager, item)

    assertContains(response, "moved the item", count=1)
    assertContains(response, "(2 times)")
    assertContains(response, "First thought; Second thought")
    assertContains(response, "Later 1</s>")
    assertContains(response, "at a meeting")


def test_a_changed_text_can_be_read_before_and_after(client, manager, support):
    item = make_item("A", why="Old words " * 20)
    item.revise_text({"why": "New words " * 20}, version=1, by=support, at=NOW)

    response = page_of(client, manager, item)

    assertContains(response, "Read the texts before and after")
    assertContains(response, "Old words")


def test_comments_are_a_line_in_the_story_and_stand_below_it(client, manager, employee):
    item = make_item("A")
    comment = Comment.write(item, by=employee, at=NOW, text="What about the libraries?")

    response = page_of(client, manager, item)

    assertContains(response, "What about the libraries?", count=1)
    assertContains(response, f'id="comment-{comment.pk}"')


def test_missing_commission_fields_are_named_with_the_way_to_fill_them_in(client, manager):
    item = make_item("A", evidence="Known", ambition="Enough", owner=manager)

    response = page_of(client, manager, item)

    assertContains(response, "whose need, what happens if we leave it.")
    assertContains(response, f'href="/agenda/{item.pk}/text/"')


def test_the_facts_name_what_the_item_belongs_to(client, manager, slg):
    item = make_item(
        "A",
        owner=slg,
        source="2.4",
        is_digital=True,
        units=[make_unit("Schools")],
        principles=[make_principle(title="Trust")],
        platform_areas=[make_platform_area(title="The digital platform")],
        depends_on=[make_item("Comes first")],
    )
    later = make_item("Comes after", depends_on=[item])

    response = page_of(client, manager, item)

    for words in ("Schools", "Trust", "The digital platform", "Comes first", "Section 2.4"):
        assertContains(response, words)
    assertContains(response, f'<a href="/agenda/{later.pk}/">Comes after</a>', html=True)


# What to do now


def test_leadership_support_is_asked_to_answer_a_proposal(client, manager, support):
    item = Item.propose(by=manager, at=NOW, title="A", why="…", focus_area=item_area())

    assert primary_action(page_of(client, support, item)) == ["Answer the proposal"]
    assert primary_action(page_of(client, manager, item)) == []


def test_the_owner_of_what_is_in_progress_is_asked_to_check_in(client, manager):
    item = make_item("A", owner=manager, status=Status.IN_PROGRESS)

    assert primary_action(page_of(client, manager, item)) == ["Check in"]


def test_whoever_prepares_is_asked_for_what_is_missing(client, manager):
    item = make_item("A", owner=manager, status=Status.PREPARING)

    assert primary_action(page_of(client, manager, item)) == ["Fill in what is missing"]


def test_the_city_director_is_asked_to_decide_what_is_ready(client, city_director):
    item = complete(make_item("A", status=Status.PREPARING))

    assert primary_action(page_of(client, city_director, item)) == ["Decide"]


def test_what_is_decided_waits_for_its_start(client, manager):
    item = make_item("A", owner=manager, status=Status.DECIDED)

    assert primary_action(page_of(client, manager, item)) == ["Start the work"]


def test_a_reader_has_no_buttons_that_change_the_item(client, employee):
    item = make_item("A", status=Status.IN_PROGRESS)

    response = page_of(client, employee, item)

    for path in ("text", "uppgifter", "svar", "plats", "lage", "sarskilt-fokus"):
        assertNotContains(response, f"/agenda/{item.pk}/{path}/")


def test_a_closed_item_is_only_read(client, support):
    item = make_item("A", status=Status.DONE, effect_seen="Fewer calls")

    response = page_of(client, support, item)

    assertContains(response, "Fewer calls")
    assertNotContains(response, f"/agenda/{item.pk}/text/")


def test_html_in_a_text_is_shown_as_text(client, manager):
    item = make_item("<b>A</b>", why="<script>alert(1)</script>")

    response = page_of(client, manager, item)

    assertNotContains(response, "<script>alert(1)")
    assertContains(response, "&lt;script&gt;alert(1)")


# Constant cost


@pytest.mark.parametrize("number", [28, 2000])
def test_the_page_asks_the_database_equally_often(
    client, support, slg, django_assert_max_num_queries, number
):
    item = make_agenda(number)[0]
    item.depends_on.set(Item.objects.exclude(pk=item.pk)[:5])
    item.units.set([make_unit() for _ in range(5)])
    FollowUpPlan.set_rhythm(item, "monthly", by=support, at=NOW)
    for n in range(number // 28):
        comment = Comment.write(item, by=slg, at=NOW, text=f"Comment {n}")
        Comment.write(item, by=support, at=NOW, text=f"Answer {n}", answer_to=comment)
        item.place(
            Horizon.NOW, 1 + n % 5, by=make_person(Role.SLG), at=NOW + days(n), reason=f"Move {n}"
        )
    page_of(client, support, item)

    with django_assert_max_num_queries(QUERIES + SAVEPOINTS):
        response = client.get(f"/agenda/{item.pk}/")

    assertContains(response, "happenings in between" if number > 28 else "Comment 0")


# The test client runs in a transaction, where each of two blocks is a savepoint and its release.
SAVEPOINTS = 4
