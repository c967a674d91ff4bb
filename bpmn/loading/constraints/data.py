"""Data associations and what is bound to operations (BPMN 2.0 p. 211-222)."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from bpmn.loading.constraints.file import Breach, File, text, texts
from bpmn.names import local, tag

_ASSOCIATIONS = ("dataInputAssociation", "dataOutputAssociation")


def items_of_association_agree(file: File) -> Iterator[Breach]:
    """What is copied without transformation has the same structure at both ends (p. 221)."""
    for each in file.all(*_ASSOCIATIONS):
        if each.find(tag("transformation")) is not None or each.find(tag("assignment")) is not None:
            continue
        target = file.structure_of(file.by_id.get(text(each, "targetRef")))
        for name in texts(each, "sourceRef"):
            source = file.structure_of(file.by_id.get(name))
            if source and target and source != target:
                yield Breach(
                    "data-structure",
                    each,
                    f"{name!r} of structure {source!r} is copied to {text(each, 'targetRef')!r} of "
                    f"structure {target!r}.",
                    "Give both the same structure, or add a transformation.",
                )


def several_sources_need_transformation(file: File) -> Iterator[Breach]:
    """Several sources are made one by a transformation (p. 221)."""
    for each in file.all(*_ASSOCIATIONS):
        sources = len(texts(each, "sourceRef"))
        if sources > 1 and each.find(tag("transformation")) is None:
            yield Breach(
                "data-sources",
                each,
                f"A data association has {sources} sources and no transformation.",
                "Keep one source, or add the transformation that makes one value of them.",
            )


def process_data_is_not_computed(file: File) -> Iterator[Breach]:
    """The process' own inputs are not written inside, its outputs not read (p. 212 f)."""
    own = {
        item.get("id"): local(item)
        for process in file.all("process")
        for item in process.iterfind(f"{tag('ioSpecification')}/*")
    }
    for each in file.all(*_ASSOCIATIONS):
        for end, wrong, verb in (
            ("targetRef", "dataInput", "written"),
            ("sourceRef", "dataOutput", "read"),
        ):
            for name in texts(each, end):
                if own.get(name) == wrong:
                    yield Breach(
                        "data-direction",
                        each,
                        f"The process' {wrong} {name!r} is {verb} inside the process.",
                        "Use a data object.",
                    )


def binding_fits_operation(file: File) -> Iterator[Breach]:
    """What is bound to an operation has its messages' structures (p. 108, 160-163)."""
    for binding in file.all("ioBinding"):
        operation = file.by_id.get(binding.get("operationRef", ""))
        for end, message in (("inputDataRef", "inMessageRef"), ("outputDataRef", "outMessageRef")):
            item = file.by_id.get(binding.get(end, ""))
            yield from _fits(file, binding, operation, message, item)
    for task in file.all("serviceTask", "sendTask", "receiveTask"):
        operation = file.by_id.get(task.get("operationRef", ""))
        for kind, message in (("dataInput", "inMessageRef"), ("dataOutput", "outMessageRef")):
            items = task.findall(f"{tag('ioSpecification')}/{tag(kind)}")
            if len(items) == 1 and local(task) == "serviceTask":
                yield from _fits(file, task, operation, message, items[0])


def _fits(
    file: File,
    element: etree._Element,
    operation: etree._Element | None,
    message: str,
    item: etree._Element | None,
) -> Iterator[Breach]:
    found = None if operation is None else file.by_id.get(text(operation, message))
    wanted, given = file.structure_of(found), file.structure_of(item)
    if wanted and given and wanted != given:
        yield Breach(
            "operation-structure",
            element,
            f"The operation's {message} has the structure {wanted!r}, what is bound to it "
            f"{given!r}.",
            "Give both the same item definition.",
        )
