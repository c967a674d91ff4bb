"""References to secrets in texts: which names they are, and putting the values in."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping

from engine.errors import BadInput

LONGEST = 128
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
_REFERENCE = re.compile(r"\{\{\s*secrets\.([^{}]*?)\s*\}\}")
# The older way of Camunda 8's templates: a field that holds nothing else.
_BARE = re.compile(r"\s*secrets\.([A-Za-z0-9][A-Za-z0-9_.-]*)\s*")

# It would be LANEWAY_SECRET_KEY in the environment: what signs the sessions.
RESERVED = "KEY"


class SecretNameInvalid(BadInput):
    """A name that no secret can have."""

    code = "secret-name-invalid"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"No secret can be called {name[:LONGEST]!r}. A name is made of letters, digits, _, - "
            f"and ., begins with a letter or digit, has at most {LONGEST} characters, and is not "
            f"{RESERVED}."
        )


def check_name(name: str) -> str:
    """The name itself.

    Raises:
        SecretNameInvalid: no secret can be called so.
    """
    if len(name) > LONGEST or not _NAME.fullmatch(name) or name.upper() == RESERVED:
        raise SecretNameInvalid(name)
    return name


def names_in(value: object) -> frozenset[str]:
    """Every name that *value* refers to: a text, or lists and mappings of them."""
    if isinstance(value, str):
        bare = _BARE.fullmatch(value)
        return frozenset(_REFERENCE.findall(value)) | ({bare[1]} if bare else frozenset())
    if isinstance(value, Mapping):
        parts = [*value, *value.values()]
        return frozenset().union(*map(names_in, parts))
    if isinstance(value, list | tuple):
        return frozenset().union(*map(names_in, value))
    return frozenset()


def fill(value: object, names: Collection[str], resolve: Callable[[str], str]) -> object:
    """*value* with the secrets in place of the references to *names*.

    A reference to another name stays as it is: it came in with data. A person who types a
    reference into a form must not be sent the secret, so *names* are those that the diagram's or
    the contract's own text refers to.

    Args:
        value: a text, or lists and mappings of them; anything else is given back unchanged.
        names: what may be resolved.
        resolve: name to value; what it raises is passed on.

    Raises:
        SecretNameInvalid: one of *names* is none.
    """
    if isinstance(value, str):
        return _fill_text(value, names, resolve)
    if isinstance(value, Mapping):
        return {
            fill(key, names, resolve): fill(item, names, resolve) for key, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [fill(item, names, resolve) for item in value]
    return value


def _fill_text(text: str, names: Collection[str], resolve: Callable[[str], str]) -> str:
    bare = _BARE.fullmatch(text)
    if bare and bare[1] in names:
        return resolve(check_name(bare[1]))

    def put(found: re.Match[str]) -> str:
        return resolve(check_name(found[1])) if found[1] in names else found[0]

    # One pass: a secret whose value looks like a reference is not looked into.
    return _REFERENCE.sub(put, text)
