"""Which form a reference of the diagram means."""

from __future__ import annotations

from bpmn.forms import declared_form
from bpmn.model import Extension, FormKind, FormReference

FORM = '{"type": "default", "components": [{"type": "textfield", "key": "a"}]}'


def test_fields_in_the_diagram():
    data = Extension("camunda:formData", children=(Extension("camunda:formField", {"id": "a"}),))
    form = declared_form(FormReference(FormKind.FIELDS, data=data), element_id="T", title="Do")
    assert form is not None
    assert (form.id, form.title, form.fields[0].key) == ("T", "Do", "a")


def test_a_form_js_form_in_the_diagram_or_beside_it():
    inside = declared_form(FormReference(FormKind.FORM_JS, body=FORM))
    beside = declared_form(FormReference(FormKind.FORM_JS, key="f"), file=FORM.encode())
    assert inside is not None
    assert beside is not None
    assert inside.fields == beside.fields


def test_what_cannot_be_read_is_nothing():
    assert declared_form(FormReference(FormKind.FORM_JS, key="missing")) is None
    assert declared_form(FormReference(FormKind.KEY, key="embedded:app:x.html")) is None
