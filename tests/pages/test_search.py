"""Search: everything one may read and nothing else, with the words marked and nothing unescaped."""

import pytest

from decisions.models import Decision
from nacka_portal.pages.search import MAX_LENGTH, Search, marked
from tests.decisions.factories import TEXTS, make_decision
from tests.factories import (
    NOW,
    Role,
    make_action,
    make_item,
    make_person,
    make_platform_area,
    make_principle,
    make_target_picture,
)
from tests.pages.queries import count_queries


def groups(user, text):
    return {group.title: [hit.url for hit in group.hits] for group in Search(user, text).groups}


def test_hits_are_grouped_by_what_they_are(client, employee):
    item = make_item("Skolan först")
    action = make_action(title="Samla skolor")
    principle = make_principle(title="Skola för alla")
    picture = make_target_picture(summary="En skola att lita på")
    area = make_platform_area(title="Skolornas plattform")
    decision = make_decision(title="Beslut om skolan")
    make_item("Vägar")

    found = groups(employee, "skola")

    assert found == {
        "Agenda items": [item.get_absolute_url()],
        "Proposed actions": [action.get_absolute_url()],
        "Organising principles and target picture": [
            principle.get_absolute_url(),
            picture.get_absolute_url(),
        ],
        "Platform areas": [area.get_absolute_url()],
        "Decisions": [decision.get_absolute_url()],
    }
    client.force_login(employee)
    html = client.get("/sok/?q=skola").content.decode()
    assert "6 hits" in html
    assert "Agenda items" in html
    assert "<mark>Skolan</mark> först" in html


def test_the_words_are_marked_in_the_text_with_dots_where_it_goes_on(employee):
    make_item("Titel", why="Ett " + "ord " * 60 + "om protokollet och " + "mer " * 60)

    [group] = Search(employee, "protokoll").groups

    excerpt = group.hits[0].excerpt
    assert "<mark>protokollet</mark>" in excerpt
    assert excerpt.startswith("… ")
    assert excerpt.endswith(" …")
    assert len(excerpt) < 300


@pytest.mark.parametrize(
    "text",
    ["<script>alert(1)</script> farlig", "farlig <b onclick=x>", "farlig & \" '", "<mark>farlig"],
)
def test_what_people_wrote_is_escaped(client, employee, text):
    make_item(text, why=text)
    client.force_login(employee)

    html = client.get("/sok/?q=farlig").content.decode()

    assert "<script>alert" not in html
    assert "<b onclick" not in html
    assert "&lt;mark&gt;" in html or "<mark>farlig</mark>" in html


def test_only_our_own_marks_become_html():
    assert marked("\x02a\x03 <b> &") == "<mark>a</mark> &lt;b&gt; &amp;"


@pytest.mark.parametrize(
    "query",
    [
        "<script>alert(1)</script>",
        "'; drop table agenda_item; --",
        "%",
        "a' | 'b",
        ":*",
        "!!!",
        "\\",
        "ä" * 1000,
        "\x00",
        "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
        "2026:14",
        "99999999999999999999",
        "  ",
    ],
)
def test_nothing_that_is_typed_breaks_the_page(client, employee, query):
    make_item("Något")
    client.force_login(employee)

    response = client.get("/sok/", {"q": query})

    assert response.status_code in {200, 400}
    assert "<script>alert" not in response.content.decode()


@pytest.mark.parametrize("raw", ["q=%ED%A0%80", "q=%FF%00", "q=%F0%9F%98%80"])
def test_broken_bytes_never_break_the_page(client, employee, raw):
    client.force_login(employee)

    assert client.get(f"/sok/?{raw}").status_code in {200, 400}


def test_a_long_text_is_cut_and_that_is_told(client, employee):
    client.force_login(employee)

    html = client.get("/sok/", {"q": "skola " + "x" * 200}).content.decode()

    assert "We looked for the first 100 characters" in html
    assert len(Search(employee, "y" * 500).text) == MAX_LENGTH


def test_without_a_word_the_page_says_what_can_be_found(client, employee):
    client.force_login(employee)

    html = client.get("/sok/").content.decode()

    assert "Search the whole portal" in html
    assert "hits" not in html


@pytest.mark.parametrize(
    ("query", "sentence"),
    [("xyzzy", "Nothing matches “xyzzy”"), ("och att", "There is no word to look for")],
)
def test_without_hits_the_page_gives_advice(client, employee, query, sentence):
    client.force_login(employee)

    html = client.get("/sok/", {"q": query}).content.decode()

    assert sentence in html
    assert "Try fewer words" in html
    assert "/agenda/ny/" in html


@pytest.mark.parametrize("role", [Role.EMPLOYEE, Role.MANAGER, Role.SLG, Role.ADMIN, Role.SUPPORT])
def test_a_draft_of_a_decision_is_not_found(db, client, role):
    item = make_item()
    texts = TEXTS | {"title": "Hemligt utkast", "text": "Hemligt"}
    Decision.prepare(item, by=make_person(), at=NOW, outcome="approved", **texts)
    client.force_login(make_person(role))

    html = client.get("/sok/?q=hemligt").content.decode()

    assert "Hemligt utkast" not in html
    assert "Nothing matches" in html


def test_a_decision_is_found_by_its_number(employee):
    decision = make_decision()

    assert groups(employee, "2026:1") == {"Decisions": [decision.get_absolute_url()]}


def test_a_word_spelt_almost_right_finds_the_item(employee):
    item = make_item("Digitalisering av bygglov")

    assert groups(employee, "digitalisring") == {"Agenda items": [item.get_absolute_url()]}


def test_only_ten_of_a_kind_are_shown_with_the_way_to_the_rest(client, employee):
    for number in range(14):
        make_item(f"Skola {number}")
    client.force_login(employee)

    html = client.get("/sok/?q=skola").content.decode()

    assert html.count('class="listing__entry"') == 10
    assert "See all 14" in html
    assert "/agenda/?q=skola" in html


def test_search_asks_as_often_with_many_hits_as_with_few(client, employee):
    client.force_login(employee)
    counts = []
    for number in (12, 40):
        for n in range(number):
            make_item(f"Skola {number} {n}", owner=make_person())
        for _ in range(10):
            make_decision(title="Skolan")
        counts.append(count_queries(client, "/sok/?q=skola"))

    assert counts[0] == counts[1] <= 15


def test_without_signing_in_nothing_is_found(client, db):
    make_item("Skola")

    response = client.get("/sok/?q=skola")

    assert response.status_code == 302


def test_searching_changes_nothing(client, employee):
    client.force_login(employee)

    assert client.post("/sok/", {"q": "skola"}).status_code == 405
