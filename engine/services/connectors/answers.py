"""What an answer, or a failure, means to the diagram: variables, an error, another attempt."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta

from bpmn.expressions.base import BpmnErrorThrown
from bpmn.model import ConnectorCall
from engine.services.connectors.base import Answer, CallRefused
from engine.services.connectors.evaluating import Evaluation
from engine.services.connectors.http_inputs import as_pause
from engine.services.failure import WorkFailure

Names = Mapping[str, object]


def as_variables(evaluation: Evaluation, call: ConnectorCall, answer: Answer) -> dict[str, object]:
    """The variables that *answer* gives.

    Raises:
        BpmnErrorThrown: the error expression says that it is an error.
        WorkFailure: it says that the attempt failed, or an expression is wrong.
    """
    seen = answer.as_value
    names = _names(seen)
    found: dict[str, object] = {}
    if call.result_variable:
        found[call.result_variable] = seen
    for output in call.outputs:
        found[output.target] = evaluation.value(output.source, {**found, **names})
    if call.result is not None:
        found |= _result(call.result.text, evaluation.expression(call.result, _about(seen)))
    if call.error is not None:
        _judge(evaluation, call, {**_about(seen), **found, "error": None})
    return found


def as_error(
    evaluation: Evaluation, call: ConnectorCall, failure: WorkFailure
) -> dict[str, object]:
    """What the error expression makes of *failure*: variables when it says to go on.

    Raises:
        BpmnErrorThrown: it says that the failure is a BPMN error.
        WorkFailure: *failure*, or what the expression made of it.
    """
    if call.error is None:
        raise failure
    is_answer = isinstance(failure, CallRefused)
    seen = failure.seen if isinstance(failure, CallRefused) else None
    error = {
        "code": failure.code if isinstance(failure, CallRefused) else "",
        "message": failure.message,
        "variables": {"response": seen} if is_answer else {},
    }
    ignored = _judge(evaluation, call, {**_about(seen), "error": error}, failure)
    if ignored is None:
        raise failure
    return dict(ignored)


def _judge(
    evaluation: Evaluation,
    call: ConnectorCall,
    names: Names,
    failure: WorkFailure | None = None,
) -> Names | None:
    """Ask the error expression; variables when it ignores the error, ``None`` when it is silent."""
    assert call.error is not None
    job = {"retries": evaluation.item.attempts_left + 1}
    said = evaluation.expression(call.error, {"job": job, **names})
    if said is None:
        return None
    given = _names(said)
    variables = _names(given.get("variables"))
    message = str(given.get("message") or (failure.message if failure else ""))
    match given.get("errorType"):
        case "bpmnError":
            raise BpmnErrorThrown(str(given.get("code") or ""), message, variables)
        case "jobError":
            raise _failed(given, message, failure)
        case "ignoreError":
            return variables
    raise WorkFailure(
        f"The error expression {call.error.text!r} gave {type(said).__name__}. It takes "
        "bpmnError(), jobError(), ignoreError() or null.",
        is_final=True,
    )


def _failed(given: Names, message: str, failure: WorkFailure | None) -> WorkFailure:
    retries = given.get("retries") or 0
    pause: timedelta | None = failure.retry_after if failure else None
    if given.get("timeout") is not None:
        with suppress(ValueError):
            pause = as_pause(given["timeout"])
    return WorkFailure(
        message,
        request=failure.request if failure else "",
        answer=failure.answer if failure else "",
        retry_after=pause,
        is_final=not isinstance(retries, int) or retries <= 0,
    )


def _result(text: str, value: object) -> dict[str, object]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise WorkFailure(
            f"The result expression {text!r} gave {type(value).__name__}, but variables come as a "
            "context such as {name: response.body.name}.",
            is_final=True,
        )
    return dict(value)


def _about(seen: object) -> dict[str, object]:
    """The answer by its own names and as ``response``."""
    return {**_names(seen), "response": seen}


def _names(value: object) -> Names:
    return value if isinstance(value, Mapping) else {}
