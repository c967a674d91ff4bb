"""From a job to a connector's call and back: what the diagram gives, and what the answer means."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from jsonschema import Draft202012Validator

from bpmn.expressions.base import BpmnErrorThrown
from bpmn.model import ConnectorCall
from engine.actor import DEFAULT_TENANT
from engine.services.connectors.answers import as_error, as_variables
from engine.services.connectors.base import (
    Answer,
    Callbacks,
    Connector,
    Connectors,
    Contracts,
    Request,
    Secrets,
    reveal,
)
from engine.services.connectors.evaluating import Evaluation
from engine.services.connectors.governance import NOTHING, Governor
from engine.services.connectors.http_inputs import as_duration, as_pause
from engine.services.connectors.targets import Treatment, of_contract
from engine.services.contracts import PREFIX, BoundContract
from engine.services.failure import WorkFailure, WorkPostponed
from engine.services.handlers import Handler, WorkItem
from engine.services.secrets import Redactor, fill, names_in

CALLBACK_URL = "{{callback.url}}"
"""Stands in a diagram for the address that takes the answer."""

_LONGEST_WAIT = timedelta(days=365)
_EARLY = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Calls:
    """Makes the calls of all connectors; shared by all threads.

    Attributes:
        beans: of the host, for expressions.
        callbacks: ``None`` where nobody can answer later.
    """

    connectors: Connectors
    governor: Governor
    secrets: Secrets
    contracts: Contracts
    callbacks: Callbacks | None = None
    beans: Mapping[str, object] = field(default_factory=dict)
    _validators: dict[str, Draft202012Validator] = field(default_factory=dict)

    def validator(self, connector: Connector) -> Draft202012Validator:
        """What checks the inputs of *connector*; made once for each schema."""
        found = self._validators.get(connector.name)
        if found is None or found.schema is not connector.schema:
            found = self._validators[connector.name] = Draft202012Validator(connector.schema)
        return found

    def handler(self, name: str) -> Handler:
        """What does the jobs of the connector *name*, or of the contract of that name."""
        return partial(self._run, name)

    def _run(self, name: str, item: WorkItem) -> Mapping[str, object]:
        if item.work is None or item.work.call is None:
            raise WorkFailure(
                f"This version of the diagram has no connector at {item.element_id!r}.",
                is_final=True,
            )
        call = _Call(self, name, item, item.work.call, Redactor())
        hide = call.redactor.hide
        try:
            return call.run()
        except WorkFailure as failure:
            _mark(failure, call)
            raise
        except BpmnErrorThrown as thrown:
            variables: Any = call.redactor.clean(thrown.variables)
            raise BpmnErrorThrown(thrown.error_code, hide(thrown.message), variables) from thrown
        except WorkPostponed:
            raise
        except Exception as error:  # noqa: BLE001 - a connector is anybody's code, and may quote a secret in what it raises
            stack = hide("".join(traceback.format_exception(error)))
            message = hide(f"{type(error).__name__}: {error}")
            raise WorkFailure(message, details=stack) from None


def _mark(failure: WorkFailure, call: _Call) -> None:
    """Whatever people read of a failure holds no secret; and it waits as the diagram says."""
    hide = call.redactor.hide
    failure.message = hide(failure.message)
    failure.args = (failure.message,)
    failure.request, failure.answer = hide(failure.request), hide(failure.answer)
    # The stack of a call tells where in our code it was, and may quote what was sent.
    failure.details = hide(failure.details) or failure.message
    if failure.retry_after is None and call.drawn.backoff:
        failure.retry_after = _read(as_pause, call.drawn.backoff, "retry backoff")


@dataclass(slots=True)
class _Call:
    """One attempt."""

    calls: Calls
    name: str
    item: WorkItem
    drawn: ConnectorCall
    redactor: Redactor
    evaluation: Evaluation = field(init=False)
    revealed: dict[str, str] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        self.evaluation = Evaluation(self.item, self.calls.beans)

    def run(self) -> Mapping[str, object]:
        """Make the call; the variables for the process."""
        arguments = {
            argument.name: value
            for argument in self.drawn.arguments
            if (value := self.evaluation.value(argument.value)) is not None
        }
        wait = self._wait(arguments.pop("callback", None))
        contract = self._contract()
        try:
            answer = self._answer(contract, arguments, wait)
        except WorkFailure as failure:
            return as_error(self.evaluation, self.drawn, failure)
        if contract is not None:
            with_record(answer, lambda: contract.check(answer.body))
        variables = with_record(answer, lambda: as_variables(self.evaluation, self.drawn, answer))
        cleaned: Any = self.redactor.clean(variables)
        return dict(cleaned)

    def _contract(self) -> BoundContract | None:
        if not self.name.startswith(PREFIX):
            return None
        return self.calls.contracts.find(self.name, self.item.tenant_id)

    def _answer(
        self,
        contract: BoundContract | None,
        arguments: dict[str, object],
        wait: timedelta | None,
    ) -> Answer:
        if wait is not None:
            came = self._come(wait)
            if came is not None:
                return came
        connector = self._connector(contract)
        inputs = self._inputs(contract, arguments)
        url = self._callback_url(wait)
        if url:
            inputs = _put(inputs, CALLBACK_URL, url)
        _check(self.calls.validator(connector), connector.name, inputs, self.redactor)
        target = self.redactor.hide(connector.target(inputs))
        request = self._request(inputs, target, url)
        work = partial(connector.call, request)
        answer = self.calls.governor.call(
            connector.name, target, work, besides=self._limits(contract)
        )
        if answer.is_pending and wait is not None:
            raise self._pending(wait)
        return answer

    def _limits(self, contract: BoundContract | None) -> Mapping[str, Treatment]:
        if contract is None or not contract.limits:
            return NOTHING
        tenant = self.item.tenant_id
        # Two organisations may have contracts of one name.
        owner = "" if tenant == DEFAULT_TENANT else f"{tenant}/"
        return {f"contract {owner}{contract.label}": of_contract(contract.limits)}

    def _connector(self, contract: BoundContract | None) -> Connector:
        name = self.name if contract is None else contract.connector
        connector = self.calls.connectors.find(name)
        if connector is None:
            known = ", ".join(self.calls.connectors.names())
            raise WorkFailure(
                f"There is no connector {name!r}. Known are: {known}. Draw one of these, or "
                "install the package that has it, then retry.",
                is_final=True,
            )
        return connector

    def _inputs(
        self, contract: BoundContract | None, arguments: dict[str, object]
    ) -> dict[str, object]:
        """The inputs with their secrets, each only with those that its own text refers to."""
        allowed = {given.name: names_in(list(given.drawn)) for given in self.drawn.arguments}
        if contract is None:
            return {
                name: fill(value, allowed.get(name, frozenset()), self._secret)
                for name, value in arguments.items()
            }
        drawn = frozenset().union(*allowed.values())
        inputs, own = contract.inputs(arguments, now=self.item.now), contract.secrets
        return {
            name: fill(value, drawn | own.get(name, frozenset()), self._secret)
            for name, value in inputs.items()
        }

    def _secret(self, name: str) -> str:
        """Looked up once in an attempt, however often the inputs refer to it."""
        if name not in self.revealed:
            self.revealed[name] = reveal(
                self.calls.secrets, name, self.item.tenant_id, self.redactor
            )
        return self.revealed[name]

    def _request(self, inputs: Mapping[str, object], target: str, callback_url: str) -> Request:
        item = self.item
        return Request(
            inputs=inputs,
            key=item.key,
            now=item.now,
            tenant_id=item.tenant_id,
            instance_id=item.instance_id,
            definition_id=item.definition_id,
            element_id=item.element_id,
            timeout=self.calls.governor.treatment(target).timeout,
            callback_url=callback_url,
            redactor=self.redactor,
            pace=partial(self.calls.governor.pace, target),
        )

    # ---- answers that come later ------------------------------------------------------------

    def _wait(self, given: object) -> timedelta | None:
        if given is None:
            return None
        if self.calls.callbacks is None:
            raise WorkFailure(
                "Nobody can answer later: set LANEWAY_PUBLIC_URL to the address at which other "
                "systems reach this one, then retry.",
                is_final=True,
            )
        wait = _read(partial(as_duration, default=_LONGEST_WAIT), given, "input 'callback'")
        return min(wait, _LONGEST_WAIT)

    def _come(self, wait: timedelta) -> Answer | None:
        """The answer that came; ``None`` when the request is still to be made.

        Raises:
            WorkPostponed: it is still waited for.
            WorkFailure: it did not come in time.
        """
        assert self.calls.callbacks is not None
        waiting = self.calls.callbacks.find(self.item.key)
        if waiting is None:
            return None
        if waiting.answer is not None:
            return waiting.answer
        if not waiting.is_accepted:
            return None
        if self.item.now < waiting.until:
            raise self._postponed(waiting.until)
        self.calls.callbacks.close(self.item.key)
        raise WorkFailure(f"No answer came back within {wait}.")

    def _callback_url(self, wait: timedelta | None) -> str:
        if wait is None:
            return ""
        assert self.calls.callbacks is not None
        url = self.calls.callbacks.open(self.item.key, self.item.now + wait)
        self.redactor.cover("callback", url)
        return url

    def _pending(self, wait: timedelta) -> WorkPostponed:
        assert self.calls.callbacks is not None
        self.calls.callbacks.accept(self.item.key)
        return self._postponed(self.item.now + wait)

    @staticmethod
    def _postponed(until: datetime) -> WorkPostponed:
        return WorkPostponed(until + _EARLY, "The request was accepted; its answer comes later.")


def with_record(answer: Answer, work: Callable[[], Any]) -> Any:
    """Do *work* on *answer*; when it fails, people see what was sent and what came back."""
    try:
        return work()
    except WorkFailure as failure:
        failure.request = failure.request or answer.sent
        failure.answer = failure.answer or answer.received
        raise


def _check(
    validator: Draft202012Validator, name: str, inputs: Mapping[str, object], redactor: Redactor
) -> None:
    """Refuse inputs that break the connector's schema; without their secrets."""
    broken = sorted(validator.iter_errors(inputs), key=lambda one: one.json_path)
    if broken:
        first = redactor.hide(broken[0].message)[:500]
        raise WorkFailure(
            f"The inputs of the connector {name!r} are wrong: {broken[0].json_path}: {first}.",
            is_final=True,
        )


def _put(value: Any, mark: str, text: str) -> Any:
    """*value* with *text* in place of *mark* in all its texts."""
    if isinstance(value, str):
        return value.replace(mark, text)
    if isinstance(value, Mapping):
        return {key: _put(item, mark, text) for key, item in value.items()}
    if isinstance(value, list):
        return [_put(item, mark, text) for item in value]
    return value


def _read(how: Callable[[object], timedelta], given: object, what: str) -> timedelta:
    try:
        return how(given)
    except ValueError as error:
        raise WorkFailure(f"The {what}: {error}.", is_final=True) from error
