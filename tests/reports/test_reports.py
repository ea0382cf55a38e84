"""Making a report, publishing it, and reading it as it was."""

import datetime as dt
import uuid

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from activity.models import Event
from agenda.models import Horizon, Item
from followup.models import CheckIn, Light
from reports.models import AlreadyPublished, CorrectionBegun, ProgressReport
from reports.period import Period
from reports.shown import TITLES, Shown
from tests.factories import NOW, TODAY, Role, Status, make_item, make_person
from tests.meetings.factories import queries_of
from tests.reports.factories import at, make_report, publish

DAYS = {"from_on": "2026-11-01", "to_on": "2026-11-30"}


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def written(support):
    """A draft on November, in which an item is done and another needs a decision."""
    owner = make_person(name="Owner")
    for title in ("Self-service", "System map"):
        item = make_item(title, status=Status.PREPARING, owner=owner, created_at=at(9, 1))
        item.start(by=owner, at=at(11, 2))
    item = Item.objects.get(title="Self-service")
    item.finish(by=owner, at=at(11, 20), effect_seen="A third fewer calls")
    item = Item.objects.get(title="System map")
    CheckIn.file(
        item,
        by=owner,
        at=at(11, 21),
        light=Light.NEEDS_DECISION,
        headline="Who pays for two of them?",
    )
    return make_report(by=support)


def words(report, **changed):
    return {
        "title": report.title,
        "from_on": report.from_on.isoformat(),
        "to_on": report.to_on.isoformat(),
        "summary": "",
        "version": report.version,
        **changed,
    }


# Beginning


def test_a_report_is_begun_for_any_period(client, support):
    client.force_login(support)

    response = client.post("/rapporter/nytt/", {**DAYS, "title": "Our November"})

    report = ProgressReport.objects.get()
    assertRedirects(response, f"/rapporter/{report.pk}/text/")
    assert (report.title, report.from_on, report.to_on) == (
        "Our November",
        dt.date(2026, 11, 1),
        dt.date(2026, 11, 30),
    )
    assert report.written_by == support


@pytest.mark.parametrize(
    ("first", "last", "title"),
    [
        ("2026-11-01", "2026-11-30", "Progress report November 2026"),
        ("2026-05-01", "2026-08-31", "Progress report tertial 2 2026"),
        ("2026-09-01", "2026-12-31", "Progress report tertial 3 2026"),
        ("2026-01-01", "2026-12-31", "Progress report 2026"),
        ("2024-02-01", "2024-02-29", "Progress report February 2024"),
        ("2026-11-03", "2026-11-17", "Progress report 2026-11-03 to 2026-11-17"),
    ],
)
def test_a_report_without_a_title_is_named_after_its_period(client, support, first, last, title):
    client.force_login(support)

    client.post("/rapporter/nytt/", {"from_on": first, "to_on": last})

    assert ProgressReport.objects.get().title == title


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"to_on": "2026-10-31"}, "The period ends before it begins."),
        ({"to_on": ""}, "Give a day."),
        ({"to_on": "in a while"}, "Write the date as 2026-11-24."),
        ({"to_on": "2026-11-31"}, "Write the date as 2026-11-24."),
        ({"from_on": "0001-01-01"}, "Choose a day from 2000 to 2100."),
        ({"to_on": "9999-12-31"}, "Choose a day from 2000 to 2100."),
        ({"title": "x" * 201}, "at most 200 characters"),
    ],
)
def test_a_period_that_is_none_is_told_and_begins_nothing(client, support, data, sentence):
    client.force_login(support)

    response = client.post("/rapporter/nytt/", {**DAYS, **data})

    assertContains(response, sentence, status_code=422)
    assert not ProgressReport.objects.exists()


def test_a_report_may_be_on_a_single_day(client, support):
    client.force_login(support)

    client.post("/rapporter/nytt/", {"from_on": "2026-11-24", "to_on": "2026-11-24"})

    assert ProgressReport.objects.get().from_on == TODAY


@pytest.mark.parametrize("query", ["", "?fran=2026-09-01&till=2026-10-31", "?fran=x&till=9"])
def test_the_form_suggests_a_period(client, support, query):
    client.force_login(support)

    response = client.get(f"/rapporter/nytt/{query}")

    expected = "2026-09-01" if "09" in query else "2026-10-01"
    assertContains(response, f'value="{expected}"')


def test_the_form_sent_twice_begins_one_report(client, support):
    client.force_login(support)
    once = str(uuid.uuid4())

    for _ in range(2):
        response = client.post("/rapporter/nytt/", {**DAYS, "once": once})

    report = ProgressReport.objects.get()
    assertRedirects(response, report.get_absolute_url())


# Writing


def test_words_are_saved_for_the_whole_and_for_a_section(client, written, support):
    client.force_login(support)

    response = client.post(
        f"/rapporter/{written.pk}/text/",
        words(written, summary="A calm month.", comment_done="Thanks to all who called less."),
    )

    assertRedirects(response, f"/rapporter/{written.pk}/")
    written.refresh_from_db()
    assert written.summary == "A calm month."
    assert written.comments == {"done": "Thanks to all who called less."}
    page = client.get(f"/rapporter/{written.pk}/")
    assertContains(page, "A calm month.")
    assertContains(page, "Thanks to all who called less.")


def test_two_who_write_at_once_see_both_texts(client, written, support, city_director):
    opened = written.version
    written.revise({"summary": "Theirs"}, version=opened, by=city_director, at=NOW)
    client.force_login(support)

    response = client.post(
        f"/rapporter/{written.pk}/text/", words(written, version=opened, summary="Mine")
    )

    assertContains(response, "Mine", status_code=409)
    assertContains(response, "Theirs", status_code=409)
    written.refresh_from_db()
    assert written.summary == "Theirs"

    merged = words(written, summary="Mine and theirs")
    client.post(f"/rapporter/{written.pk}/text/", merged)
    written.refresh_from_db()
    assert written.summary == "Mine and theirs"


def test_what_was_typed_before_comes_back(client, written, support):
    client.force_login(support)
    client.post(
        "/utkast/",
        {"draft_key": f"report:{written.pk}", "summary": "Half a sent", "version": written.version},
    )

    response = client.get(f"/rapporter/{written.pk}/text/")

    assertContains(response, "Half a sent")


def test_what_was_written_as_somebody_published_is_not_lost(client, written, support):
    opened = words(written, summary="Too late")
    publish(written)
    client.force_login(support)

    response = client.post(f"/rapporter/{written.pk}/text/", opened)

    assertContains(response, "Too late", status_code=409)
    assertContains(response, "has been published in the meantime", status_code=409)
    assertNotContains(response, "Save the draft", status_code=409)


def test_what_was_typed_but_never_sent_can_be_read_after_publishing(client, written, support):
    client.force_login(support)
    client.post("/utkast/", {"draft_key": f"report:{written.pk}", "summary": "Never sent"})
    publish(written)

    assertContains(client.get(f"/rapporter/{written.pk}/text/"), "Never sent")

    client.post("/utkast/", {"draft_key": f"report:{written.pk}", "discard": "1"})
    response = client.get(f"/rapporter/{written.pk}/text/")
    assertRedirects(response, f"/rapporter/{written.pk}/")


# Publishing


def test_publishing_is_checked_first_and_then_frozen(client, written, support, employee):
    client.force_login(support)

    check = client.get(f"/rapporter/{written.pk}/publicering/")
    assertContains(check, "Publish the report")
    assertContains(check, "The report has no summary.")
    assertContains(check, "A third fewer calls")

    response = client.post(f"/rapporter/{written.pk}/publicering/", {"version": written.version})

    assertRedirects(response, f"/rapporter/{written.pk}/")
    written.refresh_from_db()
    assert (written.is_published, written.published_by, written.published_at) == (
        True,
        support,
        NOW,
    )
    client.force_login(employee)
    assertContains(client.get(f"/rapporter/{written.pk}/"), "A third fewer calls")


def test_the_published_figures_are_those_that_stood_on_the_screen(written):
    seen = Shown(written.contents(NOW)).figures

    publish(written)

    assert Shown(ProgressReport.objects.get().contents(NOW)).figures == seen
    assert written.data == Period(written.from_on, written.to_on, NOW).contents()


def test_a_published_report_stands_whatever_happens_later(client, written, support, employee):
    publish(written, by=support)
    client.force_login(employee)
    before = client.get(f"/rapporter/{written.pk}/").content.decode()

    item = Item.objects.get(title="System map")
    item.revise_text({"title": "Another name"}, version=item.text_version, by=support, at=NOW)
    CheckIn.file(item, by=support, at=NOW, light=Light.ON_TRACK, headline="Solved")
    item.end(by=support, at=NOW, reason="Gone", effect_seen="None")
    make_item("New", horizon=Horizon.NEXT).place(Horizon.NOW, by=support, at=NOW)
    Item.objects.filter(title="Self-service").update(effect_seen="Rewritten")

    after = client.get(f"/rapporter/{written.pk}/").content.decode()

    assert contents(after) == contents(before)


def contents(page):
    """Return what the report says, without what belongs to one rendering of the page."""
    return page.split('id="figures-title"')[1].split('class="no-print')[0]


@pytest.mark.parametrize(
    "change", [{"summary": "Better"}, {"data": {}}, {"to_on": dt.date(2026, 12, 1)}]
)
def test_the_database_refuses_to_change_a_published_report(written, change):
    publish(written)

    with pytest.raises(DatabaseError), transaction.atomic():
        ProgressReport.objects.filter(pk=written.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        ProgressReport.objects.get(pk=written.pk).delete()


def test_a_published_report_takes_no_more_words(written, support):
    publish(written)

    with pytest.raises(AlreadyPublished):
        written.revise({"summary": "Late"}, version=written.version, by=support, at=NOW)
    with pytest.raises(AlreadyPublished):
        written.publish(version=written.version, by=support, at=NOW)


def test_publishing_twice_publishes_once(client, written, support):
    client.force_login(support)

    for _ in range(2):
        response = client.post(
            f"/rapporter/{written.pk}/publicering/", {"version": written.version}
        )

    assertRedirects(response, f"/rapporter/{written.pk}/")
    assert Event.objects.about(written).of_kind("reports.published").count() == 1


@pytest.mark.parametrize("version", ["", "1; drop", "99", "-1", "١"])
def test_nobody_publishes_words_they_have_not_read(client, written, support, version):
    client.force_login(support)

    response = client.post(f"/rapporter/{written.pk}/publicering/", {"version": version})

    if version != "١":  # Arabic for 1, which is the version that was read
        assertContains(response, "since you opened this page", status_code=409)
        written.refresh_from_db()
        assert not written.is_published


def test_a_period_that_lasts_still_is_said_so(client, written, support):
    client.force_login(support)

    response = client.get(f"/rapporter/{written.pk}/publicering/")

    assertContains(response, "The period lasts until 30 November 2026.")


# Correcting


def test_a_correction_is_a_new_edition_that_says_what_changed(client, written, support, employee):
    written.revise({"summary": "Wrong"}, version=1, by=support, at=NOW)
    publish(written)
    client.force_login(support)

    client.post(f"/rapporter/{written.pk}/ny-utgava/")
    edition = ProgressReport.objects.get(corrects=written)
    assert (edition.edition, edition.summary) == (2, "Wrong")
    client.post(
        f"/rapporter/{edition.pk}/text/",
        words(edition, summary="Right", what_changed="The summary was wrong."),
    )
    edition.refresh_from_db()
    publish(edition)

    client.force_login(employee)
    old = client.get(f"/rapporter/{written.pk}/")
    assertContains(old, "There is a corrected edition")
    assertContains(old, "The summary was wrong.")
    assertContains(old, "Wrong")
    assertContains(client.get(f"/rapporter/{edition.pk}/"), "The summary was wrong.")
    listed = client.get("/rapporter/")
    assertContains(listed, edition.get_absolute_url())
    assertNotContains(listed, f'href="{written.get_absolute_url()}"')


def test_there_is_one_next_edition(written, support, city_director):
    publish(written)
    first = written.correct(by=support, at=NOW)

    with pytest.raises(CorrectionBegun) as begun:
        ProgressReport.objects.get(pk=written.pk).correct(by=city_director, at=NOW)

    assert begun.value.draft == first


def test_a_draft_of_a_correction_is_not_told_to_others(client, written, support, employee):
    publish(written)
    written.correct(by=support, at=NOW)
    client.force_login(employee)

    response = client.get(f"/rapporter/{written.pk}/")

    assertNotContains(response, "corrected edition")
    assertNotContains(response, "To edition 2")


# Rights

ROLES = ["employee", "manager", "slg", "city_director", "support", "admin"]
LEADERS = {"city_director", "support"}


@pytest.mark.parametrize("role", ROLES)
def test_everybody_reads_a_published_report(client, written, request, role):
    publish(written)
    client.force_login(request.getfixturevalue(role))

    assert client.get("/rapporter/").status_code == 200
    assert client.get(f"/rapporter/{written.pk}/").status_code == 200


@pytest.mark.parametrize("role", ROLES)
def test_a_draft_is_there_for_the_leadership_only(client, written, request, role):
    client.force_login(request.getfixturevalue(role))
    expected = 200 if role in LEADERS else 404

    assert client.get(f"/rapporter/{written.pk}/").status_code == expected
    assert client.get(f"/rapporter/{written.pk}/text/").status_code == expected
    assert client.get(f"/rapporter/{written.pk}/publicering/").status_code == expected
    assert (written.title.encode() in client.get("/rapporter/").content) == (role in LEADERS)


@pytest.mark.parametrize("role", [role for role in ROLES if role not in LEADERS])
def test_others_make_publish_and_correct_nothing(client, written, request, role):
    published = publish(make_report("October", from_on=dt.date(2026, 10, 1)))
    client.force_login(request.getfixturevalue(role))

    assert client.get("/rapporter/nytt/").status_code == 403
    assert client.post("/rapporter/nytt/", DAYS).status_code == 403
    assert client.post(f"/rapporter/{written.pk}/text/", words(written)).status_code == 404
    publish_url = f"/rapporter/{written.pk}/publicering/"
    assert client.post(publish_url, {"version": written.version}).status_code == 404
    assert client.post(f"/rapporter/{published.pk}/ny-utgava/").status_code == 403
    assert client.post(f"/rapporter/{published.pk}/text/", words(published)).status_code == 403
    assert ProgressReport.objects.count() == 2
    assert ProgressReport.objects.drafts().get() == written


@pytest.mark.parametrize("pk", [0, 999_999, 10**30])
def test_an_unknown_report_is_404(client, support, pk):
    client.force_login(support)

    assert client.get(f"/rapporter/{pk}/").status_code == 404


# Reading


def test_a_report_shows_every_section_also_when_nothing_happened(client, employee):
    report = publish(make_report())
    client.force_login(employee)

    response = client.get(f"/rapporter/{report.pk}/")

    for key in TITLES:
        assertContains(response, f'id="section-{key}"')
    assertContains(response, "No decisions were published.")


def test_charts_have_their_numbers_as_a_table(client, written, employee):
    publish(written)
    client.force_login(employee)

    response = client.get(f"/rapporter/{written.pk}/")

    assertContains(response, "How it goes in each focus area")
    assertContains(response, "The numbers as a table")
    assertNotContains(response, "style=")


def test_a_published_report_can_be_commented(client, written, employee):
    publish(written)
    client.force_login(employee)

    client.post(reverse("comments", args=["rapport", written.pk]), {"text": "Well written."})

    assertContains(client.get(f"/rapporter/{written.pk}/"), "Well written.")


def test_a_person_renamed_later_is_renamed_in_the_report(written, client, employee):
    publish(written)
    owner = Item.objects.get(title="System map").owner
    owner.name = "Erased person"
    owner.save(update_fields=["name"])
    client.force_login(employee)

    assertContains(client.get(f"/rapporter/{written.pk}/"), "Erased person")


def test_a_report_reads_in_swedish(client, written):
    reader = make_person(Role.EMPLOYEE, language="sv")
    publish(written)
    client.force_login(reader)

    response = client.get(f"/rapporter/{written.pk}/")

    assertContains(response, "Vad som beslutades")
    assertContains(response, "1 november 2026 – 30 november 2026")


@pytest.mark.parametrize("number", [3, 60])
def test_a_report_takes_a_constant_number_of_queries(client, support, employee, number):
    for index in range(number):
        item = make_item(f"Item {index}", status=Status.PREPARING, owner=support)
        item.start(by=support, at=at(11, 2))
    report = make_report(by=support)
    client.force_login(support)

    assert queries_of(client, f"/rapporter/{report.pk}/") <= 15
    publish(report)
    assert queries_of(client, f"/rapporter/{report.pk}/") <= 15
    assert queries_of(client, "/rapporter/") <= 8


def test_what_changes_in_a_report_is_in_its_trail(written, support):
    texts = {"summary": "Calm.", "to_on": dt.date(2026, 11, 29), "comments": {"done": "Good"}}
    written.revise(texts, version=written.version, by=support, at=NOW)
    written.revise(texts, version=written.version, by=support, at=NOW)

    event = Event.objects.about(written).of_kind("reports.revised").get()
    assert event.changes == {
        "summary": [None, "Calm."],
        "to_on": ["2026-11-30", "2026-11-29"],
        "comments": [None, {"done": "Good"}],
    }
    assert ("Comments on sections", "nothing", "Good") in event.change_rows
