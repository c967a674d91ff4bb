"""What every dialect does, and how it looks into attributes and extension elements."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from bpmn.dialects.languages import Use, expression
from bpmn.model import (
    Assignment,
    Call,
    Dialect,
    EventDefinition,
    Expression,
    Extension,
    Flow,
    Loop,
    Node,
    ProcessModel,
    Work,
    WorkKind,
)

_WORKING = frozenset({"serviceTask", "sendTask", "businessRuleTask"})
_MOST_PARTS = 1_000
ROLE_CALL = re.compile(r"\s*(user|group)\s*\(\s*(.*?)\s*\)\s*")


@dataclass(frozen=True, slots=True)
class Facts:
    """What a dialect must know of the file besides the element at hand.

    Attributes:
        error_codes: error code by error id.
        operations: operation name by operation id.
        forms: embedded forms by id (``zeebe:userTaskForm``).
    """

    error_codes: Mapping[str, str] = field(default_factory=dict)
    operations: Mapping[str, str] = field(default_factory=dict)
    forms: Mapping[str, str] = field(default_factory=dict)


class Vendor:
    """Fills the model with what the standard says; dialects add their vendor's names."""

    dialect = Dialect.PLAIN

    def __init__(self, facts: Facts) -> None:
        self.facts = facts

    def process(self, model: ProcessModel) -> ProcessModel:
        """*model* with the process' vendor fields."""
        return model

    def node(self, node: Node) -> Node:
        """*node* with its vendor fields: assignment, work, call, form, mappings, jobs."""
        assignment = standard_assignment(node) if node.performers else None
        work = self.standard_work(node) if node.type in _WORKING else None
        call = self.standard_call(node) if node.type == "callActivity" else None
        if assignment or work or call:
            return replace(node, assignment=assignment, work=work, call=call)
        return node

    def event(self, definition: EventDefinition) -> EventDefinition:
        """*definition* with its vendor fields."""
        return definition

    def loop(self, loop: Loop) -> Loop:
        """*loop* with its vendor fields."""
        return loop

    def flow(self, flow: Flow) -> Flow:
        """*flow* with its vendor fields."""
        return flow

    def value(self, text: str, line: int = 0) -> Expression:
        """A vendor attribute's text, in which a bare text is itself."""
        return expression(text, self.dialect, use=Use.NAME, line=line)

    def optional(self, text: str | None, line: int = 0) -> Expression | None:
        """`value`, or ``None`` for a missing or blank text."""
        return self.value(text, line) if text and text.strip() else None

    def standard_work(self, node: Node) -> Work | None:
        """What the standard's own attributes call: implementation or operation, by name.

        ``##WebService`` and ``##unspecified`` name nothing (BPMN 2.0 p. 158).
        """
        implementation = node.attributes.get("implementation", "")
        name = "" if implementation.startswith("##") else implementation
        name = name or self.facts.operations.get(node.attributes.get("operationRef", ""), "")
        if name:
            return Work(WorkKind.HANDLER, Expression(name, "literal", node.line))
        if node.type == "sendTask":
            return None
        return Work(WorkKind.NONE, Expression("", "literal", node.line))

    def standard_call(self, node: Node) -> Call | None:
        """The called process, all variables in and out."""
        called = node.attributes.get("calledElement", "")
        if not called:
            return None
        return Call(self.value(called, node.line), all_in=True, all_out=True)


def standard_assignment(node: Node) -> Assignment | None:
    """BPMN's resource roles: a human performer is the assignee, potential owners candidates.

    Owners are groups unless written ``user(name)``, as Camunda 7 reads them.
    """
    assignee = next((e for kind, e in node.performers if kind == "humanPerformer"), None)
    users: list[Expression] = []
    groups: list[Expression] = []
    for kind, owner in node.performers:
        if kind != "potentialOwner":
            continue
        for part in split_list(owner.text):
            role = ROLE_CALL.fullmatch(part)
            names = users if role and role[1] == "user" else groups
            names.append(replace(owner, text=role[2] if role else part))
    if not (assignee or users or groups):
        return None
    return Assignment(
        assignee=assignee, candidate_users=tuple(users), candidate_groups=tuple(groups)
    )


def find(extensions: Iterable[Extension], tag: str) -> Extension | None:
    """The first extension element called *tag*."""
    return next((e for e in extensions if e.tag == tag), None)


def each(extensions: Iterable[Extension], tag: str) -> Iterator[Extension]:
    """All extension elements called *tag*."""
    return (e for e in extensions if e.tag == tag)


def inside(extensions: Iterable[Extension], tag: str, child: str) -> Iterator[Extension]:
    """All *child* elements in all elements called *tag*."""
    return (c for e in each(extensions, tag) for c in each(e.children, child))


def attribute(extension: Extension | None, name: str) -> str:
    """An attribute, empty when it or the element is missing."""
    return "" if extension is None else extension.attributes.get(name, "")


def split_list(text: str) -> Iterator[str]:
    """The parts of a comma separated *text*, commas inside brackets not counted.

    At most a thousand; what is left then is the last part, with its commas.
    """
    depth = begin = parts = 0
    for at, character in enumerate(text):
        depth += (character in "({[") - (character in ")}]")
        if character == "," and depth <= 0:
            if part := text[begin:at].strip():
                yield part
                parts += 1
            begin = at + 1
            if parts == _MOST_PARTS:
                break
    if part := text[begin:].strip():
        yield part
