"""The traps of SpiffWorkflow 3.2.0 and of real files: each named after the rule that holds here."""

from __future__ import annotations

import pytest

from bpmn.loading import load
from bpmn.model import Expression, Script
from tests.bpmn.loading.drawn import chain, codes, drawn, errors, file_of, process_file

_MI = "multiInstanceLoopCharacteristics"


def test_elements_without_id_are_kept():
    model = drawn('<startEvent id="a"/><sequenceFlow sourceRef="a" targetRef="b"/><task id="b"/>')
    assert model.node["a"].outgoing == model.node["b"].incoming == (model.flows[0].id,)


def test_given_ids_are_the_same_each_time():
    data = process_file('<startEvent/><task/><sequenceFlow sourceRef="a" targetRef="b"/>')
    assert load(data) == load(data)


@pytest.mark.parametrize("name", ["Start", "End", "p.EndJoin", "Root"])
def test_ids_that_spiffworkflow_uses_inside_are_ordinary_ids(name):
    assert drawn(f'<task id="{name}" name="Mine"/>').node[name].name == "Mine"


def test_data_association_to_an_object_two_scopes_up_is_read():
    model = drawn(
        '<dataObject id="o"/><dataObjectReference id="r" dataObjectRef="o"/>'
        '<subProcess id="s"><subProcess id="t"><task id="x"><dataInputAssociation>'
        "<sourceRef>r</sourceRef><targetRef>i</targetRef>"
        "</dataInputAssociation></task></subProcess></subProcess>"
    )
    (association,) = model.node["x"].data
    assert (association.direction, association.sources) == ("in", ("r",))


def test_five_thousand_tasks_in_a_row_are_loaded():
    model = load(chain(5_000)).processes[0]
    assert len(model.nodes) == 5_001
    assert len(model.flows) == 5_000


def test_nodes_that_no_flow_reaches_are_kept():
    assert [n.id for n in drawn('<startEvent id="a"/><task id="alone"/>').nodes] == ["a", "alone"]


def test_multi_instance_over_a_data_input_takes_the_variable_behind_it():
    model = drawn(
        '<dataObject id="o" name="orders" isCollection="true"/>'
        '<dataObjectReference id="r" dataObjectRef="o"/>'
        '<task id="x" name="Check"><ioSpecification><dataInput id="i"/><inputSet>'
        "<dataInputRefs>i</dataInputRefs></inputSet><outputSet/></ioSpecification>"
        "<dataInputAssociation><sourceRef>r</sourceRef><targetRef>i</targetRef>"
        f"</dataInputAssociation><{_MI}><loopDataInputRef>i</loopDataInputRef>"
        f'<inputDataItem id="order"/></{_MI}></task>'
    )
    node = model.node["x"]
    assert node.name == "Check"
    assert node.loop.collection == Expression("orders", "variable", node.loop.line)
    assert node.loop.element_variable == "order"


def test_a_bare_loop_marker_is_kept():
    model = drawn('<task id="x"><standardLoopCharacteristics/></task>')
    assert model.node["x"].loop.kind == "standard"


def test_multi_instance_keeps_the_vendors_collection_and_the_nodes_extensions():
    model = drawn(
        '<userTask id="x" name="Ask" camunda:assignee="${who}">'
        f'<{_MI} camunda:collection="people" camunda:elementVariable="who"/></userTask>',
        vendor="camunda",
    )
    node = model.node["x"]
    assert (node.name, node.assignment.assignee.text) == ("Ask", "${who}")
    assert (node.loop.collection.text, node.loop.collection.language) == ("people", "variable")


def test_data_inputs_in_no_set_or_in_two_are_kept_once():
    model = drawn(
        '<task id="x"><ioSpecification><dataInput id="none"/><dataInput id="two"/>'
        "<inputSet><dataInputRefs>two</dataInputRefs></inputSet>"
        "<inputSet><dataInputRefs>two</dataInputRefs></inputSet><outputSet/>"
        "</ioSpecification></task>"
    )
    assert [item.id for item in model.data] == ["none", "two"]


@pytest.mark.parametrize("position", ["startEvent", "endEvent", "intermediateCatchEvent"])
@pytest.mark.parametrize(
    ("definition", "kind"),
    [
        ("error", "error"),
        ("escalation", "escalation"),
        ("compensate", "compensation"),
        ("signal", "signal"),
        ("link", "link"),
        ("cancel", "cancel"),
        ("terminate", "terminate"),
        ("conditional", "conditional"),
        ("timer", "timer"),
        ("message", "message"),
    ],
)
def test_every_kind_of_event_is_read_at_every_position(position, definition, kind):
    model = drawn(f'<{position} id="x"><{definition}EventDefinition/></{position}>')
    assert [event.kind for event in model.node["x"].events] == [kind]


def test_a_message_without_name_does_not_stop_loading():
    model = drawn('<receiveTask id="x" messageRef="m"/>', before='<message id="m"/>')
    (event,) = model.node["x"].events
    assert (event.reference, event.name) == ("m", None)


def test_a_reference_to_nothing_is_a_problem_with_id_and_line():
    diagram = load(process_file('\n<receiveTask id="x" messageRef="nowhere"/>'))
    (problem,) = errors(diagram)
    assert (problem.code, problem.element_id, problem.line) == ("reference-dangling", "x", 2)
    assert diagram.processes[0].node["x"].events[0].reference == "nowhere"


def test_each_of_two_timers_has_its_own_text():
    model = drawn(
        '<startEvent id="x"><timerEventDefinition><timeDate>2026-01-01</timeDate>'
        "</timerEventDefinition><timerEventDefinition><timeDuration>PT1H</timeDuration>"
        "</timerEventDefinition></startEvent>"
    )
    texts = [(event.timer.value, event.expression.text) for event in model.node["x"].events]
    assert texts == [("date", "2026-01-01"), ("duration", "PT1H")]


def test_a_shared_event_definition_is_the_events_own():
    model = drawn(
        '<endEvent id="x"><eventDefinitionRef>shared</eventDefinitionRef></endEvent>',
        before='<error id="e" errorCode="42"/><errorEventDefinition id="shared" errorRef="e"/>',
    )
    (event,) = model.node["x"].events
    assert (event.kind, event.code.text) == ("error", "42")


def test_a_sub_process_does_not_take_its_childs_documentation():
    model = drawn(
        '<subProcess id="s"><task id="x"><documentation>Mine</documentation></task></subProcess>'
    )
    assert model.node["s"].documentation == ""
    assert model.node["x"].documentation == "Mine"


def test_an_incomplete_correlation_does_not_stop_loading():
    diagram = load(process_file('<task id="x"/>', before='<correlationProperty id="c"/>'))
    assert diagram.processes[0].correlation_properties[0].retrievals == ()


def test_a_comment_is_never_the_correlation_expression():
    model = drawn(
        '<task id="x"/>',
        before='<message id="m" name="M"/><correlationProperty id="c" name="Order">'
        '<correlationPropertyRetrievalExpression messageRef="m"><!-- no --><messagePath>'
        "order</messagePath></correlationPropertyRetrievalExpression></correlationProperty>",
    )
    ((message, expression),) = model.correlation_properties[0].retrievals
    assert (message, expression.text) == ("m", "order")


def test_an_event_gateway_leaves_the_definitions_to_its_targets():
    model = drawn(
        '<eventBasedGateway id="g"/><sequenceFlow id="f" sourceRef="g" targetRef="x"/>'
        '<intermediateCatchEvent id="x"><timerEventDefinition><timeDuration>PT1H</timeDuration>'
        "</timerEventDefinition></intermediateCatchEvent>"
    )
    assert model.node["g"].events == ()
    assert model.node["x"].events[0].expression.text == "PT1H"


def test_boundary_events_are_nodes_with_their_host():
    model = drawn(
        '<task id="x"/><boundaryEvent id="b" attachedToRef="x"><errorEventDefinition/>'
        "</boundaryEvent>"
    )
    assert [node.id for node in model.boundary_events["x"]] == ["b"]


def test_what_the_stock_parser_refuses_is_loaded_for_the_rules_to_judge():
    model = drawn(
        '<task id="a"/><sequenceFlow id="f" sourceRef="a" targetRef="g"/>'
        '<sequenceFlow id="h" sourceRef="a" targetRef="c"/><exclusiveGateway id="g"/>'
        '<sequenceFlow id="i" sourceRef="g" targetRef="c"/>'
        '<sequenceFlow id="j" sourceRef="g" targetRef="a"/><callActivity id="c"/>'
    )
    assert model.node["a"].outgoing == ("f", "h")
    assert [flow.condition for flow in model.outgoing["g"]] == [None, None]
    assert model.node["c"].call is None


def test_the_same_sub_process_id_in_two_processes_is_an_error_and_loses_nothing():
    diagram = load(
        file_of(
            '<process id="p"><subProcess id="s"><task id="a"/></subProcess></process>'
            '<process id="q"><subProcess id="s"><task id="b"/></subProcess></process>'
        )
    )
    assert codes(diagram) == ["id-duplicate"]
    ids = [[node.id for node in model.nodes] for model in diagram.processes]
    assert ids == [["s", "a"], ["s#2", "b"]]


def test_two_processes_with_one_id_are_an_error():
    diagram = load(file_of('<process id="p"/><process id="p"/>'))
    assert codes(diagram) == ["id-duplicate"]


@pytest.mark.parametrize("store", ['<dataStore id="s"/>', '<dataStore id="s" name="Any"/>'])
def test_a_data_store_of_any_name_is_loaded(store):
    model = drawn('<dataStoreReference id="r" dataStoreRef="s"/>', before=store)
    assert [(item.kind, item.reference) for item in model.data] == [("dataStoreReference", "s")]


def test_a_form_field_named_like_a_node_does_not_replace_it():
    model = drawn(
        '<userTask id="a"><extensionElements><camunda:formData><camunda:formField id="b"/>'
        '</camunda:formData></extensionElements></userTask><task id="b" name="Node"/>',
        vendor="camunda",
    )
    assert model.node["b"].name == "Node"


@pytest.mark.parametrize("truth", ["true", "1"])
def test_an_event_sub_process_is_seen(truth):
    model = drawn(f'<subProcess id="s" triggeredByEvent="{truth}"><startEvent/></subProcess>')
    assert model.node["s"].triggered_by_event


def test_text_after_a_comment_belongs_to_the_expression():
    model = drawn(
        '<task id="a"/><sequenceFlow id="f" sourceRef="a" targetRef="a"><conditionExpression>'
        "${a <!-- and --> &lt; b}</conditionExpression></sequenceFlow>"
    )
    assert model.flow["f"].condition.text == "${a  < b}"


def test_declared_languages_are_kept():
    model = drawn(
        '<scriptTask id="a" scriptFormat="groovy"><script>x = 1</script></scriptTask>'
        '<sequenceFlow id="f" sourceRef="a" targetRef="a">'
        '<conditionExpression language="javascript">x == 1</conditionExpression></sequenceFlow>'
    )
    assert model.node["a"].script.format == "groovy"
    assert model.flow["f"].condition == Script("x == 1", "javascript", line=1)


@pytest.mark.parametrize(("drawn_as", "meant"), [("1", True), ("true", True), ("0", False)])
def test_is_executable_may_be_written_as_a_number(drawn_as, meant):
    diagram = load(file_of(f'<process id="p" isExecutable="{drawn_as}"/>'))
    assert diagram.processes[0].executable is meant


def test_a_process_is_executable_unless_it_says_no():
    assert load(file_of('<process id="p"/>')).processes[0].executable


def test_start_events_that_do_not_interrupt_are_seen():
    assert not drawn('<startEvent id="s" isInterrupting="false"/>').node["s"].interrupting


def test_blanks_and_prefixes_in_references_do_not_count():
    model = drawn(
        '<laneSet><lane name="L"><flowNodeRef>\n  x </flowNodeRef></lane></laneSet>'
        '<receiveTask id="x" messageRef="tns:m"/>',
        before='<message id="m" name="Hello"/>',
    )
    assert model.node["x"].lane == "L"
    assert model.node["x"].events[0].name.text == "Hello"


def test_problems_know_their_line_also_far_down():
    diagram = load(process_file("\n" * 100_000 + '<receiveTask id="x" messageRef="none"/>'))
    assert errors(diagram)[0].line == 100_001


def test_branches_are_in_drawn_order_not_in_that_of_the_shapes():
    shapes = "".join(
        f'<bpmndi:BPMNShape bpmnElement="{name}"><dc:Bounds x="0" y="{y}" width="9" height="9"/>'
        "</bpmndi:BPMNShape>"
        for name, y in (("low", 500), ("high", 10))
    )
    flows = "".join(
        f'<task id="{name}"/><sequenceFlow id="f_{name}" sourceRef="g" targetRef="{name}"/>'
        for name in ("low", "high")
    )
    diagram = load(
        file_of(
            f'<process id="p"><parallelGateway id="g"/>{flows}</process>'
            f'<bpmndi:BPMNDiagram><bpmndi:BPMNPlane bpmnElement="p">{shapes}</bpmndi:BPMNPlane>'
            "</bpmndi:BPMNDiagram>"
        )
    )
    assert diagram.processes[0].node["g"].outgoing == ("f_low", "f_high")


@pytest.mark.parametrize("number", ["1,5", "NaN", "inf", ""])
def test_an_odd_number_in_a_shape_is_a_warning(number):
    diagram = load(
        file_of(
            '<process id="p"><task id="x"/></process><bpmndi:BPMNDiagram>'
            '<bpmndi:BPMNPlane bpmnElement="p"><bpmndi:BPMNShape bpmnElement="x">'
            f'<dc:Bounds x="{number}" y="0" width="1" height="1"/></bpmndi:BPMNShape>'
            "</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>"
        )
    )
    assert codes(diagram) == []
    assert "shape-number" in [problem.code for problem in diagram.problems]


def test_twenty_thousand_attributes_on_one_element_are_refused():
    attributes = " ".join(f'a{i}="1"' for i in range(20_000))
    assert codes(load(file_of("", attributes=attributes))) == ["file-too-many-attributes"]


def test_activitis_names_are_camundas():
    model = drawn('<userTask id="x" activiti:assignee="kim"/>', vendor="activiti")
    assert model.dialect == "camunda7"
    assert model.node["x"].assignment.assignee.text == "kim"


def test_files_that_are_loaded_one_after_the_other_do_not_mix():
    first = process_file(
        '<receiveTask id="x" messageRef="m"/>', before='<message id="m" name="A"/>'
    )
    second = process_file('<task id="x"/>')
    load(first)
    assert load(second).processes[0].node["x"].type == "task"
