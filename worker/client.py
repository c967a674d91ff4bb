"""The calls of a worker over HTTP, each once: who calls decides whether to try again."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import urllib3
from urllib3.exceptions import HTTPError

from worker.errors import NotAllowed, Refused, ServerAway, TaskLost
from worker.task import Task, read_task
from worker.values import encode_all

Variables = Mapping[str, object]

CALL = timedelta(seconds=15)
"""How long an ordinary call may take."""

_SLACK = timedelta(seconds=10)
_AWAY = frozenset({408, 425, 429, 500, 502, 503, 504})


class Client:
    """Speaks with one server as one worker; safe to share between threads.

    Args:
        url: of the REST API, as ``http://localhost:8080/engine-rest``.
        worker_id: how the server knows this worker; no two that run at once may share one.
        key: an API key; or
        login: a login with its password.
        connections: how many calls at once.
    """

    def __init__(
        self,
        url: str,
        worker_id: str,
        *,
        key: str = "",
        login: tuple[str, str] | None = None,
        connections: int = 8,
    ) -> None:
        self.url = url.rstrip("/")
        self.worker_id = worker_id
        self._headers = {"Accept": "application/json", **_authorization(key, login)}
        self._pool = urllib3.PoolManager(maxsize=connections, retries=False)

    def fetch(
        self, topics: Sequence[Mapping[str, object]], *, most: int, patience: timedelta
    ) -> list[Task]:
        """Lock up to *most* tasks, waiting as long as *patience* for the first.

        Args:
            topics: as the REST API takes them (``topicName``, ``lockDuration``...).
            most: how many.
            patience: how long the server may wait.

        Raises:
            NotAllowed: the credentials are wrong, or may not do this.
            Refused: the server does not take what was asked.
            ServerAway: no answer, or one that is no list of tasks, as of a proxy in between.
        """
        body = {
            "workerId": self.worker_id,
            "maxTasks": most,
            "usePriority": True,
            "asyncResponseTimeout": _milliseconds(patience),
            "topics": list(topics),
        }
        path = "/external-task/fetchAndLock"
        answer = self._call("POST", path, body, timeout=patience + _SLACK)
        try:
            return [read_task(told, self._read) for told in _listed(answer)]
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ServerAway(f"{self.url} answers what is no list of tasks: {error!r}.") from error

    def complete(self, task_id: str, variables: Variables, local_variables: Variables) -> None:
        """The work is done.

        Raises:
            TaskLost: the task is over, or another worker's.
            NotAllowed, Refused, ServerAway: as of `fetch`.
        """
        body = {
            "variables": encode_all(variables),
            "localVariables": encode_all(local_variables),
        }
        self._handle(task_id, "complete", body)

    def fail(self, task_id: str, report: Mapping[str, object], variables: Variables) -> None:
        """The work failed; *report* as the REST API takes it (``errorMessage``, ``retries``...).

        Raises:
            TaskLost, NotAllowed, Refused, ServerAway: as of `complete`.
        """
        self._handle(task_id, "failure", {**report, "variables": encode_all(variables)})

    def throw(self, task_id: str, code: str, message: str, variables: Variables) -> None:
        """The work ended with an error that the diagram catches.

        Raises:
            TaskLost, NotAllowed, Refused, ServerAway: as of `complete`.
        """
        told = {"errorCode": code, "errorMessage": message, "variables": encode_all(variables)}
        self._handle(task_id, "bpmnError", told)

    def extend(self, task_id: str, duration: timedelta) -> None:
        """Hold the task for *duration* from now.

        Raises:
            TaskLost, NotAllowed, Refused, ServerAway: as of `complete`.
        """
        self._handle(task_id, "extendLock", {"newDuration": _milliseconds(duration)})

    def unlock(self, task_id: str) -> None:
        """Give the task back.

        Raises:
            TaskLost, NotAllowed, Refused, ServerAway: as of `complete`.
        """
        self._handle(task_id, "unlock", {})

    def _handle(self, task_id: str, verb: str, body: Mapping[str, object]) -> None:
        path = f"/external-task/{quote(task_id, safe='')}/{verb}"
        self._call("POST", path, {"workerId": self.worker_id, **body}, is_handling=True)

    def _read(self, execution_id: str, name: str) -> bytes:
        where = quote(execution_id, safe=""), quote(name, safe="")
        return self._call("GET", "/execution/{}/localVariables/{}/data".format(*where))

    def _call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        timeout: timedelta = CALL,
        is_handling: bool = False,
    ) -> bytes:
        try:
            answer = self._pool.request(
                method,
                f"{self.url}{path}",
                headers=self._headers,
                timeout=timeout.total_seconds(),
                redirect=False,
                json=body,
            )
        except HTTPError as error:
            raise ServerAway(f"{self.url} does not answer: {error}") from error
        if answer.status < 300:
            return answer.data
        raise _refusal(answer, is_handling=is_handling)


def _refusal(answer: urllib3.BaseHTTPResponse, *, is_handling: bool) -> Exception:
    """Which error an answer is."""
    told = f"{answer.status}: {_message(answer.data)}"
    if answer.status in {401, 403}:
        return NotAllowed(told)
    if answer.status in _AWAY:
        return ServerAway(told, retry_after=_asked(answer.headers.get("Retry-After", "")))
    # 400 is said of what cannot be read, and of a task that another worker holds.
    is_read = is_handling and _type(answer.data) != "InvalidRequestException"
    if answer.status == 404 or (answer.status == 400 and is_read):
        return TaskLost(told)
    return Refused(told)


def _listed(data: bytes) -> list[Any]:
    found = json.loads(data)
    if not isinstance(found, list):
        raise TypeError(f"a {type(found).__name__}")
    return found


def _told(data: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(data)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _message(data: bytes) -> str:
    return str(_told(data).get("message") or data[:200].decode("utf-8", "replace"))


def _type(data: bytes) -> str:
    return str(_told(data).get("type") or "")


def _asked(text: str) -> timedelta | None:
    return timedelta(seconds=int(text)) if text.isdecimal() else None


def _milliseconds(length: timedelta) -> int:
    return length // timedelta(milliseconds=1)


def _authorization(key: str, login: tuple[str, str] | None) -> dict[str, str]:
    if key:
        return {"Authorization": f"Bearer {key}"}
    if login is None:
        return {}
    text = ":".join(login).encode()
    return {"Authorization": f"Basic {base64.b64encode(text).decode('ascii')}"}
