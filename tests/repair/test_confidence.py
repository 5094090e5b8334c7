"""Cells and rows read by OCR are as sure as such cells were found to be; native ones are sure."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from scanned import Changes, doubtful, read, scanned_form

from pipeline.layout.markdown import table_cells
from pipeline.lexicon import load_toml
from pipeline.records import Result
from pipeline.repair import repair_result
from pipeline.repair.confidence import cell_confidence, rate_confidence

KINDS = ("proven", "number", "text")
LANTERNS, ACCIDENTS = 1, 4
SCORE, WEIGHT = (8, 6), (8, 5)


def rated(changes: Changes | None = None, *, native: bool = False) -> Result:
    document = scanned_form(changes, native=native)
    result = replace(read(document), tables=table_cells(document.blocks))
    result = repair_result(document, result, lambda page, boxes: [() for _ in boxes])
    return rate_confidence(document, result)


@pytest.mark.parametrize("kind", KINDS)
def test_a_surer_reading_is_never_less_often_right(kind: str) -> None:
    steps = load_toml("confidence.toml")[kind]
    assert steps["least_score"][0] == 0.0
    assert all(a < b for a, b in pairwise(steps["least_score"]))
    assert all(a < b for a, b in pairwise(steps["right"]))
    assert len(steps["right"]) == len(steps["least_score"])
    assert all(0 < share <= 1 for share in steps["right"])


def test_native_rows_are_sure() -> None:
    result = rated(native=True)
    assert {row.evidence.confidence for row in result.evaluations[0].indicators} == {1.0}
    assert {cell.confidence for cell in result.tables} == {1.0}


def test_a_row_is_as_sure_as_its_least_sure_number() -> None:
    result = rated({SCORE: ("13", doubtful("13", 1, [("8", 0.3)], score=0.55))})
    document = scanned_form({SCORE: ("13", doubtful("13", 1, [("8", 0.3)], score=0.55))})
    _, table = next(document.tables())
    cell = next(cell for cell in table.cells if (cell.row, cell.col) == SCORE)
    rows = result.evaluations[0].indicators
    assert rows[LANTERNS].evidence.confidence == cell_confidence(cell, "proven")
    assert rows[ACCIDENTS].evidence.confidence > rows[LANTERNS].evidence.confidence


def test_a_number_that_breaks_a_sum_is_less_sure_than_one_that_keeps_it() -> None:
    kept, broken = (
        next(cell.confidence for cell in rated(changes).tables if (cell.row, cell.col) == SCORE)
        for changes in (None, {SCORE: "12"})
    )
    assert broken < kept


def test_a_repaired_number_is_as_sure_as_repairs_are() -> None:
    result = rated({WEIGHT: ("16", doubtful("16", 1, [("5", 0.25)]))})
    place = next(one.box for one in result.findings if one.check == "ocr_repair")
    cell = next(cell for cell in result.tables if cell.box == place)
    assert (cell.text, cell.confidence) == ("16", load_toml("confidence.toml")["repaired"])
