"""Several screens in one meeting: they follow by themselves, and nobody loses what they hold."""

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import expect

from agenda.models import Horizon, Item
from tests.factories import make_item
from tests.meetings.factories import make_entry, make_open_meeting

pytestmark = pytest.mark.django_db(transaction=True)
# A screen asks every three seconds.
SOON = 8000


@pytest.fixture
def screen(live_server, browser):
    """Return a function that opens a path in a browser of a person's own."""
    contexts = []

    def open_screen(person, path):
        client = Client()
        client.force_login(person)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        context = browser.new_context(viewport={"width": 1600, "height": 1000})
        contexts.append(context)
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
        page = context.new_page()
        page.goto(live_server.url + path)
        return page

    yield open_screen
    for context in contexts:
        context.close()


@pytest.fixture
def items():
    return [make_item(title, horizon=Horizon.NEXT) for title in ("First", "Second", "Third")]


def test_two_screens_follow_a_move_and_an_outcome_and_keep_what_is_typed(screen, slg, slg2, items):
    meeting = make_open_meeting()
    make_entry(meeting, items[0])
    mine, theirs = (screen(person, f"/moten/{meeting.pk}/") for person in (slg, slg2))
    mine.locator("[name=text]").fill("Half a sentence")

    theirs.locator(f"#rad-{items[0].pk} [data-move-button=down]").click()
    expect(mine.locator(f"#rad-{items[0].pk}")).to_contain_text("Next 1 → Next 2", timeout=SOON)
    theirs.locator("[name=outcome][value=no_action]").check()
    theirs.locator("[name=text]").fill("We wait")
    theirs.get_by_role("button", name="Write and go on").click()

    expect(mine.locator(".week__list")).to_contain_text("We wait", timeout=SOON)
    expect(mine.locator("[name=text]")).to_have_value("Half a sentence")


def test_an_open_menu_is_not_closed_by_what_others_do(screen, slg, slg2, items):
    meeting = make_open_meeting()
    mine, theirs = (screen(person, f"/moten/{meeting.pk}/") for person in (slg, slg2))
    menu = mine.locator(f"#rad-{items[2].pk} details")
    menu.locator("summary").click()

    with mine.expect_response(lambda response: "/nu/" in response.url and response.status == 200):
        theirs.locator(f"#rad-{items[0].pk} [data-move-button=down]").click()

    expect(menu).to_have_attribute("open", "")
    mine.keyboard.press("Escape")
    rows = mine.locator(".board__list[data-drop=next] a.board-row__title")
    expect(rows).to_have_text(["Second", "First", "Third"], timeout=SOON)


def test_a_reason_that_is_being_written_is_not_swapped_away(screen, slg, slg2, items):
    meeting = make_open_meeting()
    mine, theirs = (screen(person, f"/moten/{meeting.pk}/") for person in (slg, slg2))
    now = mine.locator("#horizon-now")
    handle = mine.locator(f"#rad-{items[2].pk} [data-drag-handle]")
    start, end = handle.bounding_box(), now.bounding_box()
    mine.mouse.move(start["x"] + 8, start["y"] + 8)
    mine.mouse.down()
    mine.mouse.move(end["x"] + 40, end["y"] + 70, steps=8)
    mine.mouse.up()
    reason = mine.locator(".board-question [name=reason]")
    reason.fill("Needed first")

    with mine.expect_response(lambda response: "/nu/" in response.url and response.status == 200):
        theirs.locator(f"#rad-{items[0].pk} [data-move-button=down]").click()

    expect(reason).to_have_value("Needed first")
    mine.locator(".board-question button").click()
    expect(mine.locator("#board")).to_contain_text("“Third” is number 1 of 1 in Now")
    assert Item.objects.get(title="Third").horizon == Horizon.NOW


def test_the_projector_steps_by_the_arrow_keys(screen, slg):
    meeting = make_open_meeting(entries=["First", "Second"])
    page = screen(slg, f"/moten/{meeting.pk}/?vy=projektor")
    expect(page.locator("h1")).to_have_text("First")
    page.wait_for_load_state("networkidle")

    page.keyboard.press("ArrowRight")
    expect(page.locator("h1")).to_have_text("Second")
    page.wait_for_load_state("networkidle")
    page.keyboard.press("ArrowLeft")
    expect(page.locator("h1")).to_have_text("First")

    sizes = page.locator("main *").evaluate_all(
        "elements => elements.map(element => parseFloat(getComputedStyle(element).fontSize))"
    )
    assert min(sizes) >= 24


def test_a_screen_that_follows_learns_that_the_meeting_is_closed(screen, slg, support):
    meeting = make_open_meeting()
    page = screen(slg, f"/moten/{meeting.pk}/")

    meeting.close(by=support, at=meeting.opened_at)

    expect(page.locator("#meeting-live")).to_contain_text("The meeting is closed", timeout=SOON)
