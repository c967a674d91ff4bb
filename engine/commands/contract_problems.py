"""What is wrong between contracts and the connectors that they name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from bpmn.model import Problem
from engine.commands.contract_files import ContractFile
from engine.services.connectors.base import Connector, Connectors
from engine.services.contracts import Contract
from engine.services.contracts.json_lines import Path, parse_located

LITERAL = "x-literal"
"""Marks an input in a connector's schema that may not be put together at run time."""


def problems_of_settings(
    files: Iterable[ContractFile], connectors: Connectors
) -> Iterator[Problem]:
    """Connectors that are not here, and settings that they do not take."""
    for file in files:
        if file.contract is None:
            continue
        connector = connectors.find(file.contract.connector)
        lines = parse_located(file.text.encode())
        for path, code, message, hint in _found(file.contract, connector, connectors):
            where = ".".join(map(str, path))
            line = lines.line(path)
            yield Problem(code, message, hint, element_id=where, line=line, file=file.name)


def must_be_literal(connector: Connector, name: str) -> bool:
    """Whether the input *name* may not be an expression."""
    properties = connector.schema.get("properties")
    found = properties.get(name) if isinstance(properties, Mapping) else None
    return isinstance(found, Mapping) and bool(found.get(LITERAL))


def _found(
    contract: Contract, connector: Connector | None, connectors: Connectors
) -> Iterator[tuple[Path, str, str, str]]:
    name = contract.connector
    if connector is None:
        known = ", ".join(other for other in connectors.names() if not other.startswith("http/"))
        message = f"The contract {contract.label} names the connector {name!r}, which is not here."
        yield ("connector",), "connector-unknown", message, f"Known are: {known}."
        return
    properties = connector.schema.get("properties")
    known_inputs = properties if isinstance(properties, Mapping) else {}
    is_closed = connector.schema.get("additionalProperties") is False
    for given in contract.settings:
        if is_closed and given not in known_inputs:
            message = f"The connector {name!r} takes no {given!r}."
            hint = f"It takes: {', '.join(sorted(known_inputs))}."
            yield ("settings", given), "connector-input-unknown", message, hint
        elif must_be_literal(connector, given) and str(contract.settings[given]).startswith("="):
            message = f"The input {given!r} of the connector {name!r} may not be an expression."
            hint = "Write it as it is, and give values as parameters."
            yield ("settings", given), "connector-input-built", message, hint
    required = connector.schema.get("required")
    for lost in required if isinstance(required, list) else ():
        if lost not in contract.settings:
            message = f"The settings do not give the connector {name!r} its {lost!r}."
            yield ("settings",), "connector-input-missing", message, "Add it to the settings."
