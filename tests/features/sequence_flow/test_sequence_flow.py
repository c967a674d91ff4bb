def test_a_sequence_runs_one_after_the_other(run_diagram):
    run = run_diagram("sequence.bpmn")
    assert run.tasks == ["Task_A"]
    run.complete("Task_A")
    assert run.tasks == ["Task_B"]
    run.complete("Task_B")
    assert run.is_finished


def test_every_flow_without_condition_and_every_true_one_is_taken(run_diagram):
    assert run_diagram("several_flows_out_of_a_task.bpmn", {"amount": 50}).tasks == [
        "Task_B",
        "Task_C",
    ]


def test_each_of_several_flows_has_its_own_token(run_diagram):
    run = run_diagram("several_flows_out_of_a_task.bpmn", {"amount": 500})
    for task in ("Task_D", "Task_B", "Task_C"):
        assert not run.is_finished
        run.complete(task)
    assert run.is_finished


def test_the_default_flow_is_taken_when_no_condition_is_true(run_diagram):
    assert run_diagram("conditional_and_default_flow.bpmn", {"amount": 1}).tasks == ["Task_C"]


def test_the_default_flow_is_left_when_a_condition_is_true(run_diagram):
    assert run_diagram("conditional_and_default_flow.bpmn", {"amount": 11}).tasks == ["Task_B"]


def test_a_flow_without_condition_does_not_speak_against_the_default(run_diagram):
    name = "default_beside_an_unconditional_flow.bpmn"
    assert run_diagram(name, {"amount": 1}).tasks == ["Task_C", "Task_D"]
    assert run_diagram(name, {"amount": 11}).tasks == ["Task_B", "Task_D"]


def test_no_flow_to_go_by_is_an_incident_that_a_corrected_variable_resolves(run_diagram):
    run = run_diagram("only_conditional_flows.bpmn", {"amount": 1})
    assert run.incidents == ["no-flow-selected"]
    run.set(amount=11)
    run.retry()
    assert (run.tasks, run.incidents) == (["Task_B"], [])


def test_tokens_that_meet_at_an_activity_are_not_merged(run_diagram):
    run = run_diagram("implicit_merge_and_end.bpmn")
    run.complete("Task_A")
    run.complete("Task_B")
    assert run.tasks == ["Task_C", "Task_C"]


def test_a_path_without_end_event_ends_where_no_flow_leads_on(run_diagram):
    run = run_diagram("implicit_merge_and_end.bpmn")
    for task in ("Task_A", "Task_B", "Task_C", "Task_C"):
        assert not run.is_finished
        run.complete(task)
    assert run.is_finished


def test_a_condition_that_fails_is_an_incident_naming_it_and_what_it_saw(run_diagram):
    run = run_diagram("condition_with_a_wrong_variable.bpmn", {"total": 3})
    (incident,) = run.waits.values()
    assert incident.node.id == "Choice"
    assert incident.data["expression"] == "${order.amount > 10}"
    assert incident.data["variables"] == ["total"]


def test_what_was_decided_and_why_is_in_the_history(run_diagram):
    run = run_diagram("several_flows_out_of_a_task.bpmn", {"amount": 50})
    (event,) = [h for h in run.history if h.node == "Task_A"]
    assert event.data == {
        "flows": ["Flow_Task_A_Task_B", "Flow_Task_A_Task_C"],
        "decision": {"Flow_Task_A_Task_B": True, "Flow_Task_A_Task_D": False},
    }


def test_flows_out_of_a_sub_process_have_conditions_too(run_diagram):
    run = run_diagram("flow_from_a_sub_process.bpmn", {"amount": 0})
    run.complete("Task_A")
    assert run.incidents == ["no-flow-selected"]
    assert len(run.scopes) == 1
    run.set(amount=3)
    run.retry()
    assert run.tasks == ["Task_B", "Task_C"]


def test_the_history_tells_the_way_from_start_to_end(run_diagram):
    run = run_diagram("sequence.bpmn")
    run.complete("Task_A")
    run.complete("Task_B")
    assert [(event.kind, event.node) for event in run.history] == [
        ("process-started", "Start"),
        ("element-completed", "Start"),
        ("element-entered", "Task_A"),
        ("element-completed", "Task_A"),
        ("element-entered", "Task_B"),
        ("element-completed", "Task_B"),
        ("element-completed", "End"),
        ("process-ended", "process"),
    ]
    assert run.history[-1].data == {"status": "COMPLETED"}


def test_a_path_may_end_at_a_gateway(run_diagram):
    assert run_diagram("gateways_at_the_end.bpmn").is_finished
