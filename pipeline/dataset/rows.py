"""Results to rows: the trees read out of documents become the flat tables of the dataset, with ids given on the way.

Ids follow from the place in the tree (`{doc_id}-{nn}`, seq from 1), so the same input always gives the same ids.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol, TypeVar

from pipeline.dataset.duplicates import Candidate, Names, find_duplicates, sketch_to_bytes, text_to_sketch
from pipeline.dataset.schema import DIGITS_AND_PLACES, TABLE_BY_NAME, TABLES, Column, fits
from pipeline.document import Box
from pipeline.records import Entity, Evaluation, Evidence, Figure, Finding, Report, Result, Severity, Status

CellValue = str | int | float | Decimal | datetime.date | None
Row = tuple[CellValue, ...]

CONFIDENCE_PLACES = 4
_UNWRITABLE = re.compile("[\ud800-\udfff\x00]")  # lone surrogates and NUL: no UTF-8 file or spreadsheet holds them


@dataclass(frozen=True, slots=True)
class DocumentRows:
    """The rows of one document, per table in document order, and its Markdown text."""

    doc_id: str
    source: str
    failed: bool
    rank: int  # how good a copy: 0 read whole, 1 with OCR, 2 in part, 3 not at all
    rows: dict[str, tuple[Row, ...]]
    text: str
    media_type: str | None


class Dataset(Protocol):
    """What can be written: the rows of each table and the texts, in the order in which they are published."""

    def n_rows(self, table: str) -> int:
        """How many rows a table has."""
        ...

    def iter_rows(self, table: str) -> Iterator[Row]:
        """The rows of a table, one by one."""
        ...

    def iter_texts(self) -> Iterator[tuple[str, str]]:
        """(doc_id, Markdown) of each document that has text."""
        ...


@dataclass(frozen=True, slots=True)
class DatasetRows:
    """All rows of a run, per table, in the order in which they are published, and the texts by doc_id."""

    rows: dict[str, tuple[Row, ...]]
    texts: dict[str, str]

    def n_rows(self, table: str) -> int:
        """How many rows a table has."""
        return len(self.rows[table])

    def iter_rows(self, table: str) -> Iterator[Row]:
        """The rows of a table, one by one."""
        return iter(self.rows[table])

    def iter_texts(self) -> Iterator[tuple[str, str]]:
        """(doc_id, Markdown) of each document that has text."""
        return iter(sorted(self.texts.items()))


class Copy(Protocol):
    """What tells one file from another that has the same bytes."""

    @property
    def doc_id(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def failed(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class _Unstored:
    """A value that its column cannot hold to the last digit."""

    ref: str
    column: Column
    value: Decimal
    given: dict[str, Any]


class _DocumentTables:
    """Collects the rows of one document; a number that does not fit its column becomes null and is remembered."""

    def __init__(self) -> None:
        self.rows: dict[str, list[Row]] = {table.name: [] for table in TABLES}
        self.unstored: list[_Unstored] = []

    def add(self, table: str, record: object, **given: Any) -> None:
        """Append the row of `record`; `given` are the columns that are not the record's own (ids, evidence)."""
        cells: list[CellValue] = []
        for column in TABLE_BY_NAME[table].columns:
            value = given[column.name] if column.name in given else getattr(record, column.name)
            if isinstance(value, Decimal) and column.type in DIGITS_AND_PLACES and not fits(value, column.type):
                seq = f":{given['seq']}" if "seq" in given else ""
                self.unstored.append(_Unstored(f"{table}{seq}.{column.name}", column, value, given))
                value = None
            cells.append(clean_value(value))
        self.rows[table].append(tuple(cells))


def results_to_rows(results: Iterable[Result]) -> DatasetRows:
    """The rows of all documents, sorted by (doc_id, document order); results are taken one by one and not kept.

    Every input file has its row in `reports`, also where two files hold the same bytes (one doc_id, two sources);
    what is inside them stands once, from the first in path order that could be read.
    """
    documents = in_dataset_order([result_to_rows(result) for result in results])
    first = first_copies(documents)
    sketches = [document_to_sketch(document) for document in documents]
    repeats = find_duplicates(
        [Candidate(d.doc_id, d.source, d.rank, s, d.media_type) for d, s in zip(documents, sketches, strict=True)]
    )
    rows: dict[str, tuple[Row, ...]] = {
        table.name: tuple(row for document in first for row in document.rows[table.name]) for table in TABLES
    }
    rows["reports"] = tuple(
        with_duplicate_of(row, repeats.get((document.doc_id, document.source)))
        for document in documents
        for row in document.rows["reports"]
    )
    return DatasetRows(rows, {document.doc_id: document.text for document in first if document.text})


def document_to_sketch(document: DocumentRows) -> bytes:
    """The sketch by which its repeats are found."""
    return sketch_to_bytes(text_to_sketch(document.text, rows_to_names(document.rows)))


def rows_to_names(rows: Mapping[str, Iterable[Row]]) -> Names:
    """What a document is of, by its rows of `reports` and `evaluations`."""

    def texts(table: str, column: str) -> frozenset[str]:
        place = TABLE_BY_NAME[table].column_names.index(column)
        return frozenset(str(row[place]) for row in rows[table] if row[place] is not None)

    year, body, title = (texts("reports", column) for column in ("fiscal_year", "org", "title"))
    return Names(year, body, title, texts("evaluations", "subject"))


C = TypeVar("C", bound=Copy)


def in_dataset_order(copies: Sequence[C]) -> list[C]:
    """The files in the order of the published tables."""
    return sorted(copies, key=lambda copy: (copy.doc_id, copy.source))


def first_copies(copies: Sequence[C]) -> list[C]:
    """One file per document, by doc_id: of several with the same bytes the first in path order that could be read."""
    first: dict[str, C] = {}
    for copy in sorted(copies, key=lambda copy: (copy.doc_id, copy.failed, copy.source)):
        first.setdefault(copy.doc_id, copy)
    return list(first.values())


def with_duplicate_of(row: Row, original: str | None) -> Row:
    """A row of `reports` that names the document it repeats; known only when all documents have been read."""
    place = TABLE_BY_NAME["reports"].column_names.index("duplicate_of")
    return (*row[:place], original, *row[place + 1 :])


def result_to_rows(result: Result) -> DocumentRows:
    """The rows of one document. Order within each table is the order of the tree."""
    report, tables = result.report, _DocumentTables()
    doc_id = report.doc_id
    eval_ids = [f"{doc_id}-{number:02d}" for number in range(1, len(result.evaluations) + 1)]
    tables.add("reports", report, duplicate_of=None)
    for eval_id, evaluation in zip(eval_ids, result.evaluations, strict=True):
        _add_evaluation(tables, evaluation, doc_id, eval_id)
    _add_figures(tables, result.figures, doc_id, eval_ids)
    _add_entities(tables, result.entities, report)
    for cell in result.tables:
        tables.add("tables", cell, doc_id=doc_id, bbox=_bbox(cell.box))
    _add_findings(tables, result.findings, doc_id, eval_ids)
    rows = {name: tuple(table) for name, table in tables.rows.items()}
    failed = report.status == Status.FAILED
    rank = 3 if failed else 2 if report.status == Status.PARTIAL else 1 if report.ocr_pages else 0
    text = _UNWRITABLE.sub("\ufffd", result.text)
    return DocumentRows(doc_id, report.source, failed, rank, rows, text, report.media_type)


def _add_evaluation(tables: _DocumentTables, evaluation: Evaluation, doc_id: str, eval_id: str) -> None:
    tables.add("evaluations", evaluation, eval_id=eval_id, doc_id=doc_id, **_evidence(evaluation.evidence))
    for seq, fund in enumerate(evaluation.funds, 1):
        tables.add("funds", fund, eval_id=eval_id, doc_id=doc_id, seq=seq, **_evidence(fund.evidence))
    for seq, indicator in enumerate(evaluation.indicators, 1):
        tables.add("indicators", indicator, eval_id=eval_id, doc_id=doc_id, seq=seq, **_evidence(indicator.evidence))


def _add_figures(tables: _DocumentTables, figures: tuple[Figure, ...], doc_id: str, eval_ids: list[str]) -> None:
    for seq, figure in enumerate(figures, 1):
        eval_id = _eval_id(figure.evaluation, eval_ids)
        tables.add("figures", figure, doc_id=doc_id, eval_id=eval_id, seq=seq, **_evidence(figure.evidence))


def _add_findings(tables: _DocumentTables, findings: tuple[Finding, ...], doc_id: str, eval_ids: list[str]) -> None:
    """The audit's findings, then one for each number that did not fit its column."""
    found = [(finding, _eval_id(finding.evaluation, eval_ids)) for finding in findings]
    found += [(_unstored_to_finding(u), u.given.get("eval_id")) for u in tables.unstored]
    for seq, (finding, eval_id) in enumerate(found, 1):
        tables.add("findings", finding, doc_id=doc_id, eval_id=eval_id, seq=seq, bbox=_bbox(finding.box))


def _add_entities(tables: _DocumentTables, entities: tuple[Entity, ...], report: Report) -> None:
    """Entities are found in running text by rule: sure where nothing was OCRed, unknown (null) otherwise."""
    confidence = None if report.ocr_pages else 1.0
    for seq, entity in enumerate(entities, 1):
        tables.add(
            "entities",
            entity,
            doc_id=report.doc_id,
            seq=seq,
            bbox=_bbox(entity.box),
            source="text",
            confidence=confidence,
        )


def _unstored_to_finding(unstored: _Unstored) -> Finding:
    """A finding that keeps the exact number which its column cannot hold: nothing is rounded, nothing is lost."""
    column, given = unstored.column, unstored.given
    limit = "金额精确到分" if column.type == "money" else f"最多 {DIGITS_AND_PLACES[column.type][1]} 位小数"
    return Finding(
        check="precision",
        severity=Severity.WARNING,
        message=f"“{column.zh}”的数值 {unstored.value} 超出数据集的精度（{limit}），取值留空，请核对原文",
        expected=None,
        actual=str(unstored.value),
        refs=unstored.ref,
        page=given.get("page"),
        box=given.get("box"),
    )


def _eval_id(index: int | None, eval_ids: list[str]) -> str | None:
    return eval_ids[index] if index is not None and 0 <= index < len(eval_ids) else None


def _evidence(evidence: Evidence) -> dict[str, Any]:
    """The evidence columns of a row; `box` goes along for findings about the row."""
    return {
        "page": evidence.page,
        "bbox": _bbox(evidence.box),
        "box": evidence.box,
        "source": evidence.source,
        "confidence": evidence.confidence,
        "table_no": evidence.table_no,
        "table_row": evidence.table_row,
    }


def _bbox(box: Box | None) -> str | None:
    return None if box is None else str(box)


def clean_value(value: Any) -> CellValue:
    """The value as it is published: plain strings for codes, empty text as null, confidence to four places."""
    if isinstance(value, str):
        return _UNWRITABLE.sub("\ufffd", str(value)) or None
    if isinstance(value, float):
        return round(value, CONFIDENCE_PLACES)
    if isinstance(value, datetime.datetime):
        return value.date()
    return value  # type: ignore[no-any-return]
