"""Input and output sets (BPMN 2.0 p. 211-216)."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from bpmn.loading.constraints.file import Breach, File, label, texts
from bpmn.names import local, tag

_SETS = {"inputSet": ("dataInput", "Input"), "outputSet": ("dataOutput", "Output")}


def optional_items_are_in_their_set(file: File) -> Iterator[Breach]:
    """What is optional or read while executing is one of the set's items (p. 214, 216)."""
    for each in file.all(*_SETS):
        kind, word = _SETS[local(each)]
        own = texts(each, f"{kind}Refs")
        for name in (f"optional{word}Refs", f"whileExecuting{word}Refs"):
            for item in texts(each, name):
                if item not in own:
                    yield Breach(
                        "data-set-item",
                        each,
                        f"{item!r} is in {name} of a set, but not in the set itself.",
                        f"Add it to the set's {kind}Refs.",
                    )


def sets_name_each_other(file: File) -> Iterator[Breach]:
    """An input set that names an output set is named by it, and the other way round (p. 214)."""
    pairs = {"inputSet": ("outputSetRefs", "inputSetRefs")}
    pairs["outputSet"] = pairs["inputSet"][::-1]
    for each in file.all(*_SETS):
        here, there = pairs[local(each)]
        for name in texts(each, here):
            other = file.by_id.get(name)
            if other is None or each.get("id") not in texts(other, there):
                yield Breach(
                    "data-set-pair",
                    each,
                    f"The {local(each)} names {name!r} in {here}, which does not name it back.",
                    f"Add {there} to the other set, or remove {here}.",
                )


def set_holds_own_items(file: File) -> Iterator[Breach]:
    """A set lists inputs or outputs of the very element that has it (p. 213, 215)."""
    for each in file.all(*_SETS):
        owner = each.getparent()
        kind, _ = _SETS[local(each)]
        own = _ids(owner, kind)
        for item in texts(each, f"{kind}Refs"):
            if item not in own and local(file.by_id.get(item, each)) == kind:
                yield Breach(
                    "data-set-item",
                    each,
                    f"The set lists {item!r}, which belongs to another element.",
                    f"List only the {kind}s beside the set.",
                )


def has_sets(file: File) -> Iterator[Breach]:
    """Inputs and outputs come with at least one set of each kind (p. 211)."""
    for each in file.all("ioSpecification"):
        for name in _SETS:
            if each.find(tag(name)) is None:
                yield Breach(
                    "data-set-missing", each, f"The ioSpecification has no {name}.", "Add one."
                )


def every_item_is_in_a_set(file: File) -> Iterator[Breach]:
    """Each input and output is in at least one set (p. 212 f)."""
    for each in file.all("ioSpecification"):
        for name, (kind, _) in _SETS.items():
            listed = {
                item for found in each.iterfind(tag(name)) for item in texts(found, f"{kind}Refs")
            }
            for item in each.iterfind(tag(kind)):
                if item.get("id") not in listed:
                    yield Breach(
                        "data-item-in-no-set",
                        item,
                        f"The {kind} {label(item)} is in no {name}.",
                        f"Add it to the {kind}Refs of a set.",
                    )


def _ids(owner: etree._Element | None, kind: str) -> set[str]:
    found = [] if owner is None else owner.findall(tag(kind))
    return {element.get("id", "") for element in found}
