"""Connectors where diagrams may have them, and connectors of one's own."""

from __future__ import annotations

from types import MappingProxyType

import pytest

from engine.core import File
from engine.errors import DeploymentRefused
from engine.services.connectors.base import Answer
from engine.services.failure import WorkFailure
from tests.bpmn.loading.drawn import process_file
from tests.engine.world import ADMIN
from tests.support.mail_server import MailServer
from tests.support.recording_server import Told


class Echo:
    """A connector of somebody's own."""

    name = "echo"
    schema = MappingProxyType(
        {
            "type": "object",
            "required": ["say"],
            "additionalProperties": False,
            "properties": {"say": {"type": "string"}, "raise": {}},
        }
    )

    def __init__(self) -> None:
        self.requests = []

    def target(self, inputs):
        return f"echo:{inputs['say']}"

    def call(self, request, /):
        self.requests.append(request)
        if request.inputs.get("raise"):
            raise KeyError(request.inputs["say"])
        return Answer(body=request.inputs["say"])


def task(inner: str, attributes: str = "") -> bytes:
    return process_file(
        '<startEvent id="s"/><sequenceFlow id="a" sourceRef="s" targetRef="x"/>'
        f'<serviceTask id="x" name="Say it" {attributes}>'
        f"<extensionElements>{inner}</extensionElements></serviceTask>"
        '<sequenceFlow id="b" sourceRef="x" targetRef="t"/><userTask id="t"/>',
        vendor="camunda",
    )


def connector(name: str, **inputs: str) -> bytes:
    mapped = "".join(
        f'<camunda:inputParameter name="{key}">{text}</camunda:inputParameter>'
        for key, text in inputs.items()
    )
    return task(
        f"<camunda:connector><camunda:inputOutput>{mapped}<camunda:outputParameter "
        'name="heard">${body}</camunda:outputParameter></camunda:inputOutput>'
        f"<camunda:connectorId>{name}</camunda:connectorId></camunda:connector>"
    )


def deploy(calling, data: bytes) -> None:
    calling.engine.deploy([File("p.bpmn", data)], actor=ADMIN)


def problems(calling, data: bytes) -> list[tuple[str, str]]:
    with pytest.raises(DeploymentRefused) as refused:
        deploy(calling, data)
    errors = [problem for problem in refused.value.problems if problem.severity == "error"]
    return [(problem.code, f"{problem.message} {problem.hint}") for problem in errors]


# ---- elements ------------------------------------------------------------------------------------


def test_tasks_events_and_every_item_of_a_list_may_call(calling, server):
    server.answer = lambda arrived: Told(200, arrived.path)
    instance = calling.call(server, "camunda7_everywhere.bpmn", items=["a", "b"])
    calling.wait(seconds=1)
    paths = [arrived.path for arrived in server.arrived]
    assert (paths[:2], sorted(paths[2:4]), paths[4:]) == (
        ["/send", "/throw"],
        ["/item/a", "/item/b"],
        ["/end"],
    )
    assert len({arrived.headers["idempotency-key"] for arrived in server.arrived}) == 5
    assert calling.rows("job") == []
    assert calling.engine.instance(instance, actor=ADMIN).row.status == "COMPLETED"


@pytest.mark.parametrize(
    ("name", "sender", "subject"),
    [
        ("camunda7_mail.bpmn", "The ERP <erp@example.org>", "Order 7"),
        ("camunda7_mail_task.bpmn", "laneway@example.org", "Order"),
    ],
)
def test_camunda7s_mails_go_through_the_email_connector(calling, server, name, sender, subject):
    with MailServer().running() as mails:
        url = f"smtp+plain://127.0.0.1:{mails.port}"
        made = type(calling)(
            calling.url, calling.folder, smtp_url=url, mail_from="laneway@example.org"
        )
        made.call(server, name, recipient="ann@example.org")
        assert made.tasks() == ["Task_After"]
        (mail,) = mails.mails
    assert (mail.recipients, mail.message["Subject"]) == (["ann@example.org"], subject)
    assert mail.message["From"] == sender
    made.engine.close()


# ---- connectors of one's own ---------------------------------------------------------------------


def test_a_connector_of_ones_own_is_given_what_the_diagram_says(calling):
    echo = Echo()
    calling.engine.calls.connectors.add(echo)
    deploy(calling, connector("echo", say="${greeting}, {{secrets.ERP_TOKEN}}"))
    instance = calling.start("p", greeting="Hello")
    calling.engine.run_due_jobs()
    (request,) = echo.requests
    assert request.inputs == {"say": "Hello, verysecret"}
    (instance_id, element, tenant) = (request.instance_id, request.element_id, request.tenant_id)
    assert (instance_id, element, tenant) == (instance, "x", "default")
    assert calling.variables(instance)["heard"] == "Hello, {{secrets.ERP_TOKEN}}"


def test_what_a_connector_raises_shows_no_secret(calling):
    calling.engine.calls.connectors.add(Echo())
    deploy(calling, connector("echo", say="{{secrets.ERP_TOKEN}}", **{"raise": "1"}))
    calling.start("p")
    calling.engine.run_due_jobs()
    message, data = calling.incident()
    assert "KeyError" in message
    assert "test_elements.py" in data["stack"]
    assert "verysecret" not in message + repr(data) + repr(calling.everything())


def test_what_a_connector_tells_of_its_failure_shows_no_secret(calling):
    class Chatty(Echo):
        def call(self, request, /):
            said = str(request.inputs["say"])
            raise WorkFailure(f"no {said}", details=said, request=said, answer=said, is_final=True)

    calling.engine.calls.connectors.add(Chatty())
    deploy(calling, connector("echo", say="{{secrets.ERP_TOKEN}}"))
    calling.start("p")
    calling.engine.run_due_jobs()
    message, data = calling.incident()
    hidden = "{{secrets.ERP_TOKEN}}"
    assert (message, data["request"], data["answer"]) == (f"no {hidden}", hidden, hidden)
    assert "verysecret" not in repr(calling.everything())


def test_inputs_that_break_the_schema_never_reach_the_connector(calling):
    echo = Echo()
    calling.engine.calls.connectors.add(echo)
    deploy(calling, connector("echo", say="${number}"))
    calling.start("p", number=7)
    calling.engine.run_due_jobs()
    message, _ = calling.incident()
    assert "$.say" in message
    assert echo.requests == []


def test_a_connector_that_is_gone_is_an_incident_that_names_the_others(calling):
    calling.engine.calls.connectors.add(Echo())
    deploy(calling, connector("echo", say="x"))
    calling.start("p")
    del calling.engine.calls.connectors.given["echo"]
    calling.engine.run_due_jobs()
    message, _ = calling.incident()
    assert "'echo'" in message
    assert "http-connector" in message


def test_a_retry_sees_what_was_mended(calling):
    echo = Echo()
    calling.engine.calls.connectors.add(echo)
    deploy(calling, connector("echo", say="${word}"))
    instance = calling.start("p", word=None)
    calling.engine.run_due_jobs()
    assert echo.requests == []
    calling.engine.set_variables(instance, {"word": "now"}, actor=ADMIN)
    (row,) = calling.rows("incident")
    calling.engine.retry_incident(row.id, actor=ADMIN)
    calling.engine.run_due_jobs()
    assert calling.tasks() == ["t"]
    assert [request.inputs["say"] for request in echo.requests] == ["now"]


def test_governance_postpones_without_costing_an_attempt(calling):
    class Full(Echo):
        def call(self, _request, /):
            raise WorkFailure("down")

    calling.engine.calls.connectors.add(Full())
    deploy(calling, connector("echo", say="x"))
    instances = [calling.start("p") for _ in range(3)]
    calling.engine.run_due_jobs(until=calling.clock.now())
    # Five failures opened the circuit: whoever comes now waits for it.
    jobs = calling.rows("job")
    assert sorted(job.retries for job in jobs) == [0, 1, 3]
    assert len(calling.rows("incident")) == 1
    waiting = next(job for job in jobs if job.retries == 3)
    assert "left alone" in waiting.error_message
    assert (waiting.failures, waiting.due_at > calling.clock.now()) == (0, True)
    assert len(instances) == 3


# ---- deployment ----------------------------------------------------------------------------------


def test_a_connector_that_nobody_has_is_refused_with_those_that_are_here(calling):
    ((code, said),) = problems(calling, connector("slack", say="x"))
    assert code == "connector-unknown"
    assert "'Say it' calls the connector 'slack'" in said
    assert "email" in said
    assert "http-connector" in said


def test_a_connector_without_a_name_is_refused(calling):
    found = problems(calling, connector(""))
    assert "connector-unknown" in [code for code, _ in found]


@pytest.mark.parametrize("kind", ["shell", "mule"])
def test_other_types_of_tasks_are_refused(calling, kind):
    ((code, said),) = problems(calling, task("", f'camunda:type="{kind}"'))
    assert (code, f"'{kind}'" in said) == ("connector-unknown", True)


def test_inputs_that_a_connector_does_not_take_are_refused(calling):
    calling.engine.calls.connectors.add(Echo())
    found = problems(calling, connector("echo", say="x", shout="y"))
    assert [code for code, _ in found] == ["connector-input-unknown"]
    assert "'shout'" in found[0][1]


def test_an_input_that_a_connector_needs_must_be_there(calling):
    calling.engine.calls.connectors.add(Echo())
    assert [code for code, _ in problems(calling, connector("echo"))] == ["connector-input-missing"]


def test_only_processes_that_run_must_have_their_connectors(calling):
    data = connector("slack", say="x").replace(b'isExecutable="true"', b'isExecutable="false"')
    file = File("p.bpmn", data)
    assert "connector-unknown" not in [p.code for p in calling.engine.check([file]).problems]
