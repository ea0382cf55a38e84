"""Who may do what: every URL x method x role, as docs/product.md section 3 has it.

Fails when a URL is missing from the table, or the table names one that does not exist. A POST sends
a form without any field that counts: 422 (or a redirect) says that one may, 403 and 404 that one
may not. What somebody may not see is 404; what they see but may not do is 403.
"""

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.world import url_names

ROLES = ["employee", "owner", "manager", "slg", "city_director", "support", "admin"]


def all_(status):
    return " ".join([str(status)] * len(ROLES))


READ, NO = all_(200), all_(405)

ACCESS = {
    #                             GET                              POST
    #                             empl     mgr     director admin  empl     mgr     director admin
    # URL name                        owner   slg     support          owner   slg     support
    # The portal
    "about":                     (READ,                          NO),
    "accessibility":             (READ,                          NO),
    "health":                    (READ,                          NO),
    "how-we-work":               (READ,                          NO),
    "ready":                     (all_(503),                     NO),
    "search":                    (READ,                          NO),
    "start":                     (READ,                          NO),
    # Oneself
    "demo-login":                (NO,                            all_(400)),
    "draft":                     (NO,                            all_(400)),
    "language":                  (NO,                            all_(400)),
    "login":                     (all_(302),                     all_(302)),
    "logout":                    (NO,                            all_(302)),
    "mail-switches":             (READ,                          all_(302)),
    "news-read":                 (NO,                            all_(302)),
    "profile":                   (READ,                          all_(422)),
    "unsubscribe":               (READ,                          READ),
    # People
    "people":                    ("403 403 403 403 403 403 200", NO),
    "person-edit":               ("403 403 403 403 403 403 200", "403 403 403 403 403 403 422"),
    "person-new":                ("403 403 403 403 403 403 200", "403 403 403 403 403 403 422"),
    "unit-edit":                 ("403 403 403 403 403 403 200", "403 403 403 403 403 403 422"),
    "unit-new":                  ("403 403 403 403 403 403 200", "403 403 403 403 403 403 422"),
    "units":                     ("403 403 403 403 403 403 200", NO),
    # The agenda
    "action":                    (READ,                          NO),
    "action-decision":           ("403 403 403 403 200 200 403", "403 403 403 403 422 422 403"),
    "actions":                   (READ,                          NO),
    "agenda":                    (READ,                          NO),
    "criteria":                  (READ,                          NO),
    "item":                      (READ,                          NO),
    "item-answer":               ("403 403 403 403 200 200 403", "403 403 403 403 422 422 403"),
    "item-answer (answered)":    ("403 403 403 403 200 200 403", "403 403 403 403 422 422 403"),
    "item-decision":             ("403 403 403 403 200 200 403", "403 403 403 403 422 422 403"),
    "item-facts":                ("403 403 403 403 200 200 403", "403 403 403 403 422 422 403"),
    "item-focus":                ("403 403 403 403 200 200 403", "403 403 403 403 422 422 403"),
    "item-new":                  ("200 200 200 200 200 200 403", "422 422 422 422 422 422 403"),
    "item-place":                ("403 403 403 403 200 200 403", "403 403 403 403 422 422 403"),
    "item-state":                ("403 200 403 403 200 200 403", "403 422 403 403 422 422 403"),
    "item-text":                 ("403 200 403 403 200 200 403", "403 422 403 403 422 422 403"),
    # Dialogue and follow-up
    "check-in":                  ("403 200 403 403 403 200 403", "403 422 403 403 403 422 403"),
    "check-in-take-back":        (NO,                            "403 404 403 403 403 404 403"),
    "comment":                   (all_(302),                     NO),
    "comment-withdrawal":        ("403 200 403 403 200 200 403", "403 302 403 403 422 422 403"),
    "comments":                  (READ,                          "422 422 422 422 422 422 403"),
    "follow":                    (NO,                            "302 302 302 302 302 302 403"),
    "follow-up":                 ("403 403 403 403 200 200 403", NO),
    "follow-up-plan":            ("403 403 403 403 200 200 403", "403 403 403 403 422 422 403"),
    "no-news":                   (NO,                            "403 302 403 403 403 302 403"),
    # Principles, platform, decisions
    "decision":                  (READ,                          NO),
    "decision-replacement":      ("403 403 403 403 200 200 403", "403 403 403 403 422 422 403"),
    "decisions":                 (READ,                          NO),
    "platform-area":             (READ,                          NO),
    "platform-area-adoption":    ("403 403 403 403 200 403 403", "403 403 403 403 422 403 403"),
    "platform-area-text":        ("403 200 403 403 200 200 403", "403 422 403 403 422 422 403"),
    "platform-areas":            (READ,                          NO),
    "principle":                 (READ,                          NO),
    "principle-adoption":        ("403 403 403 403 200 403 403", "403 403 403 403 422 403 403"),
    "principle-text":            ("403 200 403 403 200 200 403", "403 422 403 403 422 422 403"),
    "principles":                (READ,                          NO),
    "target-picture":            (READ,                          NO),
    "target-picture-adoption":   ("403 403 403 403 200 403 403", "403 403 403 403 422 403 403"),
    "target-picture-text":       ("403 403 403 403 200 200 403", "403 403 403 403 422 422 403"),
    # Meetings
    "entry":                     ("404 404 404 403 200 200 404", "404 404 404 403 422 422 404"),
    "entry-answer":              ("403 200 403 403 200 200 403", "403 422 403 403 422 422 403"),
    "entry-new":                 ("404 404 404 403 200 200 404", "404 404 404 403 422 422 404"),
    "entry-new (planned)":       ("403 403 403 403 200 200 403", "403 403 403 403 422 422 403"),
    "entry-outcome":             ("404 404 404 302 302 302 404", "404 404 404 422 422 422 404"),
    "entry-outcome (planned)":   ("403 403 403 302 302 302 403", all_(403)),
    "entry-place":               (NO,                            "404 404 404 403 302 302 404"),
    "entry-removal":             ("404 404 404 403 200 200 404", "404 404 404 403 422 422 404"),
    "meeting":                   ("404 404 404 200 200 200 404", NO),
    "meeting (planned)":         (READ,                          NO),
    "meeting (closed)":          (READ,                          NO),
    "meeting-cancellation":      ("403 403 403 403 200 200 403", "403 403 403 403 422 422 403"),
    "meeting-focus":             ("404 404 404 200 200 200 404", "404 404 404 422 422 422 404"),
    "meeting-live":              ("404 404 404 200 200 200 404", NO),
    "meeting-live (planned)":    ("403 403 403 200 200 200 403", NO),
    "meeting-live (closed)":     (READ,                          NO),
    "meeting-new":               ("403 403 403 403 200 200 403", "403 403 403 403 422 422 403"),
    "meeting-place":             ("404 404 404 200 200 200 404", "404 404 404 422 422 422 404"),
    "meeting-place (planned)":   (all_(403),                     all_(403)),
    "meeting-place (closed)":    ("403 403 403 409 409 409 403", "403 403 403 409 409 409 403"),
    "meeting-state":             ("404 404 404 403 200 200 404", "404 404 404 403 200 200 404"),
    "meeting-state (planned)":   ("403 403 403 403 302 302 403", "403 403 403 403 302 302 403"),
    "meeting-time":              ("403 403 403 403 200 200 403", "403 403 403 403 422 422 403"),
    "meeting-time (open)":       ("404 404 404 403 409 409 404", "404 404 404 403 409 409 404"),
    "meetings":                  (READ,                          NO),
    # Reports and mail
    "digests-now":               (NO,                            "403 403 403 403 302 302 403"),
    "outbox":                    ("403 403 403 403 200 200 403", NO),
    "outbox-email":              ("403 403 403 403 200 200 403", NO),
    "outbox-email-html":         ("403 403 403 403 200 200 403", NO),
    "outbox-retry":              (NO,                            "403 403 403 403 302 302 403"),
    "report":                    (READ,                          NO),
    "report (draft)":            ("404 404 404 404 200 200 404", NO),
    "report-correction":         (NO,                            "403 403 403 403 302 302 403"),
    "report-edit":               ("404 404 404 404 200 200 404", "404 404 404 404 422 422 404"),
    "report-new":                ("403 403 403 403 200 200 403", "403 403 403 403 422 422 403"),
    "report-publish":            ("404 404 404 404 200 200 404", "404 404 404 404 409 409 404"),
    "reports":                   (READ,                          NO),
}  # fmt: skip

# What is open to whoever is not signed in, and what they get.
PUBLIC = {
    "accessibility": (200, 405),
    "demo-login": (405, 400),
    "health": (200, 405),
    "language": (405, 400),
    "login": (200, 422),
    "logout": (405, 302),
    "ready": (503, 405),
    "unsubscribe": (200, 200),
}
NO_TOKEN_NEEDED = {"health", "ready", "unsubscribe"}
HTMX = {
    "HX-Request": "true",
    "HX-Target": "section#main",
    "HX-Current-URL": "http://testserver/om/",
}
# Signs of writing that a GET must not leave; the session's own row is no business of anybody.
WRITES = ("INSERT", "UPDATE", "DELETE")
SENT = {"sent": "1"}


class Visitor:
    """A browser of somebody's, whose every request is undone."""

    def __init__(self, world, person=None, **options):
        self.world = world
        self.client = Client(raise_request_exception=False, **options)
        if person:
            self.client.force_login(person)

    def ask(self, method, name, **options):
        data = SENT if method == "POST" else {}
        return self.send(method, self.world.address(name), data, **options)

    def send(self, method, address, data, **options):
        cookies = dict(self.client.cookies)
        sid = transaction.savepoint()
        send = self.client.post if method == "POST" else self.client.get
        response = send(address, data, **options)
        transaction.savepoint_rollback(sid)
        self.client.cookies.clear()
        self.client.cookies.update(cookies)
        return response


def as_role(world, role, **options):
    return Visitor(world, world.people[role], **options)


def differing(got, expected):
    """Return what is not as expected, in a form that reads well when a test fails."""
    return {name: (got[name], expected[name]) for name in expected if got[name] != expected[name]}


def test_every_url_states_who_may():
    names = {name.partition(" (")[0] for name in ACCESS}

    assert set(url_names()) - names == set(), "not in the table"
    assert names - set(url_names()) == set(), "in the table but not in the portal"


@pytest.mark.parametrize("role", ROLES)
def test_opening_a_page_is_for_whom_the_table_says_and_writes_nothing(world, role):
    visitor, column = as_role(world, role), ROLES.index(role)
    got, written = {}, {}

    for name in ACCESS:
        with CaptureQueriesContext(connection) as queries:
            got[name] = visitor.ask("GET", name).status_code
        writes = [
            query["sql"]
            for query in queries
            if query["sql"].startswith(WRITES) and "django_session" not in query["sql"]
        ]
        if writes:
            written[name] = writes

    assert differing(got, {name: int(row[0].split()[column]) for name, row in ACCESS.items()}) == {}
    assert written == {}


@pytest.mark.parametrize("role", ROLES)
def test_sending_a_form_is_for_whom_the_table_says(world, role):
    visitor, column = as_role(world, role), ROLES.index(role)

    got = {name: visitor.ask("POST", name).status_code for name in ACCESS}

    assert differing(got, {name: int(row[1].split()[column]) for name, row in ACCESS.items()}) == {}


@pytest.mark.parametrize("role", ["employee", "slg", "support"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_htmx_opens_no_other_doors(world, role, method):
    """The headers of HTMX can be spoofed: who may is the same, and a fragment holds no page."""
    visitor, column = as_role(world, role), ROLES.index(role)
    faults = {}

    for name, row in ACCESS.items():
        expected = int(row[method == "POST"].split()[column])
        response = visitor.ask(method, name, headers=HTMX)
        status = response.status_code
        if expected in (403, 404, 405, 409) and status != expected:
            faults[name] = f"{status}, not {expected}"
        elif status >= 500 and status != expected:
            faults[name] = status
        elif status in (403, 404, 405) and b"<html" in response.content:
            faults[name] = "a page in a fragment"
        elif name not in ("health", "ready") and "HX-Target" not in response.headers["Vary"]:
            faults[name] = "no Vary"

    assert faults == {}


@pytest.mark.parametrize("kind", ["anonymous", "disabled"])
def test_who_is_not_signed_in_is_sent_to_the_sign_in_page(world, kind):
    visitor = Visitor(world, world.disabled if kind == "disabled" else None)
    faults = {}

    for name in ACCESS:
        for method in ("GET", "POST"):
            response = visitor.ask(method, name)
            is_sent = response.status_code == 302 and response.url.startswith("/logga-in/?next=")
            if name in PUBLIC:
                expected = PUBLIC[name][method == "POST"]
                is_right = response.status_code == expected
            elif name == "draft" and method == "POST":
                is_right = response.status_code == 401
            else:
                is_right = is_sent
            if not is_right:
                faults[name, method] = response.status_code

    assert faults == {}


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_fragment_is_never_a_sign_in_page(world, method):
    visitor = Visitor(world)
    faults = {}

    for name in ACCESS.keys() - PUBLIC.keys():
        response = visitor.ask(method, name, headers=HTMX)
        leads = response.headers.get("HX-Redirect")
        if response.status_code != 401 or response.content:
            faults[name] = response.status_code
        elif name != "draft" and leads != "/logga-in/?next=%2Fom%2F":
            faults[name] = leads

    assert faults == {}


def test_no_form_is_taken_without_the_token_of_the_page(world):
    visitor = as_role(world, "support", enforce_csrf_checks=True)
    names = [name for name in ACCESS if name not in NO_TOKEN_NEEDED]

    got = {name: visitor.ask("POST", name).status_code for name in names}
    foreign = {"Origin": "https://evil.example"}
    got_foreign = {name: visitor.ask("POST", name, headers=foreign).status_code for name in names}

    assert {name: status for name, status in got.items() if status != 403} == {}
    assert {name: status for name, status in got_foreign.items() if status != 403} == {}
