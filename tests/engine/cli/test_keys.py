"""`laneway apikey`: keys of programs."""

from __future__ import annotations

import pytest

from engine.cli import main
from engine.core import Engine


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path / 'keys.db'}"


@pytest.fixture
def laneway(url, capsys):
    """Run a verb on a database of its own; gives exit code, output and errors."""
    assert main(["migrate", "--database", url]) == 0
    capsys.readouterr()

    def run(*arguments):
        code = main([*arguments, "--database", url])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


def test_a_key_is_printed_once_and_listed_by_its_beginning(laneway, url):
    scopes = ("--scope", "work", "--scope", "messages")
    code, out, _ = laneway("apikey", "add", "robot", *scopes, "--days", "90")
    secret = out.strip()
    assert code == 0
    listed = laneway("apikey", "list")[1]
    assert secret not in listed
    assert secret[:11] in listed
    assert "messages,work" in listed
    assert "until " in listed
    engine = Engine.open(url)
    actor = engine.find_key_actor(secret)
    assert actor is not None
    assert actor.id == "key:robot"
    engine.close()


def test_a_revoked_key_stays_listed(laneway):
    secret = laneway("apikey", "add", "robot", "--scope", "work")[1].strip()
    assert "open  " in laneway("apikey", "list")[1]
    assert laneway("apikey", "revoke", secret[:11])[0] == 0
    assert "revoked" in laneway("apikey", "list")[1]


def test_what_cannot_be_is_said(laneway):
    code, _, err = laneway("apikey", "add", "robot", "--scope", "work", "--person", "nobody")
    assert code == 1
    assert "nobody" in err
    code, _, err = laneway("apikey", "revoke", "lw_00000000")
    assert code == 1
    assert "API key" in err
    code, _, err = laneway("apikey", "add", "robot", "--scope", "work", "--days", "-1")
    assert code == 1
    assert "is over" in err
