"""What a user of camunda-external-task-client-python3 writes; run as a program of its own."""

from __future__ import annotations

import os
import sys

from camunda.external_task.external_task import ExternalTask, TaskResult
from camunda.external_task.external_task_worker import ExternalTaskWorker, NoExternalTaskFound

CONFIG = {
    "maxTasks": 10,
    "lockDuration": 60_000,
    "asyncResponseTimeout": 1_000,
    "httpTimeoutMillis": 60_000,
    "auth_basic": {"username": "ada", "password": os.environ["PASSWORD"]},
}

worker = ExternalTaskWorker("python", os.environ["ADDRESS"] + "/engine-rest", CONFIG)
seen: list[tuple[str | None, str]] = []


def work(task: ExternalTask) -> TaskResult:
    """Fail at first, complete the second time; poor customers are errors."""
    key = task.get_business_key()
    seen.append((key, task.get_extension_property("desk")))
    if key == "poor":
        return task.bpmn_error("NO_MONEY", "empty", {"left": 0})
    if seen.count((key, "cash")) == 1:
        return task.failure("closed", "until nine", max_retries=2, retry_timeout=0)
    values = task.get_variables()
    assert (values["amount"], values["when"]) == (5, "2026-01-05T08:00:00.000+0000")
    return task.complete({"paid": 10, "data": {"a": [1]}, "flag": True}, {"note": "here"})


while len(seen) < 3:
    worker.fetch_and_execute("charge", work)
try:
    worker.fetch_and_execute("charge", work)
except NoExternalTaskFound:
    sys.stdout.write("all done")
