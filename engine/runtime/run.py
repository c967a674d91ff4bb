"""One running step: the workspace, the agenda, and the evaluation of what the diagram says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bpmn.expressions import compile_expression, compile_script, evaluate_condition
from bpmn.expressions.base import Environment, ExpressionError
from bpmn.expressions.execution import ExecutionBean, WritingExecution
from bpmn.model import Expression, ListValue, MapValue, ProcessModel, Script, Value
from engine.runtime.agenda import Agenda, Operation
from engine.runtime.decisions import NO_DECISIONS, DecisionPort
from engine.runtime.plan import NodePlan, Plan
from engine.runtime.state import MISSING, InstanceState, Scope, Token
from engine.runtime.step import HistoryEvent
from engine.runtime.texts import plain_text
from engine.runtime.variables import (
    Isolated,
    LocalVariables,
    Overlay,
    ScopeVariables,
    ScriptVariables,
    assign,
    find,
    first_index,
)
from engine.runtime.workspace import Workspace

_PLAIN = frozenset({"literal", "variable"})
_WORDS = frozenset({"true", "false"})


class Failure(Exception):
    """A step cannot go on at a token: it becomes an incident of this kind there.

    Attributes:
        kind: stable word, as ``no-flow-selected``.
        message: what went wrong and what to do.
        data: what the incident shows besides.
    """

    def __init__(
        self, kind: str, message: str, *, data: Mapping[str, object] | None = None
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.data = data or {}


@dataclass(frozen=True, slots=True)
class Settings:
    """What a step is told besides its command.

    Attributes:
        user: who acts, ``None`` for the system.
        groups: those of who acts, sorted.
        beans: names of the host that expressions may use.
        budget: how many operations one step may take before it is stopped as an endless loop.
        decisions: where the decisions are that tasks call.
        retries: attempts of a job whose diagram does not say how many.
    """

    user: str | None = None
    groups: tuple[str, ...] = ()
    beans: Mapping[str, object] = field(default_factory=dict)
    budget: int = 200_000
    decisions: DecisionPort = NO_DECISIONS
    retries: int = 3


class Run:
    """One running step. Behaviours get it as their first argument and change nothing else."""

    __slots__ = (
        "_environments",
        "_finishing",
        "_first_index",
        "_properties",
        "agenda",
        "has_learned",
        "model",
        "now",
        "plan",
        "settings",
        "work",
    )

    def __init__(self, plan: Plan, work: Workspace, now: datetime, settings: Settings) -> None:
        self.plan = plan
        self.model: ProcessModel = plan.model
        self.work = work
        self.now = now
        self.settings = settings
        self.agenda = Agenda()
        # Whether a correlation key became known, which open subscriptions must hear of.
        self.has_learned = False
        self._first_index = first_index(plan.model.dialect)
        self._environments: dict[int, Environment] = {}
        self._finishing: set[int] = set()
        self._properties = properties_of(work.instance)

    def node(self, node_id: str) -> NodePlan:
        """The plan of a node.

        Raises:
            Failure: this version of the diagram has no such node.
        """
        found = self.plan.nodes.get(node_id)
        if found is None:
            raise Failure("node-missing", f"The process has no element {node_id!r}.")
        return found

    def schedule(self, operation: Operation, scope: Scope, token: Token | None = None) -> None:
        """Put an operation at the end of the agenda."""
        self.agenda.entries.append((operation, scope, token))

    def schedule_finish(self, scope: Scope) -> None:
        """Have *scope* finished, once, however many of its paths end before it is its turn.

        A scope that is kept for compensation lives on, so a second time would do everything again.
        """
        if scope.id not in self._finishing:
            self._finishing.add(scope.id)
            self.schedule(Operation.FINISH, scope)

    def begin_finish(self, scope: Scope) -> None:
        """Its turn has come: what happens from now on may have it finished again."""
        self._finishing.discard(scope.id)

    def schedule_last(self, scope: Scope, token: Token) -> None:
        """Have the behaviour's ``execute_last`` called when nothing else can move."""
        self.agenda.last.append((Operation.LAST, scope, token))

    def record(self, kind: str, node: str, scope: Scope, data: Mapping[str, object]) -> None:
        """Write a line of history."""
        self.work.history.append(HistoryEvent(kind, node, scope.id, data))

    # ---- variables --------------------------------------------------------------------------

    def variable(self, scope: Scope, name: str) -> object:
        """The variable as *scope* sees it, or `MISSING`."""
        return find(self.work, scope.id, name, first_index=self._first_index)

    def write(self, scope: Scope, variables: Mapping[str, object]) -> None:
        """Write each variable to the nearest scope that has it, else to the process."""
        for name, value in variables.items():
            assign(self.work, scope.id, name, value)

    def write_local(self, scope: Scope, variables: Mapping[str, object]) -> None:
        """Write variables of exactly that scope."""
        for name, value in variables.items():
            self.work.set_local(scope.id, name, value)

    # ---- evaluation ---------------------------------------------------------------------------

    def environment(self, scope: Scope) -> Environment:
        """What expressions in *scope* may see."""
        found = self._environments.get(scope.id)
        if found is None:
            variables = ScopeVariables(self.work, scope.id, self._first_index)
            beans = {
                "execution": ExecutionBean(variables, self._properties),
                **self.settings.beans,
            }
            settings = self.settings
            found = Environment(variables, self.now, settings.user, beans, settings.groups)
            self._environments[scope.id] = found
        return found

    def execution(self, scope: Scope, more: Mapping[str, object]) -> Mapping[str, object]:
        """``execution`` with *more* properties, as beans of a script."""
        variables = self.environment(scope).variables
        return {"execution": ExecutionBean(variables, {**self._properties, **more})}

    def forget(self, scope: Scope) -> None:
        """The scope ended; drop what was kept for its expressions."""
        self._environments.pop(scope.id, None)

    def evaluate(
        self, expression: Expression, scope: Scope, before: Mapping[str, object] | None = None
    ) -> object:
        """The value of *expression* in *scope*, with the variables *before* hiding others.

        Raises:
            Failure: it cannot be evaluated; the incident names it and the variables it saw.
        """
        language = expression.language
        if language == "literal":
            return expression.text
        environment = self._environment(scope, before)
        if language == "variable":
            return environment.variables.get(expression.text)
        try:
            return compile_expression(expression.text, language).evaluate(environment)
        except ExpressionError as problem:
            raise self._failure(expression.text, language, problem, environment) from problem

    def holds(
        self,
        condition: Expression | Script,
        scope: Scope,
        before: Mapping[str, object] | None = None,
    ) -> bool:
        """Whether a condition is true, with the variables *before* hiding others.

        Raises:
            Failure: it cannot be evaluated, or is neither true nor false.
        """
        if isinstance(condition, Script):
            value = self.run_script(condition, scope, before)
        elif condition.language in _PLAIN:
            value = self.evaluate(condition, scope, before)
        else:
            return self._holds(condition, self._environment(scope, before))
        if isinstance(value, str) and value.strip().lower() in _WORDS:
            return value.strip().lower() == "true"
        if isinstance(value, bool):
            return value
        raise Failure(
            "condition-not-boolean",
            f"The condition {condition.text!r} is {value!r}, neither true nor false.",
        )

    def holds_with(
        self,
        condition: Expression,
        scope: Scope,
        before: Mapping[str, object],
        beans: Mapping[str, object],
    ) -> bool:
        """Whether *condition* is true, which sees *before* and *beans* besides its scope.

        Raises:
            Failure: it cannot be evaluated, or is neither true nor false.
        """
        environment = self._environment(scope, before)
        return self._holds(condition, _with(environment, environment.variables, beans))

    def _holds(self, condition: Expression, environment: Environment) -> bool:
        try:
            compiled = compile_expression(condition.text, condition.language)
            return evaluate_condition(compiled, environment)
        except ExpressionError as problem:
            raise self._failure(
                condition.text, condition.language, problem, environment
            ) from problem

    def run_script(
        self,
        script: Script,
        scope: Scope,
        before: Mapping[str, object] | None = None,
        *,
        beans: Mapping[str, object] | None = None,
    ) -> object:
        """Run *script* in *scope* and write what it changed; the result is its value.

        ``beans``: names that it sees besides those of every expression.

        Raises:
            Failure: the script failed; nothing is written.
            BpmnErrorThrown: it threw a BPMN error; nothing is written.
        """
        environment = self._environment(scope, before)
        variables = ScriptVariables(environment.variables, LocalVariables(self.work, scope.id))
        more = dict(beans or ())
        read = more.get("execution", environment.beans.get("execution"))
        more["execution"] = WritingExecution(variables, read)
        environment = _with(environment, environment.variables, more)
        try:
            result = compile_script(script.text, script.format).run(
                variables, environment, self.work.log.append
            )
        except ExpressionError as problem:
            raise self._failure(script.text, script.format, problem, environment) from problem
        self._write_back(scope, variables)
        return result

    def _write_back(self, scope: Scope, variables: ScriptVariables) -> None:
        """What a script removed of *scope* itself is out of the way of what it wrote then."""
        own = variables.own.written
        self.write_local(scope, {name: value for name, value in own.items() if value is MISSING})
        self.write(scope, variables.written)
        self.write_local(scope, {n: value for n, value in own.items() if value is not MISSING})

    def value(
        self, source: Value, scope: Scope, before: Mapping[str, object] | None = None
    ) -> object:
        """The value of a mapping's source in *scope*; see `evaluate` for failures."""
        if isinstance(source, Expression):
            return self.evaluate(source, scope, before)
        if isinstance(source, Script):
            return self.run_script(source, scope, before)
        if isinstance(source, ListValue):
            return [self.value(item, scope, before) for item in source.items]
        assert isinstance(source, MapValue)
        return {
            str(self.evaluate(key, scope, before)): self.value(item, scope, before)
            for key, item in source.entries
        }

    def text(self, expression: Expression | None, scope: Scope) -> str:
        """The value as text, empty for nothing: names, codes, keys."""
        if expression is None:
            return ""
        return plain_text(self.evaluate(expression, scope))

    def _environment(self, scope: Scope, before: Mapping[str, object] | None) -> Environment:
        environment = self.environment(scope)
        if before is None:
            return environment
        isolated = isinstance(before, Isolated)
        seen = before if isolated else Overlay(before, environment.variables)
        return _with(environment, seen, {})

    def _failure(
        self, text: str, language: str, problem: ExpressionError, environment: Environment
    ) -> Failure:
        message = f"{problem.message} In: {text}"
        if problem.hint:
            message = f"{message} ({problem.hint})"
        seen = sorted(environment.variables)
        data = {"expression": text, "language": language, "code": problem.code, "variables": seen}
        return Failure(problem.code, message, data=data)


def _with(
    environment: Environment, variables: Mapping[str, object], beans: Mapping[str, object]
) -> Environment:
    """*environment* with other *variables* and more *beans*; `replace` is slow for every turn."""
    every = {**environment.beans, **beans} if beans else environment.beans
    return Environment(variables, environment.now, environment.user, every, environment.groups)


def properties_of(instance: InstanceState) -> Mapping[str, object]:
    """What expressions and handlers read of the instance itself."""
    return {
        "id": instance.id,
        "processInstanceId": instance.id,
        "processDefinitionId": instance.definition_id,
        "processBusinessKey": instance.business_key,
        "businessKey": instance.business_key,
        "tenantId": instance.tenant_id or None,
    }
