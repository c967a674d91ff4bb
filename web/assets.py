"""The tags for what Vite built from ``web/assets``: ``{{ vite('app.js') }}`` in a template."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import TypedDict, cast

from flask import Flask, current_app, url_for
from markupsafe import Markup

MANIFEST = "dist/manifest.json"


class AssetsNotBuilt(RuntimeError):
    """The folder ``static/dist`` lacks the manifest, or the manifest lacks the entry."""

    code = "assets-not-built"


class Chunk(TypedDict, total=False):
    """One entry of Vite's manifest; paths are relative to ``static/dist``."""

    file: str
    css: list[str]
    imports: list[str]


def init_app(app: Flask) -> None:
    """Make ``vite(entry)`` known to the templates of *app*."""
    app.add_template_global(vite)


def vite(entry: str) -> Markup:
    """Return the link and script tags that load *entry* and what it imports.

    Args:
        entry: file name in ``web/assets``, such as ``app.js``.

    Raises:
        AssetsNotBuilt: there is no manifest, or *entry* is not in it.
    """
    manifest = _read_manifest()
    chunks = _reachable(manifest, entry)
    styles = dict.fromkeys(path for chunk in chunks for path in chunk.get("css", []))
    tags = [Markup('<link rel="stylesheet" href="{}">').format(_url(path)) for path in styles]
    tags += [
        Markup('<link rel="modulepreload" href="{}">').format(_url(chunk["file"]))
        for chunk in chunks[1:]
    ]
    script = Markup('<script type="module" src="{}"></script>')
    tags.append(script.format(_url(chunks[0]["file"])))
    return Markup("\n").join(tags)


def _read_manifest() -> dict[str, Chunk]:
    """Read the manifest, again only when a new build replaced it."""
    path = Path(current_app.static_folder or "") / MANIFEST
    try:
        changed = path.stat().st_mtime_ns
    except FileNotFoundError:
        msg = f"{path} does not exist: the assets are not built. Run 'make assets'."
        raise AssetsNotBuilt(msg) from None
    return _parse_manifest(path, changed)


@lru_cache(maxsize=4)
def _parse_manifest(path: Path, changed: int) -> dict[str, Chunk]:  # noqa: ARG001 - cache key
    return cast("dict[str, Chunk]", json.loads(path.read_text(encoding="utf-8")))


def _reachable(manifest: dict[str, Chunk], entry: str) -> list[Chunk]:
    """Return *entry* first, then every chunk that it imports, each once."""
    if entry not in manifest:
        known = ", ".join(sorted(manifest))
        msg = f"The built assets have no {entry!r}, only {known}. Run 'make assets'."
        raise AssetsNotBuilt(msg)
    names = [entry]
    for name in names:
        names += [found for found in manifest[name].get("imports", []) if found not in names]
    return [manifest[name] for name in names]


def _url(path: str) -> str:
    return url_for("static", filename=f"dist/{path}")
