"""`make bench`: prints Laneway's figures, one a line; names of parts limit what is measured.

python -m tests.benchmarks [memory] [growth] [sqlite] [postgres] [lists] [feel]
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.benchmarks import durable, feel, growth, lists, memory
from tests.support import postgres

PARTS = ("memory", "growth", "sqlite", "postgres", "lists", "feel")


def main(chosen: list[str]) -> None:
    """Measure what *chosen* names, or everything."""
    wanted = chosen or list(PARTS)
    unknown = set(wanted) - set(PARTS)
    if unknown:
        sys.exit(f"No part {', '.join(sorted(unknown))}. Known are {', '.join(PARTS)}.")
    if "memory" in wanted:
        memory.run()
    if "growth" in wanted:
        growth.run()
    if "feel" in wanted:
        feel.run()
    with tempfile.TemporaryDirectory() as folder:
        if "sqlite" in wanted:
            durable.run(f"sqlite:///{Path(folder, 'durable.db')}", "sqlite")
        if "lists" in wanted:
            lists.run(f"sqlite:///{Path(folder, 'lists.db')}", "sqlite")
    if {"postgres", "lists"} & set(wanted):
        _on_postgres(wanted)


def _on_postgres(wanted: list[str]) -> None:
    with postgres.running_server() as server:
        if "postgres" in wanted:
            url = lists.scratch_postgres(server, "laneway_bench_durable")
            durable.run(url.render_as_string(hide_password=False), "postgres")
        if "lists" in wanted:
            url = lists.scratch_postgres(server, "laneway_bench_lists")
            lists.run(url.render_as_string(hide_password=False), "postgres")


main(sys.argv[1:])
