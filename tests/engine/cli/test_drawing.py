"""The verb that draws."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.cli import main

DIAGRAM = Path(__file__).with_name("order.bpmn")


def test_draw_prints_svg(capsys):
    assert main(["draw", str(DIAGRAM)]) == 0
    assert capsys.readouterr().out.startswith("<svg ")


def test_draw_writes_svg_and_png(tmp_path):
    assert main(["draw", str(DIAGRAM), "-o", str(tmp_path / "a.svg"), "--dark"]) == 0
    assert main(["draw", str(DIAGRAM), "-o", str(tmp_path / "a.png"), "--width", "300"]) == 0
    assert (tmp_path / "a.svg").read_bytes().startswith(b"<svg ")
    picture = (tmp_path / "a.png").read_bytes()
    assert (picture[1:4], int.from_bytes(picture[16:20], "big")) == (b"PNG", 300)


@pytest.mark.parametrize("output", ["a.pdf", "missing/a.svg"])
def test_draw_says_where_it_cannot_write(tmp_path, capsys, output):
    assert main(["draw", str(DIAGRAM), "-o", str(tmp_path / output)]) == 1
    assert Path(output).name in capsys.readouterr().err


def test_draw_says_what_is_no_diagram(tmp_path, capsys):
    wrong = tmp_path / "wrong.bpmn"
    wrong.write_text("<html/>", encoding="utf-8")
    assert main(["draw", str(wrong)]) == 1
    assert "cannot be drawn" in capsys.readouterr().err
