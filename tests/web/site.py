"""The application under test over a real engine in memory, and a browser without scripts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa
from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engine import tables
from engine.actor import SYSTEM, Actor
from engine.clock import VirtualClock
from engine.core import Engine, File, NewPerson
from engine.settings import Settings
from tests.support import schema
from tests.support.templates import COMPILED
from web import create_app

MONDAY = datetime(2026, 1, 5, 8, tzinfo=UTC)
HERE = Path(__file__).parent
PASSWORD = "correct horse"
PEOPLE = (
    NewPerson("ana", "Ana Ribeiro", groups=("clerks",)),
    NewPerson("ben", "Ben Okafor", groups=("clerks",)),
    NewPerson("iris", "Iris Lang"),
    NewPerson("ada", "Ada Admin", is_admin=True),
)
SETTINGS = Settings(secret_key="k" * 32, max_upload_bytes=200_000, notify=False)


class Site:
    """One application and its engine."""

    def __init__(self, url: str = "sqlite://", settings: Settings = SETTINGS) -> None:
        self.address = ""
        self.clock = VirtualClock(MONDAY)
        self.engine = Engine.open(url, clock=self.clock)
        schema.create_in(self.engine.database.pool)
        with self.engine.database.writing() as connection:
            rows = [{"id": "default", "name": "Default"}, {"id": "other", "name": "Other"}]
            connection.execute(sa.insert(tables.tenant), rows)
        for person in PEOPLE:
            self.engine.add_person(person, actor=SYSTEM)
        self.engine.add_group("clerks", actor=SYSTEM, name="The clerks")
        self.app = create_app(settings, engine=self.engine)
        self.app.jinja_env.bytecode_cache = COMPILED

    def browser(self, login: str = "") -> Browser:
        """A browser; with *login* that person's session is open in it."""
        browser = Browser(self.app.test_client())
        if login:
            person = self.engine.find_person(login)
            assert person
            with browser.client.session_transaction() as session:
                session["_user_id"] = f"{person.session_epoch}:{login}"
                session["_fresh"] = True
        return browser

    def session(self, login: str) -> dict[str, str]:
        """Name and value of the cookie that a browser of that person has."""
        cookie = self.browser(login).client.get_cookie(self.app.config["SESSION_COOKIE_NAME"])
        assert cookie
        return {"name": cookie.key, "value": cookie.value}

    def actor(self, login: str) -> Actor:
        person = self.engine.find_person(login)
        assert person
        return person.actor

    def deploy(self, *names: str) -> str:
        """Deploy files that stand beside the tests; the first definition's id."""
        files = [File(name, (HERE / name).read_bytes()) for name in names]
        return self.engine.deploy(files, actor=self.actor("ada")).processes[0].id

    def start(
        self, process_id: str, *, by: str = "iris", key: str = "", **variables: object
    ) -> str:
        return self.engine.start(
            process_id, actor=self.actor(by), variables=variables, business_key=key or None
        )

    def task(self, instance_id: str) -> str:
        """Id of the only open task of an instance."""
        (row,) = self.engine.instance_tasks(instance_id, actor=SYSTEM).items
        return row.id

    def review(self, *, claimed_by: str = "", **variables: object) -> tuple[str, str]:
        """Start a review; ids of the instance and of its task."""
        self.deploy("review.bpmn")
        instance = self.start("review", **{"title": "The report", **variables})
        task = self.task(instance)
        if claimed_by:
            self.engine.claim(task, actor=self.actor(claimed_by))
        return instance, task


class Browser:
    """Opens pages and posts their forms as a browser without scripts does."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, path: str, **options: object) -> Answer:
        return Answer(self.client.get(path, **options))

    def post(
        self, path: str, values: Mapping[str, object] | None = None, **options: object
    ) -> Answer:
        """Post with the token that the pages of this session carry."""
        given = {"csrf_token": self.token(), **(values or {})}
        return Answer(self.client.post(path, data=given, **options))

    def token(self) -> str:
        page = self.client.get("/login", follow_redirects=True)
        found = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
        assert found
        return found[1]


class Answer:
    """A response with its page."""

    def __init__(self, response: TestResponse) -> None:
        self.response = response
        self.status = response.status_code
        self.headers = response.headers
        self.location = response.headers.get("Location", "")

    @property
    def page(self) -> BeautifulSoup:
        return BeautifulSoup(self.response.text, "html.parser")

    @property
    def text(self) -> str:
        """What a person reads, with single spaces."""
        return " ".join(self.page.get_text(" ").split())

    def find(self, selector: str) -> Tag:
        found = self.page.select_one(selector)
        assert found is not None, f"{selector} is not in {self.text[:2000]}"
        return found

    def texts(self, selector: str) -> list[str]:
        return [" ".join(node.get_text(" ").split()) for node in self.page.select(selector)]
