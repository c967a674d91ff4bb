"""bpmnlint's recommended rules: which are asked, and what to do about what they find.

Of the 26, these are left out because Laneway's own rules say the same, better or more strictly:

================================== =============================================
bpmnlint                           here
================================== =============================================
ad-hoc-sub-process                 ad-hoc-start-or-end
conditional-flows                  gateway-flow-without-condition
event-based-gateway                event-gateway-flows, condition-ignored
event-sub-process-typed-start...   event-sub-process-start
link-event                         link-unpaired
single-blank-start-event           start-several
sub-process-blank-start-event      start-trigger-in-sub-process
no-bpmndi                          (diagrams without shapes are laid out)
================================== =============================================
"""

from __future__ import annotations

from collections.abc import Mapping

HINTS: Mapping[str, str] = {
    "end-event-required": "Draw an end event where the work is done, so that readers see it.",
    "fake-join": "Each of the incoming flows starts it anew; put a gateway before it if they are "
    "to be waited for, or an exclusive one to say that they are not.",
    "global": "Remove what nothing refers to, and give every message, signal, error and "
    "escalation a name of its own.",
    "label-required": "Give it a name, so that readers and people who work with it know what it "
    "is about.",
    "no-complex-gateway": "Few people can read it; inclusive and parallel gateways say it plainer.",
    "no-disconnected": "Connect it, or remove it.",
    "no-duplicate-sequence-flows": "Remove one of the flows: both are taken, so the work is done "
    "twice.",
    "no-gateway-join-fork": "Use two gateways, one that joins and one that forks.",
    "no-implicit-end": "Draw an end event after it.",
    "no-implicit-split": "All its flows are taken at once; a parallel gateway says so.",
    "no-implicit-start": "Draw a start event before it.",
    "no-inclusive-gateway": "It is hard to read and waits in ways that surprise; exclusive and "
    "parallel gateways are plainer.",
    "no-overlapping-elements": "Move them apart, so that both can be seen.",
    "single-event-definition": "Use one event for each trigger after an event-based gateway, "
    "which is plainer.",
    "start-event-required": "Draw a start event, so that readers see where it begins.",
    "superfluous-gateway": "Remove it; it neither joins nor forks.",
    "superfluous-label": "Name the gateway before instead; this one only joins.",
    "superfluous-termination": "Use a plain end event; there is nothing left to terminate.",
}
"""What to do, by rule; its keys are the rules that are asked."""

SAID: Mapping[str, frozenset[str]] = {
    "global": frozenset({"message-without-name", "signal-without-name"}),
    "no-disconnected": frozenset({"node-unreached"}),
    "no-implicit-end": frozenset({"event-without-outgoing", "node-unreached"}),
    "no-implicit-start": frozenset({"node-unreached", "start-missing"}),
    "start-event-required": frozenset({"start-missing", "process-empty"}),
    "end-event-required": frozenset({"process-empty"}),
}
"""Codes that say the same of the same element: then the rule is silent."""
