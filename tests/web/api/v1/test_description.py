"""The OpenAPI document: valid, complete, and for everybody."""

from __future__ import annotations

from openapi_spec_validator import validate

from tests.web.api.caller import Caller, with_key
from tests.web.site import Site

METHODS = {"get", "post", "put", "patch", "delete"}


def test_the_document_is_valid_and_needs_no_credentials(site: Site):
    answer = Caller(site).get("/api/v1/openapi.json")
    assert answer.status_code == 200
    validate(answer.json)


def test_every_view_is_described_with_its_refusal(site: Site):
    document = with_key(site).get("/api/v1/openapi.json").json
    described = {
        (path, method)
        for path, operations in document["paths"].items()
        for method in operations.keys() & METHODS
    }
    served = {
        (rule.rule.replace("<", "{").replace(">", "}"), method.lower())
        for rule in site.app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/") and rule.endpoint != "v1.show_description"
        for method in rule.methods & {name.upper() for name in METHODS}
    }
    assert described == served
    for path, method in described:
        operation = document["paths"][path][method]
        assert operation["summary"], path
        assert "application/problem+json" in operation["responses"]["default"]["content"], path
    names = document["components"]["schemas"]
    assert not [name for name in names if name[-1].isdigit()], "a schema is there twice"
