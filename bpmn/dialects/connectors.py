"""Calls of connectors as vendors draw them: what is given, and what becomes of the answer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from bpmn.dialects.base import attribute, find, inside
from bpmn.dialects.camunda7_values import parameters
from bpmn.dialects.languages import Use, expression
from bpmn.model import (
    Argument,
    ConnectorCall,
    Dialect,
    Expression,
    Extension,
    ListValue,
    MapValue,
    Value,
    Variable,
)

PREFIXES = ("connector:", "laneway:")
"""A job type that begins so names a connector of ours."""

CONTRACT = "contract:"
"""A job type, or a connector's name, that begins so names the contract of a call."""

REST = "io.camunda:http-json:1"
"""Job type of Camunda 8's REST connector."""

SPIFF_HTTP = frozenset(
    f"http/{method}Request{version}"
    for method in ("Get", "Head", "Post", "Put", "Patch", "Delete")
    for version in ("", "V2")
)
"""Operators of SpiffWorkflow's http connector."""

_SPIFF_SECRET = re.compile(r"SPIFF_SECRET:(\w+)")


def camunda7(connector: Extension) -> tuple[str, ConnectorCall]:
    """Id and call of a ``camunda:connector`` element; the id is empty when it has none."""
    identity = find(connector.children, "camunda:connectorId")
    inputs, outputs = parameters(find(connector.children, "camunda:inputOutput"))
    call = ConnectorCall(tuple(map(_argument, inputs)), outputs)
    return identity.text.strip() if identity else "", call


def camunda7_fields(fields: Iterable[tuple[str, Value]]) -> ConnectorCall:
    """The call of a task with ``camunda:type`` and fields, as Activiti drew mail tasks."""
    return ConnectorCall(tuple(_argument(Variable(name, value)) for name, value in fields))


def camunda8(job_type: Expression, extensions: tuple[Extension, ...]) -> ConnectorCall | None:
    """The call that a task definition of this type makes, ``None`` for an external worker's."""
    name = job_type.text
    is_ours = name == REST or name.startswith((*PREFIXES, CONTRACT))
    if job_type.language != "literal" or not is_ours:
        return None
    headers = {
        attribute(header, "key"): header
        for header in inside(extensions, "zeebe:taskHeaders", "zeebe:header")
    }
    return ConnectorCall(
        tuple(_inputs(extensions)),
        result_variable=attribute(headers.get("resultVariable"), "value").strip(),
        result=_feel(headers.get("resultExpression")),
        error=_feel(headers.get("errorExpression")),
        backoff=attribute(headers.get("retryBackoff"), "value").strip(),
    )


def name_of(job_type: str) -> str:
    """The connector or contract that a job type of ours names."""
    for prefix in PREFIXES:
        job_type = job_type.removeprefix(prefix)
    return job_type


def _inputs(extensions: tuple[Extension, ...]) -> Iterator[Argument]:
    """Input mappings write local variables; a connector is given those, as a worker is."""
    drawn: dict[str, list[str]] = {}
    line = 0
    for element in inside(extensions, "zeebe:ioMapping", "zeebe:input"):
        name = attribute(element, "target").partition(".")[0]
        drawn.setdefault(name, []).append(attribute(element, "source"))
        line = element.line
    for name, texts in drawn.items():
        yield Argument(name, Expression(name, "variable", line), tuple(texts))


def _feel(header: Extension | None) -> Expression | None:
    text = attribute(header, "value").strip()
    if header is None or not text:
        return None
    return Expression(text.removeprefix("=").strip(), "feel", header.line)


def spiff(operator: Extension) -> ConnectorCall | None:
    """The call of a service task operator, ``None`` for one that a handler does."""
    if attribute(operator, "id") not in SPIFF_HTTP:
        return None
    found = inside(operator.children, "spiffworkflow:parameters", "spiffworkflow:parameter")
    arguments = (_parameter(element) for element in found if attribute(element, "value").strip())
    return ConnectorCall(
        tuple(arguments), result_variable=attribute(operator, "resultVariable").strip()
    )


def _parameter(element: Extension) -> Argument:
    # SpiffArena's words for what Camunda and we write {{secrets.NAME}}.
    text = _SPIFF_SECRET.sub(r"{{secrets.\1}}", attribute(element, "value"))
    value = expression(text, Dialect.SPIFF, use=Use.FORMAL, line=element.line)
    return Argument(attribute(element, "id"), value, (text,))


def _argument(given: Variable) -> Argument:
    return Argument(given.target, given.source, tuple(_texts(given.source)))


def _texts(value: Value) -> Iterator[str]:
    if isinstance(value, ListValue):
        for item in value.items:
            yield from _texts(item)
    elif isinstance(value, MapValue):
        for key, item in value.entries:
            yield key.text
            yield from _texts(item)
    else:
        yield value.text
