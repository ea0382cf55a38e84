"""The way of an e-mail from its row to the mail server."""

import logging
import random
import smtplib
import time
from datetime import timedelta
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.utils import translation

from accounts.text import clean_query
from outbox import kinds, unsubscribing
from outbox.models import Email, MailSwitch

log = logging.getLogger(__name__)

Why = Email.Why

# The recipient's server asks for patience: wait longer each time.
DELAYS = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60)]
# The mail server itself is away: look each minute, so that nothing waits long when it is back.
SERVER_AWAY = timedelta(minutes=1)
GIVE_UP_AFTER = timedelta(days=3)
MOST_UNFINISHED = 5
RUN_SECONDS = 50


class Trouble(NamedTuple):
    """What came instead of a delivery."""

    why: Email.Why
    reply: str = ""
    is_final: bool = False
    is_server_away: bool = False


def send_one(pk, *, clock):
    """Send the e-mail `pk` if nobody else does and it is due."""
    email = Email.objects.claim(clock(), settings.EMAIL_LEASE, pk)
    if email is not None:
        with Post() as post:
            deliver(email, clock(), post)


def send_due(*, clock, seconds=RUN_SECONDS):
    """Send what is due, one after the other, for at most `seconds`; return whether more waits.

    Stops when the mail server is away: the rest needs no attempt to learn that.
    """
    end = time.monotonic() + seconds
    with Post() as post:
        while email := Email.objects.claim(clock(), settings.EMAIL_LEASE):
            trouble = deliver(email, clock(), post)
            if trouble and trouble.is_server_away:
                return False
            if time.monotonic() > end:
                return True
    return False


def deliver(email, now, post):
    """Send a claimed e-mail and write down what came of it; return the `Trouble`, if any."""
    if email.unfinished > MOST_UNFINISHED:
        email.fail(Why.CRASHED)
        return None
    if why := reason_not_to_send(email, now):
        (email.fail if why == Why.NO_ADDRESS else email.cancel)(why)
        return None
    try:
        content = render(email, now)
        message = build(email, content) if content else None
    except Exception:  # a fault in one mail must not stop the others
        log.exception("E-mail %s could not be written", email.pk)
        if email.unfinished >= MOST_UNFINISHED:
            email.fail(Why.BROKEN)
        else:
            email.put_off(now + delay(email), Why.BROKEN, is_answered=False)
        return None
    if content is None:
        email.cancel(Why.SETTLED)
        return None

    email.write(content, email.to.email)
    trouble = post.send(message)
    if trouble is None:
        email.mark_sent(now)
    elif trouble.is_final:
        email.fail(trouble.why, trouble.reply)
    elif now - email.begun_at > GIVE_UP_AFTER:
        email.fail(Why.GAVE_UP, trouble.reply)
    else:
        wait = SERVER_AWAY if trouble.is_server_away else delay(email)
        email.put_off(now + wait, trouble.why, trouble.reply)
    return trouble


def render(email, now):
    """Return the mail in the recipient's language, or None when there is nothing to say."""
    with translation.override(email.to.language), transaction.atomic():
        return kinds.get(email.kind).render(email, now)


def preview(email, now):
    """Return how the mail would look if it were sent now, and leave no trace of having asked."""
    try:
        with transaction.atomic():
            content = render(email, now)
            transaction.set_rollback(True)
    except Exception:  # shown as a mail that says nothing; the sending tells the reason
        log.exception("E-mail %s could not be written", email.pk)
        return None
    return content


def reason_not_to_send(email, now):
    """Return why the e-mail is not to be sent as things are now, or an empty text."""
    person = email.to
    kind = kinds.get(email.kind)
    if not person.is_active:
        return Why.LEFT
    if kind.may_be_off and MailSwitch.objects.is_off(person, email.kind):
        return Why.SWITCHED_OFF
    if not person.email:
        return Why.NO_ADDRESS
    allowed = [address.lower() for address in settings.EMAIL_ALLOWED_RECIPIENTS]
    if allowed and person.email.lower() not in allowed:
        return Why.NOT_ALLOWED
    if not kind.is_still_wanted(email, now):
        return Why.SETTLED
    return ""


def delay(email):
    """Return how long to wait after this attempt, spread so that mails do not come back as one."""
    wait = DELAYS[min(email.attempts, len(DELAYS)) - 1]
    return wait * random.uniform(1, 1.2)  # noqa: S311


def build(email, content):
    """Return the message, with an identity that stays the same however often it is sent."""
    host = urlsplit(settings.BASE_URL).hostname
    headers = {
        "Message-ID": f"<{email.message_id}@{host}>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "Content-Language": email.to.language,
    }
    if kinds.get(email.kind).may_be_off:
        url = settings.BASE_URL + unsubscribing.url_for(email.to, email.kind)
        headers["List-Unsubscribe"] = f"<{url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message = EmailMultiAlternatives(
        subject=" ".join(content.subject.split()),
        body=content.text,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[email.to.email],
        headers=headers,
    )
    message.attach_alternative(content.html, "text/html")
    message.message()  # a header that cannot be written shows here, not on the way
    return message


class Post:
    """The line to the mail server, opened for the first mail and kept for the next.

    Without EMAIL_URL there is no server: a mail then counts as sent when it can be read on
    the page of the outbox.
    """

    def __init__(self):
        self.connection = None

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self._close()

    def send(self, message):
        """Hand the message over; return the `Trouble`, or None when the server took it."""
        if not settings.EMAIL_URL:
            return None
        try:
            if self.connection is None:
                self.connection = get_connection()
                self.connection.open()
            message.connection = self.connection
            message.send()
        except OSError as error:  # smtplib's own are OSErrors too
            self._close()
            return trouble_of(error)
        return None

    def _close(self):
        connection, self.connection = self.connection, None
        if connection is not None:
            try:
                connection.close()
            except OSError:
                log.info("The line to the mail server was already cut")


def trouble_of(error):
    """Say what an error of the sending means: for good, for now, or for all mails."""
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return Trouble(Why.SIGN_IN, said(error.smtp_code, error.smtp_error), is_server_away=True)
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return Trouble(Why.REFUSED, clean_query(str(error)), is_final=True)
    if isinstance(error, smtplib.SMTPConnectError | smtplib.SMTPHeloError):
        reply = said(error.smtp_code, error.smtp_error)
        return Trouble(Why.NO_ANSWER, reply, is_server_away=True)
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        [(code, text)] = list(error.recipients.values())[:1]
    elif isinstance(error, smtplib.SMTPResponseException):
        code, text = error.smtp_code, error.smtp_error
    else:
        return Trouble(Why.NO_ANSWER, is_server_away=True)
    if code == 421:  # the server closes for everybody
        return Trouble(Why.NO_ANSWER, said(code, text), is_server_away=True)
    if 400 <= code < 500:
        return Trouble(Why.BUSY, said(code, text))
    return Trouble(Why.REFUSED, said(code, text), is_final=True)


def said(code, text):
    """Return the server's answer as one safe line: "550 No such user"."""
    if isinstance(text, bytes):
        text = text.decode("utf-8", "replace")
    return clean_query(f"{code} {text}", limit=290)
