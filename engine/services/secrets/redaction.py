"""Takes secrets out of texts that people read: errors, logs, recorded requests and answers."""

from __future__ import annotations

import base64
import html
import json
import sys
import threading
import traceback
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from urllib.parse import quote, quote_plus

MOST_KEPT = 500
"""Values that one `Redactor` remembers; the ones not seen for the longest time go first."""

SHORTEST = 6
"""Characters from which on a value is also taken out of results, see `Redactor.clean`."""

_LONG_LINE = 16
_MARKS = 0xF0000  # a private plane of Unicode


class Redactor:
    """Replaces every value that it was told by the reference to it; safe between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._forms: OrderedDict[str, tuple[str, tuple[str, ...]]] = OrderedDict()
        self._pairs: tuple[tuple[str, str], ...] = ()
        """Every form and the reference that takes its place, the longest form first."""

    def cover(self, name: str, value: str) -> None:
        """Hide *value*, the secret *name* or something made of it, from now on.

        Also as it looks in a URL, in JSON, in HTML, in Base64, and line by line.
        """
        if not value.strip():
            return
        with self._lock:
            is_new = value not in self._forms
            if is_new:
                self._forms[value] = (f"{{{{secrets.{name}}}}}", tuple(_forms(value)))
            self._forms.move_to_end(value)
            while len(self._forms) > MOST_KEPT:
                self._forms.popitem(last=False)
            if is_new:
                self._pairs = self._sorted()

    def hide(self, text: str) -> str:
        """*text* with every known value replaced by ``{{secrets.NAME}}``."""
        return self._hide(text, 1)

    def hide_in(self, value: object) -> object:
        """The same for every text within lists and mappings, their keys too."""
        return _each_text(value, self.hide)

    def clean(self, value: object) -> object:
        """The same for a result on its way into variables.

        Values of fewer than `SHORTEST` characters stay: they are no secrets, and ordinary data
        that happens to be equal must not be changed.
        """
        return _each_text(value, lambda text: self._hide(text, SHORTEST))

    def hide_object(self, value: object) -> object:
        """Anything else as the log would show it, when that tells a secret; else as it is."""
        shown = repr(value)
        hidden = self.hide(shown)
        return value if hidden == shown else hidden

    def _sorted(self) -> tuple[tuple[str, str], ...]:
        pairs = ((form, shown) for shown, forms in self._forms.values() for form in forms)
        return tuple(sorted(pairs, key=lambda pair: -len(pair[0])))

    def _hide(self, text: str, shortest: int) -> str:
        # The longest first, since one secret may be a part of another; a mark that no text has
        # stands for each, since a secret may be a part of the text that replaces it.
        marks: dict[int, str] = {}
        for form, shown in self._pairs:
            if len(form) < shortest:
                break
            if form in text:
                mark = _MARKS + len(marks)
                marks[mark] = shown
                text = text.replace(form, chr(mark))
        return text.translate(marks) if marks else text


def _same(value: object) -> object:
    return value


def _each_text(
    value: object,
    hide: Callable[[str], str],
    other: Callable[[object], object] = _same,
) -> object:
    if isinstance(value, str):
        return hide(value)
    if isinstance(value, Mapping):
        return {
            _each_text(key, hide, other): _each_text(item, hide, other)
            for key, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [_each_text(item, hide, other) for item in value]
    return other(value)


def _forms(value: str) -> Iterator[str]:
    plain = value.strip()
    found = {
        value,
        plain,
        quote(plain, safe=""),
        quote(plain),
        quote_plus(plain),
        json.dumps(plain)[1:-1],
        json.dumps(plain, ensure_ascii=False)[1:-1],
        html.escape(plain),
        repr(plain)[1:-1],
        base64.b64encode(plain.encode()).decode(),
        base64.urlsafe_b64encode(plain.encode()).decode(),
    }
    # A key file that an error message quotes in part.
    lines = plain.splitlines()
    if len(lines) > 1:
        found.update(line.strip() for line in lines if len(line.strip()) >= _LONG_LINE)
    yield from (form for form in found if form)


SEEN = Redactor()
"""Every secret that this process has resolved, for its log."""


def hide_secrets(
    _logger: object, _method: str, event: MutableMapping[str, object]
) -> MutableMapping[str, object]:
    """A structlog processor: no secret that this process has resolved reaches the log.

    Put it last before the renderer. A stack that quotes a secret becomes text under ``stack``.
    """
    error = _error_of(event.get("exc_info"))
    if error is not None:
        stack = "".join(traceback.format_exception(error))
        if SEEN.hide(stack) != stack:
            del event["exc_info"]
            event["stack"] = SEEN.hide(stack)
    for key, value in event.items():
        if key != "exc_info" and not key.startswith("_"):
            event[key] = _each_text(value, SEEN.hide, SEEN.hide_object)
    return event


def _error_of(given: object) -> BaseException | None:
    """The exception that structlog's ``exc_info`` means."""
    if isinstance(given, BaseException):
        return given
    if isinstance(given, tuple):
        return given[1] if isinstance(given[1], BaseException) else None
    return sys.exc_info()[1] if given else None
