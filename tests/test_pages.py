"""What is true of every page, for every role and in both languages."""

import itertools
import re
from collections import Counter
from urllib.parse import urlsplit

import html5lib
import pytest

from accounts.models import Person
from tests.test_access import ACCESS, PUBLIC, ROLES, Visitor, as_role

XHTML = "{http://www.w3.org/1999/xhtml}"
# Not a page of the portal: an answer to a probe, the mail as a mail program shows it.
NOT_PAGES = {"health", "ready", "outbox-email-html"}
# A fragment that a page asks for, and that stands in it.
FRAGMENTS = {"meeting-live", "meeting-live (planned)", "meeting-live (closed)"}
# What a reader may follow out of the portal: the supervisor, and a link in a mail that is shown.
LINKS_OUT = {"https://www.digg.se/tdosanmalan", "http://portal.test/"}
UNLABELLED = {"hidden", "submit", "button", "image", "reset"}


class Page:
    """A page as a browser reads it."""

    def __init__(self, response):
        parser = html5lib.HTMLParser(namespaceHTMLElements=True)
        self.text = response.content.decode()
        self.root = parser.parse(self.text)
        self.errors = parser.errors
        self.elements = list(self.root.iter())

    def all(self, *names):
        return [element for element in self.elements if element.tag in {XHTML + n for n in names}]

    def faults(self, language):
        yield from self.faults_of_markup()
        yield from self.faults_of_headings(language)
        yield from self.faults_of_labels()
        yield from self.faults_of_policy()

    def faults_of_markup(self):
        for (line, column), code, _ in self.errors:
            yield f"{code} at {line}:{column}: {self.text.splitlines()[line - 1].strip()[:90]}"
        ids = Counter(element.get("id") for element in self.elements if element.get("id"))
        yield from (f"id {name} stands {count} times" for name, count in ids.items() if count > 1)
        for element in self.elements:
            for name in ("for", "aria-describedby", "aria-labelledby", "aria-controls"):
                wanted = (element.get(name) or "").split()
                yield from (f"{name} points at no {other}" for other in wanted if other not in ids)

    def faults_of_headings(self, language):
        [html] = self.all("html")
        if html.get("lang") != language:
            yield f"lang is {html.get('lang')}"
        headings = self.all("h1")
        if len(headings) != 1:
            yield f"{len(headings)} h1"
            return
        heading, title = words(headings[0]), words(self.all("title")[0])
        if not heading or not title.startswith(heading):
            yield f"title {title!r} does not begin with {heading!r}"
        levels = [int(element.tag[-1]) for element in self.all("h1", "h2", "h3", "h4")]
        for above, below in itertools.pairwise(levels):
            if below > above + 1:
                yield f"h{below} comes after h{above}"
        if len(self.all("main")) != 1:
            yield "not one main"

    def faults_of_labels(self):
        labelled = {label.get("for") for label in self.all("label")}
        wrapped = {field for label in self.all("label") for field in label.iter()}
        for field in self.all("input", "select", "textarea"):
            has_label = (
                field.get("id") in labelled
                or field in wrapped
                or field.get("aria-label")
                or field.get("aria-labelledby")
            )
            if field.get("type") not in UNLABELLED and not has_label:
                yield f"no label for {field.get('name')}"
        for element in self.all("button", "a", "summary"):
            if not words(element) and not element.get("aria-label"):
                yield f"<{element.tag.removeprefix(XHTML)}> without words: {element.attrib}"
        for image in self.all("img"):
            if image.get("alt") is None:
                yield "img without alt"
        for table in self.all("table"):
            if not list(table.iter(XHTML + "th")):
                yield "table without headings"

    def faults_of_policy(self):
        for element in self.elements:
            if not isinstance(element.tag, str):
                continue
            name = element.tag.removeprefix(XHTML)
            for attribute in element.attrib:
                if str(attribute).startswith(("on", "hx-on")) or attribute == "style":
                    yield f"{attribute} on <{name}>"
            if name == "style" or (name == "script" and not element.get("src")):
                yield f"inline <{name}>"
            for attribute in ("href", "src", "action", "formaction", "hx-get", "hx-post"):
                address = urlsplit(element.get(attribute) or "")
                is_out = address.netloc or address.scheme not in ("", "mailto")
                if is_out and (name != "a" or element.get(attribute) not in LINKS_OUT):
                    yield f"{attribute} leads elsewhere: {element.get(attribute)}"
            if element.get("hx-get") and name == "a" and not element.get("href"):
                yield "hx-get without href"
            if element.get("hx-post") and name not in ("form", "button"):
                yield f"hx-post on <{name}>"


def words(element):
    return re.sub(r"\s+", " ", "".join(element.itertext())).strip()


def pages_of(visitor):
    """Yield what the visitor gets to see at each URL; two of those that refuse in the same way."""
    refused = Counter()
    for name in ACCESS:
        if name in NOT_PAGES or name in FRAGMENTS:
            continue
        response = visitor.ask("GET", name)
        status = response.status_code
        if status != 200:
            refused[status] += 1
        if status != 302 and refused[status] <= 2:
            yield name, response


def faults_on_pages(pages, language):
    found = {name: list(Page(response).faults(language)) for name, response in pages}
    return {name: faults for name, faults in found.items() if faults}


@pytest.mark.parametrize("role", ROLES)
def test_every_page_is_well_formed(world, role):
    """Also those that say what one may not do: 403, 404 and 405 are pages like the others."""
    assert faults_on_pages(pages_of(as_role(world, role)), "en") == {}


def test_every_page_is_well_formed_in_swedish(world):
    Person.objects.update(language="sv")

    assert faults_on_pages(pages_of(as_role(world, "support")), "sv") == {}


def test_every_open_page_is_well_formed(world):
    visitor = Visitor(world)
    pages = [(name, visitor.ask("GET", name)) for name in PUBLIC if name not in NOT_PAGES]

    assert faults_on_pages(pages, "en") == {}


@pytest.mark.parametrize("role", ["owner", "support", "admin"])
def test_a_form_that_is_sent_empty_says_what_is_missing(world, role):
    """422 and 409 are pages too: the title says that something is wrong, and focus goes there."""
    visitor, faults = as_role(world, role), {}

    for name in ACCESS:
        response = visitor.ask("POST", name)
        if response.status_code not in (422, 409):
            continue
        page = Page(response)
        # The heading stands after "Error:" in the title of a page with faults.
        found = [fault for fault in page.faults("en") if "does not begin with" not in fault]
        title = words(page.all("title")[0])
        if response.status_code == 422 and not title.startswith("Error: "):
            found.append(f"title {title!r} does not begin with Error:")
        if response.status_code == 422 and 'role="alert"' not in page.text:
            found.append("nothing is announced")
        if found:
            faults[name] = found

    assert faults == {}


@pytest.mark.parametrize("role", ["employee", "support"])
def test_a_fragment_is_well_formed(world, role):
    """What HTMX gets for the targets of the lists is a piece of a page with unique ids."""
    visitor, faults = as_role(world, role), {}

    for name in FRAGMENTS:
        response = visitor.ask("GET", name)
        if response.status_code == 200:
            parser = html5lib.HTMLParser()
            parser.parseFragment(response.content.decode())
            if parser.errors:
                faults[name] = parser.errors

    assert faults == {}
