"""How programs come in: an API key as bearer token, or a person's login and password (Basic).

Sessions of browsers do not count here, so a page of somebody else's site can do nothing in the
name of a person who is logged in.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from flask import Flask, current_app, g, request
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import TooManyRequests, Unauthorized

from engine.actor import Actor
from engine.core import Engine
from engine.errors import SettingInvalid
from engine.settings import Settings
from web.api.body import require_plain_address
from web.doors import find_door
from web.extensions import get_engine

_ACCESS = "laneway-access"
REMEMBERED = timedelta(minutes=5)
MOST_REMEMBERED = 1_000
# argon2 takes 64 MiB and some 50 ms each time: a crowd of guesses must not take the machine.
AT_ONCE = 2
CHALLENGES = [WWWAuthenticate("bearer", {"realm": "Laneway"})]
CHALLENGES.append(WWWAuthenticate("basic", {"realm": "Laneway", "charset": "UTF-8"}))


def init_app(app: Flask) -> None:
    """Prepare what counts failures and remembers passwords that were right.

    Raises:
        SettingInvalid: calls without credentials are let in outside of demo mode.
    """
    settings: Settings = app.config["SETTINGS"]
    if settings.demo_api_login and not settings.demo:
        raise SettingInvalid("LANEWAY_DEMO_API_LOGIN works in demo mode only. Unset it.")
    app.extensions[_ACCESS] = Access(settings)
    app.before_request(_enter)


def _enter() -> None:
    """Find out who comes to a door, before anything else is said, even that a path is unknown."""
    door = find_door()
    view = (request.endpoint or "").split(".")[-1]
    if door is None or request.method == "OPTIONS" or view in door.public:
        return
    require_plain_address()
    access = cast("Access", current_app.extensions[_ACCESS])
    g.api_actor = access.admit(get_engine())


def get_actor() -> Actor:
    """As whom the calling program acts; only in views of a door."""
    actor: Actor = g.api_actor
    return actor


class Access:
    """Admits programs; one for each application."""

    def __init__(self, settings: Settings) -> None:
        self._limiter = FixedWindowRateLimiter(MemoryStorage())
        self._failures = RateLimitItemPerMinute(settings.api_failures)
        self._calls = RateLimitItemPerMinute(settings.api_calls) if settings.api_calls else None
        self._open_as = settings.demo_api_login
        self._passwords = _Passwords()

    def admit(self, engine: Engine) -> Actor:
        """The actor of the present request.

        Raises:
            Unauthorized: no credentials, or wrong ones.
            TooManyRequests: too many wrong ones from that address, or too many calls.
        """
        if "Authorization" not in request.headers:
            return self._visitor(engine)
        address = request.remote_addr or ""
        if not self._limiter.test(self._failures, "failures", address):
            raise TooManyRequests(
                "Too many wrong credentials came from your address. Mend them, wait a minute.",
                retry_after=60,
            )
        actor = self._find_actor(engine)
        if actor is None:
            self._limiter.hit(self._failures, "failures", address)
            raise _unauthorized("These credentials are wrong, revoked or outdated.")
        if self._calls and not self._limiter.hit(self._calls, "calls", str(actor.id)):
            raise TooManyRequests(
                f"{actor.label} makes more than {self._calls.amount} calls a minute. Slow down.",
                retry_after=60,
            )
        return actor

    def _visitor(self, engine: Engine) -> Actor:
        person = engine.find_person(self._open_as) if self._open_as else None
        if person is None or not person.is_active:
            raise _unauthorized(
                "Credentials are missing. Send an API key (Authorization: Bearer lw_...) or a "
                "login with its password (Basic)."
            )
        return person.actor

    def _find_actor(self, engine: Engine) -> Actor | None:
        given = request.authorization
        if given is None:
            return None
        if given.type == "bearer" and given.token:
            return engine.find_key_actor(given.token)
        if given.type == "basic":
            login, password = given.get("username") or "", given.get("password") or ""
            return self._passwords.find_actor(engine, login, password)
        return None


def _unauthorized(why: str) -> Unauthorized:
    return Unauthorized(why, www_authenticate=CHALLENGES)


@dataclass(frozen=True, slots=True)
class _Right:
    """A password that was right, as long as the person's epoch is the same and for a while."""

    epoch: int
    until: datetime


class _Passwords:
    """Checks passwords, and remembers the right ones for `REMEMBERED`: argon2 is slow on purpose.

    The person is read in every call, so that one who changed the password, or left, is out at once.
    """

    def __init__(self) -> None:
        self._secret = secrets.token_bytes(32)
        self._lock = threading.Lock()
        self._slots = threading.BoundedSemaphore(AT_ONCE)
        self._right: OrderedDict[bytes, _Right] = OrderedDict()

    def find_actor(self, engine: Engine, login: str, password: str) -> Actor | None:
        mark = self._mark(login, password)
        found = self._remembered(engine, login, mark)
        if found is not None:
            return found
        with self._slots:
            # Whoever waited for a slot may find the answer of the call before.
            return self._remembered(engine, login, mark) or self._verify(engine, login, password)

    def _remembered(self, engine: Engine, login: str, mark: bytes) -> Actor | None:
        with self._lock:
            known = self._right.get(mark)
        if known is None or engine.clock.now() >= known.until:
            return None
        person = engine.find_person(login)
        if person is None or not person.is_active or person.session_epoch != known.epoch:
            return None
        return person.actor

    def _verify(self, engine: Engine, login: str, password: str) -> Actor | None:
        person = engine.verify_login(login, password)
        if person is None:
            return None
        until = engine.clock.now() + REMEMBERED
        with self._lock:
            self._right[self._mark(login, password)] = _Right(person.session_epoch, until)
            if len(self._right) > MOST_REMEMBERED:
                self._right.popitem(last=False)
        return person.actor

    def _mark(self, login: str, password: str) -> bytes:
        text = f"{len(login)}:{login}{password}".encode("utf-8", "surrogatepass")
        return hmac.new(self._secret, text, hashlib.sha256).digest()
