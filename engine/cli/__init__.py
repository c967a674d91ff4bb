"""The `laneway` command: every verb is a thin caller of `engine.core.Engine`."""

from engine.cli.main import main

__all__ = ["main"]
