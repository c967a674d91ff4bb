"""Limits that no expression of a person reaches, and that every attack does."""

from __future__ import annotations

MAX_TEXT = 65_536
"""Characters in one expression or script."""

MAX_DEPTH = 100
"""Nested brackets, calls, path segments and so on; each costs a few Python frames."""

MAX_STRING = 1_000_000
"""Characters in a string that an expression builds."""

MAX_ITEMS = 1_000_000
"""Items in a list that an expression builds."""

MAX_INTEGER_BITS = 1_024
"""Size of a whole number that an expression computes: about 300 digits, as large as a float."""
