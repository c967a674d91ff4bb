"""Where secrets are kept: the environment, files, an encrypted table.

The environment and the files beside the server are the installation's own, so organisations other
than the default one have theirs in a folder of their own or in the table, and never see others'.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

import sqlalchemy as sa

from engine import tables
from engine.actor import DEFAULT_TENANT
from engine.errors import EngineError
from engine.services.secrets.encryption import Keys, Sealed
from engine.services.secrets.references import SecretNameInvalid, check_name

PREFIX = "LANEWAY_SECRET_"
LARGEST = 65_536
"""Bytes that a secret in a file may have."""

_secret = tables.secret
_ONE = sa.select(_secret.c.ciphertext, _secret.c.key_id).where(
    _secret.c.tenant_id == sa.bindparam("tenant"), _secret.c.name == sa.bindparam("name")
)
_ALL = (
    sa.select(
        _secret.c.name,
        _secret.c.key_id,
        _secret.c.updated_by,
        _secret.c.updated_at,
    )
    .where(_secret.c.tenant_id == sa.bindparam("tenant"))
    .order_by(_secret.c.name)
)


class SecretMissing(EngineError):
    """No source has a secret of that name, or it cannot be read; trying again cannot help."""

    code = "secret-missing"


def variable_of(name: str) -> str:
    """The environment variable that a secret comes from: ``_`` stands for its ``-`` and ``.``."""
    return PREFIX + re.sub(r"[.-]", "_", name)


@dataclass(frozen=True, slots=True)
class Found:
    """A secret that a source has, without its value.

    Attributes:
        source: ``environment``, ``file`` or ``table``.
        is_readable: ``False``: its key is not in ``LANEWAY_SECRETS_KEY``.
        updated_by: who wrote it; table only.
        updated_at: when; table only.
        variable: of the environment, which several names may mean; empty elsewhere.
    """

    name: str
    source: str
    is_readable: bool = True
    updated_by: str | None = None
    updated_at: datetime | None = None
    variable: str = ""


class Source(Protocol):
    """One place where secrets are kept."""

    def find(self, name: str, tenant_id: str, /) -> str | None:
        """The value, or ``None``: this place has none.

        Raises:
            SecretMissing, SecretsKeyMissing: it has one that cannot be read.
        """

    def list(self, tenant_id: str, /) -> Iterator[Found]:
        """What is here, without values."""


class Environment:
    """Variables ``LANEWAY_SECRET_NAME``, for the default organisation; see `variable_of`."""

    def __init__(self, variables: Mapping[str, str] | None = None) -> None:
        self._variables = os.environ if variables is None else variables

    def find(self, name: str, tenant_id: str, /) -> str | None:
        """The variable's value; an empty one counts as not set."""
        if tenant_id != DEFAULT_TENANT:
            return None
        return self._variables.get(variable_of(check_name(name))) or None

    def list(self, tenant_id: str, /) -> Iterator[Found]:
        """The variables that are set."""
        if tenant_id != DEFAULT_TENANT:
            return
        for variable in sorted(self._variables):
            name = variable.removeprefix(PREFIX)
            if name != variable and self._variables[variable] and _is_name(name):
                yield Found(name, "environment", variable=variable)


class Folder:
    """One file a secret, as Docker and Kubernetes mount them; its name is the secret's.

    The files in *root* are the default organisation's, those in ``root/ORGANISATION`` another's.
    One line feed at the end does not count.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    def find(self, name: str, tenant_id: str, /) -> str | None:
        """The file's text.

        Raises:
            SecretMissing: the file is there and cannot be read, or is too large.
        """
        path = self._folder(tenant_id) / check_name(name)
        if not path.is_file():
            return None
        try:
            with path.open("rb") as file:
                data = file.read(LARGEST + 1)
            if len(data) > LARGEST:
                raise SecretMissing(
                    f"The file of the secret {name!r} has more than {LARGEST} bytes. Shorten it."
                )
            return data.decode("utf-8").removesuffix("\n").removesuffix("\r") or None
        except OSError as error:
            reason = error.strerror
        except UnicodeDecodeError:
            reason = "it is no UTF-8 text"
        raise SecretMissing(f"The file of the secret {name!r} cannot be read: {reason}. Mend it.")

    def list(self, tenant_id: str, /) -> Iterator[Found]:
        """The files."""
        folder = self._folder(tenant_id)
        if not folder.is_dir():
            return
        # Kubernetes keeps its own bookkeeping in names that begin with a dot.
        for path in sorted(folder.iterdir()):
            if path.is_file() and _is_name(path.name):
                yield Found(path.name, "file")

    def _folder(self, tenant_id: str) -> Path:
        if tenant_id == DEFAULT_TENANT:
            return self._root
        try:
            return self._root / check_name(tenant_id)
        except SecretNameInvalid:
            # An organisation whose id is no name of a folder has its secrets in the table.
            return self._root / ".none"


class Table:
    """Encrypted rows of the database, written by ``laneway secret set`` and the pages.

    Args:
        reading: opens a transaction that only reads.
        keys: to decrypt with.
    """

    def __init__(
        self, reading: Callable[[], AbstractContextManager[sa.Connection]], keys: Keys
    ) -> None:
        self._reading = reading
        self._keys = keys

    def find(self, name: str, tenant_id: str, /) -> str | None:
        """The decrypted value.

        Raises:
            SecretsKeyMissing: there is a row, and no key for it.
        """
        with self._reading() as connection:
            row = connection.execute(_ONE, {"tenant": tenant_id, "name": name}).one_or_none()
        if row is None:
            return None
        return self._keys.open(tenant_id, name, Sealed(row.ciphertext, row.key_id))

    def list(self, tenant_id: str, /) -> Iterator[Found]:
        """The rows."""
        with self._reading() as connection:
            rows = connection.execute(_ALL, {"tenant": tenant_id}).all()
        for row in rows:
            readable = row.key_id in self._keys.ids
            yield Found(row.name, "table", readable, row.updated_by, row.updated_at)


def _is_name(text: str) -> bool:
    try:
        check_name(text)
    except SecretNameInvalid:
        return False
    return True
