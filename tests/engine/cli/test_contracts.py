"""`laneway contract` and `laneway secret`."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from engine.cli import main

COMMANDS = Path(__file__).parents[1] / "commands"
CONTRACT, MODEL = COMMANDS / "credit.contract.json", COMMANDS / "credit.bpmn"


@pytest.fixture
def laneway(tmp_path, capsys, monkeypatch):
    """Run a verb on a database of its own; gives exit code, output and errors."""
    url = f"sqlite:///{tmp_path / 'contracts.db'}"
    monkeypatch.setenv("LANEWAY_SECRETS_KEY", "k" * 32)
    assert main(["migrate", "--database", url]) == 0
    capsys.readouterr()

    def run(*arguments, given=""):
        monkeypatch.setattr("sys.stdin", io.StringIO(given))
        code = main([*map(str, arguments), "--database", url])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


def test_contracts_are_added_listed_and_shown(laneway):
    assert laneway("contract", "add", CONTRACT)[1] == "credit-check version 1.0\n"
    assert "(was there)" in laneway("contract", "add", CONTRACT)[1]
    laneway("deploy", MODEL)
    laneway("start", "credit", "-v", "customer=C-7")
    _, out, _ = laneway("contract", "list")
    assert out.splitlines()[1].split(maxsplit=4)[:4] == ["credit-check", "1.0", "http", "Risk"]
    assert "in use  1 model (1 live instance)" in out
    _, out, _ = laneway("contract", "show", "credit-check")
    assert "owner: Risk" in out
    assert "secrets: CREDIT" in out
    _, out, _ = laneway("contract", "show", "contract:credit-check:1", "--json")
    assert json.loads(out)["contract"] == "credit-check"


def test_usage_says_which_elements_mean_a_version(laneway):
    laneway("deploy", CONTRACT, MODEL)
    _, out, _ = laneway("contract", "usage", "credit-check:1.0")
    row = ["credit", "1", "(latest)", "check", "1", "0"]
    assert out.splitlines()[1].split() == row
    _, out, _ = laneway("contract", "usage", "credit-check", "--json")
    (usage,) = json.loads(out)
    assert (usage["process"], usage["asks"], usage["latest"]) == ("credit", "1", True)


def test_a_version_is_deprecated_and_taken_back(laneway):
    laneway("deploy", CONTRACT, MODEL)
    given = ("--sunset", "2999-12-31", "--successor", "credit-check:2")
    code, out, _ = laneway("contract", "deprecate", "credit-check:1.0", *given)
    assert code == 0
    assert "credit-check 1.0: deprecated, ends 2999-12-31." in out
    assert "used by 1 model (0 live instances)" in out
    assert "successor: credit-check:2" in laneway("contract", "show", "credit-check")[1]
    assert "contract-deprecated" in laneway("deploy", MODEL)[2]
    _, out, _ = laneway("contract", "deprecate", "credit-check", "--undo")
    assert "credit-check 1.0: in use." in out
    _, out, _ = laneway("contract", "deprecate", "credit-check", "--from", "2999-01-01")
    assert "deprecated from 2999-01-01" in out
    laneway(
        "contract", "deprecate", "credit-check", "--from", "2020-01-01", *given[:1], "2020-02-01"
    )
    assert "ended 2020-02-01" in laneway("contract", "list", "--all-versions")[1]


def test_what_cannot_be_is_said(laneway, tmp_path):
    code, _, err = laneway("contract", "show", "nothing")
    assert (code, "No contract 'nothing'" in err) == (1, True)
    wrong = tmp_path / "wrong.contract.json"
    wrong.write_text('{"contract": "a",\n "version": "x", "owner": "me", "connector": "http"}')
    code, _, err = laneway("contract", "add", wrong)
    assert code == 1
    assert "wrong.contract.json:2: error: version" in err
    with pytest.raises(SystemExit):
        laneway("contract", "deprecate", "a", "--sunset", "soon")


def test_secrets_are_set_listed_and_removed_and_never_shown(laneway):
    laneway("deploy", CONTRACT, MODEL)
    code, out, _ = laneway("secret", "set", "CREDIT", "--value-stdin", given="t0p-s3cret\n")
    assert (code, out) == (0, "CREDIT is set.\n")
    _, out, _ = laneway("secret", "list")
    lines = {line.split()[0]: line for line in out.splitlines()}
    assert "database" in lines["CREDIT"]
    assert "credit-check 1.0" in lines["CREDIT"]
    assert "MISSING" in lines["NOTE"]
    assert "1 model (0 live instances)" in lines["NOTE"]
    assert "t0p-s3cret" not in out
    assert laneway("secret", "rotate")[1].startswith("0 secret(s)")
    assert laneway("secret", "remove", "CREDIT")[0] == 0
    assert laneway("secret", "remove", "CREDIT")[0] == 1
    assert "MISSING" in laneway("secret", "list")[1].splitlines()[1]


def test_a_value_that_the_environment_hides_is_warned_of(laneway, monkeypatch):
    monkeypatch.setenv("LANEWAY_SECRET_TOKEN", "from outside")
    monkeypatch.setattr("getpass.getpass", lambda _prompt: "from inside")
    _, _, err = laneway("secret", "set", "TOKEN")
    assert "comes first" in err
    assert "database (hidden)" in laneway("secret", "list")[1]


def test_a_key_that_is_gone_is_seen_in_the_list(laneway, monkeypatch):
    laneway("secret", "set", "TOKEN", "--value-stdin", given="x")
    monkeypatch.setenv("LANEWAY_SECRETS_KEY", "n" * 32)
    assert "database (KEY MISSING)" in laneway("secret", "list")[1]
    code, _, err = laneway("secret", "rotate")
    assert (code, "which is not in LANEWAY_SECRETS_KEY" in err) == (1, True)


def test_without_a_key_the_way_to_one_is_said(laneway, monkeypatch):
    monkeypatch.delenv("LANEWAY_SECRETS_KEY")
    code, _, err = laneway("secret", "set", "TOKEN", "--value-stdin", given="x")
    assert (code, "openssl rand" in err) == (1, True)


def test_organisations_have_their_own(laneway):
    laneway("secret", "set", "TOKEN", "--value-stdin", given="x")
    assert "TOKEN" not in laneway("secret", "list", "--organisation", "north")[1]
    assert laneway("contract", "list", "--organisation", "north")[1].count("\n") == 1
