"""What vendors' attributes and elements mean: they fill the model's fields, and only here.

A dialect reads the attributes and extension elements that loading kept (`Node.attributes`,
`Node.extensions` ...), never XML.
"""

from __future__ import annotations

from collections.abc import Mapping

from bpmn.dialects.base import Facts, Vendor
from bpmn.dialects.camunda7 import Camunda7
from bpmn.dialects.camunda8 import Camunda8
from bpmn.dialects.plain import Plain
from bpmn.dialects.spiff import Spiff
from bpmn.model import Dialect

__all__ = ["Facts", "Vendor", "detect", "vendor"]

_VENDORS: Mapping[Dialect, type[Vendor]] = {
    Dialect.PLAIN: Plain,
    Dialect.CAMUNDA7: Camunda7,
    Dialect.CAMUNDA8: Camunda8,
    Dialect.SPIFF: Spiff,
}
_BY_PREFIX = {
    "camunda": Dialect.CAMUNDA7,
    "zeebe": Dialect.CAMUNDA8,
    "spiffworkflow": Dialect.SPIFF,
}
_BY_PLATFORM = {"camunda platform": Dialect.CAMUNDA7, "camunda cloud": Dialect.CAMUNDA8}


def detect(*, platform: str, uses: Mapping[str, int], declares: frozenset[str]) -> Dialect:
    """The dialect of a file.

    Args:
        platform: ``modeler:executionPlatform`` as drawn, empty when there is none.
        uses: how often a name with each canonical prefix is used.
        declares: canonical prefixes of the namespaces that the root declares.

    Returns:
        What the modeler said it is for; else the vendor whose names are used most; else the
        one that is declared; else plain.
    """
    by_platform = _BY_PLATFORM.get(platform.strip().lower())
    if by_platform:
        return by_platform
    used = max(_BY_PREFIX, key=lambda prefix: uses.get(prefix, 0))
    if uses.get(used):
        return _BY_PREFIX[used]
    return next((d for prefix, d in _BY_PREFIX.items() if prefix in declares), Dialect.PLAIN)


def vendor(dialect: Dialect, facts: Facts) -> Vendor:
    """What reads *dialect*'s names in a file with these *facts*."""
    return _VENDORS[dialect](facts)
