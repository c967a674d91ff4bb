"""How a dialect's blueprint becomes a door: who comes in, and that no cookie counts."""

from __future__ import annotations

from collections.abc import Collection

from flask import Blueprint, Flask

from web import doors
from web.extensions import csrf


def open_door(
    app: Flask,
    blueprint: Blueprint,
    prefixes: Collection[str],
    *,
    say: doors.Say,
    public: Collection[str] = (),
) -> None:
    """Register *blueprint* below each of *prefixes*.

    Every call must present credentials (`web.api.access`); ``OPTIONS`` need not. Errors of the
    engine and of HTTP, unknown paths below the prefixes included, are told by *say*. The view
    asks `access.get_actor` as whom it acts.

    Args:
        app: the application.
        blueprint: its views; the first prefix gives the plain endpoint names.
        prefixes: as ``/engine-rest``, without a slash at the end.
        say: a refusal in the dialect's words, with the status and headers of the refusal.
        public: names of views that everybody may call.
    """
    door = doors.Door(say, frozenset(public))
    csrf.exempt(blueprint)
    for number, prefix in enumerate(prefixes):
        name = blueprint.name if number == 0 else f"{blueprint.name}-{number}"
        app.register_blueprint(blueprint, url_prefix=prefix, name=name)
        doors.add_door(app, prefix, door)
