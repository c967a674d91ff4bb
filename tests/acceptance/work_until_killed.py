"""A process that starts and completes without end; the test kills it at a random moment.

usage: python -m tests.acceptance.work_until_killed DATABASE_URL
"""

from __future__ import annotations

import itertools
import sys
from pathlib import Path

from engine.actor import Actor
from engine.core import Engine, File
from engine.queries.tasks import TaskFilter, TaskList
from engine.services.handlers import WorkItem

HERE = Path(__file__).parent
ADMIN = Actor("ada", is_admin=True)


def charge(item: WorkItem) -> dict[str, object]:
    """Do nothing, which takes no time."""
    return {"charged": item.key}


def main(url: str) -> None:
    """Work until someone ends it."""
    engine = Engine.open(url, handlers={"charge": charge})
    engine.deploy([File("order.bpmn", (HERE / "order.bpmn").read_bytes())], actor=ADMIN)
    executor = engine.executor()
    executor.start()
    for number in itertools.count():
        engine.start("order", actor=ADMIN, variables={"nr": number})
        for task in engine.tasks(TaskFilter(list=TaskList.ALL), actor=ADMIN, size=3).items:
            engine.complete_task(task.id, actor=ADMIN, variables={"by": number})
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1])
