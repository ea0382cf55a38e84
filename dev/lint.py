"""`make lint`: every check that needs no test run. All of them run; each fault is told once."""

import os
import secrets
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from dev.services import ROOT

BIN = Path(sys.executable).parent

# As in production, to no server: what is checked here asks no database.
PRODUCTION = {
    "DATABASE_URL": "postgresql://portal@127.0.0.1:1/portal",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "SECRET_KEY": secrets.token_urlsafe(50),
    "ALLOWED_HOSTS": "portal.example.org",
    "BASE_URL": "https://portal.example.org",
    "DJANGO_SETTINGS_MODULE": "nacka_portal.settings",
}
LEFT_OUT = {"DEMO", "DEBUG", "PYTHONDONTWRITEBYTECODE"}

MANAGE = [sys.executable, "-W", "ignore::RuntimeWarning", "manage.py"]
CHECKS = {
    "ruff check": [BIN / "ruff", "check", "--quiet", "."],
    "ruff format": [BIN / "ruff", "format", "--check", "--quiet", "."],
    "imports": [BIN / "lint-imports", "--no-cache"],
    "templates": [BIN / "djlint", "templates", "--lint", "--quiet"],
    "catalogue": [sys.executable, "-m", "dev.messages", "--check"],
    "migrations": [*MANAGE, "makemigrations", "--check", "--dry-run"],
    "deployment": [*MANAGE, "check", "--deploy", "--fail-level", "WARNING"],
}


def environment():
    kept = {name: value for name, value in os.environ.items() if name not in LEFT_OUT}
    return kept | PRODUCTION


def run(check):
    name, command = check
    began = time.monotonic()
    result = subprocess.run(
        command,
        cwd=ROOT,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    return name, result.returncode, result.stdout, time.monotonic() - began


def main():
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 2) as pool:
        results = list(pool.map(run, CHECKS.items()))
    for name, code, output, seconds in results:
        print(f"{'ok  ' if code == 0 else 'FAIL'}  {name} ({seconds:.1f} s)", flush=True)
        if code:
            print(output.strip() + "\n", flush=True)
    sys.exit(any(code for _name, code, _output, _seconds in results))


if __name__ == "__main__":
    main()
