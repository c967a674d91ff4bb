from __future__ import annotations

from importlib.metadata import EntryPoint, EntryPoints

import pytest

from engine.services import handlers
from engine.services.changes import LONGEST_BACKLOG, Change, ChangeKind, Changes
from engine.services.handlers import Handlers, WorkItem


def charge(_item: WorkItem) -> None:
    """A handler that an installed package would bring."""


def change(number: int) -> Change:
    return Change(ChangeKind.TASKS, "default", str(number))


def test_every_listener_hears_every_change():
    changes = Changes()
    with changes.listen() as one, changes.listen() as two:
        changes.publish([change(1)])
        assert one.wait(0) == two.wait(0) == change(1)
        assert one.wait(0) is None


def test_who_listens_no_more_hears_nothing():
    changes = Changes()
    with changes.listen() as one:
        pass
    changes.publish([change(1)])
    assert one.wait(0) is None


def test_a_slow_listener_loses_the_oldest_changes():
    changes = Changes()
    with changes.listen() as slow:
        changes.publish(change(number) for number in range(LONGEST_BACKLOG + 2))
        assert slow.wait(0) == change(2)


def test_installed_packages_bring_handlers_by_entry_point(monkeypatch: pytest.MonkeyPatch):
    point = EntryPoint("charge", f"{__name__}:charge", handlers.GROUP)
    monkeypatch.setattr(EntryPoint, "load", lambda _self: charge)
    installed = EntryPoints([point])
    monkeypatch.setattr(handlers, "entry_points", installed.select)
    found = Handlers({"mine": charge})
    assert found.find("charge") is charge
    assert found.find("nobody") is None
    assert list(found.names()) == ["charge", "mine"]
