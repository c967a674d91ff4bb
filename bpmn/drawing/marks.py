"""What a drawing tells about instances: tokens, states, the way taken, heat."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType


class State(StrEnum):
    """What is to be said of an element, each with a colour and a sign."""

    ACTIVE = "active"
    INCIDENT = "incident"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    SUSPENDED = "suspended"


def _no_counts() -> Mapping[str, int]:
    return MappingProxyType({})


def _no_states() -> Mapping[str, State]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Marks:
    """Marks by element id; ids that are not drawn are passed over.

    Attributes:
        tokens: how many tokens wait there; those inside a collapsed sub-process count for it.
        states: what else is to be said; an element with tokens and no state is active.
        passed: flows and elements that tokens passed.
        heat: how often something happened there; the hottest is the largest number.
    """

    tokens: Mapping[str, int] = field(default_factory=_no_counts)
    states: Mapping[str, State] = field(default_factory=_no_states)
    passed: frozenset[str] = frozenset()
    heat: Mapping[str, int] = field(default_factory=_no_counts)


NO_MARKS = Marks()
