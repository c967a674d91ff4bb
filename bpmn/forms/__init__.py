"""Forms: one model for every source, filled from variables and checked on the server.

Read one with `declared_form` or `generate_form`, show it with `prefill` (and `refill` while it is
typed in), take it back with `check` (an HTML post) or `check_values` (JSON).
"""

from bpmn.forms.camunda_fields import form_of_fields
from bpmn.forms.check import Checked, check, check_values
from bpmn.forms.declared import declared_form
from bpmn.forms.fill import (
    Filled,
    FilledButton,
    FilledField,
    FilledForm,
    FilledGroup,
    FilledText,
    prefill,
    refill,
    visible,
)
from bpmn.forms.form_js import parse_form
from bpmn.forms.generated import generate_form
from bpmn.forms.messages import MESSAGES, FieldProblem
from bpmn.forms.model import (
    Button,
    Component,
    Field,
    FieldType,
    Form,
    Group,
    Layout,
    Option,
    Rules,
    Separator,
    Spacer,
    Text,
    Widget,
)
from bpmn.forms.needed import Needed, needed_after
from bpmn.forms.problems import problems_of

__all__ = [
    "MESSAGES",
    "Button",
    "Checked",
    "Component",
    "Field",
    "FieldProblem",
    "FieldType",
    "Filled",
    "FilledButton",
    "FilledField",
    "FilledForm",
    "FilledGroup",
    "FilledText",
    "Form",
    "Group",
    "Layout",
    "Needed",
    "Option",
    "Rules",
    "Separator",
    "Spacer",
    "Text",
    "Widget",
    "check",
    "check_values",
    "declared_form",
    "form_of_fields",
    "generate_form",
    "needed_after",
    "parse_form",
    "prefill",
    "problems_of",
    "refill",
    "visible",
]
