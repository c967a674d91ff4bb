"""Who is logged in: Flask-Login over the engine's people, and the Actor of a request."""

from __future__ import annotations

from flask import Flask, Response, g, make_response, redirect, request, session, url_for
from flask_login import UserMixin, current_user
from flask_login import login_user as remember

from engine.actor import Actor
from engine.core import Person
from web.extensions import get_engine, login_manager


class SessionPerson(UserMixin):  # type: ignore[misc] # flask-login has no types
    """The logged-in person as Flask-Login wants one."""

    def __init__(self, person: Person) -> None:
        self.person = person

    def get_id(self) -> str:
        """Login and session epoch: raising the epoch ends every session of the person."""
        return f"{self.person.session_epoch}:{self.person.id}"

    @property
    def is_active(self) -> bool:
        """False for somebody who left."""
        return self.person.is_active


def init_app(app: Flask) -> None:
    """Load people for sessions; send visitors to the login page, programs to 401."""
    login_manager.user_loader(_load)
    login_manager.unauthorized_handler(_unauthorized)
    login_manager.login_view = "login.show"
    app.context_processor(lambda: {"me": find_person()})


def find_person() -> Person | None:
    """The logged-in person, ``None`` for a visitor."""
    if "person" not in g:
        g.person = current_user.person if current_user.is_authenticated else None
    found: Person | None = g.person
    return found


def forget_person() -> None:
    """Treat the rest of this request as a visitor's: what is broken may be the database."""
    g.person = None


def get_person() -> Person:
    """The logged-in person; only behind ``login_required``."""
    person = find_person()
    assert person is not None
    return person


def get_actor() -> Actor:
    """The Actor of this request; only behind ``login_required``."""
    return get_person().actor


def log_in(login: str, password: str) -> bool:
    """Begin a session when *password* fits; False tells neither which of the two was wrong."""
    person = get_engine().verify_login(login, password)
    if person is None:
        return False
    begin_session(person)
    return True


def begin_session(person: Person) -> None:
    """A new session for *person*: nothing of what a visitor's session held goes on."""
    session.clear()
    session.permanent = True
    g.pop("person", None)
    # Made anew as well, so that a token somebody planted before is worth nothing.
    g.pop("csrf_token", None)
    remember(SessionPerson(person))


def is_local(target: str) -> bool:
    """Whether *target* is a path of this site: an open redirect would help a phisher."""
    is_path = target.startswith("/") and not target.startswith("//")
    # A browser reads a backslash as a slash and drops tabs and line ends.
    return is_path and "\\" not in target and target.isprintable()


def _load(session_id: str) -> SessionPerson | None:
    epoch, _, login = session_id.partition(":")
    person = get_engine().find_person(login)
    if person is None or not person.is_active or str(person.session_epoch) != epoch:
        return None
    return SessionPerson(person)


def _unauthorized() -> Response:
    # A form that was posted cannot be opened again by its address; the page it was on can.
    here = request.full_path.rstrip("?") if request.method == "GET" else url_for("home")
    if "HX-Request" in request.headers:
        # htmx would put a redirected login page into a part of this one.
        login = url_for("login.show", next=_page_of(request.headers.get("HX-Current-URL", "")))
        return Response(status=401, headers={"HX-Redirect": login})
    return make_response(redirect(url_for("login.show", next=here)))


def _page_of(address: str) -> str:
    """Path and query of the page that htmx works in; the front page when it is not ours."""
    own = request.host_url.rstrip("/")
    path = address.removeprefix(own) if address.startswith(own) else ""
    return path if is_local(path) else url_for("home")
