"""TLS of calls: whom we trust, and the certificates that we show (mTLS)."""

from __future__ import annotations

import ssl
import tempfile
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

from engine.actor import DEFAULT_TENANT
from engine.errors import SettingInvalid
from engine.services.failure import WorkFailure
from engine.services.secrets import SecretNameInvalid, check_name

_MOST = 100
"""Contexts of named certificates that are kept as long as their files stay the same."""


class Certificates:
    """Makes TLS contexts.

    Args:
        folder: of client certificates: ``NAME.pem`` with certificate and key, the key in
            ``NAME.key`` when it stands alone. Organisations other than the default one have a
            folder of their own in it, with their id as its name.
        authorities: a PEM file that is trusted besides the machine's authorities.

    Raises:
        SettingInvalid: *authorities* cannot be read.
    """

    def __init__(self, folder: str = "", authorities: str = "") -> None:
        self._folder = folder
        self._authorities = authorities
        self._named: dict[tuple[str, int, int, str], ssl.SSLContext] = {}
        if authorities:
            self.context = self._new()

    @cached_property
    def context(self) -> ssl.SSLContext:
        """One that shows no certificate; made when it is first needed, for that takes its time."""
        return self._new()

    def named(self, name: str, tenant: str, password: str = "") -> ssl.SSLContext:
        """A context that shows the client certificate *name*.

        Raises:
            WorkFailure: there is none, or it cannot be used; final.
        """
        pem, key = self._files(name, tenant)
        key = key if key.exists() else pem
        known = (str(pem), pem.stat().st_mtime_ns, key.stat().st_mtime_ns, password)
        context = self._named.get(known)
        if context is None:
            context = self._new()
            _load(context, pem, key, password, f"{name!r}")
            if len(self._named) >= _MOST:
                self._named.clear()
            self._named[known] = context
        return context

    def given(self, tls: Mapping[str, str]) -> ssl.SSLContext:
        """A context from PEM texts: ``certificate`` and ``key`` of ours, ``ca`` of theirs.

        Raises:
            WorkFailure: they cannot be used; final.
        """
        context = self._new()
        if tls.get("ca"):
            try:
                context.load_verify_locations(cadata=tls["ca"])
            except (ssl.SSLError, ValueError) as error:
                raise _unusable("of the authority", error) from error
        if tls.get("certificate"):
            # OpenSSL takes a key from files only; this one exists for the time of loading it.
            with tempfile.NamedTemporaryFile("w", prefix="laneway-", suffix=".pem") as file:
                file.write(f"{tls['certificate']}\n{tls.get('key', '')}\n")
                file.flush()
                path = Path(file.name)
                _load(context, path, path, tls.get("password", ""), "given as text")
        return context

    def _new(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        if self._authorities:
            try:
                context.load_verify_locations(cafile=self._authorities)
            except (OSError, ssl.SSLError) as error:
                raise SettingInvalid(
                    f"LANEWAY_OUTBOUND_CA {self._authorities!r} cannot be read: {error}."
                ) from error
        return context

    def _files(self, name: str, tenant: str) -> tuple[Path, Path]:
        if not self._folder:
            raise _missing(name, "LANEWAY_CLIENT_CERTIFICATES names no folder")
        folder = Path(self._folder)
        try:
            if tenant != DEFAULT_TENANT:
                folder /= check_name(tenant)
            pem = folder / f"{check_name(name)}.pem"
        except SecretNameInvalid as error:
            raise _missing(name, "its name, or that of the organisation, is none") from error
        if not pem.is_file():
            raise _missing(name, f"{pem.name} is not in the folder of the organisation")
        return pem, pem.with_suffix(".key")


def _load(context: ssl.SSLContext, pem: Path, key: Path, password: str, what: str) -> None:
    try:
        # Without a password OpenSSL would ask for one at the terminal.
        context.load_cert_chain(pem, key, password=password.encode() or b"-")
    except (OSError, ssl.SSLError, ValueError) as error:
        raise _unusable(what, error) from error


def _unusable(what: str, error: Exception) -> WorkFailure:
    return WorkFailure(
        f"The certificate {what} cannot be used: {type(error).__name__}. Check that it is PEM, "
        "that its key belongs to it, and the password of the key.",
        is_final=True,
    )


def _missing(name: str, why: str) -> WorkFailure:
    return WorkFailure(f"There is no client certificate {name!r}: {why}.", is_final=True)
