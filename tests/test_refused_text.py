"""A form that comes too late is refused, and what was written in it is shown, to be copied."""

import pytest
from pytest_django.asserts import assertContains, assertNotContains

from meetings.models import Meeting
from tests.factories import NOW, Status, make_item, make_platform_area, make_principle
from tests.meetings.factories import make_entry, make_meeting

TEXT = "It took me an hour to write this."


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("text", "need"),
        ("uppgifter", "reason"),
        ("svar", "reason"),
        ("lage", "effect_seen"),
        ("avstamning", "headline"),
    ],
)
def test_a_closed_item_gives_the_text_back(client, support, path, field):
    item = make_item(status=Status.DONE, owner=support)
    client.force_login(support)
    form = {field: TEXT, "answer": "declined", "version": "1", "draft_key": "a key"}

    response = client.post(f"/agenda/{item.pk}/{path}/", form)

    assertContains(response, TEXT, status_code=409)
    assertNotContains(response, "declined</", status_code=409)


@pytest.mark.parametrize("make", [make_principle, make_platform_area])
def test_an_adopted_wording_gives_the_text_back(client, city_director, make):
    wording = make()
    wording.adopt(version=wording.version, by=city_director, at=NOW, reason="It holds")
    client.force_login(city_director)
    path = f"{wording.get_absolute_url()}text/"

    assertContains(client.post(path, {"summary": TEXT}), TEXT, status_code=409)


def test_a_meeting_that_is_over_gives_the_text_back(client, support):
    meeting = make_meeting(state=Meeting.State.OPEN)
    entry = make_entry(meeting, by=support)
    meeting.close(by=support, at=meeting.opened_at)
    client.force_login(support)

    for path in [f"punkter/{entry.pk}/utfall/", f"punkter/{entry.pk}/bort/", "tid/"]:
        response = client.post(f"/moten/{meeting.pk}/{path}", {"text": TEXT, "reason": TEXT})
        assertContains(response, TEXT, status_code=409)
