"""The benchmark processes, drawn by a few words each: Python scripts, plain BPMN otherwise."""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.sax.saxutils import escape

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    ' xmlns:camunda="http://camunda.org/schema/1.0/bpmn"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    ' id="definitions" targetNamespace="https://example.com/benchmark">\n'
)
_EXPRESSION = 'xsi:type="bpmn:tFormalExpression"'
_GROUP = 'camunda:candidateGroups="group0"'


@dataclass
class Drawing:
    """A process that is drawn node by node; ``after`` names the node that a flow comes from."""

    process_id: str
    nodes: list[str] = field(default_factory=list)
    flows: list[str] = field(default_factory=list)

    def node(
        self, tag: str, node_id: str, *after: str, attributes: str = "", inner: str = ""
    ) -> str:
        """Draw a node, and a flow to it from each of *after*."""
        self.nodes.append(
            f'<bpmn:{tag} id="{node_id}" name="{node_id}" {attributes}>{inner}</bpmn:{tag}>'
        )
        for source in after:
            self.flow(source, node_id)
        return node_id

    def script(self, node_id: str, text: str, *after: str, loop: str = "") -> str:
        """Draw a script task."""
        inner = f"{loop}<bpmn:script>{escape(text)}</bpmn:script>"
        return self.node(
            "scriptTask", node_id, *after, attributes='scriptFormat="python"', inner=inner
        )

    def flow(self, source: str, target: str, condition: str = "") -> str:
        """Draw a sequence flow; its id."""
        flow_id = f"flow{len(self.flows)}"
        inner = (
            f"<bpmn:conditionExpression {_EXPRESSION}>{escape(condition)}"
            "</bpmn:conditionExpression>"
            if condition
            else ""
        )
        self.flows.append(
            f'<bpmn:sequenceFlow id="{flow_id}" sourceRef="{source}" targetRef="{target}">'
            f"{inner}</bpmn:sequenceFlow>"
        )
        return flow_id

    def xml(self) -> bytes:
        """The diagram."""
        body = "\n".join((*self.nodes, *self.flows))
        text = (
            f'{_HEAD}<bpmn:process id="{self.process_id}" isExecutable="true">\n{body}\n'
            "</bpmn:process>\n</bpmn:definitions>\n"
        )
        return text.encode()


def sequence(length: int, *, process_id: str = "w1") -> bytes:
    """w1: start, *length* script tasks, end."""
    drawing = Drawing(process_id)
    last = drawing.node("startEvent", "start")
    for number in range(length):
        last = drawing.script(f"step{number}", "x = x + 1", last)
    drawing.node("endEvent", "end", last)
    return drawing.xml()


def tasks_in_sequence(length: int) -> bytes:
    """Start, *length* tasks that do nothing, end: the engine's own cost."""
    drawing = Drawing("tasks")
    last = drawing.node("startEvent", "start")
    for number in range(length):
        last = drawing.node("task", f"task{number}", last)
    drawing.node("endEvent", "end", last)
    return drawing.xml()


def review_and_confirm() -> bytes:
    """w2: start, user task, exclusive gateway, script, user task, end."""
    drawing = Drawing("w2")
    drawing.node("startEvent", "start")
    drawing.node("userTask", "review", "start", attributes=_GROUP)
    drawing.node("exclusiveGateway", "approved", "review", attributes='default="flow2"')
    drawing.node("endEvent", "rejected", "approved")
    drawing.flow("approved", "total", "${approved == true}")
    drawing.script("total", "total = x + 1")
    drawing.node("userTask", "confirm", "total", attributes=_GROUP)
    drawing.node("endEvent", "end", "confirm")
    return drawing.xml()


def items_then_fork(items: int, *, branches: int = 5) -> bytes:
    """w3: a parallel multi-instance script of *items*, then a fork and join of *branches*."""
    drawing = Drawing("w3")
    drawing.node("startEvent", "start")
    drawing.script("item", "y = x * 2", "start", loop=parallel(str(items)))
    drawing.node("parallelGateway", "fork", "item")
    ends = [
        drawing.script(f"branch{number}", f"r{number} = x + {number}", "fork")
        for number in range(branches)
    ]
    drawing.node("parallelGateway", "join", *ends)
    drawing.node("endEvent", "end", "join")
    return drawing.xml()


def parallel_user_tasks() -> bytes:
    """As many parallel user tasks as the variable ``items`` says."""
    drawing = Drawing("parallel")
    drawing.node("startEvent", "start")
    drawing.node("userTask", "item", "start", inner=parallel("${items}"))
    drawing.node("endEvent", "end", "item")
    return drawing.xml()


def loop(*, with_person: bool) -> bytes:
    """w4: count ``i`` up to ``n`` in a loop, through a user task or in one go."""
    drawing = Drawing("w4u" if with_person else "w4s")
    drawing.node("startEvent", "start")
    drawing.node("exclusiveGateway", "again", "start")
    before = drawing.node("userTask", "ask", "again") if with_person else "again"
    drawing.script("count", "i = i + 1", before)
    default = f"flow{len(drawing.flows) + 1}"
    drawing.node("exclusiveGateway", "more", "count", attributes=f'default="{default}"')
    drawing.node("endEvent", "end", "more")
    drawing.flow("more", "again", "${i < n}")
    return drawing.xml()


def parallel(cardinality: str) -> str:
    """Multi-instance characteristics."""
    return (
        f"<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality {_EXPRESSION}>"
        f"{cardinality}</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics>"
    )
