"""Which organisation may call processes and decisions of which other."""

from __future__ import annotations

from dataclasses import dataclass

ANY = "*"


@dataclass(frozen=True, slots=True)
class TenantCalls:
    """Pairs of who may call and whose; everybody may call their own.

    ``*`` stands for any organisation.
    """

    pairs: frozenset[tuple[str, str]] = frozenset()

    def allows(self, caller: str, called: str) -> bool:
        """Whether the organisation *caller* may call what *called* deployed."""
        wanted = {(caller, called), (ANY, called), (caller, ANY), (ANY, ANY)}
        return caller == called or bool(wanted & self.pairs)
