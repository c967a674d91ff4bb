"""Finds the Chromium that the tests marked ``browser`` drive."""

from __future__ import annotations

import os
import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome")
MISSING = "no Chromium found; install one or set LANEWAY_TEST_CHROMIUM to its path"
# Containers and CI run as root, where Chromium's own sandbox cannot start.
ARGUMENTS = ("--no-sandbox",)


def find_chromium() -> str | None:
    """Return the path of a Chromium, or ``None``."""
    named = os.environ.get("LANEWAY_TEST_CHROMIUM")
    return named or next(filter(None, map(shutil.which, NAMES)), None)
