# ruff: noqa: N802 - ast.NodeVisitor gives the names of the methods.
"""What Python a diagram may hold: RestrictedPython's rules, and calls to our guards.

RestrictedPython takes away names (underscores, imports, frames). What it leaves open is time
and memory, so every turn of a loop and every operation that can grow a value is sent through
a guard of the run (``guards.py``).
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import TypeVar

from RestrictedPython.transformer import RestrictingNodeTransformer

Visited = ast.AST | Iterable[ast.AST] | None
Node = TypeVar("Node", bound=ast.AST)

GUARDED_OPERATORS: dict[type[ast.operator], str] = {
    ast.Add: "_add_",
    ast.Sub: "_subtract_",
    ast.Mult: "_multiply_",
    ast.Mod: "_modulo_",
    ast.Pow: "_power_",
    ast.LShift: "_shift_",
}
_PLAIN_OPERATORS: dict[type[ast.operator], str] = {
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.BitAnd: "&",
    ast.BitOr: "|",
    ast.BitXor: "^",
    ast.RShift: ">>",
}
RESULT = "_result_"
"""Where a script leaves the value of its last line."""


class Policy(RestrictingNodeTransformer):
    """Turns a parsed script into one that cannot leave its room."""

    def visit_Module(self, node: ast.Module) -> ast.Module:
        """Keep the value of the last line as the result of the script."""
        module = _same(node, super().visit_Module(node))
        if module.body and isinstance(module.body[-1], ast.Expr):
            last = module.body[-1]
            target = ast.Name(RESULT, ast.Store())
            module.body[-1] = ast.copy_location(ast.Assign([target], last.value), last)
        return ast.fix_missing_locations(module)

    def visit_Expression(self, node: ast.Expression) -> ast.Expression:
        """Give new nodes their places."""
        return ast.fix_missing_locations(_same(node, super().visit_Expression(node)))

    def visit_Name(self, node: ast.Name) -> Visited:
        """Write what is printed to the log of the instance."""
        if node.id == "printed":
            self.error(node, "'printed' is reserved.")
            return node
        if node.id == "print":
            node.id = "log"
        return super().visit_Name(node)

    def visit_Constant(self, node: ast.Constant) -> Visited:
        """Take the constants that a process variable can hold."""
        if isinstance(node.value, (bytes, complex)):
            self.error(node, f"A {type(node.value).__name__} value is not allowed.")
        return node

    def visit_BinOp(self, node: ast.BinOp) -> Visited:
        """Guard the operators that can grow a value."""
        node = _same(node, super().visit_BinOp(node))
        guard = GUARDED_OPERATORS.get(type(node.op))
        return node if guard is None else _call(node, guard, node.left, node.right)

    def visit_AugAssign(self, node: ast.AugAssign) -> Visited:
        """Write ``x += 1`` and ``x[i] += 1`` as guarded operations."""
        if isinstance(node.target, ast.Name):
            return self._augmented_name(node, node.target)
        if isinstance(node.target, ast.Subscript):
            return self._augmented_item(node, node.target)
        self.error(node, "Attributes cannot be changed.")
        return node

    def _augmented_name(self, node: ast.AugAssign, target: ast.Name) -> ast.AST:
        current = ast.copy_location(ast.Name(target.id, ast.Load()), node)
        operation = ast.copy_location(ast.BinOp(current, node.op, node.value), node)
        value = self.visit(operation)
        if isinstance(node.op, ast.Add):
            value.func.id = "_extend_"
        return ast.copy_location(ast.Assign([self.visit(target)], value), node)

    def _augmented_item(self, node: ast.AugAssign, target: ast.Subscript) -> ast.AST:
        kind = type(node.op)
        operator = GUARDED_OPERATORS.get(kind) or _PLAIN_OPERATORS.get(kind)
        if operator is None or isinstance(target.slice, ast.Slice):
            self.error(node, "This assignment is not allowed.")
            return node
        parts = [self.visit(part) for part in (target.value, target.slice, node.value)]
        call = _call(node, "_update_item_", ast.Constant(operator), *parts)
        return ast.copy_location(ast.Expr(call), node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> Visited:
        """Read ``x: int = 1`` as ``x = 1``."""
        if node.value is None or not isinstance(node.target, ast.Name):
            return ast.copy_location(ast.Pass(), node)
        assign = ast.copy_location(ast.Assign([node.target], node.value), node)
        visited: Visited = self.visit(assign)
        return visited

    def visit_Attribute(self, node: ast.Attribute) -> Visited:
        """Read attributes through the whitelist; never write them."""
        if not isinstance(node.ctx, ast.Load):
            self.error(node, "Attributes cannot be changed.")
            return node
        return super().visit_Attribute(node)

    def visit_Compare(self, node: ast.Compare) -> Visited:
        """Measure what is compared: nested lists can take exponential time."""
        node = _same(node, super().visit_Compare(node))
        node.left = _measured(node.left)
        node.comparators = [_measured(operand) for operand in node.comparators]
        return node

    def visit_Dict(self, node: ast.Dict) -> Visited:
        """Measure keys, which are hashed."""
        node = _same(node, super().visit_Dict(node))
        node.keys = [key and _measured(key) for key in node.keys]
        return node

    def visit_Set(self, node: ast.Set) -> Visited:
        """Measure items, which are hashed."""
        node = _same(node, super().visit_Set(node))
        node.elts = [_measured(item) for item in node.elts]
        return node

    def visit_DictComp(self, node: ast.DictComp) -> Visited:
        """Measure keys, which are hashed."""
        weight = _weight(node)
        node = _same(node, super().visit_DictComp(node))
        node.key = _counted(_measured(node.key), weight)
        return node

    def visit_SetComp(self, node: ast.SetComp) -> Visited:
        """Measure items, which are hashed."""
        weight = _weight(node)
        node = _same(node, super().visit_SetComp(node))
        node.elt = _counted(_measured(node.elt), weight)
        return node

    def visit_Starred(self, node: ast.Starred) -> Visited:
        """Count the items of ``*x``."""
        node = _same(node, super().visit_Starred(node))
        if isinstance(node.ctx, ast.Load):
            node.value = _call(node, "_getiter_", node.value)
        return node

    def visit_FormattedValue(self, node: ast.FormattedValue) -> Visited:
        """Format through a guard: a width can ask for gigabytes."""
        node = _same(node, super().visit_FormattedValue(node))
        spec = node.format_spec or ast.Constant("")
        node.value = _call(node, "_format_", node.value, ast.Constant(node.conversion), spec)
        node.conversion, node.format_spec = -1, None
        return node

    def visit_While(self, node: ast.While) -> Visited:
        """Count the turns."""
        weight = _weight(node)
        node = _same(node, super().visit_While(node))
        node.body.insert(0, _tick(node, weight))
        return node

    def visit_For(self, node: ast.For) -> Visited:
        """Count what a turn does; the turns themselves are counted by the iteration."""
        weight = _weight(node)
        node = _same(node, super().visit_For(node))
        node.body.insert(0, _tick(node, weight))
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> Visited:
        """Count the calls."""
        weight = _weight(node)
        node = _same(node, super().visit_FunctionDef(node))
        node.body.insert(0, _tick(node, weight))
        return node

    def visit_Lambda(self, node: ast.Lambda) -> Visited:
        """Count the calls."""
        weight = _weight(node)
        node = _same(node, super().visit_Lambda(node))
        node.body = _counted(node.body, weight)
        return node

    def visit_ListComp(self, node: ast.ListComp) -> Visited:
        """Count what a turn does."""
        weight = _weight(node)
        node = _same(node, super().visit_ListComp(node))
        node.elt = _counted(node.elt, weight)
        return node

    def visit_GeneratorExp(self, node: ast.GeneratorExp) -> Visited:
        """Count what a turn does."""
        weight = _weight(node)
        node = _same(node, super().visit_GeneratorExp(node))
        node.elt = _counted(node.elt, weight)
        return node

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> Visited:
        """Read ``except:`` as ``except Exception:``, so that limits cannot be caught."""
        if node.type is None:
            node.type = ast.copy_location(ast.Name("Exception", ast.Load()), node)
        return super().visit_ExceptHandler(node)

    def visit_Delete(self, node: ast.Delete) -> Visited:
        """Delete items, never variables."""
        for target in node.targets:
            if not isinstance(target, ast.Subscript):
                self.error(node, "A variable cannot be removed. Set it to None.")
        return super().visit_Delete(node)

    def visit_Import(self, node: ast.Import) -> Visited:
        """Refuse modules."""
        self.error(node, "Modules cannot be imported. Use a service task for what needs one.")
        return node

    def visit_ImportFrom(self, node: ast.ImportFrom) -> Visited:
        """Refuse modules."""
        self.error(node, "Modules cannot be imported. Use a service task for what needs one.")
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> Visited:
        """Refuse classes."""
        self.error(node, "Classes are not allowed.")
        return node

    def visit_With(self, node: ast.With) -> Visited:
        """Refuse context managers."""
        self.error(node, "'with' is not allowed.")
        return node

    def visit_Yield(self, node: ast.Yield) -> Visited:
        """Refuse generators."""
        self.error(node, "'yield' is not allowed. Return a list.")
        return node

    def visit_YieldFrom(self, node: ast.YieldFrom) -> Visited:
        """Refuse generators."""
        self.error(node, "'yield' is not allowed. Return a list.")
        return node


def _same(_node: Node, visited: Visited) -> Node:
    """RestrictedPython gives these kinds of nodes back as what they were."""
    assert isinstance(visited, type(_node))
    return visited


def _call(place: ast.AST, name: str, *arguments: ast.expr) -> ast.Call:
    function = ast.Name(name, ast.Load())
    call = ast.Call(function, list(arguments), [])
    return ast.fix_missing_locations(ast.copy_location(call, place))


def _weight(node: ast.AST) -> int:
    """Tell what one turn or call is charged: one, and one more for every 16 nodes in it."""
    return 1 + sum(1 for _ in ast.walk(node)) // 16


def _tick(place: ast.AST, weight: int) -> ast.Expr:
    return ast.copy_location(ast.Expr(_call(place, "_tick_", ast.Constant(weight))), place)


def _counted(node: ast.expr, weight: int) -> ast.expr:
    """Charge before evaluating: the guard gives None, so that ``or`` goes on."""
    tick = _call(node, "_tick_", ast.Constant(weight))
    return ast.fix_missing_locations(ast.copy_location(ast.BoolOp(ast.Or(), [tick, node]), node))


def _measured(node: ast.expr) -> ast.expr:
    return node if isinstance(node, ast.Constant) else _call(node, "_flat_", node)
