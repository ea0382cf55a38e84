"""The portal as a new user meets it: the report, the invented organisation, a real browser."""

import re

import pytest
from django.core.management import call_command
from django.utils import translation
from django.utils.translation import gettext
from playwright.sync_api import expect

# A complaint of the browser that is part of what is tested: a fault answered with its status.
EXPECTED = re.compile(r"status of (401|409|422)")


def sv(msgid):
    """Return the Swedish words of a msgid, so that a test reads like the code."""
    with translation.override("sv"):
        return gettext(msgid)


@pytest.fixture
def demo(transactional_db):
    call_command("load_content", verbosity=0)
    call_command("load_demo", verbosity=0)


class Visitor:
    """A person at a browser of their own."""

    def __init__(self, page, address):
        self.page, self.address = page, address
        self.complaints = []
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _note(self, message):
        if message.type == "error" and not EXPECTED.search(message.text):
            self.complaints.append(f"{self.page.url}: {message.text}")

    def sign_in(self, persona):
        self.go("/logga-in/")
        button = self.page.locator(f"button[name=persona][value={persona}]")
        if not button.is_visible():
            self.page.locator("details:has(button[name=persona]) summary").click()
        button.click()
        self.sees_heading(sv("To do"))
        return self

    def go(self, path):
        self.page.goto(self.address + path)
        return self.page

    def press(self, msgid, within=None):
        """Press the button, or follow the link, with the words of `msgid`."""
        place = within or self.page.locator("main")
        name = re.compile(rf"^\s*{re.escape(sv(msgid))}")
        button = place.get_by_role("button", name=name)
        (button if button.count() else place.get_by_role("link", name=name)).first.click()

    def fill(self, **fields):
        for name, value in fields.items():
            field = self.page.locator(f"main [name={name}]:visible").first
            kind = field.evaluate("field => field.tagName + ':' + field.type")
            if kind.startswith("SELECT"):
                field.select_option(value)
            elif kind.endswith(("radio", "checkbox")):
                for choice in value if isinstance(value, list) else [value]:
                    self.page.locator(f"main [name={name}][value='{choice}']").check()
            else:
                field.fill(value)

    def sees(self, text):
        expect(self.page.locator("main").get_by_text(text).first).to_be_visible()

    def sees_heading(self, text):
        expect(self.page.locator("h1")).to_have_text(text)


@pytest.fixture
def visitor(live_server, browser, demo):
    """Return a function that lets a persona in at a new browser; no complaint may be left in it."""
    visitors = []

    def arrive(persona, **options):
        context = browser.new_context(
            locale="sv-SE", **{"viewport": {"width": 1280, "height": 900}, **options}
        )
        context.set_default_timeout(10_000)
        visitors.append(Visitor(context.new_page(), live_server.url))
        return visitors[-1].sign_in(persona)

    yield arrive
    for one in visitors:
        one.page.context.close()
    assert [complaint for one in visitors for complaint in one.complaints] == []
