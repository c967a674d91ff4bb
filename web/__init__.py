"""Let people take part: the Flask application, without SQL; every verb is the Engine's."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from engine.core import Engine
from engine.settings import Settings
from web import (
    api,
    assets,
    auth,
    decision_view,
    doors,
    drawing,
    errors,
    extensions,
    health,
    locales,
    pages,
    parking,
    problem_titles,
    security,
    session_key,
    telemetry,
    words,
)

MAX_FORM_BYTES = 1_000_000
PARTS = (
    telemetry,
    doors,
    parking,
    assets,
    auth,
    locales,
    security,
    errors,
    words,
    problem_titles,
    drawing,
    decision_view,
    health,
    pages,
    api,
)


def create_app(settings: Settings, *, engine: Engine | None = None) -> Flask:
    """Build the application.

    Args:
        settings: validated `LANEWAY_*` settings.
        engine: the engine to serve; ``None`` opens one on ``settings.database_url``.

    Returns:
        A WSGI application; ``app.extensions["laneway"]`` is its Engine.

    Raises:
        SettingInvalid: there is no secret key, and this is no demo.
    """
    app = Flask(__name__)
    is_secure = settings.public_url.startswith("https:")
    app.config.update(
        SECRET_KEY=session_key.find(settings),
        MAX_CONTENT_LENGTH=settings.max_upload_bytes,
        MAX_FORM_MEMORY_SIZE=MAX_FORM_BYTES,
        SESSION_COOKIE_NAME="laneway",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=is_secure,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=settings.session_hours),
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session: a form may stay open over lunch
        SETTINGS=settings,
        DEMO=settings.demo,
        LANGUAGE=settings.locale if settings.locale in locales.LANGUAGES else "en",
        ZONE=settings.zone,
    )
    if is_secure:
        # The server itself speaks plain HTTP, so one proxy in front of it speaks for the browser.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1)  # type: ignore[method-assign]
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    extensions.init(app, settings, engine)
    for part in PARTS:
        part.init_app(app)
    return app
