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


_ENDINGS = re.compile(
    r"(?<=\w{3})(arna|erna|orna|ande|ades|ade|ning|ens|ets|ar|er|or|en|et|an|na|as|es|a|n|t|e|s)$"
)


def stem(word):
    """Return the part of a Swedish word that its inflections share, at least three letters long.

    PostgreSQL's Snowball dictionary leaves -et and -an standing (beslutet, skolan); cutting
    them from the asked-for word and matching by prefix finds the inflections.
    """
    return _ENDINGS.sub("", word.lower())


def search_query(text):
    """Return the `SearchQuery` for what somebody typed, or None when it holds no word.

    Every word must be found, each by prefix of its stem or as PostgreSQL stems it.
    """
    words = re.findall(r"\w+", text)[:10]
    if not words:
        return None
    parts = [f"('{stem(word)}':* | '{word.lower()}')" for word in words]
    return SearchQuery(" & ".join(parts), search_type="raw", config="swedish")


def search_vector(**weights):
    """Return the weighted vector of a model's texts: `search_vector(title="A", need="B")`."""
    vectors = [
        SearchVector(field, weight=weight, config="swedish") for field, weight in weights.items()
    ]
    total = vectors[0]
    for vector in vectors[1:]:
        total = total + vector
    return total
