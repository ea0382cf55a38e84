"""What is installed is noted, so that it is installed once and never half."""

import hashlib
import sys

import pytest

from dev import bootstrap


@pytest.fixture
def installs(monkeypatch, tmp_path):
    """Note what would be installed, in a checkout of the test's own."""
    done = []
    for name in ("uv.lock", "pyproject.toml", "package-lock.json"):
        (tmp_path / name).write_text("1")
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "LOCAL", tmp_path / ".local")
    monkeypatch.setattr(bootstrap, "NOTE", tmp_path / ".local" / "installed.json")
    monkeypatch.setattr(bootstrap, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(bootstrap, "NODE_MODULES", tmp_path / "node_modules")
    monkeypatch.setattr(bootstrap, "system_npm", lambda: "npm")
    monkeypatch.setattr(bootstrap, "install_uv", lambda: "uv")

    def sync_python(uv, *, with_node):
        done.append("python and node" if with_node else "python")
        (tmp_path / ".venv" / "bin").mkdir(parents=True, exist_ok=True)
        (tmp_path / ".venv" / "bin" / "python").touch()

    def install_npm_packages(npm, *, with_tests):
        done.append("npm with tests" if with_tests else "npm")
        (tmp_path / "node_modules").mkdir(exist_ok=True)

    monkeypatch.setattr(bootstrap, "sync_python", sync_python)
    monkeypatch.setattr(bootstrap, "install_npm_packages", install_npm_packages)
    return done


def test_a_second_start_installs_nothing(installs):
    bootstrap.bootstrap("run")
    bootstrap.bootstrap("run")

    assert installs == ["python", "npm"]


def test_the_tests_add_their_browser_and_it_stays(installs):
    bootstrap.bootstrap("run")
    bootstrap.bootstrap("test")
    bootstrap.bootstrap("run")

    assert installs == ["python", "npm", "npm with tests"]


@pytest.mark.parametrize(
    ("file", "again"), [("uv.lock", ["python"]), ("package-lock.json", ["npm with tests"])]
)
def test_a_changed_lock_file_is_followed(installs, tmp_path, file, again):
    bootstrap.bootstrap("test")
    installs.clear()
    (tmp_path / file).write_text("2")

    bootstrap.bootstrap("run")

    assert installs == again


def test_a_machine_without_npm_gets_node_as_a_python_package(installs, monkeypatch):
    monkeypatch.setattr(bootstrap, "system_npm", lambda: None)

    bootstrap.bootstrap("run")

    assert installs == ["python and node", "npm"]


def test_an_interrupted_installation_is_done_again(installs, monkeypatch):
    bootstrap.bootstrap("run")
    whole = bootstrap.install_npm_packages

    def interrupted(npm, *, with_tests):
        raise KeyboardInterrupt

    monkeypatch.setattr(bootstrap, "install_npm_packages", interrupted)
    with pytest.raises(KeyboardInterrupt):
        bootstrap.bootstrap("test")
    monkeypatch.setattr(bootstrap, "install_npm_packages", whole)
    installs.clear()

    bootstrap.bootstrap("run")

    assert installs == ["npm"]


def test_a_python_that_is_too_old_is_told(installs, monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 9, 2, "final", 0))

    with pytest.raises(bootstrap.CannotInstall, match=r"needs 3.11, 3.12 or 3.13"):
        bootstrap.bootstrap("run")


def test_a_download_that_is_not_the_pinned_one_is_refused(monkeypatch, tmp_path):
    monkeypatch.setattr(bootstrap, "UV_FOLDER", tmp_path)
    monkeypatch.setattr(bootstrap, "uv_wheel", lambda *_: {"url": "https://x/", "filename": "uv"})

    class Answer:
        def __init__(self, body):
            self.body = body

        def __enter__(self):
            return self

        def __exit__(self, *_):
            return None

        def read(self, *_):
            return self.body

    answers = [Answer(b'{"files": []}'), Answer(b"something else")]
    monkeypatch.setattr(bootstrap.urllib.request, "urlopen", lambda *_, **__: answers.pop(0))

    with pytest.raises(bootstrap.CannotInstall, match="checksum"):
        bootstrap.uv_by_download()

    assert not list(tmp_path.iterdir())


def test_the_checksums_in_the_pin_are_sha256():
    pin = bootstrap.UV_PIN.read_text()

    found = bootstrap.re.findall(r"--hash=sha256:([0-9a-f]+)", pin)
    assert found
    assert all(len(checksum) == len(hashlib.sha256().hexdigest()) for checksum in found)
