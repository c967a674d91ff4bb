"""One file per use case: permission, then the rule, then one step.

A command is a function of a `Transaction`; `engine.core.Engine` opens it, calls one command and
commits.
"""
