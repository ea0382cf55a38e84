"""The portal's main job from end to end, in Swedish, in a browser."""

import datetime as dt
import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import Person
from agenda.models import Action, FocusArea, Horizon, Item, Status
from followup.models import CheckIn, FollowUpPlan
from meetings.models import Meeting
from reports.models import ProgressReport
from tests.factories import complete, set_caps
from tests.walk.conftest import sv

TITLE = "Gemensam bokning av mötesrum i stadshuset"


def titles(visitor, horizon):
    """Return the titles in a column of the board, in the order they are shown."""
    column = visitor.page.locator(f"[aria-labelledby=horizon-{horizon}]")
    return column.locator(".board-row__title").all_inner_texts()


def in_database(horizon):
    return list(Item.objects.in_horizon(horizon).values_list("title", flat=True))


def test_a_manager_browses_comments_answers_follows_and_proposes(visitor):
    chef = visitor("chef")
    chef.go("/agenda/")
    everything = chef.page.locator("#items tbody tr").count()

    chef.fill(fokusomrade="interplay")
    expect(chef.page).to_have_url(re.compile("fokusomrade=interplay"))
    expect(chef.page.locator("#items tbody tr")).not_to_have_count(everything)
    chef.fill(q="team")
    expect(chef.page.locator("#items tbody tr")).to_have_count(1)
    chef.page.locator("#items tbody th a").click()
    chef.sees_heading("Pröva tvärfunktionella team")

    chef.page.locator(".comments__new textarea").fill("Vi har ett team att börja med.")
    chef.press("Send the comment")
    chef.sees("Vi har ett team att börja med.")
    first = chef.page.locator(".comments__list > li").first
    first.locator("details.comments__answer > summary").click()
    first.locator("textarea").fill("Bra fråga, vi tar det på tisdag.")
    chef.press("Send the answer", within=first)
    chef.sees("Bra fråga, vi tar det på tisdag.")

    # Who comments follows, and can stop.
    chef.go(chef.page.url.removeprefix(chef.address))
    chef.press("Stop following", within=chef.page.locator("#follow"))
    expect(chef.page.locator("#follow button")).to_have_text(sv("Follow"))
    chef.press("Follow", within=chef.page.locator("#follow"))
    expect(chef.page.locator("#follow button")).to_have_text(sv("Stop following"))

    chef.go("/agenda/ny/")
    chef.press("Send the proposal")
    expect(chef.page).to_have_title(re.compile(f"^{sv('Error:')}"))
    expect(chef.page.locator("[role=alert] a").first).to_be_visible()
    chef.fill(
        title=TITLE,
        why="Rum står tomma medan andra letar.",
        need="En bokning som alla ser.",
        focus_area=str(FocusArea.objects.get(slug="interplay").pk),
    )
    chef.press("Send the proposal")
    chef.sees_heading(TITLE)
    assert Item.objects.get(title=TITLE).proposed_by.username == "chef"


def test_leadership_support_answers_prepares_and_puts_it_on_the_list(visitor):
    proposal = Item.propose(
        by=Person.objects.get(username="chef"),
        at=timezone.now(),
        title=TITLE,
        why="Rum står tomma medan andra letar.",
        focus_area=Item.objects.first().focus_area,
    )
    support = visitor("ledningsstod")

    support.page.locator(f"a[href='/agenda/{proposal.pk}/svar/']").first.click()
    support.fill(answer="taken_up", reason="Flera enheter frågar efter det.")
    support.press("Send the answer")
    support.sees_heading(TITLE)

    support.go(f"/agenda/{proposal.pk}/text/")
    support.fill(
        whose_need="Alla som bokar rum",
        evidence="Fyra av tio bokade rum stod tomma i oktober",
        ambition="Samma bokning i alla hus",
        if_left="Vi hyr rum vi redan har",
    )
    support.press("Save the texts")
    support.sees_heading(TITLE)

    support.go(f"/agenda/{proposal.pk}/uppgifter/")
    owner = Person.objects.get(username="chef2")
    support.fill(owner=str(owner.pk), units=[str(owner.unit_id)])
    support.press("Save the facts")
    support.sees_heading(TITLE)
    proposal.refresh_from_db()
    assert (proposal.status, proposal.owner, proposal.missing_fields) == (
        Status.PREPARING,
        owner,
        [],
    )

    support.go("/moten/nytt/")
    support.press("Plan the meeting")
    support.press("Put something on the list")
    support.page.locator("#picker-q").fill("mötesrum")
    support.page.locator("#picker a", has_text=TITLE).click()
    support.fill(why="Behöver en plats", minutes="10")
    support.press("Put it on the list")
    meeting = Meeting.objects.order_by("pk").last()
    expect(support.page).to_have_url(re.compile(f"/moten/{meeting.pk}/"))
    support.sees(TITLE)
    assert meeting.entries.get().item == proposal


def test_the_management_group_moves_items_and_closes_with_what_was_decided(visitor):
    meeting = Meeting.objects.open_now().get()
    set_caps(now_cap=Item.objects.in_horizon(Horizon.NOW).count())
    slg = visitor("slg")
    slg.go(f"/moten/{meeting.pk}/")

    second = titles(slg, "later")[1]
    row = slg.page.locator(".board-row", has_text=second).first
    row.locator("[data-move-button=up]").click()
    expect(
        slg.page.locator("[aria-labelledby=horizon-later] .board-row__title").first
    ).to_have_text(second)
    assert in_database(Horizon.LATER)[0] == second
    assert slg.page.evaluate("document.activeElement.closest('.board-row') !== null"), (
        "the focus stays on what was moved"
    )
    expect(slg.page.locator("#announce")).not_to_be_empty()

    # Full: what moves out, or why is the cap raised?
    newcomer = in_database(Horizon.NEXT)[0]
    leaver = Item.objects.in_horizon(Horizon.NOW).last()
    row = slg.page.locator(".board-row", has_text=newcomer).first
    row.locator("summary").click()
    row.locator("a", has_text=sv("Move to …")).click()
    slg.fill(horizon="now", reason="Det brådskar mest")
    slg.press("Move the item")
    slg.page.locator(f"[name=room][value='{leaver.pk}'], [name=swap][value='{leaver.pk}']").check()
    slg.press("Move the item")
    expect(slg.page.locator("[aria-labelledby=horizon-now]")).to_contain_text(newcomer)
    assert newcomer in in_database(Horizon.NOW)
    assert in_database(Horizon.NEXT)[0] == leaver.title

    first, second = titles(slg, "next")[:2]
    drag(slg, second, first)

    entry = meeting.entries.order_by("position").last()
    slg.go(f"/moten/{meeting.pk}/?punkt={entry.pk}")
    slg.fill(outcome="no_action", text="Vi väntar in siffrorna från i höst.")
    slg.press("Write and go on")
    entry.refresh_from_db()
    assert entry.outcome == "no_action"

    support = visitor("ledningsstod")
    support.go(f"/moten/{meeting.pk}/")
    support.press("Check and close")
    support.sees("Vi väntar in siffrorna från i höst.")
    support.press("Close the meeting and publish")

    reader = visitor("medarbetare")
    reader.go(f"/moten/{meeting.pk}/")
    reader.sees("Vi väntar in siffrorna från i höst.")
    reader.sees(newcomer)
    reader.sees("Det brådskar mest")


def drag(visitor, title, onto):
    """Drag the row of `title` by its handle onto the row of `onto`, and see it saved."""
    handle = visitor.page.locator(".board-row", has_text=title).first.locator("[data-drag-handle]")
    handle.scroll_into_view_if_needed()
    start = handle.bounding_box()
    target = visitor.page.locator(".board-row", has_text=onto).first.bounding_box()
    mouse = visitor.page.mouse
    mouse.move(start["x"] + start["width"] / 2, start["y"] + start["height"] / 2)
    mouse.down()
    mouse.move(target["x"] + 20, target["y"] + 30, steps=8)
    mouse.move(target["x"] + 20, target["y"] + 3, steps=4)
    mouse.up()
    first = visitor.page.locator("[aria-labelledby=horizon-next] .board-row__title").first
    expect(first).to_have_text(title)
    expect(visitor.page.locator("[aria-labelledby=horizon-next] .board-row--moved")).to_have_count(
        1
    )
    assert in_database(Horizon.NEXT)[0] == title


def test_special_focus_is_refused_to_a_fourth(visitor):
    support = visitor("ledningsstod")
    ordinary = list(Item.objects.in_horizon(Horizon.NOW).filter(is_focus=False))
    missing = 3 - Item.objects.with_focus().count()

    for item in ordinary[: missing + 1]:
        support.go(f"/agenda/{item.pk}/sarskilt-fokus/")
        support.fill(reason="Viktigast i höst")
        support.press("Give special focus")

    expect(support.page.locator("main .notice--warning")).to_be_visible()
    assert Item.objects.with_focus().count() == 3


def test_an_owner_opens_the_link_of_a_reminder_and_checks_in(visitor):
    chef = Person.objects.get(username="chef")
    plan = FollowUpPlan.objects.owed().filter(item__owner=chef).first()
    support = visitor("ledningsstod")
    support.go("/uppfoljning/")
    support.press("Write today's mails now")
    support.go("/uppfoljning/utskick/")

    owner = visitor("chef")
    owner.go(f"/agenda/{plan.item_id}/avstamning/")
    owner.fill(light="needs_dialogue", headline="Piloten går bra men två enheter vill vänta.")
    owner.press("Save the check-in")
    owner.sees("Piloten går bra men två enheter vill vänta.")

    before = CheckIn.objects.count()
    owner.go(f"/agenda/{plan.item_id}/avstamning/")
    owner.press("No news")
    owner.sees_heading(plan.item.title)
    assert CheckIn.objects.count() == before + 1


def test_leadership_support_publishes_a_report_that_everybody_reads_as_it_was(visitor):
    today = timezone.localdate()
    support = visitor("ledningsstod")
    support.go("/rapporter/nytt/")
    support.fill(from_on=str(today - dt.timedelta(days=60)), to_on=str(today), title="Hösten")
    support.page.locator("main form[method=post] button.ds-button").first.click()
    report = ProgressReport.objects.get(title="Hösten")
    support.go(f"/rapporter/{report.pk}/")
    support.press("Write in the draft")
    support.fill(summary="Det mesta går som vi sagt.")
    support.page.locator("main form[method=post] button.ds-button").first.click()
    support.go(f"/rapporter/{report.pk}/")
    support.press("Check and publish")
    support.press("Publish the report")

    reader = visitor("medarbetare")
    reader.go(f"/rapporter/{report.pk}/")
    reader.sees("Det mesta går som vi sagt.")
    published = reader.page.locator("main").inner_text()

    item = Item.objects.filter(status=Status.IN_PROGRESS).first()
    item.end(
        by=Person.objects.get(username="ledningsstod"), at=timezone.now(), reason="Behovet är borta"
    )
    reader.go(f"/rapporter/{report.pk}/")
    assert reader.page.locator("main").inner_text() == published


def test_the_city_director_decides_an_action_and_everybody_comments_on_the_rest(visitor):
    chef = visitor("chef")
    for path in ["/atgarder/3/", "/principer/for-the-customer/", "/malbild/", "/plattform/brand/"]:
        chef.go(path)
        expect(chef.page.locator("main")).to_contain_text(re.compile("avsnitt [235]"))
        chef.page.locator(".comments__new textarea").fill(f"Om {path}")
        chef.press("Send the comment")
        chef.sees(f"Om {path}")

    director = visitor("stadsdirektor")
    action = (
        Action.objects.filter(state=Action.State.PROPOSAL)
        .exclude(decisions__state="preparing")
        .first()
    )
    director.go(f"/atgarder/{action.number}/beslut/")
    director.fill(
        outcome="approved",
        title="Vi gör som föreslaget",
        text="Ekonomienheten får uppdraget.",
        reason="Det behövs för helheten.",
        mandate="Stadsdirektören",
        review_on=str(timezone.localdate() + dt.timedelta(days=180)),
    )
    director.press("Check before publishing")
    director.press("Publish the decision")
    chef.go(f"/atgarder/{action.number}/")
    chef.sees("Ekonomienheten får uppdraget.")


@pytest.mark.parametrize("width", [360, 1280])
def test_without_javascript_one_can_read_comment_report_and_move(visitor, width):
    options = {"java_script_enabled": False, "viewport": {"width": width, "height": 800}}
    plan = FollowUpPlan.objects.owed().filter(item__owner__username="chef").first()
    chef = visitor("chef", **options)
    chef.go(f"/agenda/{plan.item_id}/")
    chef.page.locator(".comments__new textarea").fill("Utan skript går det också.")
    chef.press("Send the comment")
    chef.sees("Utan skript går det också.")
    chef.go(f"/agenda/{plan.item_id}/avstamning/")
    chef.press("No news")
    chef.sees_heading(plan.item.title)

    support = visitor("ledningsstod", **options)
    support.go("/agenda/?vy=tavla")
    second = in_database(Horizon.NEXT)[1]
    support.page.locator(".board-row", has_text=second).first.locator(
        "[data-move-button=up]"
    ).click()
    assert in_database(Horizon.NEXT)[0] == second


def test_a_session_that_ends_gives_the_text_back_after_sign_in(visitor):
    item = complete(Item.objects.in_horizon(Horizon.NOW).first())
    chef = visitor("chef")
    chef.go(f"/agenda/{item.pk}/")
    chef.page.locator(".comments__new textarea").fill("Det här ska inte gå förlorat.")
    chef.page.context.clear_cookies(name="session")
    chef.press("Send the comment")
    expect(chef.page).to_have_url(re.compile("/logga-in/"))

    chef.page.locator("button[name=persona][value=chef]").click()
    expect(chef.page.locator(".comments__new textarea")).to_have_value(
        "Det här ska inte gå förlorat."
    )
