"""What the address says about a task list, and the list that it means."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from flask import request

from engine.queries.page import Page
from engine.queries.tasks import TaskDue, TaskFilter, TaskList, TaskRow, TaskSort
from web.auth import get_actor
from web.extensions import get_engine
from web.locales import get_zone
from web.submitted import page_number, search_text

PAGE_SIZE = 50

_E = TypeVar("_E", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class View:
    """Which list is shown; an unknown word in the address falls back to the default."""

    list: TaskList
    due: TaskDue | None
    text: str
    sort: TaskSort
    page: int

    @property
    def parameters(self) -> dict[str, str]:
        """The query of an address that shows the same list, defaults left out."""
        given = {
            "list": "" if self.list is TaskList.MINE else self.list.value,
            "due": self.due.value if self.due else "",
            "q": self.text,
            "sort": "" if self.sort is TaskSort.DUE else self.sort.value,
            "page": "" if self.page == 1 else str(self.page),
        }
        return {name: value for name, value in given.items() if value}


def read_view() -> View:
    """The view that the address of this request names."""
    return View(
        list=_word(TaskList, request.args.get("list")) or TaskList.MINE,
        due=_word(TaskDue, request.args.get("due")),
        text=search_text(),
        sort=_word(TaskSort, request.args.get("sort")) or TaskSort.DUE,
        page=page_number(),
    )


def list_rows(view: View) -> Page[TaskRow]:
    """One page of the list; the last one that has rows when the list became shorter."""
    wanted = TaskFilter(list=view.list, due=view.due, text=view.text, zone=get_zone())
    actor = get_actor()
    page = get_engine().tasks(wanted, actor=actor, sort=view.sort, page=view.page, size=PAGE_SIZE)
    if page.items or view.page == 1:
        return page
    total = page.total.value if page.total else 0
    last = max(1, -(-total // PAGE_SIZE))
    return get_engine().tasks(wanted, actor=actor, sort=view.sort, page=last, size=PAGE_SIZE)


def following(view: View, task_id: str) -> str | None:
    """The task below *task_id* in the list, else the one above it."""
    ids = [row.id for row in list_rows(view).items]
    if task_id not in ids:
        return ids[0] if ids else None
    place = ids.index(task_id)
    rest = ids[place + 1 :] or ids[:place][-1:]
    return rest[0] if rest else None


def _word(words: type[_E], given: str | None) -> _E | None:
    return next((word for word in words if word.value == given), None)
