"""What a worker tells the server of an attempt, as something that can be told again."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping
from datetime import timedelta

from worker.client import Client
from worker.errors import BpmnError, Failure
from worker.task import Task
from worker.topic import Topic

LONGEST_DETAILS = 20_000

Report = Callable[[Client, Task], str]
"""Tells the server; what became of the task, for the log."""


def attempt(topic: Topic, task: Task) -> Report:
    """Run the handler; what to tell of it."""
    try:
        found = topic.handler(task)
    except BpmnError as error:
        return _thrown(error)
    except Failure as error:
        return failed(topic, task, error)
    except Exception as error:  # noqa: BLE001 - a handler may raise whatever it likes
        details = traceback.format_exc()[-LONGEST_DETAILS:]
        return failed(topic, task, Failure(_words(error), details))
    return _completed(found or {})


def failed(topic: Topic, task: Task, failure: Failure) -> Report:
    """The work failed, with what the handler did not say filled in from the topic."""
    left = topic.retries_left(task) if failure.retries is None else failure.retries
    pause = topic.pause(task) if failure.retry_after is None else failure.retry_after
    said = {
        "errorMessage": failure.message,
        "errorDetails": failure.details,
        "retries": left,
        "retryTimeout": pause // timedelta(milliseconds=1) if left else 0,
    }

    def tell(client: Client, task: Task) -> str:
        client.fail(task.id, said, failure.variables)
        return f"failed ({left} tries left): {failure.message}"

    return tell


def unstorable(topic: Topic, task: Task, error: Exception) -> Report:
    """What the handler gave cannot be stored; its own variables are left out of the report."""
    return failed(topic, task, Failure(_words(error)))


def _completed(variables: Mapping[str, object]) -> Report:
    def tell(client: Client, task: Task) -> str:
        client.complete(task.id, variables, {})
        return "is done"

    return tell


def _thrown(error: BpmnError) -> Report:
    def tell(client: Client, task: Task) -> str:
        client.throw(task.id, error.code, error.message, error.variables)
        return f"ended with the error {error.code}"

    return tell


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
