"""FEEL's compiler: one module for each family of nodes, which fill the table in ``core``."""

from __future__ import annotations

from bpmn.expressions.feel.compiling import calls, core, iterations, operators, tests, values

__all__ = ["calls", "core", "iterations", "operators", "tests", "values"]
