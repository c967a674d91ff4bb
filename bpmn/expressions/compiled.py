"""A compiled expression of any language: a closure with its text and its names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bpmn.expressions.base import Environment, ExpressionError, Language
from bpmn.expressions.faults import Fault, syntax_fault
from bpmn.expressions.limits import MAX_TEXT

Evaluator = Callable[[Environment], object]


@dataclass(frozen=True, slots=True)
class Compiled:
    """A parsed expression, immutable and shared by all threads.

    Attributes:
        text: the text as drawn.
        language: the language it was compiled as.
        names: free variable names, first segment of a path.
        run: the closure; it raises ``Fault`` where an operation does not fit its values.
    """

    text: str
    language: Language
    names: frozenset[str]
    run: Evaluator

    def evaluate(self, environment: Environment) -> object:
        """Evaluate to a plain Python value.

        Raises:
            ExpressionError: the evaluation failed; it says what went wrong and where.
        """
        try:
            return self.run(environment)
        except Fault as fault:
            raise fault.as_error(self.text) from fault
        except ExpressionError:
            raise
        except RecursionError as problem:
            raise ExpressionError(
                "The value is nested too deeply.", code="expression-too-large", text=self.text
            ) from problem
        except (ArithmeticError, LookupError, MemoryError, TypeError, ValueError) as problem:
            # A bean of the host, or a value that no rule foresaw; never let it end an instance.
            raise ExpressionError(f"The evaluation failed: {problem}.", text=self.text) from problem


def checked_compile(
    text: str, language: Language, build: Callable[[str], tuple[Evaluator, frozenset[str]]]
) -> Compiled:
    """Run a language's compiler with the limits that hold for all of them.

    Raises:
        ExpressionError: the text is too long, nested too deeply or cannot be read.
    """
    try:
        if len(text) > MAX_TEXT:
            message = f"The expression has {len(text)} characters; {MAX_TEXT} are allowed."
            raise syntax_fault(message, MAX_TEXT, hint="Compute it in a script task.")
        run, names = build(text)
    except Fault as fault:
        raise fault.as_error(text) from fault
    except RecursionError as problem:
        raise ExpressionError(
            "The expression is nested too deeply.", code="expression-syntax", text=text
        ) from problem
    except (ArithmeticError, LookupError, TypeError, ValueError) as problem:
        # No text is known to come here; if one does, its deployment is refused, not the server.
        message = f"The expression cannot be read: {problem}."
        raise ExpressionError(message, code="expression-syntax", text=text) from problem
    return Compiled(text, language, names, run)
