"""A program that calls the application under test, with a key or a password."""

from __future__ import annotations

from base64 import b64encode

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engine.actor import SYSTEM
from engine.core import NewApiKey
from tests.web.site import PASSWORD, Site


def basic(login: str, password: str = PASSWORD) -> str:
    """An Authorization header with login and password."""
    return "Basic " + b64encode(f"{login}:{password}".encode()).decode()


class Caller:
    """Sends its credentials with each call; no cookies."""

    def __init__(self, site: Site, authorization: str = "") -> None:
        self.site = site
        self.client: FlaskClient = site.app.test_client(use_cookies=False)
        self.headers = {"Authorization": authorization} if authorization else {}

    def call(self, method: str, path: str, **options: object) -> TestResponse:
        headers = {**self.headers, **options.pop("headers", {})}
        return self.client.open(path, method=method, headers=headers, **options)

    def get(self, path: str, **options: object) -> TestResponse:
        return self.call("GET", path, **options)

    def post(self, path: str, json: object = None, **options: object) -> TestResponse:
        if json is not None:
            options["json"] = json
        return self.call("POST", path, **options)


def with_key(site: Site, *scopes: str, name: str = "robot", person: str | None = None) -> Caller:
    """A program with an API key of its own, or of a person."""
    new = NewApiKey(name, scopes or ("admin",), person)
    return Caller(site, f"Bearer {site.engine.add_api_key(new, actor=SYSTEM).secret}")
