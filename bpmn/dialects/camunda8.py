"""Camunda 8's elements (namespace ``zeebe``).

Source: Camunda 8's documentation, "BPMN standard" and the descriptor of zeebe-bpmn-moddle.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

from bpmn.dialects import connectors
from bpmn.dialects.base import Vendor, attribute, find, inside, split_list
from bpmn.model import (
    EMPTY,
    Assignment,
    Call,
    Dialect,
    EventDefinition,
    EventKind,
    Expression,
    Extension,
    FormKind,
    FormReference,
    Listener,
    Loop,
    Node,
    ProcessModel,
    Script,
    Variable,
    Work,
    WorkKind,
)

# Camunda 7's words for the same moments.
_TASK_EVENTS = {
    "creating": "create",
    "assigning": "assignment",
    "updating": "update",
    "completing": "complete",
    "canceling": "delete",
}
_EMBEDDED = "camunda-forms:bpmn:"
# The job type that Camunda gives to user tasks of old files: a person's work all the same.
_USER_TASK_JOB = "io.camunda.zeebe:userTask"


class Camunda8(Vendor):
    """Reads ``zeebe:`` names."""

    dialect = Dialect.CAMUNDA8

    def process(self, model: ProcessModel) -> ProcessModel:
        """Version tag, listeners, properties."""
        tag = find(model.extensions, "zeebe:versionTag")
        return replace(
            model,
            version_tag=attribute(tag, "value"),
            listeners=tuple(self._listeners(model.extensions)),
            properties=_properties(model.extensions),
        )

    def node(self, node: Node) -> Node:
        """Everything that a node's vendor names say."""
        node = super().node(node)
        if not node.extensions:
            return replace(node, call=None) if node.call else node
        script = find(node.extensions, "zeebe:script")
        priority = find(node.extensions, "zeebe:jobPriorityDefinition")
        ad_hoc = find(node.extensions, "zeebe:adHoc")
        work = self._work(node) or node.work
        return replace(
            node,
            events=tuple(_sent_by(event, node, work) for event in node.events),
            inputs=tuple(self._mappings(node.extensions, "zeebe:input")),
            outputs=tuple(self._mappings(node.extensions, "zeebe:output")),
            assignment=self._assignment(node) or node.assignment,
            work=work,
            call=self._call(node),
            form=self._form(node),
            script=self._script(script) or node.script,
            listeners=tuple(self._listeners(node.extensions)),
            properties=_properties(node.extensions),
            job_priority=self.optional(attribute(priority, "priority"), node.line),
            result_variable=attribute(script, "resultVariable"),
            active_elements=self.optional(attribute(ad_hoc, "activeElementsCollection"), node.line),
            output_collection=attribute(ad_hoc, "outputCollection"),
            output_element=self.optional(attribute(ad_hoc, "outputElement"), node.line),
        )

    def event(self, definition: EventDefinition) -> EventDefinition:
        """What an event carries, which variables receive it, and what a condition is about."""
        if definition.kind is EventKind.CONDITIONAL:
            return _filtered(definition)
        if definition.kind is EventKind.SIGNAL:
            # What the event has of its own is carried.
            return replace(definition, payload_own=True)
        if definition.kind is not EventKind.MESSAGE:
            return definition
        subscription = find(definition.extensions, "zeebe:subscription")
        publish = find(definition.extensions, "zeebe:publishMessage")
        key = attribute(subscription, "correlationKey") or attribute(publish, "correlationKey")
        return replace(
            definition,
            correlation_key=self.optional(key, definition.line),
            time_to_live=self.optional(attribute(publish, "timeToLive"), definition.line),
            message_id=self.optional(attribute(publish, "messageId"), definition.line),
        )

    def loop(self, loop: Loop) -> Loop:
        """The collection and the variable of its items."""
        found = find(loop.extensions, "zeebe:loopCharacteristics")
        if found is None:
            return loop
        return replace(
            loop,
            collection=self.optional(attribute(found, "inputCollection"), found.line),
            element_variable=attribute(found, "inputElement"),
            output_collection=attribute(found, "outputCollection"),
            output_element=self.optional(attribute(found, "outputElement"), found.line),
        )

    def _assignment(self, node: Node) -> Assignment | None:
        who = find(node.extensions, "zeebe:assignmentDefinition")
        when = find(node.extensions, "zeebe:taskSchedule")
        order = find(node.extensions, "zeebe:priorityDefinition")
        if node.type != "userTask" or (who is None and when is None and order is None):
            return None
        return Assignment(
            assignee=self.optional(attribute(who, "assignee"), node.line),
            candidate_users=tuple(self._list(attribute(who, "candidateUsers"), node.line)),
            candidate_groups=tuple(self._list(attribute(who, "candidateGroups"), node.line)),
            due=self.optional(attribute(when, "dueDate"), node.line),
            follow_up=self.optional(attribute(when, "followUpDate"), node.line),
            priority=self.optional(attribute(order, "priority"), node.line),
        )

    def _list(self, text: str, line: int) -> Iterator[Expression]:
        """One FEEL expression for a list, or names with commas between."""
        if text.strip().startswith("="):
            yield self.value(text, line)
        else:
            for part in split_list(text):
                yield self.value(part, line)

    def _work(self, node: Node) -> Work | None:
        task = find(node.extensions, "zeebe:taskDefinition")
        decision = find(node.extensions, "zeebe:calledDecision")
        if task is not None and attribute(task, "type") != _USER_TASK_JOB:
            job_type = self.value(attribute(task, "type"), task.line)
            call = connectors.camunda8(job_type, node.extensions)
            name = replace(job_type, text=connectors.name_of(job_type.text))
            return Work(
                WorkKind.EXTERNAL if call is None else WorkKind.CONNECTOR,
                job_type if call is None else name,
                retries=self.optional(attribute(task, "retries"), task.line),
                headers=tuple(_headers(node.extensions)) if call is None else (),
                call=call,
            )
        if decision is not None:
            return Work(
                WorkKind.DECISION,
                self.value(attribute(decision, "decisionId"), decision.line),
                result_variable=attribute(decision, "resultVariable"),
                binding=attribute(decision, "bindingType") or "latest",
                version_tag=attribute(decision, "versionTag"),
            )
        return None

    def _call(self, node: Node) -> Call | None:
        called = find(node.extensions, "zeebe:calledElement")
        if called is None:
            return None
        propagates = attribute(called, "propagateAllChildVariables") != "false"
        return Call(
            self.value(attribute(called, "processId"), called.line),
            binding=attribute(called, "bindingType") or "latest",
            version_tag=attribute(called, "versionTag"),
            business_key=self.optional(attribute(called, "businessId"), called.line),
            # Both default to true (Camunda 8, "Call activities", variable mappings).
            all_in=attribute(called, "propagateAllParentVariables") != "false",
            all_out=propagates,
            # What is not propagated is there for the output mappings all the same.
            own_out=not propagates,
        )

    def _form(self, node: Node) -> FormReference | None:
        form = find(node.extensions, "zeebe:formDefinition")
        if form is None:
            return None
        if attribute(form, "formId"):
            return FormReference(
                FormKind.FORM_JS,
                key=attribute(form, "formId"),
                binding=attribute(form, "bindingType") or "latest",
                version=attribute(form, "versionTag"),
            )
        key = attribute(form, "formKey") or attribute(form, "externalReference")
        body = self.facts.forms.get(key.removeprefix(_EMBEDDED), "")
        if body:
            return FormReference(FormKind.FORM_JS, key=key.removeprefix(_EMBEDDED), body=body)
        return FormReference(FormKind.KEY, key=key) if key else None

    def _script(self, script: Extension | None) -> Script | None:
        if script is None:
            return None
        text = attribute(script, "expression").strip()
        return Script(text.removeprefix("=").strip(), "feel", line=script.line)

    def _mappings(self, extensions: Iterable[Extension], tag: str) -> Iterator[Variable]:
        for element in inside(extensions, "zeebe:ioMapping", tag):
            source = self.value(attribute(element, "source"), element.line)
            yield Variable(attribute(element, "target"), source)

    def _listeners(self, extensions: Iterable[Extension]) -> Iterator[Listener]:
        # A listener gets the headers of its element too, and its own count first.
        around = dict(_headers(extensions))
        for target in ("execution", "task"):
            for element in inside(
                extensions, f"zeebe:{target}Listeners", f"zeebe:{target}Listener"
            ):
                event = attribute(element, "eventType")
                yield Listener(
                    event=_TASK_EVENTS.get(event, event),
                    target=target,
                    work=Work(
                        WorkKind.EXTERNAL,
                        self.value(attribute(element, "type"), element.line),
                        retries=self.optional(attribute(element, "retries"), element.line),
                        headers=tuple({**around, **dict(_headers(element.children))}.items()),
                    ),
                    line=element.line,
                )


def _sent_by(event: EventDefinition, node: Node, work: Work | None) -> EventDefinition:
    """*event* of *node*, whose message a worker sends."""
    throws = node.type in {"intermediateThrowEvent", "endEvent"}
    if throws and event.kind is EventKind.MESSAGE and work is not None:
        return replace(event, work=work)
    return event


def _filtered(definition: EventDefinition) -> EventDefinition:
    """A condition that is asked for some variables and kinds of writes only."""
    limits = find(definition.extensions, "zeebe:conditionalFilter")
    if limits is None:
        return definition
    return replace(
        definition,
        variable_name=attribute(limits, "variableNames"),
        variable_events=tuple(split_list(attribute(limits, "variableEvents"))),
    )


def _headers(extensions: Iterable[Extension]) -> Iterator[tuple[str, Expression]]:
    for header in inside(extensions, "zeebe:taskHeaders", "zeebe:header"):
        text = attribute(header, "value")
        yield attribute(header, "key"), Expression(text, "literal", header.line)


def _properties(extensions: Iterable[Extension]) -> Mapping[str, str]:
    found = {
        attribute(e, "name"): attribute(e, "value")
        for e in inside(extensions, "zeebe:properties", "zeebe:property")
    }
    return MappingProxyType(found) if found else EMPTY
