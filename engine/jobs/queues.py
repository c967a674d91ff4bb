"""To which queue of the broker a job goes: heavy work gets one of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

DEFAULT = "laneway"
EVERYTHING = "*"
HIGHEST = 9
"""The highest priority that a broker knows; job priorities above count as this."""


@dataclass(frozen=True, slots=True)
class Queues:
    """The setting ``LANEWAY_QUEUES``, read: ``http=slow,sql=reports,*=laneway``.

    Attributes:
        default: where steps and all other work goes.
        by_name: queue by the name of a handler or connector.
    """

    default: str
    by_name: Mapping[str, str]

    @classmethod
    def parse(cls, text: str) -> Queues:
        """Read the setting, which was checked when it was read."""
        pairs = [pair.partition("=") for pair in text.split(",") if pair.strip()]
        named = {name.strip(): queue.strip() for name, _, queue in pairs}
        return cls(named.pop(EVERYTHING, DEFAULT), named)

    @property
    def names(self) -> tuple[str, ...]:
        """Every queue, the default one first."""
        return tuple(dict.fromkeys((self.default, *self.by_name.values())))

    def of(self, handler: str) -> str:
        """The queue of a job: by its handler's whole name, or a part between colons.

        ``connector:http`` is found as that and as ``http``.
        """
        if not self.by_name or not handler:
            return self.default
        parts = handler.split(":")
        names = (handler, handler.partition(":")[2], *parts[1:], parts[0])
        found = (self.by_name[name] for name in names if name in self.by_name)
        return next(found, self.default)


def level(priority: int) -> int:
    """A job's priority as the broker knows it: 0 to `HIGHEST`."""
    return min(max(priority, 0), HIGHEST)
