from pytest_django.asserts import assertContains

from tests.factories import make_action, make_item


def test_the_actions_stand_with_number_section_state_dependencies_and_items(client, manager):
    first = make_action(number=1, title="Gather the agenda", source="5.1")
    second = make_action(number=2, title="Agree on the platform", source="5.2")
    second.depends_on.add(first)
    make_item(action=second)
    make_item(action=second)
    client.force_login(manager)

    response = client.get("/atgarder/")

    assertContains(response, "1. Gather the agenda")
    assertContains(response, "5.2")
    assertContains(response, "Proposal")
    assertContains(response, 'href="/agenda/?atgard=2">2 items')
    assertContains(response, "Action 1")


def test_the_list_asks_equally_often_for_eight_as_for_one(
    client, manager, django_assert_max_num_queries
):
    for _ in range(8):
        make_item(action=make_action())
    client.force_login(manager)

    with django_assert_max_num_queries(15):
        client.get("/atgarder/")


def test_without_actions_the_page_says_what_will_be_here(client, manager):
    client.force_login(manager)

    assertContains(client.get("/atgarder/"), "No proposed actions are loaded")
