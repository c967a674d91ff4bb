"""A DMN file to ``Definitions``."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from types import MappingProxyType

from bpmn.decisions.model import (
    Decision,
    DecisionService,
    Definitions,
    GraphElement,
    Import,
    InputData,
    KnowledgeModel,
    KnowledgeSource,
)
from bpmn.decisions.namespaces import CAMUNDA
from bpmn.decisions.reading.boxed import read_boxed, read_function
from bpmn.decisions.reading.texts import type_ref
from bpmn.decisions.reading.types import read_type
from bpmn.decisions.reading.xml import Node, parse
from bpmn.model import Dialect, Problem, Severity

_UNREAD = {"itemDefinition", "import", "extensionElements", "description", "DMNDI"}
_ARTIFACTS = {
    "textAnnotation",
    "association",
    "group",
    "elementCollection",
    "businessContextElement",
}
_ARTIFACTS |= {"performanceIndicator", "organizationUnit"}


@dataclass(frozen=True, slots=True)
class Read:
    """A file as read, with what is wrong in it."""

    definitions: Definitions
    problems: tuple[Problem, ...]


def read(data: bytes) -> Read:
    """Read a DMN file.

    Raises:
        NotADiagram: it is no DMN file that may be opened.
    """
    problems: list[Problem] = []
    root = Node(parse(data), problems)
    namespace = root.get("namespace")
    elements = tuple(_elements(root, namespace))
    definitions = Definitions(
        id=root.id,
        line=root.line,
        name=root.get("name"),
        namespace=namespace,
        dialect=_dialect(root),
        imports=tuple(_import(node) for node in root.children("import")),
        types=tuple(read_type(node) for node in root.children("itemDefinition")),
        elements=elements,
        attributes=MappingProxyType({str(k): str(v) for k, v in root.element.attrib.items()}),
    )
    return Read(definitions, tuple(problems))


def _dialect(root: Node) -> Dialect:
    platform = root.modeler("executionPlatform").lower()
    if platform:
        return Dialect.CAMUNDA8 if "cloud" in platform else Dialect.CAMUNDA7
    prefix = f"{{{CAMUNDA}}}"
    uses = any(str(name).startswith(prefix) for e in root.element.iter() for name in e.attrib)
    return Dialect.CAMUNDA7 if uses else Dialect.PLAIN


def _import(node: Node) -> Import:
    return Import(
        name=" ".join(node.get("name").split()),
        namespace=node.get("namespace"),
        kind=node.get("importType"),
        location=node.get("locationURI"),
        line=node.line,
    )


def _elements(root: Node, namespace: str) -> Iterable[GraphElement]:
    for node in root.children():
        builder = _BUILDERS.get(node.tag)
        if builder is not None:
            yield builder(_Graph(node, namespace))
        elif node.tag not in _UNREAD | _ARTIFACTS:
            node.report(
                "element-unknown",
                f"The element '{node.tag}' is not part of a decision model.",
                "It has no effect; remove it.",
                Severity.WARNING,
            )


@dataclass(frozen=True, slots=True)
class _Graph:
    """An element of the requirement graph."""

    node: Node
    namespace: str

    @property
    def name(self) -> str:
        """Its name; FEEL's spaces are single."""
        variable = self.node.child("variable")
        written = self.node.get("name") or ("" if variable is None else variable.get("name"))
        return " ".join(written.split())

    @property
    def variable(self) -> str:
        """The name of its variable, else its own."""
        variable = self.node.child("variable")
        written = "" if variable is None else variable.get("name")
        return " ".join(written.split()) or self.name

    @property
    def type_ref(self) -> str:
        """The type of its variable."""
        variable = self.node.child("variable")
        return "" if variable is None else type_ref(variable)

    def references(self, *path: str) -> tuple[str, ...]:
        """What it refers to as ``namespace#id``; *path* ends with the element that has href."""
        *outer, last = path
        owners = [self.node]
        for tag in outer:
            owners = [child for owner in owners for child in owner.children(tag)]
        return tuple(
            self.absolute(child.get("href")) for owner in owners for child in owner.children(last)
        )

    def absolute(self, href: str) -> str:
        """A reference with its namespace."""
        namespace, _, element = href.rpartition("#")
        return f"{namespace or self.namespace}#{element}"


def _input_data(graph: _Graph) -> GraphElement:
    return InputData(
        id=graph.node.id,
        type_ref=graph.type_ref,
        line=graph.node.line,
        name=graph.name,
        label=graph.node.get("label"),
    )


def _decision(graph: _Graph) -> GraphElement:
    node = graph.node
    return Decision(
        id=node.id,
        type_ref=graph.type_ref,
        line=node.line,
        name=graph.name,
        label=node.get("label"),
        variable=graph.variable,
        logic=read_boxed(node),
        requires=(
            *graph.references("informationRequirement", "requiredInput"),
            *graph.references("informationRequirement", "requiredDecision"),
        ),
        knows=graph.references("knowledgeRequirement", "requiredKnowledge"),
        question=node.text("question"),
        answers=node.text("allowedAnswers"),
        version_tag=node.camunda("versionTag") or _zeebe_version_tag(node),
        history_time_to_live=node.camunda("historyTimeToLive"),
    )


def _zeebe_version_tag(node: Node) -> str:
    for element in node.element.iterdescendants("{*}versionTag"):
        return str(element.get("value") or "")
    return ""


def _knowledge_model(graph: _Graph) -> GraphElement:
    logic = graph.node.child("encapsulatedLogic")
    return KnowledgeModel(
        id=graph.node.id,
        type_ref=graph.type_ref,
        line=graph.node.line,
        name=graph.name,
        label=graph.node.get("label"),
        logic=None if logic is None else read_function(logic),
        knows=graph.references("knowledgeRequirement", "requiredKnowledge"),
    )


def _service(graph: _Graph) -> GraphElement:
    return DecisionService(
        id=graph.node.id,
        type_ref=graph.type_ref,
        line=graph.node.line,
        name=graph.name,
        label=graph.node.get("label"),
        outputs=graph.references("outputDecision"),
        encapsulated=graph.references("encapsulatedDecision"),
        input_decisions=graph.references("inputDecision"),
        input_data=graph.references("inputData"),
    )


def _source(graph: _Graph) -> GraphElement:
    return KnowledgeSource(
        id=graph.node.id,
        line=graph.node.line,
        name=graph.name,
        label=graph.node.get("label"),
        location=graph.node.get("locationURI"),
    )


_BUILDERS: dict[str, Callable[[_Graph], GraphElement]] = {
    "inputData": _input_data,
    "decision": _decision,
    "businessKnowledgeModel": _knowledge_model,
    "decisionService": _service,
    "knowledgeSource": _source,
}
