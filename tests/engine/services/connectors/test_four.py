"""Database, file, mail and text message in one diagram, from the job to the other systems."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.core import Engine
from engine.settings import Settings
from tests.engine.world import World
from tests.support.mail_server import MailServer
from tests.support.recording_server import RecordingServer


@pytest.fixture
def mails() -> Iterator[MailServer]:
    with MailServer().running() as running:
        yield running


@pytest.fixture
def four(
    world: World,
    server: RecordingServer,
    mails: MailServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> World:
    """A world with all that the diagram calls."""
    for name, value in (("ERP_DB", "sqlite:///erp.db"), ("SMS", "gateway-key")):
        monkeypatch.setenv(f"LANEWAY_SECRET_{name}", value)
    files = tmp_path / "files"
    (files / "default").mkdir(parents=True)
    with sqlite3.connect(files / "default/erp.db") as database:
        database.execute("CREATE TABLE orders (id INTEGER, name TEXT, total INTEGER)")
        database.execute("INSERT INTO orders VALUES (7, 'Ann', 120)")
    gateway = tmp_path / "sms.json"
    auth = {"type": "bearer", "token": "{{secrets.SMS}}"}
    body = {"to": "{to}", "text": "{text}"}
    gateway.write_text(
        json.dumps({"url": server.url, "method": "POST", "auth": auth, "body": body})
    )
    settings = Settings(
        outbound_allow="127.0.0.1",
        files_dir=str(files),
        smtp_url=f"smtp+plain://127.0.0.1:{mails.port}",
        mail_from="no-reply@laneway.example",
        sms_gateway=str(gateway),
        notify=False,
    )
    world.engine.close()
    world.engine = Engine.open(world.url, clock=world.clock, settings=settings)
    return world


def test_one_diagram_calls_all_four(
    four: World, server: RecordingServer, mails: MailServer, tmp_path: Path
):
    instance = four.run("four.bpmn", order=7, mail="ann@example.org", note="Here: {{secrets.SMS}}")
    four.engine.run_due_jobs()
    assert four.rows("incident") == []
    assert four.status(instance) == "COMPLETED"
    written = tmp_path / "files/default/orders/7.json"
    assert json.loads(written.read_text()) == {"name": "Ann", "total": 120}
    (mail,) = mails.mails
    assert (mail.recipients, mail.message["Subject"]) == (["ann@example.org"], "Order of Ann")
    # What came with data is data, also where the task has a secret at hand.
    assert "Here: {{secrets.SMS}}" in mail.message.get_body(("plain",)).get_content()
    (file,) = mail.message.iter_attachments()
    assert file.get_content() == "120"
    (text,) = server.arrived
    assert text.json == {"to": "+491701234567", "text": "Order 7"}
    assert text.headers["authorization"] == "Bearer gateway-key"
    assert "gateway-key" not in str(four.everything())
    assert four.variables(instance)["written"] == {"path": "orders/7.json", "size": 29}
