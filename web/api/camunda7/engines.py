"""What clients ask first: which engine and version this is, and where its pages are."""

from __future__ import annotations

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from web.api.camunda7.door import base_address, blueprint, read_definition_id

VERSION = "7.24.0"
"""The version of Camunda 7 whose dialect this is."""

pages = Blueprint("camunda7-pages", __name__)
"""Not below the door: addresses that Camunda Modeler opens in a browser."""


@blueprint.get("/version")
def show_version() -> ResponseReturnValue:
    """The version of Camunda 7 whose dialect this is."""
    return {"version": VERSION}


@blueprint.get("/engine")
def show_engines() -> ResponseReturnValue:
    """The one engine."""
    return [{"name": "default"}]


@pages.get("/.well-known/camunda-automation-platform/webapps")
def show_webapps() -> ResponseReturnValue:
    """Where the pages are: Camunda Modeler offers a link after a deployment."""
    here = base_address()
    return {"adminUrl": here, "cockpitUrl": f"{here}ui/", "tasklistUrl": f"{here}tasks"}


@pages.get("/ui/")
def open_cockpit() -> ResponseReturnValue:
    """The list of instances."""
    return redirect(url_for("instances.show_list"))


@pages.get("/ui/process-instance/<instance_id>")
def open_instance(instance_id: str) -> ResponseReturnValue:
    """The page of an instance."""
    return redirect(url_for("instances.show", instance_id=instance_id))


@pages.get("/ui/process-definition/<text>")
def open_definition(text: str) -> ResponseReturnValue:
    """The page of a version of a process."""
    return redirect(url_for("models.show", definition_id=read_definition_id(text)))


@pages.get("/ui/repository")
def open_repository() -> ResponseReturnValue:
    """The list of models; which deployment is asked for stays in the query, unread."""
    return redirect(url_for("models.show_list"))
