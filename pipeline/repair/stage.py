"""Document and result → result with misread numbers put right, each with its proof in a finding.

Only numbers that were read by OCR and break an identity are looked at. A text that was never OCRed is never touched,
and where the picture leaves no doubt a contradiction is the publisher's own and stays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pipeline.audit import find_findings
from pipeline.document import Box, Cell, Document
from pipeline.extract import read_report
from pipeline.lexicon import load_toml
from pipeline.normalize.text import fold, join_lines
from pipeline.records import Finding, Result, Severity
from pipeline.repair.candidates import MAX_CHARS, find_candidates
from pipeline.repair.identities import find_identities
from pipeline.repair.patches import CellKey, apply_patch, cells_by_key, find_patch, number_at, rows_of, with_texts
from pipeline.repair.reader import SecondReader
from pipeline.repair.search import Change, Repair, find_repairs

MAX_ROUNDS = 12
MAX_CHANGES = 80  # tried in one round: each costs one reading of the document's forms
MAX_PER_CELL = 4
EVERYTHING = "evaluations:"


def repair_result(document: Document, result: Result, read_again: SecondReader) -> Result:
    """The result with misread numbers put right; itself where nothing was read by OCR or nothing is proven.

    A repaired number keeps its text as it was read; the finding `ocr_repair` names the text that it stands for.
    """
    cells = {key: cell for key, cell in cells_by_key(document).items() if is_repairable(cell)}
    if not cells:
        return result
    repairs, texts = collect_repairs(document, result, cells, read_again)
    if not repairs:
        return result
    repaired = read_report(with_texts(document, texts), result.report.pipeline_version)
    patch = find_patch(result, repaired)
    if patch is None:
        return result
    proven = apply_patch(result, patch)
    told = [finding for repair in repairs for finding in to_findings(repair, proven, cells)]
    last = len(result.evaluations)
    findings = sorted(
        (*find_findings(proven), *told), key=lambda one: last if one.evaluation is None else one.evaluation
    )
    report = replace(result.report, score=repaired.report.score)
    return replace(apply_patch(result, patch, keep_raw=True), report=report, findings=tuple(findings))


def is_repairable(cell: Cell) -> bool:
    """Whether a cell was read by OCR and is short enough for a lone number."""
    return bool(cell.alternatives) and cell.box is not None and 0 < len(fold(cell.text)) <= MAX_CHARS


def collect_repairs(
    document: Document, result: Result, cells: Mapping[CellKey, Cell], read_again: SecondReader
) -> tuple[list[Repair], dict[CellKey, str]]:
    """All repairs, found round by round: what one round puts right, the next builds on; and the texts that they set."""
    readings = Readings(cells, read_again)
    repairs: list[Repair] = []
    texts: dict[CellKey, str] = {}
    current = result
    for _ in range(MAX_ROUNDS):
        broken = {ref for one in find_identities(current) if one.state == "broken" for ref in one.refs}
        suspects = [key for key in find_suspects(current, broken, cells) if key not in texts]
        if not suspects:
            break
        changes = try_changes(document, current, texts, suspects, readings)
        found = find_repairs(current, changes)
        if not found:
            break
        for repair in found:
            texts |= {change.key: change.candidate.text for change in repair.changes}
            for change in repair.changes:
                current = apply_patch(current, change.patch)
        repairs += found
    return repairs, texts


class Readings:
    """The second readings of a document's cells, a page at a time and each once."""

    def __init__(self, cells: Mapping[CellKey, Cell], read_again: SecondReader) -> None:
        self._cells = cells
        self._read_again = read_again
        self._known: dict[CellKey, tuple[str, ...]] = {}

    def of(self, keys: Sequence[CellKey]) -> dict[CellKey, tuple[str, ...]]:
        """The readings of these cells."""
        pages: dict[int, list[tuple[CellKey, Box]]] = {}
        for key in keys:
            cell = self._cells[key]
            if key not in self._known and cell.page is not None and cell.box is not None:
                pages.setdefault(cell.page, []).append((key, cell.box))
        for page, asked in pages.items():
            given = self._read_again(page, [box for _, box in asked])
            self._known.update({key: texts for (key, _), texts in zip(asked, given, strict=True)})
        return {key: self._known.get(key, ()) for key in keys}


def find_suspects(result: Result, refs: set[str], cells: Mapping[CellKey, Cell]) -> list[CellKey]:
    """The cells that the numbers of these refs may stand in: with their text, on their page, in their row."""
    rows = rows_of(result)
    wanted: list[tuple[str, int | None, Box | None]] = []
    for ref in sorted(refs):
        place, _, field = ref.rpartition(".")
        row = rows.get(place)
        raw = number_at(row, field).raw if row is not None else None
        if row is None or not raw:
            continue
        is_total = place.startswith(EVERYTHING) and "/" not in place
        wanted.append((fold(raw), row.evidence.page, None if is_total else row.evidence.box))
    return [key for key, cell in cells.items() if any(_may_be(cell, *one) for one in wanted)]


def _may_be(cell: Cell, raw: str, page: int | None, box: Box | None) -> bool:
    """Whether a cell may be the one of a number: its text, and the row it stands in where that is known."""
    text = fold(cell.text)
    if text != raw and raw not in text:
        return False
    if box is None or cell.box is None or cell.page != page:
        return box is None
    return min(box.y1, cell.box.y1) - max(box.y0, cell.box.y0) > 0


def try_changes(
    document: Document,
    current: Result,
    texts: Mapping[CellKey, str],
    suspects: Sequence[CellKey],
    readings: Readings,
) -> list[Change]:
    """Every candidate of the suspects with what it makes of the result; without those that change more than numbers."""
    again = readings.of(suspects)
    cells = cells_by_key(document)
    changes: list[Change] = []
    for key in suspects:
        for candidate in find_candidates(cells[key], again[key])[:MAX_PER_CELL]:
            if len(changes) >= MAX_CHANGES:
                return changes
            changed = with_texts(document, {**texts, key: candidate.text})
            patch = find_patch(current, read_report(changed, current.report.pipeline_version))
            if patch:
                changes.append(Change(key, candidate, patch))
    return changes


def to_findings(repair: Repair, result: Result, cells: Mapping[CellKey, Cell]) -> list[Finding]:
    """One finding for each cell that a repair changed: the text as read, the text it stands for, and the proof."""
    words = load_toml("repair.toml")
    findings = []
    for change, proofs in zip(repair.changes, repair.proofs, strict=True):
        cell = cells[change.key]
        refs = sorted(change.patch)
        place, _, field = refs[0].rpartition(".")
        owner = int(place.split("/")[0].split(":")[1]) - 1 if place.startswith(EVERYTHING) else None
        row = rows_of(result)[place]
        name = getattr(row, "item_raw", None) or getattr(row, "level3", None) or ""
        kinds = dict.fromkeys(words["identities"].get(identity.kind, identity.kind) for identity in proofs)
        raw = join_lines(cell.text)
        findings.append(
            Finding(
                check="ocr_repair",
                severity=Severity.REPAIRED,
                message=words["messages"]["repaired"].format(
                    name=f"“{name}”" if name else "",
                    field=words["fields"][field],
                    raw=raw,
                    identities="、".join(kinds),
                    image=words["messages"]["image"] if change.candidate.is_clear else "",
                    text=change.candidate.text,
                ),
                expected=change.candidate.text,
                actual=raw,
                refs=";".join(ref.partition("/")[2] or ref for ref in refs),
                evaluation=owner,
                page=cell.page,
                box=cell.box,
            )
        )
    return findings
