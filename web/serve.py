"""The application for a WSGI server: ``gunicorn web.serve:app``."""

from __future__ import annotations

from engine.settings import read_settings
from web import create_app

app = create_app(read_settings())
