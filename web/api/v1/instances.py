"""Process instances: start, list, one with history and variables, cancel, suspend, resume."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import request, url_for

from engine.core import Order, Which
from engine.errors import BadInput
from engine.queries.instances import InstanceFilter, InstanceRow
from engine.runtime.state import Status
from web.api.access import get_actor
from web.api.v1.door import NO_CONTENT, answer, blueprint, page_of
from web.api.v1.schemas.base import Reason, Variables, page
from web.api.v1.schemas.running import (
    Elements,
    History,
    HistoryQuery,
    Instance,
    InstanceDetail,
    InstanceQuery,
    ScopeQuery,
    StartOrder,
)
from web.api.values import plain_map
from web.extensions import get_engine


@blueprint.post("/instances")
@blueprint.input(StartOrder, arg_name="order")
@blueprint.output(Instance, status_code=201)
@blueprint.doc(tags=["Instances"], summary="Start an instance")
def start_instance(order: dict[str, Any]) -> Any:
    """Start an instance.

    With the header ``Idempotency-Key`` the same call may be repeated for seven days: it starts one
    instance, and every further call answers that one with status 200.
    """
    if not order["process_id"] and not order["definition_id"]:
        raise BadInput("Say which process: 'process_id' or 'definition_id'.")
    engine, actor = get_engine(), get_actor()
    which = Which(order["process_id"], order["version"], order["definition_id"])
    key = request.headers.get("Idempotency-Key")
    status = 201
    if key is None:
        instance = engine.start(
            which.process_id,
            actor=actor,
            variables=order["variables"],
            business_key=order["business_key"],
            version=which.version,
            definition_id=which.definition_id,
        )
    else:
        wanted = Order(which, order["variables"], order["business_key"])
        started = engine.start_once(key, wanted, actor=actor)
        instance, status = started.instance_id, 201 if started.is_new else 200
    row = engine.instance_row(instance, actor=actor)
    here = url_for("v1.show_instance", instance_id=instance)
    return _shown(row), status, {"Location": here}


@blueprint.get("/instances")
@blueprint.input(InstanceQuery, location="query", arg_name="query")
@blueprint.output(page(Instance))
@blueprint.doc(tags=["Instances"], summary="List instances")
def list_instances(query: dict[str, Any]) -> Any:
    """Instances that the caller may see, newest first."""
    names = ("process_id", "definition_id", "business_key", "initiator", "text")
    flags = ("is_open", "with_incidents", "only_roots")
    times = ("started_from", "started_before")
    wanted = InstanceFilter(
        status=Status(query["status"]) if query["status"] else None,
        **{name: query[name] for name in (*names, *flags, *times)},
    )
    return answer(get_engine().instances(wanted, actor=get_actor(), **page_of(query)), _shown)


@blueprint.get("/instances/<instance_id>")
@blueprint.output(InstanceDetail)
@blueprint.doc(tags=["Instances"], summary="One instance and where it stands")
def show_instance(instance_id: str) -> dict[str, object]:
    """One instance: its row, where its tokens wait, what it called."""
    found = get_engine().instance(instance_id, actor=get_actor())
    return {
        **_shown(found.row),
        "tokens": [asdict(token) for token in found.tokens],
        "called": [asdict(called) for called in found.called],
        "may_read_variables": found.may_read_variables,
    }


@blueprint.get("/instances/<instance_id>/elements")
@blueprint.output(Elements)
@blueprint.doc(tags=["Instances"], summary="Where an instance is and was")
def list_elements(instance_id: str) -> dict[str, object]:
    """Each visit of each element, with when it began and ended."""
    return {"items": [asdict(e) for e in get_engine().elements(instance_id, actor=get_actor())]}


@blueprint.get("/instances/<instance_id>/history")
@blueprint.input(HistoryQuery, location="query", arg_name="query")
@blueprint.output(History)
@blueprint.doc(tags=["Instances"], summary="What happened in an instance")
def list_history(instance_id: str, query: dict[str, Any]) -> dict[str, object]:
    """Events, oldest first; internal data is for who may read the instance's variables."""
    engine, actor = get_engine(), get_actor()
    may_read = engine.instance(instance_id, actor=actor).may_read_variables
    found = engine.timeline(instance_id, actor=actor, after_seq=query["after"], size=query["limit"])
    items = [
        {
            "seq": event.seq,
            "kind": event.kind,
            "element_id": event.element_id,
            "actor": event.actor,
            "at": event.at,
            "data": plain_map(event.data) if may_read else {},
        }
        for event in found.items
    ]
    return {"items": items, "next": found.next}


@blueprint.get("/instances/<instance_id>/variables")
@blueprint.input(ScopeQuery, location="query", arg_name="query")
@blueprint.output(Variables)
@blueprint.doc(tags=["Instances"], summary="Variables of an instance")
def show_variables(instance_id: str, query: dict[str, Any]) -> dict[str, object]:
    """Variables of the process or of one scope; the last ones when it is over."""
    return {"variables": _values(instance_id, query["scope"])}


@blueprint.patch("/instances/<instance_id>/variables")
@blueprint.input(ScopeQuery, location="query", arg_name="query")
@blueprint.input(Variables, arg_name="sent")
@blueprint.output({}, status_code=204)
@blueprint.doc(tags=["Instances"], summary="Write variables of an instance")
def write_variables(
    instance_id: str, query: dict[str, Any], sent: dict[str, Any]
) -> tuple[str, int]:
    """Write variables into exactly that scope; those that are not named stay."""
    get_engine().set_variables(
        instance_id, sent["variables"], actor=get_actor(), scope=query["scope"]
    )
    return NO_CONTENT


@blueprint.post("/instances/<instance_id>/cancel")
@blueprint.input(Reason, arg_name="sent")
@blueprint.output({}, status_code=204)
@blueprint.doc(tags=["Instances"], summary="End an instance")
def cancel_instance(instance_id: str, sent: dict[str, Any]) -> tuple[str, int]:
    """End the instance and everything that it called."""
    get_engine().cancel_instance(instance_id, actor=get_actor(), reason=sent["reason"])
    return NO_CONTENT


@blueprint.post("/instances/<instance_id>/suspend")
@blueprint.output({}, status_code=204)
@blueprint.doc(tags=["Instances"], summary="Stop an instance for now")
def suspend_instance(instance_id: str) -> tuple[str, int]:
    """Nothing in it goes on until it is resumed."""
    get_engine().suspend_instance(instance_id, actor=get_actor())
    return NO_CONTENT


@blueprint.post("/instances/<instance_id>/resume")
@blueprint.output({}, status_code=204)
@blueprint.doc(tags=["Instances"], summary="Let a suspended instance go on")
def resume_instance(instance_id: str) -> tuple[str, int]:
    """The opposite of suspend."""
    get_engine().resume_instance(instance_id, actor=get_actor())
    return NO_CONTENT


def _values(instance_id: str, scope: int) -> dict[str, object]:
    return plain_map(get_engine().instance_values(instance_id, actor=get_actor(), scope=scope))


def _shown(row: InstanceRow) -> dict[str, object]:
    return {**asdict(row), "status": row.status.value}
