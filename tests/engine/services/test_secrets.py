from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import structlog

from engine.services.secrets import (
    Environment,
    Folder,
    Keys,
    Redactor,
    SecretMissing,
    SecretNameInvalid,
    SecretsKeyMissing,
    Vault,
    check_name,
    fill,
    hide_secrets,
    names_in,
)

NOTHING = object()
KEY, OTHER = "k" * 32, "another key of 32 characters....."


def resolve(name: str) -> str:
    return {"USER": "u-1", "TOKEN": "t-2 {{secrets.USER}}"}[name]


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ("Bearer {{secrets.TOKEN}}", {"TOKEN"}),
        ("{{ secrets.a-b.c }}:{{secrets.USER}}", {"a-b.c", "USER"}),
        ("secrets.TOKEN", {"TOKEN"}),
        ("read secrets.TOKEN now", set()),
        ({"x": ["{{secrets.A}}"], "{{secrets.B}}": 1}, {"A", "B"}),
        ("{{secrets}} {secrets.A}", set()),
        (12, set()),
    ],
)
def test_names_are_found_wherever_a_text_is(value: object, names: set[str]):
    assert names_in(value) == names


def test_references_of_the_diagram_are_filled_in_texts_lists_and_mappings():
    value = {"auth": ["Basic {{secrets.USER}}", 3], "plain": "secrets.USER"}
    assert fill(value, {"USER"}, resolve) == {"auth": ["Basic u-1", 3], "plain": "u-1"}


def test_a_reference_that_came_in_with_data_stays_text():
    assert fill("{{secrets.USER}} {{secrets.TOKEN}}", {"USER"}, resolve) == "u-1 {{secrets.TOKEN}}"


def test_a_value_that_looks_like_a_reference_is_not_looked_into():
    assert fill("{{secrets.TOKEN}}", {"TOKEN", "USER"}, resolve) == "t-2 {{secrets.USER}}"


@pytest.mark.parametrize("name", ["", "a/b", "../up", "-x", "a b", "x" * 129, "key", "KEY"])
def test_a_name_that_no_secret_can_have_is_refused(name: str):
    with pytest.raises(SecretNameInvalid, match="letters, digits"):
        check_name(name)


def test_a_reference_to_such_a_name_fails_instead_of_staying():
    with pytest.raises(SecretNameInvalid, match="a/b"):
        fill("{{secrets.a/b}}", names_in("{{secrets.a/b}}"), resolve)


def test_the_key_of_the_sessions_is_no_secret_of_a_diagram():
    vault = Vault([Environment({"LANEWAY_SECRET_KEY": "signs the sessions"})])
    with pytest.raises(SecretNameInvalid):
        vault.resolve("KEY", "default")


def test_the_environment_comes_before_files(tmp_path: Path):
    (tmp_path / "TOKEN").write_text("from the file\n")
    (tmp_path / "OTHER").write_text("only here")
    vault = Vault([Environment({"LANEWAY_SECRET_TOKEN": "from outside"}), Folder(tmp_path)])
    assert vault.resolve("TOKEN", "default") == "from outside"
    assert vault.resolve("OTHER", "default") == "only here"
    found = [(secret.name, secret.source, used) for secret, used in vault.list("default")]
    assert found == [
        ("OTHER", "file", True),
        ("TOKEN", "environment", True),
        ("TOKEN", "file", False),
    ]


def test_dashes_and_dots_of_a_name_are_underscores_in_the_environment():
    assert Environment({"LANEWAY_SECRET_a_b_c": "x"}).find("a-b.c", "default") == "x"


def test_a_variable_hides_every_name_that_means_it(tmp_path: Path):
    for name in ("erp-token", "erp_token", "erp-user"):
        (tmp_path / name).write_text("from the file")
    vault = Vault([Environment({"LANEWAY_SECRET_erp_token": "from outside"}), Folder(tmp_path)])
    assert vault.resolve("erp-token", "default") == "from outside"
    assert [(found.name, found.source, used) for found, used in vault.list("default")] == [
        ("erp-token", "file", False),
        ("erp-user", "file", True),
        ("erp_token", "environment", True),
        ("erp_token", "file", False),
    ]


def test_an_unknown_name_is_said_with_what_to_do():
    with pytest.raises(SecretMissing, match="LANEWAY_SECRET_erp_token in the environment"):
        Vault([Environment({})]).resolve("erp-token", "default")
    with pytest.raises(SecretMissing, match="'TOKEN' is known for the organisation 'default'"):
        Vault([Environment({})]).resolve("TOKEN", "default")


def test_organisations_do_not_see_each_others_secrets(tmp_path: Path):
    (tmp_path / "TOKEN").write_text("ours")
    (tmp_path / "north").mkdir()
    (tmp_path / "north" / "TOKEN").write_text("theirs")
    vault = Vault([Environment({"LANEWAY_SECRET_USER": "me"}), Folder(tmp_path)])
    assert vault.resolve("TOKEN", "default") == "ours"
    assert vault.resolve("TOKEN", "north") == "theirs"
    for name, tenant in (("USER", "north"), ("TOKEN", "south"), ("TOKEN", "../default")):
        with pytest.raises(SecretMissing):
            vault.resolve(name, tenant)


def test_a_file_that_cannot_be_read_is_no_missing_one(tmp_path: Path):
    (tmp_path / "BROKEN").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "HUGE").write_text("x" * 70_000)
    folder = Folder(tmp_path)
    with pytest.raises(SecretMissing, match="'BROKEN' cannot be read: it is no UTF-8"):
        folder.find("BROKEN", "default")
    with pytest.raises(SecretMissing, match="'HUGE' has more than 65536 bytes"):
        folder.find("HUGE", "default")


def test_the_bookkeeping_of_kubernetes_is_no_secret(tmp_path: Path):
    (tmp_path / "..data").mkdir()
    (tmp_path / "..data" / "TOKEN").write_text("x")
    (tmp_path / "TOKEN").symlink_to(tmp_path / "..data" / "TOKEN")
    assert [found.name for found in Folder(tmp_path).list("default")] == ["TOKEN"]
    assert Folder(tmp_path).find("TOKEN", "default") == "x"


def test_what_is_encrypted_can_be_decrypted_at_its_place_only():
    keys = Keys((KEY,))
    sealed = keys.seal("default", "TOKEN", "värdi")
    assert "värdi" not in sealed.ciphertext
    assert keys.open("default", "TOKEN", sealed) == "värdi"
    with pytest.raises(SecretsKeyMissing, match="holds the value of another one"):
        keys.open("north", "TOKEN", sealed)


def test_an_earlier_key_still_decrypts_and_the_first_encrypts():
    old = Keys((OTHER,)).seal("default", "TOKEN", "x")
    both = Keys((KEY, OTHER))
    assert both.open("default", "TOKEN", old) == "x"
    assert Keys((KEY,)).open("default", "TOKEN", both.seal("default", "TOKEN", "x")) == "x"
    with pytest.raises(SecretsKeyMissing, match=old.key_id):
        Keys((KEY,)).open("default", "TOKEN", old)


def test_without_a_key_nothing_is_kept():
    with pytest.raises(SecretsKeyMissing, match="openssl rand"):
        Keys().seal("default", "TOKEN", "x")


@pytest.mark.parametrize(
    "shape",
    [
        "{}",
        "prefix={}&x",
        '{{"detail": "no {} here"}}',
    ],
)
@pytest.mark.parametrize("value", ["s3cret/+ value", 'quo"te\\', "ünïcode", "<b>&amp", "7"])
def test_a_secret_is_hidden_however_it_is_written(value: str, shape: str):
    redactor = Redactor()
    redactor.cover("TOKEN", value)
    for written in (
        value,
        quote(value, safe=""),
        json.dumps(value)[1:-1],
        base64.b64encode(value.encode()).decode(),
    ):
        hidden = redactor.hide(shape.format(written))
        assert written not in hidden
        assert "{{secrets.TOKEN}}" in hidden


def test_of_two_secrets_the_longer_is_hidden_whole():
    redactor = Redactor()
    redactor.cover("A", "secret")
    redactor.cover("B", "secret-and-more")
    assert redactor.hide("secret-and-more, secret") == "{{secrets.B}}, {{secrets.A}}"


def test_lines_of_a_key_file_are_hidden_one_by_one():
    redactor = Redactor()
    redactor.cover("PEM", "-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG9w0\nshort\n-----END KEY-----")
    assert "MIIEv" not in redactor.hide("cannot parse MIIEvQIBADANBgkqhkiG9w0")


def test_results_keep_ordinary_data_that_is_equal_to_a_short_value():
    redactor = Redactor()
    redactor.cover("PIN", "7")
    redactor.cover("TOKEN", "abcdefgh")
    result = {"count": "7", "echo": ["Bearer abcdefgh"], "n": 7}
    assert redactor.clean(result) == {"count": "7", "echo": ["Bearer {{secrets.TOKEN}}"], "n": 7}
    assert redactor.hide_in({"7": ("7",)}) == {"{{secrets.PIN}}": ["{{secrets.PIN}}"]}


def test_an_empty_secret_hides_nothing():
    redactor = Redactor()
    redactor.cover("EMPTY", " ")
    assert redactor.hide("a b") == "a b"


def logged(capsys: pytest.CaptureFixture[str], *renderer: Any) -> str:
    """What a log writes of a call that failed and quoted its secret everywhere."""
    Vault([Environment({"LANEWAY_SECRET_LOGGED": "sup3r-s3cret"})]).resolve("LOGGED", "default")
    log = structlog.wrap_logger(structlog.PrintLogger(), processors=[*renderer])
    try:
        int("sup3r-s3cret")
    except ValueError as error:
        tried = ["Bearer sup3r-s3cret", 7, None]
        log.exception("call sup3r-s3cret", tried=tried, error=error, of={"sup3r-s3cret": 1})
    return capsys.readouterr().out


def test_no_resolved_secret_reaches_the_log_of_machines(capsys: pytest.CaptureFixture[str]):
    said = logged(
        capsys,
        structlog.processors.dict_tracebacks,
        hide_secrets,
        structlog.processors.JSONRenderer(),
    )
    assert "sup3r-s3cret" not in said
    found = json.loads(said)
    assert found["tried"] == ["Bearer {{secrets.LOGGED}}", 7, None]
    assert found["of"] == {"{{secrets.LOGGED}}": 1}
    assert "{{secrets.LOGGED}}" in found["error"]
    assert found["exception"][0]["exc_type"] == "ValueError"


def test_no_resolved_secret_reaches_the_log_of_people(capsys: pytest.CaptureFixture[str]):
    said = logged(capsys, hide_secrets, structlog.dev.ConsoleRenderer(colors=False))
    assert "sup3r-s3cret" not in said
    assert "ValueError: invalid literal for int() with base 10: '{{secrets.LOGGED}}'" in said


def test_a_stack_without_secrets_is_the_renderers_own(capsys: pytest.CaptureFixture[str]):
    renderer = structlog.dev.ConsoleRenderer(
        colors=False, exception_formatter=structlog.dev.plain_traceback
    )
    log = structlog.wrap_logger(structlog.PrintLogger(), processors=[hide_secrets, renderer])
    error = ValueError("nothing to hide")
    log.error("failed", exc_info=error)
    log.error("failed", exc_info=(ValueError, error, None), at=NOTHING)
    said = capsys.readouterr().out
    assert said.count("ValueError: nothing to hide") == 2
    assert repr(NOTHING) in said
