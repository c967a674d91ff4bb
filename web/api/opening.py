"""How a dialect's blueprint becomes a door: who comes in, and that no cookie counts."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from flask import Blueprint, Flask, request

from web import doors
from web.extensions import csrf

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ASKED = "laneway.prefix"
"""Where in a request's environment the alias stands by which it came."""


def open_door(
    app: Flask,
    blueprint: Blueprint,
    prefix: str,
    *,
    say: doors.Say,
    public: Collection[str] = (),
    aliases: Collection[str] = (),
) -> None:
    """Register *blueprint* below *prefix*.

    Every call must present credentials (`web.api.access`); ``OPTIONS`` need not. Errors of the
    engine and of HTTP, unknown paths below the prefix included, are told by *say*. The view asks
    `access.get_actor` as whom it acts.

    Args:
        app: the application.
        blueprint: its views.
        prefix: as ``/engine-rest``, without a slash at the end.
        say: a refusal in the dialect's words, with the status and headers of the refusal.
        public: names of views that everybody may call.
        aliases: other prefixes below which the same is found; they cost no routes of their own.
    """
    csrf.exempt(blueprint)
    app.register_blueprint(blueprint, url_prefix=prefix)
    doors.add_door(app, prefix, doors.Door(say, frozenset(public)))
    if aliases:
        app.wsgi_app = Aliases(app.wsgi_app, prefix, aliases)  # type: ignore[method-assign]


class Aliases:
    """Serves what is asked for below an alias from below the one prefix that has routes."""

    def __init__(self, app: WSGIApplication, prefix: str, aliases: Collection[str]) -> None:
        self._app = app
        self._prefix = prefix
        # The longest first: one may begin as another does.
        self._aliases = sorted(aliases, key=len, reverse=True)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        path = environ.get("PATH_INFO", "")
        for alias in self._aliases:
            if f"{path}/".startswith(f"{alias}/"):
                environ["PATH_INFO"] = self._prefix + path[len(alias) :]
                environ[ASKED] = alias
                break
        return self._app(environ, start_response)


def asked_prefix(prefix: str) -> str:
    """The alias by which the present request came, else *prefix*."""
    found: str = request.environ.get(ASKED, prefix)
    return found
