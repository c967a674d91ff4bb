"""DMN XML to the drawn model, every problem collected."""

from __future__ import annotations

from bpmn.decisions.reading.definitions import read

__all__ = ["read"]
