"""The daily mails of some earlier days: most of them sent, one that could not be delivered."""

from django.utils import timezone
from django.utils.translation import override

from outbox.models import Email
from reminders.digest import KIND, Digest, key_of
from reminders.models import ReadMark

DAYS_AGO = [6, 3]
READERS = ["chef", "chef2", "chef3", "slg3", "ledningsstod", "stadsdirektor"]
UNREACHED = "chef4"
HAS_READ = {"chef": 6, "slg": 6, "stadsdirektor": 7, "ledningsstod": 5, "medarbetare": 12}


def plan(story):
    for days in DAYS_AGO:
        for number, key in enumerate(READERS):
            story.add(story.moment({"ago": days}, number), deliver, story.people[key])
    lost_at = story.moment({"ago": DAYS_AGO[-1]}, len(READERS))
    story.add(lost_at, deliver, story.people[UNREACHED], is_lost=True)
    for key, days in HAS_READ.items():
        story.add(story.moment({"ago": days}, 30), read_news, story.people[key])


def deliver(person, at, *, is_lost=False):
    """Write the digest that `person` would have got then, and what came of it."""
    on = timezone.localdate(at)
    email = Email(
        key=key_of(person, on),
        kind=KIND,
        to=person,
        address=person.email,
        data={"on": on.isoformat()},
        created_at=at,
        send_after=at,
        attempts=1,
    )
    digest = Digest(person, at)
    if digest.is_empty or Email.objects.filter(key=email.key).exists():
        return
    with override(person.language):
        content = digest.content()
    email.subject, email.text, email.html = content
    if is_lost:
        email.status, email.why = Email.Status.FAILED, Email.Why.REFUSED
        email.reply = "550 5.2.2 mailbox full"
    else:
        email.status, email.sent_at = Email.Status.SENT, at
    email.save()
    digest.email = email
    digest.note_lines()


def read_news(person, at):
    ReadMark.objects.set(person, at)
