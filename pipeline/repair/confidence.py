"""How sure a cell and a row are that were read by OCR: shares measured on degraded documents, not the network's word.

A recogniser is surer than it should be, the more so the worse the page. models/confidence.toml says how many of the
cells were right whose least sure character had a score: for numbers that an identity bears out, for other numbers, and
for text. A row is as sure as the least sure of its numbers. Native text stays at 1.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Literal

from pipeline.document import Box, Cell, Document
from pipeline.lexicon import load_toml
from pipeline.normalize.text import fold
from pipeline.records import Evidence, Figure, Fund, Indicator, Result
from pipeline.repair.candidates import NUMBER
from pipeline.repair.identities import find_identities
from pipeline.repair.patches import CellKey, cells_by_key, fields_of, number_at, rows_of

Kind = Literal["proven", "number", "text", "repaired"]
DataRow = Fund | Indicator | Figure
CellsByText = Mapping[tuple[int | None, str], Sequence[tuple[CellKey, Cell]]]


def rate_confidence(document: Document, result: Result) -> Result:
    """The result with the confidence of its cells, and of the rows read off them, as it was measured.

    Rows of running text keep what the recogniser said: nothing was measured for them.
    """
    cells = {key: cell for key, cell in cells_by_key(document).items() if cell.alternatives}
    if not cells:
        return result
    by_text: dict[tuple[int | None, str], list[tuple[CellKey, Cell]]] = {}
    for key, cell in cells.items():
        by_text.setdefault((cell.page, fold(cell.text)), []).append((key, cell))
    sure = {key: cell_confidence(cell, kind) for key, (cell, kind) in kinds_of(cells, by_text, result).items()}
    by_box = {(cell.page, cell.box): sure[key] for key, cell in cells.items()}
    rated = _Rates(by_text, sure, by_box)
    evaluations = tuple(
        replace(
            one,
            funds=tuple(replace(row, evidence=rated.of(row)) for row in one.funds),
            indicators=tuple(replace(row, evidence=rated.of(row)) for row in one.indicators),
        )
        for one in result.evaluations
    )
    return replace(
        result,
        evaluations=evaluations,
        figures=tuple(replace(row, evidence=rated.of(row)) for row in result.figures),
        tables=tuple(replace(c, confidence=by_box.get((c.page, c.box), c.confidence)) for c in result.tables),
    )


def cell_confidence(cell: Cell, kind: Kind) -> float:
    """The share of cells of this kind that were right, among those whose weakest character scored like this one's."""
    measured = load_toml("confidence.toml")
    if kind == "repaired":
        return float(measured["repaired"])
    steps = measured[kind]
    least = min((options[0][1] for options in cell.alternatives if options), default=1.0)
    return float(steps["right"][max(0, bisect_right(steps["least_score"], least) - 1)])


def kinds_of(cells: Mapping[CellKey, Cell], by_text: CellsByText, result: Result) -> dict[CellKey, tuple[Cell, Kind]]:
    """What each cell is: text, a number, a number that an identity bears out, or one that was put right."""
    identities = find_identities(result)
    held = {ref for one in identities if one.state == "holds" and one.proves for ref in one.refs}
    held -= {ref for one in identities if one.state == "broken" for ref in one.refs}
    proven = set(_cells_at(result, held, by_text))
    repaired = {(one.page, one.box) for one in result.findings if one.check == "ocr_repair"}
    kinds: dict[CellKey, tuple[Cell, Kind]] = {}
    for key, cell in cells.items():
        kind: Kind = "number" if NUMBER.fullmatch(fold(cell.text)) else "text"
        kind = "proven" if key in proven and kind == "number" else kind
        kinds[key] = (cell, "repaired" if (cell.page, cell.box) in repaired else kind)
    return kinds


def _cells_at(result: Result, refs: set[str], by_text: CellsByText) -> Iterator[CellKey]:
    """The cells that the numbers of these refs stand in."""
    rows = rows_of(result)
    for ref in refs:
        place, _, field = ref.rpartition(".")
        row = rows.get(place)
        raw = number_at(row, field).raw if row is not None else None
        if row is None or raw is None:
            continue
        box = row.evidence.box if "/" in place or place.startswith("figures:") else None
        for key, cell in by_text.get((row.evidence.page, fold(raw)), ()):
            if box is None or _shares_row(box, cell.box):
                yield key


def _shares_row(box: Box, other: Box | None) -> bool:
    return other is not None and min(box.y1, other.y1) - max(box.y0, other.y0) > 0


class _Rates:
    """The confidence of rows, from that of the cells of their numbers."""

    def __init__(
        self, by_text: CellsByText, sure: Mapping[CellKey, float], by_box: Mapping[tuple[int | None, Box | None], float]
    ) -> None:
        self._by_text, self._sure, self._by_box = by_text, sure, by_box

    def of(self, row: DataRow) -> Evidence:
        """The row's evidence: as sure as its least sure number; as its own cell where no number is found in a cell."""
        evidence = row.evidence
        if evidence.source != "table" or evidence.box is None:
            return evidence
        raws = {fold(raw) for field in fields_of(row) if (raw := number_at(row, field).raw)}
        least = [
            min(near)
            for raw in raws
            if (
                near := [
                    self._sure[key] for key, cell in self._cells(evidence, raw) if _shares_row(evidence.box, cell.box)
                ]
            )
        ]
        own = self._by_box.get((evidence.page, evidence.box), evidence.confidence)
        return replace(evidence, confidence=min(least, default=own))

    def _cells(self, evidence: Evidence, raw: str) -> Sequence[tuple[CellKey, Cell]]:
        return self._by_text.get((evidence.page, raw), ())
