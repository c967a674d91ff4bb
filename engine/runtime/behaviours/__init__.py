"""One file per BPMN element; adding one is adding a file and its line here."""

from __future__ import annotations

from collections.abc import Mapping

from engine.runtime.behaviours.ad_hoc_sub_process import AdHocSubProcess
from engine.runtime.behaviours.base import Behaviour
from engine.runtime.behaviours.boundary_event import BoundaryEvent
from engine.runtime.behaviours.call_activity import CallActivity
from engine.runtime.behaviours.catch_event import CatchEvent
from engine.runtime.behaviours.complex_gateway import ComplexGateway
from engine.runtime.behaviours.event_based_gateway import EventBasedGateway
from engine.runtime.behaviours.exclusive_gateway import ExclusiveGateway
from engine.runtime.behaviours.inclusive_gateway import InclusiveGateway
from engine.runtime.behaviours.parallel_gateway import ParallelGateway
from engine.runtime.behaviours.receive_task import ReceiveTask
from engine.runtime.behaviours.script_task import ScriptTask
from engine.runtime.behaviours.service_task import SendTask, ServiceTask
from engine.runtime.behaviours.start_event import StartEvent
from engine.runtime.behaviours.sub_process import SubProcess
from engine.runtime.behaviours.task import ManualTask, Task
from engine.runtime.behaviours.throw_event import ThrowEvent
from engine.runtime.behaviours.user_task import UserTask

BEHAVIOURS: Mapping[str, Behaviour] = {
    "adHocSubProcess": AdHocSubProcess(),
    "boundaryEvent": BoundaryEvent(),
    "businessRuleTask": ServiceTask(),
    "callActivity": CallActivity(),
    "complexGateway": ComplexGateway(),
    "endEvent": ThrowEvent(),
    "eventBasedGateway": EventBasedGateway(),
    "exclusiveGateway": ExclusiveGateway(),
    "inclusiveGateway": InclusiveGateway(),
    "intermediateCatchEvent": CatchEvent(),
    "intermediateThrowEvent": ThrowEvent(),
    "manualTask": ManualTask(),
    "parallelGateway": ParallelGateway(),
    "receiveTask": ReceiveTask(),
    "scriptTask": ScriptTask(),
    "sendTask": SendTask(),
    "serviceTask": ServiceTask(),
    "startEvent": StartEvent(),
    "subProcess": SubProcess(),
    "task": Task(),
    "transaction": SubProcess(),
    "userTask": UserTask(),
}
