"""The form that a diagram declares."""

from __future__ import annotations

from bpmn.forms.camunda_fields import form_of_fields
from bpmn.forms.form_js import parse_form
from bpmn.forms.json_schema import form_of_schema
from bpmn.forms.model import Form
from bpmn.model import FormKind, FormReference


def declared_form(
    reference: FormReference,
    *,
    file: bytes = b"",
    ui: bytes = b"",
    element_id: str = "",
    title: str = "",
) -> Form | None:
    """The form behind *reference*.

    Args:
        reference: what the user task or start event declares.
        file: the deployed file that its key names; not needed when the diagram embeds the form.
        ui: the UI schema that a JSON Schema has beside it.
        element_id: the element that declares it.
        title: the element's name.

    Returns:
        The form, or ``None`` where there is nothing to read: a bare form key, a file that is not
        deployed. `generate_form` then gives one.
    """
    if reference.kind is FormKind.FIELDS and reference.data is not None:
        return form_of_fields(reference.data, element_id=element_id, title=title)
    if reference.kind is FormKind.JSON_SCHEMA and file:
        return form_of_schema(file, ui=ui, name=reference.key, element_id=element_id, title=title)
    source = reference.body or file
    if reference.kind is FormKind.FORM_JS and source:
        return parse_form(source)
    return None
