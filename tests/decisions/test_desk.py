"""Deciding on the page: prepare, check, publish; by the one who has the mandate, once."""

import datetime as dt
import uuid

import pytest

from accounts.models import Draft
from activity.models import Event
from agenda.models import Action, Item, Status
from decisions.models import Decision
from meetings.minutes import decisions_in
from tests.decisions.factories import TEXTS, make_decision
from tests.factories import NOW, Role, complete, make_action, make_item, make_person
from tests.meetings.factories import make_open_meeting

FORM = {
    "title": "Start it",
    "text": "It is to be started.",
    "reason": "The need is there.",
    "mandate": "The city director",
    "review_on": "2099-05-24",
    "version": "0",
}
ACTION_FORM = FORM | {"outcome": "approved"}


@pytest.fixture
def action(db):
    return make_action(number=4, title="Review the economic model")


@pytest.fixture
def ready(db):
    return complete(make_item("Self-service", status=Status.PREPARING))


def test_the_city_director_decides_an_action(client, action, city_director):
    client.force_login(city_director)
    path = "/atgarder/4/beslut/"

    assert client.get(path).status_code == 200
    check = client.post(path, ACTION_FORM | {"step": "check"})
    html = check.content.decode()
    assert check.status_code == 200
    assert "Publish the decision" in html
    assert "The state of the proposed action becomes “Approved”." in html
    assert not Decision.objects.exists()

    response = client.post(path, ACTION_FORM | {"step": "publish"})

    decision = Decision.objects.get()
    assert response["Location"] == f"/beslut/{decision.pk}/"
    assert Action.objects.get().state == "approved"
    page = client.get("/atgarder/4/").content.decode()
    assert decision.number in page
    assert "It is to be started." in page


def test_the_check_page_can_be_left_to_change_something(client, action, city_director):
    client.force_login(city_director)

    response = client.post("/atgarder/4/beslut/", ACTION_FORM | {"step": "edit"})

    assert response.status_code == 200
    assert "It is to be started.</textarea>" in response.content.decode()


def test_the_city_director_decides_an_item(client, ready, city_director):
    client.force_login(city_director)

    response = client.post(f"/agenda/{ready.pk}/beslut/", FORM | {"step": "publish"})

    assert response.status_code == 302
    assert Item.objects.get().status == Status.DECIDED
    assert Decision.objects.get().outcome == "approved"


# Who may


@pytest.mark.parametrize("kind", ["action", "item"])
@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.EMPLOYEE, 403),
        (Role.MANAGER, 403),
        (Role.SLG, 403),
        (Role.ADMIN, 403),
        (Role.SUPPORT, 403),
        (Role.CITY_DIRECTOR, 302),
    ],
)
def test_only_the_city_director_publishes(client, action, ready, kind, role, status):
    path = "/atgarder/4/beslut/" if kind == "action" else f"/agenda/{ready.pk}/beslut/"
    client.force_login(make_person(role))

    response = client.post(path, ACTION_FORM | {"step": "publish"})

    assert response.status_code == status
    assert Decision.objects.count() == (1 if status == 302 else 0)


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.EMPLOYEE, 403),
        (Role.MANAGER, 403),
        (Role.SLG, 403),
        (Role.ADMIN, 403),
        (Role.SUPPORT, 200),
        (Role.CITY_DIRECTOR, 200),
    ],
)
def test_the_leadership_prepares(client, action, ready, role, status):
    client.force_login(make_person(role))

    assert client.get("/atgarder/4/beslut/").status_code == status
    assert client.get(f"/agenda/{ready.pk}/beslut/").status_code == status


def test_the_owner_of_an_item_does_not_decide_it(client, ready, manager):
    ready.owner = manager
    ready.save()
    client.force_login(manager)

    assert client.post(f"/agenda/{ready.pk}/beslut/", FORM | {"step": "publish"}).status_code == 403


@pytest.mark.parametrize(
    "path", ["/atgarder/99/beslut/", "/agenda/99999/beslut/", "/beslut/99999/ersattning/"]
)
def test_what_is_not_there_is_404(client, city_director, path):
    client.force_login(city_director)

    assert client.get(path).status_code == 404
    assert client.post(path, FORM).status_code == 404


# Drafts


def test_support_prepares_and_the_city_director_publishes(client, action, support, city_director):
    client.force_login(support)
    response = client.post("/atgarder/4/beslut/", ACTION_FORM | {"step": "save"})
    draft = Decision.objects.get()
    assert response["Location"] == "/atgarder/4/beslut/"
    assert (draft.state, draft.prepared_by) == ("preparing", support)
    assert Action.objects.get().state == "proposal"

    client.force_login(city_director)
    html = client.get("/atgarder/4/beslut/").content.decode()
    assert "Support saved this draft" in html
    client.post("/atgarder/4/beslut/", ACTION_FORM | {"version": "1", "step": "publish"})

    assert Decision.objects.get().state == "published"


def test_support_gets_no_check_page(client, action, support):
    client.force_login(support)

    response = client.post("/atgarder/4/beslut/", ACTION_FORM | {"step": "check"})

    assert response.status_code == 302
    assert Decision.objects.get().state == "preparing"


def test_a_draft_is_404_to_others_and_named_in_no_list(client, action, support, slg):
    draft = Decision.prepare(
        action, by=support, at=NOW, outcome="rejected", **TEXTS | {"title": "Secret no"}
    )
    client.force_login(slg)

    assert client.get(f"/beslut/{draft.pk}/").status_code == 404
    for path in ("/beslut/", "/beslut/?q=secret", "/sok/?q=secret", "/atgarder/4/"):
        assert "Secret no" not in client.get(path).content.decode()


def test_two_who_prepare_the_same_see_both_texts(client, action, support, city_director):
    client.force_login(support)
    client.post("/atgarder/4/beslut/", ACTION_FORM | {"step": "save"})

    client.force_login(city_director)
    mine = ACTION_FORM | {"text": "It is to wait.", "step": "save", "version": "0"}
    response = client.post("/atgarder/4/beslut/", mine)

    html = response.content.decode()
    assert response.status_code == 409
    assert "It is to wait." in html
    assert "It is to be started." in html
    assert "Saved by Support" in html
    assert 'name="version" value="1"' in html
    assert Decision.objects.get().text == "It is to be started."

    # What the page sends back is the whole text, on the version that was shown.
    client.post("/atgarder/4/beslut/", mine | {"version": "1"})
    assert Decision.objects.get().text == "It is to wait."


def test_a_draft_that_changed_after_the_check_is_not_published(
    client, action, support, city_director
):
    draft = Decision.prepare(action, by=support, at=NOW, outcome="approved", **TEXTS)
    Decision.prepare(
        action, by=support, at=NOW, version=1, outcome="approved", **TEXTS | {"text": "Changed"}
    )
    client.force_login(city_director)

    response = client.post(
        "/atgarder/4/beslut/", ACTION_FORM | {"version": str(draft.version), "step": "publish"}
    )

    assert response.status_code == 409
    assert "Changed" in response.content.decode()
    assert Decision.objects.get().state == "preparing"


def test_what_was_typed_comes_back_and_goes_when_it_is_saved(client, action, support):
    key = f"decision:action:{action.pk}"
    Draft.objects.keep(support, key, {"text": "Half a dec"}, now=NOW)
    client.force_login(support)

    html = client.get("/atgarder/4/beslut/").content.decode()
    assert "Half a dec</textarea>" in html
    assert f'value="{key}"' in html

    client.post("/atgarder/4/beslut/", ACTION_FORM | {"step": "save"})
    assert not Draft.objects.exists()


# Twice, too late, not ready


def test_the_same_form_sent_twice_is_one_decision(client, action, city_director):
    client.force_login(city_director)
    form = ACTION_FORM | {"step": "publish", "once": str(uuid.uuid4())}

    first = client.post("/atgarder/4/beslut/", form)
    second = client.post("/atgarder/4/beslut/", form)

    assert first["Location"] == second["Location"]
    assert Decision.objects.count() == 1


def test_deciding_what_is_decided_is_refused_in_words_with_the_text_kept(
    client, action, city_director
):
    standing = make_decision(action)
    client.force_login(city_director)

    response = client.post(
        "/atgarder/4/beslut/", ACTION_FORM | {"text": "Otherwise!", "step": "publish"}
    )

    html = response.content.decode()
    assert response.status_code == 409
    assert "There is nothing to decide here: the state is “Approved”." in html
    assert standing.get_absolute_url() in html
    assert "Otherwise!" in html
    assert Decision.objects.count() == 1


def test_a_decided_action_says_so_and_shows_no_form(client, action, city_director):
    make_decision(action)
    client.force_login(city_director)

    html = client.get("/atgarder/4/beslut/").content.decode()

    assert "There is nothing to decide here" in html
    assert "<textarea" not in html


@pytest.mark.parametrize("step", ["check", "publish"])
def test_an_unclear_commission_is_named_with_the_way_to_fill_it_in(
    client, item, city_director, step
):
    client.force_login(city_director)
    path = f"/agenda/{item.pk}/beslut/"

    html = client.get(path).content.decode()
    response = client.post(path, FORM | {"step": step})

    assert "Missing: whose need, evidence, good-enough level, what happens if we leave it." in html
    assert f"/agenda/{item.pk}/text/" in html
    assert response.status_code == 422
    assert "It is to be started.</textarea>" in response.content.decode()
    assert not Decision.objects.exists()


def test_a_closed_item_takes_no_decision(client, ready, city_director):
    ready.end(by=city_director, at=NOW, reason="The need is gone")
    client.force_login(city_director)

    response = client.post(f"/agenda/{ready.pk}/beslut/", FORM | {"step": "publish"})

    assert response.status_code == 409
    assert "Ended, need met or gone" in response.content.decode()


# Bad input


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("title", "", "Give the decision a title."),
        ("text", "  ", "Write what is decided."),
        ("reason", "", "Write why."),
        ("mandate", "", "Say whose mandate the decision rests on."),
        ("outcome", "", "Choose the outcome."),
        ("outcome", "maybe", "Choose one of the outcomes."),
        ("review_on", "", "Choose a day for the review."),
        ("review_on", "2020-01-01", "Choose a day that is still to come."),
        ("review_on", "some day", "Write the date as 2026-11-24."),
        ("text", "x" * 4001, "at most 4000 characters"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_saved(
    client, action, city_director, field, value, sentence
):
    client.force_login(city_director)

    for step in ("save", "check", "publish"):
        response = client.post("/atgarder/4/beslut/", ACTION_FORM | {field: value, "step": step})
        html = response.content.decode()
        assert response.status_code == 422
        assert sentence in html
        assert "<title>Error: " in html.replace("\n", "")
    assert not Decision.objects.exists()


def test_a_rejection_needs_no_review(client, action, city_director):
    client.force_login(city_director)
    form = ACTION_FORM | {"outcome": "rejected", "review_on": "", "step": "publish"}

    assert client.post("/atgarder/4/beslut/", form).status_code == 302
    assert Decision.objects.get().review_on is None


@pytest.mark.parametrize(
    ("meeting", "noted"),
    [(7, 7), ("", None), ("x", None), ("-1", None), ("9" * 30, None), ("7;8", None)],
)
def test_the_meeting_is_noted_only_as_a_number(client, ready, city_director, meeting, noted):
    make_open_meeting(pk=7)
    client.force_login(city_director)

    client.post(f"/agenda/{ready.pk}/beslut/", FORM | {"step": "publish", "meeting": meeting})

    event = Event.objects.about(ready).of_kind("decisions.published").get()
    assert event.data.get("meeting") == noted


def test_a_decision_that_comes_after_the_meeting_is_published_outside_it(
    client, ready, city_director, support
):
    meeting = make_open_meeting()
    client.force_login(city_director)
    assert client.get(f"/agenda/{ready.pk}/beslut/?mote={meeting.pk}").status_code == 200
    meeting.close(by=support, at=NOW)

    response = client.post(
        f"/agenda/{ready.pk}/beslut/",
        FORM | {"step": "publish", "meeting": meeting.pk},
        follow=True,
    )

    assert "The meeting is not open, so the decision does not stand" in response.content.decode()
    assert "meeting" not in Event.objects.about(ready).of_kind("decisions.published").get().data
    assert decisions_in(meeting) == []


def test_the_meeting_in_the_address_is_kept_in_the_form(client, ready, city_director):
    client.force_login(city_director)

    html = client.get(f"/agenda/{ready.pk}/beslut/?mote=12").content.decode()

    assert 'name="meeting" value="12"' in html


def test_a_version_that_is_none_is_stale(client, action, support, city_director):
    Decision.prepare(action, by=support, at=NOW, outcome="approved", **TEXTS)
    client.force_login(city_director)

    response = client.post(
        "/atgarder/4/beslut/", ACTION_FORM | {"version": "x", "text": "Mine", "step": "save"}
    )

    assert response.status_code == 409


# Replacing


def test_a_draft_of_a_replacement_that_comes_too_late_is_told(client, action, support):
    old = make_decision(action)
    make_decision(action, outcome="rejected", replaces=old)
    client.force_login(support)

    response = client.post(f"/beslut/{old.pk}/ersattning/", ACTION_FORM | {"step": "save"})

    assert response.status_code == 409
    assert "It is to be started." in response.content.decode()
    assert not Decision.objects.preparing().exists()


def test_a_decision_is_replaced_on_a_page_of_its_own(client, action, city_director):
    old = make_decision(action)
    client.force_login(city_director)
    path = f"/beslut/{old.pk}/ersattning/"

    assert "Replace decision 2026:1" in client.get(path).content.decode()
    form = ACTION_FORM | {"outcome": "rejected", "step": "publish"}
    response = client.post(path, form)

    new = Decision.objects.get(replaces=old)
    assert response["Location"] == f"/beslut/{new.pk}/"
    page = client.get(f"/beslut/{old.pk}/").content.decode()
    assert "This decision no longer applies." in page
    assert f"/beslut/{new.pk}/" in page

    again = client.post(path, form)
    assert again.status_code == 409
    assert "has been replaced already" in again.content.decode()
    assert client.get(path)["Location"] == f"/beslut/{new.pk}/"


@pytest.mark.parametrize("role", [Role.EMPLOYEE, Role.MANAGER, Role.SLG, Role.ADMIN])
def test_nobody_else_replaces_a_decision(db, client, role):
    old = make_decision()
    client.force_login(make_person(role))

    assert client.get(f"/beslut/{old.pk}/ersattning/").status_code == 403


# The log and the page


def test_the_log_is_filtered_by_words_year_and_kind(client, employee, action):
    on_item = make_decision(title="The schools first")
    on_action = make_decision(action, title="Review the model")
    before = make_decision(title="Long ago", at=NOW - dt.timedelta(days=400))
    client.force_login(employee)

    def titles(query):
        html = client.get(f"/beslut/{query}").content.decode()
        return {d.title for d in (on_item, on_action, before) if f">{d.title}</a>" in html}

    assert titles("") == {"The schools first", "Review the model", "Long ago"}
    assert titles("?q=schools") == {"The schools first"}
    assert titles("?q=2026:1") == {"The schools first"}
    assert titles("?ar=2025") == {"Long ago"}
    assert titles("?galler=atgard") == {"Review the model"}
    assert titles("?galler=agendapunkt&ar=2026") == {"The schools first"}


@pytest.mark.parametrize(
    "query", ["?ar=1999", "?ar=x", "?galler=allt", "?sida=99", "?sida=x", "?ar=%00", "?q=%00"]
)
def test_an_unknown_filter_leaves_nothing_out_and_says_so(client, employee, query):
    make_decision(title="Still here")
    client.force_login(employee)

    response = client.get(f"/beslut/{query}")

    html = response.content.decode()
    assert response.status_code in {200, 400}
    if response.status_code == 200:
        assert "Still here" in html
        is_filter = "%00" not in query and "sida" not in query
        assert ("There is no such filter" in html) == is_filter


def test_htmx_gets_only_the_list(client, employee):
    make_decision()
    client.force_login(employee)

    response = client.get("/beslut/", headers={"HX-Request": "true", "HX-Target": "decisions"})

    html = response.content.decode()
    assert html.lstrip().startswith('<section class="section" id="decisions"')


def test_the_log_asks_as_often_with_thirty_decisions_as_with_two(
    client, support, django_assert_max_num_queries
):
    client.force_login(support)
    client.get("/beslut/")  # notes that the session is in use, once in five minutes
    counts = []
    for number in (2, 28):
        for _ in range(number):
            make_decision()
        with django_assert_max_num_queries(15) as queries:
            client.get("/beslut/")
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_a_decision_shows_its_trail_and_what_was_said_after(client, employee, support):
    item = complete(make_item(status=Status.PREPARING))
    Decision.prepare(item, by=support, at=NOW, outcome="approved", **TEXTS)
    decision = make_decision(item)
    client.force_login(employee)
    client.post(f"/synpunkter/beslut/{decision.pk}/", {"text": "And the preschools?"})

    html = client.get(f"/beslut/{decision.pk}/").content.decode()

    assert "saved a draft of the decision" in html
    assert "published decision 2026:1" in html
    assert "After the decision" in html
    assert "And the preschools?" in html
