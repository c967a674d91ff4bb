"""Throw generated, mutated and random texts at the expression languages.

python tools/fuzz_expressions.py --count 100000 --seconds 600 --seed 1 --language feel

Every text must give a value or an ExpressionError, within a second. What does not is printed
with its seed, and the exit status is 1. A finding becomes a test.
"""

from __future__ import annotations

import argparse
import random
import resource
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from bpmn.expressions import (
    Environment,
    ExecutionBean,
    ExpressionError,
    compile_expression,
)
from bpmn.expressions.feel.registry import FUNCTIONS
from bpmn.expressions.juel.methods import METHODS

SLOW = 1.0
HANG = 5
NOW = datetime(2024, 1, 31, 9, 30, tzinfo=UTC)
VARIABLES: dict[str, object] = {
    "a": 5,
    "b": -2.5,
    "s": "text",
    "t": True,
    "n": None,
    "items": [1, "x", None, {"k": [1, 2]}],
    "numbers": [3, 1.5, -2, 10**20],
    "m": {"k": 1, "first name": "Ada"},
    "d": NOW,
    "day": date(2024, 2, 29),
    "span": timedelta(days=2, hours=3),
}
ENVIRONMENT = Environment(
    VARIABLES, NOW, "ada", {"execution": ExecutionBean(VARIABLES, {"id": "1"})}
)
NAMES = tuple(VARIABLES)
FUNCTION_NAMES = tuple(sorted(FUNCTIONS))
FEEL_LITERALS = (
    *("0", "1", "-3", "2.5", "1e30", "null", "true", "false", '"tea"', '""', '"a1b2"', '"[a-z]+"'),
    *('@"2024-02-29"', '@"10:00:00Z"', '@"2024-01-31T10:00:00@Europe/Paris"', '@"P1DT2H"'),
    *('@"-P1Y2M"', "[1..5)", "(< 3)", "[]", "{}", '@"-2021-01-01T00:00:00"', '"i"', "9" * 34),
)
FEEL_BINARY = ("+", "-", "*", "/", "**", "=", "!=", "<", "<=", ">", ">=", "and", "or", "in")
FEEL_TYPES = ("number", "string", "list<Any>", "context<k: number>", "function<Any>->Any", "date")
PIECES = (
    *"()[]{}.,:+-*/%<>=!?'\"`@#$&|\\\n ",
    *("${", "#{", "**", "..", " and ", " or ", "not", "empty ", " in ", "for x in ", " return "),
    *("if ", " then ", " else ", " satisfies ", "function(x) ", "null", "9" * 40, "1e999", "\x00"),
    *("\u00e9", "\U0001f600", "__class__", ".format", "*items", "lambda: 0", "@", "P1D", "-1"),
)


@dataclass
class Feel:
    """Writes FEEL by its grammar; most of it is valid."""

    chance: random.Random
    deepest: int
    depth: int = 0

    def expression(self) -> str:
        """Write one expression."""
        if self.depth > self.deepest or self.chance.random() < 0.2:
            return self.chance.choice((*FEEL_LITERALS, *NAMES, *NAMES))
        self.depth += 1
        text = self.chance.choice(_FEEL_FORMS)(self)
        self.depth -= 1
        return text

    def binary(self) -> str:
        """Two operands."""
        return f"({self.expression()} {self.chance.choice(FEEL_BINARY)} {self.expression()})"

    def call(self) -> str:
        """A call of a built-in function with as many arguments as it takes."""
        name = self.chance.choice(FUNCTION_NAMES)
        way = self.chance.choice(FUNCTIONS[name])
        count = self.chance.randint(way.required, len(way.parameters))
        values = [self.expression() for _ in range(count)]
        if self.chance.random() < 0.2:
            values = [
                f"{parameter}: {value}"
                for parameter, value in zip(way.parameters, values, strict=False)
            ]
        return f"{name}({', '.join(values)})"

    def iteration(self) -> str:
        """``for``, ``some`` or ``every``."""
        body = self.chance.choice(("x", "x", f"x + {self.expression()}", self.expression()))
        domain = self.chance.choice((self.expression(), f"{self.expression()}..a"))
        kind, word = self.chance.choice(
            (("for", "return"), ("some", "satisfies"), ("every", "satisfies"))
        )
        if kind != "for":
            domain = self.expression()
        return f"({kind} x in {domain} {word} {body})"

    def compound(self) -> str:
        """A list, a context, a range or a function with its call."""
        one, two = self.expression(), self.expression()
        forms = (
            f"[{one}, {two}]",
            f"{{k: {one}, j: {two}}}",
            f"[{one}..{two}]",
            f"(function(x, y) {one})({two}, 1)",
            f"sort(numbers, function(x, y) {one})",
            f"(if {one} then {two} else {self.expression()})",
            f"({one} between {two} and {self.expression()})",
            f"({one} in ({two}, > {self.expression()}))",
        )
        return self.chance.choice(forms)

    def suffix(self) -> str:
        """A path, a filter or a type test."""
        base = self.expression()
        kind = self.chance.choice(FEEL_TYPES)
        forms = (
            f"({base}).k",
            f"({base}).year",
            f"({base})[{self.expression()}]",
            f"({base})[item = {self.expression()}]",
            f"(({base}) instance of {kind})",
        )
        return self.chance.choice(forms)


_FEEL_FORMS = (Feel.binary, Feel.call, Feel.call, Feel.iteration, Feel.compound, Feel.suffix)


@dataclass
class Juel:
    """Writes JUEL by its grammar."""

    chance: random.Random
    deepest: int
    depth: int = 0

    def expression(self) -> str:
        """Write one expression."""
        if self.depth > self.deepest or self.chance.random() < 0.25:
            return self.chance.choice(("1", "2.5", "'tea'", "null", "true", *NAMES, *NAMES))
        self.depth += 1
        one, two = self.expression(), self.expression()
        operator = self.chance.choice(("+", "-", "*", "/", "%", "==", "lt", ">=", "&&", "or"))
        method = self.chance.choice(METHODS)
        arguments = ", ".join([two, self.expression()][: self.chance.randint(0, 2)])
        forms = (
            f"({one} {operator} {two})",
            f"({one} ? {two} : {self.expression()})",
            f"(empty {one})",
            f"(!{one})",
            f"({one}).{method}({arguments})",
            f"({one})[{two}]",
            f"S({one}).prop({two})",
            "dateTime().plusDays(" + one + ")",
        )
        self.depth -= 1
        return self.chance.choice(forms)


def mutate(chance: random.Random, text: str) -> str:
    """Cut, double, swap or put in a few pieces."""
    for _ in range(chance.randint(1, 4)):
        start = chance.randint(0, len(text))
        end = min(start + chance.randint(0, 6), len(text))
        piece = chance.choice((*PIECES, text[start:end] * 2, chance.choice(NAMES)))
        text = text[:start] + piece + text[end:]
    return text


def random_text(chance: random.Random) -> str:
    """Pieces and characters in any order."""
    if chance.random() < 0.5:
        return "".join(chance.choice((*PIECES, *NAMES)) for _ in range(chance.randint(0, 25)))
    return "".join(chr(chance.randrange(1, 0x2FFF)) for _ in range(chance.randint(0, 60)))


@dataclass
class Report:
    """What happened.

    Attributes:
        outcomes: how many texts gave a value, or which code of error.
        slowest: seconds and text.
        findings: texts that did what none may do.
    """

    outcomes: Counter[str] = field(default_factory=Counter)
    slowest: tuple[float, str] = (0.0, "")
    findings: list[str] = field(default_factory=list)

    def add(self, outcome: str, seconds: float, text: str) -> None:
        """Count one text."""
        self.outcomes[outcome] += 1
        self.slowest = max(self.slowest, (seconds, text))
        if seconds > SLOW:
            self.find(f"{seconds:.1f} s", text)

    def find(self, what: str, text: str) -> None:
        """Keep and print a finding."""
        self.findings.append(text)
        print(f"FOUND {what}: {text!r}", flush=True)


class Hanging(Exception):
    """A text did not end; the alarm stopped it."""


def try_text(report: Report, language: str, text: str) -> None:
    """Compile and evaluate one text, and count what it does."""
    # The processor's time: others may use the machine as well.
    begin = time.process_time()
    try:
        compile_expression(text, language).evaluate(ENVIRONMENT)
        outcome = "value"
    except ExpressionError as error:
        outcome = error.code
    report.add(outcome, time.process_time() - begin, text)


def write_text(chance: random.Random, language: str) -> str:
    """Choose how to make a text: six of ten by the grammar, three mutated, one random."""
    deepest = chance.choice((1, 2, 2, 3, 4))
    writers: dict[str, Callable[[], str]] = {
        "feel": Feel(chance, deepest).expression,
        "juel": lambda: "${" + Juel(chance, deepest).expression() + "}",
    }
    dice = chance.random()
    if dice < 0.1:
        text = random_text(chance)
        return "${" + text + "}" if language == "juel" else text
    text = writers[language]()
    return text if dice < 0.7 else mutate(chance, text)


def run(options: argparse.Namespace) -> Report:
    """Try texts until the count or the time is up."""
    chance = random.Random(options.seed)  # noqa: S311 - it chooses texts, no secrets
    report = Report()
    end = time.perf_counter() + options.seconds
    for _ in range(options.count):
        if time.perf_counter() > end:
            break
        text = write_text(chance, options.language)
        signal.setitimer(signal.ITIMER_PROF, HANG)
        try:
            try_text(report, options.language, text)
        except KeyboardInterrupt:
            break
        except Exception as problem:  # noqa: BLE001 - to see what should not be is its purpose
            report.find(repr(problem)[:200], text)
        signal.setitimer(signal.ITIMER_PROF, 0)
    return report


def _hang(*_arguments: object) -> None:
    raise Hanging


def main() -> int:
    """Read the options, run, print the figures."""
    parser = argparse.ArgumentParser(description="Fuzz the expression languages.")
    parser.add_argument("--count", type=int, default=10_000, help="texts to try")
    parser.add_argument("--seconds", type=float, default=60, help="stop after this long")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--language", choices=("feel", "juel"), default="feel")
    options = parser.parse_args()
    signal.signal(signal.SIGPROF, _hang)
    report = run(options)
    total = sum(report.outcomes.values())
    print(f"{total} texts, seed {options.seed}, {len(report.findings)} findings")
    for outcome, count in report.outcomes.most_common():
        print(f"  {outcome} {count} ({count / max(total, 1):.1%})")
    print(f"slowest {report.slowest[0]:.3f} s: {report.slowest[1][:100]!r}")
    print(f"memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MiB at most")
    return 1 if report.findings else 0


if __name__ == "__main__":
    sys.exit(main())
