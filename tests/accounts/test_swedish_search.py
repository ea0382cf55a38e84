"""Swedish search: inflections are found, and other words that happen to begin alike are not."""

import pytest

from accounts.swedish import search_query, stem, words_of
from agenda.models import Item
from tests.factories import make_item

FOUND = [
    ("protokollet", "protokoll"),
    ("protokoll", "protokollet"),
    ("protokollen", "protokollet"),
    ("beslutet", "beslut"),
    ("beslut", "besluten"),
    ("skolan", "skola"),
    ("skola", "skolan"),
    ("skolor", "skolan"),
    ("skolan", "skolorna"),
    ("förskolor", "förskola"),
    ("förskolan", "förskolor"),
    ("system", "systemet"),
    ("systemet", "systemen"),
    ("ärendet", "ärende"),
    ("ärende", "ärendet"),
    ("ärenden", "ärendet"),
    ("mötet", "möte"),
    ("möte", "mötet"),
    ("programmet", "program"),
    ("program", "programmet"),
    ("program", "programmen"),
    ("ansvaret", "ansvar"),
    ("ansvar", "ansvaret"),
    ("kompetensen", "kompetens"),
    ("kompetens", "kompetensen"),
    ("platsen", "plats"),
    ("plats", "platsen"),
    ("kundens", "kund"),
    ("enheter", "enheten"),
    ("enhet", "enheterna"),
    ("sjön", "sjö"),
    ("sjö", "sjön"),
    ("medborgare", "medborgarna"),
    ("digital", "digitaliseringen"),
    ("ledning", "ledningsstöd"),
    ("E-TJÄNSTER", "e-tjänst"),
]
NOT_FOUND = [
    ("plats", "plattform"),
    ("plan", "plats"),
    ("kontor", "kontakt"),
    ("enhet", "enhällig"),
    ("data", "datum"),
    ("internet", "internfakturering"),
    ("skolan", "protokoll"),
]


@pytest.mark.parametrize(("typed", "written"), FOUND)
def test_an_inflection_is_found(db, typed, written):
    item = make_item(f"Om {written} i kommunen")

    assert list(Item.objects.filter(search=search_query(typed))) == [item]


@pytest.mark.parametrize(("typed", "written"), NOT_FOUND)
def test_another_word_is_not_found(db, typed, written):
    make_item(f"Om {written} i kommunen")

    assert not Item.objects.filter(search=search_query(typed)).exists()


def test_every_word_must_be_found_and_stop_words_do_not_count(db):
    both = make_item("Beslut om skolan")
    make_item("Beslut om vägar")

    assert list(Item.objects.filter(search=search_query("besluten om en skola"))) == [both]


@pytest.mark.parametrize("text", ["", "   ", "och att en", "!? &|:*()", "'", "\\"])
def test_a_text_without_a_word_to_find_gives_no_query(text):
    assert search_query(text) is None


@pytest.mark.parametrize(
    "text", ["a'b", "a & b", "x:*", "(", "skola | !", "a\\b", "<2>", "å" * 300]
)
def test_signs_of_the_query_language_are_harmless(db, text):
    query = search_query(text)

    assert query is None or Item.objects.filter(search=query).count() == 0


@pytest.mark.parametrize(
    ("word", "base"),
    [
        ("protokollet", "protokoll"),
        ("skolan", "skol"),
        ("mötet", "möt"),
        ("rummet", "rum"),
        ("enhet", "enhet"),
        ("plan", "plan"),
        ("plats", "plats"),
        ("vi", "vi"),
    ],
)
def test_the_stem_is_what_the_inflections_share(word, base):
    assert stem(word) == base


def test_at_most_ten_words_are_searched_for():
    assert len(words_of(" ".join(f"ord{n}" for n in range(50)))) == 10
