"""How each target system is treated: its rate, concurrency, circuit and time, from a TOML file.

[default]
concurrency = 10

["https://erp.example.com"]     # or erp.example.com, or "*.example.com"
rate = "10/minute"
concurrency = 2
failures = 3
pause = 60
timeout = 20
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from limits import RateLimitItem, RateLimitItemPerSecond, parse_many

from engine.errors import SettingInvalid
from engine.services.connectors.exchange import PORTS

_LONGEST = 86_400
_ANY = 1_000_000


@dataclass(frozen=True, slots=True)
class Treatment:
    """How a target is treated.

    Attributes:
        rates: none may be exceeded; empty for any rate.
        concurrency: calls at once, per process.
        failures: so many in a row open the circuit.
        pause: how long an open circuit refuses calls before one is tried.
        timeout: longest time of one call.
    """

    rates: tuple[RateLimitItem, ...] = ()
    concurrency: int = 10
    failures: int = 5
    pause: timedelta = timedelta(seconds=30)
    timeout: timedelta = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Targets:
    """The treatment of every target, by its address or host, else the default one."""

    default: Treatment = field(default_factory=Treatment)
    named: Mapping[str, Treatment] = field(default_factory=dict)

    def of(self, target: str) -> Treatment:
        """How *target* is treated: the entry of its address, its host, or a domain above it."""
        host = _host(target)
        domains = host.split(".")
        above = (f"*.{'.'.join(domains[number:])}" for number in range(1, len(domains)))
        for key in (target.lower(), host, *above):
            if key in self.named:
                return self.named[key]
        return self.default

    @classmethod
    def read(cls, path: str) -> Targets:
        """Read the file at *path*; an empty path is no file.

        Raises:
            SettingInvalid: it cannot be read, or says something that is not known.
        """
        if not path:
            return cls()
        try:
            given = tomllib.loads(Path(path).read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise SettingInvalid(
                f"LANEWAY_TARGETS_FILE {path!r} cannot be read: {error}."
            ) from error
        default = _treatment("default", given.pop("default", {}), Treatment())
        named = {_key(name): _treatment(name, table, default) for name, table in given.items()}
        return cls(default, named)


def of_contract(limits: Mapping[str, object]) -> Treatment:
    """How the calls by one contract are treated; *limits* as its file says, which is checked."""
    given: Mapping[str, Any] = limits
    treatment = Treatment(concurrency=given.get("concurrency", _ANY), failures=_ANY)
    if "rate" in given:
        rate = RateLimitItemPerSecond(given["rate"]["calls"], given["rate"]["seconds"])
        treatment = replace(treatment, rates=(rate,))
    if "breaker" in given:
        breaker = given["breaker"]
        pause = timedelta(seconds=breaker["seconds"])
        treatment = replace(treatment, failures=breaker["failures"], pause=pause)
    return treatment


def _key(name: str) -> str:
    """``https://erp.example`` as connectors call it, with its port."""
    text = name.lower().rstrip("/")
    parts = urlsplit(text)
    if parts.scheme in PORTS and parts.port is None:
        return f"{text}:{PORTS[parts.scheme]}"
    return text


def _host(target: str) -> str:
    return urlsplit(target).hostname or target.lower()


def _treatment(name: str, given: object, default: Treatment) -> Treatment:
    """The entry *given* over *default*."""
    if not isinstance(given, dict):
        raise _wrong(name, "is no table")
    known = [each.name for each in fields(Treatment) if each.name != "rates"]
    unknown = sorted(given.keys() - {*known, "rate"})
    if unknown:
        raise _wrong(name, f"has {unknown[0]!r}; it takes rate, {', '.join(known)}")
    changes: dict[str, object] = {}
    for key, value in given.items():
        if key == "rate":
            changes["rates"] = _rates(name, value)
        elif key in {"pause", "timeout"}:
            changes[key] = timedelta(seconds=_number(name, key, value, _LONGEST))
        else:
            changes[key] = int(_number(name, key, value, 1_000))
    return replace(default, **changes)  # type: ignore[arg-type]  # each key gives its field's type


def _number(name: str, key: str, value: object, most: int) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 1 <= value <= most:
        raise _wrong(name, f"has {key} = {value!r}; it takes a number from 1 to {most}")
    return value


def _rates(name: str, value: object) -> tuple[RateLimitItem, ...]:
    try:
        return tuple(parse_many(str(value)))
    except ValueError as error:
        raise _wrong(
            name, f"has rate = {value!r}; it takes rates such as 10/second;200/minute"
        ) from error


def _wrong(name: str, fact: str) -> SettingInvalid:
    return SettingInvalid(f"In LANEWAY_TARGETS_FILE [{name}] {fact}. Mend it.")
