"""The engine: one method a verb. Each opens one transaction, calls one command and commits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta, tzinfo
from importlib import import_module

from engine.actor import SYSTEM, Actor
from engine.clock import Clock, SystemClock, VirtualClock
from engine.commands import (
    ad_hoc,
    assign,
    checking,
    complete_task,
    correlate,
    deploy,
    evaluate_conditions,
    publish,
    start,
)
from engine.commands.access_verbs import AccessVerbs
from engine.commands.api_keys import IssuedKey, NewApiKey
from engine.commands.audit_verbs import AuditVerbs
from engine.commands.callback_verbs import CallbackVerbs
from engine.commands.change_task import TaskChange
from engine.commands.connecting import connect
from engine.commands.contract_verbs import ContractVerbs
from engine.commands.correlate import Address, Reached
from engine.commands.decision_verbs import DecisionVerbs
from engine.commands.deploy import Deployed
from engine.commands.external import Breakdown
from engine.commands.external_fetch import LockedTask, Topic
from engine.commands.files import File, Report
from engine.commands.incidents import Edit
from engine.commands.kept_messages import Message
from engine.commands.operating_verbs import OperatingVerbs
from engine.commands.people import NewPerson
from engine.commands.people_verbs import PeopleVerbs
from engine.commands.secret_verbs import SecretVerbs
from engine.commands.start import Which
from engine.commands.start_once import Order, forget_keys
from engine.commands.transaction import Tools
from engine.commands.worker_verbs import WorkerVerbs
from engine.jobs.executor import Executor
from engine.jobs.housekeeping import Housekeeper
from engine.jobs.outages import Patience
from engine.jobs.pauses import Pauses
from engine.jobs.running import Runner, process_name
from engine.jobs.until import run_until
from engine.queries.people import Person
from engine.queries.reader import Reading
from engine.services.beans import installed_beans
from engine.services.changes import About, Changes, Subscription
from engine.services.handlers import Handler, Handlers
from engine.services.notifying import Notifier
from engine.services.secrets import Vault
from engine.services.sending import NoSender, Sender
from engine.services.tenancy import TenantCalls
from engine.settings import Settings, tenant_pairs
from engine.store.database import Database, open_database
from engine.store.decisions import DecisionCache
from engine.store.ids import Ids
from engine.store.models import ModelCache

__all__ = [
    "Address",
    "Breakdown",
    "Deployed",
    "Edit",
    "Engine",
    "File",
    "IssuedKey",
    "LockedTask",
    "Message",
    "NewApiKey",
    "NewPerson",
    "Order",
    "Person",
    "Report",
    "TaskChange",
    "Topic",
    "Which",
]

Variables = Mapping[str, object]
Submitted = Mapping[str, str | Sequence[str]]


class Engine(
    Reading,
    WorkerVerbs,
    OperatingVerbs,
    PeopleVerbs,
    AccessVerbs,
    DecisionVerbs,
    CallbackVerbs,
    ContractVerbs,
    SecretVerbs,
    AuditVerbs,
):
    """Deploys, runs and shows processes; safe to share between threads.

    Every verb takes the `Actor` who acts. What a verb may raise is told by its command in
    `engine.commands`; all of it is in `engine.errors`.
    """

    def __init__(
        self,
        database: Database,
        *,
        clock: Clock | None = None,
        settings: Settings | None = None,
        handlers: Mapping[str, Handler] | None = None,
        beans: Mapping[str, object] | None = None,
    ) -> None:
        self.database = database
        self.clock = clock or SystemClock()
        self.settings = settings or Settings()
        self.models = ModelCache(self.settings.model_cache)
        self.decision_models = DecisionCache(self.settings.model_cache)
        self.handlers = Handlers(handlers or {})
        self.vault = Vault.of(self.settings, database.reading)
        self.beans = {**installed_beans(), **(beans or {})}
        self._tools = Tools(
            database,
            self.clock,
            Ids(),
            self.models,
            Changes(),
            beans=self.beans,
            decisions=self.decision_models,
            sender=_sender(self.settings),
            retries=self.settings.job_retries,
            tenant_calls=TenantCalls(tenant_pairs(self.settings.tenant_calls)),
        )
        if self.settings.notify and not database.is_sqlite:
            changes = self._tools.changes
            changes.carrier = Notifier(database.parameters(), changes.tell)
        self.calls = connect(self.settings, self._tools, self.vault)
        self.handlers.connectors = self.calls.handler

    @classmethod
    def open(
        cls,
        url: str,
        *,
        clock: Clock | None = None,
        settings: Settings | None = None,
        handlers: Mapping[str, Handler] | None = None,
        beans: Mapping[str, object] | None = None,
    ) -> Engine:
        """An engine on the database at *url*; its schema must be current (`engine.migrations`)."""
        synchronous = (settings or Settings()).sqlite_synchronous
        database = open_database(url, synchronous=synchronous)
        return cls(database, clock=clock, settings=settings, handlers=handlers, beans=beans)

    def close(self) -> None:
        """Tell others what is left to tell, and close the database."""
        self._tools.changes.close()
        self._tools.sender.close()
        self.database.close()

    def listen(self, about: About | None = None) -> AbstractContextManager[Subscription]:
        """Changes as they are committed, on PostgreSQL those of all processes; for live updates."""
        return self._tools.changes.listen(about)

    # ---- deploying --------------------------------------------------------------------------

    def check(self, given: Sequence[File]) -> Report:
        """Open files and collect all their problems; stores nothing."""
        return checking.check(
            given,
            connectors=self.calls.connectors,
            handlers=frozenset(self.handlers.names()),
            beans=self.beans,
        )

    def deploy(
        self, given: Sequence[File], *, actor: Actor, name: str = "", source: str = ""
    ) -> Deployed:
        """Deploy files together, or none of them: `deploy.deploy`."""
        report = self.check(given)
        return self._do(actor, lambda tx: deploy.deploy(tx, report, name=name, source=source))

    # ---- starting ---------------------------------------------------------------------------

    def start(
        self,
        process_id: str = "",
        *,
        actor: Actor,
        variables: Variables | None = None,
        business_key: str | None = None,
        version: int | None = None,
        definition_id: str = "",
    ) -> str:
        """Start an instance; its id: `start.start`."""
        which = Which(process_id, version, definition_id)
        return self._do(
            actor,
            lambda tx: start.start(tx, which, variables=variables, business_key=business_key),
        )

    def submit_start(
        self, definition_id: str, submitted: Submitted, *, actor: Actor, zone: tzinfo = UTC
    ) -> str:
        """Start an instance with its start form; its id: `start.submit_start`."""
        return self._do(
            actor, lambda tx: start.submit_start(tx, definition_id, submitted, zone=zone)
        )

    def start_by_message(
        self,
        name: str,
        *,
        actor: Actor,
        variables: Variables | None = None,
        business_key: str | None = None,
    ) -> str:
        """Start the process that a message starts; its id: `start.start_by_message`."""
        return self._do(
            actor,
            lambda tx: start.start_by_message(
                tx, name, variables=variables, business_key=business_key
            ),
        )

    # ---- people's tasks -----------------------------------------------------------------------

    def claim(self, task_id: str, *, actor: Actor) -> None:
        """Take a task: `assign.claim`."""
        self._do(actor, lambda tx: assign.claim(tx, task_id))

    def unclaim(self, task_id: str, *, actor: Actor) -> None:
        """Give a task back: `assign.unclaim`."""
        self._do(actor, lambda tx: assign.unclaim(tx, task_id))

    def assign(self, task_id: str, *, actor: Actor, assignee: str | None) -> None:
        """Hand a task to someone: `assign.assign`."""
        self._do(actor, lambda tx: assign.assign(tx, task_id, assignee=assignee))

    def complete_task(
        self, task_id: str, *, actor: Actor, variables: Variables | None = None
    ) -> None:
        """Complete a task with variables: `complete_task.complete_task`."""
        self._do(actor, lambda tx: complete_task.complete_task(tx, task_id, variables=variables))

    def submit_task(
        self, task_id: str, submitted: Submitted, *, actor: Actor, zone: tzinfo = UTC
    ) -> None:
        """Complete a task through its form: `complete_task.submit_task`."""
        self._do(actor, lambda tx: complete_task.submit_task(tx, task_id, submitted, zone=zone))

    def start_ad_hoc(self, task_id: str, activity_id: str, *, actor: Actor) -> None:
        """Start an activity from the task of an ad-hoc sub-process: `ad_hoc.start_activity`."""
        self._do(actor, lambda tx: ad_hoc.start_activity(tx, task_id, activity_id))

    # ---- messages and signals -------------------------------------------------------------------

    def correlate_message(
        self,
        name: str,
        *,
        actor: Actor,
        to: Address | None = None,
        variables: Variables | None = None,
    ) -> str:
        """Deliver a message to its one receiver; that instance: `correlate.correlate_message`."""
        return self.reach(name, actor=actor, to=to, variables=variables).instance_id

    def reach(
        self,
        name: str,
        *,
        actor: Actor,
        to: Address | None = None,
        variables: Variables | None = None,
    ) -> Reached:
        """The same, and whether the message began the instance: `correlate.correlate_message`."""
        address = to or Address()
        return self._do(
            actor,
            lambda tx: correlate.correlate_message(tx, name, address, variables=variables),
        )

    def publish_message(self, message: Message, *, actor: Actor) -> tuple[str, ...]:
        """Deliver a message to all who wait, and keep it: `publish.publish_message`."""
        return self._do(actor, lambda tx: publish.publish_message(tx, message))

    def broadcast_signal(
        self, name: str, *, actor: Actor, variables: Variables | None = None
    ) -> int:
        """Deliver a signal to everyone who waits for it; how many: `correlate.broadcast_signal`."""
        return self._do(actor, lambda tx: correlate.broadcast_signal(tx, name, variables=variables))

    def evaluate_conditions(
        self,
        variables: Variables,
        *,
        actor: Actor,
        process_id: str = "",
        business_key: str | None = None,
    ) -> list[str]:
        """Begin instances at conditional start events: `evaluate_conditions`."""
        return self._do(
            actor,
            lambda tx: evaluate_conditions.evaluate_conditions(
                tx, variables, process_id=process_id, business_key=business_key
            ),
        )

    def trigger(
        self,
        instance_id: str,
        element_id: str,
        *,
        actor: Actor,
        variables: Variables | None = None,
    ) -> None:
        """Let a waiting token go on: `correlate.trigger`."""
        self._do(
            actor,
            lambda tx: correlate.trigger(tx, instance_id, element_id, variables=variables),
        )

    # ---- jobs -------------------------------------------------------------------------------

    def run_due_jobs(self, *, limit: int = 10_000, until: datetime | None = None) -> int:
        """Run what is due, in due order, in this thread; how many jobs ran.

        Args:
            limit: most jobs to run.
            until: with a `VirtualClock`: move it from due time to due time up to here.
        """
        clock = self.clock if isinstance(self.clock, VirtualClock) else None
        return run_until(self.runner("synchronous", pause=timedelta(0)), clock, until, limit)

    def runner(self, worker: str, *, pause: timedelta | None = None) -> Runner:
        """What runs jobs one by one under the name *worker*."""
        settings = self.settings
        first = settings.job_retry_delay if pause is None else pause
        return Runner(
            self._tools,
            self.handlers,
            worker,
            settings.job_lease,
            Pauses(first, settings.job_retry_longest),
            settings.job_crashes,
            Patience(settings.job_lease),
        )

    def housekeeper(self) -> Housekeeper:
        """What is done now and then beside the jobs; `Housekeeper.start` begins."""
        return Housekeeper(self.keep_house, self.settings.audit_anchor)

    def keep_house(self) -> None:
        """Anchor the history when it is time, and forget what was kept for long enough."""
        self.anchor_history(every=self.settings.audit_anchor)
        self._do(SYSTEM, forget_keys)

    def executor(self) -> Executor:
        """Threads that run jobs until they are stopped; `Executor.start` begins."""
        return Executor(
            self.runner(process_name()),
            threads=self.settings.executor_threads,
            poll=self.settings.executor_poll.total_seconds(),
            limit=self.settings.job_time_limit,
        )


def _sender(settings: Settings) -> Sender:
    """By name: Celery is imported only when it is chosen."""
    if settings.executor != "celery":
        return NoSender()
    sender: Sender = import_module("engine.jobs.celery_app").make_outbox(settings)
    return sender
