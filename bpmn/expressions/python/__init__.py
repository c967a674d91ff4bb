"""Python in diagrams: RestrictedPython's compiler, a whitelist of everything, a budget.

``compile_python_script`` for script tasks, ``compile_python`` for expressions.
"""

from __future__ import annotations

from bpmn.expressions.python.script import PythonScript, compile_python, compile_python_script

__all__ = ["PythonScript", "compile_python", "compile_python_script"]
