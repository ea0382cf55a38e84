"""Start child processes, restart those that die, and leave none behind, whatever happens.

Every child leads a session of its own, so that Ctrl-C in the terminal reaches the supervisor alone,
which then ends the children in reverse order. A `kill -9` of the supervisor is noticed by the
guard: a fork that waits for a pipe to close. A `kill -9` of everything is put right by the next
start. Both work through one file of notes: name, process, start time and the signal that ends it.
"""

import contextlib
import fcntl
import json
import os
import queue
import signal
import subprocess
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from dev.services import ROOT, wait_until

STANDARD_OUTPUT = 1
SAME_START = 0.1  # seconds within which two start times are the same process
LONGEST_PAUSE = 30
STEADY_AFTER = 60  # seconds a child must live for its earlier deaths to be forgotten


# The console


class Console:
    """Lines with the name of who says them, whole also when many speak at once.

    From `start` on they are written by a thread of their own: a terminal that is held (Ctrl-S) must
    not keep the supervisor from its work. What it cannot take in is dropped; the logs have it.
    """

    def __init__(self, width=9):
        self.width = width
        self.waiting = queue.Queue(maxsize=10_000)
        self.writer = None

    def say(self, name, text):
        lines = text.splitlines() or [""]
        self.plain("\n".join(f"{name:>{self.width}} | {line}" for line in lines))

    def plain(self, text=""):
        if self.writer is None:
            self.write(text)
        else:
            with contextlib.suppress(queue.Full):
                self.waiting.put_nowait(text)

    def write(self, text):
        # Not print: a thread that waits in it would keep the whole from ending.
        waiting = f"{text}\n".encode(errors="replace")
        with contextlib.suppress(OSError):  # the terminal may be gone
            while waiting:
                waiting = waiting[os.write(STANDARD_OUTPUT, waiting) :]

    def start(self):
        self.writer = threading.Thread(target=self.write_waiting, daemon=True)
        self.writer.start()

    def write_waiting(self):
        while (text := self.waiting.get()) is not None:
            self.write(text)

    def close(self, seconds=2):
        """Write what still waits, unless the terminal takes nothing."""
        if self.writer is not None:
            with contextlib.suppress(queue.Full):
                self.waiting.put_nowait(None)
            self.writer.join(seconds)


# One start at a time


class Lock:
    """The right to run in a folder; held until the guard, too, is done."""

    def __init__(self, path):
        self.path = path
        self.file = None

    def take(self):
        """Return whether the lock is ours now."""
        if self.file is None:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.file = self.path.open("a+")
        try:
            fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


# Notes on what runs


def started_at(pid):
    """Return when process `pid` started, or None when there is none."""
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return None
        return process.create_time()
    except psutil.Error:
        return None


@dataclass
class Note:
    """What is needed to end a process, and to know it again."""

    name: str
    pid: int
    born: float
    stop: int
    is_used_by_others: bool = False

    @property
    def is_alive(self):
        """Tell whether the process is there, and not another one that got its number."""
        now = started_at(self.pid)
        return now is not None and abs(now - self.born) <= SAME_START

    def send(self, number):
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)


class Notes:
    """The file of what runs."""

    def __init__(self, path):
        self.path = path

    def add(self, name, pid, stop, *, is_used_by_others=False):
        note = Note(name, pid, started_at(pid) or time.time(), int(stop), is_used_by_others)
        with self.path.open("a") as file:
            file.write(json.dumps(asdict(note)) + "\n")
        return note

    def read(self):
        """Return the notes, the first started first; a half-written last line is left out."""
        try:
            lines = self.path.read_text().splitlines()
        except OSError:
            return []
        notes = []
        for line in lines:
            with contextlib.suppress(ValueError, TypeError):
                notes.append(Note(**json.loads(line)))
        return notes

    def clear(self):
        self.path.unlink(missing_ok=True)


def session_of(note):
    """Yield what runs in the session that a process opened, other than itself.

    The number of a dead leader is not given out again while its session lives, and what is in
    the session is younger than its leader was.
    """
    if started_at(note.pid) is not None and not note.is_alive:
        return  # the number belongs to somebody else by now
    for process in psutil.process_iter():
        with contextlib.suppress(ProcessLookupError, psutil.Error, PermissionError):
            is_member = os.getsid(process.pid) == note.pid != process.pid
            if is_member and process.create_time() >= note.born - SAME_START:
                yield process


def end_session(note):
    """Kill what is left of a session."""
    for process in list(session_of(note)):
        with contextlib.suppress(psutil.Error):
            process.kill()


def wait_for_end(group, seconds):
    """Wait for processes to end, and return those that did not."""
    wait_until(lambda: not any(note.is_alive for note in group), seconds)
    return [note for note in group if note.is_alive]


def reap(notes, grace=8):
    """End whatever a killed supervisor left behind, and return how many processes that were.

    As when it stops in order: first those that use the others, all at once.
    """
    ended = 0
    for is_used in (False, True):
        group = [note for note in notes.read() if note.is_used_by_others == is_used]
        alive = [note for note in group if note.is_alive]
        ended += len(alive)
        for note in alive:
            note.send(note.stop)
        for note in wait_for_end(alive, grace):
            note.send(signal.SIGKILL)
        wait_for_end(alive, grace)
        for note in group:
            end_session(note)
    notes.clear()
    return ended


@dataclass
class Guard:
    """The process that ends the children when the supervisor is gone."""

    pid: int
    pipe: int

    def dismiss(self):
        """Let it end, after the children, and see it gone."""
        os.close(self.pipe)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self.pid, 0)


def start_guard(notes, *, after=lambda: None):
    """Fork a process that ends the children when this one is gone, however it went.

    Not PR_SET_PDEATHSIG: the kernel sends that for each dying thread of a parent with threads.
    Called before any thread is started.
    """
    reader, writer = os.pipe()
    if pid := os.fork():
        os.close(reader)
        return Guard(pid, writer)
    try:
        os.setsid()
        os.close(writer)
        # The guard must not hold the terminal, nor a pipe that somebody reads to its end.
        nothing = os.open(os.devnull, os.O_RDWR)
        for number in (0, 1, 2):
            os.dup2(nothing, number)
        for stop in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(stop, signal.SIG_IGN)
        os.read(reader, 1)
        reap(notes)
        after()
    finally:
        os._exit(0)


# Children


class Child:
    """One program under the supervisor, started again when it dies."""

    def __init__(
        self,
        name,
        command,
        *,
        console,
        notes,
        log,
        env=None,
        stop=signal.SIGTERM,
        grace=10,
        quiet=False,
        before=None,
        pass_fds=(),
        is_used_by_others=False,
    ):
        self.name = name
        self.command = [str(word) for word in command]
        self.console, self.notes, self.log = console, notes, Path(log)
        self.env, self.stop, self.grace = env, stop, grace
        self.quiet = quiet  # to its log only
        self.before = before  # what to do before it is started again
        self.pass_fds = pass_fds
        self.is_used_by_others = is_used_by_others
        self.deaths = 0
        self.start_again_at = None
        self.process = None

    def start(self):
        self.started = time.monotonic()
        self.start_again_at = None
        self.process = subprocess.Popen(
            self.command,
            cwd=ROOT,
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=self.pass_fds,
        )
        self.note = self.notes.add(
            self.name,
            self.process.pid,
            self.stop,
            is_used_by_others=self.is_used_by_others,
        )
        self.copier = threading.Thread(target=self.copy_output, args=[self.process], daemon=True)
        self.copier.start()
        return self

    def copy_output(self, process):
        with self.log.open("ab") as log:
            for line in process.stdout:
                log.write(line)
                log.flush()
                if not self.quiet:
                    self.console.say(self.name, line.decode(errors="replace").rstrip())

    @property
    def is_running(self):
        return self.process is not None and self.process.poll() is None

    def how_it_ended(self):
        code = self.process.returncode
        if code < 0:
            with contextlib.suppress(ValueError):
                return f"was killed ({signal.Signals(-code).name})"
        return f"ended by itself (exit code {code})"

    def last_words(self, lines=8):
        try:
            text = self.log.read_text(errors="replace")
        except OSError:
            return ""
        return "\n".join(text.splitlines()[-lines:])

    def look_after(self):
        """Start the program again when it has died: at once, then after ever longer pauses."""
        if self.is_running:
            if self.deaths and time.monotonic() - self.started > STEADY_AFTER:
                self.deaths = 0
            return
        if self.start_again_at is None:
            end_session(self.note)
            pause = min(LONGEST_PAUSE, 0 if self.deaths == 0 else 2 ** (self.deaths - 1))
            self.deaths += 1
            self.start_again_at = time.monotonic() + pause
            when = "now" if pause == 0 else f"in {pause} s"
            self.console.say(
                self.name,
                f"{self.name} {self.how_it_ended()}; starting it again {when}. Its log: {self.log}",
            )
        if time.monotonic() >= self.start_again_at:
            if self.before:
                self.before()
            self.start()

    def ask_to_stop(self):
        if self.is_running:
            with contextlib.suppress(ProcessLookupError):
                self.process.send_signal(self.stop)

    def end(self):
        """Wait for a child that was asked to stop, and kill what is left of it."""
        if self.process is None:
            return
        if self.is_running:
            try:
                self.process.wait(self.grace)
            except subprocess.TimeoutExpired:
                self.console.say(self.name, f"{self.name} did not stop in time and was killed.")
                with contextlib.suppress(ProcessLookupError):
                    self.process.kill()
                self.process.wait()
        end_session(self.note)
        self.copier.join(2)  # its last words


class Stop(Exception):
    """Somebody asked the supervisor to stop."""


class Family:
    """The children in the order they were started."""

    def __init__(self):
        self.children = []
        self.must_stop = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: self.must_stop.set())

    def add(self, child):
        # Known before it runs, so that a signal in between finds it.
        self.children.append(child)
        child.start()
        return child

    def run_once(self, child):
        """Run a program to its end and return its exit code."""
        self.add(child)
        self.wait_for(lambda: not child.is_running, float("inf"))
        child.end()
        self.children.remove(child)
        return child.process.returncode

    def wait_for(self, condition, seconds, *, alive=(), step=0.03):
        """Return whether `condition()` came true in time, while the `alive` ones lived."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if condition():
                return True
            if any(not child.is_running for child in alive):
                return False
            if self.must_stop.wait(step):
                raise Stop
        return False

    def look_after(self):
        """Keep all children running until somebody asks to stop."""
        while not self.must_stop.wait(0.3):
            for child in self.children:
                if not self.must_stop.is_set():
                    child.look_after()

    def end(self):
        """End the children: first those that use the others, all at once."""
        for is_used in (False, True):
            group = [child for child in self.children if child.is_used_by_others == is_used]
            for child in group:
                child.ask_to_stop()
            for child in reversed(group):
                child.end()
