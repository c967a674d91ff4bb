"""External tasks: everything that workers of Camunda 7 call."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from flask import Response
from flask.typing import ResponseReturnValue

from engine.commands.external_fetch import LONGEST_LOCK, MOST_TASKS, FetchOrder
from engine.core import Breakdown, LockedTask, Topic
from engine.errors import BadInput
from engine.queries.external_tasks import (
    ExternalTask,
    ExternalTaskFilter,
    ExternalTaskSort,
    Listing,
)
from engine.services.changes import Change, ChangeKind
from web.api.access import get_actor
from web.api.body import Body, read_body
from web.api.camunda7.door import (
    DONE,
    blueprint,
    definition_id,
    is_own_tenant,
    optional_flag,
    read_definition_id,
    read_filter,
    read_moment,
    read_order,
    read_window,
    refuse_filters,
    tenant_of,
    told,
)
from web.api.camunda7.values import (
    moment_text,
    read_value,
    read_variables,
    write_variables,
)
from web.extensions import get_engine
from web.parking import wait_for

LONGEST_POLL = timedelta(minutes=30)
INT32 = 2**31 - 1

_SORTS = {
    "id": ExternalTaskSort.ID,
    "lockExpirationTime": ExternalTaskSort.LOCK_EXPIRATION,
    "processInstanceId": ExternalTaskSort.INSTANCE,
    "processDefinitionId": ExternalTaskSort.DEFINITION,
    "processDefinitionKey": ExternalTaskSort.PROCESS,
    "tenantId": ExternalTaskSort.ID,
    "taskPriority": ExternalTaskSort.PRIORITY,
    "createTime": ExternalTaskSort.CREATED,
}
_ORDERS = {
    (True, False): FetchOrder.PRIORITY,
    (True, True): FetchOrder.PRIORITY_NEWEST,
    (False, False): FetchOrder.OLDEST,
    (False, True): FetchOrder.NEWEST,
}


@blueprint.post("/external-task/fetchAndLock")
def fetch_and_lock() -> ResponseReturnValue:
    """Lock tasks for a worker; without any, wait for one as long as the worker says."""
    body = read_body()
    worker = body.required_text("workerId")
    most = body.number("maxTasks", low=1, high=MOST_TASKS, default=1)
    patience = body.milliseconds("asyncResponseTimeout", most=LONGEST_POLL)
    order = _fetch_order(body)
    topics = [_topic(part) for part in body.parts("topics") if is_own_tenant(part)]
    engine, actor = get_engine(), get_actor()

    def look() -> list[LockedTask]:
        if not engine.has_free_work(topics, actor=actor):
            return []
        return engine.fetch_and_lock(worker, topics, actor=actor, max_tasks=most, order=order)

    def is_about(change: Change) -> bool:
        return change.kind is ChangeKind.EXTERNAL_TASKS and change.tenant_id == actor.tenant_id

    found = wait_for(look, seconds=patience.total_seconds(), about=is_about)
    return told(found, _locked)


@blueprint.post("/external-task/<task_id>/complete")
def complete(task_id: str) -> ResponseReturnValue:
    """The work is done."""
    body = read_body()
    get_engine().complete_external(
        task_id,
        worker_id=body.required_text("workerId"),
        actor=get_actor(),
        variables=read_variables(body.values.get("variables")),
        local_variables=read_variables(body.values.get("localVariables"), "localVariables"),
    )
    return DONE


@blueprint.post("/external-task/<task_id>/failure")
def fail(task_id: str) -> ResponseReturnValue:
    """The work failed; without retries a person is told."""
    body = read_body()
    breakdown = Breakdown(
        message=body.text("errorMessage"),
        details=body.text("errorDetails"),
        retries=body.number("retries", low=0, high=INT32, default=0),
        retry_timeout=body.milliseconds("retryTimeout", most=LONGEST_LOCK),
        variables=read_variables(body.values.get("variables")),
        local_variables=read_variables(body.values.get("localVariables"), "localVariables"),
    )
    worker = body.required_text("workerId")
    get_engine().fail_external(task_id, worker_id=worker, actor=get_actor(), breakdown=breakdown)
    return DONE


@blueprint.post("/external-task/<task_id>/bpmnError")
def throw_error(task_id: str) -> ResponseReturnValue:
    """The work ended with an error that the diagram may catch."""
    body = read_body()
    get_engine().throw_external(
        task_id,
        worker_id=body.required_text("workerId"),
        actor=get_actor(),
        code=body.required_text("errorCode"),
        message=body.text("errorMessage"),
        variables=read_variables(body.values.get("variables")),
    )
    return DONE


@blueprint.post("/external-task/<task_id>/extendLock")
def extend_lock(task_id: str) -> ResponseReturnValue:
    """The work takes longer."""
    body = read_body()
    duration = body.milliseconds("newDuration", most=LONGEST_LOCK)
    worker = body.required_text("workerId")
    get_engine().extend_lock(task_id, worker_id=worker, actor=get_actor(), duration=duration)
    return DONE


@blueprint.post("/external-task/<task_id>/lock")
def lock(task_id: str) -> ResponseReturnValue:
    """Lock one certain task."""
    body = read_body()
    duration = body.milliseconds("lockDuration", most=LONGEST_LOCK)
    worker = body.required_text("workerId")
    get_engine().lock_external(task_id, worker_id=worker, actor=get_actor(), duration=duration)
    return DONE


@blueprint.post("/external-task/<task_id>/unlock")
def unlock(task_id: str) -> ResponseReturnValue:
    """Give the task back; comes without a body."""
    get_engine().unlock(task_id, actor=get_actor())
    return DONE


@blueprint.route("/external-task", methods=["GET", "POST"])
def show_list() -> ResponseReturnValue:
    """Open tasks that match a filter."""
    given = read_filter()
    wanted = _filter(given)
    first, most = read_window()
    if not is_own_tenant(given):
        return []
    listing = Listing(read_order(given, _SORTS), first, most)
    return told(get_engine().find_external_tasks(wanted, listing, actor=get_actor()), _shown)


@blueprint.route("/external-task/count", methods=["GET", "POST"])
def count() -> ResponseReturnValue:
    """How many open tasks match a filter."""
    given = read_filter()
    wanted = _filter(given)
    if not is_own_tenant(given):
        return {"count": 0}
    return {"count": get_engine().count_external_tasks(wanted, actor=get_actor())}


@blueprint.get("/external-task/topic-names")
def show_topics() -> ResponseReturnValue:
    """Every topic for which a task waits."""
    return get_engine().external_topics(actor=get_actor())


@blueprint.get("/external-task/<task_id>")
def show(task_id: str) -> ResponseReturnValue:
    """One open task."""
    return _shown(get_engine().external_task(task_id, actor=get_actor()))


@blueprint.get("/external-task/<task_id>/errorDetails")
def show_error_details(task_id: str) -> ResponseReturnValue:
    """What the worker told of the last failure, as plain text."""
    found = get_engine().external_task(task_id, actor=get_actor())
    if not found.error_details:
        return DONE
    return Response(found.error_details, mimetype="text/plain")


@blueprint.put("/external-task/<task_id>/retries")
def set_retries(task_id: str) -> ResponseReturnValue:
    """How often the task is still tried."""
    retries = _required_number(read_body(), "retries", low=0)
    get_engine().set_external_retries(task_id, retries, actor=get_actor())
    return DONE


@blueprint.put("/external-task/<task_id>/priority")
def set_priority(task_id: str) -> ResponseReturnValue:
    """Which tasks are fetched first."""
    priority = _required_number(read_body(), "priority", low=-INT32)
    get_engine().set_external_priority(task_id, priority, actor=get_actor())
    return DONE


@blueprint.put("/external-task/retries")
def set_many_retries() -> ResponseReturnValue:
    """The retries of several tasks that are named by their ids."""
    body = read_body()
    retries = _required_number(body, "retries", low=0)
    ids = body.texts("externalTaskIds")
    if not ids:
        raise BadInput("externalTaskIds is missing: only tasks named by their ids can be changed.")
    for task_id in ids:
        get_engine().set_external_retries(task_id, retries, actor=get_actor())
    return DONE


def _required_number(body: Body, name: str, *, low: int) -> int:
    found = body.whole(name, low=low, high=INT32)
    if found is None:
        raise BadInput(f"The {name} are missing. Send {{{name!r}: number}}.")
    return found


def _fetch_order(body: Body) -> FetchOrder:
    by_age = read_order(body, {"createTime": True})
    # Without a wish the order is ours, and what is urgent is urgent.
    by_priority = body.flag("usePriority") or not by_age
    return _ORDERS[by_priority, bool(by_age) and by_age[0][1]]


def _topic(part: Body) -> Topic:
    given = part.variables("processVariables")
    return Topic(
        part.required_text("topicName"),
        lock_duration=part.milliseconds("lockDuration", most=LONGEST_LOCK),
        variables=part.texts("variables"),
        only_local=part.flag("localVariables"),
        business_key=part.text("businessKey") or None,
        definition_ids=tuple(
            read_definition_id(text)
            for text in _one_or_many(part, "processDefinitionId", "processDefinitionIdIn")
        ),
        process_ids=_one_or_many(part, "processDefinitionKey", "processDefinitionKeyIn"),
        version_tag=part.text("processDefinitionVersionTag"),
        process_variables={name: _plain(value, name) for name, value in given.items()},
        with_properties=part.flag("includeExtensionProperties"),
    )


def _plain(value: object, name: str) -> object:
    """A value of ``processVariables``: plain, or typed as other variables are."""
    return read_value(value, name) if isinstance(value, Mapping) and "value" in value else value


def _one_or_many(part: Body, one: str, many: str) -> tuple[str, ...]:
    single = part.text(one)
    several = part.texts(many) or ()
    if single and several:
        return (single,) if single in several else ("",)
    return (single,) if single else several


def _filter(given: Body) -> ExternalTaskFilter:
    refuse_filters(given, "processVariables", "processDefinitionName", "processDefinitionNameLike")
    definition = given.text("processDefinitionId")
    return ExternalTaskFilter(
        ids=_ids(given, "externalTaskId", "externalTaskIdIn", "executionId"),
        topic=given.text("topicName"),
        worker_id=given.text("workerId"),
        is_locked=optional_flag(given, "locked", "notLocked"),
        has_retries=optional_flag(given, "withRetriesLeft", "noRetriesLeft"),
        is_suspended=optional_flag(given, "suspended", "active"),
        locked_after=read_moment(given, "lockExpirationAfter"),
        locked_before=read_moment(given, "lockExpirationBefore"),
        element_ids=_ids(given, "activityId", "activityIdIn"),
        instance_ids=_ids(given, "processInstanceId", "processInstanceIdIn"),
        definition_id=read_definition_id(definition) if definition else "",
        process_ids=_ids(given, "processDefinitionKey", "processDefinitionKeyIn"),
        at_least=given.whole("priorityHigherThanOrEquals", low=-INT32, high=INT32),
        at_most=given.whole("priorityLowerThanOrEquals", low=-INT32, high=INT32),
    )


def _ids(given: Body, *names: str) -> tuple[str, ...] | None:
    """What several filters of the same thing leave: their intersection; ``None`` without any."""
    found: set[str] | None = None
    for name in names:
        wanted = given.texts(name) if name.endswith("In") else _single(given, name)
        if wanted is not None:
            found = set(wanted) if found is None else found & set(wanted)
    return None if found is None else tuple(sorted(found))


def _single(given: Body, name: str) -> tuple[str, ...] | None:
    text = given.text(name)
    return (text,) if text else None


def _shown(task: ExternalTask) -> dict[str, object]:
    return {
        **_common(task),
        "suspended": task.is_suspended,
        "lockExpirationTime": moment_text(task.locked_until),
        "workerId": task.worker_id,
    }


def _locked(task: LockedTask) -> dict[str, object]:
    return {
        **_common(task),
        "suspended": False,
        "lockExpirationTime": moment_text(task.locked_until),
        "workerId": task.worker_id,
        "errorDetails": task.error_details,
        "variables": write_variables(task.variables),
        "extensionProperties": dict(task.properties),
    }


def _common(task: ExternalTask | LockedTask) -> dict[str, object]:
    return {
        "id": task.id,
        "topicName": task.topic,
        "activityId": task.element_id,
        "activityInstanceId": f"{task.element_id}:{task.id}",
        # What runs the task is told by the task's own id: see `executions`.
        "executionId": task.id,
        "processInstanceId": task.instance_id,
        "processDefinitionId": definition_id(task.process_id, task.version, task.definition_id),
        "processDefinitionKey": task.process_id,
        "processDefinitionVersionTag": task.version_tag or None,
        "businessKey": task.business_key,
        "tenantId": tenant_of(task.tenant_id),
        "priority": task.priority,
        "retries": task.retries,
        "errorMessage": task.error_message,
        "createTime": moment_text(task.created_at),
    }
