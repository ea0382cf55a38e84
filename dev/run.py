"""`make run`: the whole portal in one terminal.

Starts PostgreSQL and Redis (unless DATABASE_URL and REDIS_URL point to others), brings the
database up to date, and runs the web server, the worker and the scheduler until Ctrl-C.
"""

import contextlib
import http.client
import json
import os
import secrets
import shutil
import signal
import sys
import time
from pathlib import Path

from dev import services
from dev.services import ROOT, CannotStart
from dev.supervisor import Child, Console, Family, Lock, Notes, Stop, reap, start_guard, started_at

FIRST_PORT = 8000
PORTS_TO_TRY = 50
WAIT_FOR_GUARD = 15


class Portal:
    def __init__(self, environment):
        self.environment = dict(environment)
        self.local = Path(self.environment.get("LOCAL_DIR") or ROOT / ".local").resolve()
        self.is_debug = self.environment.get("DEBUG", "").lower() in ("1", "true", "yes", "on")
        self.logs = self.local / "log"
        self.state = self.local / "run.json"
        self.notes = Notes(self.local / "run.pids")
        self.lock = Lock(self.local / "run.lock")
        self.console = Console()
        self.listener = None
        self.sockets = None
        self.url = None

    # Before anything starts

    def is_running_already(self):
        """Take the lock, or say where the portal runs; wait for a guard that is cleaning up."""
        end = time.monotonic() + WAIT_FOR_GUARD
        told = False
        while not self.lock.take():
            state = self.read_state()
            if state and started_at(state["pid"]) == state["born"]:
                if state.get("url"):
                    self.console.plain(
                        f"The portal is already running at {state['url']} "
                        f"(process {state['pid']}).\n"
                        "Stop it with Ctrl-C in the terminal where it was started."
                    )
                    return True
            elif not told:
                told = True
                self.console.say("portal", "Waiting for what is left of an earlier start to end.")
            if time.monotonic() > end:
                raise CannotStart(
                    f"Another start in this folder is not done yet. Wait a moment and try again; "
                    f"if it stays so, look for what holds {self.lock.path}."
                )
            time.sleep(0.2)
        return False

    def read_state(self):
        try:
            state = json.loads(self.state.read_text())
            return state if {"pid", "born"} <= state.keys() else None
        except (OSError, ValueError, AttributeError):
            return None

    def write_state(self, **more):
        fresh = self.state.with_suffix(".new")
        fresh.write_text(json.dumps({"pid": os.getpid(), "born": started_at(os.getpid()), **more}))
        fresh.replace(self.state)

    def take_port(self):
        """Hold the port from now on, so that it is ours also while the web server restarts."""
        asked = self.environment.get("PORT", "").strip()
        if asked:
            if not asked.isdecimal() or not 0 < int(asked) < 65536:
                raise CannotStart(f"PORT must be a number from 1 to 65535, and it is {asked!r}.")
            ports = [int(asked)]
        else:
            ports = range(FIRST_PORT, FIRST_PORT + PORTS_TO_TRY)
        for port in ports:
            self.listener = services.listen(port)
            if self.listener:
                return port
        if asked:
            raise CannotStart(
                f"Port {asked} is in use by another program, or using it needs more rights. "
                "Choose another one, such as make run PORT=8765, or leave PORT out to get the next "
                f"free one from {FIRST_PORT}."
            )
        raise CannotStart(
            f"All ports from {ports[0]} to {ports[-1]} are in use. "
            "Choose one with, for example, make run PORT=8765."
        )

    def secret_key(self):
        path = self.local / "secret_key"
        if not path.exists() or len(path.read_text()) < 32:
            fresh = path.with_suffix(".new")
            fresh.unlink(missing_ok=True)
            with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(50))
            fresh.replace(path)
        return path.read_text().strip()

    # Starting

    def child(self, name, command, **kwargs):
        return Child(
            name,
            command,
            console=self.console,
            notes=self.notes,
            log=self.logs / f"{name}.log",
            **kwargs,
        )

    def start_postgres(self, sockets):
        data = self.local / "pg"
        if not data.exists():
            self.console.say("portal", "Making a PostgreSQL data folder (first start only).")
        services.init_postgres(data)
        services.clear_postgres(data, sockets)
        postgres = self.family.add(
            self.child(
                "postgres",
                services.postgres_command(data, sockets),
                stop=signal.SIGINT,  # "fast": SIGTERM would wait for every client
                grace=20,
                quiet=True,
                before=lambda: services.clear_postgres(data, sockets),
                is_used_by_others=True,
            )
        )
        if not self.family.wait_for(
            lambda: services.postgres_answers(sockets), 60, alive=[postgres]
        ):
            raise CannotStart(f"PostgreSQL did not start. It said:\n{postgres.last_words()}")
        services.create_database(sockets)
        self.environment["DATABASE_URL"] = services.database_url(sockets)

    def start_redis(self, sockets):
        redis = self.family.add(
            self.child(
                "redis",
                services.redis_command(self.local / "redis", sockets),
                quiet=True,
                is_used_by_others=True,
            )
        )
        if not self.family.wait_for(lambda: services.redis_answers(sockets), 30, alive=[redis]):
            raise CannotStart(f"Redis did not start. It said:\n{redis.last_words()}")
        self.environment["REDIS_URL"] = services.redis_url(sockets)

    def start_web(self):
        python = [sys.executable, "-m"]
        command = [*python, "gunicorn", "nacka_portal.wsgi:application"]
        command += ["--bind", f"fd://{self.listener.fileno()}", "--worker-class", "sync"]
        command += ["--timeout", "30", "--graceful-timeout", "5", "--no-control-socket"]
        command += ["--log-level", "warning"]
        if self.is_debug:
            command += ["--workers", "1", "--reload"]
            catalogue = ROOT / "locale/sv/LC_MESSAGES/django.mo"
            if catalogue.exists():
                command += ["--reload-extra-file", str(catalogue)]
        else:
            # Imported once and forked: half the time to the first page of two imports.
            command += ["--workers", "2", "--preload"]
        web = self.child(
            "web",
            command,
            env=self.environment | {"DB_POOL": "1"},
            pass_fds=[self.listener.fileno()],
        )
        self.family.add(web)
        if not self.family.wait_for(self.answers, 120, alive=[web], step=0.1):
            raise CannotStart(f"The web server did not start. Its log: {web.log}")

    def answers(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=1)
        try:
            connection.request("GET", "/halsa/")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def start_celery(self):
        # In a container root is the rule, and messages are JSON: nothing to warn of each time.
        celery = [sys.executable, "-W", "ignore:You're running the worker", "-m", "celery"]
        celery += ["--quiet", "--app", "nacka_portal"]
        worker = ["worker", "--queues", "celery", "--concurrency", "2", "--loglevel", "WARNING"]
        worker += ["--without-gossip", "--without-mingle", "--hostname", "worker@%h"]
        beat = ["beat", "--pidfile=", "-s", str(self.local / "beat"), "--loglevel", "WARNING"]
        self.family.add(self.child("worker", [*celery, *worker], env=self.environment, grace=20))
        self.family.add(self.child("beat", [*celery, *beat], env=self.environment))

    def start(self):
        self.port = self.take_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment |= {
            "PORT": str(self.port),
            "SECRET_KEY": self.environment.get("SECRET_KEY") or self.secret_key(),
            "DEMO": self.environment.get("DEMO") or "1",
            "STATIC_ROOT": str(self.local / "static"),
            "DJANGO_SETTINGS_MODULE": "dev.settings" if self.is_debug else "nacka_portal.settings",
            "PYTHONUNBUFFERED": "1",
        }
        # Compiled modules halve the time of every start.
        self.environment.pop("PYTHONDONTWRITEBYTECODE", None)
        self.logs.mkdir(exist_ok=True)
        for log in self.logs.glob("*.log"):
            log.replace(log.with_suffix(".log.1"))

        self.sockets = sockets = services.socket_folder(self.local)
        if not self.environment.get("DATABASE_URL", "").strip():
            self.start_postgres(sockets)
        if not self.environment.get("REDIS_URL", "").strip():
            self.start_redis(sockets)
        prepare = self.child("setup", [sys.executable, "-m", "dev.prepare"], env=self.environment)
        if self.family.run_once(prepare) != 0:
            raise CannotStart("The portal was not started; the reason is above.")
        self.start_web()
        self.start_celery()

    def run(self):
        """Run until somebody stops it; return the exit code."""
        began = time.monotonic()
        self.local.mkdir(parents=True, exist_ok=True, mode=0o700)
        if self.is_running_already():
            return 0
        self.state.unlink(missing_ok=True)
        self.write_state()
        if reap(self.notes):
            self.console.say("portal", "Ended what an earlier start had left running.")
        guard = start_guard(self.notes)
        self.console.start()
        self.family = Family()
        try:
            self.start()
            self.write_state(url=self.url)
            seconds = time.monotonic() - began
            self.console.plain(
                f"\n  The portal is ready ({seconds:.0f} s):  {self.url}\n"
                "  Ctrl-C stops it and everything it started.\n"
            )
            self.family.look_after()
        except Stop:
            pass
        finally:
            with contextlib.suppress(OSError):  # the folder may have been removed meanwhile
                self.write_state()  # no address: another start waits for this one to end
            if self.family.must_stop.is_set():
                self.console.plain()
                self.console.say("portal", "Stopping.")
            self.family.end()
            self.notes.clear()
            if self.sockets and self.sockets.parent != self.local:
                shutil.rmtree(self.sockets, ignore_errors=True)
            self.state.unlink(missing_ok=True)
            if self.family.must_stop.is_set():
                self.console.say("portal", "Stopped; nothing is left running.")
            self.console.close()
            guard.dismiss()
        return 0


def main():
    try:
        sys.exit(Portal(os.environ).run())
    except CannotStart as error:
        sys.exit(f"\n{error}")
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
