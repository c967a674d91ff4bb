"""Requests made at random, of the shapes that programs send and of others."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

KEYS = st.sampled_from(
    ["1", "0", "-1", "795924548814766906", str(2**63), "x", "%00", "..", "é", "a" * 300]
)
TEXTS = st.one_of(
    st.sampled_from(["", "order8", "charge", "paid", "<default>", "a\x00b", "\ud800", "#x", "*"]),
    st.text(max_size=20),
)
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([2**31, 2**63, -(2**63) - 1, 10**400, 0, 1]),
    st.floats(allow_nan=False, allow_infinity=False),
    TEXTS,
    st.sampled_from(["2026-01-01T00:00:00Z", "2026-01-01T00:00:00", "9999-12-31T23:59:59+14:00"]),
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXTS, inner, max_size=3)),
    max_leaves=6,
)


def bodies(names: tuple[str, ...]) -> st.SearchStrategy[dict[str, Any]]:
    """Objects that have some of *names*, each with any value."""
    return st.dictionaries(st.one_of(st.sampled_from(names), TEXTS), VALUES, max_size=6)
