"""The blueprint of the dialect, and what its views share: ids, filters, lists."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from flask import Blueprint, current_app, request

from engine.actor import DEFAULT_TENANT
from engine.errors import BadInput
from engine.queries.search import Comparison, Condition
from engine.settings import Settings
from web.api.access import get_actor
from web.api.body import Body, read_body
from web.api.camunda7.values import parse_moment
from web.api.opening import asked_prefix

blueprint = Blueprint("camunda7", __name__)

DONE = ("", 204)
PREFIX = "/engine-rest"
MOST_ROWS = 1_000
"""Most rows of a list; Camunda has no limit of its own, its operators set one."""

_DESCENDS = {"asc": False, "desc": True}
S = TypeVar("S")
Row = TypeVar("Row")


class Query(Body):
    """Filters of an address: text that stands for numbers, flags and lists."""

    def whole(self, name: str, *, low: int, high: int, default: int | None = None) -> int | None:
        """A whole number, as digits."""
        text = self.text(name)
        if not text:
            return default
        try:
            number = int(text)
        except ValueError:
            self.refuse(name, "a whole number")
        return Body({name: number}).whole(name, low=low, high=high)

    def flag(self, name: str, *, default: bool = False) -> bool:
        """``true`` or ``false``."""
        text = self.text(name)
        if text.lower() not in {"", "true", "false"}:
            self.refuse(name, "true or false")
        return text.lower() == "true" if text else default

    def texts(self, name: str, most: int = 1_000) -> tuple[str, ...] | None:
        """Texts with commas between them."""
        text = self.text(name)
        return Body({name: text.split(",")}).texts(name, most) if text else None


def read_filter() -> Body:
    """The filter of a list: of the address, or for POST what was sent."""
    return read_body() if request.method == "POST" else Query(request.args)


def read_window() -> tuple[int, int]:
    """How many rows to leave out, and how many to give: ``firstResult`` and ``maxResults``."""
    query = Query(request.args)
    first = query.number("firstResult", low=0, high=10_000_000, default=0)
    most = query.number("maxResults", low=0, high=2**31 - 1, default=MOST_ROWS)
    return first, min(most, MOST_ROWS)


def read_order(given: Body, known: Mapping[str, S]) -> list[tuple[S, bool]]:
    """Pairs of what to sort by and whether the largest come first.

    Raises:
        BadInput: one of ``sortBy`` and ``sortOrder`` is missing, or has a value nobody knows.
    """
    sorts: Sequence[Body] = [given] if isinstance(given, Query) else given.parts("sorting")
    found = []
    for sort in sorts:
        by, order = sort.text("sortBy"), sort.text("sortOrder")
        if not by and not order:
            continue
        if not by or not order:
            raise BadInput(
                "Only a single sorting parameter specified. sortBy and sortOrder required"
            )
        if by not in known or order not in _DESCENDS:
            wrong = ("sortBy", by) if by not in known else ("sortOrder", order)
            takes = ", ".join(sorted(known if by not in known else _DESCENDS))
            raise BadInput(f"{wrong[0]} parameter has invalid value: {wrong[1]}. It takes {takes}.")
        found.append((known[by], _DESCENDS[order]))
    return found


def equal(given: Body, fields: Mapping[str, str]) -> list[Condition]:
    """A condition for each filter that is set: the field has exactly that text."""
    said = [(field, given.text(name)) for name, field in fields.items()]
    return [Condition(field, Comparison.EQ, text) for field, text in said if text]


def among(given: Body, fields: Mapping[str, str]) -> list[Condition]:
    """The same for filters that list texts: the field has one of them."""
    said = [(field, given.texts(name)) for name, field in fields.items()]
    return [
        Condition(field, Comparison.IN, list(texts)) for field, texts in said if texts is not None
    ]


def read_moment(given: Body, name: str) -> datetime | None:
    """A time in Camunda's form.

    Raises:
        BadInput: it has another form.
    """
    text = given.text(name)
    if not text:
        return None
    try:
        return parse_moment(text)
    except ValueError as error:
        raise BadInput(f"{name}: {error}") from error


def refuse_filters(given: Body, *names: str) -> None:
    """Refuse known filters that are not built: a list that ignores one would be wrong.

    Raises:
        BadInput: one of them is set.
    """
    for name in names:
        if given.values.get(name) not in (None, "", [], {}, False, "false"):
            raise BadInput(f"The filter {name} is not supported yet. Leave it out.")


def optional_flag(given: Body, yes: str, no: str) -> bool | None:
    """Two flags that exclude each other, as one: ``None`` when neither is set."""
    if given.flag(yes):
        return True
    return False if given.flag(no) else None


def is_own_tenant(given: Body) -> bool:
    """Whether ``tenantIdIn`` and ``withoutTenantId`` leave the organisation of the caller in.

    The first organisation is nobody's tenant in the eyes of Camunda's clients.
    """
    own = get_actor().tenant_id
    tenants = given.texts("tenantIdIn")
    if tenants is not None and own not in tenants:
        return False
    return own == DEFAULT_TENANT or not given.flag("withoutTenantId")


def require_own_tenant(tenant_id: str) -> None:
    """Refuse an id that is not of the caller's organisation; empty means no tenant.

    Raises:
        BadInput: it is another's.
    """
    own = get_actor().tenant_id
    if tenant_id not in {"", own}:
        raise BadInput(
            f"You act for the organisation {own!r}, not for {tenant_id!r}. Leave the tenant id out."
        )


def tenant_of(tenant_id: str) -> str | None:
    """How an organisation is told: the first one is no tenant."""
    return None if tenant_id == DEFAULT_TENANT else tenant_id


def definition_id(process_id: str, version: int, uuid: str) -> str:
    """A definition's id as Camunda writes it: ``order:1:UUID``."""
    return f"{process_id}:{version}:{uuid}"


def read_definition_id(text: str) -> str:
    """Our id of a definition, from ``key:version:UUID`` or the UUID alone."""
    return text.rpartition(":")[2]


def base_address() -> str:
    """Where this server is, with a slash at the end."""
    settings: Settings = current_app.config["SETTINGS"]
    return f"{settings.public_url}/" if settings.public_url else request.host_url


def linked(path: str) -> list[dict[str, str]]:
    """The link of an answer to itself; *path* as ``deployment/ID``."""
    prefix = asked_prefix(PREFIX).removeprefix("/")
    return [{"method": "GET", "href": f"{base_address()}{prefix}/{path}", "rel": "self"}]


def told(rows: Sequence[Row], tell: Callable[[Row], dict[str, object]]) -> list[dict[str, object]]:
    """A list as JSON."""
    return [tell(row) for row in rows]
