"""Request ids, and who may read the metrics."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.web.site import Site
from web import create_app


def test_every_answer_names_its_request(site: Site):
    client = site.app.test_client()
    assert client.get("/healthz", headers={"X-Request-ID": "r-1"}).headers["X-Request-ID"] == "r-1"
    made = client.get("/healthz", headers={"X-Request-ID": "bad id\t"}).headers["X-Request-ID"]
    assert len(made) == 32


def test_metrics_are_read_from_this_machine_alone(site: Site):
    client = site.app.test_client()
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert b"laneway_jobs_due" in answer.data
    far = {"REMOTE_ADDR": "203.0.113.9"}
    assert client.get("/metrics", environ_base=far).status_code == 404
    proxied = {"X-Forwarded-For": "203.0.113.9"}
    assert client.get("/metrics", headers=proxied).status_code == 404


@pytest.mark.parametrize(
    ("header", "status"), [("Bearer 0123456789abcdef", 200), ("Bearer wrong", 404), ("", 404)]
)
def test_with_a_token_only_who_sends_it_reads_them(site: Site, header: str, status: int):
    settings = replace(site.app.config["SETTINGS"], metrics_token="0123456789abcdef")
    client = create_app(settings, engine=site.engine).test_client()
    headers = {"Authorization": header} if header else {}
    assert client.get("/metrics", headers=headers).status_code == status
