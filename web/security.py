"""Headers that every answer carries: what a page may load, who may frame it."""

from __future__ import annotations

from flask import Flask, Response, request

# No inline script or style, nothing from elsewhere, no eval (INTEROP: bpmn-js needs neither).
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
IMMUTABLE = "public, max-age=31536000, immutable"


def init_app(app: Flask) -> None:
    """Add the headers to every answer of *app*."""
    app.after_request(_add_headers)


def _add_headers(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", POLICY)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
    if request.is_secure:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if request.path.startswith("/static/dist/assets/"):
        headers["Cache-Control"] = IMMUTABLE
    elif request.endpoint != "static":
        # Pages hold personal work: no shared cache, and the back button asks again.
        headers.setdefault("Cache-Control", "no-store")
    return response
