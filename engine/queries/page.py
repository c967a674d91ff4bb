"""A page of a list, and how lists count without counting everything."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import sqlalchemy as sa

T = TypeVar("T")

AnyRow = sa.Row[*tuple[Any, ...]]
AnyRows = sa.Select[*tuple[Any, ...]]

COUNT_CAP = 1_000
"""Lists longer than this say "1,000+": counting to ten thousand costs more than the page itself."""

BADGE_CAP = 100
"""The same for the counts of the navigation, which every page shows."""

MAX_ROWS = 10_000
"""How far one can page; further rows are found by searching."""

MAX_SIZE = 500
"""Most rows that one page may have."""


@dataclass(frozen=True, slots=True)
class Count:
    """How many there are; ``is_capped`` when there are more than ``value``."""

    value: int
    is_capped: bool = False

    def __str__(self) -> str:
        return f"{self.value:,}+" if self.is_capped else f"{self.value:,}"


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page. ``total`` is ``None`` when it was not counted; ``next`` is the next page's number.

    ``next`` is ``None`` on the last page.
    """

    items: tuple[T, ...]
    total: Count | None = None
    next: int | None = None
    number: int = 1
    size: int = 50


def every(page: Callable[[int], Page[T]]) -> Iterator[T]:
    """All items of a list, page after page; *page* takes the page's number."""
    number: int | None = 1
    while number is not None:
        found = page(number)
        yield from found.items
        number = found.next


@dataclass(frozen=True, slots=True)
class Window:
    """Which page is asked for: ``number`` from 1 on, ``size`` 1 to `MAX_SIZE`.

    Numbers outside are brought to the nearest one inside, so that an old link still shows a page.
    """

    number: int = 1
    size: int = 50

    def __post_init__(self) -> None:
        size = min(max(self.size, 1), MAX_SIZE)
        object.__setattr__(self, "size", size)
        object.__setattr__(self, "number", min(max(self.number, 1), MAX_ROWS // size + 1))

    @property
    def offset(self) -> int:
        """Rows before this page."""
        return (self.number - 1) * self.size

    @property
    def end(self) -> int:
        """Rows to look at: up to this page's end and one more, which tells of a next page."""
        return self.offset + self.size + 1

    def counted(self, found: int) -> Count | None:
        """How many there are, when *found* rows of this page tell: it is the first and not full."""
        return Count(found) if self.number == 1 and found <= self.size else None

    def page(self, rows: list[T], total: Count | None = None) -> Page[T]:
        """Make the page of *rows*, which are this page's and at most one more."""
        has_next = len(rows) > self.size
        return Page(
            items=tuple(rows[: self.size]),
            total=total,
            next=self.number + 1 if has_next else None,
            number=self.number,
            size=self.size,
        )


def counted(connection: sa.Connection, rows: AnyRows, *, cap: int) -> Count:
    """Count *rows* up to *cap*."""
    capped = rows.order_by(None).limit(cap + 1).subquery()
    found = connection.execute(sa.select(sa.func.count()).select_from(capped)).scalar_one()
    return Count(min(found, cap), is_capped=found > cap)


def contains(text: str) -> str:
    r"""LIKE pattern for texts that contain *text*, case folded; use it with ``escape="\\"``."""
    plain = text.casefold().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{plain}%"
