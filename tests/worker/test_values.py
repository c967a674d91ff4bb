"""Variables as a worker reads and writes them."""

from __future__ import annotations

import pytest

from worker.values import decode_all, encode_all


def test_a_variable_that_cannot_be_read_comes_as_it_is(shop):
    typed = {
        "java": {"type": "Object", "value": "rO0ABXNyABNqYXZh"},
        "json": {"type": "Json", "value": "[" * 100_000},
        "day": {"type": "Date", "value": "soon"},
        "raw": {"type": "Bytes", "value": "a"},
        "rate": {"type": "Double", "value": "much"},
    }
    assert decode_all(typed) == {name: one["value"] for name, one in typed.items()}


@pytest.mark.parametrize("given", [True, 5, "x", ["a"], object()])
def test_variables_have_names(given):
    with pytest.raises(TypeError, match="by name"):
        encode_all(given)
