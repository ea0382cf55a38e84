"""A real mail server on the loopback address that keeps what it gets and answers as it is told."""

import asyncio
import threading
from contextlib import contextmanager
from email import message_from_bytes, policy

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from dev import services


def free_port():
    listener = services.listen(0)
    port = listener.getsockname()[1]
    listener.close()
    return port


class Box:
    """What a mail server has taken, and what it answers.

    `answers` holds, per command ("RCPT", "DATA", "END"), replies to give in turn before it takes
    mail as usual: a text to say, `SILENT` to say nothing, `CUT` to cut the line.
    """

    SILENT, CUT = object(), object()

    def __init__(self):
        self.messages = []
        self.answers = {}
        self.begun = threading.Event()
        self.attempts = 0
        self.stalled = 0  # how often it fell silent after the final dot
        self.pause = 0  # seconds that each mail takes

    def next_answer(self, command):
        queue = self.answers.get(command)
        return queue.pop(0) if queue else None

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if reply := await self._answer("RCPT", server):
            return reply
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        """Answer after the final dot."""
        self.attempts += 1
        self.begun.set()
        await asyncio.sleep(self.pause)
        answer = self.next_answer("END")
        if answer is self.SILENT:
            self.stalled += 1
            await asyncio.sleep(60)
            return "451 too slow"
        message = message_from_bytes(envelope.content, policy=policy.default)
        if answer is self.CUT:  # taken, but the sender never hears of it
            self.messages.append(message)
            server.transport.abort()
            return "250 OK"
        if answer:
            return answer
        self.messages.append(message)
        return "250 OK"

    async def _answer(self, command, server):
        answer = self.next_answer(command)
        if answer is self.SILENT:
            await asyncio.sleep(60)
            return "451 too slow"
        if answer is self.CUT:
            server.transport.abort()
            return "421 bye"
        return answer


class QuietSMTP(SMTP):
    """Says nothing at all, not even its name, when the box is told to be silent from the start."""

    def _handle_client(self):
        if self.event_handler.next_answer("BANNER") is Box.SILENT:
            return asyncio.sleep(60)
        return super()._handle_client()


class Server(Controller):
    def factory(self):
        return QuietSMTP(self.handler, hostname="sink.test", enable_SMTPUTF8=True)


@contextmanager
def mail_server(port=None, box=None):
    """Run a mail server and give its (port, box)."""
    box = box or Box()
    server = Server(box, hostname="127.0.0.1", port=port or free_port())
    server.start()
    try:
        yield server.port, box
    finally:
        server.stop()
