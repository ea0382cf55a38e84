"""The real thing: the portal starts, survives a kill, and leaves nothing behind."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request

import psutil
import pytest

from dev.services import ROOT, socket_folder, wait_until

pytestmark = pytest.mark.slow

OWN_SERVERS = {"DATABASE_URL", "REDIS_URL", "SECRET_KEY", "PORT", "DEBUG", "CI"}


class Start:
    """One `make run`, without make, in a folder of its own."""

    def __init__(self, folder):
        self.folder = folder
        self.output = folder.with_suffix(".txt")
        kept = {name: value for name, value in os.environ.items() if name not in OWN_SERVERS}
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "dev.run"],
                cwd=ROOT,
                env=kept | {"LOCAL_DIR": str(folder)},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def said(self):
        return self.output.read_text()

    def wait_until_ready(self):
        wait_until(lambda: "is ready" in self.said or self.process.poll() is not None, 120)
        found = re.search(r"is ready .*(http://\S+)", self.said)
        assert found, self.said
        return found[1]

    def running(self):
        """Return the processes that belong to this folder."""
        found = []
        for process in psutil.process_iter():
            try:
                belongs = str(self.folder) in " ".join(process.cmdline())
                belongs = belongs or process.environ().get("LOCAL_DIR") == str(self.folder)
            except psutil.Error:
                continue
            if belongs:
                found.append(process)
        return found


def answer(url):
    with urllib.request.urlopen(url, timeout=30) as response:
        return response.read().decode()


@pytest.fixture
def start(tmp_path):
    starts = []

    def begin():
        starts.append(Start(tmp_path / "local"))
        return starts[-1]

    yield begin
    for one in starts:
        for process in one.running():
            process.kill()
        one.process.wait()
    shutil.rmtree(socket_folder(tmp_path / "local"), ignore_errors=True)


def test_the_portal_starts_survives_a_kill_and_leaves_nothing_behind(start):
    first = start()
    url = first.wait_until_ready()
    assert answer(f"{url}/halsa/") == "ok\n"
    assert wait_until(lambda: len(first.running()) > 8, 20)

    first.process.send_signal(signal.SIGKILL)
    first.process.wait()
    assert wait_until(lambda: not first.running(), 30), first.running()

    second = start()
    url = second.wait_until_ready()
    assert "already loaded" in second.said
    assert wait_until(lambda: is_ready(url), 30)

    began = time.monotonic()
    for _ in range(3):
        second.process.send_signal(signal.SIGINT)
    assert second.process.wait(timeout=40) == 0
    assert time.monotonic() - began < 30
    assert second.running() == []


def is_ready(url):
    try:
        return '"ready": true' in answer(f"{url}/redo/")
    except urllib.error.HTTPError:
        return False


def test_a_stop_ends_everything_also_when_its_folder_was_removed_meanwhile(start):
    running = start()
    running.wait_until_ready()
    # The worker's own children come a moment after the pages answer.
    assert wait_until(lambda: len(running.running()) > 8, 20), running.running()

    shutil.rmtree(running.folder)
    running.process.send_signal(signal.SIGINT)

    assert running.process.wait(timeout=60) == 0
    assert wait_until(lambda: not running.running(), 10), running.running()
