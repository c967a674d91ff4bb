"""The connector ``file``: reads and writes files of the organisation's own folder."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from bpmn.expressions.base import BpmnErrorThrown
from engine.services.connectors.base import Answer, CallRefused, Request, Schema
from engine.services.connectors.file_store import FileStore, StoreError
from engine.services.connectors.http_bodies import as_json
from engine.services.failure import WorkFailure
from engine.services.secrets import SecretNameInvalid, check_name

OPERATIONS = ("read", "write", "append", "delete", "list")
CODES = ("path", "missing", "exists", "large", "many")

SCHEMA: Schema = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "A file of the store",
    "type": "object",
    "required": ["operation"],
    "additionalProperties": False,
    "properties": {
        "operation": {"enum": list(OPERATIONS)},
        "path": {"type": "string"},
        "content": {},
        "format": {
            "enum": ["text", "json", "base64"],
            "description": "What the content is; text by default.",
        },
        "replace": {"type": "boolean", "description": "Whether a file there is written over."},
        "pattern": {"type": "string", "minLength": 1, "maxLength": 100},
        "errors": {
            "type": "object",
            "propertyNames": {"enum": list(CODES)},
            "additionalProperties": {"type": "string", "minLength": 1},
            "description": "What happened to the code of a BPMN error.",
        },
    },
}


class FileConnector:
    """Files by operation; see `SCHEMA` for what it takes.

    Args:
        root: holds a folder for each organisation; empty: there is no store.
        max_bytes: of one file.
    """

    name = "file"
    schema: Schema = SCHEMA

    def __init__(self, root: str, *, max_bytes: int) -> None:
        self._root = root
        self._max_bytes = max_bytes
        self._operations: Mapping[str, Callable[[FileStore, Request], object]] = {
            "read": _read,
            "write": _write,
            "append": _append,
            "delete": _delete,
            "list": _list,
        }

    def target(self, _inputs: Mapping[str, object]) -> str:
        """The store."""
        return "file:store"

    def call(self, request: Request, /) -> Answer:
        """Do the operation.

        Raises:
            CallRefused: final; ``code`` says why, see `file_store.StoreError`.
            BpmnErrorThrown: a code that ``errors`` names.
            WorkFailure: the disk is full, or the like.
        """
        given: Mapping[str, Any] = request.inputs
        store = self._store(request.tenant_id)
        sent = f"{given['operation']} {given.get('path', '')}"
        try:
            body = self._operations[given["operation"]](store, request)
        except StoreError as error:
            raise _refused(given, error, sent) from error
        except (NotADirectoryError, FileExistsError) as error:
            wrong = StoreError("path", f"A part of {given.get('path')!r} is a file, no folder.")
            raise _refused(given, wrong, sent) from error
        except OSError as error:
            raise WorkFailure(
                f"The store of files fails: {error.strerror or error}.", request=sent
            ) from error
        return Answer(body, seen=body, sent=sent)

    def _store(self, tenant_id: str) -> FileStore:
        if not self._root:
            raise WorkFailure(
                "There is no store of files: set LANEWAY_FILES_DIR to a folder, then retry.",
                is_final=True,
            )
        try:
            folder = Path(self._root) / check_name(tenant_id)
        except SecretNameInvalid:
            raise WorkFailure(
                f"The organisation {tenant_id!r} has no folder: its id is no name of one.",
                is_final=True,
            ) from None
        return FileStore(folder, max_bytes=self._max_bytes)


def _read(store: FileStore, request: Request) -> object:
    path = _path(request)
    data = store.read(path)
    return {"path": path, "content": _decoded(path, data, _format(request)), "size": len(data)}


def _write(store: FileStore, request: Request) -> object:
    path, data = _path(request), _encoded(request)
    store.write(path, data, replace=bool(request.inputs.get("replace", True)))
    return {"path": path, "size": len(data)}


def _append(store: FileStore, request: Request) -> object:
    path, data = _path(request), _encoded(request)
    store.append(path, data, key=request.key)
    return {"path": path, "added": len(data)}


def _delete(store: FileStore, request: Request) -> object:
    path = _path(request)
    return {"path": path, "existed": store.delete(path)}


def _list(store: FileStore, request: Request) -> object:
    path, pattern = str(request.inputs.get("path", "")), str(request.inputs.get("pattern", "*"))
    return {
        "files": [
            {
                "path": entry.path,
                "folder": entry.is_folder,
                "size": entry.size,
                "modified": entry.modified,
            }
            for entry in store.list(path, pattern)
        ]
    }


def _path(request: Request) -> str:
    path = str(request.inputs.get("path", "")).strip()
    if not path:
        raise StoreError("path", "The file has no path. Give the task's input 'path' one.")
    return path


def _format(request: Request) -> str:
    return str(request.inputs.get("format", "text"))


def _encoded(request: Request) -> bytes:
    content, kind = request.inputs.get("content"), _format(request)
    if content is None:
        raise WorkFailure("There is nothing to write: the input 'content' is null.", is_final=True)
    if isinstance(content, bytes | bytearray):
        return bytes(content)
    if kind == "json":
        return as_json(content).encode()
    if not isinstance(content, str):
        raise WorkFailure(
            f"The content is {type(content).__name__}, no text. Set 'format' to json to write it.",
            is_final=True,
        )
    try:
        return content.encode() if kind == "text" else base64.b64decode(content, validate=True)
    except (binascii.Error, ValueError) as error:
        raise WorkFailure(f"The content is no {kind}: {error}.", is_final=True) from None


def _decoded(path: str, data: bytes, kind: str) -> object:
    if kind == "base64":
        return base64.b64encode(data).decode()
    try:
        text = data.decode("utf-8-sig")
        return json.loads(text) if kind == "json" else text
    except ValueError as error:
        raise WorkFailure(f"The file {path!r} is no {kind}: {error}.", is_final=True) from error


def _refused(given: Mapping[str, Any], error: StoreError, sent: str) -> CallRefused:
    code = (given.get("errors") or {}).get(error.code)
    if code:
        raise BpmnErrorThrown(code, str(error)) from error
    refused = CallRefused(str(error), is_final=True, request=sent)
    refused.code = error.code
    return refused
