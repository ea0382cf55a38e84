"""The log: one line for a refused request, all of it for a fault of ours."""

import logging


def test_a_refused_request_is_one_line(client, employee, caplog):
    client.force_login(employee)

    assert client.get("/uppfoljning/").status_code == 403

    [record] = [record for record in caplog.records if record.name == "django.request"]
    assert record.levelno == logging.WARNING
    assert record.exc_info is None


def test_a_fault_keeps_its_traceback(client, employee, caplog, monkeypatch):
    client.raise_request_exception = False
    client.force_login(employee)
    monkeypatch.setattr("agenda.models.item.ItemQuerySet.visible_to", lambda items, person: 1 / 0)

    assert client.get("/agenda/").status_code == 500

    [record] = [record for record in caplog.records if record.name == "django.request"]
    assert record.exc_info[0] is ZeroDivisionError
