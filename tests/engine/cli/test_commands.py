"""The verbs of the command line: what they print, and how they end."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from engine.actor import SYSTEM
from engine.cli import main
from engine.cli.main import parser
from engine.cli.opening import parse_variable
from engine.core import Engine

DIAGRAM = Path(__file__).with_name("order.bpmn")
ROUTING = Path(__file__).parents[3] / "examples/claim-routing/claim-routing.dmn"


@pytest.fixture
def database(tmp_path, capsys):
    url = f"sqlite:///{tmp_path / 'cli.db'}"
    assert main(["migrate", "--database", url]) == 0
    capsys.readouterr()
    return url


@pytest.fixture
def laneway(database, capsys):
    """Run a verb on the database; gives exit code, output and errors."""

    def run(*arguments):
        code = main([*arguments, "--database", database])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


def refused(tmp_path):
    bad = tmp_path / "bad.bpmn"
    text = DIAGRAM.read_text(encoding="utf-8")
    bad.write_text(text.replace('sourceRef="pay"', 'sourceRef="nowhere"'), encoding="utf-8")
    return bad


def test_deploy_start_and_complete(laneway):
    code, out, _ = laneway("deploy", str(DIAGRAM))
    assert (code, out.split()[:3]) == (0, ["order", "version", "1"])
    code, instance, _ = laneway(
        "start", "order", "-v", "number=7", "-v", "goods=two lamps", "--business-key", "O-7"
    )
    assert code == 0
    assert len(instance.strip()) == 36
    assert laneway("tasks")[1].splitlines()[0].split()[:2] == ["ID", "TASK"]


def test_tasks_lists_who_has_them_and_complete_ends_one(laneway, database):
    laneway("deploy", str(DIAGRAM))
    instance = laneway("start", "order", "-v", "number=7")[1].strip()
    engine = Engine.open(database)
    engine.trigger(instance, "pay", actor=SYSTEM)
    engine.run_due_jobs()
    work = engine.external_tasks(actor=SYSTEM).items[0]
    engine.close()
    assert work.topic == "shipping"
    engine = Engine.open(database)
    engine.trigger(instance, "ship", actor=SYSTEM)
    engine.close()
    line = laneway("tasks")[1].splitlines()[1]
    assert "Confirm arrival" in line
    assert " ann " in line
    code, out, _ = laneway("complete", line.split()[0], "-v", "arrived=true")
    assert (code, "completed" in out) == (0, True)
    assert len(laneway("tasks")[1].splitlines()) == 1
    code, _, err = laneway("complete", line.split()[0])
    assert (code, "already completed" in err) == (1, True)


def test_tasks_of_one_person(laneway):
    code, _, err = laneway("tasks", "--person", "nobody")
    assert (code, "nobody" in err) == (1, True)


def test_check_prints_every_problem_and_ends_with_1(laneway, tmp_path):
    bad = refused(tmp_path)
    code, out, _ = laneway("check", str(bad), str(DIAGRAM))
    assert code == 1
    assert "bad.bpmn:" in out
    assert "cannot be deployed" in out


def test_a_problem_of_a_whole_file_is_one_line_without_an_element(laneway, tmp_path):
    bad = tmp_path / "bad.bpmn"
    bad.write_text("hello", encoding="utf-8")
    _, out, _ = laneway("check", str(bad))
    lines = out.splitlines()
    assert lines[0].startswith(f"{bad.name}:1: error: The file is not well-formed XML")
    assert len(lines) == 3


def test_check_as_json_for_programs(laneway, tmp_path):
    code, out, _ = laneway("check", "--json", str(refused(tmp_path)))
    found = json.loads(out)
    assert (code, found["ok"]) == (1, False)
    assert {"code", "message", "hint", "line", "file", "severity"} <= set(found["problems"][0])
    code, out, _ = laneway("check", "--json", str(DIAGRAM))
    assert (code, json.loads(out)["ok"]) == (0, True)


def test_a_refused_deployment_prints_all_problems_and_stores_nothing(laneway, tmp_path):
    code, out, err = laneway("deploy", str(refused(tmp_path)))
    assert (code, out) == (1, "")
    assert "bad.bpmn:" in err
    assert laneway("start", "order")[0] == 1


def test_errors_are_one_sentence_and_exit_code_1(laneway):
    code, _, err = laneway("deploy", "nowhere.bpmn")
    assert (code, err.count("\n")) == (1, 1)
    assert err.startswith("laneway: nowhere.bpmn cannot be read")


def test_a_command_line_that_makes_no_sense_is_exit_code_2(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["start", "order", "-v", "nothing"])
    assert ended.value.code == 2
    assert "NAME=VALUE" in capsys.readouterr().err


def test_a_wrong_setting_is_named(monkeypatch, capsys):
    monkeypatch.setenv("LANEWAY_PORT", "many")
    assert main(["tasks"]) == 1
    assert "LANEWAY_PORT" in capsys.readouterr().err


def test_user_add_reads_the_password_from_standard_input(laneway, database, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("correct horse\n"))
    code, out, _ = laneway(
        "user", "add", "ann", "--name", "Ann", "--group", "sales", "--password-stdin"
    )
    assert (code, out) == (0, "ann can log in.\n")
    engine = Engine.open(database)
    person = engine.verify_login("ann", "correct horse")
    engine.close()
    assert (person.name, person.groups, person.is_admin) == ("Ann", ("sales",), False)
    monkeypatch.setattr("sys.stdin", io.StringIO("correct horse\n"))
    assert laneway("user", "add", "ann", "--password-stdin")[0] == 1


def test_audit_verify_finds_a_changed_event(laneway, database):
    laneway("deploy", str(DIAGRAM))
    laneway("start", "order", "-v", "number=7")
    assert laneway("audit", "verify")[0] == 0
    engine = Engine.open(database)
    with engine.database.writing() as connection:
        connection.exec_driver_sql("UPDATE history SET actor = 'mallory' WHERE seq = 2")
    engine.close()
    code, out, err = laneway("audit", "verify")
    assert (code, out) == (1, "1 broken chain(s).\n")
    assert "event 2" in err


def test_the_driver_refuses_a_database_that_people_use(laneway, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("correct horse\n"))
    laneway("user", "add", "ann", "--password-stdin")
    code, _, err = laneway("drive")
    assert (code, "ann" in err) == (1, True)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1),
        ("1.5", 1.5),
        ("true", True),
        ("null", None),
        ('"1"', "1"),
        ("[1]", [1]),
        ("a b", "a b"),
        ("", ""),
        ("a=b", "a=b"),
    ],
)
def test_values_are_json_where_they_are_json(text, value):
    assert parse_variable(f"name={text}") == ("name", value)


def test_every_verb_is_in_the_reference():
    page = Path(__file__).parents[3] / "docs" / "reference" / "cli.md"
    described = page.read_text(encoding="utf-8")
    verbs = parser().format_help().split("verbs:")[1]
    for line in verbs.splitlines():
        if line.startswith("    ") and line[4] != " ":
            assert f"`laneway {line.split()[0]}" in described


def test_evaluate_prints_the_value_and_why(laneway):
    code, out, _ = laneway("deploy", str(ROUTING))
    assert (code, len(out.splitlines())) == (0, 2)
    given = ("-v", "kind=theft", "-v", "amount=7200", "-v", "loyal=true")
    code, out, _ = laneway("evaluate", "claim-routing", *given)
    assert code == 0
    assert 'Routing of the claim version 1: {"desk": "Managers", "days": 2}' in out
    assert 'rule 4 -> {"risk": "high"}' in out


def test_evaluate_as_json_holds_each_required_decision(laneway):
    laneway("deploy", str(ROUTING))
    code, out, _ = laneway("evaluate", "claim-routing", "-v", "kind=glass", "--json")
    found = json.loads(out)
    assert code == 0
    assert [made["id"] for made in found["decisions"]] == ["claim-risk", "claim-routing"]
    assert found["value"] is None
    assert "no rule matches" in {remark["reason"] for remark in found["remarks"]}


def test_evaluate_refuses_what_is_not_deployed(laneway):
    code, _, errors = laneway("evaluate", "nothing")
    assert code == 1
    assert "No decision 'nothing'" in errors


def test_check_judges_decisions_too(laneway, tmp_path, capsys):
    bad = tmp_path / "bad.dmn"
    text = ROUTING.read_text(encoding="utf-8")
    bad.write_text(text.replace('href="#claim-risk"', 'href="#gone"'), encoding="utf-8")
    assert main(["check", str(ROUTING)]) == 0
    assert main(["check", str(bad)]) == 1
    assert "requirement-missing" in capsys.readouterr().out
