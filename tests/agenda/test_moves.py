"""Moving an item through its address: the same for a browser, for HTMX, and for a meeting."""

import pytest
from pytest_django.asserts import assertContains, assertNotContains

from activity.models import Event
from agenda.models import Backlog, Horizon, Item
from tests.factories import NOW, Status, make_item, set_caps

BOARD = {"HX-Request": "true", "HX-Target": "board"}


def order(horizon):
    return "".join(item.title for item in Item.objects.in_horizon(horizon))


@pytest.fixture
def abc(db):
    return [make_item(title, horizon=Horizon.NEXT) for title in "ABC"]


@pytest.fixture
def client(client, support):
    client.force_login(support)
    return client


def move(client, item, headers=None, **data):
    data = {"horizon": item.horizon or "none", "seen": item.place_version, **data}
    return client.post(f"/agenda/{item.pk}/plats/", data, headers=headers)


def test_a_button_moves_the_item_one_step(client, abc):
    response = move(client, abc[2], where="up")

    assert response.status_code == 302
    assert response.url == f"/agenda/?vy=tavla#rad-{abc[2].pk}"
    assert order(Horizon.NEXT) == "ACB"


def test_htmx_gets_the_fresh_board_with_the_row_and_its_new_place(client, abc):
    response = move(client, abc[2], BOARD, where="first")

    assertContains(response, 'id="board"', count=1)
    assertNotContains(response, "<html")
    assertContains(response, "“C” is number 1 of 3 in Next.", html=False)
    assertContains(response, 'data-place="Next 1"')


def test_the_form_moves_to_a_number_in_another_horizon_with_a_reason(client, abc):
    make_item("X", horizon=Horizon.LATER)
    make_item("Y", horizon=Horizon.LATER)

    move(client, abc[0], horizon="later", where="position", position=2, reason="Can wait")

    assert order(Horizon.LATER) == "XAY"
    assert Event.objects.about(abc[0]).get().reason == "Can wait"


def test_dropping_above_the_first_row_makes_the_item_first(client, abc):
    move(client, abc[2], BOARD, where="after", after="")

    assert order(Horizon.NEXT) == "CAB"


def test_dropping_below_another_row_places_the_item_after_it(client, abc):
    move(client, abc[0], BOARD, where="after", after=abc[1].pk)

    assert order(Horizon.NEXT) == "BAC"


@pytest.mark.parametrize("headers", [None, BOARD], ids=["browser", "htmx"])
def test_another_horizon_without_a_reason_is_asked_about_and_nothing_moves(client, abc, headers):
    response = move(client, abc[0], headers, horizon="later", where="first")

    assertContains(response, "Why does “A” move to Later?", status_code=422)
    assert order(Horizon.NEXT) == "ABC"


def test_asked_again_without_an_answer_it_is_an_error(client, abc):
    response = move(client, abc[0], BOARD, horizon="later", where="first", asked="1")

    assertContains(response, "Write why the item moves", status_code=422)


def test_what_leadership_support_moves_is_logged_as_done_for_slg(client, abc):
    move(client, abc[0], where="down")

    assert Event.objects.about(abc[0]).get().data["for_slg"] is True


def test_the_city_director_moves_in_own_name(client, abc, city_director):
    client.force_login(city_director)

    move(client, abc[0], where="down")

    assert "for_slg" not in Event.objects.about(abc[0]).get().data


@pytest.mark.parametrize("person", ["employee", "manager", "slg", "admin"])
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("page", ["plats", "sarskilt-fokus"])
def test_others_may_not_move(client, abc, request, person, method, page):
    client.force_login(request.getfixturevalue(person))

    response = getattr(client, method)(f"/agenda/{abc[0].pk}/{page}/", {"horizon": "next"})

    assert response.status_code == 403
    assert order(Horizon.NEXT) == "ABC"


# A full Now


@pytest.fixture
def full_now(db):
    set_caps(now_cap=1)
    return make_item("Inside", horizon=Horizon.NOW)


@pytest.mark.parametrize("headers", [None, BOARD], ids=["browser", "htmx"])
def test_a_full_now_asks_what_moves_out(client, abc, full_now, headers):
    response = move(client, abc[0], headers, horizon="now", where="last", reason="Urgent")

    assert response.status_code == 422
    assertContains(response, "What moves out", status_code=422)
    assertContains(response, "1. Inside", status_code=422)
    assertContains(response, "raise the cap to 2", status_code=422)
    assertContains(response, 'value="Urgent"', status_code=422)
    assert order(Horizon.NOW) == "Inside"


def test_the_answer_swaps_the_two(client, abc, full_now):
    response = move(
        client, abc[0], BOARD, horizon="now", where="last", reason="Urgent", room=full_now.pk
    )

    assert order(Horizon.NOW) == "A"
    assert order(Horizon.NEXT) == "InsideBC"
    assertContains(response, "“Inside” moved out to the top of Next.")


def test_the_answer_raises_the_cap_with_the_reason(client, abc, full_now):
    move(client, abc[0], horizon="now", where="last", reason="Both", room="raise")

    assert order(Horizon.NOW) == "InsideA"
    assert Backlog.objects.current().now_cap == 2


def test_asked_twice_without_an_answer_says_what_to_choose(client, abc, full_now):
    response = move(client, abc[0], horizon="now", where="last", reason="Urgent", room="")

    assertContains(response, "Choose what moves out, or raise the cap.", status_code=422)


def test_an_item_that_left_now_cannot_be_swapped_out(client, abc, full_now):
    response = move(client, abc[0], horizon="now", reason="Urgent", room=abc[1].pk)

    assertContains(response, "Choose an item that is in Now", status_code=422)


# Two at a time


@pytest.mark.parametrize("headers", [None, BOARD], ids=["browser", "htmx"])
def test_a_stale_move_is_refused_and_says_who_moved_it_where(client, abc, slg, headers):
    Item.objects.get(pk=abc[0].pk).place("later", by=slg, at=NOW, reason="Wait")

    response = move(client, abc[0], headers, where="down")

    assert response.status_code == 409
    assertContains(
        response, "Member of SLG moved “A” at 10:00, to Later 1.", status_code=409, html=False
    )
    assert order(Horizon.NEXT) == "BC"
    assert order(Horizon.LATER) == "A"


@pytest.mark.parametrize("headers", [None, BOARD], ids=["browser", "htmx"])
def test_the_reason_typed_for_a_stale_move_is_still_there(client, abc, slg, headers):
    Item.objects.get(pk=abc[0].pk).place("next", "last", by=slg, at=NOW)

    response = move(client, abc[0], headers, horizon="later", where="first", reason="It can wait")

    assertContains(response, 'value="It can wait"', status_code=409)
    assertContains(response, 'name="seen" value="2"', status_code=409)


def test_the_same_button_pressed_twice_moves_one_step(client, abc):
    first = move(client, abc[2], BOARD, where="up")
    second = move(client, abc[2], BOARD, where="up")

    assert (first.status_code, second.status_code) == (200, 200)
    assert order(Horizon.NEXT) == "ACB"
    assert Event.objects.about(abc[2]).count() == 1


def test_a_drop_after_an_item_that_has_left_is_refused(client, abc, slg):
    Item.objects.get(pk=abc[1].pk).place("later", by=slg, at=NOW, reason="Wait")

    response = move(client, abc[0], BOARD, where="after", after=abc[1].pk)

    assertContains(response, "moved “B”", status_code=409)
    assertContains(response, "So “A” was not moved.", status_code=409)


def test_a_closed_item_has_no_place_to_move_to(client, abc, support):
    Item.objects.get(pk=abc[0].pk).end(by=support, at=NOW, reason="The need is gone")

    response = move(client, abc[0], BOARD, where="down")

    assertContains(response, "is closed", status_code=409)


@pytest.mark.parametrize(
    "data",
    [
        {"horizon": "tomorrow"},
        {"horizon": ""},
        {"where": "sideways"},
        {"where": "position", "position": "x"},
        {"where": "position", "position": "0"},
        {"where": "position", "position": "9" * 30},
        {"where": "position"},
        {"where": "after", "after": "9" * 30},
        {"where": "after", "after": "123456"},
        {"where": "up", "reason": "x" * 301},
        {"where": "up", "reason": "half \ud800 a character"},
        {"where": "up", "reason": "￿"},
        {"where": "up", "room": "x"},
    ],
    ids=str,
)
@pytest.mark.parametrize("headers", [None, BOARD], ids=["browser", "htmx"])
def test_bad_input_is_answered_in_words_and_moves_nothing(client, abc, data, headers):
    data = {name: value.encode("utf-8", "surrogatepass") for name, value in data.items()}

    response = move(client, abc[1], headers, **data)

    assert response.status_code in {400, 422}
    assert order(Horizon.NEXT) == "ABC"


@pytest.mark.parametrize("seen", ["x", "", "-1", "9" * 40])
def test_a_broken_counter_is_no_server_error(client, abc, seen):
    response = move(client, abc[1], where="up", seen=seen)

    assert response.status_code in {302, 409}


@pytest.mark.parametrize(
    "back", ["https://evil.test/", "//evil.test", "/\\evil.test", "javascript:x", "x\r\ny"]
)
def test_nobody_is_sent_to_another_site(client, abc, back):
    response = move(client, abc[1], where="up", tillbaka=back)

    assert response.url == f"/agenda/?vy=tavla#rad-{abc[1].pk}"


def test_a_move_from_the_items_page_leads_back_to_it(client, abc):
    response = move(client, abc[1], where="up", tillbaka=f"/agenda/{abc[1].pk}/")

    assert response.url.startswith(f"/agenda/{abc[1].pk}/")


# Special focus


def test_special_focus_is_given_and_taken_with_a_reason(client):
    item = make_item("A", horizon=Horizon.NOW)

    client.post(f"/agenda/{item.pk}/sarskilt-fokus/", {"fokus": "1", "reason": "Hurry"})

    item.refresh_from_db()
    assert item.is_focus
    assert Event.objects.about(item).get().reason == "Hurry"

    client.post(f"/agenda/{item.pk}/sarskilt-fokus/", {"fokus": "0"})

    item.refresh_from_db()
    assert not item.is_focus


def test_a_fourth_special_focus_is_refused_with_the_names_of_the_three(client):
    for title in ("One", "Two", "Three"):
        make_item(title, horizon=Horizon.NOW, is_focus=True)
    item = make_item("Four", horizon=Horizon.NOW)

    response = client.post(f"/agenda/{item.pk}/sarskilt-fokus/", {"fokus": "1"})

    assertContains(response, "“One”, “Two”, “Three”", status_code=409)
    item.refresh_from_db()
    assert not item.is_focus


def test_only_what_is_in_now_can_have_special_focus(client, abc):
    response = client.post(f"/agenda/{abc[0].pk}/sarskilt-fokus/", {"fokus": "1"})

    assertContains(response, "Move the item to Now first.", status_code=409)


def test_special_focus_needs_to_know_what_is_wanted(client, abc):
    response = client.post(f"/agenda/{abc[0].pk}/sarskilt-fokus/", {"fokus": "maybe"})

    assert response.status_code == 422


def test_the_pages_for_moving_and_focus_stand_on_their_own(client, abc):
    for page in ("plats", "sarskilt-fokus"):
        response = client.get(f"/agenda/{abc[0].pk}/{page}/")
        assertContains(response, "<h1>")


def test_a_decided_item_can_be_moved_too(client):
    item = make_item("A", status=Status.DECIDED)

    move(client, item, horizon="now", where="first", reason="Decided")

    assert order(Horizon.NOW) == "A"
