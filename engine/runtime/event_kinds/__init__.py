"""One file per kind of event definition; adding one is adding a file and its lines here."""

from __future__ import annotations

from collections.abc import Mapping

from bpmn.model import EventKind
from engine.runtime.event_kinds.base import Catching, Throwing
from engine.runtime.event_kinds.cancel import Cancel
from engine.runtime.event_kinds.compensation import Compensation
from engine.runtime.event_kinds.conditional import Conditional
from engine.runtime.event_kinds.error import Error
from engine.runtime.event_kinds.escalation import Escalation
from engine.runtime.event_kinds.link import Link
from engine.runtime.event_kinds.message import Message
from engine.runtime.event_kinds.signal import Signal
from engine.runtime.event_kinds.terminate import Terminate
from engine.runtime.event_kinds.timer import Timer

MESSAGE = Message()
_SIGNAL = Signal()

CATCHING: Mapping[EventKind, Catching] = {
    EventKind.CONDITIONAL: Conditional(),
    EventKind.MESSAGE: MESSAGE,
    EventKind.SIGNAL: _SIGNAL,
    EventKind.TIMER: Timer(),
}
THROWING: Mapping[EventKind, Throwing] = {
    EventKind.CANCEL: Cancel(),
    EventKind.COMPENSATION: Compensation(),
    EventKind.ERROR: Error(),
    EventKind.ESCALATION: Escalation(),
    EventKind.LINK: Link(),
    EventKind.MESSAGE: MESSAGE,
    EventKind.SIGNAL: _SIGNAL,
    EventKind.TERMINATE: Terminate(),
}
# Nobody listens to these: who throws one looks for its handler (`engine.runtime.handlers`).
UNARMED = frozenset(
    {
        EventKind.CANCEL,
        EventKind.COMPENSATION,
        EventKind.ERROR,
        EventKind.ESCALATION,
        EventKind.LINK,
    }
)
