"""Correlation as the standard has it: a message belongs to who knows all of its key (p. 134).

A process with a correlation subscription knows the values of a key's properties from its own
variables; of a message they are found by retrieval expressions. A key of one property is that
value as text, so that vendors' keys mean the same; a key of several is a JSON object by name.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from bpmn.model import EventDefinition, Expression
from engine.runtime.run import Run
from engine.runtime.state import Scope
from engine.runtime.variables import Isolated


def text_of(values: Mapping[str, object]) -> str:
    """The correlation text of a key with these *values* by property name; empty for none."""
    if not values or any(value is None for value in values.values()):
        return ""
    if len(values) == 1:
        return str(next(iter(values.values())))
    return json.dumps({name: str(value) for name, value in values.items()}, sort_keys=True)


def awaited(run: Run, scope: Scope, definition: EventDefinition) -> str:
    """What a message must carry to be received in *scope*, empty when any is.

    Raises:
        Failure: a data path cannot be evaluated.
    """
    if definition.correlation_key is not None:
        return run.text(definition.correlation_key, scope)
    names = {p.id: p.name or p.id for p in run.model.correlation_properties}
    carried = _retrievals(run, definition)
    for subscription in run.model.correlation_subscriptions:
        bound = dict(subscription.bindings)
        if bound and bound.keys() <= carried.keys():
            return text_of(
                {names.get(p, p): run.evaluate(path, scope) for p, path in bound.items()}
            )
    return ""


def carried(
    run: Run, scope: Scope, definition: EventDefinition, payload: Mapping[str, object]
) -> str:
    """What a thrown message carries, from its *payload*; empty without a key.

    Raises:
        Failure: a retrieval expression cannot be evaluated.
    """
    if definition.correlation_key is not None:
        return run.text(definition.correlation_key, scope)
    retrievals = _retrievals(run, definition)
    names = {p.id: p.name or p.id for p in run.model.correlation_properties}
    for key in run.model.correlation_keys:
        if key.properties and set(key.properties) <= retrievals.keys():
            found = {
                names.get(p, p): run.evaluate(retrievals[p], scope, Isolated(payload))
                for p in key.properties
            }
            return text_of(found)
    return ""


def _retrievals(run: Run, definition: EventDefinition) -> dict[str, Expression]:
    """How the message of *definition* gives each property, by property id."""
    return {
        each.id: expression
        for each in run.model.correlation_properties
        for message, expression in each.retrievals
        if message == definition.reference
    }
