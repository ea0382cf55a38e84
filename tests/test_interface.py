"""The components and the form template: what colleagues rely on when they build a page."""

import re
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import html5lib
import pytest
from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.template import Context, Template, engines
from django.template.loader import render_to_string
from django.utils import formats, translation

from accounts.models import Person, Role
from nacka_portal.context import Navigation

CSS = sorted((settings.BASE_DIR / "static" / "css").glob("*.css"))


class ProposalForm(forms.Form):
    title = forms.CharField(label="Title", max_length=10)
    why = forms.CharField(
        label="Why",
        required=False,
        help_text="In your own words.",
        widget=forms.Textarea(attrs={"data-aim": 280}),
    )
    advice = forms.ChoiceField(
        label="Advice", choices=[("yes", "Consent"), ("no", "Objection")], widget=forms.RadioSelect
    )
    is_digital = forms.BooleanField(label="Digital", required=False)


class FilterForm(forms.Form):
    q = forms.CharField(label="Text", required=False)
    horizon = forms.ChoiceField(label="Horizon", required=False, choices=[("", "All")])


def somebody(*roles, **fields):
    """Return a person with `roles` who stands in no database."""
    person = Person(name="Anna Åkesson", username="anna", **fields)
    person.roles = frozenset(roles)
    return person


@pytest.fixture
def page_request(rf):
    request = rf.get("/agenda/", {"horisont": "now"})
    request.user = somebody(Role.SLG)
    return request


def page(html):
    """Parse a page strictly: what is not valid HTML fails."""
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    return parser.parse(html)


def show(template, request, **context):
    template = engines["django"].from_string('{% extends "base.html" %}' + template)
    return template.render(context, request)


def render(template, **context):
    return Template(template).render(Context(context))


# The frame


def test_a_page_has_one_title_one_main_part_and_the_language(page_request):
    html = show("{% block title %}Agenda{% endblock %}", page_request)

    document = page(html)
    assert document.get("lang") == "en"
    assert document.find("head/title").text == "Agenda – Utvecklingsagendan"
    assert len(document.findall(".//main")) == 1


def test_the_title_says_first_that_something_is_wrong(page_request):
    title = "{% block title %}Agenda{% endblock %}"

    assert "<title>Error: Agenda" in show(title, page_request, form=ProposalForm({}))
    assert "<title>Error: Agenda" in show(title, page_request, form_has_errors=True)
    assert "<title>Agenda" in show(title, page_request, form=ProposalForm())


def test_colours_follow_the_person(page_request):
    page_request.user.color_scheme = Person.ColorScheme.DARK

    assert '<html lang="en" data-color-scheme="dark">' in show("", page_request)


def test_every_address_in_the_frame_exists(page_request):
    page_request.user.roles = frozenset(Role)

    document = page(show("", page_request))

    links = [link.get("href") for link in document.findall(".//a")]
    forms_to = [form.get("action") for form in document.findall(".//form")]
    assert all(links + forms_to)


@pytest.mark.parametrize(
    ("path", "section", "beside"),
    [
        ("/", "start", None),
        ("/agenda/12/", "agenda", "agenda"),
        ("/rapporter/3/", "agenda", "reports"),
        ("/principer/helhet/", "platform-areas", "principles"),
        ("/uppfoljning/utskick/4/", "follow-up", "outbox"),
        ("/moten/", "meetings", None),
    ],
)
def test_the_navigation_shows_where_one_is(path, section, beside):
    navigation = Navigation(somebody(Role.SUPPORT), path)

    assert navigation.current.url == section
    assert getattr(navigation.current_page, "url", None) == beside


def test_only_those_who_have_the_desk_see_follow_up():
    def names(role):
        return [section.url for section in Navigation(somebody(role), "/").sections]

    assert "follow-up" in names(Role.SUPPORT)
    assert "follow-up" not in names(Role.EMPLOYEE)


# Forms


def test_a_field_is_tied_to_its_hint_and_its_error():
    html = str(ProposalForm({"title": "", "why": "x"}))

    assert 'aria-describedby="id_why_helptext"' in html
    assert 'id="id_why_helptext"' in html
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_title_error"' in html
    assert 'id="id_title_error"' in html


def test_an_optional_field_says_so_and_a_box_does_not():
    html = str(ProposalForm())

    assert html.count("(optional)") == 1
    assert "*" not in html


def test_choices_stand_in_a_fieldset_with_their_question():
    document = page(f"<!doctype html><title>x</title>{ProposalForm()}")

    assert document.find(".//fieldset/legend").text == "Advice"
    labels = document.findall(".//fieldset//label")
    inputs = document.findall(".//fieldset//input")
    assert [label.get("for") for label in labels] == [field.get("id") for field in inputs]


def test_no_browser_cuts_a_text_off():
    assert "maxlength" not in str(ProposalForm())


def test_a_long_text_has_an_aim_that_is_counted():
    html = str(ProposalForm())

    assert "Aim at 280 characters" in html
    assert 'data-count-for="id_why"' in html


def test_an_error_summary_leads_to_each_field():
    html = render_to_string("_error_summary.html", {"form": ProposalForm({})})

    assert 'href="#id_title"' in html
    assert 'href="#id_advice_0"' in html
    assert "autofocus" in html
    assert render_to_string("_error_summary.html", {"form": ProposalForm()}).strip() == ""


def test_each_rendering_of_a_form_has_a_key_of_its_own():
    assert render("{% once %}") != render("{% once %}")
    assert re.fullmatch(
        r'<input type="hidden" name="once" value="[0-9a-f-]{36}">', render("{% once %}")
    )


# Words and numbers


def test_dates_and_numbers_are_written_the_swedish_way():
    with translation.override("sv"):
        assert formats.date_format(date(2026, 11, 24)) == "24 november 2026"
        assert render("{{ day|week }}", day=date(2026, 11, 24)) == "v. 48"
        assert render("{{ n|number }}", n=1234.5) == "1\xa0234,5"


def test_an_id_in_an_attribute_is_never_grouped():
    with translation.override("sv"):
        assert render('<i id="item-{{ pk }}">', pk=12345) == '<i id="item-12345">'


def test_the_week_of_nothing_is_nothing():
    assert render("{{ day|week }}", day=None) == ""


# Figures


def test_bars_are_drawn_in_proportion_with_the_numbers_beside():
    html = render('{% bars "Items" rows %}', rows=[("Now", 12), ("Next", 3), ("Later", 0)])

    assert 'width="100.00%"' in html
    assert 'width="25.00%"' in html
    assert '<td class="number">12</td>' in html


def test_stacked_bars_stand_after_each_other_and_add_up():
    parts = [("on_track", "On track"), ("needs_dialogue", "Needs dialogue")]
    rows = [("Now", {"on_track": 3, "needs_dialogue": 1}), ("Next", {"on_track": 2})]

    html = render('{% stacked_bars "Lights" parts rows %}', parts=parts, rows=rows)

    assert 'x="75.00%" width="25.00%"' in html
    assert 'width="50.00%"' in html
    assert html.count('<td class="number">4</td>') == 1


def test_a_figure_without_numbers_is_no_division_by_zero():
    assert "<figure" in render('{% bars "Items" rows %}', rows=[])
    assert "<figure" in render('{% stacked_bars "Items" rows rows %}', rows=[])


# All components at once


def board():
    item = SimpleNamespace(
        pk=1, title="Self-service", rank=1, is_focus=True, owner=None, place_version=1
    )
    row = {
        "item": item,
        "url": "/agenda/1/",
        "place": "Now 1",
        "light": "on_track",
        "light_label": "On track",
        "place_url": "/agenda/1/plats/",
        "focus_url": "/agenda/1/sarskilt-fokus/",
    }
    column = {"horizon": "now", "label": "Now", "rows": [row], "count": 1, "cap": 12}
    return {"columns": [column], "may_place": True, "may_step": True}


def test_the_gallery_shows_every_component_in_valid_html(page_request):
    owner = SimpleNamespace(name="Anna Åkesson", unit=None)
    item = SimpleNamespace(
        title="Self-service", focus_area="Clear commissions", owner=owner, horizon="now", rank=1
    )
    context = {
        "form": ProposalForm({"title": "A title that is too long"}),
        "filters": FilterForm(),
        "active": [{"label": "Horizon", "value": "Now", "url": "?"}],
        "items": [item],
        "page": Paginator(range(300), 25).get_page(3),
        "board": board(),
        "tabs": [{"url": "?", "label": "Table", "is_current": True}],
        "facts": [("Owner", "Anna Åkesson"), ("Deputy", None)],
        "bar_rows": [("Now", 1)],
        "light_parts": [("on_track", "On track")],
        "stacked_rows": [("Now", {"on_track": 1})],
        "fields": [{"name": "need", "label": "Need", "mine": "Mine", "theirs": "Theirs"}],
        "changed_by": "Per Lind",
        "version": 3,
        "cancel_url": "/",
    }

    html = render_to_string("components/gallery.html", context, page_request)

    document = page(html)
    ids = [element.get("id") for element in document.iter() if element.get("id")]
    assert sorted(ids) == sorted(set(ids))
    assert len(document.findall(".//h1")) == 1
    assert "style=" not in html
    assert "<script>" not in html


# The style sheets


def test_every_style_sheet_is_linked_and_fills_a_layer():
    templates = Path(settings.BASE_DIR, "templates").rglob("*.html")
    linked = re.findall(r"css/([\w-]+\.css)", "".join(path.read_text() for path in templates))

    assert set(linked) == {path.name for path in CSS}
    for path in CSS:
        if path.name not in {"font.css", "theme.css"}:
            assert "@layer" in path.read_text(), path.name


def test_no_template_holds_a_script_a_style_or_a_handler():
    for template in Path(settings.BASE_DIR, "templates").rglob("*.html"):
        if "emails" in template.parts:
            continue
        text = template.read_text()
        assert not re.search(r"\sstyle=|<style|\son\w+=|hx-on|js:|<script(?![^>]*\bsrc=)", text), (
            template
        )
