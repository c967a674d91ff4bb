"""Input and output mappings: variables into an activity's own scope, and out of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bpmn.model import Dialect, Expression, Node, Variable
from engine.runtime.run import Failure, Run
from engine.runtime.state import MISSING, Scope
from engine.runtime.variables import Isolated, outside, visible


@dataclass(frozen=True, slots=True)
class Passing:
    """What crosses to another process: ``all`` that is visible, ``own`` local ones, *mappings*."""

    mappings: tuple[Variable, ...] = ()
    all: bool = False
    own: bool = False


def inputs(run: Run, node: Node, scope: Scope) -> dict[str, object]:
    """Values of data inputs and input mappings, each seeing those before it.

    Raises:
        Failure: one cannot be evaluated, or no input set has all its data.
    """
    found = _data_inputs(run, node, scope)
    for mapping in node.inputs:
        _put(found, mapping, run.value(mapping.source, scope, found), found.get)
    return found


def outputs(
    run: Run, node: Node, scope: Scope, *, before: Mapping[str, object] | None = None
) -> dict[str, object]:
    """Values of the output mappings, evaluated in *scope* (with *before* in front of it)."""
    found = _data_outputs(run, node, scope, before)
    if node.outputs:
        found.update(evaluate(run, node.outputs, scope, before=before))
    return found


def passed(run: Run, scope: Scope, given: Passing, *, is_own: bool) -> dict[str, object]:
    """What goes to another process with a call or signal from *scope*.

    ``is_own``: *scope* belongs to the call or event itself, so that it has local variables.

    Raises:
        Failure: a mapping cannot be evaluated.
    """
    found = visible(run.work, scope.id) if given.all else {}
    far = tuple(each for each in given.mappings if not each.local)
    near = tuple(each for each in given.mappings if each.local)
    passes_own = given.own and is_own
    # A large value is fetched by a query of its own, so nothing is read that nobody wants.
    own = outside(run.work, scope.id) if near or passes_own else {}
    if passes_own:
        found.update(own)
    found.update(evaluate(run, far, scope))
    found.update(evaluate(run, near, scope, before=Isolated(own)))
    return found


def thrown(run: Run, node: Node, scope: Scope) -> dict[str, object]:
    """What the data inputs of a throwing event add to what it carries."""
    return _data_inputs(run, node, scope)


def _data_inputs(run: Run, node: Node, scope: Scope) -> dict[str, object]:
    data = run.plan.data.get(node.id)
    if data is None:
        return {}
    lacking = [[name for name in needed if _is_null(run, scope, name)] for needed in data.sets]
    if lacking and all(lacking):
        raise Failure(
            "data-input-missing",
            f"{node.label!r} needs data that is not there: {', '.join(lacking[0])}. "
            "Set it, then retry.",
        )
    found: dict[str, object] = dict.fromkeys(data.declared)
    for each in data.ins:
        _put(found, each, run.value(each.source, scope, found), found.get)
    return found


def _data_outputs(
    run: Run, node: Node, scope: Scope, before: Mapping[str, object] | None
) -> dict[str, object]:
    """What associations copy out; an output that nobody set changes nothing."""
    data = run.plan.data.get(node.id)
    found: dict[str, object] = {}
    for each in data.outs if data is not None else ():
        source = each.source
        is_copy = isinstance(source, Expression) and source.language == "variable"
        value = run.value(source, scope, before)
        if is_copy and value is None and before is not None:
            # The one output of an event is what it brought.
            value = next(iter(before.values())) if len(before) == 1 else dict(before)
        if value is not None or not is_copy:
            _put(found, each, value, lambda name: _existing(run, scope, found, name))
    return found


def _existing(run: Run, scope: Scope, found: Mapping[str, object], name: str) -> object:
    value = found[name] if name in found else run.variable(scope, name)
    return None if value is MISSING else value


def _is_null(run: Run, scope: Scope, name: str) -> bool:
    return run.variable(scope, name) in (MISSING, None)


def evaluate(
    run: Run,
    mappings: tuple[Variable, ...],
    scope: Scope,
    *,
    before: Mapping[str, object] | None = None,
) -> dict[str, object]:
    """Values of *mappings* by target; a dotted target goes into the mapping that is there."""
    found: dict[str, object] = {}

    for mapping in mappings:
        value = run.value(mapping.source, scope, before)
        _put(found, mapping, value, lambda name: _existing(run, scope, found, name))
    return found


def _put(
    into: dict[str, object], mapping: Variable, value: object, existing: Callable[[str], object]
) -> None:
    name, *path = mapping.target.split(".")
    into[name] = _placed(existing(name), path, value) if path else value


def _placed(whole: object, path: list[str], value: object) -> object:
    """A copy of *whole* with *value* at *path*; anything but a mapping is replaced."""
    if not path:
        return value
    result: dict[str, object] = dict(whole) if isinstance(whole, dict) else {}
    result[path[0]] = _placed(result.get(path[0]), path[1:], value)
    return result


def receive(run: Run, scope: Scope, node_id: str, variables: Mapping[str, object]) -> None:
    """Write what an event, a worker or a person brought to *node_id*, as its mappings say."""
    node = run.node(node_id).node
    if scope.node == node_id:
        # Camunda 8: with output mappings only those propagate, so the rest stays local.
        if node.outputs and run.model.dialect is Dialect.CAMUNDA8:
            run.write_local(scope, variables)
        else:
            run.write(scope, variables)
    elif node.outputs:
        run.write(scope, outputs(run, node, scope, before=variables))
    elif variables:
        run.write(scope, {**variables, **outputs(run, node, scope, before=variables)})
