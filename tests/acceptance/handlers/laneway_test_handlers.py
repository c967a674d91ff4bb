"""Handlers for worker processes of the tests; installed by being on the path.

What they do is seen in the folder that ``LANEWAY_TEST_FOLDER`` names: one line a call in ``calls``.
"""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from engine.services.handlers import WorkItem


def _folder() -> Path:
    return Path(os.environ["LANEWAY_TEST_FOLDER"])


def _write(word: str, item: WorkItem) -> None:
    with (_folder() / "calls").open("a") as calls:
        calls.write(f"{word} {item.key}\n")


def note(item: WorkItem) -> None:
    """Only tell that it was called."""
    _write("note", item)


def pause(_item: WorkItem) -> None:
    """Wait as for another system's answer."""
    time.sleep(0.05)


def hold(item: WorkItem) -> None:
    """Work until the file ``go`` is there."""
    _write("begun", item)
    while not (_folder() / "go").exists():
        time.sleep(0.05)
    _write("done", item)


def ignore(item: WorkItem) -> None:
    """Hang, and do not react to being asked to stop."""
    _write("ignored", item)
    signal.signal(signal.SIGUSR1, signal.SIG_IGN)
    while True:
        time.sleep(1)


def die(item: WorkItem) -> None:
    """Take the process along, as what needs too much memory does."""
    _write("died", item)
    os.kill(os.getpid(), signal.SIGKILL)
