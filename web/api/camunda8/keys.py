"""Keys are decimal texts of 63-bit numbers; our tenant ``default`` is called ``<default>``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from engine.actor import DEFAULT_TENANT, Actor
from engine.errors import BadInput, NotFound
from web.api.access import get_actor
from web.api.body import Body

HIGHEST = 2**63 - 1
_DEFAULT = "<default>"


def parse_key(text: object, what: str = "key") -> int:
    """A key from a path or a body.

    Raises:
        BadInput: it is none.
    """
    if isinstance(text, int) and not isinstance(text, bool):
        text = str(text)
    if (
        not isinstance(text, str)
        or not (text.isascii() and text.isdecimal())
        or len(text) > 19
        or int(text) > HIGHEST
    ):
        raise BadInput(f"The {what} {ascii(text)[:40]} is no decimal number of 63 bits.")
    return int(text)


def key_text(key: int | None) -> str | None:
    """A key for an answer."""
    return None if key is None else str(key)


def moment_text(moment: datetime | None) -> str | None:
    """A time for an answer: ISO 8601 with milliseconds, in UTC."""
    if moment is None:
        return None
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def tenant_text(tenant_id: str) -> str:
    """A tenant as clients name it."""
    return _DEFAULT if tenant_id == DEFAULT_TENANT else tenant_id


def require_tenant(given: Body | str | None) -> Actor:
    """The actor, when what is given (a tenant, or a body with ``tenantId``) is their own tenant.

    Raises:
        NotFound: it is another one.
    """
    actor = get_actor()
    named = given.text("tenantId") if isinstance(given, Body) else given
    if named and named not in {tenant_text(actor.tenant_id), actor.tenant_id}:
        raise NotFound("tenant", named)
    return actor


def is_own_tenant(tenants: Sequence[str] | None) -> bool:
    """Whether the actor's tenant is among those that were asked for; nobody asked: yes."""
    own = get_actor().tenant_id
    return not tenants or own in tenants or tenant_text(own) in tenants
