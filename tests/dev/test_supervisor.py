"""Children are started again when they die, and none is left when the supervisor is gone."""

import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from dev import supervisor
from dev.services import wait_until
from dev.supervisor import Child, Console, Family, Notes

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
STUBBORN = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("ready", flush=True)
time.sleep(60)
"""
# Starts a process in its own session and says its number, as a server does with its workers.
PARENT = """
import subprocess, sys, time
print(subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]).pid, flush=True)
time.sleep(60)
"""


@pytest.fixture
def notes(tmp_path):
    return Notes(tmp_path / "run.pids")


@pytest.fixture
def make_child(tmp_path, notes):
    children = []

    def make(command, **kwargs):
        child = Child(
            "child", command, console=Console(), notes=notes, log=tmp_path / "log", **kwargs
        )
        children.append(child.start())
        return child

    yield make
    for child in children:
        child.process.kill()
        child.end()


@pytest.fixture
def stranger():
    process = subprocess.Popen(SLEEP)
    yield process
    process.kill()
    process.wait()


def is_alive(pid):
    return supervisor.started_at(pid) is not None


def test_what_an_earlier_start_left_is_ended(notes, make_child):
    child = make_child(SLEEP)

    assert supervisor.reap(notes, grace=5) == 1

    assert not is_alive(child.process.pid)
    assert notes.read() == []


def test_a_process_that_got_the_number_of_a_dead_one_is_left_alone(notes, stranger):
    note = notes.add("web", stranger.pid, signal.SIGTERM)
    note.born -= 100
    notes.clear()
    notes.path.write_text(supervisor.json.dumps(supervisor.asdict(note)) + "\n")

    assert supervisor.reap(notes) == 0

    assert stranger.poll() is None


def test_what_ignores_the_request_is_killed(notes, make_child):
    child = make_child([sys.executable, "-c", STUBBORN])
    assert wait_until(lambda: "ready" in child.last_words(), 10)

    supervisor.reap(notes, grace=0.5)

    assert not is_alive(child.process.pid)


def test_the_workers_of_a_killed_server_are_ended_with_it(notes, make_child):
    child = make_child([sys.executable, "-c", PARENT])
    assert wait_until(lambda: child.last_words(), 10)
    worker = int(child.last_words())
    child.process.kill()
    child.process.wait()
    assert is_alive(worker)

    supervisor.reap(notes)

    assert wait_until(lambda: not is_alive(worker), 5)


def test_a_half_written_note_is_left_out(notes, stranger):
    notes.add("web", stranger.pid, signal.SIGTERM)
    with notes.path.open("a") as file:
        file.write('{"name": "wor')

    assert [note.name for note in notes.read()] == ["web"]


def test_a_child_that_was_killed_is_started_again_at_once_and_it_is_told(make_child, capfd):
    child = make_child(SLEEP)
    first = child.process.pid
    child.process.kill()
    child.process.wait()

    child.look_after()

    assert child.is_running
    assert child.process.pid != first
    assert "was killed (SIGKILL); starting it again now" in capfd.readouterr().out


def test_a_child_that_keeps_dying_is_tried_after_ever_longer_pauses_up_to_a_limit(make_child):
    child = make_child(["false"])
    pauses = []
    for _ in range(9):
        child.process.wait()
        child.look_after()
        if child.start_again_at:
            pauses.append(round(child.start_again_at - time.monotonic()))
            child.start_again_at = time.monotonic()
            child.look_after()

    assert pauses == [1, 2, 4, 8, 16, 30, 30, 30]


def test_the_guard_ends_the_children_when_the_supervisor_is_killed(tmp_path):
    program = f"""
import pathlib, subprocess, sys, time
from dev.supervisor import Notes, start_guard
notes = Notes(pathlib.Path({str(tmp_path / "run.pids")!r}))
start_guard(notes)
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"],
                         start_new_session=True)
notes.add("child", child.pid, 15)
print(child.pid, flush=True)
time.sleep(60)
"""
    parent = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    child = int(parent.stdout.readline())
    assert is_alive(child)

    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()

    assert wait_until(lambda: not is_alive(child), 10)
    parent.stdout.close()


def test_those_that_use_the_others_are_ended_first(make_child, monkeypatch):
    before = {number: signal.getsignal(number) for number in (2, 15, 1)}
    try:
        family = Family()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    database = make_child(SLEEP, is_used_by_others=True)
    web = make_child(SLEEP)
    family.children = [database, web]
    ended = []
    monkeypatch.setattr(Child, "end", lambda child: ended.append(child))

    family.end()

    assert ended == [web, database]
    assert psutil.pid_exists(database.process.pid)


def test_a_terminal_that_takes_nothing_holds_nobody_up(monkeypatch):
    reader, writer = os.pipe()
    monkeypatch.setattr(supervisor, "STANDARD_OUTPUT", writer)
    console = Console()
    console.start()
    began = time.monotonic()

    for _ in range(5_000):
        console.say("web", "x" * 100)
    console.close(seconds=0.1)

    assert time.monotonic() - began < 5
    console.waiting.queue.clear()
    console.waiting.put(None)
    os.close(reader)
    console.writer.join(5)
    os.close(writer)
