"""A contract at work: from the request to the connector's inputs, and back to a checked answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bpmn.expressions import Environment, ExpressionError, compile_expression
from engine.services.contracts.model import Contract
from engine.services.contracts.schemas import broken_rules, plain
from engine.services.failure import WorkFailure
from engine.services.secrets import names_in


@dataclass(frozen=True, slots=True)
class BoundContract:
    """The contract that a call keeps."""

    contract: Contract

    @property
    def label(self) -> str:
        """Name and version."""
        return self.contract.label

    @property
    def connector(self) -> str:
        """Which connector calls."""
        return self.contract.connector

    @property
    def limits(self) -> Mapping[str, object]:
        """Of the calls by this contract."""
        return self.contract.limits

    @property
    def secrets(self) -> dict[str, frozenset[str]]:
        """The secrets that each input of the connector refers to."""
        return {name: names_in(value) for name, value in self.contract.settings.items()}

    def inputs(self, given: Mapping[str, object], *, now: datetime) -> dict[str, object]:
        """The connector's inputs for the request *given*.

        Args:
            given: what the task gives: the request.
            now: aware UTC.

        Raises:
            WorkFailure: final; the request breaks its schema, or an expression of the settings
                cannot be evaluated.
        """
        request = plain(given)
        assert isinstance(request, dict)
        broken = broken_rules(self.contract.request, request, root="request")
        if broken:
            raise WorkFailure(
                f"The request breaks the contract {self.label}: {broken[0]}. Mend what the task "
                "gives, then retry.",
                details="\n".join(broken),
                is_final=True,
            )
        environment = Environment({**request, "request": request}, now)
        return {
            name: self._value(value, environment, f"settings.{name}")
            for name, value in self.contract.settings.items()
        }

    def check(self, body: object) -> None:
        """See that an answer keeps its schema.

        Args:
            body: of the answer.

        Raises:
            WorkFailure: final, since asking again gives the same; it says every broken rule.
        """
        broken = broken_rules(self.contract.response, plain(body), root="response")
        if broken:
            raise WorkFailure(
                f"The answer breaks the contract {self.label}: {broken[0]}. Ask its owner "
                f"({self.contract.owner}).",
                details="\n".join(broken),
                is_final=True,
            )

    def _value(self, value: object, environment: Environment, where: str) -> object:
        if isinstance(value, str) and value.startswith("="):
            return self._evaluate(value[1:].strip(), environment, where)
        if isinstance(value, Mapping):
            return {
                key: self._value(item, environment, f"{where}.{key}") for key, item in value.items()
            }
        if isinstance(value, list):
            return [
                self._value(item, environment, f"{where}[{number}]")
                for number, item in enumerate(value)
            ]
        return value

    def _evaluate(self, text: str, environment: Environment, where: str) -> object:
        try:
            return plain(compile_expression(text, "feel").evaluate(environment))
        except ExpressionError as error:
            raise WorkFailure(
                f"{where} of the contract {self.label} cannot be evaluated: {error}",
                is_final=True,
            ) from error
