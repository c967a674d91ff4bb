"""Circuit breakers that processes share through Redis.

Imported by name where an installation has one: the client takes a tenth of a second to load.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from redis import Redis
from redis.exceptions import RedisError

from engine.services.connectors.circuits import LOOK_AGAIN, MemoryCircuits
from engine.services.connectors.targets import Treatment

_log = logging.getLogger("laneway.connectors")
_MEMORY = timedelta(days=1)
"""How long Redis remembers a circuit that nobody calls."""


class RedisCircuits:
    """Circuits that all processes share; where Redis does not answer, each has its own."""

    def __init__(self, url: str) -> None:
        self._redis = Redis.from_url(url, socket_timeout=2, socket_connect_timeout=2)
        self._own = MemoryCircuits()

    def admit(self, target: str, now: datetime, treatment: Treatment, /) -> datetime | None:
        """As `Circuits.admit`; what Redis says counts by Redis' own time."""
        try:
            left = _whole(self._redis.pttl(_key(target, "open")))
            if left > 0:
                return now + timedelta(milliseconds=left)
            if not self._redis.exists(_key(target, "tripped")):
                return None
            is_first = self._redis.set(_key(target, "trial"), "1", nx=True, px=treatment.timeout)
        except RedisError as error:
            _tell(error)
            return self._own.admit(target, now, treatment)
        return None if is_first else now + LOOK_AGAIN

    def succeeded(self, target: str, /) -> None:
        """As `Circuits.succeeded`."""
        self._own.succeeded(target)
        try:
            parts = ("open", "tripped", "trial", "failures")
            self._redis.delete(*(_key(target, part) for part in parts))
        except RedisError as error:
            _tell(error)

    def failed(self, target: str, now: datetime, treatment: Treatment, /) -> None:
        """As `Circuits.failed`."""
        self._own.failed(target, now, treatment)
        try:
            failures = _whole(self._redis.incr(_key(target, "failures")))
            self._redis.pexpire(_key(target, "failures"), _MEMORY)
            tripped = _key(target, "tripped")
            if failures < treatment.failures and not self._redis.exists(tripped):
                return
            self._redis.set(_key(target, "open"), "1", px=treatment.pause)
            self._redis.set(tripped, "1", px=treatment.pause + _MEMORY)
            self._redis.delete(_key(target, "trial"))
        except RedisError as error:
            _tell(error)


def _key(target: str, part: str) -> str:
    return f"laneway:circuit:{{{target}}}:{part}"


def _whole(value: object) -> int:
    assert isinstance(value, int)
    return value


def _tell(error: RedisError) -> None:
    _log.warning("Redis does not answer; circuits are those of this process. %s", error)
