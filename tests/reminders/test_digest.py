"""The one mail a day: whom it goes to, what it says, and what it never says twice."""

import datetime as dt
import threading

import pytest
from django.db import connections

from accounts.models import Person
from activity.models import Event
from agenda.models import Status
from decisions.models import Decision
from dialogue.models import Comment, Follow
from followup.models import CheckIn, FollowUpPlan
from followup.workdays import is_working_day
from outbox import delivery
from outbox.models import Email, MailSwitch
from reminders.digest import KIND
from reminders.models import DigestRun, ReadMark, ReminderLine
from reminders.rounds import STEP, queue_digests_now, queue_due_digests
from tests.decisions.factories import TEXTS
from tests.factories import NOW, STOCKHOLM, TODAY, Role, make_action, make_item, make_person
from tests.followup.factories import make_followed_item

DAY = dt.timedelta(days=1)
SEVEN = NOW.replace(hour=7, minute=0)


def at(date, hour=7, minute=0):
    return dt.datetime.combine(date, dt.time(hour, minute), STOCKHOLM)


def run(now):
    """Write and send what is due at `now`; return the mails sent by it."""
    queue_due_digests(now)
    delivery.send_due(clock=lambda: now)
    return list(Email.objects.filter(status=Email.Status.SENT, sent_at=now).order_by("pk"))


def run_days(first, number):
    """Run at 7 on each of `number` days; return {date: mails}."""
    dates = [first + days * DAY for days in range(number)]
    return {date: mails for date in dates if (mails := run(at(date)))}


@pytest.fixture
def follower(employee):
    """Somebody who has been here for a year, and follows an item with a comment since yesterday."""
    Person.objects.update(created_at=NOW - 365 * DAY)
    item = make_item()
    Follow.objects.start(employee, item, at=NOW - 2 * DAY)
    Comment.write(item, by=make_person(), at=NOW - DAY, text="A thought")
    return employee


@pytest.fixture
def owed(manager):
    """A check-in that the manager owes on Thursday."""
    return make_followed_item("Secret plan", owner=manager, due_on=TODAY + 2 * DAY)


# What it says


def test_a_due_check_in_is_a_mail_with_a_link_and_without_its_title(owed, manager):
    [email] = run(SEVEN)

    assert email.to == manager
    assert email.subject == "One thing waits for you"
    assert "A check-in waits for you, due on 26 November 2026." in email.text
    assert f"/agenda/{owed.pk}/avstamning/" in email.text
    for part in [email.subject, email.text, email.html]:
        assert "Secret plan" not in part


def test_the_mail_is_in_the_language_of_its_reader(owed, manager):
    manager.language = "sv"
    manager.save()

    [email] = run(SEVEN)

    assert "26 november 2026" in email.text
    assert '<html lang="sv">' in email.html


def test_support_is_told_of_proposals_once(db, support):
    make_item(status=Status.PROPOSED, proposed_by=make_person(name="Proposer"))

    assert [email.to for email in run(SEVEN)] == [support]
    assert not run(SEVEN + DAY)


def test_a_question_about_a_proposal_is_told_each_side_once_per_round(db, support, employee):
    item = make_item(status=Status.PROPOSED, proposed_by=employee, created_at=NOW - DAY)
    assert [email.to for email in run(SEVEN)] == [support]
    item.answer("question", by=support, at=SEVEN + DAY / 2, reason="Who pays?")

    [email] = run(SEVEN + DAY)
    assert email.to == employee
    assert "A question about your proposal waits for your answer." in email.text
    assert f"/agenda/{item.pk}/#comments" in email.text
    assert not run(SEVEN + 2 * DAY)

    Comment.write(item, by=employee, at=SEVEN + 2 * DAY, text="We do")
    mails = run(SEVEN + 3 * DAY)
    assert [(email.to, "A proposal waits" in email.text) for email in mails] == [(support, True)]


def test_the_city_director_is_told_of_actions_once_until_there_are_others(db, city_director):
    make_action()
    assert [email.to for email in run(SEVEN)] == [city_director]
    assert not run(SEVEN + DAY)

    make_action()
    assert run(SEVEN + 2 * DAY)


def test_the_city_director_is_told_once_of_a_decision_that_is_prepared(db, support, city_director):
    texts = TEXTS | {"title": "Secret draft", "outcome": "approved"}
    Decision.prepare(make_item(status=Status.PREPARING), by=support, at=NOW, **texts)

    [email] = run(SEVEN)

    assert email.to == city_director
    assert "A prepared decision waits for you." in email.text
    assert "Secret draft" not in email.text
    assert not run(SEVEN + DAY)


def test_news_of_what_i_follow_is_counted_and_told_once(follower):
    [email] = run(SEVEN)

    assert (email.to, email.subject) == (follower, "News on the development agenda")
    assert "One thing has happened to what you follow" in email.text
    assert not run(SEVEN + DAY)


def test_what_i_have_read_on_the_page_is_no_news(follower):
    ReadMark.objects.set(follower, NOW - DAY / 2)

    assert not run(SEVEN)


def test_what_is_read_between_the_writing_and_the_sending_is_not_sent(follower):
    queue_due_digests(SEVEN)
    ReadMark.objects.set(follower, SEVEN)

    delivery.send_due(clock=lambda: SEVEN)

    assert Email.objects.get().status == Email.Status.CANCELLED


def test_re_ranking_sends_no_mail(db, slg, manager):
    item = make_item(owner=manager, horizon="next")
    item.place("now", by=slg, at=NOW - DAY, reason="First")

    assert not run(SEVEN)


def test_nothing_to_tell_is_no_mail(db, employee, manager, support, city_director):
    assert not run(SEVEN)
    assert not Email.objects.exists()


# When it comes


def test_one_reminder_before_and_one_after_and_then_silence(owed):
    mails = run_days(TODAY - 7 * DAY, 60)

    assert list(mails) == [
        dt.date(2026, 11, 24),  # two working days before Thursday
        dt.date(2026, 11, 30),  # two working days after it
    ]
    assert FollowUpPlan.objects.silent(dt.date(2026, 12, 1)).get().item == owed


def test_who_has_checked_in_is_not_reminded_after(owed, manager):
    run(SEVEN)
    CheckIn.file_no_news(owed, by=manager, at=NOW)

    mails = run_days(TODAY + DAY, 20)

    assert not mails, "the next date is in four weeks"


def test_a_check_in_filed_after_the_mail_was_written_stops_it(owed, manager):
    queue_due_digests(SEVEN)
    CheckIn.file_no_news(owed, by=manager, at=SEVEN)

    delivery.send_due(clock=lambda: SEVEN)

    assert Email.objects.get().why == Email.Why.SETTLED


@pytest.mark.parametrize(
    ("change", "value"),
    [("status", Status.DONE), ("status", Status.ENDED), ("owner", None)],
)
def test_a_closed_or_ownerless_item_reminds_nobody(owed, change, value):
    setattr(owed, change, value)
    owed.save()

    assert not run_days(TODAY, 10)


def test_a_paused_item_reminds_nobody(owed, support):
    FollowUpPlan.pause(owed, TODAY + 90 * DAY, by=support, at=NOW, reason="Waits")

    assert not run_days(TODAY, 80)


@pytest.mark.parametrize(
    "free", [dt.date(2026, 11, 28), dt.date(2026, 11, 29), dt.date(2026, 12, 24)], ids=str
)
def test_no_mail_on_a_free_day(db, manager, free):
    make_followed_item(owner=manager, due_on=free)

    assert not run(at(free, 10))


@pytest.mark.parametrize(("hour", "is_sent"), [(6, False), (7, True), (17, True), (18, False)])
def test_mail_is_written_in_working_hours(owed, hour, is_sent):
    assert bool(run(at(TODAY, hour, 59 if hour == 6 else 0))) == is_sent


@pytest.mark.parametrize(
    ("changed", "day"),
    [
        (dt.date(2027, 3, 28), dt.date(2027, 3, 30)),  # the Monday between is Easter Monday
        (dt.date(2027, 10, 31), dt.date(2027, 11, 1)),
    ],
    ids=["summer time", "winter time"],
)
def test_the_hour_is_that_of_the_wall_also_after_the_clocks_have_changed(db, manager, changed, day):
    make_followed_item(owner=manager, due_on=day)
    moments = [
        dt.datetime.combine(changed, dt.time(), dt.UTC) + dt.timedelta(minutes=number)
        for number in range(0, 72 * 60, 10)
    ]

    sent = [moment for moment in moments if run(moment)]

    assert [moment.astimezone(STOCKHOLM) for moment in sent] == [at(day)]


def test_who_has_switched_it_off_gets_none(owed, manager):
    MailSwitch.objects.switch_off(manager, KIND)

    assert not run_days(TODAY, 30)
    assert not Email.objects.exists()


def test_a_person_without_an_address_is_left_out(owed, manager):
    manager.email = ""
    manager.save()

    assert not run(SEVEN)


# Never twice, never lost


def test_one_mail_a_day_whatever_else_happens(owed, manager, support):
    run(SEVEN)
    make_followed_item(owner=manager, due_on=TODAY + DAY)

    assert not run(SEVEN.replace(hour=11))
    queue_digests_now(SEVEN.replace(hour=12), by=support)
    assert Email.objects.count() == 1
    assert run(SEVEN + DAY)


def test_a_long_outage_ends_in_one_mail_and_not_in_many(owed, settings):
    settings.EMAIL_URL = "smtp://127.0.0.1:1"
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1  # nobody listens there
    assert not run_days(TODAY, 7)

    settings.EMAIL_URL = ""
    mails = run_days(TODAY + 7 * DAY, 3)

    [[email]] = mails.values()
    assert "A check-in is late" in email.text
    assert ReminderLine.objects.told().count() == 1


def test_the_reminder_of_a_mail_that_failed_comes_in_the_next_one(owed, manager):
    queue_due_digests(SEVEN)
    email = Email.objects.claim(SEVEN, dt.timedelta(minutes=2))
    delivery.render(email, SEVEN)
    email.fail(Email.Why.REFUSED)

    [second] = run(SEVEN + DAY)

    assert "A check-in waits for you" in second.text


def test_a_mail_sent_again_after_a_crash_says_the_same(owed):
    queue_due_digests(SEVEN)
    email = Email.objects.claim(SEVEN, dt.timedelta(minutes=2))
    first = delivery.render(email, SEVEN)

    again = delivery.render(email, SEVEN + dt.timedelta(minutes=3))

    assert again == first


def test_yesterdays_mail_is_not_sent_today(owed):
    queue_due_digests(SEVEN)

    delivery.send_due(clock=lambda: SEVEN + DAY)

    assert Email.objects.get().status == Email.Status.CANCELLED


def test_looking_at_a_queued_mail_leaves_no_trace(owed):
    queue_due_digests(SEVEN)
    email = Email.objects.get()

    content = delivery.preview(email, SEVEN)

    assert "A check-in waits for you" in content.text
    assert not ReminderLine.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_three_schedulers_at_the_same_moment_write_each_mail_once(settings):
    settings.CELERY_TASK_ALWAYS_EAGER = False
    owners = [make_person() for _ in range(5)]
    for owner in owners:
        make_followed_item(owner=owner, due_on=TODAY)
    barrier, written, errors = threading.Barrier(3), [], []

    def work():
        try:
            barrier.wait()
            for _ in range(5):
                written.append(queue_due_digests(SEVEN))
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert not errors
    assert sum(written) == len(owners)
    assert Email.objects.count() == len(owners)
    assert DigestRun.objects.count() == 1


def test_a_long_run_is_gone_on_with_where_it_stopped(db):
    owners = [make_person() for _ in range(2 * STEP + 3)]
    for owner in owners:
        make_followed_item(owner=owner, due_on=TODAY)

    written = [queue_due_digests(SEVEN + dt.timedelta(minutes=n), seconds=0) for n in range(5)]

    assert written == [STEP, STEP, 3, 0, 0]
    assert DigestRun.objects.get().is_done


def test_what_is_asked_for_on_a_free_day_does_not_stand_for_the_day_itself(manager, support):
    saturday, monday = dt.date(2026, 11, 28), dt.date(2026, 11, 30)
    queue_digests_now(at(saturday), by=support)
    make_followed_item(owner=manager, due_on=monday)

    assert [email.to for email in run(at(monday))] == [manager]


# By hand


def test_the_button_writes_what_is_missing_and_nothing_twice(owed, support):
    evening = at(TODAY, 20)

    assert queue_digests_now(evening, by=support) == 1
    assert queue_digests_now(evening, by=support) == 0
    delivery.send_due(clock=lambda: evening)

    assert Email.objects.get().status == Email.Status.SENT


def test_on_a_free_day_the_button_writes_for_the_next_working_day(manager, support):
    make_followed_item(owner=manager, due_on=dt.date(2026, 11, 30))
    saturday = at(dt.date(2026, 11, 28), 10)

    assert queue_digests_now(saturday, by=support) == 1
    assert not run(saturday)
    assert len(run(at(dt.date(2026, 11, 30)))) == 1


def test_a_new_owner_is_not_reminded_of_what_the_former_one_owed(owed, support):
    owner = make_person(Role.MANAGER)
    owed.revise_facts({"owner": owner}, {}, version=owed.facts_version, by=support, at=NOW)

    mails = run_days(TODAY, 21)

    told = [email for emails in mails.values() for email in emails if email.to == owner]
    assert all("check-in" not in email.text for email in told)
    assert FollowUpPlan.objects.get().next_due_on == dt.date(2026, 12, 28)


@pytest.mark.slow
def test_a_whole_year_brings_nobody_more_than_one_mail_a_day_and_none_on_a_free_day(db, support):
    """A small year: 4 people, 6 items, some silent, some faithful, over both clock changes."""
    people = [make_person() for _ in range(4)]
    first = dt.date(2027, 1, 1)
    items = [
        make_followed_item(
            owner=people[number % 4],
            due_on=first + dt.timedelta(days=number * 3),
            rhythm=["two_weeks", "monthly", "quarterly"][number % 3],
        )
        for number in range(6)
    ]
    for days in range(365):
        on = first + days * DAY
        for item in items[::2]:  # the faithful
            if FollowUpPlan.objects.due(on).filter(item=item).exists():
                CheckIn.file_no_news(item, by=item.owner, at=at(on, 9))
        for hour in (7, 13) if days % 9 == 0 else (7,):
            run(at(on, hour))

    sent = Email.objects.filter(status=Email.Status.SENT).values_list("to", "sent_at")
    days = [(person, moment.astimezone(STOCKHOLM).date()) for person, moment in sent]
    assert len(days) == len(set(days))
    assert all(is_working_day(day) for _person, day in days)
    assert Event.objects.of_kind("followup.said_no_news").exists()
    per_thing = ReminderLine.objects.told().values_list("person", "about", "stage")
    assert len(per_thing) == len(set(per_thing))
