"""Jobs: list, retry, suspend, resume."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from engine.queries.jobs import JobFilter
from web.api.access import get_actor
from web.api.v1.door import NO_CONTENT, answer, blueprint, page_of
from web.api.v1.schemas.base import page
from web.api.v1.schemas.operating import Job, JobQuery, Retries
from web.extensions import get_engine


@blueprint.get("/jobs")
@blueprint.input(JobQuery, location="query", arg_name="query")
@blueprint.output(page(Job))
@blueprint.doc(tags=["Jobs"], summary="List waiting jobs")
def list_jobs(query: dict[str, Any]) -> Any:
    """Timers, continuations and calls that wait, in due order."""
    wanted = JobFilter(query["instance_id"], query["definition_id"], query["kind"] or "")
    return answer(get_engine().jobs(wanted, actor=get_actor(), **page_of(query)), asdict)


@blueprint.post("/jobs/<job_id>/retry")
@blueprint.input(Retries, arg_name="sent")
@blueprint.output({}, status_code=204)
@blueprint.doc(tags=["Jobs"], summary="Give a job attempts again")
def retry_job(job_id: str, sent: dict[str, Any]) -> tuple[str, int]:
    """The job is due now and has that many attempts; its incident is over."""
    get_engine().retry_job(job_id, actor=get_actor(), retries=sent["retries"])
    return NO_CONTENT


@blueprint.post("/jobs/<job_id>/suspend")
@blueprint.output({}, status_code=204)
@blueprint.doc(tags=["Jobs"], summary="Hold a job back")
def suspend_job(job_id: str) -> tuple[str, int]:
    """Nobody runs it until it is resumed."""
    get_engine().suspend_job(job_id, actor=get_actor())
    return NO_CONTENT


@blueprint.post("/jobs/<job_id>/resume")
@blueprint.output({}, status_code=204)
@blueprint.doc(tags=["Jobs"], summary="Let a suspended job run")
def resume_job(job_id: str) -> tuple[str, int]:
    """The opposite of suspend."""
    get_engine().resume_job(job_id, actor=get_actor())
    return NO_CONTENT
