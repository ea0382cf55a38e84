"""`make clean`: remove what was installed and made in this folder, the demo database too."""

import fcntl
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MADE = [".local", ".venv", "node_modules", "staticfiles", "test-results", ".pytest_cache"]
MADE += [".ruff_cache", ".import_linter_cache", ".hypothesis"]


def is_running():
    try:
        with (ROOT / ".local" / "run.lock").open() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


if __name__ == "__main__":
    if is_running():
        sys.exit("The portal is running from this folder. Stop it with Ctrl-C first.")
    for name in MADE:
        shutil.rmtree(ROOT / name, ignore_errors=True)
    for folder in list(ROOT.rglob("__pycache__")):
        shutil.rmtree(folder, ignore_errors=True)
    for compiled in (ROOT / "locale").rglob("*.mo"):
        compiled.unlink()
