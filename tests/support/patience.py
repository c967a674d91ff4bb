"""How long a test waits for what is sure to come.

One number for all: only a broken program lets a test wait so long, so that it may be generous. A
machine that is shared with others can stop a process for many seconds.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

PATIENCE = 60.0
"""Seconds."""

LOOK = 0.05


def until(question: Callable[[], T]) -> T:
    """The first true answer, asked for again and again.

    Raises:
        AssertionError: there was none within `PATIENCE` seconds.
    """
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        answer = question()
        if answer:
            return answer
        time.sleep(LOOK)
    raise AssertionError(f"not true within {PATIENCE:.0f} s")
