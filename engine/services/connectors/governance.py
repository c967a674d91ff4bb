"""Governs calls by the system that they go to: rate, circuit breaker, bulkhead, time (R42, R43).

A call that is not allowed now is postponed and costs no attempt.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from importlib import import_module
from types import MappingProxyType

from limits import RateLimitItem
from limits.errors import StorageError
from limits.storage import MemoryStorage, storage_from_string
from limits.storage.base import MovingWindowSupport, Storage
from limits.strategies import MovingWindowRateLimiter

from bpmn.expressions.base import BpmnErrorThrown
from engine.clock import Clock, SystemClock
from engine.services.connectors.base import Answer, CallRefused, NoObserver, Observer
from engine.services.connectors.circuits import Circuits, MemoryCircuits
from engine.services.connectors.targets import Targets, Treatment
from engine.services.failure import WorkFailure, WorkPostponed

_log = logging.getLogger("laneway.connectors")
_BUSY = timedelta(seconds=1)
NOTHING: Mapping[str, Treatment] = MappingProxyType({})
_LONGEST_QUEUE = timedelta(minutes=15)
_MOST_QUEUES = 10_000
_Question = Callable[[MovingWindowRateLimiter, RateLimitItem, str, str], bool]


class Governor:
    """Lets calls through, or says when they are due again; shared by all threads.

    Args:
        targets: how each system is treated.
        clock: the engine's.
        redis_url: where processes share rates and circuits; empty: each has its own.
        observer: is told of every call.
    """

    def __init__(
        self,
        targets: Targets | None = None,
        *,
        clock: Clock | None = None,
        redis_url: str = "",
        observer: Observer | None = None,
    ) -> None:
        self.observer = observer or NoObserver()
        self._targets = targets or Targets()
        self._clock = clock or SystemClock()
        self._rates = Rates(redis_url)
        self._circuits = _circuits(redis_url)
        self._bulkheads = _Bulkheads()

    def treatment(self, target: str) -> Treatment:
        """How *target* is treated."""
        return self._targets.of(target)

    def call(
        self,
        connector: str,
        target: str,
        work: Callable[[], Answer],
        *,
        besides: Mapping[str, Treatment] = NOTHING,
    ) -> Answer:
        """Do *work*, which calls *target*, when it is allowed now.

        Args:
            connector: its name, for the observer.
            target: the system.
            work: the call.
            besides: what else the call counts for, such as its contract, and how that is treated.

        Raises:
            WorkPostponed: it is not; *work* was not done.
            WorkFailure, BpmnErrorThrown: what *work* raised.
        """
        for counted, treatment in {target: self._targets.of(target), **besides}.items():
            work = partial(self._within, counted, treatment, work)
        begun = time.perf_counter()
        self.observer.call_started(connector, target)
        outcome = "failed"
        try:
            answer = work()
            outcome = "pending" if answer.is_pending else "ok"
        except Refused as refused:
            outcome = refused.outcome
            raise
        except BpmnErrorThrown:
            outcome = "error"
            raise
        else:
            return answer
        finally:
            self.observer.call_ended(connector, target, outcome, time.perf_counter() - begun)

    def pace(self, target: str) -> None:
        """Wait until one more request of a call that was let through may be made.

        Raises:
            WorkFailure: that would take longer than a call of *target* may take.
        """
        treatment = self._targets.of(target)
        left = treatment.timeout.total_seconds()
        while (wait := self._rates.take(target, treatment)) is not None:
            left -= wait.total_seconds()
            if left < 0:
                raise WorkFailure(
                    f"{target} may not be called often enough for all pages of this list. "
                    "Ask for fewer, or raise its rate."
                )
            time.sleep(wait.total_seconds())

    def _within(self, target: str, treatment: Treatment, work: Callable[[], Answer]) -> Answer:
        with self._bulkheads.enter(target, treatment, self._clock.now()):
            self._admit(target, treatment)
            return self._do(target, treatment, work)

    def _admit(self, target: str, treatment: Treatment) -> None:
        now = self._clock.now()
        # Looked at first, so that an open circuit uses up no rate and a rate no trial.
        self._pass(now, target, self._rates.wait(target, treatment))
        again = self._circuits.admit(target, now, treatment)
        if again is not None:
            raise Refused(
                "circuit-open", again, f"{target} failed too often; it is left alone for now."
            )
        self._pass(now, target, self._rates.take(target, treatment))

    @staticmethod
    def _pass(now: datetime, target: str, wait: timedelta | None) -> None:
        if wait is not None:
            raise Refused(
                "rate-limited", now + wait, f"{target} is called as often as it may be; queued."
            )

    def _do(self, target: str, treatment: Treatment, work: Callable[[], Answer]) -> Answer:
        try:
            answer = work()
        except BpmnErrorThrown:
            self._circuits.succeeded(target)
            raise
        except WorkFailure as failure:
            if _is_outage(failure):
                self._circuits.failed(target, self._clock.now(), treatment)
            else:
                self._circuits.succeeded(target)
            raise
        self._circuits.succeeded(target)
        return answer


def _circuits(redis_url: str) -> Circuits:
    """By name: Redis is imported only where processes share it."""
    if not redis_url:
        return MemoryCircuits()
    shared: Circuits = import_module("engine.services.connectors.redis_circuits").RedisCircuits(
        redis_url
    )
    return shared


def _is_outage(failure: WorkFailure) -> bool:
    if isinstance(failure, CallRefused):
        return failure.is_outage
    return not failure.is_final


class Refused(WorkPostponed):
    """A call that governance did not let through; ``outcome`` is what the observer is told."""

    def __init__(self, outcome: str, until: datetime, reason: str) -> None:
        super().__init__(until, reason)
        self.outcome = outcome


class _Bulkheads:
    """How many calls of a target this process makes at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inside: dict[str, int] = {}

    @contextmanager
    def enter(self, target: str, treatment: Treatment, now: datetime) -> Iterator[None]:
        with self._lock:
            inside = self._inside.get(target, 0)
            if inside >= treatment.concurrency:
                raise Refused(
                    "busy", now + _BUSY, f"{inside} calls of {target} run already; queued."
                )
            self._inside[target] = inside + 1
        try:
            yield
        finally:
            with self._lock:
                self._inside[target] -= 1
                if not self._inside[target]:
                    del self._inside[target]


class Rates:
    """How often each target is called, over a moving window."""

    def __init__(self, redis_url: str = "") -> None:
        self._lock = threading.Lock()
        self._own = MovingWindowRateLimiter(MemoryStorage())
        self._shared = MovingWindowRateLimiter(_storage(redis_url)) if redis_url else None
        self._queues: dict[tuple[str, str], float] = {}

    def wait(self, target: str, treatment: Treatment) -> timedelta | None:
        """``None`` when a call may be made now, else how long to wait; counts nothing.

        Each call that has to wait gets the next free place in time, so that those who wait do not
        all come back at once only to be refused again.
        """
        return self._ask(MovingWindowRateLimiter.test, target, treatment)

    def take(self, target: str, treatment: Treatment) -> timedelta | None:
        """The same, and count the call when it may be made."""
        return self._ask(MovingWindowRateLimiter.hit, target, treatment)

    def _ask(self, how: _Question, target: str, treatment: Treatment) -> timedelta | None:
        for rate in treatment.rates:
            try:
                wait = self._wait(self._shared or self._own, how, rate, target)
            except StorageError as error:
                _log.warning("Redis does not answer; rates are those of this process. %s", error)
                wait = self._wait(self._own, how, rate, target)
            if wait is not None:
                return wait
        return None

    def _wait(
        self, limiter: MovingWindowRateLimiter, how: _Question, rate: RateLimitItem, target: str
    ) -> timedelta | None:
        if how(limiter, rate, "laneway", target):
            return None
        now = SystemClock().now().timestamp()
        free = limiter.get_window_stats(rate, "laneway", target).reset_time
        interval = rate.get_expiry() / rate.amount
        place = (target, str(rate))
        with self._lock:
            if len(self._queues) >= _MOST_QUEUES:
                self._queues = {key: at for key, at in self._queues.items() if at > now}
            chosen = max(self._queues.get(place, 0.0) + interval, free, now + 0.05)
            self._queues[place] = min(chosen, now + _LONGEST_QUEUE.total_seconds())
            return timedelta(seconds=self._queues[place] - now)


def _storage(redis_url: str) -> Storage:
    storage = storage_from_string(redis_url, wrap_exceptions=True)
    assert isinstance(storage, Storage)
    assert isinstance(storage, MovingWindowSupport)
    return storage
