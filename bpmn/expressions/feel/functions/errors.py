"""Camunda's functions of error expressions: what a connector's answer or failure becomes.

Each gives a context that the worker reads; the entry ``errorType`` says which it was.

Source: Camunda 8's documentation, "Use connectors in your BPMN process", error expressions.
"""

from __future__ import annotations

from bpmn.expressions.feel.registry import builtin


@builtin("bpmnError", "code", "message?", "variables?", camunda=True)
def _bpmn_error(code: object, message: object = None, variables: object = None) -> object:
    """An error that the diagram catches."""
    return _told("bpmnError", code=code, message=message, variables=variables)


@builtin("jobError", "message", "variables?", "retries?", "timeout?", camunda=True)
def _job_error(
    message: object, variables: object = None, retries: object = None, timeout: object = None
) -> object:
    """A failed attempt; without retries it becomes an incident."""
    return _told("jobError", message=message, variables=variables, retries=retries, timeout=timeout)


@builtin("ignoreError", "variables?", camunda=True)
def _ignore_error(variables: object = None) -> object:
    """The task is done in spite of the error."""
    return _told("ignoreError", variables=variables)


def _told(kind: str, **given: object) -> dict[str, object]:
    return {
        "errorType": kind,
        **{name: value for name, value in given.items() if value is not None},
    }
