"""The verb that draws: a diagram file to SVG or PNG."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bpmn.drawing import DARK, LIGHT, draw, png
from bpmn.loading import load
from engine.cli.files import read_files
from engine.cli.opening import Verbs, add_verb
from engine.errors import BadInput

_ENDINGS = (".svg", ".png")


def add_verbs(verbs: Verbs) -> None:
    """Add ``draw``."""
    drawing = add_verb(verbs, "draw", _draw, "Draw a diagram as SVG or PNG.")
    drawing.add_argument("file", type=Path, metavar="FILE")
    drawing.add_argument(
        "-o", "--output", type=Path, metavar="OUT", help="a .svg or .png; else SVG is printed"
    )
    drawing.add_argument("--part", default="", metavar="ID", help="one process or sub-process only")
    drawing.add_argument("--width", type=int, default=0, metavar="PIXELS", help="of a PNG")
    drawing.add_argument("--dark", action="store_true", help="light lines on dark paper")


def _draw(chosen: argparse.Namespace) -> int:
    output: Path | None = chosen.output
    if output is not None and output.suffix.lower() not in _ENDINGS:
        raise BadInput(f"{output} is neither .svg nor .png. Choose a name that ends so.")
    [file] = read_files([chosen.file])
    diagram = load(file.data, name=file.name)
    if not diagram.processes and not diagram.participants:
        found = next(iter(diagram.problems), None)
        raise BadInput(f"{chosen.file} cannot be drawn. {found.message if found else ''}".strip())
    svg = draw(diagram, theme=DARK if chosen.dark else LIGHT, part=chosen.part)
    if output is None:
        sys.stdout.write(f"{svg}\n")
        return 0
    is_png = output.suffix.lower() == ".png"
    _write(output, png(svg, max(0, chosen.width)) if is_png else svg.encode())
    return 0


def _write(path: Path, data: bytes) -> None:
    try:
        path.write_bytes(data)
    except OSError as error:
        raise BadInput(f"{path} cannot be written: {error.strerror or error}.") from None
