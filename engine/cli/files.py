"""Files from the command line."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from engine.core import File
from engine.errors import BadInput


def read_files(paths: Sequence[Path]) -> list[File]:
    """Name and bytes of each file.

    Raises:
        BadInput: one cannot be read.
    """
    return [File(path.name, _read(path)) for path in paths]


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror or error}.") from None
