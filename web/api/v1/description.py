"""The OpenAPI document of this API, and who asks."""

from __future__ import annotations

import warnings
from functools import lru_cache
from typing import Any, cast

from apiflask import APIFlask
from flask import Response, jsonify

from web.api.access import get_actor
from web.api.v1.door import PREFIX, blueprint
from web.api.v1.schemas.base import Me

TITLE = "Laneway"
VERSION = "1"
ABOUT = (
    "Deploy, start and run processes, do people's tasks, send messages, evaluate decisions, mend "
    "what failed. Credentials: an API key as bearer token, or a login with its password (Basic). "
    "Refusals are problem documents (RFC 9457) with a stable `code`. Lists go on with "
    "`next_cursor`; answers to GET have an ETag."
)
_TAGS = (
    ("Deployments", "Files become definitions."),
    ("Definitions", "What is deployed."),
    ("Instances", "What runs."),
    ("Tasks", "What people do."),
    ("Messages", "What comes from outside."),
    ("Decisions", "What DMN decides."),
    ("Incidents", "What failed and waits for a person."),
    ("Jobs", "What the machine does."),
    ("Access", "Who calls."),
)


@blueprint.get("/openapi.json")
@blueprint.doc(hide=True)
def show_description() -> Response:
    """The document itself; needs no credentials."""
    return jsonify(describe())


@blueprint.get("/me")
@blueprint.output(Me)
@blueprint.doc(tags=["Access"], summary="As whom the caller acts")
def show_me() -> dict[str, object]:
    """As whom the caller acts, and what they may do."""
    actor = get_actor()
    return {
        "id": actor.id,
        "tenant_id": actor.tenant_id,
        "groups": sorted(actor.groups),
        "is_admin": actor.is_admin,
        "rights": sorted(right.value for right in actor.rights),
    }


@lru_cache(maxsize=1)
def describe() -> dict[str, Any]:
    """The OpenAPI document, made from the views and their schemas."""
    app = APIFlask(__name__, title=TITLE, version=VERSION, spec_path=None, docs_path=None)
    app.config.update(
        OPENAPI_VERSION="3.1.0",
        SERVERS=[{"url": "/"}],
        DESCRIPTION=ABOUT,
        TAGS=[{"name": name, "description": about} for name, about in _TAGS],
        AUTO_404_RESPONSE=False,
        AUTO_VALIDATION_ERROR_RESPONSE=False,
        AUTO_AUTH_ERROR_RESPONSE=False,
    )
    app.security_schemes = {
        "key": {"type": "http", "scheme": "bearer", "description": "An API key, lw_..."},
        "password": {"type": "http", "scheme": "basic"},
    }
    app.register_blueprint(blueprint, url_prefix=PREFIX)
    with app.app_context(), warnings.catch_warnings():
        # A schema that stands alone in one answer and in a list in another counts as two.
        warnings.simplefilter("ignore", UserWarning)
        document = cast("dict[str, Any]", app._get_spec("json", force_update=True))  # noqa: SLF001 - there is no public way without a request
    _add_refusals(document)
    document["security"] = [{"key": []}, {"password": []}]
    return document


def _add_refusals(document: dict[str, Any]) -> None:
    """Every operation may be refused in the one form that refusals have."""
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    schemas["Problem"] = {
        "type": "object",
        "description": "A refusal (RFC 9457).",
        "required": ["type", "title", "status", "detail", "instance", "code"],
        "properties": {
            **{part: {"type": "string"} for part in ("type", "title", "detail", "instance")},
            "status": {"type": "integer"},
            "code": {"type": "string", "description": "Stable word for programs."},
        },
    }
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for path in document["paths"].values():
        for method, operation in path.items():
            if method in {"get", "post", "put", "patch", "delete"}:
                refused = {"description": "A refusal; `code` says which.", "content": content}
                operation.setdefault("responses", {})["default"] = refused
