"""Beans: named objects and functions of the host that JUEL expressions may use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.services.installed import entry_points

GROUP = "laneway.beans"
"""Entry point group: packages register beans here, the entry point's name is the bean's."""


def installed_beans() -> dict[str, object]:
    """The beans of installed packages by name; two packages with one name: the last one counts."""
    return {point.name: point.load() for point in entry_points(group=GROUP)}


def function_names(beans: Mapping[str, object]) -> Iterator[str]:
    """The beans that are called as they are, ``${tax(amount)}``, not by a method."""
    return (name for name, bean in beans.items() if callable(bean))
