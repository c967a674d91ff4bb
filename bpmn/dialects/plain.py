"""Diagrams without vendor names: the standard alone."""

from __future__ import annotations

from bpmn.dialects.base import Vendor


class Plain(Vendor):
    """Nothing beyond the standard."""
