"""The dataset of a run, read out of its journal table by table: the rows are on disk, not in memory."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

from pipeline.batch.journal import Entry, Journal
from pipeline.dataset.duplicates import Candidate, find_duplicates
from pipeline.dataset.packed import SKETCH_SEGMENT, TEXT_SEGMENT, unpack_rows, unpack_text
from pipeline.dataset.rows import Row, first_copies, in_dataset_order, with_duplicate_of
from pipeline.dataset.schema import SCHEMA_VERSION, TABLE_BY_NAME, TABLES

PLACE = {table.name: place for place, table in enumerate(TABLES)}


class _Copy:
    """An entry as one of the files that may have the same bytes."""

    __slots__ = ("doc_id", "entry", "failed", "source")

    def __init__(self, entry: Entry) -> None:
        self.entry = entry
        self.doc_id, self.source, self.failed = entry.meta.doc_id, entry.meta.source, entry.meta.failed


class JournaledDataset:
    """The rows of the given sources, in published order; a `Dataset`."""

    def __init__(self, journal: Journal, sources: Sequence[str]) -> None:
        self._journal = journal
        copies = [_Copy(journal.entries[source]) for source in sources]
        self.reports = [copy.entry for copy in in_dataset_order(copies)]
        self.documents = [copy.entry for copy in first_copies(copies)]
        self._repeats: dict[tuple[str, str], str] | None = None

    @property
    def digest(self) -> str:
        """What tells this dataset from one of other files, other contents, or another schema."""
        total = hashlib.sha256(SCHEMA_VERSION.encode())
        for entry in self.reports:
            total.update(f"\0{entry.meta.source}\0{entry.meta.digest}".encode("utf-8", "replace"))
        return total.hexdigest()

    @property
    def repeats(self) -> dict[tuple[str, str], str]:
        """(doc_id, source) of each file that repeats another → doc_id of that."""
        if self._repeats is None:
            self._repeats = find_duplicates([self._candidate(entry) for entry in self.reports])
        return self._repeats

    def _candidate(self, entry: Entry) -> Candidate:
        sketch = self._journal.read_segment(entry, SKETCH_SEGMENT)
        return Candidate(entry.meta.doc_id, entry.meta.source, entry.meta.rank, sketch, entry.meta.media_type)

    def n_rows(self, table: str) -> int:
        """How many rows a table has."""
        entries = self.reports if table == "reports" else self.documents
        return sum(entry.meta.n_rows[PLACE[table]] for entry in entries)

    def iter_rows(self, table: str) -> Iterator[Row]:
        """The rows of a table, one document in memory at a time."""
        if table == "reports":
            for entry in self.reports:
                original = self.repeats.get((entry.meta.doc_id, entry.meta.source))
                for row in self._rows(entry, table):
                    yield with_duplicate_of(row, original)
            return
        for entry in self.documents:
            yield from self._rows(entry, table)

    def iter_texts(self) -> Iterator[tuple[str, str]]:
        """(doc_id, Markdown) of each document that has text."""
        for entry in self.documents:
            text = unpack_text(self._journal.read_segment(entry, TEXT_SEGMENT))
            if text:
                yield entry.meta.doc_id, text

    def _rows(self, entry: Entry, table: str) -> list[Row]:
        return unpack_rows(TABLE_BY_NAME[table], self._journal.read_segment(entry, PLACE[table]))
