"""The fictional organisation: marked as such, complete enough to look at, and there only once."""

import datetime as dt

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from accounts import personas
from accounts.models import Person, Unit
from activity.models import Event
from agenda.models import Action, Backlog, Horizon, Item, Status
from decisions.models import Decision
from dialogue.models import Comment, Follow
from followup.models import FollowUpPlan, Light, with_latest_light
from meetings.models import Meeting
from outbox.models import Email
from reports.models import ProgressReport

PERSONAS = personas.MAIN + personas.FURTHER


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker):
    """The content and the demo, loaded once for all tests here and rolled back after them."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_content", verbosity=0)
        call_command("load_demo", verbosity=0)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def world(loaded, db):
    return timezone.localdate()


def test_it_is_added_once(world, capsys):
    events, people = Event.objects.count(), Person.objects.count()

    call_command("load_demo")

    assert "already there" in capsys.readouterr().out
    assert (Event.objects.count(), Person.objects.count()) == (events, people)


def test_everybody_and_everything_invented_is_marked(world):
    assert not Person.objects.filter(is_fictional=False).exists()
    assert not Unit.objects.filter(is_fictional=False).exists()
    assert not Item.objects.filter(slug=None, is_fictional=False).exists()
    assert not Meeting.objects.filter(is_fictional=False).exists()
    assert not ProgressReport.objects.filter(is_fictional=False).exists()


def test_the_items_of_the_report_are_not_marked_as_invented(world):
    assert Item.objects.exclude(slug=None).filter(is_fictional=False).count() == 28


def test_no_mail_can_reach_a_real_person(world):
    assert not Person.objects.exclude(email__endswith="@demo.invalid").exists()


@pytest.mark.parametrize("persona", PERSONAS)
def test_each_persona_is_there(world, persona):
    assert personas.find(persona).roles


def test_roles_are_combined_and_the_administrator_has_nothing_else(world):
    assert Person.objects.get(username="slg").roles == {"employee", "manager", "slg"}
    assert Person.objects.get(username="admin").roles == {"admin"}


def test_every_unit_has_a_manager_and_every_person_a_unit(world):
    assert not Unit.objects.filter(manager=None).exists()
    assert not Person.objects.filter(unit=None).exists()


def test_nothing_has_happened_in_the_future_and_all_after_the_report_came_in(world):
    now = timezone.now()
    assert not Event.objects.filter(at__gt=now).exists()
    assert not Event.objects.filter(at__lt=now - dt.timedelta(weeks=11)).exists()
    first = Event.objects.order_by("at").first()
    assert first.verb.endswith(".loaded")


@pytest.mark.parametrize("horizon", Horizon)
def test_there_are_items_in_every_horizon(world, horizon):
    assert Item.objects.in_horizon(horizon).count() >= 3


def test_now_has_room_for_one_more(world):
    assert Item.objects.in_horizon(Horizon.NOW).count() == Backlog.objects.current().now_cap - 1
    assert Item.objects.with_focus().count() == 2


@pytest.mark.parametrize("status", Status)
def test_there_are_items_in_every_state(world, status):
    assert Item.objects.filter(status=status).exists()


@pytest.mark.parametrize("light", Light)
def test_there_are_items_in_every_light(world, light):
    assert with_latest_light(Item.objects.all()).filter(light=light).exists()


def test_a_light_has_a_history(world):
    item = Item.objects.get(slug="system-map")
    assert len({check_in.light for check_in in item.check_ins.all()}) > 1


def test_what_is_done_or_ended_tells_its_effect(world):
    closed = Item.objects.filter(status__in=[Status.DONE, Status.ENDED])
    assert not closed.filter(effect_seen="").exists()


def test_proposals_wait_for_an_answer_and_one_has_a_question(world):
    assert Item.objects.awaiting_answer().count() >= 2
    answers = Event.objects.of_kind("agenda.answered").values_list("data__answer", flat=True)
    assert set(answers) == set(Item.Answer)


def test_some_items_lack_a_field_and_many_lack_none(world):
    preparing = Item.objects.filter(status=Status.PREPARING)
    assert any(item.missing_fields for item in preparing)
    assert sum(not item.missing_fields for item in Item.objects.all()) >= 12


def test_check_ins_are_due_soon_late_silent_and_paused(world):
    plans = FollowUpPlan.objects
    chef = Person.objects.get(username="chef")
    assert plans.due_or_soon(world).filter(item__owner=chef).count() == 2
    assert plans.overdue(world).count() >= 2
    assert plans.silent(world).exists()
    assert plans.paused(world).exists()


def test_there_are_meetings_closed_open_and_planned(world):
    closed = Meeting.objects.closed()
    assert closed.count() == 2
    assert all(meeting.minutes["entries"] for meeting in closed)
    assert any(meeting.minutes["moves"] for meeting in closed)
    assert Meeting.objects.open_now().get().entries.count() >= 5
    assert Meeting.objects.planned().exists()


def test_there_are_decisions_in_every_state(world):
    published = Decision.objects.published()
    assert published.filter(item__isnull=False).count() >= 5
    assert published.filter(action__isnull=False).count() >= 2
    assert Decision.objects.preparing().count() == 2
    assert published.count() - Decision.objects.standing().count() == 1
    assert set(Action.objects.values_list("state", flat=True)) >= {"proposal", "approved"}


def test_people_have_talked_and_follow(world):
    assert Comment.objects.count() >= 30
    assert Comment.objects.exclude(parent=None).count() >= 8
    assert Follow.objects.count() >= 30


def test_mails_were_sent_and_one_was_not_delivered(world):
    assert Email.objects.filter(status=Email.Status.SENT).count() >= 5
    failed = Email.objects.failed().get()
    assert failed.why == Email.Why.REFUSED


def test_a_report_is_published_and_another_is_a_draft(world):
    report = ProgressReport.objects.published().get()
    assert report.data["decided"]
    assert report.data["done"]
    assert report.summary
    assert ProgressReport.objects.drafts().count() == 1


PAGES = [
    "/",
    "/agenda/",
    "/agenda/?vy=tavla",
    "/atgarder/",
    "/atgarder/1/",
    "/principer/",
    "/principer/for-the-customer/",
    "/malbild/",
    "/plattform/",
    "/plattform/digital-platform/",
    "/prioriteringsgrunder/",
    "/moten/",
    "/beslut/",
    "/rapporter/",
    "/sok/?q=kunden",
]


@pytest.mark.parametrize("persona", personas.MAIN)
def test_every_page_answers_every_persona(world, client, persona):
    client.force_login(personas.find(persona))
    report = ProgressReport.objects.published().get()
    decision = Decision.objects.published().first()
    meeting = Meeting.objects.closed().first()
    subjects = [*Item.objects.all(), report, decision, meeting]

    for url in [*PAGES, *(subject.get_absolute_url() for subject in subjects)]:
        assert client.get(url).status_code == 200, url


@pytest.mark.parametrize("persona", personas.FURTHER)
def test_the_start_page_answers_every_other_persona(world, client, persona):
    client.force_login(personas.find(persona))

    assert client.get("/").status_code == 200


def test_ranks_have_no_gaps_when_it_is_committed(world):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
