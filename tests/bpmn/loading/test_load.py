"""What a loaded diagram holds beside its flow."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.parser.event_parsers import EventDefinitionParser
from SpiffWorkflow.bpmn.parser.ProcessParser import ProcessParser
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser

from bpmn.loading import load
from bpmn.loading.parsers import DiagramParser, ScopeParser
from tests.bpmn.loading.drawn import codes, drawn, file_of, process_file

_DATA = (Path(__file__).parent / "diagrams" / "every_element.bpmn").read_bytes()
_DIAGRAM = load(_DATA)
_MODEL = _DIAGRAM.processes[0]


def test_a_correct_diagram_has_no_problems():
    assert _DIAGRAM.problems == ()
    assert (_DIAGRAM.id, _DIAGRAM.name, _DIAGRAM.exporter) == (
        "Definitions_1",
        "Every element",
        "by hand",
    )


def test_pools_and_message_flows_are_read():
    assert [(p.name, p.process) for p in _DIAGRAM.participants] == [
        ("Warehouse", "Process_1"),
        ("Carrier", ""),
    ]
    (flow,) = _DIAGRAM.message_flows
    assert (flow.source, flow.target, flow.name) == ("Pool_2", "Receive_1", "parcel")


def test_shapes_keep_bounds_labels_and_waypoints():
    shapes = {shape.element: shape for shape in _DIAGRAM.shapes}
    assert shapes["Start_1"].bounds == (152.5, 162.0, 36.0, 36.0)
    assert shapes["Start_1"].label == (130.0, 205.0, 82.0, 14.0)
    assert shapes["Flow_1"].waypoints == ((188.0, 180.0), (240.0, 180.0))
    assert not shapes["Sub_1"].is_expanded
    assert not shapes["Pool_1"].is_horizontal


def test_lanes_are_outermost_first_and_hold_for_what_is_inside_a_sub_process():
    assert _MODEL.node["User_1"].lanes == ("Office", "Front desk")
    assert _MODEL.node["User_1"].lane == "Front desk"
    assert _MODEL.node["Script_1"].lane == "Office"
    assert _MODEL.node["End_2"].lane == "Office"
    assert _MODEL.node["Service_1"].lane == ""
    assert _MODEL.lanes == ("Office", "Front desk", "Yard")


def test_settings_of_the_standard_are_read():
    node = _MODEL.node
    assert node["Catch_3"].parallel_multiple
    assert node["Task_2"].is_for_compensation
    assert (node["AdHoc_1"].ordering, node["AdHoc_1"].cancel_remaining) == ("Sequential", False)
    assert node["AdHoc_1"].condition.text == "${clean}"
    assert node["Gateway_4"].condition.text == "${activationCount > 1}"
    loop = node["Rule_1"].loop
    assert (loop.test_before, loop.maximum, loop.condition.text) == (True, 3, "${not fits}")
    assert node["Task_1"].loop.completion_condition.text == "${full}"
    assert node["Task_1"].loop.collection.text == "Parcels"
    assert node["User_1"].performers[0][0] == "potentialOwner"


def test_data_objects_stores_and_properties_are_read():
    assert [(item.id, item.kind, item.scope) for item in _MODEL.data] == [
        ("Property_1", "property", "Process_1"),
        ("DataObject_1", "dataObject", "Process_1"),
        ("DataRef_1", "dataObjectReference", "Process_1"),
        ("StoreRef_1", "dataStoreReference", "Process_1"),
    ]
    assert _MODEL.data[1].is_collection


def test_every_element_knows_its_line():
    lines = _DATA.decode().splitlines()
    for element in (*_MODEL.nodes, *_MODEL.flows):
        start = lines[element.line - 1] + lines[element.line - 2]
        assert f'id="{element.id}"' in start


def test_correlation_keys_and_properties_are_read():
    diagram = load(
        file_of(
            '<message id="m" name="M"/><correlationProperty id="c" name="Order">'
            '<correlationPropertyRetrievalExpression messageRef="m"><formalExpression>order.id'
            "</formalExpression></correlationPropertyRetrievalExpression></correlationProperty>"
            '<collaboration id="o"><correlationKey id="k" name="Key"><correlationPropertyRef>c'
            '</correlationPropertyRef></correlationKey></collaboration><process id="p"/>'
        )
    )
    assert codes(diagram) == []
    model = diagram.processes[0]
    assert [(key.name, key.properties) for key in model.correlation_keys] == [("Key", ("c",))]
    ((message, expression),) = model.correlation_properties[0].retrievals
    assert (message, expression.text, expression.language) == ("m", "order.id", "feel")


def test_data_associations_keep_transformation_and_assignments():
    model = drawn(
        '<task id="x"><dataOutputAssociation><sourceRef>a</sourceRef><targetRef>b</targetRef>'
        "<transformation>${a}</transformation><assignment><from>${c}</from><to>d</to>"
        "</assignment></dataOutputAssociation></task>"
    )
    (association,) = model.node["x"].data
    assert (association.direction, association.target) == ("out", "b")
    assert association.transformation.text == "${a}"
    ((source, target),) = association.assignments
    assert (source.text, target.text) == ("${c}", "d")


def test_names_of_unknown_vendors_are_kept_with_their_namespace():
    model = drawn('<task id="x" xmlns:y="http://y.example" y:colour="red"/>')
    assert model.node["x"].attributes["{http://y.example}colour"] == "red"


def test_an_ids_second_owner_keeps_everything_but_the_id():
    diagram = load(process_file('<task id="x" name="One"/><task id="x" name="Two"/>'))
    assert codes(diagram) == ["id-duplicate"]
    assert [(n.id, n.name) for n in diagram.processes[0].nodes] == [("x", "One"), ("x#2", "Two")]


def test_what_the_schemas_forbid_is_a_warning_with_its_line():
    diagram = load(process_file('\n<task id="x" nonsense="1"/>'))
    (problem,) = diagram.problems
    assert (problem.code, problem.severity, problem.line) == ("schema", "warning", 2)
    assert diagram.processes[0].node["x"].attributes["nonsense"] == "1"


def test_the_census_tells_of_what_the_parser_lost(monkeypatch):
    monkeypatch.setattr(ScopeParser, "add_tasks", lambda _self: None)
    assert codes(load(process_file('<task id="x"/>'))) == ["element-lost"]


def test_what_a_node_holds_that_has_no_place_in_the_model_is_told():
    diagram = load(
        process_file(
            '<task id="x"><multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality>'
            "<humanNote/></multiInstanceLoopCharacteristics></task>"
        )
    )
    ignored = [problem for problem in diagram.problems if problem.code == "element-ignored"]
    assert ["humanNote" in problem.message for problem in ignored] == [True]


def test_many_threads_may_load_at_once():
    with ThreadPoolExecutor(8) as pool:
        diagrams = list(pool.map(load, [_DATA] * 32))
    assert all(diagram == _DIAGRAM for diagram in diagrams)


@pytest.mark.parametrize(
    ("stock", "name"),
    [
        (ProcessParser, "_index_process_nodes"),
        (BpmnParser, "_add_diagram_indexes"),
        (BpmnParser, "_add_correlations"),
        (BpmnParser, "_document_key"),
        (TaskParser, "_add_loop_task"),
        (TaskParser, "_add_multiinstance_task"),
        (EventDefinitionParser, "_create_task"),
    ],
)
def test_the_private_names_that_we_rely_on_exist_in_spiffworkflow(stock, name):
    assert callable(getattr(stock, name))


def test_every_flow_node_of_bpmn_has_a_parser():
    assert len(DiagramParser.OVERRIDE_PARSER_CLASSES) == 22
