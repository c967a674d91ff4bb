"""JUEL's compiler: syntax tree to closures over the environment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bpmn.expressions.base import Environment
from bpmn.expressions.beans import Bean, call_handler, call_method, read_property
from bpmn.expressions.compiled import Evaluator
from bpmn.expressions.faults import Fault, shorten
from bpmn.expressions.juel import coercion, decision_results
from bpmn.expressions.juel.checking import (
    CONVERTERS,
    FUNCTIONS,
    check_function,
    check_method,
)
from bpmn.expressions.juel.methods import (
    PATTERN_METHODS,
    PLAIN_TYPES,
    call_value_method,
)
from bpmn.expressions.juel.nodes import Found, Node, unwrapped, write_json
from bpmn.expressions.juel.parser import AND, OR, parse_template
from bpmn.expressions.juel.syntax import (
    Chain,
    Choice,
    FunctionCall,
    Link,
    Literal,
    MethodCall,
    Name,
    Prefix,
    Property,
    Tree,
)
from bpmn.expressions.limits import MAX_STRING

Binary = Callable[[object, object], object]

_BINARY: dict[str, Binary] = {
    "+": coercion.add,
    "-": coercion.subtract,
    "*": coercion.multiply,
    "/": coercion.divide,
    "%": coercion.modulo,
    "==": coercion.equals,
    "!=": lambda a, b: not coercion.equals(a, b),
    "<": coercion.less,
    "<=": coercion.less_or_equal,
    ">": coercion.greater,
    ">=": coercion.greater_or_equal,
}
_PREFIX: dict[str, Callable[[object], object]] = {
    "-": coercion.negate,
    "!": lambda value: not coercion.to_boolean(value),
    "empty": coercion.is_empty,
}
MAX_PATTERNS = 8
"""Calls with patterns in one text; each may take a tenth of a second."""

# Camunda resolves these before any variable.
_RESERVED = frozenset({"execution", "task"})


def build(text: str) -> tuple[Evaluator, frozenset[str]]:
    """Compile a text with its ``${...}`` parts to a closure and its free names.

    Raises:
        Fault: an expression cannot be read.
    """
    compiler = _Compiler()
    template = parse_template(text)
    if len(template.parts) == 1 and not isinstance(template.parts[0], str):
        run = _plainly(compiler.compile(template.parts[0]))
    else:
        parts = [p if isinstance(p, str) else compiler.compile(p) for p in template.parts]
        run = _joined(parts)
    return run, frozenset(compiler.names)


def _as_text(value: object) -> str:
    return write_json(value) if isinstance(value, (Node, Found)) else coercion.to_text(value)


def _plainly(run: Evaluator) -> Evaluator:
    def evaluate(environment: Environment) -> object:
        value = run(environment)
        return unwrapped(value) if type(value) in _WRAPPED else value

    return evaluate


_WRAPPED = frozenset({Node, Found, list})


def _joined(parts: Sequence[str | Evaluator]) -> Evaluator:
    def evaluate(environment: Environment) -> object:
        pieces: list[str] = []
        size = 0
        for part in parts:
            pieces.append(part if isinstance(part, str) else _as_text(part(environment)))
            size += len(pieces[-1])
            if size > MAX_STRING:
                raise Fault(f"The text has more than {MAX_STRING} characters.")
        return "".join(pieces)

    return evaluate


@dataclass(slots=True)
class _Compiler:
    names: set[str] = field(default_factory=set)
    patterns: int = 0

    def compile(self, tree: Tree) -> Evaluator:  # noqa: C901, PLR0911 - one line a kind of node
        match tree:
            case Literal(value=value):
                return lambda _environment: value
            case Name():
                return self._name(tree)
            case Property():
                return self._property(tree)
            case MethodCall():
                return self._method(tree)
            case FunctionCall():
                return self._function(tree)
            case Prefix():
                return _prefix(tree, self.compile(tree.operand))
            case Choice():
                return self._choice(tree)
            case Chain():
                return self._chain(tree)

    def _name(self, tree: Name) -> Evaluator:
        name, position = tree.name, tree.position
        if name in _RESERVED:
            return lambda environment: _reserved(environment, name, position)
        self.names.add(name)

        def evaluate(environment: Environment) -> object:
            try:
                return environment.variables[name]
            except KeyError:
                return _bean(environment, name, position)

        return evaluate

    def _property(self, tree: Property) -> Evaluator:
        base, key, position = self.compile(tree.base), self.compile(tree.key), tree.position

        def evaluate(environment: Environment) -> object:
            try:
                return _read(base(environment), key(environment))
            except Fault as fault:
                raise fault.at(position) from fault.__cause__

        return evaluate

    def _method(self, tree: MethodCall) -> Evaluator:
        name, position = tree.name, tree.position
        base, arguments = self.compile(tree.base), [self.compile(a) for a in tree.arguments]
        self._watch_variable(tree)
        check_method(tree)
        self._count_patterns(tree)

        def evaluate(environment: Environment) -> object:
            try:
                value = base(environment)
                values = [argument(environment) for argument in arguments]
                if type(value) not in PLAIN_TYPES and isinstance(value, Bean):
                    return call_method(value, name, values)
                return call_value_method(value, name, values)
            except Fault as fault:
                raise fault.at(position) from fault.__cause__

        return evaluate

    def _count_patterns(self, tree: MethodCall) -> None:
        self.patterns += tree.name in PATTERN_METHODS
        if self.patterns > MAX_PATTERNS:
            raise Fault(
                f"The text uses more than {MAX_PATTERNS} patterns.",
                code="expression-limit",
                position=tree.position,
            )

    def _watch_variable(self, tree: MethodCall) -> None:
        """``execution.getVariable('x')`` reads x, so a condition with it must watch x."""
        if tree.name in {"getVariable", "hasVariable"} and len(tree.arguments) == 1:
            argument = tree.arguments[0]
            if isinstance(argument, Literal) and isinstance(argument.value, str):
                self.names.add(argument.value)

    def _function(self, tree: FunctionCall) -> Evaluator:
        name, position = tree.name, tree.position
        check_function(tree)
        function = FUNCTIONS.get(name)
        if function is not None and not tree.arguments:
            return function
        arguments = [self.compile(argument) for argument in tree.arguments]
        if name in CONVERTERS and len(arguments) == 1:
            return self._converter(CONVERTERS[name], arguments[0], position)

        def evaluate(environment: Environment) -> object:
            values = [argument(environment) for argument in arguments]
            try:
                return call_handler(name, _handler(environment, name), values)
            except Fault as fault:
                raise fault.at(position) from fault.__cause__

        return evaluate

    def _converter(
        self, convert: Callable[[object], object], argument: Evaluator, position: int
    ) -> Evaluator:
        def evaluate(environment: Environment) -> object:
            try:
                return convert(argument(environment))
            except Fault as fault:
                raise fault.at(position) from None

        return evaluate

    def _choice(self, tree: Choice) -> Evaluator:
        condition = _boolean(self.compile(tree.condition), tree.position)
        then, otherwise = self.compile(tree.then), self.compile(tree.otherwise)
        return lambda environment: (then if condition(environment) else otherwise)(environment)

    def _chain(self, tree: Chain) -> Evaluator:
        first = self.compile(tree.first)
        if tree.level in {OR, AND}:
            operands = [first, *(self.compile(link.operand) for link in tree.links)]
            positions = [tree.position, *(link.position for link in tree.links)]
            tests = [_boolean(o, p) for o, p in zip(operands, positions, strict=True)]
            return _any_of(tests) if tree.level == OR else _all_of(tests)
        if len(tree.links) == 1:
            return self._pair(first, tree.links[0])
        return self._fold(first, tree.links)

    def _pair(self, left: Evaluator, link: Link) -> Evaluator:
        operation, right, position = (
            _BINARY[link.operator],
            self.compile(link.operand),
            link.position,
        )

        def evaluate(environment: Environment) -> object:
            try:
                return operation(left(environment), right(environment))
            except Fault as fault:
                raise fault.at(position) from fault.__cause__

        return evaluate

    def _fold(self, first: Evaluator, links: Sequence[Link]) -> Evaluator:
        steps = [(_BINARY[ln.operator], self.compile(ln.operand), ln.position) for ln in links]

        def evaluate(environment: Environment) -> object:
            value = first(environment)
            for operation, operand, position in steps:
                try:
                    value = operation(value, operand(environment))
                except Fault as fault:
                    raise fault.at(position) from fault.__cause__
            return value

        return evaluate


def _prefix(tree: Prefix, operand: Evaluator) -> Evaluator:
    operation, position = _PREFIX[tree.operator], tree.position

    def evaluate(environment: Environment) -> object:
        try:
            return operation(operand(environment))
        except Fault as fault:
            raise fault.at(position) from fault.__cause__

    return evaluate


def _boolean(operand: Evaluator, position: int) -> Callable[[Environment], bool]:
    def evaluate(environment: Environment) -> bool:
        value = operand(environment)
        if value is True or value is False:
            return value
        try:
            return coercion.to_boolean(value)
        except Fault as fault:
            raise fault.at(position) from None

    return evaluate


def _any_of(tests: Sequence[Callable[[Environment], bool]]) -> Evaluator:
    def evaluate(environment: Environment) -> object:
        for test in tests:  # noqa: SIM110 - any() with a generator takes twice as long
            if test(environment):
                return True
        return False

    return evaluate


def _all_of(tests: Sequence[Callable[[Environment], bool]]) -> Evaluator:
    def evaluate(environment: Environment) -> object:
        for test in tests:  # noqa: SIM110 - all() with a generator takes twice as long
            if not test(environment):
                return False
        return True

    return evaluate


def _reserved(environment: Environment, name: str, position: int) -> object:
    try:
        return environment.beans[name]
    except KeyError:
        pass
    try:
        return environment.variables[name]
    except KeyError:
        message = f"'{name}' is not available here."
        raise Fault(message, code="variable-unknown", position=position) from None


def _bean(environment: Environment, name: str, position: int) -> object:
    try:
        return environment.beans[name]
    except KeyError:
        raise Fault(
            f"There is no variable '{name}'.",
            code="variable-unknown",
            hint=f"Set it before, or test for it with execution.hasVariable('{name}').",
            position=position,
        ) from None


def _handler(environment: Environment, name: str) -> object:
    try:
        return environment.beans[name]
    except KeyError:
        known = ", ".join(sorted([*FUNCTIONS, *environment.beans]))
        message = f"There is no function '{name}'."
        raise Fault(message, code="function-unknown", hint=f"There are: {known}.") from None


def _read(base: object, key: object) -> object:
    """Read a property or an item; of null and where a list ends it is null, as EL has it."""
    if base is None:
        return None
    if isinstance(base, Node):
        return _read(base.value, key)
    if isinstance(base, dict):
        return _entry(base, key)
    if isinstance(base, (list, tuple)):
        return _item(base, key)
    if isinstance(base, Bean):
        return read_property(base, coercion.to_text(key))
    return _getter(base, coercion.to_text(key))


def _entry(entries: dict[object, object], key: object) -> object:
    name = coercion.to_text(key)
    if name in entries:
        return entries[name]
    return None


def _item(items: Sequence[object], key: object) -> object:
    try:
        number = coercion.to_number(key)
    except Fault:
        rules = decision_results.PROPERTIES.get(coercion.to_text(key))
        if rules is not None:
            return rules(items)
        hint = "Use size() for the number of items, [0] for the first."
        raise Fault(f"A list has no property {shorten(key)}.", hint=hint) from None
    index = int(number)
    return items[index] if 0 <= index < len(items) else None


def _getter(base: object, name: str) -> object:
    """``date.year`` is ``date.getYear()``, ``text.empty`` is ``text.isEmpty()``."""
    for prefix in ("get", "is"):
        method = f"{prefix}{name[:1].upper()}{name[1:]}"
        try:
            return call_value_method(base, method, ())
        except Fault:
            continue
    raise Fault(f"{shorten(base)} has no property '{name}'.", code="property-unknown")
