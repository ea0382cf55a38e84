"""The dialogue: said once, under what it is about, read by all, and taken back only in view."""

import re
import uuid

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import ProgrammingError

from accounts.models import Draft
from activity.models import Event
from decisions.models import Decision
from dialogue import subjects
from dialogue.models import Comment, CommentWithdrawn, Follow
from dialogue.thread import Thread
from tests.decisions.factories import make_decision
from tests.dialogue.factories import make_comment
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

HTMX = {"HX-Request": "true", "HX-Target": "comments"}

MAKERS = {
    "agendapunkt": make_item,
    "atgard": make_action,
    "princip": make_principle,
    "malbild": make_target_picture,
    "plattform": make_platform_area,
    "beslut": make_decision,
}


def url(name, subject):
    return f"/synpunkter/{name}/{subject.pk}/"


@pytest.mark.parametrize("name", MAKERS)
def test_everything_that_has_a_page_can_be_commented(client, employee, name):
    subject = MAKERS[name]()
    client.force_login(employee)

    response = client.post(url(name, subject), {"text": "What about the schools?"})

    comment = Comment.objects.get()
    assert response.status_code == 302
    assert response["Location"] == f"{subject.get_absolute_url()}#comment-{comment.pk}"
    assert (comment.subject, comment.author) == (subject, employee)
    page = client.get(subject.get_absolute_url())
    assert "What about the schools?" in page.content.decode()


def test_every_kind_of_subject_has_its_test():
    ours = {"agendapunkt", "atgard", "princip", "malbild", "plattform", "beslut"}

    assert ours == set(MAKERS)
    assert ours <= set(subjects.names())


def test_a_comment_leaves_its_trail_on_the_subject_and_makes_one_follow(client, item, employee):
    client.force_login(employee)

    client.post(url("agendapunkt", item), {"text": "Good"})

    event = Event.objects.about(item).get()
    assert (event.verb, event.by) == ("dialogue.commented", employee)
    assert event.data == {"comment": Comment.objects.get().pk}
    assert Follow.objects.is_following(employee, item)


def test_an_answer_stands_under_its_comment(client, item, employee, manager):
    comment = make_comment(item, "Why now?", by=employee)
    client.force_login(manager)

    client.post(url("agendapunkt", item), {"text": "Because of the law", "answer_to": comment.pk})

    answer = Comment.objects.get(parent=comment)
    assert answer.author == manager
    assert Event.objects.about(item).of_kind("dialogue.answered").get().data == {
        "comment": answer.pk,
        "answers": comment.pk,
    }
    [line] = Thread(item, manager).lines
    assert [shown.comment for shown in line.answers] == [answer]


def test_an_answer_to_an_answer_stands_beside_it(item, employee):
    comment = make_comment(item)
    answer = make_comment(item, answer_to=comment)

    second = make_comment(item, answer_to=answer)

    assert second.parent == comment


@pytest.mark.django_db(transaction=True)
def test_the_database_refuses_an_answer_to_an_answer_or_to_another_subject():
    item, other = make_item(), make_item()
    comment = make_comment(item)
    answer = make_comment(item, answer_to=comment)
    author = make_person()

    for subject, parent in [(item, answer), (other, comment)]:
        with pytest.raises(IntegrityError), transaction.atomic():
            Comment.objects.create(
                subject=subject, parent=parent, author=author, text="…", created_at=NOW
            )


@pytest.mark.django_db(transaction=True)
def test_the_database_keeps_the_words_as_they_were_written():
    comment = make_comment(make_item(), "As it was")

    for change in (lambda: comment.delete(), lambda: Comment.objects.update(text="As it was not")):
        with pytest.raises(ProgrammingError), transaction.atomic():
            change()

    assert Comment.objects.get().text == "As it was"


def test_the_same_form_sent_twice_is_one_comment(client, item, employee):
    client.force_login(employee)
    form = {"text": "Once", "once": str(uuid.uuid4())}

    first = client.post(url("agendapunkt", item), form)
    second = client.post(url("agendapunkt", item), form)

    assert Comment.objects.count() == 1
    assert first["Location"] == second["Location"]


def test_a_form_on_the_page_carries_a_key_of_its_own(client, item, employee):
    make_comment(item)
    client.force_login(employee)

    page = client.get(url("agendapunkt", item)).content.decode()

    keys = re.findall(r'name="once" value="([^"]+)"', page)
    assert len(keys) == len(set(keys)) == 2


def test_htmx_gets_the_thread_with_the_new_comment_in_focus(client, item, employee):
    client.force_login(employee)

    response = client.post(url("agendapunkt", item), {"text": "Here"}, headers=HTMX)

    html = response.content.decode()
    assert response.status_code == 200
    assert "<html" not in html
    assert html.lstrip().startswith('<section class="comments" id="comments"')
    pk = Comment.objects.get().pk
    assert re.search(rf'id="comment-{pk}" tabindex="-1" autofocus', html)
    assert '<div id="announce" hx-swap-oob="innerHTML">Your comment is saved.</div>' in html


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "fragment"])
@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Write a comment."),
        ("   \n ", "Write a comment."),
        ("x" * 4001, "Shorten the comment to at most 4000 characters; it has 4001 now."),
        ("y" * 4001, "4001"),
    ],
    ids=["empty", "spaces", "too long", "kept"],
)
def test_a_text_that_cannot_be_saved_is_told_and_kept(
    client, item, employee, text, sentence, headers
):
    client.force_login(employee)

    response = client.post(url("agendapunkt", item), {"text": text}, headers=headers)

    html = response.content.decode()
    assert response.status_code == 422
    assert sentence in html
    assert text.strip() in html
    assert not Comment.objects.exists()


@pytest.mark.parametrize("raw", ["a%00b", "%ED%A0%80", "%FF%FE", "a%0Bb"])
def test_broken_bytes_never_break_the_page(client, item, employee, raw):
    client.force_login(employee)

    response = client.post(
        url("agendapunkt", item),
        f"text={raw}",
        content_type="application/x-www-form-urlencoded",
    )

    assert response.status_code < 500
    assert not Comment.objects.filter(text__contains="\x0b").exists()


def test_a_faulty_answer_stands_open_in_its_place_with_its_text(client, item, employee):
    comment = make_comment(item)
    client.force_login(employee)

    response = client.post(
        url("agendapunkt", item),
        {"text": "y" * 4001, "answer_to": comment.pk},
        headers=HTMX,
    )

    html = response.content.decode()
    assert response.status_code == 422
    assert '<details class="comments__answer" open>' in html
    assert f'id="write-{comment.pk}-text"' in html
    assert "y" * 4001 in html


@pytest.mark.parametrize("answer_to", ["999999", "abc", "-1", "9" * 40, "1; drop"])
def test_an_answer_to_nothing_is_404(client, item, employee, answer_to):
    client.force_login(employee)

    response = client.post(url("agendapunkt", item), {"text": "Hm", "answer_to": answer_to})

    assert response.status_code == 404
    assert not Comment.objects.exists()


def test_an_answer_to_a_comment_on_another_subject_is_404(client, item, employee):
    elsewhere = make_comment(make_item())
    client.force_login(employee)

    response = client.post(url("agendapunkt", item), {"text": "Hm", "answer_to": elsewhere.pk})

    assert response.status_code == 404


@pytest.mark.parametrize(
    "path",
    ["/synpunkter/agendapunkt/999999/", "/synpunkter/person/1/", "/synpunkter/9/tillbakatagande/"],
)
def test_what_is_not_there_is_404(client, employee, path):
    client.force_login(employee)

    assert client.get(path).status_code == 404
    assert client.post(path, {"text": "Hm"}).status_code == 404


def test_a_draft_of_a_decision_takes_no_comments(client, support, item):
    draft = Decision.prepare(
        item, by=support, at=NOW, title="T", text="T", reason="R", mandate="M", review_on=None,
        outcome="approved",
    )  # fmt: skip
    client.force_login(support)

    assert client.get(draft.get_absolute_url()).status_code == 200
    assert client.post(url("beslut", draft), {"text": "Hm"}).status_code == 404


def test_a_pure_administrator_reads_but_does_not_comment(client, item, admin):
    make_comment(item, "To be read")
    client.force_login(admin)

    page = client.get(url("agendapunkt", item)).content.decode()
    response = client.post(url("agendapunkt", item), {"text": "Hm"})

    assert "To be read" in page
    assert "<textarea" not in page
    assert response.status_code == 403
    assert Comment.objects.count() == 1


def test_without_signing_in_nothing_is_read_or_said(client, item):
    assert client.get(url("agendapunkt", item)).status_code == 302
    assert client.post(url("agendapunkt", item), {"text": "Hm"}).status_code == 302
    assert not Comment.objects.exists()


def test_text_is_escaped_and_addresses_become_links(client, item, employee):
    make_comment(item, "<script>alert(1)</script> https://example.test/a?b=1&c=2\nand so on")
    client.force_login(employee)

    html = client.get(url("agendapunkt", item)).content.decode()

    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert 'href="https://example.test/a?b=1&amp;c=2" rel="nofollow"' in html


# Drafts


def test_what_was_typed_comes_back_in_the_same_form(client, item, employee):
    comment = make_comment(item)
    Draft.objects.keep(
        employee, f"comment:agendapunkt:{item.pk}:{comment.pk}", {"text": "Half a th"}, now=NOW
    )
    client.force_login(employee)

    html = client.get(url("agendapunkt", item)).content.decode()

    assert '<details class="comments__answer" open>' in html
    assert re.search(rf'id="write-{comment.pk}-text"[^>]*>\s*Half a th</textarea>', html)


def test_sending_forgets_the_draft_of_that_form_only(client, item, employee):
    comment = make_comment(item)
    key = f"comment:agendapunkt:{item.pk}"
    for name in (key, f"{key}:{comment.pk}"):
        Draft.objects.keep(employee, name, {"text": "Half"}, now=NOW)
    client.force_login(employee)

    client.post(url("agendapunkt", item), {"text": "Whole"})

    assert [draft.key for draft in Draft.objects.all()] == [f"{key}:{comment.pk}"]


# Withdrawing


def test_an_author_withdraws_a_comment_and_the_trail_stays(client, item, employee):
    comment = make_comment(item, "Rash words", by=employee)
    make_comment(item, "An answer", answer_to=comment)
    client.force_login(employee)
    path = f"/synpunkter/{comment.pk}/tillbakatagande/"

    assert client.get(path).status_code == 200
    response = client.post(path)

    html = client.get(url("agendapunkt", item)).content.decode()
    assert response["Location"].endswith(f"#comment-{comment.pk}")
    assert "Rash words" not in html
    assert "The comment is withdrawn." in html
    assert "An answer" in html
    comment.refresh_from_db()
    assert comment.text == "Rash words"
    event = Event.objects.about(item).of_kind("dialogue.withdrew").get()
    assert event.data == {"comment": comment.pk}
    assert "Rash" not in str(event.__dict__)


def test_leadership_says_why_it_takes_a_comment_away(client, item, employee, support):
    comment = make_comment(item, by=employee)
    client.force_login(support)
    path = f"/synpunkter/{comment.pk}/tillbakatagande/"

    assert client.post(path).status_code == 422
    assert client.post(path, {"reason": "Names a pupil"}).status_code == 302
    assert Event.objects.of_kind("dialogue.withdrew").get().reason == "Names a pupil"


@pytest.mark.parametrize("role", [Role.EMPLOYEE, Role.MANAGER, Role.SLG, Role.ADMIN])
def test_nobody_else_withdraws_a_comment(client, item, role):
    comment = make_comment(item)
    client.force_login(make_person(role))

    response = client.post(f"/synpunkter/{comment.pk}/tillbakatagande/", {"reason": "No"})

    assert response.status_code == 403
    comment.refresh_from_db()
    assert not comment.is_withdrawn


def test_a_withdrawn_comment_is_not_withdrawn_again_nor_answered(client, item, employee):
    comment = make_comment(item, by=employee)
    comment.withdraw(by=employee, at=NOW)
    client.force_login(employee)

    again = client.post(f"/synpunkter/{comment.pk}/tillbakatagande/")
    answer = client.post(
        url("agendapunkt", item), {"text": "But I wanted to say", "answer_to": comment.pk}
    )

    assert again.status_code == 409
    assert answer.status_code == 422
    assert "But I wanted to say" in answer.content.decode()
    with pytest.raises(CommentWithdrawn):
        comment.withdraw(by=employee, at=NOW)
    assert Event.objects.of_kind("dialogue.withdrew").count() == 1


# Addresses


def test_a_comment_has_an_address_that_leads_to_its_place(client, item, employee):
    comment = make_comment(item)
    client.force_login(employee)

    response = client.get(f"/synpunkter/{comment.pk}/")

    assert response["Location"] == f"/agenda/{item.pk}/#comment-{comment.pk}"


def test_an_address_can_open_the_answer_form(rf, item, employee):
    comment = make_comment(item)

    [line] = Thread(item, employee, rf.get("/", {"svara": str(comment.pk)})).lines

    assert line.is_form_open


# Speed


def test_the_page_asks_as_often_with_forty_comments_as_with_two(
    client, item, employee, django_assert_max_num_queries
):
    client.force_login(employee)

    def fill(number):
        for _ in range(number):
            comment = make_comment(item)
            make_comment(item, answer_to=comment)

    counts = []
    for number in (1, 19):
        fill(number)
        client.get(url("agendapunkt", item))
        with django_assert_max_num_queries(15) as queries:
            client.get(url("agendapunkt", item))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_page_shows_the_latest_comments_and_the_way_to_the_earlier(client, item, employee):
    for number in range(Thread.LATEST + 2):
        make_comment(item, f"Comment number {number}.")
    thread = Thread(item, employee)

    assert thread.earlier == 2
    assert [line.comment.text for line in thread.lines][:1] == ["Comment number 2."]
    client.force_login(employee)
    assert "Comment number 0." in client.get(thread.url).content.decode()
