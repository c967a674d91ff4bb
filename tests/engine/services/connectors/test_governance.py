"""Calls are governed by the system that they go to: rate, circuit breaker, bulkhead."""

from __future__ import annotations

import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from limits import parse
from redis import Redis
from redis.exceptions import RedisError

from bpmn.expressions.base import BpmnErrorThrown
from engine.clock import VirtualClock
from engine.errors import SettingInvalid
from engine.services.connectors.base import Answer, CallRefused
from engine.services.connectors.governance import Governor, Refused
from engine.services.connectors.targets import Targets, Treatment, of_contract
from engine.services.failure import WorkFailure
from tests.support.patience import PATIENCE

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
ERP = "https://erp.example:443"


@dataclass
class Watcher:
    """Remembers what it is told."""

    started: list[tuple[str, str]] = field(default_factory=list)
    outcomes: list[str] = field(default_factory=list)

    def call_started(self, connector, target, /):
        self.started.append((connector, target))

    def call_ended(self, _connector, _target, outcome, seconds, /):
        assert seconds >= 0
        self.outcomes.append(outcome)


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(NOON)


@pytest.fixture
def redis_url() -> Iterator[str]:
    url = "redis://127.0.0.1:6379/13"
    redis = Redis.from_url(url)
    try:
        redis.ping()
    except RedisError as error:
        pytest.skip(f"There is no Redis at {url}: {error}")
    yield url
    for key in redis.scan_iter("*laneway-test*"):
        redis.delete(key)
    redis.close()


def governor(clock, treatment=None, **more) -> Governor:
    return Governor(Targets(treatment or Treatment()), clock=clock, **more)


def ok() -> Answer:
    return Answer(status=200)


def down() -> Answer:
    raise WorkFailure("no answer")


def outcome(governor: Governor, work=ok, target=ERP) -> str:
    """What became of one call: its outcome, as the observer is told it."""
    watcher = Watcher()
    governor.observer = watcher
    with suppress(WorkFailure, BpmnErrorThrown, Refused):
        governor.call("http", target, work)
    assert watcher.started == [("http", target)]
    (found,) = watcher.outcomes
    return found


def refusal(governor: Governor, target=ERP) -> Refused:
    with pytest.raises(Refused) as refused:
        governor.call("http", target, ok)
    return refused.value


def test_the_observer_is_told_of_every_outcome(clock):
    governed = governor(clock)

    def pending():
        return Answer(status=202, is_pending=True)

    def error():
        raise BpmnErrorThrown("NO_MONEY")

    assert [outcome(governed, work) for work in (ok, pending, error, down)] == [
        "ok",
        "pending",
        "error",
        "failed",
    ]


# ---- circuit breakers ----------------------------------------------------------------------------


def test_failures_in_a_row_open_the_circuit(clock):
    governed = governor(clock, Treatment(failures=3, pause=timedelta(seconds=30)))
    assert [outcome(governed, down) for _ in range(4)] == ["failed"] * 3 + ["circuit-open"]
    assert refusal(governed).until == NOON + timedelta(seconds=30)
    assert outcome(governed, ok, "https://other.example:443") == "ok"


def test_a_success_in_between_counts_anew(clock):
    governed = governor(clock, Treatment(failures=2))
    works = (down, ok, down, ok, down)
    assert [outcome(governed, work) for work in works][-1] == "failed"


def test_after_its_pause_one_call_is_tried(clock):
    governed = governor(clock, Treatment(failures=1, pause=timedelta(seconds=30)))
    assert outcome(governed, down) == "failed"
    clock.move(timedelta(seconds=30))
    second = []

    def trial():
        second.append(outcome(governor_of_others))
        return ok()

    governor_of_others = governed
    governed.call("http", ERP, trial)
    assert second == ["circuit-open"]
    assert outcome(governed) == "ok"


def test_a_trial_that_fails_opens_it_again_at_once(clock):
    governed = governor(clock, Treatment(failures=3, pause=timedelta(seconds=30)))
    for _ in range(3):
        outcome(governed, down)
    clock.move(timedelta(seconds=30))
    assert outcome(governed, down) == "failed"
    assert refusal(governed).until == NOON + timedelta(seconds=60)
    # However long a call may take: the next trial does not wait for the one that is over.
    clock.move(timedelta(seconds=30))
    assert outcome(governed) == "ok"


def test_a_trial_whose_worker_died_is_followed_by_another(clock):
    governed = governor(
        clock, Treatment(failures=1, pause=timedelta(seconds=30), timeout=timedelta(seconds=60))
    )
    outcome(governed, down)
    clock.move(timedelta(seconds=30))

    def die():
        raise SystemExit

    with pytest.raises(SystemExit):
        governed.call("http", ERP, die)
    assert outcome(governed) == "circuit-open"
    clock.move(timedelta(seconds=60))
    assert outcome(governed) == "ok"


def test_what_the_caller_did_wrong_opens_no_circuit(clock):
    governed = governor(clock, Treatment(failures=1))

    def wrong():
        raise WorkFailure("no such order", is_final=True)

    def throttled():
        raise CallRefused("429", retry_after=timedelta(seconds=1))

    def error():
        raise BpmnErrorThrown("NO_MONEY")

    assert [outcome(governed, work) for work in (wrong, throttled, error)] == [
        "failed",
        "failed",
        "error",
    ]
    assert outcome(governed) == "ok"


def test_an_answer_that_tells_of_an_outage_counts(clock):
    governed = governor(clock, Treatment(failures=1))

    def broken():
        refused = CallRefused("500")
        refused.is_outage = True
        raise refused

    outcome(governed, broken)
    assert outcome(governed) == "circuit-open"


# ---- rates ---------------------------------------------------------------------------------------


def test_calls_beyond_the_rate_wait_their_turn(clock):
    governed = governor(clock, Treatment(rates=(parse("2/10minutes"),)))
    assert [outcome(governed) for _ in range(2)] == ["ok", "ok"]
    # One after the other, as two in ten minutes are, instead of all at once.
    first, second = refusal(governed).until, refusal(governed).until
    assert NOON < first < second <= NOON + timedelta(minutes=15)


def test_no_rate_is_used_up_by_calls_that_an_open_circuit_refuses(clock):
    treatment = Treatment(rates=(parse("2/hour"),), failures=1, pause=timedelta(seconds=30))
    governed = governor(clock, treatment)
    outcome(governed, down)
    assert [outcome(governed) for _ in range(5)] == ["circuit-open"] * 5
    clock.move(timedelta(seconds=30))
    assert outcome(governed) == "ok"


def test_a_rate_is_each_targets_own(clock):
    governed = governor(clock, Treatment(rates=(parse("1/hour"),)))
    assert outcome(governed) == "ok"
    assert outcome(governed, ok, "https://other.example:443") == "ok"
    assert outcome(governed) == "rate-limited"


def test_pages_of_one_call_wait_for_the_rate_too(clock):
    governed = governor(clock, Treatment(rates=(parse("1/hour"),), timeout=timedelta(seconds=5)))
    governed.pace(ERP)
    with pytest.raises(WorkFailure, match="all pages"):
        governed.pace(ERP)


# ---- bulkheads -----------------------------------------------------------------------------------


def test_no_more_calls_run_at_once_than_allowed(clock):
    governed = governor(clock, Treatment(concurrency=2))
    inside, go = threading.Semaphore(0), threading.Event()

    def slow():
        inside.release()
        assert go.wait(PATIENCE)
        return ok()

    with ThreadPoolExecutor(2) as pool:
        running = [pool.submit(governed.call, "http", ERP, slow) for _ in range(2)]
        for _ in range(2):
            assert inside.acquire(timeout=PATIENCE)
        refused = refusal(governed)
        assert (refused.outcome, refused.until) == ("busy", NOON + timedelta(seconds=1))
        assert outcome(governed, ok, "https://other.example:443") == "ok"
        go.set()
        assert [each.result().status for each in running] == [200, 200]
    assert outcome(governed) == "ok"


def test_a_call_that_fails_leaves_its_place(clock):
    governed = governor(clock, Treatment(concurrency=1, failures=100))
    assert [outcome(governed, down) for _ in range(3)] == ["failed"] * 3


# ---- contracts -----------------------------------------------------------------------------------


def test_a_contract_has_limits_of_its_own_besides_the_targets(clock):
    governed = governor(clock)
    limits = {"rate": {"calls": 1, "seconds": 3600}, "concurrency": 3}
    besides = {"contract credit-check 2.0.0": of_contract(limits)}
    governed.call("http", ERP, ok, besides=besides)
    with pytest.raises(Refused, match="contract credit-check"):
        governed.call("http", ERP, ok, besides=besides)
    assert outcome(governed) == "ok"


def test_a_contracts_breaker_opens_for_its_calls_only(clock):
    governed = governor(clock)
    limits = {"breaker": {"failures": 1, "seconds": 60}}
    besides = {"contract credit-check 2.0.0": of_contract(limits)}
    with pytest.raises(WorkFailure):
        governed.call("http", ERP, down, besides=besides)
    with pytest.raises(Refused, match="contract credit-check") as refused:
        governed.call("http", ERP, ok, besides=besides)
    assert refused.value.until == NOON + timedelta(seconds=60)
    assert outcome(governed) == "ok"


# ---- shared over Redis ---------------------------------------------------------------------------


def test_processes_share_circuits_over_redis(clock, redis_url):
    target = f"https://laneway-test-{uuid.uuid4()}:443"
    treatment = Treatment(failures=2, pause=timedelta(seconds=60))
    one, two = (governor(clock, treatment, redis_url=redis_url) for _ in range(2))
    assert outcome(one, down, target) == "failed"
    assert outcome(two, down, target) == "failed"
    assert outcome(one, ok, target) == "circuit-open"
    assert NOON < refusal(two, target).until <= NOON + timedelta(seconds=60)


def test_one_process_tries_a_circuit_that_all_found_open(clock, redis_url):
    target = f"https://laneway-test-{uuid.uuid4()}:443"
    treatment = Treatment(failures=1, pause=timedelta(seconds=60))
    one, two = (governor(clock, treatment, redis_url=redis_url) for _ in range(2))
    outcome(one, down, target)
    # The pause is over: Redis counts it by its own time.
    Redis.from_url(redis_url).delete(f"laneway:circuit:{{{target}}}:open")
    seen = []

    def trial():
        seen.append(outcome(two, ok, target))
        return ok()

    one.call("http", target, trial)
    assert seen == ["circuit-open"]
    assert outcome(two, ok, target) == "ok"


def test_processes_share_rates_over_redis(clock, redis_url):
    target = f"https://laneway-test-{uuid.uuid4()}:443"
    treatment = Treatment(rates=(parse("2/hour"),))
    one, two = (governor(clock, treatment, redis_url=redis_url) for _ in range(2))
    found = [outcome(each, ok, target) for each in (one, two, one, two)]
    assert found == ["ok", "ok", "rate-limited", "rate-limited"]


def test_without_redis_each_process_counts_for_itself(clock):
    treatment = Treatment(rates=(parse("1/hour"),), failures=1)
    governed = governor(clock, treatment, redis_url="redis://127.0.0.1:1/0")
    assert outcome(governed) == "ok"
    assert outcome(governed) == "rate-limited"
    other = "https://other.example:443"
    assert [outcome(governed, down, other), outcome(governed, ok, other)] == [
        "failed",
        "rate-limited",
    ]


# ---- the file of targets -------------------------------------------------------------------------


def targets(folder: Path, text: str) -> Targets:
    path = folder / "targets.toml"
    path.write_text(text)
    return Targets.read(str(path))


def test_a_target_is_treated_as_its_entry_says_else_as_the_default(tmp_path):
    found = targets(
        tmp_path,
        """
        [default]
        concurrency = 4
        timeout = 20

        ["https://erp.example"]
        rate = "10/minute;100/hour"
        failures = 2
        pause = 90

        ["*.partner.example"]
        concurrency = 1

        ["smtp.example"]
        timeout = 5
        """,
    )
    erp = found.of("https://erp.example:443")
    assert [rate.amount for rate in erp.rates] == [10, 100]
    assert (erp.failures, erp.pause, erp.concurrency) == (2, timedelta(seconds=90), 4)
    assert found.of("https://a.b.partner.example:8443").concurrency == 1
    assert found.of("smtp://smtp.example:587").timeout == timedelta(seconds=5)
    assert found.of("https://erp.example:8443") == found.default
    assert found.of("sql:reporting").timeout == timedelta(seconds=20)


def test_without_a_file_everything_has_the_default():
    assert Targets.read("").of(ERP) == Treatment()


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("[default", "cannot be read"),
        ("default = 1", "is no table"),
        ('["erp.example"]\nspeed = 1', "speed"),
        ('["erp.example"]\nrate = "often"', "often"),
        ('["erp.example"]\nconcurrency = 0', "concurrency = 0"),
        ('["erp.example"]\npause = "long"', "pause = 'long'"),
    ],
)
def test_a_wrong_file_stops_the_start_with_the_place(tmp_path, text, fact):
    with pytest.raises(SettingInvalid, match=fact) as invalid:
        targets(tmp_path, text)
    assert "LANEWAY_TARGETS_FILE" in str(invalid.value)


def test_a_file_that_is_not_there_stops_the_start():
    with pytest.raises(SettingInvalid, match="cannot be read"):
        Targets.read("/nowhere/targets.toml")


def test_redis_is_imported_only_where_processes_share_it():
    program = (
        "import sys, engine.core; from engine.services.connectors.governance import Governor; "
        "Governor(); assert 'redis' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
