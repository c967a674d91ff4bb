"""How a task names a contract: ``contract:NAME`` or ``contract:NAME:VERSION``."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bpmn.dialects.connectors import CONTRACT
from engine.errors import BadInput
from engine.services.contracts.version import VersionInvalid, parts_of

PREFIX = CONTRACT
LONGEST = 200
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*", re.ASCII)


class ReferenceInvalid(BadInput):
    """A text that names no contract."""

    code = "contract-reference-invalid"

    def __init__(self, text: str) -> None:
        super().__init__(
            f"{text[:80]!r} names no contract. Write contract:NAME or contract:NAME:VERSION, such "
            "as contract:credit-check:2."
        )


@dataclass(frozen=True, slots=True)
class Reference:
    """A contract and which of its versions: the newest that begins with ``parts``."""

    name: str
    parts: tuple[int, ...] = ()

    @property
    def version(self) -> str:
        """As written; empty for the newest of all."""
        return ".".join(map(str, self.parts))

    def __str__(self) -> str:
        """As a task names it."""
        return f"{PREFIX}{self.name}" + (f":{self.version}" if self.parts else "")


def is_name(text: str) -> bool:
    """Whether a contract may be called so."""
    return len(text) <= LONGEST and _NAME.fullmatch(text) is not None


def parse_reference(text: str) -> Reference:
    """Read what a task says, with or without ``contract:`` before it.

    Raises:
        ReferenceInvalid: it names no contract.
    """
    name, colon, version = text.strip().removeprefix(PREFIX).partition(":")
    if not is_name(name) or (colon and not version):
        raise ReferenceInvalid(text)
    try:
        return Reference(name, parts_of(version) if version else ())
    except VersionInvalid:
        raise ReferenceInvalid(text) from None
