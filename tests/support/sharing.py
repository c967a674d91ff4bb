"""How pytest-xdist shares the tests among its workers."""

from __future__ import annotations

from xdist.scheduler import LoadScopeScheduling

TOGETHER = ("tests/acceptance/", "tests/browser/", "tests/engine/cli/test_serving.py")


class ByFile(LoadScopeScheduling):
    """Gives out whole files, so that what a module shares is made once.

    What drives browsers and servers stays in one worker: two at a time would starve each other.
    It comes first, as the longest piece, and the other worker has all the small ones.
    """

    def _split_scope(self, nodeid: str) -> str:
        return "processes" if nodeid.startswith(TOGETHER) else nodeid.partition("::")[0]
