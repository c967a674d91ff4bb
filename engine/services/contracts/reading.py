"""Reads a contract's file: everything that is wrong with it, each with its line."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bpmn.expressions import ExpressionError, compile_expression
from bpmn.model import Problem, Severity
from engine.services.contracts.file_schema import FILE_SCHEMA
from engine.services.contracts.json_lines import JsonInvalid, Located, Path, parse_located
from engine.services.contracts.model import Contract, Lifecycle, Schema
from engine.services.contracts.references import ReferenceInvalid, is_name, parse_reference
from engine.services.contracts.schemas import broken_at, problems_of_schema
from engine.services.contracts.version import Version, VersionInvalid
from engine.services.secrets import SecretNameInvalid, check_name, names_in

LARGEST = 1_000_000
"""Bytes of a contract's file."""

LIFECYCLE = ("deprecated", "sunset", "successor")
"""Members that may change although the version stays."""

SCHEMAS = ("request", "response")
"""Members whose texts are compared with others only: a pattern may name every character."""


def read_contract(data: bytes, *, name: str = "") -> tuple[Contract | None, tuple[Problem, ...]]:
    """Read a file.

    Args:
        data: UTF-8 JSON.
        name: of the file, for problems.

    Returns:
        The contract, ``None`` when a problem is an error, and all problems.
    """
    if len(data) > LARGEST:
        message = f"The file has {len(data)} bytes; {LARGEST} are allowed."
        return None, (Problem("contract-too-large", message, "Shorten its schemas.", file=name),)
    try:
        located = parse_located(data)
    except JsonInvalid as error:
        hint = "Mend the file in an editor that knows JSON."
        problem = Problem("contract-not-json", str(error), hint, line=error.line, file=name)
        return None, (problem,)
    reader = _Reader(located, name)
    contract = reader.contract()
    return contract, tuple(reader.problems)


@dataclass(slots=True)
class _Reader:
    located: Located
    file: str
    problems: list[Problem] = field(default_factory=list)

    def note(
        self,
        code: str,
        path: Path,
        message: str,
        hint: str,
        severity: Severity = Severity.ERROR,
    ) -> None:
        line = self.located.line(path)
        where = ".".join(map(str, path))
        problem = Problem(code, message, hint, severity, where, line=line, file=self.file)
        self.problems.append(problem)

    def contract(self) -> Contract | None:
        for path, rule in broken_at(FILE_SCHEMA, self.located.value):
            what = ".".join(map(str, path)) or "The file"
            self.note("contract-invalid", path, f"{what} {rule}.", "See docs/how-to/contracts.md.")
        if self.problems:
            return None
        of = self.located.value
        assert isinstance(of, dict)
        version = self._version(of)
        settings, request = of.get("settings", {}), of.get("request", True)
        for part in sorted(of.keys() - set(SCHEMAS)):
            self._check_characters(part, of[part])
        self._check_name(of["contract"])
        for part in SCHEMAS:
            self._check_schema(part, of.get(part, True))
        self._check_settings(settings, request)
        lifecycle = self._lifecycle(of)
        if version is None or any(p.severity is Severity.ERROR for p in self.problems):
            return None
        owner = of["owner"]
        return Contract(
            name=of["contract"],
            version=version,
            connector=of["connector"],
            title=of.get("title", ""),
            description=of.get("description", ""),
            owner=owner if isinstance(owner, str) else owner["name"],
            contact="" if isinstance(owner, str) else owner.get("contact", ""),
            settings=settings,
            request=request,
            response=of.get("response", True),
            limits=of.get("limits", {}),
            lifecycle=lifecycle,
            digest=_digest(of),
        )

    def _check_characters(self, part: str, value: object) -> None:
        if not _has_only_characters(value):
            message = (
                f"{part} has the character NUL, or an escape such as \\ud800 that is half one."
            )
            self.note("contract-character-invalid", (part,), message, "Take it out.")

    def _check_name(self, name: str) -> None:
        if not is_name(name):
            message = f"{name!r} cannot be the name of a contract."
            hint = "Use letters, digits, -, _ and . and begin with a letter."
            self.note("contract-name-invalid", ("contract",), message, hint)

    def _version(self, of: Mapping[str, str]) -> Version | None:
        try:
            return Version.parse(of["version"])
        except VersionInvalid as error:
            self.note("contract-version-invalid", ("version",), str(error), "Mend it.")
            return None

    def _check_schema(self, part: str, schema: object) -> None:
        for path, message in problems_of_schema(schema):
            hint = f"Mend the schema of the {part}."
            self.note("contract-schema-invalid", (part, *path), message, hint)

    def _check_settings(self, settings: Mapping[str, object], request: Schema) -> None:
        used: set[str] = set()
        for path, text in _texts(settings, ("settings",)):
            for name in sorted(names_in(text)):
                self._check_secret(path, name)
            if text.startswith("="):
                used |= self._check_expression(path, text)
        given = request.get("properties", {}) if isinstance(request, Mapping) else {}
        assert isinstance(given, Mapping)
        if given and not used & {"request", *given}:
            message = "The settings use nothing of the request, so nothing of it is sent."
            hint = 'Write for example "body": "= request".'
            self.note("contract-request-unused", ("settings",), message, hint, Severity.WARNING)

    def _check_secret(self, path: Path, name: str) -> None:
        try:
            check_name(name)
        except SecretNameInvalid as error:
            self.note("contract-secret-invalid", path, str(error), "Mend the reference.")

    def _check_expression(self, path: Path, text: str) -> frozenset[str]:
        try:
            return compile_expression(text[1:].strip(), "feel").names
        except ExpressionError as error:
            message = f"{text[:200]!r} is no FEEL expression: {error}"
            self.note("contract-expression-invalid", path, message, "Mend the expression.")
            return frozenset()

    def _lifecycle(self, of: Mapping[str, str]) -> Lifecycle:
        successor = of.get("successor", "")
        if successor:
            try:
                parse_reference(successor)
            except ReferenceInvalid as error:
                self.note("contract-successor-invalid", ("successor",), str(error), "Mend it.")
        return Lifecycle(self._moment(of, "deprecated"), self._moment(of, "sunset"), successor)

    def _moment(self, of: Mapping[str, str], part: str) -> datetime | None:
        if part not in of:
            return None
        try:
            return parse_moment(of[part])
        except ValueError:
            message = f"{of[part]!r} is no date."
            hint = "Write 2026-12-31, or a time with its zone: 2026-12-31T00:00:00Z."
            self.note("contract-date-invalid", (part,), message, hint)
            return None


def parse_moment(text: str) -> datetime:
    """A date (its first moment in UTC), or a time with its zone, as aware UTC.

    Raises:
        ValueError: it is neither.
    """
    found = datetime.fromisoformat(text.strip())
    if len(text.strip()) == len("2026-12-31"):
        return found.replace(tzinfo=UTC)
    if found.tzinfo is None:
        raise ValueError(text)
    return found.astimezone(UTC)


def _digest(of: Mapping[str, object]) -> str:
    """Of what the version promises: spaces, order and lifecycle make no other version."""
    promised = {key: value for key, value in of.items() if key not in LIFECYCLE}
    return hashlib.sha256(json.dumps(promised, sort_keys=True).encode()).hexdigest()


def _has_only_characters(value: object) -> bool:
    """Whether every text in it can be stored and sent."""
    if isinstance(value, str):
        return "\0" not in value and not any("\ud800" <= sign <= "\udfff" for sign in value)
    if isinstance(value, Mapping):
        return all(map(_has_only_characters, [*value, *value.values()]))
    return not isinstance(value, list) or all(map(_has_only_characters, value))


def _texts(value: object, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _texts(item, (*path, str(key)))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _texts(item, (*path, number))
