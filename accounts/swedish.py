"""Swedish order and Swedish search inside the database, the same with and without ICU.

Migrations import `SwedishOrder`, so it stays at this address.
"""

import re

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import Func, TextField

_LOW, _TO = "åäöæøéèêëáàâãüúùûíìîïóòôõñçýÿ", "{|}|}eeeeaaaayuuuiiiiooooncyy"
_UP = "ÅÄÖÆØÉÈÊËÁÀÂÃÜÚÙÛÍÌÎÏÓÒÔÕÑÇÝŸ"


class SwedishOrder(Func):
    """Turn a text into a key that sorts as Swedish does: å, ä, ö last, é as e, ü as y."""

    template = f"translate(lower(%(expressions)s COLLATE \"C\"), '{_LOW}{_UP}', '{_TO}{_TO}')"
    output_field = TextField(db_collation="C")


# Endings of nouns, and how many letters must be left before each kind of them.
_ENDINGS = re.compile(
    r"(?<=\w{3})(?:(?<!h)ets?|ens?|e|ornas?|arnas?|ernas?)$"
    r"|(?<=\w{4})(?:ans?|a|or|ar|er|na)$"
    r"|(?<=\w{2}[oöyåäui])ns?$"
)
# Endings that PostgreSQL's Snowball dictionary leaves: such a form is an own word in an index.
_LEFT_BY_SNOWBALL = ["an", "et", "en", "t", "n"]
_MOST_WORDS = 10
# The words that PostgreSQL leaves out of a Swedish index (its swedish.stop).
_STOP = """
och det att i en jag hon som han på den med var sig för så till är men ett om hade de av icke
mig du henne då sin nu har inte hans honom skulle hennes där min man ej vid kunde något från ut
när efter upp vi dem vara vad över än dig kan sina här ha mot alla under någon eller allt mycket
sedan ju denna själv detta åt utan varit hur ingen mitt ni bli blev oss din dessa några deras
blir mina samma vilken er sådan vår blivit dess inom mellan sådant varför varje vilka ditt vem
vilket sitta sådana vart dina vars vårt våra ert era vilkas
"""
STOP_WORDS = frozenset(_STOP.split())


def stem(word):
    """Return the part of a Swedish word that its inflections share: protokollet, protokoll."""
    base = _ENDINGS.sub("", word.lower())
    # rummet, programmet: an m or n is written once where nothing follows it.
    return base[:-1] if base != word.lower() and base.endswith(("mm", "nn")) else base


def words_of(text):
    """Return the words of `text` that a search can find, at most ten."""
    words = re.findall(r"[^\W_]+", text.lower())
    return [word for word in words if word not in STOP_WORDS][:_MOST_WORDS]


def search_query(text):
    """Return the `SearchQuery` for what somebody typed, or None when it holds no word to find.

    Every word must be found: as it begins, as PostgreSQL stems it, or in a form that PostgreSQL
    leaves unstemmed (beslutet, skolan). A longer word that only begins with the stem is another
    word, and no hit: plats does not find plattform.
    """
    query = None
    for word in words_of(text):
        base = stem(word)
        double = base + base[-1] if base[-1] in "mn" else base
        forms = {base, *(start + end for start in (base, double) for end in _LEFT_BY_SNOWBALL)}
        exact = " | ".join([f"'{word}':*", *(f"'{form}'" for form in sorted(forms))])
        stemmed = f"'{word}' | '{base}'"
        found = SearchQuery(exact, search_type="raw", config="simple") | SearchQuery(
            stemmed, search_type="raw", config="swedish"
        )
        query = found if query is None else query & found
    return query


def search_vector(**weights):
    """Return the weighted vector of a model's texts: `search_vector(title="A", need="B")`."""
    vectors = [
        SearchVector(field, weight=weight, config="swedish") for field, weight in weights.items()
    ]
    total = vectors[0]
    for vector in vectors[1:]:
        total = total + vector
    return total
