"""Principles and the target picture: proposals that can be reworded until they are adopted."""

import pytest

from accounts.models import Draft
from activity.models import Event
from principles.models import Principle, TargetPicture
from tests.factories import NOW, Role, make_person, make_principle, make_target_picture

FORM = {
    "title": "For the customer",
    "summary": "We are there for those who live here.",
    "promotes": "Recognisable meetings.",
    "test_question": "Which need does it meet?",
    "version": "1",
}


@pytest.fixture
def principle(db):
    return make_principle(slug="for-the-customer", title="For the customer's best")


@pytest.fixture
def picture(db):
    picture = make_target_picture()
    picture.statements.create(slug="easy", perspective="customer", text="It is easy.", position=1)
    picture.statements.create(slug="own", perspective="employee", text="I own it.", position=2)
    return picture


def test_another_wording_is_proposed_and_leaves_from_and_to(client, principle, support):
    client.force_login(support)

    assert client.get("/principer/for-the-customer/text/").status_code == 200
    response = client.post("/principer/for-the-customer/text/", FORM)

    principle.refresh_from_db()
    assert response["Location"] == "/principer/for-the-customer/"
    assert (principle.title, principle.version) == ("For the customer", 2)
    assert principle.standing == "proposal"
    event = Event.objects.about(principle).get()
    assert (event.verb, event.by) == ("principles.revised", support)
    assert event.changes["title"] == ["For the customer's best", "For the customer"]


@pytest.mark.parametrize(
    ("role", "owns", "status"),
    [
        (Role.EMPLOYEE, False, 403),
        (Role.EMPLOYEE, True, 403),
        (Role.MANAGER, False, 403),
        (Role.MANAGER, True, 200),
        (Role.SLG, False, 403),
        (Role.SLG, True, 200),
        (Role.CITY_DIRECTOR, False, 200),
        (Role.SUPPORT, False, 200),
        (Role.ADMIN, False, 403),
        (Role.ADMIN, True, 403),
    ],
)
def test_who_may_propose_another_wording(client, principle, role, owns, status):
    person = make_person(role)
    if owns:
        Principle.objects.update(owner=person)
    client.force_login(person)

    assert client.get("/principer/for-the-customer/text/").status_code == status
    response = client.post("/principer/for-the-customer/text/", FORM)
    assert response.status_code == (302 if status == 200 else 403)


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.EMPLOYEE, 403),
        (Role.MANAGER, 403),
        (Role.SLG, 403),
        (Role.SUPPORT, 403),
        (Role.ADMIN, 403),
        (Role.CITY_DIRECTOR, 302),
    ],
)
@pytest.mark.parametrize("path", ["/principer/for-the-customer/antagande/", "/malbild/antagande/"])
def test_only_the_city_director_adopts(client, principle, picture, path, role, status):
    client.force_login(make_person(role))

    response = client.post(path, {"reason": "It is anchored.", "version": "1"})

    assert response.status_code == status
    assert Event.objects.of_kind("principles.adopted").exists() == (status == 302)


def test_an_owner_does_not_appoint_the_next_one(client, principle, slg, manager):
    Principle.objects.update(owner=slg)
    client.force_login(slg)

    assert 'name="owner"' not in client.get("/principer/for-the-customer/text/").content.decode()
    client.post("/principer/for-the-customer/text/", FORM | {"owner": manager.pk})

    assert Principle.objects.get().owner == slg


def test_support_appoints_an_owner(client, principle, support, slg):
    client.force_login(support)

    client.post("/principer/for-the-customer/text/", FORM | {"owner": slg.pk})

    assert Principle.objects.get().owner == slg
    assert Event.objects.about(principle).get().changes["owner"] == [None, "Member of SLG"]


def test_two_who_write_at_once_see_both_texts(client, principle, support, city_director):
    client.force_login(city_director)
    client.post("/principer/for-the-customer/text/", FORM | {"summary": "Theirs."})

    client.force_login(support)
    response = client.post("/principer/for-the-customer/text/", FORM | {"summary": "Mine."})

    html = response.content.decode()
    assert response.status_code == 409
    assert "Mine." in html
    assert "Theirs." in html
    assert "Saved by City director" in html
    assert 'name="version" value="2"' in html
    assert 'name="promotes" value="Recognisable meetings."' in html
    assert Principle.objects.get().summary == "Theirs."

    client.post("/principer/for-the-customer/text/", FORM | {"summary": "Both.", "version": "2"})
    assert Principle.objects.get().summary == "Both."


def test_the_adopted_wording_is_the_one_that_was_read(client, principle, support, city_director):
    principle.revise({"summary": "Changed meanwhile."}, version=1, by=support, at=NOW)
    client.force_login(city_director)

    response = client.post(
        "/principer/for-the-customer/antagande/", {"reason": "Anchored.", "version": "1"}
    )

    html = response.content.decode()
    assert response.status_code == 409
    assert "Changed meanwhile." in html
    assert "Anchored.</textarea>" in html
    assert 'name="version" value="2"' in html
    assert Principle.objects.get().standing == "proposal"

    again = client.post(
        "/principer/for-the-customer/antagande/", {"reason": "Anchored.", "version": "2"}
    )
    assert again.status_code == 302
    assert Principle.objects.get().standing == "adopted"


def test_adopting_leaves_who_and_why(client, principle, city_director):
    client.force_login(city_director)

    client.post("/principer/for-the-customer/antagande/", {"reason": "Anchored.", "version": "1"})

    event = Event.objects.about(principle).get()
    assert (event.verb, event.by, event.reason) == (
        "principles.adopted",
        city_director,
        "Anchored.",
    )
    assert event.changes == {"standing": ["proposal", "adopted"]}
    html = client.get("/principer/for-the-customer/").content.decode()
    assert "Adopted" in html
    assert "Propose another wording" not in html
    assert "Adopt the wording" not in html


def test_an_adopted_wording_is_not_edited_nor_adopted_again(client, principle, city_director):
    principle.adopt(version=1, by=city_director, at=NOW, reason="Anchored.")
    client.force_login(city_director)

    for path in ("text", "antagande"):
        address = f"/principer/for-the-customer/{path}/"
        page = client.get(address)
        refusal = client.post(address, FORM | {"reason": "Once more", "version": "2"})
        assert page.status_code == 200
        assert refusal.status_code == 409
        assert "it needs a new decision by the city director" in refusal.content.decode()
    assert Event.objects.about(principle).count() == 1


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("title", "", "Write a title."),
        ("summary", " ", "Write a summary."),
        ("promotes", "", "Write what the principle promotes."),
        ("test_question", "", "Write the test question."),
        ("title", "x" * 201, "at most 200 characters"),
        ("owner", "99999", "Choose somebody in the list."),
        ("owner", "abc", "Choose somebody in the list."),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_saved(
    client, principle, support, field, value, sentence
):
    client.force_login(support)

    response = client.post("/principer/for-the-customer/text/", FORM | {field: value})

    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert Principle.objects.get().version == 1


def test_a_reason_is_asked_for(client, principle, city_director):
    client.force_login(city_director)

    response = client.post("/principer/for-the-customer/antagande/", {"version": "1"})

    assert response.status_code == 422
    assert "Write why." in response.content.decode()


def test_what_was_typed_comes_back(client, principle, support):
    key = f"principle-text:{principle.pk}"
    Draft.objects.keep(support, key, {"summary": "Half a sen", "version": "1"}, now=NOW)
    client.force_login(support)

    html = client.get("/principer/for-the-customer/text/").content.decode()
    assert "Half a sen</textarea>" in html

    client.post("/principer/for-the-customer/text/", FORM)
    assert not Draft.objects.exists()


def test_saving_the_same_text_is_no_event(client, principle, support):
    form = {name: getattr(principle, name) for name in principle.TEXT_FIELDS} | {"version": "1"}
    client.force_login(support)

    assert client.post("/principer/for-the-customer/text/", form).status_code == 302
    assert not Event.objects.about(principle).exists()


# The target picture


def test_the_target_picture_is_reworded_with_its_sentences(client, picture, support):
    easy, own = picture.statements.all()
    client.force_login(support)

    response = client.post(
        "/malbild/text/",
        {
            "title": "Target picture",
            "summary": "Shorter.",
            f"statement_{easy.pk}": "It is very easy.",
            f"statement_{own.pk}": "I own it.",
            "version": "1",
        },
    )

    assert response["Location"] == "/malbild/"
    picture.refresh_from_db()
    assert (picture.summary, picture.version) == ("Shorter.", 2)
    assert [statement.text for statement in picture.statements.all()] == [
        "It is very easy.",
        "I own it.",
    ]
    revised, sentences = Event.objects.about(picture)
    assert revised.changes == {"summary": ["…", "Shorter."]}
    assert sentences.changes == {"easy": ["It is easy.", "It is very easy."]}


def test_a_stale_target_picture_shows_both_and_saves_no_sentence(client, picture, support, slg):
    easy, own = picture.statements.all()
    picture.revise({"summary": "Theirs."}, version=1, by=slg, at=NOW)
    client.force_login(support)

    response = client.post(
        "/malbild/text/",
        {
            "title": "Target picture",
            "summary": "Mine.",
            f"statement_{easy.pk}": "Mine too.",
            f"statement_{own.pk}": "I own it.",
            "version": "1",
        },
    )

    html = response.content.decode()
    assert response.status_code == 409
    for text in ("Theirs.", "Mine.", "Mine too.", "It is easy."):
        assert text in html
    easy.refresh_from_db()
    assert easy.text == "It is easy."


def test_an_empty_sentence_is_told(client, picture, support):
    easy, own = picture.statements.all()
    client.force_login(support)

    response = client.post(
        "/malbild/text/",
        {
            "title": "T",
            "summary": "S",
            f"statement_{easy.pk}": "",
            f"statement_{own.pk}": "I own it.",
            "version": "1",
        },
    )

    assert response.status_code == 422
    assert "Write the sentence." in response.content.decode()


@pytest.mark.parametrize(
    "path",
    ["/principer/none/", "/principer/none/text/", "/principer/none/antagande/"],
)
def test_what_is_not_there_is_404(client, city_director, path):
    client.force_login(city_director)

    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/malbild/", "/malbild/text/", "/malbild/antagande/"])
def test_without_content_there_is_no_target_picture(client, city_director, path):
    client.force_login(city_director)

    assert not TargetPicture.objects.exists()
    assert client.get(path).status_code == 404


def test_the_list_shows_all_with_standing_and_section(client, principle, picture, employee):
    client.force_login(employee)

    html = client.get("/principer/").content.decode()

    assert "For the customer&#x27;s best" in html
    assert "The report, section 3.2" in html
    assert "/malbild/" in html
    assert "Proposal" in html


def test_an_empty_list_says_what_will_be_here(client, employee):
    client.force_login(employee)

    assert "The principles are not loaded" in client.get("/principer/").content.decode()
