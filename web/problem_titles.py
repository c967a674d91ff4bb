"""What kind of problem a diagram, decision or form has, in the person's language.

The sentence with the fact and what to do comes from `bpmn` and is English; where the page is in
another language, this title stands before it.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask import Flask
from flask_babel import gettext, lazy_gettext

from bpmn.model import Problem
from web.locales import is_english

TITLES: Mapping[str, object] = {
    "ad-hoc-empty": lazy_gettext("An ad-hoc sub-process is empty"),
    "ad-hoc-start-or-end": lazy_gettext("An ad-hoc sub-process has a start or end event"),
    "boundary-in-other-scope": lazy_gettext(
        "A boundary event is in another sub-process than its activity"
    ),
    "boundary-must-interrupt": lazy_gettext("A boundary event must interrupt"),
    "boundary-unattached": lazy_gettext("A boundary event is attached to nothing"),
    "boundary-without-event": lazy_gettext("A boundary event waits for nothing"),
    "call-data": lazy_gettext("A call activity and what it calls differ in their data"),
    "call-target-missing": lazy_gettext("A call activity calls no process"),
    "cancel-not-caught": lazy_gettext("A cancel end event is not caught by its transaction"),
    "cancel-outside-transaction": lazy_gettext("A cancel event is outside of a transaction"),
    "catch-without-event": lazy_gettext("A catch event waits for nothing"),
    "compensation-handler-elsewhere": lazy_gettext(
        "A compensation handler is in another sub-process"
    ),
    "compensation-handler-unused": lazy_gettext(
        "No boundary event leads to a compensation handler"
    ),
    "compensation-out-of-reach": lazy_gettext("What is to be compensated is out of reach"),
    "compensation-without-handler": lazy_gettext("A compensation event has no handler"),
    "complex-without-condition": lazy_gettext("A complex gateway has no activation condition"),
    "condition-constant": lazy_gettext("A condition is always the same value"),
    "condition-ignored": lazy_gettext("A condition is ignored"),
    "condition-missing": lazy_gettext("A conditional event has no condition"),
    "condition-not-allowed": lazy_gettext("A flow has a condition where none may be"),
    "condition-not-supplied": lazy_gettext("Nothing sets a variable that a condition reads"),
    "conditional-flow-alone": lazy_gettext("The only outgoing flow has a condition"),
    "contract-changed": lazy_gettext("A process changed its contract"),
    "contract-deprecated": lazy_gettext("The contract of a process is deprecated"),
    "contract-duplicate": lazy_gettext("Two contracts have one name"),
    "contract-over": lazy_gettext("The contract of a process is over"),
    "contract-unknown": lazy_gettext("There is no such contract"),
    "correlation-incomplete": lazy_gettext("A correlation is incomplete"),
    "data-direction": lazy_gettext("Data flow in the wrong direction"),
    "data-item-in-no-set": lazy_gettext("A data input or output is in no set"),
    "data-set-item": lazy_gettext("A data set lists what is not its own"),
    "data-set-missing": lazy_gettext("A data set is missing"),
    "data-set-pair": lazy_gettext("Two data sets do not name each other"),
    "data-sources": lazy_gettext("A data association has too many sources"),
    "data-structure": lazy_gettext("Data are copied to another structure"),
    "decision-binding": lazy_gettext("The version of a decision cannot be found"),
    "decision-cycle": lazy_gettext("Decisions require each other in a circle"),
    "decision-id-duplicate": lazy_gettext("Two decisions have one id"),
    "decision-id-too-long": lazy_gettext("The id of a decision is too long"),
    "decision-language-unknown": lazy_gettext("A decision uses an unknown expression language"),
    "decision-mapping-unknown": lazy_gettext(
        "The result of a decision is mapped in an unknown way"
    ),
    "decision-values-imported": lazy_gettext("An expression is in another file"),
    "decision-without-logic": lazy_gettext("A decision has no logic"),
    "default-flow-condition": lazy_gettext("A default flow has a condition"),
    "default-ignored": lazy_gettext("A default flow is ignored"),
    "default-not-outgoing": lazy_gettext("A default flow starts elsewhere"),
    "default-with-condition": lazy_gettext("A default flow has a condition"),
    "element-id-twice": lazy_gettext("Two elements have one id"),
    "element-ignored": lazy_gettext("Something drawn has no effect"),
    "element-lost": lazy_gettext("Something drawn could not be read"),
    "element-refused": lazy_gettext("An element does not run yet"),
    "element-unknown": lazy_gettext("An element is unknown"),
    "element-without-id": lazy_gettext("An element has no id"),
    "event-data-missing": lazy_gettext("An event carries data that nobody takes"),
    "event-gateway": lazy_gettext("An event-based gateway is drawn wrongly"),
    "event-gateway-flows": lazy_gettext("An event-based gateway has too few flows"),
    "event-gateway-parallel": lazy_gettext(
        "A parallel event-based gateway does not begin the process"
    ),
    "event-gateway-target": lazy_gettext(
        "An event-based gateway leads to something that does not wait"
    ),
    "event-gateway-target-shared": lazy_gettext(
        "What follows an event-based gateway has other flows too"
    ),
    "event-kind": lazy_gettext("An event of this kind may not stand here"),
    "event-sub-process-start": lazy_gettext(
        "An event sub-process needs one start event with a trigger"
    ),
    "event-without-outgoing": lazy_gettext("Nothing follows an event"),
    "expression-informal": lazy_gettext("An expression is not marked as formal"),
    "expression-syntax": lazy_gettext("An expression cannot be read"),
    "expression-too-large": lazy_gettext("An expression is too long"),
    "file-empty": lazy_gettext("The file is empty"),
    "file-has-doctype": lazy_gettext("The file has a DOCTYPE"),
    "file-is-archive": lazy_gettext("The file is an archive"),
    "file-name-duplicate": lazy_gettext("Two files have one name"),
    "file-name-invalid": lazy_gettext("The name of the file cannot be used"),
    "file-not-bpmn": lazy_gettext("The file is no BPMN diagram"),
    "file-not-dmn": lazy_gettext("The file is no DMN decision"),
    "file-not-readable": lazy_gettext("The file cannot be read"),
    "file-not-xml": lazy_gettext("The file is no XML"),
    "file-too-deep": lazy_gettext("The file is nested too deep"),
    "file-too-large": lazy_gettext("The file is too large"),
    "file-too-many-attributes": lazy_gettext("An element has too many attributes"),
    "file-too-many-elements": lazy_gettext("The file has too many elements"),
    "file-too-many-processes": lazy_gettext("The file has too many processes"),
    "file-unknown": lazy_gettext("Files of this kind are not deployed"),
    "flow-at-compensation": lazy_gettext("A flow is connected to a compensation"),
    "flow-at-event-sub-process": lazy_gettext("A flow is connected to an event sub-process"),
    "flow-crosses-scope": lazy_gettext("A flow crosses the border of a sub-process"),
    "flow-into-boundary": lazy_gettext("A flow leads into a boundary event"),
    "flow-into-start": lazy_gettext("A flow leads into a start event"),
    "flow-out-of-end": lazy_gettext("A flow leaves an end event"),
    "flow-source-missing": lazy_gettext("A flow starts nowhere"),
    "flow-target-missing": lazy_gettext("A flow leads nowhere"),
    "form-attribute-invalid": lazy_gettext("A form has an unsuitable value"),
    "form-attribute-unknown": lazy_gettext("A form has an unknown attribute"),
    "form-business-key-missing": lazy_gettext("The business key is no field of the form"),
    "form-child-unknown": lazy_gettext("A form has an unknown part"),
    "form-component-invalid": lazy_gettext("A part of a form cannot be read"),
    "form-component-refused": lazy_gettext("A part of a form does not run here"),
    "form-date-pattern-invalid": lazy_gettext("A date pattern cannot be used"),
    "form-default-invalid": lazy_gettext("The default of a field does not suit it"),
    "form-duplicate-id": lazy_gettext("Two parts of a form have one id"),
    "form-duplicate-key": lazy_gettext("Two fields have one key"),
    "form-expression-invalid": lazy_gettext("An expression of a form is wrong"),
    "form-field-type-unknown": lazy_gettext("A field has an unknown type"),
    "form-file": lazy_gettext("The file of a form is not deployed with it"),
    "form-id-duplicate": lazy_gettext("Two forms have one id"),
    "form-id-missing": lazy_gettext("A form has no id"),
    "form-key-inside-key": lazy_gettext("The key of a field lies inside another"),
    "form-key-invalid": lazy_gettext("The key of a field names no variable"),
    "form-key-missing": lazy_gettext("A field has no key"),
    "form-key-unknown": lazy_gettext("A form is outside of the diagram"),
    "form-limit-invalid": lazy_gettext("A limit of a field cannot be used"),
    "form-limits-contradict": lazy_gettext("The limits of a field contradict each other"),
    "form-no-options": lazy_gettext("A field has nothing to choose from"),
    "form-not-json": lazy_gettext("The form is no JSON"),
    "form-option-invalid": lazy_gettext("An option of a field cannot be used"),
    "form-pattern-invalid": lazy_gettext("A pattern of a field cannot be used"),
    "form-schema-newer": lazy_gettext("The form is of a newer kind"),
    "form-schema-part": lazy_gettext("A part of a JSON Schema is not checked"),
    "form-schema-reference": lazy_gettext("A reference in a JSON Schema leads nowhere"),
    "form-schema-type": lazy_gettext("A field of a JSON Schema cannot be filled in"),
    "form-too-deep": lazy_gettext("The form is nested too deep"),
    "form-too-large": lazy_gettext("The form is too large"),
    "form-too-many-components": lazy_gettext("The form has too many parts"),
    "form-type-unknown": lazy_gettext("The form is of an unknown kind"),
    "form-validator-refused": lazy_gettext("A check of a field does not run here"),
    "function-kind-unsupported": lazy_gettext("A function is in another language"),
    "function-unknown": lazy_gettext("A function is unknown"),
    "gateway-direction": lazy_gettext("A gateway has other flows than it says"),
    "gateway-flow-without-condition": lazy_gettext("A flow out of a gateway has no condition"),
    "gateway-no-default": lazy_gettext("A gateway has no default flow"),
    "gateway-single-condition": lazy_gettext("The only flow out of a gateway has a condition"),
    "handler-twice": lazy_gettext("Two events catch the same"),
    "id-duplicate": lazy_gettext("One id is used twice"),
    "import-missing": lazy_gettext("An imported file is missing"),
    "input-without-expression": lazy_gettext("An input column has no expression"),
    "instantiate-inside": lazy_gettext("What starts a process is inside of it"),
    "io-binding-mismatch": lazy_gettext("Inputs and outputs do not fit together"),
    "iterator-name-missing": lazy_gettext("An iteration has no variable"),
    "link-unpaired": lazy_gettext("A link event has no partner"),
    "link-with-flow": lazy_gettext("A link event has a flow too many"),
    "lint-failed": lazy_gettext("The style was not checked"),
    "lint-skipped": lazy_gettext("The style was not checked"),
    "listener-empty": lazy_gettext("A listener does nothing"),
    "listener-event": lazy_gettext("A listener is told of an unknown event"),
    "listener-never-told": lazy_gettext("A listener is never told"),
    "listener-without-time": lazy_gettext("A timeout listener has no time"),
    "loop-behavior": lazy_gettext("The behavior of a loop contradicts itself"),
    "loop-data": lazy_gettext("The data of a loop are not its own"),
    "loop-data-structure": lazy_gettext("The data of a loop have another structure"),
    "loop-maximum": lazy_gettext("The maximum of a loop cannot be used"),
    "loop-without-end": lazy_gettext("A loop has no end"),
    "message-flow": lazy_gettext("A message flow is drawn wrongly"),
    "message-missing": lazy_gettext("No message is named"),
    "message-without-name": lazy_gettext("A message has no name"),
    "multi-instance-two-counts": lazy_gettext("A multi-instance activity has two counts"),
    "multi-instance-without-count": lazy_gettext("A multi-instance activity has no count"),
    "name-without-effect": lazy_gettext("A vendor's name does nothing where it stands"),
    "node-unreached": lazy_gettext("An element is never reached"),
    "operation-structure": lazy_gettext("An operation has data of another structure"),
    "parallel-multiple-kind": lazy_gettext("One of several triggers cannot be waited for"),
    "parallel-multiple-single": lazy_gettext("Several triggers are asked for, and one is drawn"),
    "participant-multiplicity": lazy_gettext("A pool stands for several participants"),
    "participant-process-missing": lazy_gettext("A pool names no process of this file"),
    "process-empty": lazy_gettext("A process is empty"),
    "process-id-duplicate": lazy_gettext("Two processes have one id"),
    "process-id-too-long": lazy_gettext("The id of a process is too long"),
    "process-missing": lazy_gettext("The file has no process"),
    "process-not-executable": lazy_gettext("The process is only shown"),
    "quantity-invalid": lazy_gettext("A quantity cannot be used"),
    "reference-dangling": lazy_gettext("A reference leads nowhere"),
    "relation-row-length": lazy_gettext("A row of a relation has too few or too many cells"),
    "requirement-missing": lazy_gettext("A required decision is missing"),
    "rule-length": lazy_gettext("A rule has too few or too many cells"),
    "schema": lazy_gettext("The file does not follow the schema of BPMN"),
    "schema-skipped": lazy_gettext("The schema was not checked"),
    "script-file": lazy_gettext("The file of a script is missing or wrong"),
    "script-format-unknown": lazy_gettext("A script is in an unknown language"),
    "script-forbidden": lazy_gettext("A script does what it may not"),
    "script-missing": lazy_gettext("A script task has no script"),
    "script-resource": lazy_gettext("A script is in another file"),
    "script-syntax": lazy_gettext("A script cannot be read"),
    "shape-number": lazy_gettext("A place in the drawing is no number"),
    "signal-without-name": lazy_gettext("A signal has no name"),
    "start-kind": lazy_gettext("A start event has a trigger that it may not have"),
    "start-missing": lazy_gettext("There is no start event"),
    "start-must-interrupt": lazy_gettext("A start event must interrupt"),
    "start-several": lazy_gettext("There are several start events"),
    "start-trigger-in-sub-process": lazy_gettext("A sub-process starts with a trigger"),
    "table-aggregates-many-outputs": lazy_gettext("An aggregated table has several outputs"),
    "table-aggregates-without-collect": lazy_gettext("A table aggregates without collecting"),
    "table-gap": lazy_gettext("A table has gaps"),
    "table-not-checked": lazy_gettext("A table was not checked"),
    "table-overlap": lazy_gettext("Rules of a table overlap"),
    "table-without-output": lazy_gettext("A table has no output"),
    "template-syntax": lazy_gettext("A text with places for values cannot be read"),
    "template-too-long": lazy_gettext("A text grows too long"),
    "thrown-code-missing": lazy_gettext("What is thrown has no code"),
    "timer-invalid": lazy_gettext("The time of a timer cannot be read"),
    "timer-missing": lazy_gettext("A timer has no time"),
    "timer-several": lazy_gettext("A timer has several times"),
    "type-endless": lazy_gettext("A type refers to itself"),
    "type-unknown": lazy_gettext("A type is unknown"),
    "variable-name": lazy_gettext("A variable has an impossible name"),
    "work-missing": lazy_gettext("Nobody is named who does the work"),
}


def init_app(app: Flask) -> None:
    """Let templates say what a problem is about, and what becomes of an element."""
    app.add_template_filter(problem_title)
    app.add_template_filter(fate_words)


def fate_words(sentence: str) -> str:
    """What becomes of an element (`bpmn.validation.fates`), in the language of the page."""
    return gettext(sentence)


def problem_title(problem: Problem) -> str:
    """The title, where the page is not in the language of the sentence; else empty."""
    if is_english():
        return ""
    if problem.code.startswith("lint-") and problem.code not in TITLES:
        return gettext("Something could be drawn better")
    return str(TITLES.get(problem.code, ""))
