"""The operation that evaluates a decision of files, without deploying them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from bpmn.decisions import DecisionModel, DecisionNotFound, evaluate, load
from engine.cli.drive.protocol import Request
from engine.cli.drive.session import Operation, Session
from engine.cli.drive.values import read_value, write_value
from engine.cli.files import read_files
from engine.errors import BadInput

MAX_BESIDE = 500
"""Other .dmn files of the folder that are looked at for imports."""

_CACHED = 20


def _evaluate(session: Session, request: Request) -> object:
    inputs = {name: read_value(value) for name, value in request.variables("inputs").items()}
    model = _model(tuple(request.texts("files")))
    try:
        evaluation = evaluate(model, request.text("node"), inputs, now=session.clock.now())
    except DecisionNotFound as error:
        raise BadInput(str(error)) from None
    return write_value(evaluation.value)


@lru_cache(maxsize=_CACHED)
def _model(files: tuple[str, ...]) -> DecisionModel:
    """The model of the first file; it may import the others, and those of its folder.

    A model with errors is good enough: the decisions with errors are null.
    """
    if not files:
        raise BadInput("evaluate: 'files' must name at least one .dmn file.")
    data, *given = _bytes([Path(path) for path in files])
    beside = sorted(Path(files[0]).parent.glob("*.dmn"))[:MAX_BESIDE] if b"import" in data else []
    loaded = load(data, [*given, *_bytes(beside)])
    if loaded.model is None:
        raise BadInput(loaded.problems[0].message)
    return loaded.model


def _bytes(paths: Sequence[Path]) -> list[bytes]:
    return [file.data for file in read_files(paths)]


OPERATIONS: dict[str, Operation] = {"evaluate": _evaluate}
