"""How long a failed job waits before its next attempt."""

from __future__ import annotations

from datetime import timedelta

from engine.commands.run_job import Job
from engine.commands.transaction import Transaction
from engine.runtime.timers import TimerInvalid, moment
from engine.runtime.waits import DEFAULT_RETRIES

LONGEST = timedelta(hours=12)


def pause_before(tx: Transaction, job: Job, left: int, *, default: timedelta) -> timedelta:
    """The pause before the next attempt when *left* attempts are left.

    The diagram's ``failedJobRetryTimeCycle`` counts first: ``R3/PT10M`` waits ten minutes each
    time, ``PT1M,PT5M`` one, then five. Else *default*, doubled with every attempt.
    """
    if not left:
        return timedelta(0)
    node = tx.definition(job.definition_id).model.node.get(job.element_id)
    if node is not None and node.retry_cycle is not None:
        pauses = _pauses(node.retry_cycle.text)
        chosen = pauses[max(len(pauses) - left, 0)]
        try:
            return min(moment(chosen, tx.now) - tx.now, LONGEST)
        except TimerInvalid:
            return default
    failed_before = max(DEFAULT_RETRIES - left - 1, 0)
    return min(default * 2**failed_before, LONGEST) if default else default


def _pauses(text: str) -> list[str]:
    plain = text.strip().split("/", 1)[-1]
    return [part.strip() for part in plain.split(",")]
