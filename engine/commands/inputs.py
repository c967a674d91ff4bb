"""Checks of what callers give, before anything is written."""

from __future__ import annotations

from collections.abc import Mapping

from engine.errors import BadInput

LONGEST_NAME = 255
LONGEST_VALUE = 20_000_000
LONGEST_NOTE = 2_000


def check_text(what: str, value: str, *, required: bool = False) -> str:
    """Text for a name or key: at most `LONGEST_NAME` characters that every database can store.

    Raises:
        BadInput: it is not.
    """
    if required and not value.strip():
        raise BadInput(f"The {what} is empty. Give one.")
    if len(value) > LONGEST_NAME:
        raise BadInput(
            f"The {what} has {len(value)} characters; at most {LONGEST_NAME} are possible."
        )
    if "\x00" in value or not value.isprintable() or _has_surrogates(value):
        raise BadInput(f"The {what} {value!r} holds characters that cannot be stored. Remove them.")
    return value


def check_note(value: str) -> str:
    """What a person writes down, lines and all: 1 to `LONGEST_NOTE` characters.

    Raises:
        BadInput: it is not.
    """
    said = value.strip()
    if not 1 <= len(said) <= LONGEST_NOTE:
        raise BadInput(f"The note has {len(said)} characters; it takes 1 to {LONGEST_NOTE}.")
    if "\x00" in said or _has_surrogates(said):
        raise BadInput("The note holds characters that cannot be stored. Remove them.")
    return said


def check_key(value: str | None) -> str | None:
    """A business key; empty counts as none."""
    return check_text("business key", value) if value else None


def check_variables(variables: Mapping[str, object] | None) -> dict[str, object]:
    """Variables by name; their values are checked when they are stored.

    Raises:
        BadInput: a name is empty, too long, or begins with ``#``.
    """
    found = dict(variables or {})
    for name in found:
        if not isinstance(name, str):
            raise BadInput(f"The variable name {name!r} is no text.")
        check_text("variable name", name, required=True)
        if name.startswith("#"):
            raise BadInput(f"The variable name {name!r} begins with #, which is reserved.")
    return found


def _has_surrogates(value: str) -> bool:
    return any("\ud800" <= letter <= "\udfff" for letter in value)
