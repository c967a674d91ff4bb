"""Puts the picture together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace

from bpmn.drawing import overlays
from bpmn.drawing.activities import activity
from bpmn.drawing.artifacts import annotation, data_object, data_store, group_frame
from bpmn.drawing.connections import association, message_flow, sequence_flow
from bpmn.drawing.events import event
from bpmn.drawing.gateways import gateway
from bpmn.drawing.marks import Marks
from bpmn.drawing.page import MARGIN, Item, Page, extent, holder
from bpmn.drawing.pools import lane, pool
from bpmn.drawing.svg import Box, group, number, tag, text
from bpmn.drawing.theme import Pen, Theme, Words, pen_for
from bpmn.model import ACTIVITIES, EVENTS, GATEWAYS, Diagram, Flow, Node, Shape

_PAINTERS = {
    **dict.fromkeys(ACTIVITIES, activity),
    **dict.fromkeys(EVENTS, event),
    **dict.fromkeys(GATEWAYS, gateway),
    "participant": pool,
    "lane": lane,
    "dataObject": data_object,
    "dataObjectReference": data_object,
    "dataInput": data_object,
    "dataOutput": data_object,
    "dataStoreReference": data_store,
    "textAnnotation": annotation,
    "group": group_frame,
    "messageFlow": message_flow,
    "association": association,
    "dataInputAssociation": association,
    "dataOutputAssociation": association,
}
_EDGES = frozenset(
    [
        "sequenceFlow",
        "messageFlow",
        "association",
        "dataInputAssociation",
        "dataOutputAssociation",
    ]
)
_NAMED_INSIDE = ACTIVITIES | {"participant", "lane", "textAnnotation"}


def picture(diagram: Diagram, page: Page, marks: Marks, theme: Theme, words: Words) -> str:
    """The SVG of *page*."""
    items = [item for item in page.items if _is_sound(item)]
    marks = _on_page(marks, items, page.around)
    types = {node.id: node.type for process in diagram.processes for node in process.nodes}
    drawn = "".join(_item(item, marks, theme, words, types) for item in items)
    names = "".join(_name(item, theme) for item in items)
    above = overlays.heat(items, marks, theme) + "".join(overlays.badges(items, marks, theme))
    title = diagram.name or words.diagram
    if not items:
        above, box = overlays.note(words.empty, theme), (0.0, 0.0, 320.0, 80.0)
    else:
        box = _view(items)
    return _document(drawn + names + above, box, theme, title, _story(items, marks, words))


def _is_sound(item: Item) -> bool:
    """Edges have corners and shapes bounds, whatever the file says."""
    return bool(item.shape.waypoints) if item.kind in _EDGES else item.shape.bounds is not None


def _on_page(marks: Marks, items: list[Item], around: Mapping[str, str]) -> Marks:
    """*marks*, with those in collapsed sub-processes moved to these."""
    shown = {item.shape.element for item in items}
    tokens: defaultdict[str, int] = defaultdict(int)
    for element, count in marks.tokens.items():
        tokens[holder(element, shown, around)] += count
    states = dict(marks.states)
    for element, state in marks.states.items():
        states.setdefault(holder(element, shown, around), state)
    return replace(marks, tokens=tokens, states=states)


def _item(item: Item, marks: Marks, theme: Theme, words: Words, types: Mapping[str, str]) -> str:
    pen = _pen(item, marks, theme)
    if item.kind == "sequenceFlow" and isinstance(item.element, Flow):
        drawn = sequence_flow(item, pen, types.get(item.element.source, ""))
    else:
        drawn = _PAINTERS[item.kind](item, pen)
    title = tag("title", text(_title(item, marks, words)))
    return group(title, drawn, data_element_id=item.shape.element)


def _pen(item: Item, marks: Marks, theme: Theme) -> Pen:
    explains = item.kind not in ("participant", "lane", "group", "textAnnotation")
    return pen_for(item.shape, theme, is_passed=explains and item.shape.element in marks.passed)


def _name(item: Item, theme: Theme) -> str:
    if item.kind in _NAMED_INSIDE:
        return ""
    return overlays.label(item, pen_for(item.shape, theme).text, paper=theme.paper)


def _title(item: Item, marks: Marks, words: Words) -> str:
    return ": ".join(filter(None, (_label(item), ", ".join(_said(item, marks, words)))))


def _label(item: Item) -> str:
    return item.element.name or item.shape.element


def _said(item: Item, marks: Marks, words: Words) -> Iterator[str]:
    name = item.shape.element
    if name in marks.states and marks.states[name] != "active":
        yield getattr(words, marks.states[name].value)
    if marks.tokens.get(name, 0) > 0:
        yield f"{words.waiting} {marks.tokens[name]}"
    if name in marks.passed and isinstance(item.element, Node | Flow):
        yield words.passed
    if marks.heat.get(name, 0) > 0:
        yield f"{words.times} {marks.heat[name]}"


def _story(items: list[Item], marks: Marks, words: Words) -> str:
    """The picture in words: everything that has a badge."""
    told = [i for i in items if overlays.badge_of(i.shape.element, marks) is not None]
    return ". ".join(_title(item, marks, words) for item in told)


def _view(items: list[Item]) -> Box:
    labels = [
        Shape("", box)
        for item in items
        if item.kind not in _NAMED_INSIDE and (box := overlays.label_box(item))
    ]
    x, y, w, h = extent([*(item.shape for item in items), *labels])
    return x - MARGIN, y - MARGIN, w + 2 * MARGIN, h + 2 * MARGIN


def _document(content: str, box: Box, theme: Theme, title: str, story: str) -> str:
    x, y, w, h = box
    return tag(
        "svg",
        tag("title", text(title)),
        tag("desc", text(story)) if story else "",
        tag("rect", x=x, y=y, width=w, height=h, fill=theme.paper),
        content,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=" ".join(map(number, box)),
        width=w,
        height=h,
        role="img",
        aria_label=title,
        font_family=theme.font,
    )
