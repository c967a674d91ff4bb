"""Judges a diagram before it is deployed: all problems at once, each with what to do.

A rule is a function from a process and its diagram to problems; adding one is writing it and
adding its line to `RULES`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from bpmn.model import Diagram, Problem, ProcessModel, Severity
from bpmn.validation import (
    activities,
    compensation,
    complex_gateways,
    decisions,
    events,
    expressions,
    flows,
    forms,
    gateways,
    listeners,
    loops,
    places,
    pools,
    refused,
    scopes,
    several_events,
    starts,
    suppliers,
    timers,
)
from bpmn.validation.expressions import texts
from bpmn.validation.functions import unknown_functions
from bpmn.validation.report import Entry, Fate, report
from bpmn.validation.rule import Rule

__all__ = ["RULES", "Entry", "Fate", "report", "texts", "validate"]

RULES: tuple[Rule, ...] = (
    scopes.has_nodes,
    scopes.can_start,
    scopes.has_one_none_start,
    scopes.every_node_is_reached,
    scopes.sub_process_starts_without_trigger,
    scopes.is_executable,
    starts.start_event_kind,
    starts.event_sub_process,
    flows.ends_exist,
    flows.stays_in_scope,
    flows.no_flow_into_start,
    flows.no_flow_out_of_end,
    flows.no_flow_into_boundary,
    flows.no_flow_at_event_sub_process,
    flows.no_flow_at_compensation,
    flows.default_is_outgoing,
    flows.event_goes_on,
    gateways.split_has_way_out,
    gateways.split_has_conditions,
    gateways.single_flow_without_condition,
    gateways.parallel_without_conditions,
    gateways.direction,
    gateways.event_gateway_targets,
    complex_gateways.join_has_condition,
    events.kind_fits_position,
    events.boundary_is_attached,
    events.boundary_has_event,
    events.catch_has_event,
    events.interrupts_where_it_must,
    events.message_is_named,
    events.signal_is_named,
    events.condition_is_given,
    events.link_is_paired,
    several_events.parallel_multiple_waits,
    several_events.parallel_event_gateway_instantiates,
    several_events.instantiates_at_the_begin,
    several_events.error_start_interrupts,
    several_events.one_handler_of_a_code,
    timers.timer_is_given,
    timers.timer_is_valid,
    activities.work_is_named,
    decisions.decision_is_bound,
    activities.call_has_target,
    activities.script_is_given,
    activities.quantities,
    loops.standard_loop,
    loops.multi_instance,
    compensation.boundary_has_handler,
    compensation.handler_is_used,
    compensation.activity_is_within_reach,
    compensation.cancel_is_caught,
    expressions.expressions_compile,
    expressions.scripts_compile,
    listeners.listener_events,
    listeners.listener_is_given,
    listeners.listener_is_heard,
    forms.form_is_sound,
    forms.form_is_known,
    suppliers.conditions_are_supplied,
    pools.participant_has_process,
    pools.message_flow_crosses_pools,
    pools.correlation_is_complete,
    refused.refused_elements,
    places.names_have_effect,
)


def validate(diagram: Diagram, *, functions: Collection[str] | None = None) -> tuple[Problem, ...]:
    """All problems of *diagram*, those of loading first, then by line.

    *functions* are the host's own that expressions may call; ``None``: not known, not checked.
    An ERROR forbids deployment. A process that is not executable is only viewed, so its
    problems are warnings at most.
    """
    found = [
        problem if model.executable else _for_viewing(problem)
        for model in diagram.processes
        for problem in _judge(model, diagram, functions)
    ]
    return (*diagram.problems, *sorted(found, key=lambda problem: problem.line))


def _judge(
    model: ProcessModel, diagram: Diagram, functions: Collection[str] | None
) -> Iterator[Problem]:
    for rule in RULES:
        yield from rule(model, diagram)
    if functions is not None:
        yield from unknown_functions(model, functions)


def _for_viewing(problem: Problem) -> Problem:
    is_error = problem.severity is Severity.ERROR
    return replace(problem, severity=Severity.WARNING) if is_error else problem
