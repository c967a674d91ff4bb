"""Encrypts the secrets of the table (Fernet: AES-128-CBC with HMAC-SHA256, authenticated)."""

from __future__ import annotations

import hashlib
import json
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from functools import cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from engine.errors import Conflict

# Part of the format: another salt, other keys. Installations differ by their LANEWAY_SECRETS_KEY.
_SALT = b"laneway secrets 1"


class SecretsKeyMissing(Conflict):
    """The table of secrets cannot be used without its key, or with another one."""

    code = "secrets-key-missing"


@dataclass(frozen=True, slots=True)
class Sealed:
    """An encrypted secret. ``key_id`` tells which key it needs without telling the key."""

    ciphertext: str
    key_id: str


class Keys:
    """The keys in ``LANEWAY_SECRETS_KEY``: the first encrypts, all of them decrypt.

    Args:
        passphrases: of at least 32 characters each; none: nothing can be kept in the table.
    """

    def __init__(self, passphrases: tuple[str, ...] = ()) -> None:
        self._passphrases = passphrases

    def derive(self) -> Keys:
        """Derive every key now, which takes a while the first time; the keys themselves."""
        for passphrase in self._passphrases:
            _key(passphrase)
        return self

    @property
    def first_id(self) -> str:
        """Of the key that encrypts; empty without one."""
        return _key_id(self._passphrases[0]) if self._passphrases else ""

    @property
    def ids(self) -> frozenset[str]:
        """Of all keys."""
        return frozenset(map(_key_id, self._passphrases))

    def seal(self, tenant_id: str, name: str, value: str) -> Sealed:
        """Encrypt *value* for that place only: moved to another row it is no longer accepted.

        Raises:
            SecretsKeyMissing: no key is set.
        """
        plain = json.dumps([tenant_id, name, value]).encode()
        return Sealed(self._cipher().encrypt(plain).decode(), self.first_id)

    def open(self, tenant_id: str, name: str, sealed: Sealed) -> str:
        """The value.

        Raises:
            SecretsKeyMissing: no key is set, or none of them fits.
        """
        try:
            plain = self._cipher().decrypt(sealed.ciphertext.encode())
        except InvalidToken:
            raise SecretsKeyMissing(
                f"The secret {name!r} was encrypted with the key {sealed.key_id}, which is not in "
                "LANEWAY_SECRETS_KEY, or its row was changed. Add the earlier key there, after a "
                "comma, or set the secret again."
            ) from None
        owner, called, value = json.loads(plain)
        if (owner, called) != (tenant_id, name):
            raise SecretsKeyMissing(
                f"The row of the secret {name!r} holds the value of another one. Set it again."
            )
        return str(value)

    def _cipher(self) -> MultiFernet:
        if not self._passphrases:
            raise SecretsKeyMissing(
                "Secrets can be kept in the database only when LANEWAY_SECRETS_KEY is set (at "
                "least 32 characters, the same for every process): for example the output of "
                "openssl rand -base64 32."
            )
        return MultiFernet([Fernet(_key(passphrase)) for passphrase in self._passphrases])


@cache
def _key(passphrase: str) -> bytes:
    """A Fernet key; scrypt makes guessing slow where a person chose the passphrase."""
    derived = Scrypt(salt=_SALT, length=32, n=2**14, r=8, p=1).derive(passphrase.encode())
    return urlsafe_b64encode(derived)


@cache
def _key_id(passphrase: str) -> str:
    return hashlib.sha256(_key(passphrase)).hexdigest()[:8]
