"""Keep the Swedish catalogue: extract English msgids, compile, and check that nothing is missing.

Babel does what gettext's tools do elsewhere, so that no system package is needed.

    python -m dev.messages            extract into locale/sv/LC_MESSAGES/django.po
    python -m dev.messages --compile  write the .mo that Django reads
    python -m dev.messages --check    exit 1 when the catalogue is stale, incomplete or fuzzy
"""

import datetime as dt
import io
import os
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir, extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "locale" / "sv" / "LC_MESSAGES" / "django.po"
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
SOURCES = [
    "nacka_portal",
    "reminders",
    "reports",
    "meetings",
    "decisions",
    "dialogue",
    "followup",
    "prioritisation",
    "agenda",
    "platform_areas",
    "principles",
    "activity",
    "outbox",
    "accounts",
    "templates",
]


def extract_template(file, keywords, comment_tags, options):
    """Yield the messages of a template, read as Django's own makemessages reads it."""
    python = templatize(file.read().decode(), origin=getattr(file, "name", None))
    # What was not a message is now a row of X; its indentation means nothing.
    flat = "\n".join(line.strip() for line in python.splitlines())
    yield from extract_python(io.BytesIO(flat.encode()), keywords, comment_tags, options)


METHODS = [
    ("**/migrations/**", "ignore"),
    ("**.py", "python"),
    ("**.html", extract_template),
    ("**.txt", extract_template),
]


BEGAN = dt.datetime(2026, 11, 24, tzinfo=dt.UTC)


def extract():
    """Return a catalogue of every msgid in code and templates."""
    catalogue = Catalog(locale="sv", domain="django", project="nacka-portal", version="1")
    for source in SOURCES:
        found = extract_from_dir(
            ROOT / source, METHODS, keywords=KEYWORDS, comment_tags=["Translators:"]
        )
        for filename, _line, message, comments, context in found:
            catalogue.add(
                message,
                locations=[(f"{source}/{filename}", None)],
                auto_comments=comments,
                context=context,
            )
    return catalogue


def read():
    if not CATALOGUE.exists():
        return Catalog(locale="sv", domain="django")
    return read_po(io.BytesIO(CATALOGUE.read_bytes()), locale="sv", domain="django")


def update():
    """Merge what was extracted into the catalogue, without guessing at translations."""
    catalogue = read()
    fresh = extract()
    catalogue.update(fresh, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    # No dates and no placeholders in the head: it changes when a text does, and only then.
    catalogue.fuzzy = False
    catalogue.header_comment = "# The Swedish texts of the portal. Extracted by `make messages`."
    catalogue.project, catalogue.version = "Utvecklingsagendan", "1"
    catalogue.msgid_bugs_address = catalogue.last_translator = catalogue.language_team = ""
    catalogue.creation_date = catalogue.revision_date = BEGAN
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    with CATALOGUE.open("wb") as file:
        write_po(file, catalogue, width=100, sort_output=True, include_lineno=False)


def compile_mo():
    """Write the .mo in one step, as a process that reads half of one dies."""
    fresh = CATALOGUE.with_suffix(f".{os.getpid()}.tmp")
    with fresh.open("wb") as file:
        write_mo(file, read())
    fresh.replace(CATALOGUE.with_suffix(".mo"))


def faults():
    """Yield a sentence for each msgid that a Swedish reader would meet in English."""
    catalogue = read()
    for message in extract():
        if not message.id:
            continue
        known = catalogue.get(message.id, message.context)
        text = known.string if known else ""
        forms = text if isinstance(text, (tuple, list)) else [text]
        if known is None:
            yield f"not in the catalogue, run make messages: {message.id!r}"
        elif known.fuzzy:
            yield f"fuzzy: {message.id!r}"
        elif not all(forms):
            yield f"no Swedish text: {message.id!r}"


def main():
    if "--compile" in sys.argv:
        compile_mo()
    elif "--check" in sys.argv:
        found = list(faults())
        for fault in found:
            print(fault)
        sys.exit(1 if found else 0)
    else:
        update()
        compile_mo()


if __name__ == "__main__":
    main()
