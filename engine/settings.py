"""Every setting: its environment variable, what it takes, and its default.

`SETTINGS` is the one list; the documentation and the start both read it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import timedelta
from ipaddress import ip_network
from urllib.parse import urlsplit

from engine.errors import SettingInvalid

PREFIX = "LANEWAY_"
SECRETS = "LANEWAY_SECRET_"
"""Variables that begin so are secrets (`engine.services.secrets`), except LANEWAY_SECRET_KEY."""

FREE = (SECRETS, "LANEWAY_TEST_")
MAIL_SCHEMES = ("smtp", "smtps", "smtp+plain")

_QUEUE = re.compile(r"[A-Za-z0-9_.-]{1,100}")
_HOST = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_.])?")


@dataclass(frozen=True, slots=True)
class Settings:
    """What an operator decides. Every field has a line in `SETTINGS`.

    What is or may hold a secret has no ``repr``: no message shows it.
    """

    database_url: str = field(default="sqlite:///var/laneway.db", repr=False)
    sqlite_synchronous: str = "FULL"
    notify: bool = True
    secret_key: str = field(default="", repr=False)
    secrets_dir: str = ""
    secrets_key: str = field(default="", repr=False)
    smtp_url: str = field(default="", repr=False)
    mail_from: str = ""
    sms_gateway: str = ""
    files_dir: str = ""
    audit_key: str = field(default="", repr=False)
    audit_anchor: timedelta = timedelta(hours=1)
    demo: bool = False
    host: str = "127.0.0.1"
    port: int = 8080
    public_url: str = ""
    threads: int = 64
    api_failures: int = 30
    api_calls: int = 0
    demo_api_login: str = ""
    locale: str = "en"
    zone: str = "UTC"
    executor: str = "embedded"
    executor_threads: int = 2
    executor_poll: timedelta = timedelta(seconds=5)
    broker_url: str = field(default="amqp://guest:guest@127.0.0.1:5672//", repr=False)
    queues: str = ""
    job_lease: timedelta = timedelta(minutes=1)
    job_time_limit: timedelta = timedelta(minutes=15)
    job_retries: int = 3
    job_retry_delay: timedelta = timedelta(seconds=10)
    job_retry_longest: timedelta = timedelta(hours=1)
    job_crashes: int = 5
    tenant_calls: str = ""
    outbound_allow: str = ""
    outbound_max_bytes: int = 10_000_000
    outbound_ca: str = ""
    client_certificates: str = ""
    targets_file: str = ""
    redis_url: str = field(default="", repr=False)
    model_cache: int = 200
    max_upload_bytes: int = 20_000_000
    session_hours: int = 12
    log_level: str = "INFO"
    log_format: str = "auto"
    traces: bool = False
    metrics_token: str = field(default="", repr=False)
    metrics_port: int = 0

    @property
    def secrets_keys(self) -> tuple[str, ...]:
        """The keys of the table of secrets; the first encrypts."""
        return tuple(key.strip() for key in self.secrets_key.split(",") if key.strip())


@dataclass(frozen=True, slots=True)
class Setting:
    """One environment variable.

    Attributes:
        field: the attribute of `Settings`; the variable is ``LANEWAY_`` and its upper case.
        takes: what a person may write, as one phrase.
        parse: text to value; raises `ValueError` when it is wrong.
        about: what it decides, one sentence.
    """

    field: str
    takes: str
    parse: Callable[[str], object]
    about: str

    @property
    def variable(self) -> str:
        """Name of the environment variable."""
        return PREFIX + self.field.upper()

    @property
    def default(self) -> object:
        """Value when the variable is not set."""
        return next(f.default for f in fields(Settings) if f.name == self.field)

    @property
    def is_secret(self) -> bool:
        """Whether no message may show its value, as it is or may hold a secret."""
        return not next(f.repr for f in fields(Settings) if f.name == self.field)


def _flag(text: str) -> bool:
    known = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
    if text.lower() not in known:
        raise ValueError(text)
    return known[text.lower()]


def _whole(low: int, high: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        value = int(text)
        if not low <= value <= high:
            raise ValueError(text)
        return value

    return parse


def _seconds(text: str) -> timedelta:
    return _seconds_to(86_400)(text)


def _seconds_to(longest: int) -> Callable[[str], timedelta]:
    def parse(text: str) -> timedelta:
        value = float(text)
        if not 0 < value <= longest:
            raise ValueError(text)
        return timedelta(seconds=value)

    return parse


def _one_of(*words: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text not in words:
            raise ValueError(text)
        return text

    return parse


def tenant_pairs(text: str) -> frozenset[tuple[str, str]]:
    """Who may call whose processes, from ``sales>shared, *>templates``.

    Raises:
        ValueError: a part is no pair.
    """
    pairs: set[tuple[str, str]] = set()
    for part in filter(None, (each.strip() for each in text.split(","))):
        caller, arrow, called = (each.strip() for each in part.partition(">"))
        if not (caller and arrow and called) or ">" in called:
            raise ValueError(part)
        pairs.add((caller, called))
    return frozenset(pairs)


def _tenant_calls(text: str) -> str:
    tenant_pairs(text)
    return text


def _at_least(length: int) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if len(text) < length:
            raise ValueError(text)
        return text

    return parse


def _keys(text: str) -> str:
    for key in text.split(","):
        _at_least(32)(key.strip())
    return text


def _mail_server(text: str) -> str:
    address = urlsplit(text)
    # Asking for the port checks it.
    wrong = address.scheme not in MAIL_SCHEMES or not address.hostname or address.port == 0
    if wrong or address.password is not None:
        raise ValueError(text)
    return text


def _outbound(text: str) -> str:
    for entry in text.split(","):
        name = entry.strip().removeprefix("*.")
        if "/" in name or ":" in name:
            ip_network(name)
        elif not _HOST.fullmatch(name):
            raise ValueError(text)
    return text


def _redis(text: str) -> str:
    if not text.startswith(("redis://", "rediss://", "unix://")):
        raise ValueError(text)
    return text


def _database(text: str) -> str:
    if not text.startswith(("sqlite:", "postgresql:", "postgresql+psycopg:")):
        raise ValueError(text)
    return text


def _broker(text: str) -> str:
    if not text.startswith(("amqp://", "amqps://", "redis://", "rediss://", "redis+socket://")):
        raise ValueError(text)
    return text


def _queues(text: str) -> str:
    for pair in text.split(","):
        name, _, queue = pair.partition("=")
        if not name.strip() or not _QUEUE.fullmatch(queue.strip()):
            raise ValueError(text)
    return text


def _web_address(text: str) -> str:
    if text and not text.startswith(("http://", "https://")):
        raise ValueError(text)
    return text.rstrip("/")


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "database_url",
        "sqlite:///FILE or postgresql://USER@HOST/NAME",
        _database,
        "Where everything is kept.",
    ),
    Setting(
        "sqlite_synchronous",
        "FULL or NORMAL",
        _one_of("FULL", "NORMAL"),
        "SQLite only: NORMAL is faster, but a power cut may take the last steps back.",
    ),
    Setting(
        "notify",
        "1 or 0",
        _flag,
        "PostgreSQL only: processes tell each other at once; 0 behind a pooler of transactions.",
    ),
    Setting(
        "secret_key",
        "at least 32 characters, the same for every process",
        _at_least(32),
        "Signs sessions; required unless demo mode is on.",
    ),
    Setting(
        "secrets_dir",
        "a folder",
        _at_least(1),
        "Where secrets are files, as Docker and Kubernetes mount them.",
    ),
    Setting(
        "secrets_key",
        "at least 32 characters; after a comma earlier ones",
        _keys,
        "Encrypts the secrets in the database; the first key encrypts, all of them decrypt.",
    ),
    Setting(
        "smtp_url",
        "smtp://USER@HOST:PORT, or smtps:// or smtp+plain://",
        _mail_server,
        "Mail server of the connector email; its password is the secret SMTP_PASSWORD.",
    ),
    Setting(
        "mail_from",
        "a mail address",
        _at_least(3),
        "Sender of mails whose task names none.",
    ),
    Setting(
        "sms_gateway",
        "a JSON file",
        _at_least(1),
        "How the connector sms hands a text message to a provider, over HTTP.",
    ),
    Setting(
        "files_dir",
        "a folder",
        _at_least(1),
        "Where the connector file reads and writes; without it there is none.",
    ),
    Setting(
        "audit_key",
        "at least 32 characters, the same for every process",
        _at_least(32),
        "Signs the anchors of the history; keep it where those who reach the database do not.",
    ),
    Setting(
        "audit_anchor",
        "seconds, up to 86400",
        _seconds,
        "How often an anchor covers what happened.",
    ),
    Setting("demo", "1 or 0", _flag, "Loads demo people and shows their logins."),
    Setting("host", "a host name or address", _at_least(1), "Address that the server listens on."),
    Setting("port", "a number from 1 to 65535", _whole(1, 65_535), "Port of the server."),
    Setting(
        "public_url",
        "an address with http:// or https://",
        _web_address,
        "Address that people use, for links in mails.",
    ),
    Setting(
        "threads",
        "a number from 2 to 1000",
        _whole(2, 1_000),
        "How many requests one process serves at once; at most half of them may wait for work.",
    ),
    Setting(
        "api_failures",
        "a number from 1 to 100000",
        _whole(1, 100_000),
        "How many wrong keys or passwords a minute programs of one address may present.",
    ),
    Setting(
        "api_calls",
        "a number from 0 to 10000000",
        _whole(0, 10_000_000),
        "How many calls a minute one program may make, per process; 0 for any number.",
    ),
    Setting(
        "demo_api_login",
        "a login",
        _at_least(1),
        "As whom programs without credentials act; in demo mode only.",
    ),
    Setting(
        "locale",
        "a language such as en or de",
        _at_least(2),
        "Language of people who chose none, unless their browser asks for one.",
    ),
    Setting(
        "zone",
        "a time zone such as Europe/Berlin",
        _at_least(3),
        "Time zone of people who chose none.",
    ),
    Setting(
        "executor",
        "embedded, celery or none",
        _one_of("embedded", "celery", "none"),
        "Who runs jobs: threads of the server, Celery workers, or workers of ours alone.",
    ),
    Setting(
        "executor_threads",
        "a number from 1 to 64",
        _whole(1, 64),
        "How many jobs one process runs at once.",
    ),
    Setting(
        "executor_poll",
        "seconds, up to 60",
        _seconds_to(60),
        "How often due jobs are looked for when nothing wakes the executor.",
    ),
    Setting(
        "broker_url",
        "amqp://USER:PASSWORD@HOST:PORT/VHOST or redis://HOST:PORT/NUMBER",
        _broker,
        "Broker of the executor celery.",
    ),
    Setting(
        "queues",
        "NAME=QUEUE, several separated by commas",
        _queues,
        "Executor celery: handlers or connectors whose jobs go to a queue of their own.",
    ),
    Setting(
        "job_lease",
        "seconds, up to 86400",
        _seconds,
        "How long a crashed worker keeps its jobs from others; a live one renews it.",
    ),
    Setting(
        "job_time_limit",
        "seconds, up to 86400",
        _seconds,
        "How long one job may take; Celery ends it then, half a minute later by force.",
    ),
    Setting(
        "job_retries",
        "a number from 1 to 100",
        _whole(1, 100),
        "Attempts of a job whose diagram does not say how many.",
    ),
    Setting(
        "job_retry_delay",
        "seconds, up to 86400",
        _seconds,
        "Wait before a failed job runs again; it doubles each time.",
    ),
    Setting(
        "job_retry_longest",
        "seconds, up to 86400",
        _seconds,
        "Where that doubling ends.",
    ),
    Setting(
        "job_crashes",
        "a number from 1 to 100",
        _whole(1, 100),
        "How many workers in a row may die with a job before it becomes an incident.",
    ),
    Setting(
        "tenant_calls",
        "CALLER>CALLED, several separated by commas; * for any organisation",
        _tenant_calls,
        "Which organisations may call processes and decisions of others.",
    ),
    Setting(
        "outbound_allow",
        "addresses, ranges such as 10.0.0.0/8 and host names such as erp.local or *.corp.local",
        _outbound,
        "What connectors may call besides public addresses.",
    ),
    Setting(
        "outbound_max_bytes",
        "a number from 1000 to 1000000000",
        _whole(1_000, 1_000_000_000),
        "Largest answer of another system.",
    ),
    Setting(
        "outbound_ca",
        "a PEM file",
        _at_least(1),
        "Certificate authorities that connectors trust besides the machine's.",
    ),
    Setting(
        "client_certificates",
        "a folder",
        _at_least(1),
        "Where client certificates are, as NAME.pem.",
    ),
    Setting(
        "targets_file",
        "a TOML file",
        _at_least(1),
        "Rates, concurrency, circuit breakers and timeouts of the systems that are called.",
    ),
    Setting(
        "redis_url",
        "redis://HOST:PORT/NUMBER, or rediss:// or unix://",
        _redis,
        "Where processes share rates and circuit breakers; without it each has its own.",
    ),
    Setting(
        "model_cache",
        "a number from 1 to 100000",
        _whole(1, 100_000),
        "How many process definitions one process keeps parsed.",
    ),
    Setting(
        "max_upload_bytes",
        "a number from 1000 to 1000000000",
        _whole(1_000, 1_000_000_000),
        "Largest upload.",
    ),
    Setting(
        "session_hours",
        "a number from 1 to 8760",
        _whole(1, 8_760),
        "How long a login lasts.",
    ),
    Setting(
        "log_level",
        "DEBUG, INFO, WARNING or ERROR",
        _one_of("DEBUG", "INFO", "WARNING", "ERROR"),
        "How much is logged.",
    ),
    Setting(
        "log_format",
        "auto, json or text",
        _one_of("auto", "json", "text"),
        "How a line of the log looks; auto is text on a terminal, else JSON.",
    ),
    Setting(
        "traces",
        "1 or 0",
        _flag,
        "Whether traces are sent by OTLP to where OTEL_EXPORTER_OTLP_ENDPOINT says.",
    ),
    Setting(
        "metrics_token",
        "at least 16 characters",
        _at_least(16),
        "Who sends it as bearer token may read /metrics; without it only this machine may.",
    ),
    Setting(
        "metrics_port",
        "a number from 0 to 65535",
        _whole(0, 65_535),
        "Where laneway worker answers Prometheus on LANEWAY_HOST; 0 for nowhere.",
    ),
)


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Read `Settings` from environment variables; an empty variable counts as not set.

    Args:
        environment: name to text; the process' own by default.

    Raises:
        SettingInvalid: a variable has a value that it cannot take, or none of ours has its name.
    """
    given = os.environ if environment is None else environment
    known = {setting.variable: setting for setting in SETTINGS}
    _refuse_unknown(given, known)
    values = {
        setting.field: _parse(setting, given[name])
        for name, setting in known.items()
        if given.get(name)
    }
    return Settings(**values)  # type: ignore[arg-type]  # each parser gives its field's type


def _refuse_unknown(given: Mapping[str, str], known: Mapping[str, Setting]) -> None:
    for name in given:
        if name.startswith(PREFIX) and name not in known and not name.startswith(FREE):
            raise SettingInvalid(
                f"{name} is no setting. Known are {', '.join(sorted(known))}; unset it or mend it."
            )


def _parse(setting: Setting, text: str) -> object:
    try:
        return setting.parse(text)
    except ValueError:
        shown = "the given value" if setting.is_secret else repr(text)
        raise SettingInvalid(
            f"{setting.variable} cannot be {shown}: it takes {setting.takes}."
        ) from None
