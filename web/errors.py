"""Which status each error class has, once, and the page that says what to do about it.

Programs get data instead of a page: `web.doors`.
"""

from __future__ import annotations

from flask import Flask, Response, make_response, render_template, request
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from markupsafe import Markup
from werkzeug.exceptions import HTTPException

from engine import errors
from web import doors
from web.auth import forget_person
from web.error_words import error_words, http_words

STATUS: dict[type[errors.EngineError], int] = {
    errors.NotFound: 404,
    errors.Forbidden: 403,
    errors.Conflict: 409,
    errors.BadInput: 400,
    errors.EngineError: 500,
}

_KEPT = ("Retry-After", "Allow", "WWW-Authenticate")


def status_of(error: errors.EngineError) -> int:
    """The HTTP status of the most specific class that is mapped."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def init_app(app: Flask) -> None:
    """Answer the engine's errors and HTTP's own with a page that fits."""
    app.add_template_filter(error_words)
    app.register_error_handler(errors.EngineError, _engine_error)
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(HTTPException, _http_error)


def _engine_error(error: errors.EngineError) -> Response:
    door = doors.find_door()
    if door is not None:
        return door.say(doors.Refusal(status_of(error), error.code, str(error), error))
    return _page(status_of(error), error.code, error_words(error))


def _stale_form(_error: CSRFError) -> Response:
    words = gettext("The page was open too long, or you logged in again elsewhere. Reload it.")
    return _page(400, "form-stale", words)


def _http_error(error: HTTPException) -> Response:
    if error.response is not None:
        return make_response(error.response)
    status = error.code or 500
    code = (error.name or "error").lower().replace(" ", "-")
    headers = tuple(header for header in error.get_headers() if header[0] in _KEPT)
    door = doors.find_door()
    if door is not None:
        return door.say(
            doors.Refusal(status, code, error.description or error.name, headers=headers)
        )
    response = _page(status, code, http_words(status) or error.description or "")
    response.headers.extend(headers)
    return response


def _page(status: int, code: str, message: str | Markup) -> Response:
    if status >= 500:
        forget_person()
    template = "errors/note.html" if "HX-Request" in request.headers else "errors/page.html"
    body = render_template(template, status=status, code=code, message=message)
    return make_response(body, status)
