"""Clients of other makers, from npm: installed once from the lock, run by Node."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.patience import PATIENCE, until
from tests.support.ports import free_port

ROOT = Path(__file__).parents[2]
FOLDER = Path(__file__).parents[1] / "clients"
_LOCK = FOLDER / "package-lock.json"
_INSTALLED = FOLDER / "node_modules" / ".package-lock.json"


def install() -> Path:
    """The folder with the clients, whose packages are installed; skips where there is no npm."""
    if not (shutil.which("npm") and shutil.which("node")):
        pytest.skip("npm is missing: install Node 20 or newer to run the clients.")
    with (FOLDER / ".npmrc").open() as locked:
        # Several test processes share the folder.
        fcntl.flock(locked, fcntl.LOCK_EX)
        if not _INSTALLED.exists() or _INSTALLED.stat().st_mtime < _LOCK.stat().st_mtime:
            found = subprocess.run(
                ["npm", "ci"], cwd=FOLDER, check=False, capture_output=True, text=True
            )
            if found.returncode:
                pytest.skip(f"npm cannot install the clients: {found.stderr[-300:]}")
            _INSTALLED.touch()
    return FOLDER


@contextmanager
def serving(url: str) -> Iterator[str]:
    """`laneway run` over the database at *url*, as a process of its own; its address."""
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "engine.cli", "run", "--port", str(port), "--database", url],
        cwd=ROOT,
        env={**os.environ, "LANEWAY_SECRET_KEY": "k" * 32},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        until(lambda: server.poll() is not None or _answers(f"{address}/readyz"))
        assert server.poll() is None, "the server ended by itself"
        yield address
        server.terminate()
        server.wait(PATIENCE)
    finally:
        server.kill()
        server.wait()


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=PATIENCE) as response:
            return bool(response.status == 200)
    except OSError:
        return False


def run_node(script: Path, environment: Mapping[str, str]) -> str:
    """Run *script* beside the clients; what it printed.

    Raises:
        AssertionError: it failed; tells all that it printed.
    """
    folder = install()
    found = subprocess.run(
        ["node", str(script)],
        cwd=folder,
        env={**os.environ, "NODE_PATH": str(folder / "node_modules"), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=4 * PATIENCE,
        check=False,
    )
    assert found.returncode == 0, found.stdout[-8_000:]
    return found.stdout
