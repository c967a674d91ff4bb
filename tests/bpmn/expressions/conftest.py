from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bpmn.expressions import (
    Environment,
    ExecutionBean,
    Language,
    compile_expression,
    compile_script,
)

NOW = datetime(2024, 1, 31, 9, 30, tzinfo=UTC)


@pytest.fixture
def juel():
    """Evaluate a JUEL text: juel("${a + 1}", a=2)."""

    def evaluate(text: str, *, beans=None, user="bob", **variables):
        execution = ExecutionBean(variables, {"processBusinessKey": "B-7"})
        environment = Environment(variables, NOW, user, {"execution": execution, **(beans or {})})
        return compile_expression(text, Language.JUEL).evaluate(environment)

    return evaluate


@pytest.fixture
def python():
    """Evaluate a Python expression: python("a + 1", a=2)."""

    def evaluate(text: str, **variables):
        return compile_expression(text, Language.PYTHON).evaluate(Environment(variables, NOW))

    return evaluate


@pytest.fixture
def run_script():
    """Run a script: run_script("a = a + 1", a=2) gives the variables afterwards."""

    def run(text: str, script_format: str = "python", **variables):
        log: list[str] = []
        script = compile_script(text, script_format)
        run.result = script.run(variables, Environment(dict(variables), NOW, "bob"), log.append)
        run.log = log
        return variables

    return run
