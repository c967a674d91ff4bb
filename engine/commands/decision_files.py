"""Judging DMN files: what is wrong with them, and what they hold to be deployed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bpmn.decisions import DecisionModel, Loaded, load
from bpmn.model import Problem
from engine.commands.inputs import LONGEST_NAME


@dataclass(frozen=True, slots=True)
class DecisionFile:
    """A DMN file, opened with the others of its deployment beside it.

    Attributes:
        name: of the file.
        loaded: what it says.
        digest: SHA-256 over it and all that it imports, in hex.
    """

    name: str
    loaded: Loaded
    digest: str

    @property
    def model(self) -> DecisionModel | None:
        """Its decisions; ``None`` when it is no DMN file."""
        return self.loaded.model


def open_decisions(files: Sequence[tuple[str, bytes]]) -> tuple[DecisionFile, ...]:
    """Open DMN files, given as names and bytes, together: each may import the others."""
    opened = []
    for number, (name, data) in enumerate(files):
        beside = [other for place, (_, other) in enumerate(files) if place != number]
        opened.append((name, data, load(data, beside)))
    namespaces = {
        loaded.model.definitions.namespace: data for _, data, loaded in opened if loaded.model
    }
    return tuple(
        DecisionFile(name, loaded, _digest(data, loaded, namespaces))
        for name, data, loaded in opened
    )


def _digest(data: bytes, loaded: Loaded, namespaces: dict[str, bytes]) -> str:
    if loaded.model is None:
        return hashlib.sha256(data).hexdigest()
    main = loaded.model.definitions.namespace
    imported = sorted(set(loaded.model.library.files) - {main})
    parts = [data, *(namespaces.get(namespace, b"") for namespace in imported)]
    digests = [hashlib.sha256(part).hexdigest() for part in parts]
    return (
        digests[0] if len(digests) == 1 else hashlib.sha256("".join(digests).encode()).hexdigest()
    )


def problems_of_decisions(files: Sequence[DecisionFile]) -> Iterator[Problem]:
    """All problems of all files, and those between them."""
    seen: dict[str, str] = {}
    for file in files:
        for problem in file.loaded.problems:
            yield replace(problem, file=file.name)
        for decision in () if file.model is None else file.model.definitions.decisions:
            if decision.id in seen and seen[decision.id] != file.name:
                yield Problem(
                    "decision-id-duplicate",
                    f"The decision id {decision.id!r} is used twice, first in "
                    f"{seen[decision.id]!r}.",
                    "Give every decision its own id.",
                    element_id=decision.id,
                    element_name=decision.name,
                    line=decision.line,
                    file=file.name,
                )
            seen.setdefault(decision.id, file.name)
            if len(decision.id) > LONGEST_NAME:
                yield Problem(
                    "decision-id-too-long",
                    f"The decision id has {len(decision.id)} characters.",
                    f"Use at most {LONGEST_NAME}.",
                    element_id=decision.id[:80],
                    line=decision.line,
                    file=file.name,
                )
