"""Every proposal gets an answer with a reason, and the proposer is told."""

import datetime as dt
import uuid

import pytest
from pytest_django.asserts import assertContains

from activity.models import Event
from agenda.models import Horizon, Item
from dialogue.models import Comment
from dialogue.news import news_for
from tests.factories import NOW, Status, make_focus_area, make_item

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def client(client, support):
    client.force_login(support)
    return client


@pytest.fixture
def proposal(manager):
    return Item.propose(
        by=manager, at=NOW, title="A", why="Because", need="A list", focus_area=make_focus_area()
    )


def answer(client, item, answer="taken_up", reason="We need this", **data):
    data = {"answer": answer, "reason": reason, "once": str(uuid.uuid4()), **data}
    return client.post(f"/agenda/{item.pk}/svar/", data)


@pytest.mark.parametrize(
    ("choice", "status"),
    [
        ("taken_up", Status.PREPARING),
        ("question", Status.PROPOSED),
        ("declined", Status.DECLINED),
    ],
)
def test_the_three_answers(client, proposal, support, choice, status):
    response = answer(client, proposal, choice)

    proposal.refresh_from_db()
    assert response.url == f"/agenda/{proposal.pk}/"
    assert proposal.status == status
    assert not proposal.awaits_answer
    assert proposal.awaits_reply == (choice == "question")
    event = Event.objects.about(proposal).of_kind("agenda.answered").get()
    assert (event.by, event.reason, event.data["answer"]) == (support, "We need this", choice)


def test_a_question_goes_to_the_proposer_and_comes_back_when_they_have_replied(
    client, proposal, support, manager
):
    def first_act(person):
        client.force_login(person)
        act = client.get(f"/agenda/{proposal.pk}/").context["page"].first_act
        return act.text, act.is_needed

    assert first_act(support) == ("Answer the proposal", True)
    proposal.answer("question", by=support, at=NOW, reason="Who pays?")
    Comment.write(proposal, by=support, at=NOW + MINUTE, text="And when?")
    assert first_act(manager) == ("Answer the question", True)
    assert first_act(support) == ("Answer the proposal", False)
    assert list(Item.objects.awaiting_reply()) == [proposal]
    assert not Item.objects.awaiting_answer().exists()

    Comment.write(proposal, by=manager, at=NOW + 2 * MINUTE, text="We do")
    assert first_act(support) == ("Answer the proposal", True)
    assert first_act(manager) == ("Write a comment", False)
    assert Item.objects.awaiting_answer().get().waits_since == NOW + 2 * MINUTE

    proposal.answer("question", by=support, at=NOW + 3 * MINUTE, reason="And then?")
    assert list(Item.objects.awaiting_reply()) == [proposal]


def test_a_proposer_also_replies_by_changing_the_text(client, proposal, support, manager):
    proposal.answer("question", by=support, at=NOW, reason="Whose need?")

    proposal.revise_text({"need": "Ours"}, version=1, by=manager, at=NOW + MINUTE)

    assert proposal.awaits_answer
    assert not proposal.awaits_reply


def test_the_proposer_gets_it_as_news(client, proposal, manager):
    answer(client, proposal)

    event = Event.objects.of_kind("agenda.answered").get()
    assert event in list(news_for(manager, NOW, event.at))


def test_whoever_answers_is_told_that_the_proposer_is_told(client, proposal):
    response = answer(client, proposal)

    assertContains(client.get(response.url), "Manager is told")


def test_a_declined_proposal_leaves_its_place(client, proposal, support):
    proposal.place(Horizon.LATER, by=support, at=NOW, reason="For now")

    answer(client, proposal, "declined")

    proposal.refresh_from_db()
    assert proposal.horizon is None


@pytest.mark.parametrize("person", ["employee", "manager", "slg", "admin"])
def test_others_may_not_answer(client, proposal, request, person):
    client.force_login(request.getfixturevalue(person))

    assert client.get(f"/agenda/{proposal.pk}/svar/").status_code == 403
    assert answer(client, proposal).status_code == 403
    proposal.refresh_from_db()
    assert proposal.awaits_answer


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"answer": ""}, "Choose an answer."),
        ({"answer": "maybe"}, "Choose one of the answers"),
        ({"reason": " "}, "Write a reason."),
        ({"reason": "x" * 1001}, "at most 1000"),
    ],
)
def test_what_is_missing_is_told(client, proposal, data, words):
    response = answer(client, proposal, **data)

    assertContains(response, words, status_code=422)
    proposal.refresh_from_db()
    assert proposal.awaits_answer


def test_the_same_answer_sent_twice_is_one(client, proposal):
    once = str(uuid.uuid4())
    first = answer(client, proposal, once=once)
    second = answer(client, proposal, once=once)

    assert first.url == second.url
    assert Event.objects.of_kind("agenda.answered").count() == 1


def test_of_two_who_answer_the_second_sees_what_the_first_said(client, proposal, city_director):
    Item.objects.get(pk=proposal.pk).answer(
        "declined", by=city_director, at=NOW, reason="Not our task"
    )

    response = answer(client, proposal)

    assertContains(response, "City director", status_code=409)
    assertContains(response, "Not our task", status_code=409)


def test_a_proposal_from_the_report_is_taken_up_too(client):
    item = make_item("A", source="2.1")

    answer(client, item)

    item.refresh_from_db()
    assert item.status == Status.PREPARING
