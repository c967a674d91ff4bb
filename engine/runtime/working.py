"""Work outside the diagram: a handler's job, an external task, or an expression on the spot."""

from __future__ import annotations

from collections.abc import Mapping

from bpmn.model import Dialect, Script, Work, WorkKind
from engine.runtime import deciding
from engine.runtime.run import Run
from engine.runtime.state import Scope, Token, WaitKind
from engine.runtime.step import OpenedExternal, OpenedJob
from engine.runtime.waits import priority_of, retrying_of, wait, whole_number

CONNECTOR = "connector:"
"""Before the name of a connector in the handler of a job."""


def start(run: Run, scope: Scope, token: Token, work: Work) -> bool:
    """Begin *work* for *token*; ``True`` when it is done already.

    Raises:
        Failure: an expression failed.
    """
    if work.kind is WorkKind.NONE:
        return True
    if work.kind is WorkKind.EXPRESSION:
        _evaluate(run, scope, work)
        return True
    if work.kind is WorkKind.DECISION:
        deciding.decide(run, scope, token, work)
        return True
    if work.kind is WorkKind.EXTERNAL:
        wait(run, scope, token, WaitKind.EXTERNAL, _external(run, scope, token, work, {}))
    else:
        wait(run, scope, token, WaitKind.WORK, _job(run, scope, token, work, {}))
    return False


def _evaluate(run: Run, scope: Scope, work: Work) -> None:
    name = work.name
    if run.model.dialect is Dialect.CAMUNDA7 and name.language == "juel":
        # Java code behind such an expression may write variables, so a diagram counts on it.
        value = run.run_script(Script(name.text, name.language, line=name.line), scope)
    else:
        value = run.evaluate(name, scope)
    if work.result_variable:
        run.write(scope, {work.result_variable: value})


def open_listener(
    run: Run, scope: Scope, token: Token, work: Work, told: Mapping[str, object]
) -> None:
    """Begin the work of a listener for which *token* waits, with *told* among its arguments.

    Raises:
        Failure: an expression failed.
    """
    if work.kind is WorkKind.HANDLER:
        job = _job(run, scope, token, work, told)
        token.wait, token.kind = job.wait, WaitKind.WORK
        run.work.open(job)
    else:
        external = _external(run, scope, token, work, told)
        token.wait, token.kind = external.wait, WaitKind.EXTERNAL
        run.work.open(external)


def _external(
    run: Run, scope: Scope, token: Token, work: Work, told: Mapping[str, object]
) -> OpenedExternal:
    node = run.node(token.node).node
    return OpenedExternal(
        run.work.new_id(),
        scope.id,
        token.id,
        node,
        run.text(work.name, scope),
        _priority(run, scope, token, work),
        None if work.retries is None else _retries(run, scope, work),
        {**_headers(run, scope, work), **told},
    )


def _job(run: Run, scope: Scope, token: Token, work: Work, told: Mapping[str, object]) -> OpenedJob:
    node = run.node(token.node).node
    retries, retry_cycle = retrying_of(run, scope, node)
    if work.retries is not None:
        retries = _retries(run, scope, work)
    return OpenedJob(
        run.work.new_id(),
        scope.id,
        token.id,
        node,
        WaitKind.WORK,
        run.now,
        f"{CONNECTOR if work.kind is WorkKind.CONNECTOR else ''}{run.text(work.name, scope)}",
        retries,
        _priority(run, scope, token, work),
        node.exclusive,
        {**_headers(run, scope, work), **told},
        retry_cycle,
    )


def _headers(run: Run, scope: Scope, work: Work) -> dict[str, object]:
    return {name: run.value(value, scope) for name, value in work.headers}


def _retries(run: Run, scope: Scope, work: Work) -> int:
    if work.retries is None:
        return run.settings.retries
    return whole_number(run.evaluate(work.retries, scope), "number of retries")


def _priority(run: Run, scope: Scope, token: Token, work: Work) -> int:
    if work.priority is None:
        return priority_of(run, scope, run.node(token.node).node)
    return whole_number(run.evaluate(work.priority, scope), "priority")
