"""What may stand where: ad-hoc sub-processes, links, pools, called elements."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.loading.constraints.file import Breach, File, label
from bpmn.loading.facts import whole_number
from bpmn.model import ACTIVITIES
from bpmn.names import local, tag

_LINKS = (
    ("intermediateThrowEvent", "sourceRef", "outgoing"),
    ("intermediateCatchEvent", "targetRef", "incoming"),
)


def ad_hoc_content(file: File) -> Iterator[Breach]:
    """An ad-hoc sub-process has activities, and neither start nor end events (p. 181)."""
    for scope in file.all("adHocSubProcess"):
        kinds = {local(child) for child in scope}
        if not kinds & ACTIVITIES:
            yield Breach(
                "ad-hoc-empty",
                scope,
                f"The ad-hoc sub-process {label(scope)} has no activity.",
                "Draw the activities to choose from in it.",
            )
        if kinds & {"startEvent", "endEvent"}:
            yield Breach(
                "ad-hoc-start-or-end",
                scope,
                f"The ad-hoc sub-process {label(scope)} has a start or end event.",
                "Remove it: the activities are chosen, in no given order.",
            )


def links_replace_flows(file: File) -> Iterator[Breach]:
    """No flow leaves a link that is thrown, or enters one that is caught (p. 267 f)."""
    for kind, end, side in _LINKS:
        connected = {flow.get(end) for flow in file.all("sequenceFlow")}
        for event in file.all(kind):
            if event.find(tag("linkEventDefinition")) is None or event.get("id") not in connected:
                continue
            yield Breach(
                "link-with-flow",
                event,
                f"The link event {label(event)} has an {side} flow; its link takes that place.",
                "Remove the flow.",
            )


def multiplicity_is_a_range(file: File) -> Iterator[Breach]:
    """The least number of participants is no more than the most (p. 118)."""
    for each in file.all("participantMultiplicity"):
        least = whole_number(each.get("minimum", "0"))
        most = whole_number(each.get("maximum", "1"))
        if least is None or most is None or least < 0 or most < 1 or least > most:
            yield Breach(
                "participant-multiplicity",
                each,
                f"A pool stands for {each.get('minimum', '0')} to {each.get('maximum', '1')} "
                "participants.",
                "Write whole numbers, the smaller one first.",
            )


def call_fits_called(file: File) -> Iterator[Breach]:
    """A call activity has as many inputs and outputs as what it calls (p. 185)."""
    for call in file.all("callActivity"):
        called = file.by_id.get(call.get("calledElement", ""))
        theirs = None if called is None else called.find(tag("ioSpecification"))
        if theirs is None:
            continue
        own = call.find(tag("ioSpecification"))
        for kind in ("dataInput", "dataOutput"):
            wanted = len(theirs.findall(tag(kind)))
            given = 0 if own is None else len(own.findall(tag(kind)))
            if wanted != given:
                yield Breach(
                    "call-data",
                    call,
                    f"The call activity {label(call)} has {given} {kind}(s), what it calls "
                    f"{wanted}.",
                    "Give it the same inputs and outputs.",
                )
