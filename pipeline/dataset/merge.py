"""Several datasets as one: each document once, its repeats said anew, nothing held in memory but keys."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path

from pipeline.dataset.duplicates import Candidate, Names, find_duplicates, sketch_to_bytes, text_to_sketch
from pipeline.dataset.reader import iter_parquet_rows
from pipeline.dataset.rows import Row, rows_to_names, with_duplicate_of
from pipeline.dataset.schema import TABLE_BY_NAME, TABLES, TEXT_FOLDER, TableSchema, arrow_schema
from pipeline.errors import InputError

_REPORTS = TABLE_BY_NAME["reports"].column_names
_DOC_ID, _SOURCE, _STATUS = (_REPORTS.index(name) for name in ("doc_id", "source", "status"))
WHOLE_TABLE = "links"  # follows from all rows together: `LinkedDataset` makes it anew
_EVALUATED, _SUBJECT = (TABLE_BY_NAME["evaluations"].column_names.index(name) for name in ("doc_id", "subject"))
_OCR_PAGES, _MEDIA_TYPE = _REPORTS.index("ocr_pages"), _REPORTS.index("media_type")


class MergedDataset:
    """The rows of several dataset folders, in published order; a `Dataset`.

    Of a document that stands in several folders, the one that could be read counts, then the one named first; a file
    (document and source) has one row in `reports`.
    """

    def __init__(self, folders: Sequence[Path]) -> None:
        for folder in folders:
            _check_schema(folder)
        self._folders = list(folders)
        self._owner: dict[str, int] = {}  # doc_id → the folder that gives its rows
        self._file_owner: dict[tuple[str, str], int] = {}
        self._n_rows: dict[str, int] = {}
        candidates = self._settle_owners()
        self._repeats = find_duplicates(candidates)

    def _settle_owners(self) -> list[Candidate]:
        best: dict[str, tuple[bool, int]] = {}
        ranks: dict[tuple[str, str], int] = {}
        names: dict[tuple[str, str], Names] = {}
        media_types: dict[tuple[str, str], str | None] = {}
        for place, folder in enumerate(self._folders):
            for row in iter_parquet_rows(folder, TABLE_BY_NAME["reports"]):
                doc_id, source, failed = str(row[_DOC_ID]), str(row[_SOURCE]), row[_STATUS] == "failed"
                if (doc_id, source) not in ranks or _rank(row) < ranks[doc_id, source]:
                    ranks[doc_id, source] = _rank(row)
                    names[doc_id, source] = rows_to_names({"reports": [row], "evaluations": []})
                    media_types[doc_id, source] = None if row[_MEDIA_TYPE] is None else str(row[_MEDIA_TYPE])
                    self._file_owner[doc_id, source] = place
                best[doc_id] = min(best.get(doc_id, (failed, place)), (failed, place))
        self._owner = {doc_id: place for doc_id, (_, place) in best.items()}
        subjects: dict[str, set[str]] = defaultdict(set)
        for row in self.iter_rows("evaluations"):
            if row[_SUBJECT] is not None:
                subjects[str(row[_EVALUATED])].add(str(row[_SUBJECT]))
        candidates: list[Candidate] = []
        for (doc_id, source), rank in ranks.items():
            named = replace(names[doc_id, source], subjects=frozenset(subjects[doc_id]))
            sketch = text_to_sketch(self._text(doc_id) or "", named)
            media_type = media_types[doc_id, source]
            candidates.append(Candidate(doc_id, source, rank, sketch_to_bytes(sketch), media_type))
        return candidates

    def n_rows(self, table: str) -> int:
        """How many rows a table has."""
        if table not in self._n_rows:
            self._n_rows[table] = sum(1 for _ in self.iter_rows(table))
        return self._n_rows[table]

    def iter_rows(self, table: str) -> Iterator[Row]:
        """The rows of a table, merged by doc_id; every folder is sorted by it already."""
        schema = TABLE_BY_NAME[table]
        if table == WHOLE_TABLE:
            return
        if table == "reports":
            yield from self._iter_reports(schema)
            return
        place_of_id = schema.column_names.index("doc_id")
        streams = [self._owned(place, schema, place_of_id) for place in range(len(self._folders))]
        for _, rows in heapq.merge(*streams, key=lambda pair: pair[0]):
            yield from rows

    def _owned(self, place: int, table: TableSchema, place_of_id: int) -> Iterator[tuple[str, list[Row]]]:
        """The rows of the documents that a folder gives, document by document."""
        rows = iter_parquet_rows(self._folders[place], table)
        for doc_id, group in groupby(rows, key=lambda row: str(row[place_of_id])):
            if self._owner.get(doc_id) == place:
                yield doc_id, list(group)

    def _iter_reports(self, table: TableSchema) -> Iterator[Row]:
        def owned(place: int) -> Iterator[tuple[str, str, Row]]:
            for row in iter_parquet_rows(self._folders[place], table):
                key = (str(row[_DOC_ID]), str(row[_SOURCE]))
                if self._file_owner[key] == place:
                    yield (*key, row)

        streams = [owned(place) for place in range(len(self._folders))]
        for doc_id, source, row in heapq.merge(*streams, key=lambda item: item[:2]):
            yield with_duplicate_of(row, self._repeats.get((doc_id, source)))

    def iter_texts(self) -> Iterator[tuple[str, str]]:
        """(doc_id, Markdown) of each document that has text."""
        for doc_id in sorted(self._owner):
            text = self._text(doc_id)
            if text:
                yield doc_id, text

    def _text(self, doc_id: str) -> str | None:
        path = self._folders[self._owner[doc_id]] / TEXT_FOLDER / f"{doc_id}.md"
        return path.read_text(encoding="utf-8") if path.is_file() else None


def _rank(row: Row) -> int:
    """How good a copy a report's row tells of: 0 read whole, 1 with OCR, 2 in part, 3 not at all."""
    if row[_STATUS] in ("failed", "partial"):
        return 3 if row[_STATUS] == "failed" else 2
    return 1 if row[_OCR_PAGES] else 0


def _check_schema(folder: Path) -> None:
    """InputError where a folder holds no dataset, or one of another version."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    for table in TABLES:
        if table.name == WHOLE_TABLE:
            continue
        path = folder / f"{table.name}.parquet"
        if not path.is_file():
            raise InputError(f"{folder} 里没有 {path.name}：请给出 jixiao extract 写出的文件夹")
        try:
            schema = pq.read_schema(path)
        except pa.ArrowInvalid as error:
            raise InputError(f"{path} 已损坏：请重新运行 jixiao extract … --out {folder}") from error
        if not schema.equals(arrow_schema(table)):
            raise InputError(f"{path} 是别的版本写的，列不同：请用本版本重新运行 jixiao extract … --out {folder}")
