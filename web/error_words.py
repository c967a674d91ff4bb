"""What went wrong and what to do now, in the person's language."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask_babel import gettext
from markupsafe import Markup, escape

from engine import errors
from web.extensions import get_engine
from web.locales import is_english
from web.words import ago

Words = str | Markup


def error_words(error: errors.EngineError) -> Words:
    """A sentence or two; an error that has none of its own says its English message."""
    words = next((WORDS[kind] for kind in type(error).__mro__ if kind in WORDS), None)
    return words(error) if words else str(error)


def http_words(status: int) -> str:
    """What an HTTP status means for a person; empty for a status that is not expected."""
    return {
        404: gettext("The address may be wrong, or what was here is gone."),
        405: gettext("This address cannot be opened. Go back and use the buttons of the page."),
        413: gettext("What was sent is larger than this server takes. Send less at once."),
        429: gettext("Wait a minute, then try again."),
        500: gettext("The server made a mistake; it is noted in its log. Try again in a minute."),
    }.get(status, "")


def name_of(login: str) -> str:
    """The name of the person with that login, else the login."""
    person = get_engine().find_person(login)
    return person.name if person else login


def _gone(error: errors.EngineError) -> Words:
    assert isinstance(error, errors.TaskGone)
    if error.how != "completed":
        return gettext("It is no longer needed: the process went another way.")
    by = name_of(error.by) if error.by else gettext("the system")
    if not error.at:
        return gettext("%(name)s completed it.", name=by)
    when = ago(datetime.fromisoformat(error.at))
    return Markup(escape(gettext("%(name)s completed it", name=by)) + " " + when + ".")  # noqa: S704 - both parts are escaped


def _taken(error: errors.EngineError) -> Words:
    assert isinstance(error, errors.TaskTaken)
    return gettext(
        "%(name)s has this task now. Ask them to release it.",
        name=name_of(error.by),
    )


def _not_found(_error: errors.EngineError) -> Words:
    return gettext("It does not exist, or you may not see it.")


def _forbidden(_error: errors.EngineError) -> Words:
    return gettext("You may look at this, but not change it. Ask an administrator.")


def _busy(_error: errors.EngineError) -> Words:
    return gettext("Too much happened here at once. Nothing was changed; try again.")


def _not_active(error: errors.EngineError) -> Words:
    assert isinstance(error, errors.NotActive)
    if error.status == "SUSPENDED":
        return gettext("It is suspended: nothing in it moves until an administrator resumes it.")
    return gettext("It is over, so this cannot be done any more.")


def _not_startable(_error: errors.EngineError) -> Words:
    return gettext("Nobody can start this process by hand: a message, a signal or a timer does.")


def _unsuitable(error: errors.EngineError) -> Words:
    # The reason is English; in that language it says everything.
    if is_english():
        return str(error)
    return gettext("This cannot be taken as it is: %(why)s", why=str(error))


WORDS: dict[type[errors.EngineError], Callable[[errors.EngineError], Words]] = {
    errors.TaskGone: _gone,
    errors.TaskTaken: _taken,
    errors.NotFound: _not_found,
    errors.Forbidden: _forbidden,
    errors.InstanceBusy: _busy,
    errors.NotActive: _not_active,
    errors.NotStartable: _not_startable,
    errors.BadInput: _unsuitable,
    errors.Conflict: _unsuitable,
}
