"""The key that signs sessions: from the settings, in demo mode kept in a file."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from engine.errors import SettingInvalid
from engine.settings import Settings

FILE = Path("var/secret_key")
BYTES = 32


def find(settings: Settings, *, file: Path = FILE) -> str:
    """The setting, or the demo's own key, which outlives restarts and is the same in every worker.

    Raises:
        SettingInvalid: there is no setting, and this is no demo.
    """
    if settings.secret_key:
        return settings.secret_key
    if not settings.demo:
        raise SettingInvalid(
            "LANEWAY_SECRET_KEY is not set: it signs sessions. Set it to at least 32 characters "
            "that nobody can guess, the same for every process, such as the output of "
            "'openssl rand -hex 32'. Only demo mode (LANEWAY_DEMO=1) makes its own."
        )
    # Whoever comes first makes the file; the others read what it holds.
    with suppress(FileExistsError):
        _write_once(file, secrets.token_hex(BYTES))
    return file.read_text(encoding="ascii").strip()


def _write_once(file: Path, key: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    if file.exists():
        return
    # Written aside and linked: nobody ever reads half a key.
    draft = file.with_name(f"{file.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as opened:
        opened.write(key)
    try:
        os.link(draft, file)
    finally:
        draft.unlink()
