"""Language and time zone of a page: the person's, else what the browser and the settings say."""

from __future__ import annotations

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flask import Flask, current_app, request
from flask_babel import get_locale

from web.auth import find_person
from web.extensions import babel

LANGUAGES = {"en": "English", "de": "Deutsch"}
"""Every language that the pages speak, by its own name."""


def init_app(app: Flask) -> None:
    """Attach gettext to *app*; catalogues live in ``web/translations``."""
    app.config["BABEL_DEFAULT_LOCALE"] = "en"
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    babel.init_app(app, locale_selector=get_language, timezone_selector=lambda: get_zone().key)
    app.context_processor(lambda: {"language": get_language()})


def get_language() -> str:
    """Of the person, else the best that the browser asks for, else the setting's."""
    person = find_person()
    if person is not None and person.locale in LANGUAGES:
        return person.locale
    # Werkzeug's own best match would take "en" before "de-AT", which asks for German first.
    asked = (wanted.partition("-")[0].lower() for wanted in request.accept_languages.values())
    fallback: str = current_app.config["LANGUAGE"]
    return next((code for code in asked if code in LANGUAGES), fallback)


def is_english() -> bool:
    """Whether the page is in the language of the messages of errors and problems."""
    locale = get_locale()
    return locale is None or locale.language == "en"


def get_zone() -> ZoneInfo:
    """Of the person, else the setting's; UTC where the machine does not know it."""
    person = find_person()
    try:
        return ZoneInfo((person and person.zone) or current_app.config["ZONE"])
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
