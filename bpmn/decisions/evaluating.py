"""Evaluates a decision with everything that it requires."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bpmn.decisions.compiling.functions import Signature, calling
from bpmn.decisions.errors import DecisionNotFound
from bpmn.decisions.feel import Evaluator, Place, Scope, Trail, function_of, running
from bpmn.decisions.inputs import as_declared, read_declared
from bpmn.decisions.kinds import Misfit, convert
from bpmn.decisions.library import Seen
from bpmn.decisions.outputs import output_values
from bpmn.decisions.program import (
    DecisionModel,
    Ready,
    ReadyDecision,
    ReadyInput,
    ReadyKnowledge,
    ReadyService,
)
from bpmn.decisions.trace import DecisionTrace, Evaluation, TableTrace
from bpmn.expressions import Environment
from bpmn.expressions.faults import Fault
from bpmn.expressions.feel.values import Function
from bpmn.model import Dialect


def evaluate(
    model: DecisionModel, decision: str, inputs: Mapping[str, object], *, now: datetime
) -> Evaluation:
    """Evaluate a decision, decision service or business knowledge model.

    Never raises for what the model or the inputs hold: the value is null then, and the remarks
    say why.

    Args:
        model: from ``load``.
        decision: id, else name, of an element of the model's main file.
        inputs: by the names of input data; of a service also of its input decisions, of a
            knowledge model those of its parameters. Input data of an imported file is found
            under the import's name, as a context. Texts become dates where a date is declared.
        now: aware UTC time, for ``now()`` and ``today()``.

    Raises:
        DecisionNotFound: the file has no such element.
    """
    ref = model.find(decision)
    ready = model.ready.get(ref or "")
    if ref is None or ready is None or isinstance(ready, ReadyInput):
        raise DecisionNotFound(decision, [d.id or d.name for d in model.definitions.decisions])
    return _Run(model, inputs, now).evaluate(ref, ready)


Key = tuple[tuple[str, ...], str]
"""The names of the imports on the way to an element, and its reference.

A file that is imported on two ways has inputs, and therefore values, of its own on each.
"""


@dataclass(slots=True)
class _Frame:
    """Values of input data and decisions: of the whole run, or of one call of a service."""

    values: dict[Key, object] = field(default_factory=dict)
    is_service: bool = False


_MISSING = object()


class _Run:
    def __init__(self, model: DecisionModel, inputs: Mapping[str, object], now: datetime) -> None:
        self._model = model
        self._inputs = inputs
        self._trail = Trail(Environment(inputs, now))
        self._outside = Scope(self._undeclared(), None, self._trail)
        self._functions: dict[str, Function] = {}
        self._traces: list[DecisionTrace] = []

    def _undeclared(self) -> Mapping[str, object]:
        """Inputs that every decision sees.

        Camunda's decisions see all variables. Others see what they require, and what the file
        declares nowhere, so that a table drawn without input data works.
        """
        if self._model.dialect is not Dialect.PLAIN:
            return self._inputs
        declared = {i.name for file in self._model.library.files.values() for i in file.inputs}
        names = {e.name for e in self._model.definitions.elements}
        return {k: v for k, v in self._inputs.items() if k not in declared | names}

    def evaluate(self, ref: str, ready: Ready) -> Evaluation:
        value: object = None
        try:
            with running(self._trail):
                value = self._value(ref, ready)
        except Fault as fault:
            self._trail.remark(self._trail.place, fault.message)
        except RecursionError:
            self._trail.remark(self._trail.place, "the values or calls are nested too deeply")
        return Evaluation(value, tuple(self._traces), tuple(self._trail.remarks))

    def _value(self, ref: str, ready: Ready) -> object:
        if isinstance(ready, ReadyDecision):
            return self._decide(((), ref), _Frame())
        assert isinstance(ready, (ReadyKnowledge, ReadyService))
        parameters = ready.signature.parameters
        given = [read_declared(self._inputs.get(name), kind) for name, kind in parameters]
        return self._function(ref).call(given)

    def _decide(self, key: Key, frame: _Frame) -> object:
        """Make what a decision requires, then itself; no recursion, whatever the depth."""
        pending = [key]
        opened: set[Key] = set()
        while pending:
            current = pending[-1]
            if current in frame.values:
                pending.pop()
                continue
            ready = self._model.ready.get(current[1])
            # What is opened already requires the current one: a circle, which gives null.
            missing = [k for k in self._missing(current, ready, frame) if k not in opened]
            if current not in opened and missing:
                opened.add(current)
                pending.extend(missing)
                continue
            opened.add(current)
            frame.values[current] = self._make(current, ready, frame)
        return frame.values[key]

    def _missing(self, key: Key, ready: Ready | None, frame: _Frame) -> list[Key]:
        if not isinstance(ready, ReadyDecision):
            return []
        required = [_key(key, seen) for seen in reversed(ready.requires)]
        return [other for other in required if other not in frame.values]

    def _make(self, key: Key, ready: Ready | None, frame: _Frame) -> object:
        if isinstance(ready, ReadyInput):
            # In Camunda input data is only a drawing; its decisions see all variables.
            is_drawing = self._model.dialect is not Dialect.PLAIN
            return None if frame.is_service or is_drawing else self._input(key[0], ready)
        if not isinstance(ready, ReadyDecision):
            return None
        self._trail.spend(1 + len(ready.requires))
        names: dict[str, object] = {}
        for seen in ready.requires:
            value = frame.values.get(_key(key, seen))
            if self._model.dialect is Dialect.PLAIN:
                _place_value(names, seen, value)
            else:
                self._place_camunda_value(names, seen.ref, value)
        required = dict(names)
        for seen in ready.knows:
            _place_value(names, seen, self._function(seen.ref))
        return self._traced(ready, required, self._outside.inner(names))

    def _place_camunda_value(self, names: dict[str, object], ref: str, value: object) -> None:
        """Put a required decision's value under its id, its name and those of its outputs.

        Camunda 8 has the first two, Camunda 7 the last, and the variable of an expression. Input
        data is only a drawing in both: a decision sees all variables.
        """
        ready = self._model.ready.get(ref)
        if not isinstance(ready, ReadyDecision):
            return
        names[ready.id] = names[ready.name] = names[ready.variable] = value
        names.update(output_values(ready.outputs, value))

    def _traced(self, ready: ReadyDecision, required: dict[str, object], scope: Scope) -> object:
        trail = self._trail
        tables, remarks = len(trail.tables), len(trail.remarks)
        value = ready.body(scope)
        made = [table for table in trail.tables[tables:] if isinstance(table, TableTrace)]
        self._traces.append(
            DecisionTrace(
                id=ready.id,
                name=ready.name,
                value=value,
                variable=ready.variable,
                inputs=required,
                table=made[-1] if ready.outputs and made else None,
                tables=tuple(made),
                remarks=tuple(trail.remarks[remarks:]),
            )
        )
        return value

    def _input(self, chain: tuple[str, ...], ready: ReadyInput) -> object:
        found = self._find_input(chain, ready)
        try:
            return as_declared(found, ready.kind)
        except Misfit as misfit:
            self._trail.remark(ready.place, f"the input '{ready.name}': {misfit}")
            return None

    def _find_input(self, chain: tuple[str, ...], ready: ReadyInput) -> object:
        """Find an input: of an imported file within its import's name, else by its own name."""
        within: object = self._inputs
        for name in (*chain, ready.name):
            within = within.get(name, _MISSING) if isinstance(within, Mapping) else _MISSING
        if within is not _MISSING:
            return within
        for name in (".".join((*chain, ready.name)), ready.name):
            if name in self._inputs:
                return self._inputs[name]
        self._trail.remark_absence(ready.place, f"the input '{ready.name}' is missing")
        return None

    def _function(self, ref: str) -> Function:
        found = self._functions.get(ref)
        if found is None:
            found = self._functions[ref] = self._new_function(ref)
        return found

    def _new_function(self, ref: str) -> Function:
        ready = self._model.ready.get(ref)
        if isinstance(ready, ReadyService):
            service = ready
            return calling(
                service.signature, self._trail, lambda given: self._serve(service, given)
            )
        if isinstance(ready, ReadyKnowledge) and ready.body is not None:
            return self._knowledge(ready, ready.body)
        name = "" if ready is None or isinstance(ready, ReadyDecision) else ready.name
        place = Place(ref.rpartition("#")[2], 0, name)
        return calling(Signature((), place), self._trail, lambda _given: None)

    def _knowledge(self, ready: ReadyKnowledge, body: Evaluator) -> Function:
        names: dict[str, object] = {}
        function = calling(
            ready.signature,
            self._trail,
            lambda given: body(Scope({**names, **given}, None, self._trail)),
        )
        names[ready.name] = function
        for seen in ready.knows:
            _place_value(names, seen, self._later(seen.ref))
        return function

    def _later(self, ref: str) -> Function:
        """A function that is made when it is called: knowledge models may call each other."""
        ready = self._model.ready.get(ref)
        names = ready.signature.names if isinstance(ready, (ReadyKnowledge, ReadyService)) else ()
        return function_of(names, lambda values: self._function(ref).call(values))

    def _serve(self, service: ReadyService, given: Mapping[str, object]) -> object:
        # Two inputs of one name are one argument.
        inputs = zip(service.inputs, service.signature.names, strict=True)
        values = {_key(_HERE, seen): given.get(name) for seen, name in inputs}
        frame = _Frame(values, is_service=True)
        outputs = [(seen.path[-1], _key(_HERE, seen)) for seen in service.outputs]
        results = {name: self._decide(key, frame) for name, key in outputs}
        value: object = results
        if len(service.outputs) == 1:
            value = results[service.outputs[0].path[-1]]
        try:
            return convert(value, service.kind)
        except Misfit as misfit:
            self._trail.remark(service.signature.place, str(misfit))
            return None


_HERE: Key = ((), "")


def _key(key: Key, seen: Seen) -> Key:
    """The key of what the element of *key* sees."""
    return (*key[0], *seen.path[:-1]), seen.ref


def _place_value(names: dict[str, object], seen: Seen, value: object) -> None:
    """Put a value under its name, or under the name of its import."""
    if len(seen.path) == 1:
        names[seen.path[0]] = value
        return
    prefix, name = seen.path
    within = names.setdefault(prefix, {})
    if isinstance(within, dict):
        within[name] = value
