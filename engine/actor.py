"""Who acts: every command and query takes an actor, and permission is checked there."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from engine.errors import Forbidden

DEFAULT_TENANT = "default"


class Right(StrEnum):
    """What an actor may do beside seeing what is theirs; an administrator has all of them."""

    START = "start"  # begin instances of processes that are open to them
    TASKS = "tasks"  # claim and complete people's tasks that are theirs or could be
    WORK = "work"  # fetch and complete external tasks of every topic
    DEPLOY = "deploy"  # deploy files
    MESSAGES = "messages"  # send messages and signals


OF_PEOPLE = frozenset({Right.START, Right.TASKS})
"""What everybody who logs in may do."""


@dataclass(frozen=True, slots=True)
class Actor:
    """A person, a program, or the system itself.

    Attributes:
        id: the login, or ``key:NAME`` for a program with an API key of its own; ``None`` is the
            system itself (timers, executor, command line).
        groups: ids of the groups that the person belongs to.
        is_admin: may deploy, operate and see everything of the tenant.
        rights: what somebody who is no admin may do.
    """

    id: str | None
    tenant_id: str = DEFAULT_TENANT
    groups: frozenset[str] = frozenset()
    is_admin: bool = False
    rights: frozenset[Right] = OF_PEOPLE

    @property
    def label(self) -> str:
        """What messages call it."""
        return self.id or "the system"

    def may(self, right: Right) -> bool:
        """Whether the actor has a right, as administrators do."""
        return self.is_admin or right in self.rights

    def require(self, right: Right, verb: str, what: str) -> None:
        """Refuse everybody without that right.

        Raises:
            Forbidden: the actor is no admin and has not that right.
        """
        if not self.may(right):
            hint = f"Only administrators and API keys with the scope {right.value!r} may."
            raise Forbidden(self.label, verb, what, hint=hint)

    def require_admin(self, verb: str, what: str) -> None:
        """Refuse everybody else.

        Raises:
            Forbidden: the actor is no admin.
        """
        if not self.is_admin:
            raise Forbidden(self.label, verb, what, hint="Only administrators may.")


SYSTEM = Actor(None, is_admin=True)
