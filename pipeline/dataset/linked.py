"""A dataset with what only all of it together tells: the links over years, and the findings that follow from them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import groupby

from pipeline.dataset.links import CHECK, LinkFinding, Links, find_links, findings_to_rows
from pipeline.dataset.rows import Dataset, DatasetRows, Row
from pipeline.dataset.schema import TABLE_BY_NAME, TABLES

_FINDINGS = TABLE_BY_NAME["findings"].column_names
_DOC_ID, _SEQ, _CHECK = (_FINDINGS.index(name) for name in ("doc_id", "seq", "check"))


class LinkedDataset:
    """A dataset, its `links` and the findings of the check `last_year_mismatch` made anew; a `Dataset`.

    Linking what is linked already gives the same: earlier links and their findings are left out of what it reads.
    """

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset

    @cached_property
    def links(self) -> Links:
        """Who follows whom, found once."""
        return find_links(self._dataset)

    @cached_property
    def _n_findings(self) -> int:
        return sum(1 for _ in self.iter_rows("findings"))

    def n_rows(self, table: str) -> int:
        """How many rows a table has."""
        if table == "links":
            return len(self.links.rows)
        return self._n_findings if table == "findings" else self._dataset.n_rows(table)

    def iter_rows(self, table: str) -> Iterator[Row]:
        """The rows of a table, one by one."""
        if table == "links":
            return iter(self.links.rows)
        if table == "findings":
            return with_link_findings(self._dataset.iter_rows(table), self.links.findings)
        return self._dataset.iter_rows(table)

    def iter_texts(self) -> Iterator[tuple[str, str]]:
        """(doc_id, Markdown) of each document that has text."""
        return self._dataset.iter_texts()


def with_link_findings(rows: Iterable[Row], findings: Iterable[LinkFinding]) -> Iterator[Row]:
    """The findings of the documents, sorted by doc_id, each document's followed by those of its links."""
    pending: dict[str, list[LinkFinding]] = defaultdict(list)
    for finding in findings:
        pending[finding.doc_id].append(finding)
    for doc_id, group in groupby(rows, key=lambda row: str(row[_DOC_ID])):
        for before in sorted(known for known in pending if known < doc_id):
            yield from findings_to_rows(pending.pop(before), 1)
        own = [row for row in group if row[_CHECK] != CHECK]
        yield from own
        last = int(str(own[-1][_SEQ])) if own else 0
        yield from findings_to_rows(pending.pop(doc_id, []), last + 1)
    for doc_id in sorted(pending):
        yield from findings_to_rows(pending[doc_id], 1)


def link_rows(dataset: DatasetRows) -> DatasetRows:
    """The dataset in memory with its links and their findings."""
    linked = LinkedDataset(dataset)
    rows = {table.name: tuple(linked.iter_rows(table.name)) for table in TABLES}
    return DatasetRows(rows, dataset.texts)
