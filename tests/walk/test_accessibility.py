"""axe-core over every page, as every role, in both themes: WCAG 2.2 AA and good practice."""

import re
from pathlib import Path

import pytest
from django.test import Client

from tests.test_access import ACCESS, ROLES
from tests.world import World

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
# Only what depends on the colours is asked again in the second theme.
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
# What is not a page of its own: probes, the raw text of a mail, a redirect to another page.
NOT_PAGES = {"health", "ready", "outbox-email-html", "meeting-live"}


@pytest.fixture
def world(transactional_db):
    return World()


@pytest.fixture
def open_page(browser, live_server):
    """Return a function that opens a browser page for a person who is signed in."""
    contexts = []

    def for_person(person, width):
        client = Client()
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        context = browser.new_context(viewport={"width": width, "height": 900})
        contexts.append(context)
        context.add_cookies(
            [
                {
                    "name": "session",
                    "value": client.cookies["session"].value,
                    "url": live_server.url,
                },
            ]
        )
        return context.new_page()

    yield for_person
    for context in contexts:
        context.close()


def pages_of(role):
    """Yield the name of each URL that answers `role` with a page of its own."""
    for name, (statuses, _post) in ACCESS.items():
        status = statuses.split()[ROLES.index(role)]
        if status in {"200", "403"} and name.partition(" (")[0] not in NOT_PAGES:
            yield name


def violations(page, options):
    found = page.evaluate("options => axe.run(document, options)", options)["violations"]
    return [
        f"{fault['id']}: {node['target']} {node['html'][:90]} {node['failureSummary'][:200]}"
        for fault in found
        for node in fault["nodes"]
    ]


def refusals_once(names, role):
    """Keep every page, but only one of those that are refused: they are one and the same page."""
    seen = False
    for name in names:
        is_refused = ACCESS[name][0].split()[ROLES.index(role)] == "403"
        if not (is_refused and seen):
            yield name
        seen = seen or is_refused


@pytest.mark.parametrize(("role", "width"), [*((role, 1280) for role in ROLES), ("support", 360)])
def test_axe_finds_nothing_on_any_page(world, open_page, live_server, role, width):
    page = open_page(world.people[role], width)
    faults = {}

    for name in refusals_once(pages_of(role), role):
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        page.goto(live_server.url + world.address(name))
        page.evaluate(AXE.read_text())
        found = violations(page, RULES)
        page.emulate_media(color_scheme="dark", reduced_motion="reduce")
        page.reload()
        page.evaluate(AXE.read_text())
        found += [f"dark: {fault}" for fault in violations(page, COLOURS)]
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found.append("the page is wider than the screen")
        if found:
            faults[name] = found

    assert faults == {}


def test_axe_finds_what_is_wrong(world, open_page, live_server):
    """The control: a page that is made worse is not passed."""
    page = open_page(world.people["employee"], 1280)
    page.goto(live_server.url + "/agenda/ny/")
    page.evaluate("document.querySelectorAll('label').forEach(label => label.remove())")
    page.evaluate(AXE.read_text())

    assert any(re.match("label|select-name", fault) for fault in violations(page, RULES))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_on_a_form_with_faults_and_at_sign_in(
    world, open_page, live_server, browser, theme
):
    page = open_page(world.people["support"], 1280)
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    for path in ["/agenda/ny/", world.address("check-in")]:
        page.goto(live_server.url + path)
        page.locator("main form.form[method=post] .actions button.ds-button").first.click()
        page.locator("main .error-summary").wait_for()
        page.evaluate(AXE.read_text())
        assert violations(page, RULES) == [], path

    visitor = browser.new_context(color_scheme=theme).new_page()
    visitor.goto(live_server.url + "/logga-in/")
    visitor.evaluate(AXE.read_text())
    assert violations(visitor, RULES) == []
    visitor.context.close()
