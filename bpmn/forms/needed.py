"""What the conditions after a user task read, so that its form can ask for it.

A task without a form shows the variables that exist. One that a condition behind it reads, and that
nobody has set, would be missing there: the process would stop at the gateway.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from bpmn.expressions import ExpressionError, compile_expression
from bpmn.forms.model import FieldType
from bpmn.model import GATEWAYS, SUB_PROCESSES, Dialect, Expression, Node, ProcessModel, Script

_COMPUTED = frozenset(
    [
        "nrOfInstances",
        "nrOfActiveInstances",
        "nrOfCompletedInstances",
        "loopCounter",
        "waitingForStart",
        "activationCount",
    ]
)
_PLAIN = frozenset({"literal", "variable"})
# Last words of the functions that take one value; others take lists more often than not.
_OF_ONE = frozenset({"not", "contains", "with", "matches", "case", "length", "if", "and", "or"})
_NUMBER = r"-?\d+(?:\.\d+)?"
_WORD = "==|!=|=|\\beq\\b|\\bne\\b"
_BEFORE_TRUTH = r"(?:^|[{!]|\bnot\b\s*\(?|\band\b|\bor\b|&&|\|\||(?<![\w])\()\s*"
_AFTER_TRUTH = r"\s*(?:$|[)}?]|\band\b|\bor\b|&&|\|\|)"
_ORDER = "<=|>=|<|>|\\blt\\b|\\bgt\\b|\\ble\\b|\\bge\\b"


@dataclass(frozen=True, slots=True)
class Needed:
    """A variable that a condition reads.

    Attributes:
        path: the variable's name, then members of it.
        type: what the condition compares it with, TEXT where that is unknown.
        options: texts that conditions compare it with.
        condition: the first condition that reads it.
        at: id of the flow or activity that has the condition.
    """

    path: tuple[str, ...]
    type: FieldType
    options: tuple[str, ...]
    condition: Expression | Script
    at: str

    @property
    def name(self) -> str:
        """The variable's name."""
        return self.path[0]


def needed_after(model: ProcessModel, node: Node) -> tuple[Needed, ...]:
    """What conditions behind *node* read before anything else could have set it, drawn order."""
    found: dict[tuple[str, ...], Needed] = {}
    for at, condition in _conditions_after(model, node):
        for one in _read_by(condition, at):
            before = found.get(one.path)
            found[one.path] = one if before is None else _merged(before, one)
    return tuple(_supplied(model, node, found.values()))


def _merged(one: Needed, other: Needed) -> Needed:
    kind = other.type if one.type is FieldType.TEXT else one.type
    options = tuple(dict.fromkeys((*one.options, *other.options)))
    return replace(one, type=kind, options=options)


def _supplied(model: ProcessModel, node: Node, found: Iterable[Needed]) -> Iterator[Needed]:
    """As the task must set it: where output mappings make it, what they read of the task."""
    mapped = {output.target: output.source for output in node.outputs}
    for one in found:
        source = mapped.get(".".join(one.path))
        if isinstance(source, Expression):
            names = _names(source)
            if len(names) == 1:
                yield replace(one, path=(next(iter(names)),))
        elif not (node.outputs and model.dialect is Dialect.CAMUNDA8):
            yield one


def _conditions_after(model: ProcessModel, node: Node) -> Iterator[tuple[str, Expression | Script]]:
    loop = node.loop
    if loop is not None:
        own = (loop.condition, loop.completion_condition)
        yield from ((node.id, condition) for condition in own if condition is not None)
    seen: set[str] = set()
    todo = deque([node])
    while todo:
        current = todo.popleft()
        flows = model.outgoing.get(current.id, ())
        for flow in flows:
            if flow.condition is not None:
                yield flow.id, flow.condition
            target = model.node.get(flow.target)
            if target is not None and target.id not in seen and _passes(model, target):
                seen.add(target.id)
                todo.append(target)
        around = model.node.get(current.scope)
        if not flows and around is not None and around.id not in seen and _is_passed(around):
            seen.add(around.id)
            todo.append(around)


def _passes(model: ProcessModel, node: Node) -> bool:
    """Whether a token goes on from *node* at once, and nothing can be set there."""
    if node.loop is not None or node.listeners or node.inputs or node.outputs or node.async_before:
        return False
    if node.type == "manualTask":
        return model.dialect is not Dialect.SPIFF
    is_event = node.type in {"intermediateThrowEvent", "endEvent"}
    is_plain = node.type == "task" or (is_event and not node.events)
    return is_plain or (node.type in GATEWAYS and node.type != "eventBasedGateway")


def _is_passed(around: Node) -> bool:
    """Whether the end of what is in *around* is its own end."""
    is_sub_process = around.type in SUB_PROCESSES and not around.triggered_by_event
    return is_sub_process and around.loop is None and around.type != "adHocSubProcess"


def _names(condition: Expression | Script) -> frozenset[str]:
    if isinstance(condition, Script) or condition.language in _PLAIN:
        is_variable = isinstance(condition, Expression) and condition.language == "variable"
        return frozenset({condition.text}) if is_variable else frozenset()
    try:
        return compile_expression(condition.text, condition.language).names - _COMPUTED
    except ExpressionError:
        # Another rule says so.
        return frozenset()


def _read_by(condition: Expression | Script, at: str) -> Iterator[Needed]:
    text = condition.text
    for name in sorted(_names(condition), key=lambda name: (text.find(name), name)):
        for path in _paths(text, name):
            kind, options = _compared(text, ".".join(path))
            yield Needed(path, kind, options, condition, at)


def _paths(text: str, name: str) -> Iterator[tuple[str, ...]]:
    """How *text* reads the variable: itself, or members of it; not what is called on it."""
    pattern = rf"(?<![\w.'\"])({re.escape(name)}(?:\.[A-Za-z_]\w*)*)\b(?!\s*[\w.]*\()"
    matches = list(re.finditer(pattern, text))
    found = {tuple(m[1].split(".")) for m in matches if not _is_list(text[: m.start()])}
    if matches:
        yield from sorted(found)
    elif re.search(rf"['\"]{re.escape(name)}['\"]", text):
        # By its name as a text: execution.getVariable('name').
        yield (name,)


def _is_list(before: str) -> bool:
    """Whether what follows is given to a function that does not take a single value."""
    called = re.search(r"(\w+)\s*\(\s*$", before)
    return called is not None and called[1] not in _OF_ONE


def _compared(text: str, path: str) -> tuple[FieldType, tuple[str, ...]]:
    own = rf"(?<![\w.'\"]){re.escape(path)}(?![\w.])"
    texts = re.findall(rf"{own}\s*(?:{_WORD})\s*(?:\"([^\"]*)\"|'([^']*)')", text)
    turned = re.findall(rf"(?:\"([^\"]*)\"|'([^']*)')\s*(?:{_WORD})\s*{own}", text)
    options = tuple(dict.fromkeys(one or other for one, other in (*texts, *turned)))
    if options:
        return FieldType.TEXT, options
    is_number = re.search(rf"{own}\s*(?:{_WORD}|{_ORDER})\s*{_NUMBER}", text) or re.search(
        rf"{_NUMBER}\s*(?:{_WORD}|{_ORDER})\s*{own}", text
    )
    if is_number:
        return FieldType.NUMBER, ()
    is_truth = re.search(rf"{own}\s*(?:{_WORD})\s*(?:true|false|True|False)\b", text)
    if is_truth or re.search(rf"{_BEFORE_TRUTH}{own}{_AFTER_TRUTH}", text):
        return FieldType.BOOLEAN, ()
    is_reckoned = re.search(rf"{own}\s*[-*/]|[-*/]\s*{own}", text)
    return (FieldType.NUMBER if is_reckoned else FieldType.TEXT), ()
