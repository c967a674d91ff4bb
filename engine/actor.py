"""Who acts: every command and query takes an actor, and permission is checked there."""

from __future__ import annotations

from dataclasses import dataclass

DEFAULT_TENANT = "default"


@dataclass(frozen=True, slots=True)
class Actor:
    """A person, a program, or the system itself.

    Attributes:
        id: the login; ``None`` is the system itself (timers, executor, command line).
        groups: ids of the groups that the person belongs to.
        is_admin: may deploy, operate and see everything of the tenant.
    """

    id: str | None
    tenant_id: str = DEFAULT_TENANT
    groups: frozenset[str] = frozenset()
    is_admin: bool = False

    @property
    def label(self) -> str:
        """What messages call it."""
        return self.id or "the system"


SYSTEM = Actor(None, is_admin=True)
