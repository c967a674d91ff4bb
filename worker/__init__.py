"""Writes external workers for Laneway, or any engine that speaks Camunda 7's REST API, in Python.

    worker = Worker("http://localhost:8080/engine-rest", key="lw_...")

    @worker.task("archive-invoice")
    def archive(task: Task) -> dict[str, object]:
        return {"archiveNumber": store(task.variables["invoiceNumber"])}

    worker.run()

Needs nothing of Laneway but this package and urllib3.
"""

from worker.client import Client
from worker.errors import BpmnError, Failure, NotAllowed, TaskLost, WorkerError
from worker.running import Worker
from worker.task import Task
from worker.values import File

__all__ = [
    "BpmnError",
    "Client",
    "Failure",
    "File",
    "NotAllowed",
    "Task",
    "TaskLost",
    "Worker",
    "WorkerError",
]
