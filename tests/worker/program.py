"""A worker as a program of its own: begins, waits for a file, and ends."""

from __future__ import annotations

import logging
import os
import sys
import time
from datetime import timedelta
from pathlib import Path

from worker import Task, Worker

HERE = Path(sys.argv[1])
logging.basicConfig(level=logging.INFO)
worker = Worker(os.environ["URL"], key=os.environ["KEY"], threads=1)


@worker.task("charge", lock=timedelta(seconds=30))
def charge(task: Task) -> dict[str, object]:
    """Say that it has begun, and go on when told."""
    (HERE / "begun").touch()
    while not (HERE / "go").exists():
        if worker._stopping.is_set():
            (HERE / "stopping").touch()
        time.sleep(0.02)
    return {"by": task.topic}


worker.run()
(HERE / "ended").touch()
