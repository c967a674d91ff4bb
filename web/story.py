"""History events in plain words, for the timeline."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext, lazy_gettext

from bpmn.model import EventKind, Node, ProcessModel
from engine.queries.timeline import HistoryRow
from web.decision_view import outputs_words, value_words
from web.error_words import name_of

# By event kind. %(name)s is the element's name; the others come from the event's data.
SENTENCES: Mapping[str, object] = {
    "process-started": lazy_gettext("Started"),
    "task-created": lazy_gettext("“%(name)s” waits for somebody"),
    "task-claimed": lazy_gettext("Claimed “%(name)s”"),
    "task-released": lazy_gettext("Released “%(name)s”"),
    "task-assigned": lazy_gettext("Gave “%(name)s” to %(assignee)s"),
    "task-completed": lazy_gettext("Completed “%(name)s”"),
    "task-cancelled": lazy_gettext("“%(name)s” is no longer needed"),
    "element-cancelled": lazy_gettext("“%(name)s” was interrupted"),
    "loop-started": lazy_gettext("“%(name)s” is done several times"),
    "error-thrown": lazy_gettext("“%(name)s” reported the error %(code)s"),
    "escalation-thrown": lazy_gettext("“%(name)s” escalated: %(code)s"),
    "condition-failed": lazy_gettext(
        "A condition of “%(name)s” could not be evaluated: %(message)s"
    ),
    "external-task-failed": lazy_gettext("A worker failed at “%(name)s”: %(message)s"),
    "job-failed": lazy_gettext("“%(name)s” failed and is tried again: %(message)s"),
    "incident-created": lazy_gettext("“%(name)s” cannot go on: %(message)s"),
    "incident-resolved": lazy_gettext("Tried “%(name)s” again"),
    "incident-skipped": lazy_gettext("Took “%(name)s” for done"),
    "incident-noted": lazy_gettext("Saw to “%(name)s”: %(note)s"),
    "message-not-received": lazy_gettext("Nobody waited for the message of “%(name)s”"),
    "variables-set": lazy_gettext("Changed variables: %(names)s"),
    "instance-suspended": lazy_gettext("Suspended"),
    "instance-resumed": lazy_gettext("Resumed"),
    "job-suspended": lazy_gettext("Held back the job of “%(name)s”"),
    "job-resumed": lazy_gettext("Let the job of “%(name)s” run again"),
    "job-retried": lazy_gettext("Tried the job of “%(name)s” again"),
    "log": lazy_gettext("Note of a script: %(text)s"),
}
# How an incident was resolved, when it was not tried again.
_MENDED = {"skipped": "incident-skipped", "resolved": "incident-noted"}
ENDS: Mapping[str, object] = {
    "COMPLETED": lazy_gettext("Done"),
    "TERMINATED": lazy_gettext("Cancelled"),
    "FAILED": lazy_gettext("Failed: nothing catches the error %(error)s"),
}
# A completed element is told when it is an event that happened, or work that nobody did by hand.
HAPPENED: Mapping[EventKind, object] = {
    EventKind.TIMER: lazy_gettext("The time of “%(name)s” came"),
    EventKind.MESSAGE: lazy_gettext("The message of “%(name)s” arrived"),
    EventKind.SIGNAL: lazy_gettext("The signal of “%(name)s” arrived"),
    EventKind.CONDITIONAL: lazy_gettext("The condition of “%(name)s” became true"),
    EventKind.ERROR: lazy_gettext("“%(name)s” caught an error"),
    EventKind.ESCALATION: lazy_gettext("“%(name)s” caught an escalation"),
    EventKind.CANCEL: lazy_gettext("“%(name)s” caught a cancellation"),
}
DONE: Mapping[str, object] = {
    "receiveTask": lazy_gettext("The message of “%(name)s” arrived"),
    "serviceTask": lazy_gettext("“%(name)s” was done automatically"),
    "sendTask": lazy_gettext("“%(name)s” was sent"),
    "businessRuleTask": lazy_gettext("“%(name)s” was decided"),
    "callActivity": lazy_gettext("The process of “%(name)s” is done"),
    "subProcess": lazy_gettext("“%(name)s” is done"),
    "transaction": lazy_gettext("“%(name)s” is done"),
    "adHocSubProcess": lazy_gettext("“%(name)s” is done"),
    "intermediateThrowEvent": lazy_gettext("Reached “%(name)s”"),
}
CATCHING = frozenset({"intermediateCatchEvent", "boundaryEvent"})
DECIDING = frozenset({"exclusiveGateway", "inclusiveGateway"})
# Passing other elements is drawn on the diagram, not told.
SILENT = frozenset({"element-entered", "element-completed"})
# What a person who only asked for it does not read: internal data and technical trouble.
INTERNAL = frozenset(
    {
        "log",
        "variables-set",
        "job-failed",
        "external-task-failed",
        "incident-created",
        "incident-resolved",
        "job-suspended",
        "job-resumed",
        "job-retried",
        "message-not-received",
        "error-thrown",
        "condition-failed",
        "loop-started",
        "decision-evaluated",
    }
)
# What somebody did, while the other events followed from it by themselves.
DEEDS = frozenset(
    {
        "process-started",
        "process-ended",
        "task-claimed",
        "task-released",
        "task-assigned",
        "task-completed",
        "variables-set",
        "incident-resolved",
        "job-suspended",
        "job-resumed",
        "job-retried",
        "instance-suspended",
        "instance-resumed",
        "external-task-failed",
    }
)
DECIDED = "decision-evaluated"
GONE = frozenset({"element-cancelled", "task-cancelled"})
TROUBLE = frozenset({"incident-created", "job-failed", "external-task-failed"})


@dataclass(frozen=True, slots=True)
class Told:
    """One entry of the timeline.

    ``who`` did it, ``None`` where it followed by itself. ``state``: danger, success or empty.
    ``why`` are lines that explain it; ``decision`` is the id of the decision definition it names.
    """

    words: str
    at: datetime
    who: str | None
    state: str = ""
    why: tuple[str, ...] = ()
    decision: str = ""


def tell(
    history: Iterable[HistoryRow], model: ProcessModel, *, is_internal: bool
) -> tuple[Told, ...]:
    """The timeline, oldest first; *is_internal*: for people who may read internal data."""
    told: list[Told] = []
    decided = ""
    for event in history:
        if event.kind in INTERNAL and not is_internal:
            continue
        if event.kind == DECIDED:
            told.append(_decided(event, model))
            decided = event.element_id
            continue
        words = _words(event, model)
        if event.kind in GONE and told and (told[-1].words, told[-1].at) == (words, event.at):
            # Every part of an activity is cancelled with it.
            continue
        if words and not (event.kind == "element-completed" and event.element_id == decided):
            who = event.actor_name if event.kind in DEEDS else None
            told.append(Told(words, event.at, who, _state(event)))
        decided = ""
    return tuple(told)


def _decided(event: HistoryRow, model: ProcessModel) -> Told:
    """What a business rule task decided, and by which rules."""
    node = model.node.get(event.element_id)
    words = gettext(
        "“%(name)s” decided: %(value)s",
        name=node.label if node else event.element_id,
        value=outputs_words(event.data.get("value")),
    )
    steps = event.data.get("decisions")
    why = tuple(_why(made) for made in (steps if isinstance(steps, list) else ()))
    return Told(words, event.at, None, "", why, str(event.data.get("definition", "")))


def _why(made: Mapping[str, object]) -> str:
    """One decision: its name and value, what it looked at, and the rules that matched."""
    name, value = made.get("name") or made.get("id"), outputs_words(made.get("value"))
    line = gettext("%(name)s: %(value)s", name=name, value=value)
    inputs, rules = made.get("inputs"), made.get("rules")
    if not isinstance(inputs, list) or not isinstance(rules, list):
        return line
    seen = ", ".join(f"{i['label']} = {value_words(i['value'])}" for i in inputs)
    numbers = ", ".join(str(rule["number"]) for rule in rules)
    by = gettext("rule %(number)s", number=numbers) if rules else gettext("no rule matched")
    return f"{line} ({by}; {seen})" if seen else f"{line} ({by})"


def _words(event: HistoryRow, model: ProcessModel) -> str:
    node = model.node.get(event.element_id)
    if event.kind == "element-completed":
        return _completed(event, node, model) if node else ""
    if event.kind == "process-ended":
        return _ended(event)
    if event.kind in SILENT:
        return ""
    sentence = SENTENCES.get(_MENDED.get(str(event.data.get("how")), event.kind))
    name = node.label if node else event.element_id
    if sentence is None:
        plain = event.kind.replace("-", " ").capitalize()
        return gettext("%(event)s at “%(name)s”", event=plain, name=name) if name else plain
    return _filled(sentence, name, event.data)


def _completed(event: HistoryRow, node: Node, model: ProcessModel) -> str:
    if node.type in DECIDING:
        return _decision(event, node, model)
    if node.type in CATCHING:
        kind = next((definition.kind for definition in node.events), None)
        sentence = HAPPENED.get(kind) if kind else None
    else:
        # A task that the engine passed without doing anything is only drawn.
        sentence = DONE.get(node.type)
    return _filled(sentence, node.label, event.data) if sentence else ""


def _decision(event: HistoryRow, node: Node, model: ProcessModel) -> str:
    """What a gateway chose, when both question and answer are drawn."""
    taken = event.data.get("flows")
    found = (model.flow.get(str(flow)) for flow in (taken if isinstance(taken, list) else ()))
    answers = [flow.name for flow in found if flow and flow.name]
    if not node.name or not answers:
        return ""
    return gettext("%(question)s → %(answers)s", question=node.name, answers=", ".join(answers))


def _ended(event: HistoryRow) -> str:
    status = str(event.data.get("status", "COMPLETED"))
    words = _filled(ENDS.get(status, ENDS["COMPLETED"]), "", {"error": "", **event.data})
    reason = event.data.get("message")
    return gettext("%(what)s: %(why)s", what=words, why=reason) if reason else words


def _filled(sentence: object, name: str, data: Mapping[str, object]) -> str:
    values = {part: _plain(part, data.get(part, "")) for part in ("code", "text", "message")}
    more = ("names", "error", "assignee", "note")
    values |= {part: _plain(part, data.get(part, "")) for part in more}
    return str(sentence) % {**values, "name": name}


def _plain(part: str, value: object) -> str:
    shape: Callable[[str], str] = name_of if part == "assignee" and value else str
    return ", ".join(map(str, value)) if isinstance(value, list) else shape(str(value))


def _state(event: HistoryRow) -> str:
    if event.kind in TROUBLE or event.data.get("status") == "FAILED":
        return "danger"
    if event.kind in {"task-completed", "process-ended"}:
        return "success"
    return ""
