"""A worker in a process of its own, and what SIGTERM does to it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.patience import PATIENCE, until

ROOT = Path(__file__).parents[2]
PROGRAM = Path(__file__).with_name("program.py")

pytestmark = [pytest.mark.acceptance, pytest.mark.slow]


def start(shop, folder: Path, **environment: str) -> subprocess.Popen:
    given = {**os.environ, "PYTHONPATH": str(ROOT), "URL": shop.url, "KEY": shop.key, **environment}
    return subprocess.Popen(
        [sys.executable, str(PROGRAM), str(folder)], env=given, stderr=subprocess.PIPE, text=True
    )


def test_sigterm_lets_what_runs_come_to_its_end(shop, tmp_path):
    first = shop.order()
    process = start(shop, tmp_path)
    until((tmp_path / "begun").exists)
    shop.order()
    process.send_signal(signal.SIGTERM)
    until((tmp_path / "stopping").exists)
    (tmp_path / "go").touch()
    _, log = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, log
    assert (tmp_path / "ended").exists()
    assert shop.values(first) == {"by": "charge"}
    (left,) = shop.work()
    assert left.worker_id is None
    assert "is done" in log


def test_wrong_credentials_end_the_process_with_an_error(shop, tmp_path):
    process = start(shop, tmp_path, KEY="lw_00000000_wrong")
    _, log = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1
    assert "NotAllowed" in log
