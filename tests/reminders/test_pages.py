"""The desk of leadership support, the button of the day's mails, and the mark of what is read."""

import datetime as dt

import pytest
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from agenda.models import Item
from followup.models import DueState, FollowUpPlan, with_follow_up_state
from followup.workdays import add_working_days
from outbox.models import Email
from reminders.models import ReadMark
from tests.factories import NOW, TODAY, Status, make_item, make_person, make_unit
from tests.followup.factories import make_check_in, make_followed_item, make_plan
from tests.outbox.factories import make_email

DAY = dt.timedelta(days=1)


@pytest.fixture
def today():
    return timezone.localdate()


# How an item stands


def state_of(item, on=TODAY):
    return with_follow_up_state(Item.objects.filter(pk=item.pk), on).get().follow_up_state


@pytest.mark.parametrize(
    ("due_on", "state"),
    [
        (dt.date(2026, 11, 19), DueState.SILENT),
        (dt.date(2026, 11, 20), DueState.LATE),
        (dt.date(2026, 11, 24), DueState.DUE),
        (dt.date(2026, 11, 26), DueState.DUE),
        (dt.date(2026, 11, 27), DueState.CALM),
    ],
)
def test_an_item_stands_by_its_date(db, due_on, state):
    assert state_of(make_followed_item(due_on=due_on)) == state


def test_an_item_without_owner_or_rhythm_is_told_as_such(db):
    assert state_of(make_item(status=Status.IN_PROGRESS)) == DueState.NO_OWNER
    assert state_of(make_item(status=Status.IN_PROGRESS, owner=make_person())) == DueState.NO_RHYTHM
    assert state_of(make_followed_item(rhythm="none")) == DueState.NO_RHYTHM


def test_a_paused_item_and_one_with_a_new_owner_are_not_late(db):
    paused = make_item(status=Status.IN_PROGRESS, owner=make_person())
    make_plan(paused, due_on=TODAY - 30 * DAY, paused_until=TODAY + DAY)
    handed_over = make_followed_item(due_on=TODAY - 30 * DAY)
    handed_over.owner = make_person()
    handed_over.save(update_fields=["owner"])

    assert state_of(paused) == DueState.PAUSED
    assert state_of(handed_over) == DueState.CALM


def test_the_desk_counts_as_the_plans_do(db):
    for days in range(-9, 9):
        make_followed_item(due_on=TODAY + days * DAY)
    states = list(
        with_follow_up_state(Item.objects.all(), TODAY).values_list("follow_up_state", flat=True)
    )
    plans = FollowUpPlan.objects

    assert states.count(DueState.SILENT) == plans.silent(TODAY).count()
    assert (
        states.count(DueState.SILENT) + states.count(DueState.LATE) == plans.overdue(TODAY).count()
    )


# The desk


def test_the_desk_shows_what_is_late_first(client, support, today):
    make_followed_item("Calm one", due_on=today + 60 * DAY)
    make_followed_item("Late one", due_on=add_working_days(today, -1))
    client.force_login(support)

    text = client.get("/uppfoljning/").content.decode()

    assert text.index("Late one") < text.index("Calm one")


def test_the_desk_is_filtered_by_its_address(client, support, today):
    unit, owner = make_unit(), make_person()
    make_followed_item("Late one", due_on=today - 30 * DAY, owner=owner, units=[unit])
    make_followed_item("Calm one", due_on=today + 60 * DAY)
    client.force_login(support)

    for query in ["visa=silent", f"agare={owner.pk}", f"enhet={unit.pk}", "q=late"]:
        response = client.get(f"/uppfoljning/?{query}")
        assertContains(response, "Late one")
        assertNotContains(response, "Calm one")


@pytest.mark.parametrize(
    "query", ["visa=gone", "agare=0", "enhet=x", "agare=999999999999999999999", "enhet=%00"]
)
def test_an_unknown_value_filters_nothing_and_says_so(client, support, today, query):
    make_followed_item("Calm one", due_on=today + 60 * DAY)
    client.force_login(support)

    response = client.get(f"/uppfoljning/?{query}")

    assert response.status_code in {200, 400}
    if response.status_code == 200 and "%00" not in query:
        assertContains(response, "so it filters nothing")
        assertContains(response, "Calm one")


def test_the_desk_tells_of_mail_that_came_back_with_a_way_to_try_again(client, support):
    email = make_email(status=Email.Status.FAILED, why=Email.Why.REFUSED, reply="550 No such user")
    client.force_login(support)

    response = client.get("/uppfoljning/")

    assertContains(response, "550 No such user")
    assertContains(response, f"/uppfoljning/utskick/{email.pk}/forsok-igen/")


def test_the_desk_tells_whose_answer_is_awaited(client, support):
    make_item("A bright idea", status=Status.PROPOSED, proposed_by=make_person(name="Proposer"))
    client.force_login(support)

    assertContains(client.get("/uppfoljning/"), "A proposal by Proposer")


def test_the_desk_answers_htmx_with_its_list_alone(client, support):
    client.force_login(support)

    response = client.get("/uppfoljning/", headers={"HX-Request": "true", "HX-Target": "desk"})

    assertContains(response, 'id="desk"')
    assertNotContains(response, "<html")


def test_the_desk_is_for_leadership(client, employee, manager, slg, admin, city_director):
    for person in [employee, manager, slg, admin]:
        client.force_login(person)
        assert client.get("/uppfoljning/").status_code == 403
    client.force_login(city_director)
    assert client.get("/uppfoljning/").status_code == 200


@pytest.mark.parametrize("count", [28, 2000])
def test_the_desk_takes_the_same_queries_with_many_items(
    client, support, today, count, django_assert_max_num_queries
):
    owner = make_person()
    first = make_item(status=Status.IN_PROGRESS, owner=owner)
    Item.objects.bulk_create(
        Item(
            title=f"Item {number}",
            why="Because",
            focus_area=first.focus_area,
            status=Status.IN_PROGRESS,
            owner=owner,
            created_at=NOW,
        )
        for number in range(count - 1)
    )
    FollowUpPlan.objects.bulk_create(
        FollowUpPlan(item=item, owed_by=owner, next_due_on=today + (number % 60 - 30) * DAY)
        for number, item in enumerate(Item.objects.all())
    )
    make_check_in(first)
    client.force_login(support)

    with django_assert_max_num_queries(15):
        response = client.get("/uppfoljning/")

    assert response.status_code == 200


# The button


def test_the_button_writes_the_days_mails_once(client, support, today):
    make_followed_item(due_on=add_working_days(today, 1))
    client.force_login(support)

    for _ in range(2):
        response = client.post("/uppfoljning/utskick/dagens/")
        assertRedirects(response, "/uppfoljning/utskick/")

    assert Email.objects.count() == 1


def test_the_button_is_not_a_link_and_is_for_leadership(client, support, manager):
    client.force_login(support)
    assert client.get("/uppfoljning/utskick/dagens/").status_code == 405
    client.force_login(manager)
    assert client.post("/uppfoljning/utskick/dagens/").status_code == 403


# What is read


def test_news_are_marked_as_read_up_to_when_they_were_shown(client, employee):
    shown = timezone.now() - dt.timedelta(minutes=3)
    client.force_login(employee)

    response = client.post("/att-gora/last/", {"until": shown.isoformat()})

    assertRedirects(response, "/", fetch_redirect_response=False)
    assert ReadMark.objects.read_at(employee) == shown


@pytest.mark.parametrize(
    "until",
    [
        "",
        "yesterday",
        "2026-99-99T10:00:00Z",
        "2026-01-01T10:00:00",
        "9999-12-31T10:00:00Z",
        "0001-01-01T00:00:00+14:00",
    ],
)
def test_an_odd_moment_means_now_and_the_mark_never_goes_back(client, employee, until):
    before = timezone.now()
    client.force_login(employee)

    client.post("/att-gora/last/", {"until": until})
    client.post("/att-gora/last/", {"until": "2020-01-01T10:00:00Z"})

    assert before <= ReadMark.objects.read_at(employee) <= timezone.now()
