"""Camunda 7's attributes and elements (namespace ``camunda``, old files ``activiti``).

Source: Camunda 7.24's documentation, "Custom Extensions Reference for BPMN".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import PurePosixPath

from bpmn.dialects import connectors
from bpmn.dialects.base import ROLE_CALL, Vendor, attribute, each, find, split_list
from bpmn.dialects.camunda7_values import (
    fields,
    parameters,
    properties,
    script_of,
)
from bpmn.dialects.languages import Use, expression
from bpmn.model import (
    EMPTY,
    Assignment,
    Call,
    ConnectorCall,
    Dialect,
    EventDefinition,
    EventKind,
    Expression,
    Extension,
    Flow,
    FormKind,
    FormReference,
    Listener,
    Loop,
    Node,
    ProcessModel,
    Variable,
    Work,
    WorkKind,
)

_WORKING = frozenset({"serviceTask", "sendTask", "businessRuleTask"})
_BEAN = re.compile(r"\s*[$#]\{\s*([\w.]+)\s*\}\s*")
_WAYS = ("type", "topic", "decisionRef", "class", "delegateExpression", "expression")
_TIMER = "timerEventDefinition"
_FORM_JS = ("camunda-forms:deployment:", "camunda-forms:app:")


class Camunda7(Vendor):
    """Reads ``camunda:`` names."""

    dialect = Dialect.CAMUNDA7

    def process(self, model: ProcessModel) -> ProcessModel:
        """Version tag, starters, listeners, properties."""
        of = model.attributes
        users, groups = _potential_starters(model.extensions)
        return replace(
            model,
            version_tag=of.get("camunda:versionTag", ""),
            candidate_starter_users=(
                *split_list(of.get("camunda:candidateStarterUsers", "")),
                *users,
            ),
            candidate_starter_groups=(
                *split_list(of.get("camunda:candidateStarterGroups", "")),
                *groups,
            ),
            startable_in_tasklist=of.get("camunda:isStartableInTasklist", "true") == "true",
            history_time_to_live=of.get("camunda:historyTimeToLive", ""),
            listeners=tuple(self._listeners(model.extensions, model.line)),
            properties=properties(model.extensions),
            nodes=tuple(self._by_default(node, of) for node in model.nodes),
        )

    def _by_default(self, node: Node, of: Mapping[str, str]) -> Node:
        """*node* with the priorities that its process, with attributes *of*, gives to all."""
        job = self.optional(of.get("camunda:jobPriority"), node.line)
        task = self.optional(of.get("camunda:taskPriority"), node.line)
        if job is not None and node.job_priority is None:
            node = replace(node, job_priority=job)
        is_external = node.work is not None and node.work.kind is WorkKind.EXTERNAL
        if task is not None and is_external and node.work and node.work.priority is None:
            node = replace(node, work=replace(node.work, priority=task))
        return node

    def node(self, node: Node) -> Node:
        """Everything that a node's vendor names say."""
        node = super().node(node)
        of = node.attributes
        put = find(node.extensions, "camunda:inputOutput")
        inputs, outputs = parameters(put)
        retry = find(node.extensions, "camunda:failedJobRetryTimeCycle")
        return replace(
            node,
            inputs=inputs,
            outputs=outputs,
            assignment=self._assignment(node),
            work=self._node_work(node),
            call=self._call(node),
            form=self._form(node),
            listeners=tuple(self._listeners(node.extensions, node.line)),
            properties=properties(node.extensions),
            async_before="true" in (of.get("camunda:asyncBefore"), of.get("camunda:async")),
            async_after=of.get("camunda:asyncAfter") == "true",
            exclusive=of.get("camunda:exclusive", "true") == "true",
            retry_cycle=self.optional(retry.text, retry.line) if retry else None,
            job_priority=self.optional(of.get("camunda:jobPriority"), node.line),
            result_variable=of.get("camunda:resultVariable", ""),
            initiator=of.get("camunda:initiator", ""),
        )

    def event(self, definition: EventDefinition) -> EventDefinition:
        """What an event carries and which variables receive it."""
        of = definition.attributes
        found = definition.extensions
        is_signal = definition.kind is EventKind.SIGNAL
        return replace(
            definition,
            payload=tuple(self._mappings(found, "camunda:in")),
            payload_all=_passes_all(found, "camunda:in", local=False),
            payload_own=_passes_all(found, "camunda:in", local=True),
            business_key=self._business_key(found),
            is_async=is_signal and of.get("camunda:async") == "true",
            code_variable=of.get("camunda:errorCodeVariable")
            or of.get("camunda:escalationCodeVariable", ""),
            message=self.optional(of.get("camunda:errorMessage"), definition.line),
            message_variable=of.get("camunda:errorMessageVariable", ""),
            variable_name=of.get("camunda:variableName", ""),
            variable_events=tuple(split_list(of.get("camunda:variableEvents", ""))),
            work=self.work(of, found, definition.line)
            if definition.kind is EventKind.MESSAGE
            else None,
        )

    def loop(self, loop: Loop) -> Loop:
        """The collection and the variable of its items."""
        collection = loop.attributes.get("camunda:collection", "")
        variable = loop.attributes.get("camunda:elementVariable", "")
        if not (collection or variable):
            return loop
        value = self.value(collection, loop.line)
        if value.language == "literal":
            value = replace(value, language="variable")
        return replace(
            loop,
            collection=value if collection else loop.collection,
            element_variable=variable or loop.element_variable,
        )

    def flow(self, flow: Flow) -> Flow:
        """Its listeners; they are told only of being taken."""
        if not flow.extensions:
            return flow
        found = self._listeners(flow.extensions, flow.line)
        return replace(flow, listeners=tuple(replace(each, event="take") for each in found))

    def work(
        self, of: Mapping[str, str], extensions: tuple[Extension, ...], line: int
    ) -> Work | None:
        """What an element with attributes *of* calls, ``None`` when they name nothing."""
        found = self._called(of, extensions, line)
        if found is None:
            return None
        kind, name, call = found
        return Work(
            kind,
            name,
            result_variable=of.get("camunda:resultVariable", ""),
            priority=self.optional(of.get("camunda:taskPriority"), line),
            headers=tuple(fields(extensions)),
            errors=tuple(self._errors(extensions)),
            binding=of.get("camunda:decisionRefBinding", "latest"),
            version=self.optional(of.get("camunda:decisionRefVersion"), line),
            version_tag=of.get("camunda:decisionRefVersionTag", ""),
            map_result=of.get("camunda:mapDecisionResult", ""),
            tenant=self.optional(of.get("camunda:decisionRefTenantId"), line),
            call=call,
        )

    def _called(
        self, of: Mapping[str, str], extensions: tuple[Extension, ...], line: int
    ) -> tuple[WorkKind, Expression, ConnectorCall | None] | None:
        """The first of Camunda's ways to name what is called, in its order of precedence."""
        text = {key: of.get(f"camunda:{key}", "").strip() for key in _WAYS}
        if text["type"] == "external":
            return WorkKind.EXTERNAL, self.value(text["topic"], line), None
        if text["type"]:
            name = Expression(text["type"], "literal", line)
            return WorkKind.CONNECTOR, name, connectors.camunda7_fields(fields(extensions))
        bean = text["delegateExpression"]
        ways = (
            (text["decisionRef"], WorkKind.DECISION, self.value(text["decisionRef"], line)),
            (text["class"], WorkKind.HANDLER, Expression(text["class"], "literal", line)),
            (bean, WorkKind.HANDLER, self._bean(bean, line)),
            (text["expression"], WorkKind.EXPRESSION, self.value(text["expression"], line)),
        )
        for given, kind, name in ways:
            if given:
                return kind, name, None
        connector = find(extensions, "camunda:connector")
        if connector is None:
            return None
        identity, call = connectors.camunda7(connector)
        return WorkKind.CONNECTOR, Expression(identity, "literal", connector.line), call

    def _bean(self, text: str, line: int) -> Expression:
        """``${bean}`` is the handler called bean; any other expression yields its name."""
        found = _BEAN.fullmatch(text)
        return Expression(found[1], "literal", line) if found else self.value(text, line)

    def _errors(self, extensions: Iterable[Extension]) -> Iterator[tuple[Expression, Expression]]:
        for element in each(extensions, "camunda:errorEventDefinition"):
            reference = attribute(element, "errorRef")
            code = self.facts.error_codes.get(reference, reference)
            condition = self.value(attribute(element, "expression"), element.line)
            yield Expression(code, "literal", element.line), condition

    def _node_work(self, node: Node) -> Work | None:
        if node.type not in _WORKING:
            return None
        return self.work(node.attributes, node.extensions, node.line) or node.work

    def _assignment(self, node: Node) -> Assignment | None:
        of = node.attributes
        if node.type != "userTask":
            return None
        assignment = node.assignment or Assignment()
        users = tuple(self._list(of.get("camunda:candidateUsers", ""), node.line))
        groups = tuple(self._list(of.get("camunda:candidateGroups", ""), node.line))
        assignment = Assignment(
            assignee=self.optional(of.get("camunda:assignee"), node.line) or assignment.assignee,
            candidate_users=users + assignment.candidate_users,
            candidate_groups=groups + assignment.candidate_groups,
            due=self.optional(of.get("camunda:dueDate"), node.line),
            follow_up=self.optional(of.get("camunda:followUpDate"), node.line),
            priority=self.optional(of.get("camunda:priority"), node.line),
        )
        return None if assignment == Assignment() else assignment

    def _list(self, text: str, line: int) -> Iterator[Expression]:
        return (self.value(part, line) for part in split_list(text))

    def _call(self, node: Node) -> Call | None:
        if node.call is None:
            return None
        of = node.attributes
        return replace(
            node.call,
            binding=of.get("camunda:calledElementBinding", "latest"),
            version=self.optional(of.get("camunda:calledElementVersion"), node.line),
            version_tag=of.get("camunda:calledElementVersionTag", ""),
            tenant=self.optional(of.get("camunda:calledElementTenantId"), node.line),
            business_key=self._business_key(node.extensions),
            ins=tuple(self._mappings(node.extensions, "camunda:in")),
            outs=tuple(self._mappings(node.extensions, "camunda:out")),
            all_in=_passes_all(node.extensions, "camunda:in", local=False),
            all_out=_passes_all(node.extensions, "camunda:out", local=False),
            own_in=_passes_all(node.extensions, "camunda:in", local=True),
            own_out=_passes_all(node.extensions, "camunda:out", local=True),
        )

    def _business_key(self, extensions: Iterable[Extension]) -> Expression | None:
        for element in each(extensions, "camunda:in"):
            if "businessKey" in element.attributes:
                return self.value(element.attributes["businessKey"], element.line)
        return None

    def _mappings(self, extensions: Iterable[Extension], tag: str) -> Iterator[Variable]:
        """``camunda:in`` and ``camunda:out``, without the ones that pass all or the key."""
        for element in each(extensions, tag):
            target = attribute(element, "target")
            source = attribute(element, "source")
            if not target:
                continue
            value = (
                Expression(source, "variable", element.line)
                if source
                else self.value(attribute(element, "sourceExpression"), element.line)
            )
            yield Variable(target, value, local=attribute(element, "local") == "true")

    def _form(self, node: Node) -> FormReference | None:
        of = node.attributes
        data = find(node.extensions, "camunda:formData")
        if data is not None:
            return FormReference(FormKind.FIELDS, data=data)
        if of.get("camunda:formRef"):
            return FormReference(
                FormKind.FORM_JS,
                key=of["camunda:formRef"],
                binding=of.get("camunda:formRefBinding", "latest"),
                version=of.get("camunda:formRefVersion", ""),
            )
        key = of.get("camunda:formKey", "")
        for start in _FORM_JS:
            if key.startswith(start):
                name = PurePosixPath(key.removeprefix(start)).name
                return FormReference(FormKind.FORM_JS, key=name, binding="file")
        if key:
            return FormReference(FormKind.KEY, key=key)
        return _form_properties(node)

    def _listeners(self, extensions: Iterable[Extension], line: int) -> Iterator[Listener]:
        for target in ("execution", "task"):
            for element in each(extensions, f"camunda:{target}Listener"):
                script = find(element.children, "camunda:script")
                timer, time = _timeout(element)
                yield Listener(
                    event=attribute(element, "event"),
                    target=target,
                    work=self.work(
                        {f"camunda:{name}": text for name, text in element.attributes.items()},
                        element.children,
                        element.line or line,
                    ),
                    script=script_of(script) if script else None,
                    timer=timer,
                    time=time,
                    line=element.line or line,
                )


def _potential_starters(extensions: Iterable[Extension]) -> tuple[list[str], list[str]]:
    """Users and groups of ``camunda:potentialStarter``; a bare name is a group."""
    users: list[str] = []
    groups: list[str] = []
    for starter in each(extensions, "camunda:potentialStarter"):
        texts = [formal.text for assigned in starter.children for formal in assigned.children]
        for part in (part for text in texts for part in split_list(text)):
            role = ROLE_CALL.fullmatch(part)
            names = users if role and role[1] == "user" else groups
            names.append(role[2] if role else part)
    return users, groups


def _timeout(listener: Extension) -> tuple[str, Expression | None]:
    """When a timeout listener is told, as its timer event definition says."""
    for definition in listener.children:
        for time in definition.children if definition.tag.endswith(_TIMER) else ():
            kind = time.tag.rpartition("time")[2].lower()
            text = expression(time.text, Dialect.CAMUNDA7, use=Use.TIMER, line=time.line)
            return kind, text
    return "", None


def _passes_all(extensions: Iterable[Extension], tag: str, *, local: bool) -> bool:
    passing = (e for e in each(extensions, tag) if attribute(e, "variables") == "all")
    return any((attribute(e, "local") == "true") is local for e in passing)


def _form_properties(node: Node) -> FormReference | None:
    """Activiti's form properties, as the form fields that they became."""
    found = [*each(node.extensions, "camunda:formProperty")]
    if not found:
        return None
    children = tuple(_form_field(element) for element in found)
    return FormReference(
        FormKind.FIELDS,
        data=Extension("camunda:formData", children=children, line=found[0].line),
    )


def _form_field(element: Extension) -> Extension:
    of = element.attributes
    names = {"id": "id", "name": "label", "type": "type", "default": "defaultValue"}
    checks = [
        Extension("camunda:constraint", {"name": name}, line=element.line)
        for name, wanted in (
            ("required", of.get("required") == "true"),
            ("readonly", of.get("writable") == "false"),
        )
        if wanted
    ]
    validation = Extension("camunda:validation", EMPTY, children=tuple(checks), line=element.line)
    values = tuple(each(element.children, "camunda:value"))
    return Extension(
        "camunda:formField",
        {"type": "string"} | {new: of[old] for old, new in names.items() if old in of},
        children=(*values, validation) if checks else values,
        line=element.line,
    )
