"""Objects of the host that expressions may use: never arbitrary Python, only what they offer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from bpmn.expressions.faults import Fault


@runtime_checkable
class Bean(Protocol):
    """A named object of the host (``execution``, ``task``, a registered handler)."""

    def get(self, name: str) -> object:
        """Read one property.

        Raises:
            AttributeError: there is no such property; the text lists those that exist.
        """

    def call(self, name: str, arguments: Sequence[object]) -> object:
        """Call one method.

        Raises:
            AttributeError: there is no such method; the text lists those that exist.
            TypeError: the arguments do not fit.
        """


@dataclass(frozen=True, slots=True)
class TableBean:
    """A bean given by two tables, which is all that most hosts need.

    Attributes:
        label: its name in messages.
        properties: name to value.
        methods: name to a callable that takes positional arguments.
    """

    label: str
    properties: Mapping[str, object] = field(default_factory=dict)
    methods: Mapping[str, Callable[..., object]] = field(default_factory=dict)

    def get(self, name: str) -> object:
        """Read one property, or the result of ``getName()`` as Java beans have it."""
        if name in self.properties:
            return self.properties[name]
        getter = self.methods.get(f"get{name[:1].upper()}{name[1:]}")
        if getter is None:
            allowed = ", ".join(sorted(self.properties)) or "none"
            raise AttributeError(f"{self.label} has no property '{name}'; it has: {allowed}")
        return getter()

    def call(self, name: str, arguments: Sequence[object]) -> object:
        """Call one method; ``getName()`` also reads the property ``name``."""
        method = self.methods.get(name)
        if method is not None:
            return method(*arguments)
        if name.startswith("get") and not arguments:
            return self._read(name)
        raise self._unknown(name)

    def _read(self, getter: str) -> object:
        name = getter[3:4].lower() + getter[4:]
        if name not in self.properties:
            raise self._unknown(getter)
        return self.properties[name]

    def _unknown(self, name: str) -> AttributeError:
        getters = [f"get{key[:1].upper()}{key[1:]}" for key in self.properties]
        allowed = ", ".join(sorted([*self.methods, *getters])) or "none"
        return AttributeError(f"{self.label} has no method '{name}'; it has: {allowed}")


def read_property(bean: Bean, name: str) -> object:
    """Read a property of a bean, with a fault that says what there is."""
    try:
        return bean.get(name)
    except (AttributeError, LookupError, TypeError, ValueError) as problem:
        raise _bean_fault(problem) from problem


def call_method(bean: Bean, name: str, arguments: Sequence[object]) -> object:
    """Call a method of a bean, with a fault that says what there is."""
    try:
        return bean.call(name, arguments)
    except (AttributeError, ArithmeticError, LookupError, TypeError, ValueError) as problem:
        raise _bean_fault(problem) from problem


def call_handler(name: str, handler: object, arguments: Sequence[object]) -> object:
    """Call a handler that the host registered as a plain function."""
    if not callable(handler):
        raise Fault(f"'{name}' is no function.", hint="Call one of its methods: name.method(x).")
    try:
        return handler(*arguments)
    except (AttributeError, ArithmeticError, LookupError, TypeError, ValueError) as problem:
        raise _bean_fault(problem) from problem


def _bean_fault(problem: Exception) -> Fault:
    text = str(problem) or type(problem).__name__
    return Fault(text if text.endswith(".") else f"{text}.")
