"""Flask extensions, one instance each, and the one Engine of the application."""

from __future__ import annotations

from typing import cast

from flask import Flask, current_app
from flask_babel import Babel
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager
from flask_sqlalchemy import SQLAlchemy
from flask_wtf.csrf import CSRFProtect

from engine.core import Engine
from engine.settings import Settings
from engine.store.database import Database, address_of, pool_options
from engine.tables import metadata

db = SQLAlchemy(metadata=metadata)
login_manager = LoginManager()
csrf = CSRFProtect()
babel = Babel()
limiter = Limiter(key_func=get_remote_address, headers_enabled=True, storage_uri="memory://")


def init(app: Flask, settings: Settings, engine: Engine | None) -> None:
    """Attach the extensions; without *engine* open one on the pool of Flask-SQLAlchemy."""
    if engine is None:
        address = address_of(settings.database_url)
        app.config["SQLALCHEMY_DATABASE_URI"] = address
        app.config["SQLALCHEMY_ENGINE_OPTIONS"] = pool_options(address)
        db.init_app(app)
        with app.app_context():
            engine = Engine(Database(db.engine, settings.sqlite_synchronous), settings=settings)
    app.extensions["laneway"] = engine
    login_manager.init_app(app)
    csrf.init_app(app)
    limiter.init_app(app)


def get_engine() -> Engine:
    """The Engine of the current application."""
    return cast("Engine", current_app.extensions["laneway"])
