"""Opens the .dmn files beside the tests, or small ones written in a test."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bpmn.decisions import DecisionModel, Evaluation, evaluate, load

HERE = Path(__file__).parent
NOW = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)


class Decisions:
    """A model with a short way to evaluate it."""

    def __init__(self, model: DecisionModel) -> None:
        self.model = model

    def explain(self, key: str, **inputs: object) -> Evaluation:
        return evaluate(self.model, key, inputs, now=NOW)

    def decide(self, key: str, **inputs: object) -> object:
        return self.explain(key, **inputs).value


def open_decisions(name: str, *beside: str) -> Decisions:
    loaded = load(read(name), [read(other) for other in beside])
    assert loaded.is_deployable, loaded.problems
    assert loaded.model is not None
    return Decisions(loaded.model)


def read(name: str) -> bytes:
    return (HERE / name).read_bytes()


open_decisions.of = Decisions


@pytest.fixture
def decisions():
    return open_decisions
