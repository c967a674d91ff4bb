"""What a diagram keeps in files that are deployed with it: ``deployment://check.py``, forms."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from pathlib import PurePosixPath
from typing import Any, cast

from bpmn.model.base import Extension, Script
from bpmn.model.process import Node, ProcessModel

_LOCATION = "deployment://"


def file_of(script: Script) -> str:
    """The name of the file in the deployment that holds *script*, without folders; else empty."""
    if script.text or not script.resource.startswith(_LOCATION):
        return ""
    return PurePosixPath(script.resource.removeprefix(_LOCATION)).name


def script_files(model: ProcessModel) -> frozenset[str]:
    """Names of the files that *model* needs beside its own."""
    return frozenset(name for script in _scripts(model) if (name := file_of(script)))


def form_files(model: ProcessModel) -> Mapping[str, Node]:
    """Names of the form files that *model* needs beside its own, and who shows each."""
    return {
        name: node
        for node in model.nodes
        if node.form and node.form.binding == "file"
        for name in (node.form.key, node.form.ui)
        if name
    }


def with_scripts(model: ProcessModel, texts: Mapping[str, str]) -> ProcessModel:
    """*model* with the text of each script whose file is among *texts*, by name."""
    if not texts:
        return model

    def filled(script: Script) -> Script:
        text = texts.get(file_of(script))
        return script if text is None else replace(script, text=text)

    return cast("ProcessModel", _mapped(model, filled))


def _scripts(part: object) -> Iterator[Script]:
    """Every script anywhere in *part*; vendor elements as drawn hold none."""
    if isinstance(part, Script):
        yield part
    elif isinstance(part, tuple):
        for item in part:
            yield from _scripts(item)
    elif is_dataclass(part) and not isinstance(part, (type, Extension)):
        for field in fields(part):
            yield from _scripts(getattr(part, field.name))


def _mapped(part: Any, change: Callable[[Script], Script]) -> Any:
    """A copy of *part* with every script changed; what holds none is shared."""
    if isinstance(part, Script):
        return change(part)
    if isinstance(part, tuple):
        items = tuple(_mapped(item, change) for item in part)
        return part if all(a is b for a, b in zip(items, part, strict=True)) else items
    if not is_dataclass(part) or isinstance(part, (type, Extension)):
        return part
    made = {field.name: _mapped(getattr(part, field.name), change) for field in fields(part)}
    changed = {name: value for name, value in made.items() if value is not getattr(part, name)}
    return replace(part, **changed) if changed else part
