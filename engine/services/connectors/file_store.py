"""A folder of files for each organisation: nothing outside of it, nothing half written.

A file is written beside its place and renamed, so that readers see the old or the new one. What is
appended is remembered by its key in a journal, so that a repeated call appends nothing twice.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

OWN = ".laneway"
"""Folder of the journals, which no path reaches: no part of one may begin with a dot."""

LONGEST_PATH = 500
LONGEST_NAME = 255
_NAME = re.compile(r"[^./\\][^/\\]*")
MOST_KEYS = 1_000
"""Appends that a file's journal remembers; an older one is not repeated any more."""


class StoreError(Exception):
    """The store cannot do it. ``code`` is ``path``, ``missing``, ``exists``, ``large``, ``many``.

    Trying again cannot help; everything that may pass is an `OSError`.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Entry:
    """A file or folder in a list. ``size`` in bytes; ``modified`` aware UTC."""

    path: str
    is_folder: bool
    size: int
    modified: datetime


class FileStore:
    """The files below *root*.

    Args:
        root: is made when it is missing.
        max_bytes: of one file.
        max_entries: of one list.
    """

    def __init__(self, root: Path, *, max_bytes: int, max_entries: int = 1_000) -> None:
        self._root = root
        self._max_bytes = max_bytes
        self._max_entries = max_entries

    def read(self, path: str) -> bytes:
        """The bytes of a file.

        Raises:
            StoreError: there is none, or it is too large.
        """
        place = self.place(path)
        try:
            with place.open("rb") as file:
                self._limit(path, os.fstat(file.fileno()).st_size)
                return file.read(self._max_bytes)
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            raise _missing(path) from None

    def write(self, path: str, data: bytes, *, replace: bool = True) -> bool:
        """Put a file there; ``False``: the very same one was there already.

        Raises:
            StoreError: another file is there and is not to be replaced, or it is too large.
        """
        self._limit(path, len(data))
        place = self.place(path)
        with self._locked(place) as journal:
            is_there = _is_there(path, place)
            if is_there and place.stat().st_size == len(data) and place.read_bytes() == data:
                return False
            if is_there and not replace:
                raise StoreError("exists", f"There is another file at {path!r} already.")
            journal.begin(None)
            _replace(place, data)
            return True

    def append(self, path: str, data: bytes, *, key: str) -> bool:
        """Add to the end of a file; ``False``: *key* was added already.

        Raises:
            StoreError: it would be too large.
        """
        place = self.place(path)
        with self._locked(place) as journal:
            if key in journal.done:
                return False
            size = journal.mend(place)
            self._limit(path, size + len(data))
            journal.begin(size)
            with place.open("ab") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            journal.end(key)
            return True

    def delete(self, path: str) -> bool:
        """Remove a file; ``False``: there was none.

        Raises:
            StoreError: it is a folder.
        """
        place = self.place(path)
        with self._locked(place) as journal:
            if not _is_there(path, place):
                return False
            place.unlink()
            _sync(place.parent)
            journal.forget()
            return True

    def list(self, path: str = "", pattern: str = "*") -> list[Entry]:
        """What is in a folder, by name.

        Raises:
            StoreError: there is no such folder, or there is more in it than can be listed.
        """
        folder = self.place(path) if path.strip("/") else self._root
        if not folder.is_dir():
            if folder == self._root:
                return []
            raise StoreError("missing", f"There is no folder {path!r}.")
        names = sorted(
            found.name
            for found in folder.iterdir()
            if not found.name.startswith(".") and fnmatchcase(found.name, pattern)
        )
        if len(names) > self._max_entries:
            raise StoreError(
                "many",
                f"{len(names)} names in {path!r} match {pattern!r}; at most {self._max_entries} "
                "can be listed. Give a narrower pattern.",
            )
        return [found for name in names for found in self._entry(folder / name)]

    def _entry(self, place: Path) -> Iterator[Entry]:
        # Whoever deletes it meanwhile is no error of the list; links lead out of the store.
        with suppress(FileNotFoundError):
            if place.is_symlink():
                return
            found = place.stat()
            modified = datetime.fromtimestamp(found.st_mtime, UTC)
            path = place.relative_to(self._root).as_posix()
            yield Entry(path, place.is_dir(), 0 if place.is_dir() else found.st_size, modified)

    def _limit(self, path: str, size: int) -> None:
        if size > self._max_bytes:
            raise StoreError(
                "large", f"{path!r} has {size} bytes; at most {self._max_bytes} are possible."
            )

    def place(self, path: str) -> Path:
        """Where *path* is.

        Raises:
            StoreError: it is no plain relative path, or a link leads out of the store.
        """
        parts = path.strip().split("/")
        # Half characters are not printable either, so that what is left can be encoded.
        is_plain = path.isprintable() and len(path) <= LONGEST_PATH
        if not is_plain or not all(map(_is_name, parts)):
            raise StoreError(
                "path",
                f"{path[:100]!r} is no path here. Write names with / between them, such as "
                "reports/2026/list.csv; none of them begins with a dot.",
            )
        place = self._root.joinpath(*parts)
        if not place.resolve().is_relative_to(self._root.resolve()) or place.is_symlink():
            raise StoreError("path", f"{path!r} leads out of the store.")
        return place

    @contextmanager
    def _locked(self, place: Path) -> Iterator[_Journal]:
        """One change of a file at a time, also between processes."""
        own = self._root / OWN
        own.mkdir(parents=True, exist_ok=True)
        name = hashlib.sha256(place.relative_to(self._root).as_posix().encode()).hexdigest()
        # Few locks for all files, so that a store of many files does not have as many locks.
        with (own / f"{name[:2]}.lock").open("ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield _Journal.read(own / f"{name}.journal")


def _is_name(part: str) -> bool:
    return _NAME.fullmatch(part) is not None and len(part.encode()) <= LONGEST_NAME


@dataclass(slots=True)
class _Journal:
    """Which appends a file has: the keys of those that are done, and where one began."""

    place: Path
    done: list[str]
    begun: int | None

    @classmethod
    def read(cls, place: Path) -> _Journal:
        try:
            found: dict[str, Any] = json.loads(place.read_bytes())
        except FileNotFoundError:
            found = {}
        return cls(place, found.get("done", []), found.get("begun"))

    def mend(self, file: Path) -> int:
        """Take back an append that a crash cut off; the size of the file."""
        file.parent.mkdir(parents=True, exist_ok=True)
        size = file.stat().st_size if file.exists() else 0
        if self.begun is not None and size > self.begun:
            os.truncate(file, self.begun)
            return self.begun
        return size

    def begin(self, size: int | None) -> None:
        """An append begins at *size*; ``None``: the whole file is replaced instead."""
        if self.begun != size:
            self.begun = size
            self._write()

    def end(self, key: str) -> None:
        self.begun = None
        self.done = [*self.done, key][-MOST_KEYS:]
        self._write()

    def forget(self) -> None:
        self.place.unlink(missing_ok=True)

    def _write(self) -> None:
        _replace(self.place, json.dumps({"done": self.done, "begun": self.begun}).encode())


def _is_there(path: str, place: Path) -> bool:
    if place.is_dir():
        raise StoreError("path", f"{path!r} is a folder, no file.")
    return place.exists()


def _replace(place: Path, data: bytes) -> None:
    """Write a file whole; the caller holds its lock, so what a crash left is written over."""
    place.parent.mkdir(parents=True, exist_ok=True)
    beside = place.with_name(f".{hashlib.sha256(place.name.encode()).hexdigest()[:16]}.new")
    with beside.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(place)
    _sync(place.parent)


def _sync(folder: Path) -> None:
    """A rename is safe from a power cut only when its folder is on the disk, too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _missing(path: str) -> StoreError:
    return StoreError("missing", f"There is no file {path!r}.")
