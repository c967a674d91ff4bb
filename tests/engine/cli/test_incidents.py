"""`laneway incidents` and `laneway incident`: see what failed, and mend it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.cli import main

DIVIDE = Path(__file__).parents[1] / "incidents" / "divide.bpmn"


@pytest.fixture
def laneway(tmp_path, capsys):
    """Run a verb on a database of its own; gives exit code, output and errors."""
    url = f"sqlite:///{tmp_path / 'cli.db'}"
    assert main(["migrate", "--database", url]) == 0
    capsys.readouterr()

    def run(*arguments):
        code = main([*arguments, "--database", url])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


@pytest.fixture
def broken(laneway):
    """The id of the incident of a division by zero."""
    laneway("deploy", str(DIVIDE))
    laneway("start", "divide", "-v", "total=10", "-v", "people=0", "--business-key", "D-1")
    header, line = laneway("incidents")[1].splitlines()
    assert header.split()[:2] == ["ID", "SINCE"]
    assert "D-1" in line
    assert "share" in line
    return line.split()[0]


def tasks(laneway) -> list[str]:
    return [line.split()[1] for line in laneway("tasks")[1].splitlines()[1:]]


def test_show_tells_what_failed_and_what_it_saw(laneway, broken):
    code, out, _ = laneway("incident", "show", broken)
    assert code == 0
    assert "people = 0" in out
    assert "process: divide version 1" in out
    assert "note" not in out
    told = json.loads(laneway("incident", "show", broken, "--json")[1])
    assert told["variables"] == {"people": 0, "total": 10}
    assert told["data"]["expression"] == "share = total / people"


def test_retry_with_another_variable_goes_on(laneway, broken):
    code, out, _ = laneway("incident", "retry", broken, "-v", "people=4")
    assert (code, out) == (0, f"Incident {broken} is retried.\n")
    assert tasks(laneway) == ["after"]
    assert len(laneway("incidents")[1].splitlines()) == 1


def test_retry_refuses_arguments_where_there_are_none(laneway, broken):
    code, _, err = laneway("incident", "retry", broken, "-a", "url=http://right.example")
    assert code == 1
    assert "no arguments" in err


def test_skip_goes_on_with_a_given_result(laneway, broken):
    assert laneway("incident", "skip", broken, "-v", "share=3")[0] == 0
    assert tasks(laneway) == ["after"]


def test_resolve_takes_it_off_the_list(laneway, broken):
    assert laneway("incident", "resolve", broken, "--note", "Void.")[0] == 0
    assert len(laneway("incidents")[1].splitlines()) == 1
    assert broken in laneway("incidents", "--state", "resolved")[1]
    assert "note: Void." in laneway("incident", "show", broken)[1]
    assert tasks(laneway) == []


def test_an_incident_that_is_not_there(laneway, broken):
    code, _, err = laneway("incident", "skip", "nothing")
    assert code == 1
    assert "No incident 'nothing'" in err
    assert laneway("incidents", "--kind", "failedJob")[1].count("\n") == 1
