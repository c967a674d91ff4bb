"""DMN's bytes as a safe XML tree, and short ways to walk it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from lxml import etree

from bpmn import source
from bpmn.decisions.namespaces import CAMUNDA, MODELER, is_dmn
from bpmn.model import Problem, Severity

_HINT = "Export the decisions again as DMN 1.3 XML (.dmn) and upload that file."
_CAMUNDA_NAME = f"{{{CAMUNDA}}}"


def parse(data: bytes) -> etree._Element:
    """Parse the bytes of a DMN file with the limits of ``bpmn.source``.

    Raises:
        NotADiagram: it is no DMN file that may be opened.
    """
    try:
        return source.parse_with(data, _Inspection())
    except source.NotADiagram as refused:
        problem = refused.problem
        if "BPMN" not in problem.hint:
            raise
        raise source.NotADiagram(replace(problem, hint=_HINT)) from None


class _Inspection(source.Inspection):
    def check_root(self, name: str) -> None:
        namespace, _, local = name.rpartition(" ")
        if is_dmn(namespace) and local == "definitions":
            return
        root = f"{local!r} of the namespace {namespace!r}"
        message = f"The root element is {root}, not DMN's 'definitions'."
        self.refuse("file-not-dmn", message, _HINT)


@lru_cache(maxsize=1_000)
def _local_name(tag: str) -> str:
    name = etree.QName(tag)
    return name.localname if is_dmn(name.namespace or "") else ""


class Node:
    """An element of the tree: names without their namespace, whatever the edition."""

    __slots__ = ("_problems", "element")

    def __init__(self, element: etree._Element, problems: list[Problem]) -> None:
        self.element = element
        self._problems = problems

    @property
    def tag(self) -> str:
        """Local name, "" for an element of another vocabulary."""
        return _local_name(str(self.element.tag))

    @property
    def id(self) -> str:
        """Its id, "" for none."""
        return self.get("id")

    @property
    def line(self) -> int:
        """1-based line in the file."""
        return int(self.element.sourceline or 0)

    def get(self, name: str, default: str = "") -> str:
        """An attribute without a namespace."""
        return str(self.element.get(name, default)).strip()

    def camunda(self, name: str) -> str:
        """An attribute of Camunda's vocabulary."""
        return str(self.element.get(_CAMUNDA_NAME + name, "")).strip()

    def modeler(self, name: str) -> str:
        """An attribute of Camunda Modeler's vocabulary."""
        return str(self.element.get(f"{{{MODELER}}}{name}", "")).strip()

    def children(self, *tags: str) -> Iterator[Node]:
        """Children in order, only those with one of *tags* when some are given."""
        for element in self.element.iterchildren(etree.Element):
            tag = _local_name(str(element.tag))
            if tag and (not tags or tag in tags):
                yield Node(element, self._problems)

    def child(self, *tags: str) -> Node | None:
        """The first child with one of *tags*."""
        return next(self.children(*tags), None)

    def text(self, tag: str = "text") -> str:
        """The text of a child, "" when there is none."""
        found = self.child(tag)
        return "" if found is None else (found.element.text or "").strip()

    def refuse(self, code: str, message: str, hint: str) -> None:
        """Report an error at this element."""
        self.report(code, message, hint, Severity.ERROR)

    def report(self, code: str, message: str, hint: str, severity: Severity) -> None:
        """Report a problem at this element."""
        owner = self._owner()
        self._problems.append(
            Problem(
                code=code,
                message=message,
                hint=hint,
                severity=severity,
                element_id=self.id or owner.id,
                element_name=self.get("name") or owner.get("name"),
                line=self.line,
            )
        )

    def _owner(self) -> Node:
        """The closest element around with an id."""
        node = self
        while not node.id and (parent := node.element.getparent()) is not None:
            node = Node(parent, self._problems)
        return node
