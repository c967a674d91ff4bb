"""Which server this is, by every address that clients try, and where its pages are."""

from __future__ import annotations

import pytest

from tests.web.api.camunda7.client import Client


@pytest.mark.parametrize(
    "prefix", ["/engine-rest", "/rest", "/engine-rest/engine/default", "/rest/engine/default"]
)
def test_every_address_leads_to_the_same_calls(still, prefix):
    client = Client(still.caller, prefix)
    assert client.get("/version") == {"version": "7.24.0"}
    assert client.get("/engine") == [{"name": "default"}]
    (deployment,) = client.get("/deployment")
    assert deployment["links"][0]["href"].startswith(f"http://localhost{prefix}/deployment/")


@pytest.mark.parametrize("path", ["/restless/version", "/engine-restore/version"])
def test_what_only_begins_alike_is_no_address_of_it(still, path):
    assert still.caller.get(path).status_code == 404


def test_the_pages_are_told_without_credentials(site):
    told = site.browser().get("/.well-known/camunda-automation-platform/webapps").response.json
    assert told["cockpitUrl"] == "http://localhost/ui/"


@pytest.mark.parametrize(
    ("path", "page"),
    [
        ("/ui/", "/instances"),
        ("/ui/process-instance/x", "/instances/x"),
        ("/ui/process-definition/order:1:x", "/models/x"),
        ("/ui/repository?deploymentsQuery=[]", "/models"),
    ],
)
def test_addresses_of_the_modeler_lead_to_pages(site, path, page):
    assert site.browser().get(path).location == page


def test_incidents_are_filtered(still):
    assert still.get("/incident", processDefinitionKeyIn="order", incidentType="failedJob") == []
    assert still.get("/incident", tenantIdIn="elsewhere") == []
    assert still.get("/incident/count", tenantIdIn="elsewhere") == {"count": 0}
    answer = still.call("GET", "/incident", query_string={"executionId": "x"})
    assert answer.status_code == 400
