"""What a handler or connector is given: the job with what its task sees and says."""

from __future__ import annotations

from bpmn.model import ProcessModel, Work, WorkKind
from engine.commands.run_job import Job
from engine.commands.transaction import Tools
from engine.errors import NotFound
from engine.runtime.run import properties_of
from engine.runtime.working import CONNECTOR
from engine.services.handlers import WorkItem
from engine.store import codec
from engine.store.load import RowSnapshot, read_instance
from engine.store.scopes import readable_variables


def work_item(tools: Tools, job: Job) -> WorkItem:
    """The call that *job* is, with the variables as they are now.

    Raises:
        NotFound: its instance is gone.
    """
    if job.instance_id is None:
        raise NotFound("process instance of job", job.id)
    with tools.database.reading() as connection:
        row = read_instance(connection, job.instance_id)
        snapshot = RowSnapshot(connection, row)
        model = tools.models.get(connection, job.definition_id).model
        seen = readable_variables(snapshot, job.scope, model.dialect)
    return WorkItem(
        instance_id=job.instance_id,
        element_id=job.element_id,
        variables=seen,
        arguments=codec.decode_map(job.arguments),
        key=job.id,
        now=tools.clock.now(),
        attempts_left=job.retries - 1,
        tenant_id=job.tenant_id,
        definition_id=job.definition_id,
        dialect=model.dialect,
        work=_work_of(model, job),
        properties={**properties_of(snapshot.instance), "currentActivityId": job.element_id},
    )


def _work_of(model: ProcessModel, job: Job) -> Work | None:
    """What the diagram says of the job's call, ``None`` when it is that of a listener."""
    node = model.node.get(job.element_id)
    if node is None:
        return None
    kind = WorkKind.CONNECTOR if job.handler.startswith(CONNECTOR) else WorkKind.HANDLER
    return next((work for work in node.works if work.kind is kind), None)
