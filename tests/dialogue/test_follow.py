"""Following: a switch that says the same when pressed twice, and the news that comes of it."""

import datetime as dt

import pytest

from activity.models import Event
from agenda.models import Horizon
from dialogue.models import Follow
from dialogue.news import news_for
from tests.dialogue.factories import make_comment
from tests.factories import NOW, Role, make_action, make_item, make_person

LATER = NOW + dt.timedelta(hours=1)


def url(item):
    return f"/folj/agendapunkt/{item.pk}/"


def test_following_and_stopping(client, item, employee):
    client.force_login(employee)

    response = client.post(url(item), {"follow": "1"})
    assert response["Location"] == f"/agenda/{item.pk}/"
    assert Follow.objects.is_following(employee, item)

    client.post(url(item), {"follow": "0"})
    assert not Follow.objects.is_following(employee, item)


def test_the_same_button_pressed_twice_changes_nothing_more(client, item, employee):
    client.force_login(employee)

    for _ in range(2):
        assert client.post(url(item), {"follow": "1"}).status_code == 302
    assert Follow.objects.count() == 1

    for _ in range(2):
        assert client.post(url(item), {"follow": "0"}).status_code == 302
    verbs = list(Event.objects.about(employee).values_list("verb", flat=True))
    assert verbs == ["dialogue.followed", "dialogue.unfollowed"]


def test_whom_one_follows_is_no_news_on_the_subject(client, item, employee):
    client.force_login(employee)

    client.post(url(item), {"follow": "1"})

    assert not Event.objects.about(item).exists()


def test_htmx_gets_the_button_that_undoes_it(client, item, employee):
    client.force_login(employee)

    response = client.post(
        url(item), {"follow": "1"}, headers={"HX-Request": "true", "HX-Target": "follow"}
    )

    html = response.content.decode()
    assert html.lstrip().startswith('<div class="follow" id="follow"')
    assert "Stop following" in html
    assert 'name="follow" value="0"' in html
    assert "autofocus" in html


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.EMPLOYEE, 302),
        (Role.MANAGER, 302),
        (Role.SLG, 302),
        (Role.CITY_DIRECTOR, 302),
        (Role.SUPPORT, 302),
        (Role.ADMIN, 403),
    ],
)
def test_everybody_but_a_pure_administrator_may_follow(client, item, role, status):
    client.force_login(make_person(role))

    assert client.post(url(item), {"follow": "1"}).status_code == status


def test_following_is_never_done_by_opening_a_link(client, item, employee):
    client.force_login(employee)

    assert client.get(url(item)).status_code == 405
    assert not Follow.objects.exists()


@pytest.mark.parametrize("path", ["/folj/agendapunkt/999999/", "/folj/person/1/"])
def test_what_is_not_there_is_404(client, employee, path):
    client.force_login(employee)

    assert client.post(path, {"follow": "1"}).status_code == 404


def test_followers_are_those_who_still_may_sign_in(item, employee, manager):
    for person in (employee, manager):
        Follow.objects.start(person, item, at=NOW)
    manager.is_active = False
    manager.save()

    assert list(Follow.objects.followers_of(item)) == [employee]


# News


def test_news_is_what_happened_to_what_one_follows_owns_or_proposed(employee, slg):
    followed = make_item("Followed", horizon=Horizon.NEXT)
    owned = make_item("Owned", horizon=Horizon.NEXT, owner=employee)
    proposed = make_item("Proposed", horizon=Horizon.NEXT, proposed_by=employee)
    other = make_item("Other", horizon=Horizon.NEXT)
    action = make_action()
    for subject in (followed, action):
        Follow.objects.start(employee, subject, at=NOW)

    for item in (followed, owned, proposed, other):
        item.place(Horizon.LATER, by=slg, at=LATER, reason="Later")
    make_comment(action, by=slg, at=LATER)

    news = news_for(employee, NOW, LATER)
    assert {event.target for event in news} == {followed, owned, proposed, action}


def test_what_one_does_is_no_news_to_oneself(employee):
    item = make_item(owner=employee)

    make_comment(item, by=employee, at=LATER)

    assert not news_for(employee, NOW, LATER).exists()


def test_two_periods_beside_each_other_neither_miss_nor_repeat(employee, slg):
    item = make_item(owner=employee)
    moments = [NOW + dt.timedelta(minutes=n) for n in range(4)]
    for moment in moments:
        make_comment(item, by=slg, at=moment)

    first = list(news_for(employee, NOW - dt.timedelta(days=1), moments[1]))
    second = list(news_for(employee, moments[1], moments[3]))

    assert [event.at for event in first + second] == moments


def test_news_is_asked_for_at_once_however_much_there_is(employee, slg, django_assert_num_queries):
    for _ in range(10):
        make_comment(make_item(owner=employee), by=slg, at=LATER)

    news_for(employee, NOW, LATER).exists()  # so that content types are known
    with django_assert_num_queries(1):
        assert len([event.by.name for event in news_for(employee, NOW, LATER)]) == 10


def test_somebody_who_comments_follows_and_hears_of_the_answer(item, employee, manager):
    comment = make_comment(item, by=employee)

    make_comment(item, by=manager, at=LATER, answer_to=comment)

    assert [event.verb for event in news_for(employee, NOW, LATER)] == ["dialogue.answered"]
