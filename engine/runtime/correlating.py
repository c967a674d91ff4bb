"""Correlation as the standard has it: a message belongs to who knows all of its keys (p. 134).

A process with a correlation subscription knows the values of a key's properties from its own
variables; without one, the first message of a conversation says them, sent or received, and they
are remembered (p. 135). Of a message they are found by retrieval expressions. A single property
is that value as text, so that vendors' keys mean the same; several are a JSON object by name.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from bpmn.model import CorrelationKey, EventDefinition, Expression
from engine.runtime.run import Run
from engine.runtime.state import ROOT, Scope
from engine.runtime.texts import plain_text
from engine.runtime.variables import Isolated

_KNOWN = "#key:"


def text_of(values: Mapping[str, object]) -> str:
    """The correlation text of a key with these *values* by property name; empty for none."""
    if not values or any(value is None for value in values.values()):
        return ""
    if len(values) == 1:
        return plain_text(next(iter(values.values())))
    return json.dumps({name: plain_text(value) for name, value in values.items()}, sort_keys=True)


def matches(awaited: str, carried: str) -> bool:
    """Whether a message that carries *carried* belongs to who waits with *awaited*.

    Who waits with no key takes any message; who knows some of its properties, one that agrees.
    """
    if awaited in {"", carried}:
        return True
    wanted, found = _properties(awaited), _properties(carried)
    return wanted is not None and found is not None and wanted.items() <= found.items()


def awaited(run: Run, scope: Scope, definition: EventDefinition) -> str:
    """What a message must carry to be received in *scope*, empty when any is.

    Raises:
        Failure: a data path cannot be evaluated.
    """
    if definition.correlation_key is not None:
        return run.text(definition.correlation_key, scope)
    carried = retrievals(run, definition)
    if not carried:
        return ""
    values: dict[str, object] = {}
    for key in _keys(run, carried):
        values.update(_remembered(run, key) or {})
    for subscription in run.model.correlation_subscriptions:
        bound = dict(subscription.bindings)
        if bound and bound.keys() <= carried.keys():
            found = {p: run.evaluate(path, scope) for p, path in bound.items()}
            values.update({} if None in found.values() else found)
    return _text(run, carried, values)


def carried(
    run: Run, scope: Scope, definition: EventDefinition, payload: Mapping[str, object]
) -> str:
    """What a thrown message carries, from its *payload*; empty without a key.

    Raises:
        Failure: a retrieval expression cannot be evaluated.
    """
    if definition.correlation_key is not None:
        return run.text(definition.correlation_key, scope)
    found = retrievals(run, definition)
    values: dict[str, object] = {}
    for key in _keys(run, found):
        values.update(_retrieved(run, scope, key, found, payload) or {})
    return _text(run, found, values)


def learn(
    run: Run, scope: Scope, definition: EventDefinition, payload: Mapping[str, object]
) -> None:
    """Remember the keys that the first message of a conversation, with *payload*, has (p. 135).

    Raises:
        Failure: a retrieval expression cannot be evaluated.
    """
    if not run.model.correlation_keys:
        return
    found = retrievals(run, definition)
    subscribed = {subscription.key for subscription in run.model.correlation_subscriptions}
    for key in _keys(run, found):
        if key.id in subscribed or _remembered(run, key) is not None:
            continue
        values = _retrieved(run, scope, key, found, payload)
        if values is not None:
            texts = {name: plain_text(value) for name, value in values.items()}
            run.work.scope(ROOT).notes[f"{_KNOWN}{key.id}"] = texts
            run.has_learned = True


def retrievals(run: Run, definition: EventDefinition) -> dict[str, Expression]:
    """How the message of *definition* gives each property, by property id."""
    return {
        each.id: expression
        for each in run.model.correlation_properties
        for message, expression in each.retrievals
        if message == definition.reference
    }


def _keys(run: Run, found: Mapping[str, Expression]) -> Iterator[CorrelationKey]:
    """The keys that a message with these retrieval expressions has."""
    for key in run.model.correlation_keys:
        if key.properties and set(key.properties) <= found.keys():
            yield key


def _retrieved(
    run: Run,
    scope: Scope,
    key: CorrelationKey,
    found: Mapping[str, Expression],
    payload: Mapping[str, object],
) -> dict[str, object] | None:
    """The key's values by property id, ``None`` when the message lacks one."""
    values = {p: run.evaluate(found[p], scope, Isolated(payload)) for p in key.properties}
    return None if None in values.values() else values


def _remembered(run: Run, key: CorrelationKey) -> dict[str, object] | None:
    found = run.work.look(ROOT).notes.get(f"{_KNOWN}{key.id}")
    return dict(found) if isinstance(found, dict) else None


def _text(run: Run, found: Mapping[str, Expression], values: Mapping[str, object]) -> str:
    """The text for *values* by property id, in the form that this message's keys have."""
    names = {p.id: p.name or p.id for p in run.model.correlation_properties}
    every = {name for key in _keys(run, found) for name in key.properties} | values.keys()
    if len(every) <= 1:
        return text_of(dict(values))
    if not values:
        return ""
    texts = {names.get(p, p): plain_text(value) for p, value in values.items()}
    return json.dumps(texts, sort_keys=True)


def _properties(text: str) -> dict[str, str] | None:
    if not text.startswith("{"):
        return None
    try:
        found = json.loads(text)
    except ValueError:
        return None
    is_key = isinstance(found, dict) and all(isinstance(value, str) for value in found.values())
    return found if is_key else None
