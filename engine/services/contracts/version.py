"""Versions of contracts: one to three numbers, compared as numbers (semver.org, without labels)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from engine.errors import BadInput

_TEXT = re.compile(r"(0|[1-9]\d{0,8})(?:\.(0|[1-9]\d{0,8}))?(?:\.(0|[1-9]\d{0,8}))?", re.ASCII)


class VersionInvalid(BadInput):
    """A text that is no version."""

    code = "contract-version-invalid"

    def __init__(self, text: str) -> None:
        super().__init__(
            f"{text[:80]!r} is no version of a contract. Write one to three numbers, such as 2, "
            "2.1 or 2.1.4."
        )


@dataclass(frozen=True, slots=True, order=True)
class Version:
    """``2.1`` is ``2.1.0``: parts that are not written are 0."""

    major: int
    minor: int = 0
    patch: int = 0

    @classmethod
    def parse(cls, text: str) -> Version:
        """Read ``2``, ``2.1`` or ``2.1.4``.

        Raises:
            VersionInvalid: it is neither.
        """
        return cls(*parts_of(text))

    def __str__(self) -> str:
        """As short as it can be: ``2.1``, but never only ``2``."""
        patch = f".{self.patch}" if self.patch else ""
        return f"{self.major}.{self.minor}{patch}"

    def begins_with(self, parts: tuple[int, ...]) -> bool:
        """Whether it is one of the versions that *parts* mean: 2 means every 2.x.y."""
        return (self.major, self.minor, self.patch)[: len(parts)] == parts


def parts_of(text: str) -> tuple[int, ...]:
    """The numbers that are written, one to three.

    Raises:
        VersionInvalid: there are others.
    """
    found = _TEXT.fullmatch(text)
    if not found:
        raise VersionInvalid(text)
    return tuple(int(part) for part in found.groups() if part is not None)
