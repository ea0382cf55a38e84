"""What waits for a person: the same on the start page and in the mail."""

import datetime as dt

import pytest

from accounts.models import Draft
from decisions.models import Decision
from dialogue.models import Comment
from reminders.todo import drafts_left, todo_for
from tests.decisions.factories import TEXTS, make_decision
from tests.factories import NOW, TODAY, Status, make_action, make_item, make_person
from tests.followup.factories import make_followed_item

DAY = dt.timedelta(days=1)


def test_an_owner_has_what_is_late_before_what_comes(db, manager):
    coming = make_followed_item("Coming", owner=manager, due_on=TODAY + 2 * DAY)
    late = make_followed_item("Late", owner=manager, due_on=TODAY - 8 * DAY)
    make_followed_item("Far away", owner=manager, due_on=TODAY + 30 * DAY)
    make_followed_item("Of another", due_on=TODAY)

    todos = todo_for(manager, TODAY)

    assert [todo.url for todo in todos] == [
        f"/agenda/{item.pk}/avstamning/" for item in (late, coming)
    ]
    assert [todo.is_late for todo in todos] == [True, False]


def test_support_answers_proposals_and_the_city_director_decides_actions(
    db, support, city_director, employee
):
    make_item("Idea", status=Status.PROPOSED, proposed_by=make_person())
    make_action()
    make_action()

    assert [todo.kind for todo in todo_for(support, TODAY)] == ["proposal"]
    [todo] = todo_for(city_director, TODAY)
    assert todo.text == "2 proposed actions wait for your decision"
    assert todo_for(employee, TODAY) == []


def test_a_question_about_a_proposal_waits_for_its_proposer(db, support, employee, manager):
    item = make_item("Lend", status=Status.PROPOSED, proposed_by=employee)
    item.answer("question", by=support, at=NOW, reason="Who pays?")

    [todo] = todo_for(employee, TODAY)
    assert todo.text == "Answer the question about your proposal “Lend”"
    assert todo.url == f"/agenda/{item.pk}/#comments"
    assert todo_for(support, TODAY) == todo_for(manager, TODAY) == []

    Comment.write(item, by=employee, at=NOW + DAY, text="We do")
    assert todo_for(employee, TODAY) == []
    assert [todo.kind for todo in todo_for(support, TODAY)] == ["proposal"]


def test_the_city_director_publishes_what_is_prepared(db, support, city_director):
    replaced = make_decision()
    texts = TEXTS | {"outcome": "approved"}
    item = make_item(status=Status.PREPARING)
    Decision.prepare(item, by=support, at=NOW, **texts)
    Decision.prepare(replaced.item, by=support, at=NOW + DAY, replaces=replaced, **texts)

    todos = todo_for(city_director, TODAY)

    assert [(todo.kind, todo.url) for todo in todos] == [
        ("decision", f"/agenda/{item.pk}/beslut/"),
        ("decision", f"/beslut/{replaced.pk}/ersattning/"),
    ]
    assert todo_for(support, TODAY) == []


@pytest.mark.parametrize("key", ["check-in:١", "comment:å:5", "comment:a:5:x", "item-text:-1"])
def test_a_draft_of_a_form_that_does_not_exist_is_left_out(db, employee, key):
    Draft.objects.keep(employee, key, {}, now=NOW)

    assert drafts_left(employee) == []


def test_drafts_that_can_be_gone_on_with_are_told(db, employee):
    item = make_item()
    for key in [f"check-in:{item.pk}", f"comment:agendapunkt:{item.pk}", "something-unknown"]:
        Draft.objects.keep(employee, key, {}, now=NOW)

    assert {todo.url for todo in drafts_left(employee)} == {
        f"/agenda/{item.pk}/avstamning/",
        f"/synpunkter/agendapunkt/{item.pk}/",
    }
