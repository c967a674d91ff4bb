"""Log in and out."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, redirect, render_template, request, session
from flask import url_for as address_of
from flask.typing import ResponseReturnValue
from flask_login import logout_user

from web.auth import find_person, is_local, log_in
from web.extensions import get_engine, limiter

blueprint = Blueprint("login", __name__)
DEMO_PASSWORD = "demo"  # noqa: S105 - public on purpose: only demo people have it


def _failed(response: Response) -> bool:
    """Only wrong guesses count, so that an office behind one address is not locked out."""
    return response.status_code == 401


def _named() -> str:
    return f"login:{request.form.get('login', '').strip().casefold()[:255]}"


@blueprint.get("/login")
def show() -> ResponseReturnValue:
    """The login page; a person who is already in goes on."""
    if find_person() is not None:
        return redirect(_target(request.args.get("next", "")))
    return _page(next_page=request.args.get("next", ""))


@blueprint.post("/login")
@limiter.limit("10 per minute; 100 per hour", deduct_when=_failed)
@limiter.limit("20 per minute", key_func=_named, deduct_when=_failed)
def enter() -> ResponseReturnValue:
    """Check login and password; slow guessing down, of one address and of one login."""
    login = request.form.get("login", "").strip()
    target = request.form.get("next", "")
    if not log_in(login, request.form.get("password", "")):
        return _page(next_page=target, login=login, failed=True), 401
    return redirect(_target(target), 303)


@blueprint.post("/logout")
def leave() -> ResponseReturnValue:
    """End the session."""
    logout_user()
    session.clear()
    return redirect(address_of("login.show"), 303)


def _page(*, next_page: str, login: str = "", failed: bool = False) -> str:
    people = get_engine().demo_people() if current_app.config["DEMO"] else []
    return render_template(
        "login.html",
        next=next_page,
        login=login,
        failed=failed,
        demo_people=people,
        demo_password=DEMO_PASSWORD,
    )


def _target(wanted: str) -> str:
    return wanted if is_local(wanted) else address_of("tasks.show_list")
