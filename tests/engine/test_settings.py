from __future__ import annotations

from dataclasses import fields
from datetime import timedelta

import pytest

from engine.errors import SettingInvalid
from engine.settings import SETTINGS, Settings, read_settings


def test_defaults_need_no_environment():
    assert read_settings({}) == Settings()


def test_every_field_has_its_line_in_the_list():
    assert [setting.field for setting in SETTINGS] == [field.name for field in fields(Settings)]


def test_an_empty_variable_counts_as_not_set():
    assert read_settings({"LANEWAY_PORT": ""}).port == 8080


def test_values_are_read_as_what_they_are():
    given = {
        "LANEWAY_PORT": "9000",
        "LANEWAY_DEMO": "yes",
        "LANEWAY_JOB_LEASE": "1.5",
        "LANEWAY_EXECUTOR": "none",
        "LANEWAY_DATABASE_URL": "postgresql://me@host/db",
        "LANEWAY_PUBLIC_URL": "https://laneway.example/",
        "PATH": "/bin",
    }
    found = read_settings(given)
    assert (found.port, found.demo, found.job_lease) == (9000, True, timedelta(seconds=1.5))
    assert found.public_url == "https://laneway.example"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LANEWAY_PORT", "0"),
        ("LANEWAY_PORT", "eighty"),
        ("LANEWAY_DEMO", "maybe"),
        ("LANEWAY_DATABASE_URL", "mysql://host/db"),
        ("LANEWAY_PUBLIC_URL", "laneway.example"),
        ("LANEWAY_EXECUTOR_POLL", "0"),
        ("LANEWAY_LOG_LEVEL", "LOUD"),
        ("LANEWAY_HOSTT", "typo"),
    ],
)
def test_a_wrong_setting_is_named_with_what_it_takes(name: str, value: str):
    with pytest.raises(SettingInvalid, match=name):
        read_settings({name: value})


def test_a_short_secret_is_refused_without_showing_it():
    with pytest.raises(SettingInvalid) as invalid:
        read_settings({"LANEWAY_SECRET_KEY": "tooshort"})
    assert "tooshort" not in str(invalid.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LANEWAY_DATABASE_URL", "postgres://me:hush@host/db"),
        ("LANEWAY_SECRETS_KEY", "hush"),
        ("LANEWAY_SMTP_URL", "smtp://me:hush@mail.example:587"),
        ("LANEWAY_AUDIT_KEY", "hush"),
        ("LANEWAY_BROKER_URL", "amqp:me:hush@host"),
        ("LANEWAY_REDIS_URL", "me:hush@host"),
        ("LANEWAY_METRICS_TOKEN", "hush"),
    ],
)
def test_what_may_hold_a_secret_is_refused_without_showing_it(name: str, value: str):
    with pytest.raises(SettingInvalid, match=name) as invalid:
        read_settings({name: value})
    assert "hush" not in str(invalid.value)


def test_settings_that_are_shown_do_not_show_secrets():
    given = {
        "LANEWAY_DATABASE_URL": "postgresql://me:hush@host/db",
        "LANEWAY_BROKER_URL": "amqp://me:hush@host//",
        "LANEWAY_REDIS_URL": "redis://me:hush@host/0",
    }
    assert "hush" not in repr(read_settings(given))
