"""How work that a handler or connector does says that it failed, or is not done yet."""

from __future__ import annotations

from datetime import datetime, timedelta


class WorkFailure(Exception):
    """The work failed: it is repeated, at last it becomes an incident that shows all of this.

    Attributes:
        message: one sentence for a person: what went wrong and what to do.
        details: longer text, such as a stack or a log.
        request: what was sent, redacted and cut.
        answer: what came back, redacted and cut.
        retry_after: wait at least so long before the next attempt; ``None``: as the policy says.
        is_final: trying again cannot help; an incident is opened at once.
    """

    def __init__(
        self,
        message: str,
        *,
        details: str = "",
        request: str = "",
        answer: str = "",
        retry_after: timedelta | None = None,
        is_final: bool = False,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.details = details
        self.request = request
        self.answer = answer
        self.retry_after = retry_after
        self.is_final = is_final


class WorkPostponed(Exception):
    """The work was not tried, or its result comes later: it runs again, at no attempt's cost.

    Attributes:
        until: aware UTC time when the job is due again.
        reason: why, for a person who looks at the job.
    """

    def __init__(self, until: datetime, reason: str) -> None:
        super().__init__(reason)
        self.until = until
        self.reason = reason
