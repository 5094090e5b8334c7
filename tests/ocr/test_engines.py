"""The engines with their real models, on drawn figures and words."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from ocr.drawn import FIGURES, ROWS, form_page

from pipeline.errors import DependencyError
from pipeline.ocr.cache import CACHE_VARIABLE
from pipeline.ocr.engine import Engine, make_engine, rectangle
from pipeline.ocr.opencv import load_cv2
from pipeline.ocr.rapid import BATCH_WIDTH_PX, split_batches
from pipeline.ocr.tesseract import TesseractEngine, rows_to_lines, rows_to_quads

CELLS = [rectangle(640, 420 + 90 * i + 15, 900, 420 + 90 * i + 80) for i in range(len(ROWS))]


@pytest.fixture(scope="module", params=["rapid", "paddle"])
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Engine:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(CACHE_VARIABLE, str(tmp_path_factory.mktemp("cache") / "ocr"))
        return make_engine(request.param)


def test_the_figures_of_a_form_are_read(engine: Engine) -> None:
    assert [line.text for line in engine.read(form_page(), CELLS)] == list(FIGURES)


def test_lines_come_in_the_order_in_which_they_were_asked_for(engine: Engine) -> None:
    assert [line.text for line in engine.read(form_page(), CELLS[::-1])] == list(FIGURES)[::-1]


def test_the_lines_of_a_page_are_found(engine: Engine) -> None:
    found = {line.text.replace(" ", "") for line in engine.read(form_page())}
    assert {*FIGURES, *ROWS} <= found


def test_every_character_has_its_place_and_alternatives(engine: Engine) -> None:
    for line in engine.read(form_page(), CELLS):
        assert "".join(character.text for character in line.characters) == line.text
        assert [c.alternatives[0][0] for c in line.characters] == list(line.text)
        assert all(a.x1 <= b.x0 + 1e-9 for a, b in zip(line.characters, line.characters[1:], strict=False))


def test_places_follow_the_ink(engine: Engine) -> None:
    (line,) = engine.read(form_page(), CELLS[4:5])  # 100.00 from x = 650 on
    ink = (form_page()[int(CELLS[4].extent[1]) : int(CELLS[4].extent[3]), 640:900, 0] < 128).any(axis=0)
    columns = np.flatnonzero(ink) / 260
    assert line.characters[0].x0 == pytest.approx(columns[0], abs=0.06)
    assert line.characters[-1].x1 == pytest.approx(columns[-1], abs=0.06)


def test_a_grey_page_reads_like_a_coloured_one(engine: Engine) -> None:
    assert [line.text for line in engine.read(form_page()[:, :, 0], CELLS)] == list(FIGURES)


def test_paper_without_text_has_no_lines(engine: Engine) -> None:
    paper = np.full((400, 600, 3), 250, np.uint8)
    assert engine.find(paper) == []
    assert [line.text for line in engine.read(paper, [rectangle(10, 10, 100, 40)])] == [""]


def test_no_lines_asked_for_are_no_lines_read(engine: Engine) -> None:
    assert engine.read(form_page(), []) == []


def test_batches_hold_every_line_once_and_not_too_much() -> None:
    widths = [30, 700, 40, 2500, 90, 640, 31, 900, 33]
    batches = list(split_batches(widths))
    assert sorted(i for batch in batches for i in batch) == list(range(len(widths)))
    assert all(len(batch) == 1 or len(batch) * max(widths[i] for i in batch) <= BATCH_WIDTH_PX for batch in batches)


TSV = (
    "level", "page_num", "block_num", "par_num", "line_num", "word_num", "left", "top", "width", "height", "conf",
    "text",
)  # fmt: skip


def row(page: int, line: int, left: int, text: str, conf: str = "90") -> dict[str, str]:
    values = ("5", str(page), "1", "1", str(line), "1", str(left), "20", "30", "10", conf, text)
    return dict(zip(TSV, values, strict=True))


def test_tesseract_words_make_lines() -> None:
    assert [q.extent for q in rows_to_quads([row(1, 1, 10, "合"), row(1, 1, 60, "计"), row(1, 2, 10, "1")])] == [
        (10, 20, 90, 30),
        (10, 20, 40, 30),
    ]
    lines = rows_to_lines([row(2, 1, 10, "合"), row(2, 1, 60, "计", "70")], [CELLS[0], CELLS[1]])
    assert [(line.text, line.confidence) for line in lines] == [("", 0.0), ("合计", pytest.approx(0.8))]


def test_tesseract_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(DependencyError, match="tesseract-ocr-chi-sim"):
        TesseractEngine()


def test_opencv_that_needs_a_screen_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(name: str) -> None:
        raise ImportError("libGL.so.1: cannot open shared object file")

    monkeypatch.setattr("pipeline.ocr.opencv.importlib.import_module", refuse)
    with pytest.raises(DependencyError, match=r"libGL.*pip install .*opencv-python-headless"):
        load_cv2()


def test_paddle_folders_are_made_whole(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from pipeline.ocr.paddle import prepare_folder

    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "ocr"))
    folder = prepare_folder("det")
    assert sorted(path.name for path in folder.iterdir()) == ["inference.onnx", "inference.yml"]
    assert prepare_folder("det") == folder
