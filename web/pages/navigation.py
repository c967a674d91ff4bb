"""Numbers beside the links of the navigation."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request

from engine.queries.page import Count
from web.auth import find_person, get_actor
from web.extensions import get_engine


@dataclass(frozen=True, slots=True)
class Numbers:
    """Counted only when drawn."""

    @property
    def open_tasks(self) -> Count:
        """Tasks assigned to the person."""
        return get_engine().tasks(actor=get_actor(), size=1).total or Count(0)

    @property
    def incidents(self) -> Count:
        """Open incidents of the organisation; for admins."""
        return get_engine().incidents(actor=get_actor(), size=1).total or Count(0)


def counts() -> dict[str, object]:
    """What `components/navigation.html` reads; nothing for visitors and programs."""
    if request.endpoint == "static" or find_person() is None:
        return {}
    return {"navigation": Numbers()}
