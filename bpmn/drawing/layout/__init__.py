"""Gives shapes to diagrams that have none."""

from __future__ import annotations

from bpmn.drawing.layout.whole import layout

__all__ = ["layout"]
