"""The task that a handler is given."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from worker.values import File, decode_all


@dataclass(frozen=True, slots=True)
class Task:
    """One piece of work.

    Attributes:
        variables: plain values by name, see `worker.values`.
        element_id: the task in the diagram; ``process_id`` names the process.
        retries: how often it may still fail, this time included; ``None``: it never failed.
        properties: extension properties of the task in the diagram.
        lost: set when the task was cancelled or became another worker's meanwhile, so that a long
            handler can look and stop: its outcome does not count any more.
    """

    id: str
    topic: str
    variables: Mapping[str, object]
    element_id: str
    instance_id: str
    process_id: str
    definition_id: str
    execution_id: str
    business_key: str | None
    tenant_id: str | None
    priority: int
    retries: int | None
    locked_until: datetime
    properties: Mapping[str, str] = field(default_factory=dict)
    lost: threading.Event = field(default_factory=threading.Event, compare=False, repr=False)
    _read: Callable[[str, str], bytes] | None = field(default=None, compare=False, repr=False)

    @property
    def key(self) -> str:
        """The same for every attempt at this task: an idempotency key for other systems."""
        return self.id

    def read_file(self, name: str) -> bytes:
        """The bytes of the variable *name*, which is a `File`.

        Raises:
            KeyError: there is no such variable.
            TypeError: it is no file.
        """
        value = self.variables[name]
        if not isinstance(value, File):
            raise TypeError(f"The variable {name!r} is no file.")
        if value.data is not None or self._read is None:
            return value.data or b""
        return self._read(self.execution_id, name)


def read_task(told: Mapping[str, Any], read: Callable[[str, str], bytes]) -> Task:
    """A task as the server tells it; *read* gets the bytes of a variable of an execution."""
    return Task(
        id=told["id"],
        topic=told["topicName"],
        variables=decode_all(told.get("variables") or {}),
        element_id=told["activityId"],
        instance_id=told["processInstanceId"],
        process_id=told["processDefinitionKey"],
        definition_id=told["processDefinitionId"],
        execution_id=told["executionId"],
        business_key=told.get("businessKey"),
        tenant_id=told.get("tenantId"),
        priority=int(told.get("priority") or 0),
        retries=told.get("retries"),
        locked_until=datetime.fromisoformat(told["lockExpirationTime"]),
        properties=told.get("extensionProperties") or {},
        _read=read,
    )
