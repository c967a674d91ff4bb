"""Judging contract files: what is wrong with each, and with them together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bpmn.model import Problem
from engine.services.contracts import Contract, Version, read_contract


@dataclass(frozen=True, slots=True)
class ContractFile:
    """A contract's file; ``contract`` is ``None`` when one of ``problems`` is an error."""

    name: str
    text: str
    contract: Contract | None
    problems: tuple[Problem, ...]


def open_contracts(files: Iterable[tuple[str, bytes]]) -> tuple[ContractFile, ...]:
    """Read files, given as names and bytes."""
    return tuple(_open(name, data) for name, data in files)


def _open(name: str, data: bytes) -> ContractFile:
    contract, problems = read_contract(data, name=name)
    text = data.decode("utf-8-sig") if contract is not None else ""
    return ContractFile(name, text, contract, problems)


def problems_of_contracts(files: Sequence[ContractFile]) -> Iterator[Problem]:
    """All problems of all files, and those between them."""
    seen: dict[tuple[str, Version], str] = {}
    for file in files:
        yield from file.problems
        if file.contract is None:
            continue
        identity = (file.contract.name, file.contract.version)
        if identity in seen:
            yield Problem(
                "contract-duplicate",
                f"The contract {file.contract.label} is there twice, first in {seen[identity]!r}.",
                "Give each its own version.",
                element_id="version",
                file=file.name,
            )
        seen.setdefault(identity, file.name)
