"""What a page posted, without the names that belong to the page itself."""

from __future__ import annotations

from flask import request

OWN = ("csrf_token",)


def submitted_values() -> dict[str, list[str]]:
    """Every value by name, as sent; a name may come several times."""
    values = request.form.to_dict(flat=False)
    return {name: sent for name, sent in values.items() if name not in OWN}


def search_text() -> str:
    """What a person searches for: ``q`` of the address, at most 200 characters."""
    return request.args.get("q", "").strip()[:200].strip()


def page_number() -> int:
    """Which page of a list: ``page`` of the address, 1 when it is no such number."""
    return max(request.args.get("page", 1, type=int), 1)
