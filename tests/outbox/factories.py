"""E-mails in the outbox, of a kind that exists only for the tests."""

import itertools

from outbox import kinds
from outbox.kinds import Content, Kind
from outbox.models import Email
from tests.factories import NOW, make_person

_number = itertools.count(1)


def render(email, now):
    if email.data.get("is_broken"):
        raise RuntimeError("a fault in the template")
    if email.data.get("is_empty"):
        return None
    subject = email.data.get("title", "Something waits for you")
    return Content(subject, "Open it: http://portal.test/\n", "<html><head></head>Open it</html>")


def is_still_wanted(email, now):
    return not email.data.get("is_settled")


TEST_KIND = Kind("test", "Test mail", render=render, is_still_wanted=is_still_wanted)


def make_email(*, to=None, **fields):
    """Make a queued e-mail that is due; unknown fields go into its data."""
    kinds.register(TEST_KIND)
    names = {field.name for field in Email._meta.get_fields()}
    data = {name: fields.pop(name) for name in list(fields) if name not in names}
    defaults = {"kind": "test", "created_at": NOW, "send_after": NOW, "data": data}
    defaults["key"] = f"test:{next(_number)}"
    return Email.objects.create(to=to or make_person(), **{**defaults, **fields})
