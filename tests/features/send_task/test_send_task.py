def test_a_send_task_sends_its_message_and_goes_on(run_diagram):
    run = run_diagram("send_task.bpmn")
    assert [message.name for message in run.world.sent] == ["hello"]
    assert run.tasks == ["Task_A"]
