from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from bpmn.decisions import DecisionNotFound, evaluate, load, needs
from tests.bpmn.decisions.conftest import HERE, NOW, read

FILES = sorted(path.name for path in HERE.glob("*.dmn"))
WORDS = [
    "",
    "-",
    "number",
    "tGrade",
    "#greeting",
    "#",
    "COLLECT",
    "1 +",
    "x[1]",
    "true",
    "💥",
    "Any",
]
INPUTS = {"amount": 50, "grade": "A", "numbers": [1, "x"], "weight": {}, "the person": [None]}


@given(name=st.sampled_from(FILES), seed=st.integers(0, 2**32))
@settings(max_examples=150)
def test_a_damaged_file_gives_problems_or_null_and_never_an_exception(name, seed):
    survive(damage(read(name), random.Random(seed)))


@given(data=st.binary(max_size=200))
def test_any_bytes_are_refused(data):
    assert not load(data).is_deployable


def survive(data: bytes) -> None:
    """Load and evaluate everything in it."""
    model = load(data, [read("shop_types.dmn")]).model
    for element in model.definitions.elements if model else ():
        try:
            needs(model, element.id)
            evaluate(model, element.id, INPUTS, now=NOW)
        except DecisionNotFound:
            continue


def damage(data: bytes, rng: random.Random) -> bytes:
    """Remove, move, double and rename parts of a file."""
    root = etree.fromstring(data)
    for _ in range(rng.randint(1, 6)):
        elements = list(root.iter(etree.Element))
        rng.choice([_remove, _move, _attribute, _text, _rename])(rng, elements)
    return etree.tostring(root)


def _remove(rng, elements):
    element = rng.choice(elements)
    if element.getparent() is not None:
        element.getparent().remove(element)


def _move(rng, elements):
    element, target = rng.choice(elements), rng.choice(elements)
    target.append(etree.fromstring(etree.tostring(element)))


def _attribute(rng, elements):
    element, other = rng.choice(elements), rng.choice(elements)
    for name in other.attrib:
        element.set(name, rng.choice([*WORDS, other.get(name)]))


def _text(rng, elements):
    rng.choice(elements).text = rng.choice(WORDS)


def _rename(rng, elements):
    rng.choice(elements).tag = rng.choice(elements).tag
