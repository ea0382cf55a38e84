"""What portal.js and board.js add to pages that work without them."""

import re

import pytest
from django.conf import settings
from playwright.sync_api import expect

from accounts.models import Draft
from agenda.models import Horizon, Item
from tests.factories import make_item


@pytest.fixture
def at(live_server, client, context, page):
    """Return a function that opens a path as a person."""

    def open_as(person, path):
        client.force_login(person)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
        page.set_viewport_size({"width": 1280, "height": 1000})
        page.goto(live_server.url + path)
        return page

    return open_as


@pytest.fixture
def three_items(transactional_db, city_director):
    return [make_item(title, horizon=Horizon.NOW) for title in ("First", "Second", "Third")]


def in_order():
    return list(Item.objects.in_horizon(Horizon.NOW).values_list("title", flat=True))


def drag(page, row, onto):
    """Drag `row` by its handle to just under the middle of `onto`."""
    handle = page.locator(f"#rad-{row.pk} [data-drag-handle]")
    handle.scroll_into_view_if_needed()
    start, end = handle.bounding_box(), page.locator(f"#rad-{onto.pk}").bounding_box()
    page.mouse.move(start["x"] + 8, start["y"] + 8)
    page.mouse.down()
    page.mouse.move(end["x"] + 60, end["y"] + end["height"] - 6, steps=8)
    page.mouse.up()


def test_a_moved_row_keeps_the_focus_and_its_place_is_read_out(at, city_director, three_items):
    page = at(city_director, "/agenda/?vy=tavla")
    first = three_items[0]
    row = page.locator(f"#rad-{first.pk}")

    row.locator("[data-move-button=down]").click()

    expect(page.locator("#announce")).to_contain_text("“First” is number 2 of 3")
    expect(row.locator("[data-move-button=down]")).to_be_focused()
    assert in_order() == ["Second", "First", "Third"]


def test_dragging_sends_the_row_s_own_form(at, city_director, three_items):
    page = at(city_director, "/agenda/?vy=tavla")

    drag(page, three_items[0], onto=three_items[2])

    expect(page.locator("#announce")).to_contain_text("“First” is number 3 of 3")
    assert in_order() == ["Second", "Third", "First"]


def test_escape_gives_a_drag_up(at, city_director, three_items):
    page = at(city_director, "/agenda/?vy=tavla")
    handle = page.locator(f"#rad-{three_items[0].pk} [data-drag-handle]").bounding_box()
    page.mouse.move(handle["x"] + 8, handle["y"] + 8)
    page.mouse.down()
    page.mouse.move(handle["x"] + 60, handle["y"] + 300, steps=5)

    page.keyboard.press("Escape")
    page.mouse.up()

    expect(page.locator(".drop-line")).to_have_count(0)
    assert in_order() == ["First", "Second", "Third"]


def test_what_is_typed_is_kept_as_a_draft_and_said_so(at, employee, item):
    page = at(employee, item.get_absolute_url())

    page.locator(".comments__new textarea").fill("Half a thought")

    expect(page.locator(".comments__new [data-draft-status]")).to_contain_text("Draft saved")
    assert "Half a thought" in Draft.objects.get(person=employee).data.values()


def test_a_long_text_is_told_and_never_cut_off(at, employee, item):
    page = at(employee, "/agenda/ny/")
    field = page.locator("textarea[data-aim]").first
    aim = int(field.get_attribute("data-aim"))

    field.fill("x" * (aim + 7))

    line = page.locator(f"[data-count-for={field.get_attribute('id')}]")
    expect(line).to_have_text("7 characters more than is easy to read")
    expect(page.locator("#announce")).to_contain_text("7 characters more")
    assert len(field.input_value()) == aim + 7


def test_a_menu_closes_with_escape_and_gives_the_focus_back(at, employee):
    page = at(employee, "/")
    menu = page.locator(".person-menu")
    menu.locator("summary").click()
    expect(menu).to_have_attribute("open", "")

    page.keyboard.press("Escape")

    expect(menu).not_to_have_attribute("open", "")
    expect(menu.locator("summary")).to_be_focused()


def test_a_filter_that_is_not_set_stands_in_no_address(at, employee, three_items):
    page = at(employee, "/agenda/")

    page.locator("[name=horisont]").select_option("now")

    expect(page).to_have_url(re.compile(r"/agenda/\?horisont=now$"))


def test_a_network_that_is_away_is_told_and_the_text_stays(at, employee, item):
    page = at(employee, item.get_absolute_url())
    page.locator(".comments__new textarea").fill("Do not lose this")
    page.route("**/synpunkter/**", lambda route: route.abort())

    page.locator(".comments__new button").first.click()

    expect(page.locator("#alert")).to_contain_text("cannot be reached")
    expect(page.locator(".comments__new textarea")).to_have_value("Do not lose this")


def test_a_fault_is_told_in_the_servers_words(at, employee, item):
    page = at(employee, item.get_absolute_url())
    told = '<div class="notice notice--error" data-error><p>The disk is full.</p></div>'
    page.route("**/synpunkter/**", lambda route: route.fulfill(status=503, body=told))
    page.locator(".comments__new textarea").fill("Hello")

    page.locator(".comments__new button").first.click()

    expect(page.locator("#alert")).to_have_text("The disk is full.")


def test_a_form_pressed_twice_is_sent_once(at, employee, item):
    page = at(employee, "/agenda/ny/")
    requests = []
    page.route("**/agenda/ny/", lambda route: requests.append(route.request))

    page.locator("main form [name=title]").fill("Once")
    page.locator("main form .actions button").first.evaluate("b => { b.click(); b.click(); }")
    page.wait_for_timeout(300)

    assert len(requests) == 1
