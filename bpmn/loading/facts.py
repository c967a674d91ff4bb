"""What one XML element says by itself: pure lxml, no SpiffWorkflow, no vendor's meaning."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from textwrap import dedent
from types import MappingProxyType

from lxml import etree

from bpmn.dialects.languages import Use, declared_language, expression
from bpmn.model import (
    EMPTY,
    DataAssociation,
    DataItem,
    Dialect,
    Expression,
    Extension,
    Loop,
    LoopKind,
    Script,
    TimerKind,
)
from bpmn.names import canonical, local, tag

_EXTENSIONS = tag("extensionElements")
_DOCUMENTATION = tag("documentation")
_CONDITION = tag("conditionExpression")
_RESOURCE = "{http://camunda.org/schema/1.0/bpmn}resource"
_OLD_RESOURCE = "{http://activiti.org/bpmn}resource"
_TIMERS = {
    "timeDate": TimerKind.DATE,
    "timeDuration": TimerKind.DURATION,
    "timeCycle": TimerKind.CYCLE,
}
_DATA = frozenset(
    [
        "dataObject",
        "dataObjectReference",
        "dataStoreReference",
        "property",
        "dataInput",
        "dataOutput",
    ]
)
# Languages of which a condition may be a single expression; any other text is a script.
_EXPRESSION_LANGUAGES = frozenset({"", "juel", "feel", "python"})


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads expressions in the languages of one file.

    ``default`` is the file's own `expressionLanguage`, empty when it leaves that to the dialect.
    """

    dialect: Dialect
    default: str = ""

    def formal(self, element: etree._Element, use: Use = Use.FORMAL) -> Expression:
        """The expression in an expression element, which may declare a language of its own."""
        declared = declared_language(element.get("language")) or self.default
        return expression(
            element.text or "",
            self.dialect,
            declared=declared,
            use=use,
            line=element.sourceline or 0,
        )

    def name(self, text: str | None, line: int = 0) -> Expression | None:
        """A name or code, in which vendors allow expressions; ``None`` for none."""
        return expression(text, self.dialect, use=Use.NAME, line=line) if text else None

    def child(self, element: etree._Element, name: str, use: Use = Use.FORMAL) -> Expression | None:
        """The expression in the child called *name*, ``None`` when missing or blank."""
        found = element.find(tag(name))
        if found is None or not (found.text or "").strip():
            return None
        return self.formal(found, use)

    def condition(self, flow: etree._Element) -> Expression | Script | None:
        """A flow's condition; a script when it names a script language or a resource."""
        found = flow.find(_CONDITION)
        if found is None:
            return None
        language = declared_language(found.get("language")) or self.default
        resource = found.get(_RESOURCE) or found.get(_OLD_RESOURCE) or ""
        if resource or language not in _EXPRESSION_LANGUAGES:
            return Script(found.text or "", language, resource, found.sourceline or 0)
        if not (found.text or "").strip():
            return None
        return self.formal(found)

    def timer(self, definition: etree._Element) -> tuple[TimerKind, Expression] | None:
        """The first timer expression; `timers` counts them."""
        for child in definition:
            kind = _TIMERS.get(local(child))
            if kind and (child.text or "").strip():
                return kind, self.formal(child, Use.TIMER)
        return None

    def loop(self, activity: etree._Element, names: Mapping[str, str]) -> Loop | None:
        """Loop characteristics; *names* gives the variable behind a data item's id."""
        standard = activity.find(tag("standardLoopCharacteristics"))
        if standard is not None:
            return self._standard_loop(standard)
        multiple = activity.find(tag("multiInstanceLoopCharacteristics"))
        return None if multiple is None else self._multi_instance(multiple, names)

    def _standard_loop(self, element: etree._Element) -> Loop:
        return Loop(
            LoopKind.STANDARD,
            condition=self.child(element, "loopCondition"),
            test_before=element.get("testBefore") == "true",
            maximum=whole_number(element.get("loopMaximum")),
            attributes=attributes(element),
            extensions=extensions(element),
            line=element.sourceline or 0,
        )

    def _multi_instance(self, element: etree._Element, names: Mapping[str, str]) -> Loop:
        sequential = element.get("isSequential") == "true"
        item = element.find(tag("inputDataItem"))
        result = element.find(tag("outputDataItem"))
        collection = text_of(element, "loopDataInputRef")
        output = text_of(element, "loopDataOutputRef")
        return Loop(
            LoopKind.SEQUENTIAL if sequential else LoopKind.PARALLEL,
            cardinality=self.child(element, "loopCardinality"),
            collection=_variable(names.get(collection, collection), element),
            element_variable=label(item),
            output_collection=names.get(output, output),
            output_element=_variable(label(result), element),
            completion_condition=self.child(element, "completionCondition"),
            behavior=element.get("behavior", "All"),
            attributes=attributes(element),
            extensions=extensions(element),
            line=element.sourceline or 0,
        )

    def association(self, element: etree._Element) -> DataAssociation:
        """A data input or output association."""
        return DataAssociation(
            direction="in" if local(element) == "dataInputAssociation" else "out",
            sources=tuple((e.text or "").strip() for e in element.iterfind(tag("sourceRef"))),
            target=text_of(element, "targetRef"),
            transformation=self.child(element, "transformation"),
            assignments=tuple(self._assignments(element)),
            line=element.sourceline or 0,
        )

    def _assignments(self, element: etree._Element) -> Iterator[tuple[Expression, Expression]]:
        for assignment in element.iterfind(tag("assignment")):
            source, target = self.child(assignment, "from"), self.child(assignment, "to")
            if source and target:
                yield source, target

    def performers(self, activity: etree._Element) -> Iterator[tuple[str, Expression]]:
        """Standard resource roles: (``potentialOwner``, its assignment expression) and so on."""
        for child in activity:
            kind = local(child)
            if kind in ("performer", "humanPerformer", "potentialOwner", "resourceRole"):
                for formal in child.iter(tag("formalExpression")):
                    yield kind, self.formal(formal, Use.NAME)


def attributes(element: etree._Element) -> Mapping[str, str]:
    """Every attribute as drawn, vendors' with their canonical prefix."""
    if not element.attrib:
        return EMPTY
    return MappingProxyType({canonical(str(k)): str(v) for k, v in element.attrib.items()})


def extensions(element: etree._Element) -> tuple[Extension, ...]:
    """Every vendor element in *element*'s extensionElements."""
    found = element.find(_EXTENSIONS)
    return () if found is None else tuple(extension(child) for child in found)


def extension(element: etree._Element) -> Extension:
    """A vendor element with all that it holds; depth is bounded by `bpmn.source`."""
    text = element.text or ""
    return Extension(
        tag=canonical(str(element.tag)),
        attributes=attributes(element),
        text=text if text.strip() else "",
        children=tuple(extension(child) for child in element),
        line=element.sourceline or 0,
    )


def documentation(element: etree._Element) -> str:
    """The element's own documentation, not one of its children's."""
    return element.findtext(_DOCUMENTATION, default="").strip()


def script(element: etree._Element) -> Script | None:
    """A script task's script; common indentation, which pretty printers add, is taken off."""
    if local(element) != "scriptTask":
        return None
    body = element.find(tag("script"))
    line = (element if body is None else body).sourceline or 0
    text = "" if body is None else code(body.text or "")
    resource = element.get(_RESOURCE) or element.get(_OLD_RESOURCE) or ""
    if body is None and not resource:
        return None
    return Script(text, element.get("scriptFormat", "").strip(), resource, line)


def code(text: str) -> str:
    """Script text without the blank lines around it and the indentation common to all lines."""
    return dedent(text.strip("\n")).strip()


def data_items(element: etree._Element, scope: str) -> Iterator[DataItem]:
    """Data objects, references, properties, inputs and outputs directly in *element*."""
    for child in element:
        name = local(child)
        if name == "ioSpecification":
            yield from data_items(child, scope)
        elif name in _DATA:
            yield DataItem(
                id=child.get("id", ""),
                name=child.get("name", ""),
                kind=name,
                scope=scope,
                reference=child.get("dataObjectRef") or child.get("dataStoreRef") or "",
                is_collection=child.get("isCollection") == "true",
                line=child.sourceline or 0,
            )


def input_sets(element: etree._Element) -> Iterator[tuple[str, ...]]:
    """Ids of the inputs that each input set requires before the activity may begin."""
    for each in element.iterfind(f"{tag('ioSpecification')}/{tag('inputSet')}"):
        later = {
            (e.text or "").strip()
            for name in ("optionalInputRefs", "whileExecutingInputRefs")
            for e in each.iterfind(tag(name))
        }
        names = ((e.text or "").strip() for e in each.iterfind(tag("dataInputRefs")))
        yield tuple(name for name in names if name not in later)


def text_of(element: etree._Element, child: str) -> str:
    """Text of the child called *child*, stripped; empty when there is none."""
    return element.findtext(tag(child), default="").strip()


def label(element: etree._Element | None) -> str:
    """An element's name, else its id, else nothing."""
    return "" if element is None else element.get("name") or element.get("id") or ""


def whole_number(text: str | None) -> int | None:
    """*text* as a whole number, ``None`` when it is none; validation sees the attribute."""
    try:
        return int(text) if text is not None else None
    except ValueError:
        return None


def _variable(name: str, element: etree._Element) -> Expression | None:
    return Expression(name, "variable", element.sourceline or 0) if name else None
