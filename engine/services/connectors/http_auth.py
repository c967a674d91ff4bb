"""Who we are to the other system: basic, bearer, API key, and OAuth 2 with kept tokens."""

from __future__ import annotations

import hashlib
import json
import threading
import uuid
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import quote, urlencode

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from engine.services.connectors.exchange import Call, CallFailed, Reply
from engine.services.connectors.http_bodies import parse_json
from engine.services.connectors.recording import record_reply
from engine.services.connectors.transport import Transport
from engine.services.failure import WorkFailure
from engine.services.secrets import Redactor

_EARLY = timedelta(seconds=30)
"""A token is renewed so long before its end: the clocks of two machines differ."""

_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_ASSERTED = timedelta(minutes=5)
_DEFAULT_LIFE = timedelta(minutes=5)
_MOST_KEPT = 1_000
_REFUSED = {400, 401, 403}

Auth = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Credentials:
    """What is added to a request."""

    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    until: datetime


@dataclass(slots=True)
class _Place:
    """Where one token is kept; its lock lets one thread fetch while the others wait."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    token: _Token | None = None


class Authentication:
    """Turns the connector's ``auth`` into credentials; shared by all threads."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._lock = threading.Lock()
        self._places: dict[str, _Place] = {}

    def credentials(
        self, auth: Auth, *, tenant: str, now: datetime, redactor: Redactor
    ) -> Credentials:
        """What *auth* adds to a request; *redactor* hides it in what is recorded.

        Raises:
            WorkFailure: no token was given.
        """
        for name in ("password", "token", "value", "clientSecret", "privateKey"):
            redactor.cover(name, auth.get(name, ""))
        match auth["type"]:
            case "basic":
                pair = b64encode(f"{auth['username']}:{auth.get('password', '')}".encode()).decode()
                redactor.cover("password", pair)
                return Credentials({"Authorization": f"Basic {pair}"})
            case "bearer":
                return Credentials({"Authorization": f"Bearer {auth['token']}"})
            case "apiKey":
                pairs = {auth["name"]: auth["value"]}
                is_query = auth.get("in") == "query"
                return Credentials(query=pairs) if is_query else Credentials(headers=pairs)
            case "oauth2":
                token = self._token(auth, tenant, now, redactor)
                redactor.cover("accessToken", token)
                return Credentials({"Authorization": f"Bearer {token}"})
        return Credentials()

    def forget(self, auth: Auth, *, tenant: str) -> bool:
        """Drop the token that was refused; ``True`` when there was one, so a new one may help."""
        place = self._places.get(_place_of(auth, tenant)) if auth["type"] == "oauth2" else None
        if place is None or place.token is None:
            return False
        place.token = None
        return True

    def _token(self, auth: Auth, tenant: str, now: datetime, redactor: Redactor) -> str:
        key = _place_of(auth, tenant)
        with self._lock:
            if len(self._places) >= _MOST_KEPT:
                self._places.clear()
            place = self._places.setdefault(key, _Place())
        with place.lock:
            if place.token is None or place.token.until <= now:
                place.token = self._fetch(auth, now, redactor)
            return place.token.text

    def _fetch(self, auth: Auth, now: datetime, redactor: Redactor) -> _Token:
        """A new token (RFC 6749, 4.4)."""
        call = _token_call(auth, now)
        try:
            reply = self._transport.send(call)
        except CallFailed as failed:
            raise WorkFailure(
                f"No token from {auth['tokenUrl']}: {failed}", is_final=failed.is_final
            ) from failed
        found = _read(reply)
        token = found.get("access_token")
        if reply.status != 200 or not isinstance(token, str) or not token:
            redactor.cover("accessToken", str(token or ""))
            raise WorkFailure(
                f"{call.origin} gave no token, but status {reply.status} and error "
                f"{str(found.get('error'))[:100]!r}. Check client id, secret and scope.",
                request=f"POST {call.url}",
                answer=record_reply(reply, redactor),
                is_final=reply.status in _REFUSED,
            )
        return _Token(token, now + _life(found.get("expires_in")))


def _read(reply: Reply) -> Mapping[str, object]:
    try:
        found = parse_json(reply.body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _life(given: object) -> timedelta:
    """How long a token is used; one that lives shorter than the margin is used once."""
    try:
        life = timedelta(seconds=float(str(given)))
    except (ValueError, OverflowError):
        life = _DEFAULT_LIFE
    return max(life - _EARLY, timedelta(0))


def _token_call(auth: Auth, now: datetime) -> Call:
    fields = {"grant_type": "client_credentials"}
    fields |= {name: auth[name] for name in ("scope", "audience") if auth.get(name)}
    headers = {
        "Accept": "application/json",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    if "privateKey" in auth:
        fields |= {"client_assertion_type": _ASSERTION, "client_assertion": _assertion(auth, now)}
    elif auth.get("clientAuthentication") == "body":
        fields |= {"client_id": auth["clientId"], "client_secret": auth["clientSecret"]}
    else:
        # RFC 6749, 2.3.1: both are encoded as in a form before they are put together.
        pair = f"{quote(auth['clientId'], safe='')}:{quote(auth['clientSecret'], safe='')}"
        headers["Authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
    return Call("POST", auth["tokenUrl"], headers, urlencode(fields).encode(), redirects=0)


def _assertion(auth: Auth, now: datetime) -> str:
    """Who we are, signed with our key (RFC 7523, 2.2; SMART's backend services ask for it)."""
    algorithm = auth.get("algorithm", "RS384")
    kind: type[ECKey | RSAKey] = ECKey if algorithm.startswith("ES") else RSAKey
    header = {"alg": algorithm, "typ": "JWT"}
    if auth.get("keyId"):
        header["kid"] = auth["keyId"]
    claims = {
        "iss": auth["clientId"],
        "sub": auth["clientId"],
        "aud": auth["tokenUrl"],
        "jti": str(uuid.uuid4()),
        "iat": int(now.timestamp()),
        "exp": int((now + _ASSERTED).timestamp()),
    }
    try:
        key = kind.import_key(auth["privateKey"])
        return jwt.encode(header, claims, key, algorithms=[algorithm])
    except (JoseError, ValueError, TypeError) as error:
        raise WorkFailure(
            f"The private key cannot be used with {algorithm}: {type(error).__name__}. It must be "
            "PEM or a JWK, and of that kind.",
            is_final=True,
        ) from error


def _place_of(auth: Auth, tenant: str) -> str:
    """A key without the secret itself: another secret, another token."""
    parts = [tenant, *(auth.get(name, "") for name in sorted(auth))]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
