"""Rules that hold for every process, whatever is drawn and in whatever order people work."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from random import Random

from hypothesis import assume, example, given
from hypothesis import strategies as st

from bpmn.model import EventKind, Node, ProcessModel
from engine.runtime.advance import advance
from engine.runtime.memory import MemoryInstance
from engine.runtime.state import Scope, Stage, Status, WaitKind
from engine.runtime.step import (
    CancelInstance,
    Command,
    Complete,
    Continue,
    Fire,
    OpenedJob,
    OpenedSubscription,
    Start,
    Step,
)
from tests.engine.runtime.blocks import MODELS, Builder

NOW = datetime(2026, 1, 5, 8, tzinfo=UTC)
SEEDS = st.integers(0, 2**32)
# Two paths of a sub-process end at once, and it is kept for its compensation.
_ENDS_TWICE = Builder().model(("undone_sub", ("undone_sub", ("complex", [("link",), ("link",)]))))


def started(model: ProcessModel, kind: type[MemoryInstance] = MemoryInstance) -> MemoryInstance:
    instance = kind(model)
    instance.do(Start({"n": 0}), NOW)
    return instance


def choices(instance: MemoryInstance, *, interrupt: bool = True) -> list[Command]:
    """Everything that could happen next."""
    found: list[Command] = []
    for wait in instance.waits.values():
        node = wait.node
        if isinstance(wait, OpenedJob) and wait.kind is WaitKind.WORK:
            found.append(Complete(wait.scope, wait.token))
        elif isinstance(wait, OpenedJob) and wait.kind is WaitKind.ASYNC:
            found.append(Continue(wait.scope, wait.token))
        elif isinstance(wait, OpenedSubscription | OpenedJob):
            is_guard = bool(node.attached_to) or node.type == "startEvent"
            if is_guard and not (interrupt and _may_come(instance, node)):
                continue
            found.append(Fire(wait.scope, wait.wait, {node.id: True}))
        else:
            found.append(Complete(wait.scope, wait.token, {node.id: True}))
    return found


def _may_come(instance: MemoryInstance, event: Node) -> bool:
    """Whether what guards a scope comes once more; one that does not interrupt comes twice."""
    before = sum(h.node == event.id and h.kind == "element-completed" for h in instance.history)
    return event.interrupting or before < 2


def work(instance: MemoryInstance, random: Random, *, interrupt: bool = True) -> None:
    while instance.is_active:
        instance.do(random.choice(choices(instance, interrupt=interrupt)), NOW)


def waiting_is_visible(instance: MemoryInstance) -> None:
    for scope in instance.scopes.values():
        assert scope.parent is None or scope.parent in instance.scopes
        assert set(scope.armed) <= instance.waits.keys()
        for token in scope.tokens.values():
            is_armed = any(armed.token == token.id for armed in scope.armed.values())
            assert token.child is None or token.child in instance.scopes
            # Nothing begins before those who listen to the process' start have heard.
            is_held = token.stage is Stage.ARM and _is_begin_told(instance)
            assert token.child is not None or token.wait in instance.waits or is_armed or is_held
    for wait in instance.waits.values():
        assert wait.scope in instance.scopes
    assert bool(instance.waits) == instance.is_active


def _is_begin_told(instance: MemoryInstance) -> bool:
    tokens = instance.scopes[0].tokens.values()
    return any(t.node == instance.model.id and t.wait in instance.waits for t in tokens)


@given(MODELS, SEEDS)
@example(_ENDS_TWICE, 0)
def test_every_started_instance_waits_visibly_until_it_completes(model, seed):
    instance, random = started(model), Random(seed)
    while instance.is_active:
        waiting_is_visible(instance)
        instance.do(random.choice(choices(instance)), NOW)
    waiting_is_visible(instance)
    assert instance.instance.status is Status.COMPLETED


class Stored(MemoryInstance):
    """Encodes and decodes every scope after each step, as a store does."""

    def apply(self, step: Step) -> None:
        super().apply(step)
        self.scopes = {
            i: Scope.decode(i, scope.parent, scope.encode()) for i, scope in self.scopes.items()
        }


@given(MODELS, SEEDS)
def test_saving_and_loading_after_each_step_changes_nothing(model, seed):
    kept, stored = started(model), started(model, Stored)
    for instance in (kept, stored):
        work(instance, Random(seed))
    assert kept.history == stored.history
    assert kept.effects == stored.effects


@given(MODELS, SEEDS, st.integers(0, 10))
@example(_ENDS_TWICE, 0, 1)
def test_cancelling_at_any_step_leaves_nothing_behind(model, seed, steps):
    instance, random = started(model), Random(seed)
    for _ in range(steps):
        if instance.is_active:
            instance.do(random.choice(choices(instance)), NOW)
    for _ in range(2):
        # The first time, those who listen to what ends are waited for.
        if instance.is_active:
            instance.do(CancelInstance(), NOW)
    assert (instance.scopes, instance.waits) == ({}, {})
    assert instance.variables(0) == {}


@given(MODELS, SEEDS, SEEDS)
def test_the_order_in_which_branches_finish_does_not_change_the_outcome(model, one, other):
    assume(not any(_is_a_race(node) for node in model.nodes))
    outcomes = []
    for seed in (one, other):
        instance, random = started(model), Random(seed)
        # Which event of a gateway or boundary comes is a decision, not an order.
        while instance.is_active:
            first_of_each = _without_races(instance)
            instance.do(random.choice(first_of_each), NOW)
        passed = Counter(h.node for h in instance.history if h.kind == "element-completed")
        outcomes.append((instance.instance.status, passed, instance.effects[-1]))
    assert outcomes[0] == outcomes[1]


def _is_a_race(node: Node) -> bool:
    """Who comes first decides: it goes on at a complex gateway, and ends what others still do."""
    ends = (EventKind.TERMINATE, EventKind.SIGNAL)
    throws = node.type in ("intermediateThrowEvent", "endEvent")
    return node.type == "complexGateway" or (throws and any(e.kind in ends for e in node.events))


def _without_races(instance: MemoryInstance) -> list[Command]:
    found: dict[tuple[int, int], Command] = {}
    for command in choices(instance, interrupt=False):
        wait = instance.waits[command.wait] if isinstance(command, Fire) else command
        found.setdefault((wait.scope, wait.token), command)
    return list(found.values())


@given(MODELS, SEEDS)
def test_a_step_never_changes_the_snapshot_that_it_reads(model, seed):
    instance, random = started(model), Random(seed)
    while instance.is_active:
        before = {i: scope.encode() for i, scope in instance.scopes.items()}
        step = instance_step(instance, random.choice(choices(instance)))
        assert before == {i: scope.encode() for i, scope in instance.scopes.items()}
        instance.apply(step)


def instance_step(instance: MemoryInstance, command: Command) -> Step:
    return advance(instance.model, instance, command, NOW)
