"""Checks of a linked model: cycles, doubles, and tables with gaps or overlaps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from bpmn.decisions.model import Decision, Definitions
from bpmn.decisions.program import DecisionModel, ReadyDecision
from bpmn.model import Problem, Severity


def check(model: DecisionModel) -> Iterable[Problem]:
    """All problems that only the whole model shows."""
    yield from _ids(model.definitions)
    yield from _without_logic(model.definitions)
    yield from _cycles(model)


def _ids(definitions: Definitions) -> Iterable[Problem]:
    seen: set[str] = set()
    for element in definitions.elements:
        if not element.id:
            yield Problem(
                "element-without-id",
                f"The element '{element.name}' has no id.",
                "Give it an id; without one nothing can refer to it.",
                Severity.WARNING,
                element_name=element.name,
                line=element.line,
            )
        elif element.id in seen:
            yield Problem(
                "element-id-twice",
                f"Two elements have the id '{element.id}'.",
                "Give each element an id of its own.",
                element_id=element.id,
                element_name=element.name,
                line=element.line,
            )
        seen.add(element.id)


def _without_logic(definitions: Definitions) -> Iterable[Problem]:
    for decision in definitions.decisions:
        if decision.logic is None:
            yield Problem(
                "decision-without-logic",
                f"The decision '{decision.name}' has no logic, so it is always null.",
                "Add a decision table or an expression.",
                Severity.WARNING,
                decision.id,
                decision.name,
                decision.line,
            )


MAX_CYCLES = 20


def _cycles(model: DecisionModel) -> Iterable[Problem]:
    """Up to ``MAX_CYCLES`` circles."""
    for refs in islice(_circles(model), MAX_CYCLES):
        yield _cycle(model, refs)


def _circles(model: DecisionModel) -> Iterator[list[str]]:
    """Decisions that require themselves, found without recursion."""
    done: set[str] = set()
    for start in model.ready:
        path: list[str] = []
        on_path: set[str] = set()
        stack = [(start, False)]
        while stack:
            ref, leaving = stack.pop()
            if leaving:
                path.pop()
                on_path.discard(ref)
                done.add(ref)
            elif ref in on_path:
                yield path[path.index(ref) :]
            elif ref not in done:
                path.append(ref)
                on_path.add(ref)
                stack.append((ref, True))
                stack.extend((required, False) for required in _required(model, ref))


def _required(model: DecisionModel, ref: str) -> list[str]:
    ready = model.ready.get(ref)
    return [seen.ref for seen in ready.requires] if isinstance(ready, ReadyDecision) else []


def _cycle(model: DecisionModel, refs: list[str]) -> Problem:
    elements = [e for e in map(model.library.element, refs) if isinstance(e, Decision)]
    shown = (*elements[:10], elements[0])
    names = " -> ".join(f"'{element.name}'" for element in shown)
    return Problem(
        "decision-cycle",
        f"Decisions require each other in a circle: {names}.",
        "Remove one of the requirements.",
        element_id=elements[0].id,
        element_name=elements[0].name,
        line=elements[0].line,
    )
