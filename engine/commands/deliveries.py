"""What one step asks of another instance."""

from __future__ import annotations

from dataclasses import dataclass

from engine.runtime.step import Command
from engine.store.load import InstanceRow


@dataclass(frozen=True, slots=True)
class Delivery:
    """A command for an instance, to be taken within the same transaction.

    ``wait`` is the wait that its token must still have, 0 when that need not be checked.
    """

    row: InstanceRow
    command: Command
    wait: int = 0
