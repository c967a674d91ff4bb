"""Constraints of BPMN 2.0 (formal/2011-01-03) on what a file says and the model has no room for.

What a process does is judged by `bpmn.validation`, from the model. These rules need the file:
sets of inputs, types of data and expressions, and what a file that names its schema must keep.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lxml import etree

from bpmn.loading.constraints import contents, data, events, expressions, flows, loops, sets
from bpmn.loading.constraints.file import Breach, File
from bpmn.model import Dialect, Problem, Severity
from bpmn.names import FLOW_NODES, local, tag

__all__ = ["constraints"]

Constraint = Callable[[File], Iterator[Breach]]

ALWAYS: tuple[Constraint, ...] = (
    sets.optional_items_are_in_their_set,
    sets.sets_name_each_other,
    sets.set_holds_own_items,
    data.items_of_association_agree,
    data.several_sources_need_transformation,
    data.process_data_is_not_computed,
    data.binding_fits_operation,
    events.event_carries_its_items,
    events.timer_has_one_expression,
    loops.collection_belongs_to_activity,
    loops.items_agree,
    loops.complex_behavior,
    loops.behavior_has_its_event,
    expressions.condition_is_no_constant,
    contents.ad_hoc_content,
    contents.links_replace_flows,
    contents.multiplicity_is_a_range,
)
"""Kept by every plain diagram."""

WITH_SCHEMA: tuple[Constraint, ...] = (
    sets.has_sets,
    sets.every_item_is_in_a_set,
    expressions.executable_expressions_are_formal,
    events.thrown_code_is_given,
    flows.starts_and_ends_belong_together,
    flows.nothing_dangles,
    flows.conditions_where_they_count,
    flows.default_has_no_condition,
    flows.conditional_flow_has_alternative,
    flows.event_gateway_is_pure,
    contents.call_fits_called,
)
"""Kept by files that name BPMN's schema (``xsi:schemaLocation``), and so claim to keep it all.

Modelers that people draw with leave these open, and what they mean is plain without them.
"""


def constraints(root: etree._Element, dialect: Dialect) -> Iterator[Problem]:
    """Yield a problem for each constraint that *root*, which is normalised, breaks.

    Errors in plain diagrams; warnings in vendors' ones, whose engines do not mind, and in
    processes that are not executable.
    """
    file = File(root)
    strict = file.names_schema and dialect is Dialect.PLAIN
    for constraint in (*ALWAYS, *WITH_SCHEMA) if strict else ALWAYS:
        for breach in constraint(file):
            error = dialect is Dialect.PLAIN and _runs(breach.element)
            yield _problem(breach, Severity.ERROR if error else Severity.WARNING)


def _runs(element: etree._Element) -> bool:
    process = next(element.iterancestors(tag("process")), element)
    return process.get("isExecutable", "true") == "true"


def _problem(breach: Breach, severity: Severity) -> Problem:
    around = (e for e in (breach.element, *breach.element.iterancestors()) if e.get("id"))
    owner = next((e for e in around if local(e) in FLOW_NODES), None)
    owner = breach.element if owner is None else owner
    return Problem(
        code=breach.code,
        message=breach.message,
        hint=breach.hint,
        severity=severity,
        element_id=owner.get("id", ""),
        element_name=owner.get("name", ""),
        line=breach.element.sourceline or 0,
    )
