"""The reading half of `engine.core.Engine`: one thin method a question."""

from __future__ import annotations

from engine.queries.access_reading import AccessReading
from engine.queries.contract_reading import ContractReading
from engine.queries.decision_reading import DecisionReading
from engine.queries.deployments import DeploymentReading
from engine.queries.operation_reading import OperationReading
from engine.queries.people_reading import PeopleReading
from engine.queries.process_reading import ProcessReading
from engine.queries.search_reading import SearchReading
from engine.queries.task_reading import TaskReading
from engine.queries.worker_reading import WorkerReading


class Reading(
    TaskReading,
    ProcessReading,
    DecisionReading,
    ContractReading,
    DeploymentReading,
    OperationReading,
    WorkerReading,
    SearchReading,
    PeopleReading,
    AccessReading,
):
    """Questions about what is deployed, what runs and what happened; none of them changes anything.

    Every method takes the `Actor` who asks and raises `NotFound` for what is not there, and for
    what that actor may not know of. Lists take page numbers from 1 on, see `page.Window`.
    """
