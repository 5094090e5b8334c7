"""Document and result → result with misread numbers put right, each with its proof in a finding.

Only numbers that were read by OCR and break an identity are looked at. A text that was never OCRed is never touched,
and where the picture leaves no doubt a contradiction is the publisher's own and stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
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
MAX_TRIED = 150  # candidates of one document: each costs one reading of its forms
MAX_PER_CELL = 4
EVERYTHING = "evaluations:"


def repair_result(document: Document, result: Result, read_again: SecondReader) -> Result:
    """The result with misread numbers put right; itself where nothing was read by OCR or nothing is proven.

    A repaired number keeps its text as it was read; the finding `ocr_repair` names the text that it stands for. All
    repairs together must give in the document what each gave alone, else none is made.
    """
    cells = {key: cell for key, cell in cells_by_key(document).items() if is_repairable(cell)}
    if not cells:
        return result
    repairs = collect_repairs(result, cells, Trials(document, result, cells, read_again))
    changes = [change for repair in repairs for change in repair.changes]
    if not changes:
        return result
    texts = {change.key: change.candidate.text for change in changes}
    repaired = read_report(with_texts(document, texts), result.report.pipeline_version)
    patch = find_patch(result, repaired)
    if patch != {ref: number for change in changes for ref, number in change.patch.items()}:
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


class Trials:
    """What each candidate of a cell would make of the document's numbers, tried once; MAX_TRIED in all."""

    def __init__(
        self, document: Document, result: Result, cells: Mapping[CellKey, Cell], read_again: SecondReader
    ) -> None:
        self._document, self._result, self._cells = document, result, cells
        self._read_again = read_again
        self._known: dict[CellKey, list[Change]] = {}
        self._n_left = MAX_TRIED

    def of(self, keys: Sequence[CellKey]) -> list[Change]:
        """The changes of these cells that change numbers and nothing else."""
        new = [key for key in keys if key not in self._known]
        for key, texts in self._readings(new).items():
            self._known[key] = list(self._try(key, texts))
        return [change for key in keys for change in self._known[key]]

    def _try(self, key: CellKey, readings: Sequence[str]) -> Iterator[Change]:
        for candidate in find_candidates(self._cells[key], readings)[:MAX_PER_CELL]:
            if self._n_left == 0:
                return
            self._n_left -= 1
            changed = with_texts(self._document, {key: candidate.text})
            patch = find_patch(self._result, read_report(changed, self._result.report.pipeline_version))
            if patch:
                yield Change(key, candidate, patch)

    def _readings(self, keys: Sequence[CellKey]) -> dict[CellKey, tuple[str, ...]]:
        """The second readings of these cells, a page at a time."""
        pages: dict[int, list[tuple[CellKey, Box]]] = {}
        for key in keys:
            cell = self._cells[key]
            if cell.page is not None and cell.box is not None:
                pages.setdefault(cell.page, []).append((key, cell.box))
        known: dict[CellKey, tuple[str, ...]] = dict.fromkeys(keys, ())
        for page, asked in pages.items():
            given = self._read_again(page, [box for _, box in asked])
            known.update({key: texts for (key, _), texts in zip(asked, given, strict=True)})
        return known


def collect_repairs(result: Result, cells: Mapping[CellKey, Cell], trials: Trials) -> list[Repair]:
    """All repairs, found round by round: what one round puts right, the next builds on."""
    repairs: list[Repair] = []
    done: set[CellKey] = set()
    current = result
    for _ in range(MAX_ROUNDS):
        broken = {ref for one in find_identities(current) if one.state == "broken" for ref in one.refs}
        suspects = [key for key in find_suspects(result, broken, cells) if key not in done]
        found = find_repairs(current, trials.of(suspects))
        if not found:
            break
        for change in (change for repair in found for change in repair.changes):
            done.add(change.key)
            current = apply_patch(current, change.patch)
        repairs += found
    return repairs


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
