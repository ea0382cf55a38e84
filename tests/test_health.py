"""The two probes: alive is about the process, ready about the whole, with the reason in words."""

import datetime as dt

import pytest
from django.utils import timezone

from nacka_portal import health
from outbox.models import Heartbeat

pytestmark = pytest.mark.django_db


@pytest.fixture
def all_heard(db):
    for name in ("worker", "scheduler"):
        Heartbeat.objects.note(name, timezone.now())


def test_alive_is_answered_to_anybody_under_any_host_name(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get("/halsa/", headers={"host": "10.0.0.7:8000"})

    assert response.status_code == 200
    assert response.content == b"ok\n"
    assert "no-store" in response["Cache-Control"]


def test_alive_takes_no_post(client):
    assert client.post("/halsa/").status_code == 405


def test_ready_says_so_for_each_part(client, all_heard):
    response = client.get("/redo/", headers={"host": "10.0.0.7"})

    assert response.status_code == 200
    assert response.json() == {
        "ready": True,
        "database": "ok",
        "migrations": "ok",
        "redis": "ok",
        "worker": "ok",
        "scheduler": "ok",
    }


def test_ready_is_asked_without_a_session_and_leaves_none(client, all_heard):
    assert not client.get("/redo/").cookies


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("worker", "No worker has been heard of lately. Is a Celery worker running?"),
        ("scheduler", "The scheduler has not been heard of lately. Is Celery beat running?"),
    ],
)
def test_a_silent_process_makes_it_not_ready_and_is_named(client, all_heard, name, words):
    Heartbeat.objects.note(name, timezone.now() - health.SILENCE_ALLOWED - dt.timedelta(seconds=1))

    response = client.get("/redo/")

    assert response.status_code == 503
    assert response.json()["ready"] is False
    assert response.json()[name] == words


def test_a_missing_migration_makes_it_not_ready(client, all_heard, monkeypatch):
    on_disk = health.migrations_on_disk() | {("agenda", "9999_of_a_later_version")}
    monkeypatch.setattr(health, "migrations_on_disk", lambda: on_disk)

    response = client.get("/redo/")

    assert response.status_code == 503
    assert response.json()["migrations"].startswith("1 migrations are not applied.")


def test_redis_that_does_not_answer_makes_it_not_ready(client, all_heard, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    response = client.get("/redo/")

    assert response.status_code == 503
    assert response.json()["redis"] == "Redis does not answer."
    assert response.json()["database"] == "ok"


def test_a_database_that_does_not_answer_makes_it_not_ready(client, settings, monkeypatch):
    nowhere = {"host": "127.0.0.1", "port": 1, "dbname": "x"}
    monkeypatch.setattr(health.connection, "get_connection_params", lambda: nowhere)

    response = client.get("/redo/")

    assert response.status_code == 503
    assert response.json()["database"] == "The database does not answer."
    assert response.json()["worker"] == "Unknown while the database does not answer."


def test_ready_shows_no_addresses_and_no_versions(client, settings):
    settings.REDIS_URL = "redis://:hush@127.0.0.1:1/0"

    said = client.get("/redo/").content.decode()

    assert "hush" not in said
    assert "127.0.0.1" not in said
