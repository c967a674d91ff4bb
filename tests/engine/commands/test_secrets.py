from __future__ import annotations

from dataclasses import replace

import pytest

from engine.actor import SYSTEM
from engine.errors import BadInput, Forbidden, NotFound
from engine.queries.connector_uses import UsageCount
from engine.services.secrets import (
    Environment,
    SecretMissing,
    SecretNameInvalid,
    SecretsKeyMissing,
    Vault,
)
from engine.settings import Settings
from tests.engine.world import ADMIN, FOREIGN_ADMIN, STRANGER, World

OLD, NEW = "o" * 32, "n" * 32


@pytest.fixture
def vault(world: World) -> World:
    """A world that has a key, and one secret in its environment."""
    use_keys(world, OLD)
    return world


def use_keys(world: World, *keys: str) -> None:
    """Start the world anew with these keys, as an operator would the server."""
    engine = world.engine
    engine.settings = replace(Settings(), secrets_key=",".join(keys))
    environment = {"LANEWAY_SECRET_OUTSIDE": "from outside"}
    engine.vault = Vault.of(engine.settings, engine.database.reading, environment)


def test_a_secret_is_kept_encrypted_and_given_to_its_organisation_only(vault: World):
    vault.engine.set_secret("TOKEN", "t0p-s3cret", actor=ADMIN)
    assert vault.engine.vault.resolve("TOKEN", "default") == "t0p-s3cret"
    assert "t0p-s3cret" not in str(vault.everything())
    with pytest.raises(SecretMissing):
        vault.engine.vault.resolve("TOKEN", "other")


def test_a_secret_can_be_changed_and_removed(vault: World):
    vault.engine.set_secret("TOKEN", "first", actor=ADMIN)
    vault.engine.set_secret("TOKEN", "second", actor=ADMIN)
    assert vault.engine.vault.resolve("TOKEN", "default") == "second"
    vault.engine.remove_secret("TOKEN", actor=ADMIN)
    with pytest.raises(SecretMissing):
        vault.engine.vault.resolve("TOKEN", "default")
    told = [(event.kind, event.data) for event in vault.history("tenant:default")]
    kinds = ["secret-added", "secret-changed", "secret-removed"]
    assert told == [(kind, '{"name":"TOKEN"}') for kind in kinds]


def test_what_is_not_there_cannot_be_removed(vault: World):
    for name in ("NOBODY", "OUTSIDE"):
        with pytest.raises(NotFound, match="secret in the database"):
            vault.engine.remove_secret(name, actor=ADMIN)


@pytest.mark.parametrize(
    ("name", "value", "error"),
    [("a/b", "x", SecretNameInvalid), ("A", " ", BadInput), ("A", "x" * 70_000, BadInput)],
)
def test_what_cannot_be_a_secret_is_refused(vault: World, name: str, value: str, error: type):
    with pytest.raises(error):
        vault.engine.set_secret(name, value, actor=ADMIN)


def test_without_a_key_nothing_is_kept(vault: World):
    use_keys(vault)
    with pytest.raises(SecretsKeyMissing, match="LANEWAY_SECRETS_KEY is set"):
        vault.engine.set_secret("TOKEN", "x", actor=ADMIN)


def test_the_key_is_changed_without_losing_a_secret(vault: World):
    vault.engine.set_secret("TOKEN", "ours", actor=ADMIN)
    vault.engine.set_secret("TOKEN", "theirs", actor=FOREIGN_ADMIN)
    use_keys(vault, NEW)
    with pytest.raises(SecretsKeyMissing):
        vault.engine.rotate_secrets(actor=ADMIN)
    use_keys(vault, NEW, OLD)
    assert vault.engine.rotate_secrets(actor=ADMIN) == 1
    assert vault.engine.rotate_secrets(actor=FOREIGN_ADMIN) == 1
    assert vault.engine.rotate_secrets(actor=ADMIN) == 0
    use_keys(vault, NEW)
    assert vault.engine.vault.resolve("TOKEN", "default") == "ours"
    assert vault.engine.vault.resolve("TOKEN", "other") == "theirs"


def test_the_system_rotates_the_secrets_of_every_organisation(vault: World):
    vault.engine.set_secret("TOKEN", "ours", actor=ADMIN)
    vault.engine.set_secret("TOKEN", "theirs", actor=FOREIGN_ADMIN)
    use_keys(vault, NEW, OLD)
    assert vault.engine.rotate_secrets(actor=SYSTEM) == 2


def test_a_list_says_where_secrets_are_and_who_uses_them(vault: World):
    vault.engine.set_secret("CREDIT", "one", actor=ADMIN)
    vault.engine.set_secret("OUTSIDE", "two", actor=ADMIN)
    vault.deploy("credit.bpmn", "credit.contract.json")
    vault.start("credit", customer="C")
    listed = {
        (row.name, row.found.source if row.found else ""): row
        for row in vault.engine.secrets(actor=ADMIN)
    }
    credit = listed["CREDIT", "table"]
    assert (credit.contracts, credit.used) == (("credit-check 1.0",), UsageCount())
    assert credit.found is not None
    assert (credit.found.updated_by, credit.found.is_readable) == ("ada", True)
    assert not listed["OUTSIDE", "table"].is_used
    assert listed["OUTSIDE", "environment"].is_used
    # A model refers to it, and nobody has it.
    assert listed["NOTE", ""].used == UsageCount(1, 1)
    (usage,) = vault.engine.secret_usages("NOTE", actor=ADMIN)
    assert (usage.process_id, usage.element_id) == ("credit", "check")


def test_a_variable_is_listed_under_the_names_that_refer_to_it(vault: World):
    engine = vault.engine
    environment = {"LANEWAY_SECRET_cre_dit": "1", "LANEWAY_SECRET_no_te": "2"}
    engine.vault = Vault.of(engine.settings, engine.database.reading, environment)
    engine.set_secret("cre-dit", "one", actor=ADMIN)
    contract, diagram = vault.file("credit.contract.json"), vault.file("credit.bpmn")
    contract = replace(contract, data=contract.data.replace(b"secrets.CREDIT", b"secrets.cre-dit"))
    diagram = replace(diagram, data=diagram.data.replace(b"secrets.NOTE", b"secrets.cre.dit"))
    engine.deploy([contract, diagram], actor=ADMIN)
    assert [
        (row.name, row.found and row.found.source, row.is_used, row.contracts, row.used.models)
        for row in engine.secrets(actor=ADMIN)
    ] == [
        ("cre-dit", "environment", True, ("credit-check 1.0",), 0),
        ("cre-dit", "table", False, ("credit-check 1.0",), 0),
        ("cre.dit", "environment", True, (), 1),
        ("no_te", "environment", True, (), 0),
    ]


def test_a_secret_of_another_key_is_listed_as_unreadable(vault: World):
    vault.engine.set_secret("TOKEN", "one", actor=ADMIN)
    use_keys(vault, NEW)
    found = [row.found for row in vault.engine.secrets(actor=ADMIN) if row.name == "TOKEN"]
    assert [one.is_readable for one in found if one] == [False]


def test_only_administrators_manage_and_list_secrets(vault: World):
    engine = vault.engine
    for verb in (
        lambda: engine.set_secret("A", "x", actor=STRANGER),
        lambda: engine.remove_secret("A", actor=STRANGER),
        lambda: engine.rotate_secrets(actor=STRANGER),
        lambda: engine.secrets(actor=STRANGER),
        lambda: engine.secret_usages("A", actor=STRANGER),
    ):
        with pytest.raises(Forbidden):
            verb()


def test_organisations_do_not_list_each_others_secrets(vault: World):
    vault.engine.set_secret("TOKEN", "one", actor=ADMIN)
    assert vault.engine.secrets(actor=FOREIGN_ADMIN) == []
    assert Environment({"LANEWAY_SECRET_A": "1"}).find("A", "other") is None
