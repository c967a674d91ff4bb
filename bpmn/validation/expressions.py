"""Every expression and script is compiled once, so that a typing error is seen at deployment."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from bpmn.expressions import ExpressionError, compile_expression, compile_script
from bpmn.model import (
    Assignment,
    Call,
    Diagram,
    EventDefinition,
    Expression,
    Listener,
    ListValue,
    Loop,
    MapValue,
    Node,
    Problem,
    ProcessModel,
    Script,
    Value,
    Variable,
    Work,
)
from bpmn.model.scripts import file_of
from bpmn.validation.rule import Located, problem

Text = Expression | Script
# A variable's name or a path into one; blanks come from modelers that use display names.
_VARIABLE = re.compile(r"[^\W\d][\w\- ]*(?:\.[^\W\d][\w\- ]*|\[\d+\])*")


def expressions_compile(model: ProcessModel, _diagram: Diagram) -> Iterator[Problem]:
    """Every expression is in a language that Laneway knows, and without errors of syntax."""
    for at, text in texts(model):
        if isinstance(text, Expression):
            yield from _expression(at, text)


def scripts_compile(model: ProcessModel, _diagram: Diagram) -> Iterator[Problem]:
    """Every script is in a format that Laneway runs, and without errors of syntax."""
    for at, text in texts(model):
        if not isinstance(text, Script) or not (text.text or text.resource):
            continue
        if file_of(text):
            # Whoever deploys has the file (`engine.commands.script_files`).
            continue
        if text.resource:
            yield problem(
                "script-resource",
                at,
                f"The script of {_label(at)} is in {text.resource!r}, where Laneway reads nothing.",
                "Deploy the file with the diagram and write deployment://name, or put the script "
                "into the diagram.",
            )
            continue
        try:
            compile_script(text.text, text.format)
        except ExpressionError as error:
            yield expression_problem(at, error, text.line)


def texts(model: ProcessModel) -> Iterator[tuple[Located, Text]]:
    """Every expression and script that execution may meet, with the element that has it."""
    for listener in model.listeners:
        yield from ((model, text) for text in _of_listener(listener))
    for flow in model.flows:
        if flow.condition is not None:
            yield flow, flow.condition
        for listener in flow.listeners:
            yield from ((flow, text) for text in _of_listener(listener))
    for node in model.nodes:
        yield from ((node, text) for text in _of_node(node))


def _expression(at: Located, text: Expression) -> Iterator[Problem]:
    if text.language == "variable":
        if not _VARIABLE.fullmatch(text.text):
            yield problem(
                "variable-name",
                at,
                f"{text.text!r} at {_label(at)} is no name of a variable.",
                "Write the variable's name, or an expression such as ${items}.",
            )
        return
    try:
        compile_expression(text.text, text.language)
    except ExpressionError as error:
        yield expression_problem(at, error, text.line)


def expression_problem(at: Located, error: ExpressionError, line: int) -> Problem:
    """What is wrong with the text at *at*, with the position in it."""
    place = "" if error.position is None else f" (at character {error.position + 1})"
    return Problem(
        code=error.code,
        message=f"{_label(at)}: {error.message}{place}",
        hint=error.hint or "Correct the text in the modeler.",
        element_id=at.id,
        element_name=at.name,
        line=line or at.line,
    )


def _of_node(node: Node) -> Iterator[Text]:
    yield from _present(node.condition, node.script, node.pre_script, node.post_script)
    yield from _present(node.retry_cycle, node.job_priority)
    yield from _present(node.active_elements, node.output_element)
    yield from (expression for _, expression in node.performers)
    yield from _of_variables((*node.inputs, *node.outputs))
    yield from _of_assignment(node.assignment)
    yield from _of_call(node.call)
    yield from _of_work(node.work)
    yield from _of_loop(node.loop)
    for event in node.events:
        yield from _of_event(event)
    for listener in node.listeners:
        yield from _of_listener(listener)
    for association in node.data:
        yield from _present(association.transformation)
        yield from (source for source, _ in association.assignments)


def _of_assignment(who: Assignment | None) -> Iterator[Text]:
    if who is not None:
        yield from (*who.candidate_users, *who.candidate_groups)
        yield from _present(who.assignee, who.due, who.follow_up, who.priority)


def _of_call(call: Call | None) -> Iterator[Text]:
    if call is not None:
        yield from _present(call.process, call.version, call.business_key, call.tenant)
        yield from _of_variables((*call.ins, *call.outs))


def _of_loop(loop: Loop | None) -> Iterator[Text]:
    if loop is not None:
        yield from _present(loop.condition, loop.cardinality, loop.collection)
        yield from _present(loop.output_element, loop.completion_condition)
        for throw in loop.throws:
            yield from _present(throw.condition)
            yield from _of_event(throw.event)


def _of_event(event: EventDefinition) -> Iterator[Text]:
    yield from _present(event.name, event.code, event.expression)
    yield from _present(event.correlation_key, event.time_to_live, event.message_id)
    yield from _present(event.business_key)
    yield from _of_variables(event.payload)
    yield from _of_work(event.work)


def _of_work(work: Work | None) -> Iterator[Text]:
    if work is None:
        return
    yield from _present(work.name, work.retries, work.priority, work.version, work.tenant)
    for _, value in work.headers:
        yield from _of_value(value)
    for code, condition in work.errors:
        yield from (code, condition)
    if work.call is not None:
        yield from _present(work.call.result, work.call.error)
        yield from _of_variables(work.call.outputs)
        for argument in work.call.arguments:
            yield from _of_value(argument.value)


def _of_listener(listener: Listener) -> Iterator[Text]:
    yield from _present(listener.script, listener.time)
    yield from _of_work(listener.work)


def _of_variables(variables: Iterable[Variable]) -> Iterator[Text]:
    for variable in variables:
        yield from _of_value(variable.source)


def _of_value(value: Value) -> Iterator[Text]:
    if isinstance(value, ListValue):
        for item in value.items:
            yield from _of_value(item)
    elif isinstance(value, MapValue):
        for key, item in value.entries:
            yield key
            yield from _of_value(item)
    else:
        yield value


def _present(*found: Text | None) -> Iterator[Text]:
    return (text for text in found if text is not None)


def _label(at: Located) -> str:
    return repr(at.name or at.id)
