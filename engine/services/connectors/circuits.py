"""Circuit breakers: a target that fails again and again is left alone for a while.

After so many failures in a row a circuit opens: calls are refused. When its pause is over, one call
is let through; if that succeeds the circuit closes, else it opens again.

Source: M. Nygard, "Release It!", 2nd edition, p. 95. Why not pybreaker: decisions/0010.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from engine.services.connectors.targets import Treatment

LOOK_AGAIN = timedelta(seconds=5)
"""When to ask again for a circuit that somebody else tries."""
_MOST = 10_000


class Circuits(Protocol):
    """The circuits of all targets; shared by all threads."""

    def admit(self, target: str, now: datetime, treatment: Treatment, /) -> datetime | None:
        """``None`` when *target* may be called now, else when to ask again.

        Who is admitted must tell the outcome, or let the time of a call pass.
        """

    def succeeded(self, target: str, /) -> None:
        """A call of *target* went well, or failed by the caller's fault."""

    def failed(self, target: str, now: datetime, treatment: Treatment, /) -> None:
        """*target* did not do its part."""


@dataclass(slots=True)
class _Circuit:
    failures: int = 0
    open_until: datetime | None = None
    trial_until: datetime | None = None


class MemoryCircuits:
    """Circuits of this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._circuits: dict[str, _Circuit] = {}

    def admit(self, target: str, now: datetime, treatment: Treatment, /) -> datetime | None:
        """As `Circuits.admit`."""
        with self._lock:
            circuit = self._circuits.get(target)
            if circuit is None or circuit.open_until is None:
                return None
            if now < circuit.open_until:
                return circuit.open_until
            if circuit.trial_until is not None and now < circuit.trial_until:
                return min(circuit.trial_until, now + LOOK_AGAIN)
            circuit.trial_until = now + treatment.timeout
            return None

    def succeeded(self, target: str, /) -> None:
        """As `Circuits.succeeded`."""
        with self._lock:
            self._circuits.pop(target, None)

    def failed(self, target: str, now: datetime, treatment: Treatment, /) -> None:
        """As `Circuits.failed`."""
        with self._lock:
            if len(self._circuits) >= _MOST and target not in self._circuits:
                # Addresses made of data could fill the memory; the oldest are forgotten.
                del self._circuits[next(iter(self._circuits))]
            circuit = self._circuits.setdefault(target, _Circuit())
            circuit.failures += 1
            circuit.trial_until = None
            if circuit.open_until is not None or circuit.failures >= treatment.failures:
                circuit.open_until = now + treatment.pause
