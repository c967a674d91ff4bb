def test_a_signal_reaches_every_catcher_and_every_start(world):
    all_of_them = world("throw_and_catch.bpmn")
    listening = all_of_them.start("listening")
    run = all_of_them.start("process")
    assert run.tasks == ["Task_A", "Task_B"]
    assert listening.is_finished
    assert [i.tasks for i in all_of_them.instances if i.model.id == "started"] == [["Started_Task"]]


def test_a_signal_from_inside_interrupts_before_anything_else_of_that_scope_runs(run_diagram):
    run = run_diagram("thrown_inside_caught_outside.bpmn")
    run.complete("Task_A")
    assert run.tasks == ["Task_C"]
    assert run.log == []
    assert run.passed("Sub") == 0


def test_a_signal_reaches_only_those_who_listen_to_its_name(run_diagram):
    run = run_diagram("only_its_name.bpmn")
    run.complete("Task_A")
    assert [wait.name for wait in run.waits.values()] == ["calm", "m"]


def test_a_catcher_that_another_one_ended_does_not_catch(run_diagram):
    run = run_diagram("two_catchers_one_inside_the_other.bpmn")
    run.complete("Task_A")
    assert run.tasks == ["Task_outer"]


def test_a_signal_carries_what_is_mapped_and_the_key_of_what_it_starts(world):
    made = world("payload.bpmn")
    made.start("process", {"amount": 1, "nr": "n-1"})
    started = made.instances[1]
    assert started.variables_seen == {"sum": 1, "own": 2, "near": 2, "far": None}
    assert started.instance.business_key == "n-1"


def test_a_signal_that_is_thrown_asynchronously_reaches_everybody_later(world):
    made = world("asynchronous.bpmn")
    run = made.start("process", {"amount": 1})
    assert (run.tasks, len(made.instances)) == (["Task_A"], 1)
    made.deliver_later()
    assert run.tasks == ["Task_A", "Task_B"]
    started = made.instances[1]
    assert (started.tasks, started.instance.business_key) == (["Started_Task"], "b-1")
    assert started.variables_seen == {"amount": 1}


def test_a_signal_carries_what_its_event_has_of_its_own_in_camunda_8(world):
    made = world("local_in_camunda_8.bpmn")
    made.start("process", {"a": 1})
    assert made.instances[1].variables_seen == {"b": 2}
