"""Anchors cover all chains; an export can be checked without the database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from engine import tables
from engine.core import Engine
from engine.errors import Forbidden
from engine.queries.audit import verify_export
from engine.store import anchors
from engine.store.anchors import Fold
from engine.store.history import Event, Head, link
from tests.engine.world import ADMIN, CLARA, FOREIGN_ADMIN, World

HISTORY = tables.history
ANCHOR = tables.history_anchor
INSTANCE = tables.process_instance
HOUR = timedelta(hours=1)


def finished(world: World) -> str:
    instance = world.run("fork.bpmn", amount=1)
    world.complete("left")
    world.complete("right")
    return instance


def anchored(world: World) -> None:
    world.clock.set(world.clock.now() + HOUR)
    assert world.engine.anchor_history() is not None


def write(world: World, *statements: sa.Executable) -> None:
    with world.engine.database.writing() as connection:
        for statement in statements:
            connection.execute(statement)


def rewrite(world: World, instance: str) -> None:
    """What somebody with the whole database and our code can do: new events with good hashes."""
    told = world.history(instance)
    events = [Event(row.kind, row.element_id, task=row.task_id) for row in told]
    rows, head = link(instance, Head(), events, at=told[0].at, actor="mallory")
    moved = {"history_seq": head.seq, "history_hash": head.hash}
    write(
        world,
        sa.delete(HISTORY).where(HISTORY.c.chain == instance),
        sa.insert(HISTORY).values(rows),
        sa.update(INSTANCE).where(INSTANCE.c.id == instance).values(moved),
    )


def test_anchors_fit_the_history_that_they_cover(world: World):
    finished(world)
    anchored(world)
    finished(world)
    anchored(world)
    assert world.engine.verify_audit() == ([], [])


def test_a_chain_that_was_rewritten_with_good_hashes_breaks_its_anchor_only(world: World):
    instance = finished(world)
    anchored(world)
    finished(world)
    anchored(world)
    rewrite(world, instance)
    chains, (anchor,) = world.engine.verify_audit()
    assert chains == []
    assert (anchor.seq, anchor.what) == (1, "the history of that time was rewritten")


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (
            sa.update(ANCHOR).where(ANCHOR.c.seq == 1).values(digest="0" * 64),
            "it was changed, or signed with another LANEWAY_AUDIT_KEY",
        ),
        (sa.delete(ANCHOR).where(ANCHOR.c.seq == 1), "an anchor before it is missing"),
    ],
)
def test_a_changed_anchor_is_found(world: World, change: sa.Executable, what: str):
    finished(world)
    anchored(world)
    finished(world)
    anchored(world)
    write(world, change)
    assert what in {anchor.what for anchor in world.engine.verify_audit()[1]}


def test_who_has_not_the_key_cannot_sign(world: World):
    finished(world)
    anchored(world)
    settings = replace(world.engine.settings, audit_key="k" * 32)
    other = Engine.open(world.url, clock=world.clock, settings=settings)
    try:
        (broken,) = other.verify_audit()[1]
    finally:
        other.close()
    assert broken.what.startswith("it was changed, or signed with another")


def test_what_is_young_waits_for_the_next_anchor(world: World):
    finished(world)
    assert world.engine.anchor_history() is None
    anchored(world)
    assert world.engine.anchor_history() is None


def test_others_write_while_the_history_is_read_for_an_anchor(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    finished(world)
    fold = anchors.fold

    def slowly(*given: object) -> Fold:
        finished(world)
        return fold(*given)

    monkeypatch.setattr(anchors, "fold", slowly)
    anchored(world)
    monkeypatch.undo()
    anchored(world)
    assert world.engine.verify_audit() == ([], [])


def test_of_two_who_read_the_same_history_one_writes_the_anchor(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    finished(world)
    fold = anchors.fold

    def late(*given: object) -> Fold:
        monkeypatch.undo()
        assert world.engine.anchor_history() is not None
        return fold(*given)

    monkeypatch.setattr(anchors, "fold", late)
    world.clock.set(world.clock.now() + HOUR)
    assert world.engine.anchor_history() is None
    assert len(world.rows("history_anchor")) == 1
    assert world.engine.verify_audit() == ([], [])


def test_an_anchor_is_not_made_before_its_time(world: World):
    finished(world)
    anchored(world)
    finished(world)
    world.clock.set(world.clock.now() + HOUR / 2)
    assert world.engine.anchor_history(every=HOUR) is None
    world.clock.set(world.clock.now() + HOUR)
    assert world.engine.anchor_history(every=HOUR) is not None


def exported(world: World, **wanted: object) -> list[str]:
    with world.engine.export_history(actor=ADMIN, **wanted) as lines:
        return list(lines)


def test_an_export_is_whole_by_itself(world: World):
    finished(world)
    anchored(world)
    lines = exported(world, everyone=True)
    assert verify_export(lines) == []
    assert any(line.startswith('{"anchor":1') for line in lines)


@pytest.mark.parametrize(
    ("change", "chain", "what"),
    [
        (lambda lines: [*lines[:3], *lines[4:]], "chain", "is missing"),
        (lambda lines: [line.replace('"ada"', '"mallory"') for line in lines], "chain", "changed"),
        (lambda lines: lines[:-1], "file", "its last line, the seal, is missing"),
        (lambda lines: [*lines[:-2], lines[-1]], "file", "not those that were sealed"),
    ],
)
def test_a_changed_export_is_found(
    world: World, change: Callable[[list[str]], list[str]], chain: str, what: str
):
    instance = finished(world)
    broken = verify_export(change(exported(world, chain=instance)))
    named = {"chain": instance, "file": "file"}[chain]
    assert any(one.chain == named and what in one.what for one in broken)


def test_what_is_no_export_is_refused():
    with pytest.raises(ValueError, match="Line 1 is no line of a laneway audit export"):
        verify_export(["hello"])


def test_only_an_administrator_exports_and_only_the_own_organisation(world: World):
    instance = finished(world)
    with pytest.raises(Forbidden), world.engine.export_history(actor=CLARA):
        pass
    assert any(instance in line for line in exported(world))
    with world.engine.export_history(actor=FOREIGN_ADMIN) as lines:
        assert not any(instance in line for line in lines)
