"""``execution`` as expressions see it: variables and identity of the instance, read-only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


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
