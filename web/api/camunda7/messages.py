"""Messages and signals from outside."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from engine.core import Address
from engine.errors import BadInput
from web.api.access import get_actor
from web.api.body import Body, read_body
from web.api.camunda7.door import DONE, blueprint, require_own_tenant, tenant_of
from web.api.camunda7.instances import tell_instance
from web.api.camunda7.values import read_variables, write_variables
from web.extensions import get_engine


@blueprint.post("/message")
def correlate() -> ResponseReturnValue:
    """Deliver a message to the one instance that waits for it, or start one."""
    body = read_body()
    _check_message(body)
    engine, actor = get_engine(), get_actor()
    address = Address(
        instance_id=body.text("processInstanceId") or None,
        business_key=body.text("businessKey") or None,
        correlation=read_variables(body.values.get("correlationKeys"), "correlationKeys"),
    )
    reached = engine.reach(
        body.required_text("messageName"),
        actor=actor,
        to=address,
        variables=read_variables(body.values.get("processVariables"), "processVariables"),
    )
    if not body.flag("resultEnabled"):
        return DONE
    row = engine.instance_row(reached.instance_id, actor=actor)
    is_new = reached.is_new
    result: dict[str, object] = {
        "resultType": "ProcessDefinition" if is_new else "Execution",
        "execution": None if is_new else _execution(row.id, is_over=not row.is_open),
        "processInstance": tell_instance(row) if is_new else None,
    }
    if body.flag("variablesInResultEnabled"):
        result["variables"] = write_variables(engine.instance_values(row.id, actor=actor))
    return [result]


@blueprint.post("/signal")
def signal() -> ResponseReturnValue:
    """Deliver a signal to everybody who waits for it."""
    body = read_body()
    if body.text("executionId"):
        raise BadInput(
            "executionId: a signal to one execution is not supported. Leave it out, or send a "
            "message."
        )
    _check_tenant(body)
    get_engine().broadcast_signal(
        body.required_text("name"),
        actor=get_actor(),
        variables=read_variables(body.values.get("variables")),
    )
    return DONE


def _check_message(body: Body) -> None:
    _check_tenant(body)
    if not body.text("messageName"):
        raise BadInput("No message name supplied")
    if body.flag("all"):
        raise BadInput("all: a message reaches exactly one receiver here. Leave it out.")
    for name in (
        "localCorrelationKeys",
        "processVariablesLocal",
        "processVariablesToTriggeredScope",
    ):
        if body.values.get(name):
            raise BadInput(f"{name} is not supported yet. Leave it out.")


def _check_tenant(body: Body) -> None:
    tenant = body.text("tenantId")
    if tenant and body.flag("withoutTenantId"):
        raise BadInput("Parameter 'tenantId' cannot be used together with 'withoutTenantId'.")
    require_own_tenant(tenant)


def _execution(instance_id: str, *, is_over: bool) -> dict[str, object]:
    return {
        "id": instance_id,
        "processInstanceId": instance_id,
        "ended": is_over,
        "tenantId": tenant_of(get_actor().tenant_id),
    }
