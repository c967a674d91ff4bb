"""The secrets of an installation, from all places in their order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from engine.services.secrets.encryption import Keys
from engine.services.secrets.redaction import SEEN
from engine.services.secrets.references import check_name
from engine.services.secrets.sources import (
    Environment,
    Folder,
    Found,
    SecretMissing,
    Source,
    Table,
    variable_of,
)
from engine.settings import Settings


@dataclass(frozen=True, slots=True)
class Vault:
    """Asks its sources in order; the first that has the name wins."""

    sources: Sequence[Source]

    @classmethod
    def of(
        cls,
        settings: Settings,
        reading: Callable[[], AbstractContextManager[sa.Connection]],
        environment: Mapping[str, str] | None = None,
    ) -> Vault:
        """The environment first, then the folder, then the table.

        Who runs the machine has the last word over who administers the organisation.
        """
        folder = [Folder(Path(settings.secrets_dir))] if settings.secrets_dir else []
        table = Table(reading, Keys(settings.secrets_keys))
        return cls([Environment(environment), *folder, table])

    def resolve(self, name: str, tenant: str, /) -> str:
        """The secret's value; from now on this process' log hides it.

        Raises:
            SecretNameInvalid: no secret can be called so.
            SecretMissing: no source has it.
            SecretsKeyMissing: the table has it, but not its key.
        """
        check_name(name)
        for source in self.sources:
            value = source.find(name, tenant)
            if value is not None:
                SEEN.cover(name, value)
                return value
        raise SecretMissing(
            f"No secret {name!r} is known for the organisation {tenant!r}. Add it (laneway secret "
            f"set {name}, or {variable_of(name)} in the environment of the workers), then retry."
        )

    def list(self, tenant: str, /) -> list[tuple[Found, bool]]:
        """Every secret by name with whether it is in use: another place may come first."""
        names: set[str] = set()
        variables: set[str] = set()
        found: list[tuple[Found, bool]] = []
        for source in self.sources:
            here = list(source.list(tenant))
            for secret in here:
                is_first = secret.name not in names and variable_of(secret.name) not in variables
                found.append((secret, is_first))
            names.update(secret.name for secret in here)
            variables.update(secret.variable for secret in here)
        return sorted(found, key=lambda pair: (pair[0].name, not pair[1]))
