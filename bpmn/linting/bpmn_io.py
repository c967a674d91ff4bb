"""bpmnlint's rules, as the package ``bpmn-io`` ports them; its only door.

Pinned to one version (0.2.2): its author calls it pre-alpha. It reported the same as bpmnlint
11.15.0 for all but 3 of 2,918 files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, cast

from bpmn_io import BpmnModdle, ParseError
from bpmn_io.lint.resolver import NodeResolver
from bpmn_io.lint.test_rule import test_rule
from bpmn_io.moddle.base import ModdleElement

from bpmn.linting.port import Finding, LinterFailed

# What an error of the package's own can be; a diagram is not to blame for it.
_FAILURES = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    ParseError,
    RuntimeError,
    TypeError,
    ValueError,
)


class BpmnIoLinter:
    """The port's implementation; holds nothing, so all threads may share one."""

    def lint(self, xml: str, rules: tuple[str, ...]) -> tuple[Finding, ...]:
        """Findings in the order of *rules*.

        Raises:
            LinterFailed: the package cannot read the file, or one of its rules broke.
        """
        try:
            root = cast("ModdleElement", BpmnModdle().from_xml(xml).root_element)
            return tuple(found for rule in rules for found in _apply(root, rule))
        except _FAILURES as error:
            raise LinterFailed(f"{type(error).__name__}: {error}") from error


@cache
def _factory(rule: str) -> Callable[[], dict[str, Any]]:
    """What makes *rule*: a made one holds what it has seen, so each file needs its own."""
    found = NodeResolver().resolve_rule("bpmnlint", rule)
    if found is None:
        raise LinterFailed(f"The rule {rule!r} is unknown")
    return cast("Callable[[], dict[str, Any]]", found)


def _apply(root: ModdleElement, rule: str) -> Iterator[Finding]:
    for report in test_rule(root, _factory(rule)()):
        yield Finding(
            rule=rule,
            element=str(report.get("id") or ""),
            message=str(report.get("message") or ""),
        )
