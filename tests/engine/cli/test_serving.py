"""`laneway run` and `laneway worker` as real processes: they serve, run jobs, and end when told."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest

from engine.actor import SYSTEM
from engine.core import Engine, File
from engine.queries.tasks import TaskFilter, TaskList
from tests.support.patience import PATIENCE, until
from tests.support.ports import free_port

ROOT = Path(__file__).parents[3]
TIMER = b"""<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" id="Definitions_1"
    targetNamespace="https://example.com/bpmn">
  <bpmn:process id="soon" isExecutable="true">
    <bpmn:startEvent id="start" />
    <bpmn:sequenceFlow id="f1" sourceRef="start" targetRef="pause" />
    <bpmn:intermediateCatchEvent id="pause">
      <bpmn:timerEventDefinition><bpmn:timeDuration>PT0.2S</bpmn:timeDuration></bpmn:timerEventDefinition>
    </bpmn:intermediateCatchEvent>
    <bpmn:sequenceFlow id="f2" sourceRef="pause" targetRef="after" />
    <bpmn:userTask id="after" name="After the pause" />
  </bpmn:process>
</bpmn:definitions>
"""

pytestmark = pytest.mark.acceptance


@contextmanager
def laneway(*arguments, **environment):
    """Run the command until the test is done with it; it must end by itself when told."""
    process = subprocess.Popen(
        [sys.executable, "-m", "engine.cli", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
    )
    try:
        yield process
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
    finally:
        process.kill()
        process.wait()


def page(port, path):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=PATIENCE) as response:
            return response.read().decode()
    except OSError:
        return ""


def start_and_wait_for_the_timer(url):
    engine = Engine.open(url)
    engine.deploy([File("soon.bpmn", TIMER)], actor=SYSTEM)
    instance = engine.start("soon", actor=SYSTEM)
    wanted = TaskFilter(list=TaskList.ALL, instance_id=instance)
    rows = until(lambda: engine.tasks(wanted, actor=SYSTEM).items)
    engine.close()
    return rows[0].name


def test_run_loads_the_demo_serves_pages_and_runs_jobs(tmp_path):
    port = free_port()
    url = f"sqlite:///{tmp_path / 'laneway.db'}"
    with laneway("run", "--port", str(port), "--database", url, LANEWAY_DEMO="1"):
        login = until(lambda: page(port, "/login"))
        assert "Ana Ribeiro" in login
        assert start_and_wait_for_the_timer(url) == "After the pause"
    with laneway("run", "--port", str(port), "--database", url, LANEWAY_DEMO="1"):
        assert until(lambda: page(port, "/login")).count("Ana Ribeiro") == login.count(
            "Ana Ribeiro"
        )


def test_worker_runs_jobs_without_pages(tmp_path):
    url = f"sqlite:///{tmp_path / 'laneway.db'}"
    with laneway("worker", "--database", url):
        until((tmp_path / "laneway.db").exists)
        assert migrates(url)
        assert start_and_wait_for_the_timer(url) == "After the pause"


def migrates(url):
    """The worker migrates too: the second one waits for the first and finds nothing to do."""
    ended = subprocess.run(
        [sys.executable, "-m", "engine.cli", "migrate", "--database", url],
        cwd=ROOT,
        timeout=PATIENCE,
        check=False,
    )
    return ended.returncode == 0
