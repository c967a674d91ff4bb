"""What verbs share: the ``--database`` option, the settings, and an open engine."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Protocol

from engine.actor import DEFAULT_TENANT, SYSTEM, Actor
from engine.clock import Clock
from engine.core import Engine
from engine.settings import Settings, read_settings


class Verbs(Protocol):
    """What `argparse.ArgumentParser.add_subparsers` gives: its class has no public name."""

    def add_parser(self, name: str, **options: Any) -> argparse.ArgumentParser:
        """Add a verb."""


Verb = Callable[[argparse.Namespace], int]


def add_verb(verbs: Verbs, name: str, verb: Verb, about: str) -> argparse.ArgumentParser:
    """Add a verb with the options that all of them have."""
    found = verbs.add_parser(name, help=about, description=about)
    found.add_argument(
        "--database", metavar="URL", help="instead of LANEWAY_DATABASE_URL, such as sqlite:///FILE"
    )
    found.set_defaults(verb=verb)
    return found


def settings_of(chosen: argparse.Namespace) -> Settings:
    """Settings from the environment, and from the command line where that says more."""
    settings = read_settings()
    given = {
        field: value
        for field, value in (
            ("database_url", chosen.database),
            ("host", getattr(chosen, "host", None)),
            ("port", getattr(chosen, "port", None)),
            ("threads", getattr(chosen, "threads", None)),
        )
        if value is not None
    }
    return replace(settings, **given)


@contextmanager
def opened(chosen: argparse.Namespace, *, clock: Clock | None = None) -> Iterator[Engine]:
    """The engine on the chosen database, closed at the end."""
    settings = settings_of(chosen)
    engine = Engine.open(settings.database_url, settings=settings, clock=clock)
    try:
        yield engine
    finally:
        engine.close()


def parse_variable(text: str) -> tuple[str, object]:
    """``name=value``: JSON where it is JSON, else the text itself.

    Raises:
        argparse.ArgumentTypeError: there is no name.
    """
    name, separator, value = text.partition("=")
    if not separator or not name.strip():
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VALUE")
    try:
        return name.strip(), json.loads(value)
    except ValueError:
        return name.strip(), value


def add_variables(verb: argparse.ArgumentParser) -> None:
    """Add ``-v NAME=VALUE``, which may be repeated."""
    verb.add_argument(
        "-v",
        "--variable",
        action="append",
        default=[],
        type=parse_variable,
        metavar="NAME=VALUE",
        help="a variable; VALUE is read as JSON where it is JSON, else as text; repeatable",
    )


def add_organisation(verb: argparse.ArgumentParser) -> None:
    """Add ``--organisation ID``."""
    verb.add_argument(
        "--organisation", metavar="ID", default=DEFAULT_TENANT, help="whose; the default one's"
    )


def as_whom(chosen: argparse.Namespace) -> Actor:
    """The system itself, in the chosen organisation."""
    return replace(SYSTEM, tenant_id=chosen.organisation)


def print_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Columns as wide as their widest cell, two spaces apart; no rows print nothing but that."""
    lines = [header, *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(header))]
    for line in lines:
        print(
            "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        )
