"""``execution`` as expressions and scripts see it: variables and identity of the instance."""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from bpmn.expressions.beans import Bean


@runtime_checkable
class WithLocals(Protocol):
    """Variables of a script that tell those of its own scope from those around it."""

    @property
    def own(self) -> MutableMapping[str, object]:
        """Variables of exactly the scope in which the script runs."""


@dataclass(frozen=True, slots=True)
class ExecutionBean:
    """What ``execution.x`` reads in a Camunda 7 diagram.

    Attributes:
        variables: the scope chain of the expression.
        properties: such as ``processInstanceId``, ``processBusinessKey``, ``currentActivityId``.
    """

    variables: Mapping[str, object]
    properties: Mapping[str, object] = field(default_factory=dict)

    def get(self, name: str) -> object:
        """Read one property.

        Raises:
            AttributeError: there is no such property.
        """
        if name in self.properties:
            return self.properties[name]
        allowed = ", ".join(sorted(self.properties))
        raise AttributeError(f"execution has no property '{name}'; it has: {allowed}")

    def call(self, name: str, arguments: Sequence[object]) -> object:
        """Read a variable, or a property by its getter.

        Raises:
            AttributeError: there is no such method, or it would write.
            TypeError: the wrong number of arguments.
        """
        if name in {"getVariable", "hasVariable"}:
            (variable,) = arguments
            return self._variable(name, str(variable))
        if name.startswith(("set", "remove")):
            raise AttributeError(
                f"execution.{name} is refused: an expression does not change its variables. "
                "Use an output mapping, a result variable or a script task"
            )
        if name.startswith("get") and not arguments:
            return self.get(name[3:4].lower() + name[4:])
        getters = ", ".join(f"get{key[:1].upper()}{key[1:]}" for key in sorted(self.properties))
        raise AttributeError(
            f"execution has no method '{name}'; it has: getVariable, hasVariable, {getters}"
        )

    def _variable(self, method: str, name: str) -> object:
        try:
            value = self.variables[name]
        except KeyError:
            return None if method == "getVariable" else False
        return value if method == "getVariable" else True


@dataclass(frozen=True, slots=True)
class WritingExecution:
    """``execution`` inside a script: it reads and writes the variables of the script.

    Attributes:
        variables: of the script; `WithLocals` where its scope has variables of its own.
        execution: the host's bean for everything else, ``None`` without one.
    """

    variables: MutableMapping[str, object]
    execution: object

    def get(self, name: str) -> object:
        """Read a property of the host's execution.

        Raises:
            AttributeError: there is no such property.
        """
        if isinstance(self.execution, Bean):
            return self.execution.get(name)
        raise AttributeError(f"execution has no property '{name}' here")

    def call(self, name: str, arguments: Sequence[object]) -> object:
        """Read and write variables; everything else is the host's.

        Raises:
            AttributeError: there is no such method.
            TypeError: the arguments do not fit.
        """
        if name.removesuffix("Local") in _WRITING:
            count, method = _WRITING[name.removesuffix("Local")]
            if len(arguments) != count:
                raise TypeError(f"execution.{name} takes {count} arguments, not {len(arguments)}")
            if name.endswith("Local") and isinstance(self.variables, WithLocals):
                return method(self.variables.own, *arguments)
            return method(self.variables, *arguments)
        if isinstance(self.execution, Bean):
            return self.execution.call(name, arguments)
        raise AttributeError(f"execution has no method '{name}' here")


def _set(variables: MutableMapping[str, object], name: object, value: object) -> None:
    variables[str(name)] = value


def _set_all(variables: MutableMapping[str, object], values: object) -> None:
    if not isinstance(values, Mapping):
        raise TypeError("execution.setVariables takes a mapping of names to values")
    variables.update({str(name): value for name, value in values.items()})


def _remove(variables: MutableMapping[str, object], name: object) -> None:
    variables.pop(str(name), None)


_WRITING: Mapping[str, tuple[int, Callable[..., object]]] = {
    "setVariable": (2, _set),
    "setVariables": (1, _set_all),
    "getVariable": (1, lambda variables, name: variables.get(str(name))),
    "getVariables": (0, dict),
    "hasVariable": (1, lambda variables, name: str(name) in variables),
    "removeVariable": (1, _remove),
}
