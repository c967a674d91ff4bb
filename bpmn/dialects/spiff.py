"""SpiffWorkflow's own elements (namespace ``spiffworkflow``), as its modeler writes them.

Source: the descriptor of bpmn-js-spiffworkflow and SpiffWorkflow 3.2's spiff package.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import PurePosixPath
from types import MappingProxyType

from bpmn.dialects import connectors
from bpmn.dialects.base import Vendor, attribute, find, inside
from bpmn.dialects.languages import Use, expression
from bpmn.model import (
    EMPTY,
    Dialect,
    EventDefinition,
    EventKind,
    Expression,
    Extension,
    FormKind,
    FormReference,
    Listener,
    Node,
    ProcessModel,
    Script,
    Variable,
    Work,
    WorkKind,
)

_SCHEMA = "formJsonSchemaFilename"
_UI_SCHEMA = "formUiSchemaFilename"


class Spiff(Vendor):
    """Reads ``spiffworkflow:`` names. Expressions and scripts are Python."""

    dialect = Dialect.SPIFF

    def process(self, model: ProcessModel) -> ProcessModel:
        """Properties."""
        return replace(model, properties=_properties(model.extensions))

    def node(self, node: Node) -> Node:
        """Everything that a node's vendor names say."""
        node = super().node(node)
        if node.script is not None and not node.script.format:
            node = replace(node, script=replace(node.script, format="python"))
        if not node.extensions:
            return node
        properties = _properties(node.extensions)
        first = _script(find(node.extensions, "spiffworkflow:preScript"))
        last = _script(find(node.extensions, "spiffworkflow:postScript"))
        told = find(node.extensions, "spiffworkflow:instructionsForEndUser")
        return replace(
            node,
            documentation=node.documentation or (told.text.strip() if told else ""),
            listeners=tuple(_listeners(first, last)),
            properties=properties,
            form=_form(properties) or node.form,
            work=self._work(node) or node.work,
            pre_script=first,
            post_script=last,
        )

    def event(self, definition: EventDefinition) -> EventDefinition:
        """What an event carries and which variables receive it."""
        found = definition.extensions
        payload = find(found, "spiffworkflow:messagePayload") or find(
            found, "spiffworkflow:payloadExpression"
        )
        variable = find(found, "spiffworkflow:messageVariable") or find(
            found, "spiffworkflow:variableName"
        )
        name = variable.text.strip() if variable else ""
        is_code = definition.kind in (EventKind.ERROR, EventKind.ESCALATION)
        return replace(
            definition,
            payload=() if payload is None else (Variable("", self._python(payload)),),
            code_variable=name if is_code else definition.code_variable,
            message_variable="" if is_code else name,
        )

    def _work(self, node: Node) -> Work | None:
        operator = find(node.extensions, "spiffworkflow:serviceTaskOperator")
        if operator is not None:
            name = Expression(attribute(operator, "id"), "literal", operator.line)
            call = connectors.spiff(operator)
            if call is not None:
                return Work(WorkKind.CONNECTOR, name, call=call)
            return Work(
                WorkKind.HANDLER,
                name,
                result_variable=attribute(operator, "resultVariable"),
                headers=tuple(self._parameters(operator)),
            )
        decision = find(node.extensions, "spiffworkflow:calledDecisionId")
        if decision is not None and decision.text:
            name = Expression(decision.text.strip(), "literal", decision.line)
            return Work(WorkKind.DECISION, name)
        return None

    def _parameters(self, operator: Extension) -> Iterator[tuple[str, Expression]]:
        for element in inside(
            operator.children, "spiffworkflow:parameters", "spiffworkflow:parameter"
        ):
            text = attribute(element, "value")
            yield attribute(element, "id"), expression(text, Dialect.SPIFF, line=element.line)

    def _python(self, element: Extension) -> Expression:
        return expression(element.text, Dialect.SPIFF, use=Use.FORMAL, line=element.line)


def _listeners(first: Script | None, last: Script | None) -> Iterator[Listener]:
    """Scripts before and after an element run as listeners do: in its scope, within the step."""
    if first is not None:
        yield Listener("start", "execution", script=first, line=first.line)
    if last is not None:
        yield Listener("end", "execution", script=last, line=last.line)


def _script(element: Extension | None) -> Script | None:
    if element is None or not element.text:
        return None
    return Script(element.text.strip(), "python", line=element.line)


def _form(properties: Mapping[str, str]) -> FormReference | None:
    name, ui = properties.get(_SCHEMA), properties.get(_UI_SCHEMA, "")
    if not name:
        return None
    key, beside = PurePosixPath(name).name, PurePosixPath(ui).name
    return FormReference(FormKind.JSON_SCHEMA, key=key, binding="file", ui=beside)


def _properties(extensions: Iterable[Extension]) -> Mapping[str, str]:
    found = {
        attribute(e, "name"): attribute(e, "value")
        for e in inside(extensions, "spiffworkflow:properties", "spiffworkflow:property")
    }
    return MappingProxyType(found) if found else EMPTY
