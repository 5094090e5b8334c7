"""The door for notebooks: `extract(path)` gives the tables of the dataset as pandas frames."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.dataset.linked import link_rows
from pipeline.dataset.reader import arrow_to_frame
from pipeline.dataset.rows import DatasetRows, results_to_rows
from pipeline.dataset.schema import TABLE_BY_NAME
from pipeline.dataset.writer import rows_to_arrow, write_dataset
from pipeline.records import Report, Result

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Extraction:
    """What was read out of one or more files: a frame per table of the dataset, with exact types."""

    results: tuple[Result, ...]

    @property
    def report(self) -> Report:
        """The report of the first file (of the only one, usually)."""
        return self.results[0].report

    @property
    def text(self) -> str:
        """The first document as Markdown."""
        return self.results[0].text

    @cached_property
    def reports(self) -> pd.DataFrame:
        """One row per input file."""
        return self._frame("reports")

    @cached_property
    def evaluations(self) -> pd.DataFrame:
        """One row per evaluated object."""
        return self._frame("evaluations")

    @cached_property
    def funds(self) -> pd.DataFrame:
        """One row per line of a funds block; amounts are Decimal, in yuan."""
        return self._frame("funds")

    @cached_property
    def indicators(self) -> pd.DataFrame:
        """One row per third-level indicator."""
        return self._frame("indicators")

    @cached_property
    def figures(self) -> pd.DataFrame:
        """Every other figure, long form."""
        return self._frame("figures")

    @cached_property
    def findings(self) -> pd.DataFrame:
        """What does not add up, and what was repaired."""
        return self._frame("findings")

    @cached_property
    def tables(self) -> pd.DataFrame:
        """Every reconstructed table, one row per cell."""
        return self._frame("tables")

    @cached_property
    def entities(self) -> pd.DataFrame:
        """What the rules recognised in running text."""
        return self._frame("entities")

    @cached_property
    def links(self) -> pd.DataFrame:
        """Which report of the same body or project each report follows."""
        return self._frame("links")

    def write(self, folder: str | Path) -> None:
        """Write the dataset into `folder`, as `jixiao extract` does. Raises OutputError."""
        write_dataset(self._rows, Path(folder))

    @cached_property
    def _rows(self) -> DatasetRows:
        return link_rows(results_to_rows(self.results))

    def _frame(self, name: str) -> pd.DataFrame:
        return arrow_to_frame(rows_to_arrow(TABLE_BY_NAME[name], self._rows.rows[name]))


def extract_paths(paths: str | Path | Iterable[str | Path]) -> Extraction:
    """The extraction of all files that `paths` stand for; published as `pipeline.extract`."""
    from pipeline.sources import find_files

    given = [paths] if isinstance(paths, str | Path) else list(paths)
    return Extraction(tuple(extract_each(find_files(str(path) for path in given).files)))


def extract_each(files: Iterable[str]) -> Iterator[Result]:
    """The result of each file, in order, one at a time; of an archive, the result of each document in it."""
    from pipeline.batch.archives import expand_file
    from pipeline.batch.job import read_or_fail

    with tempfile.TemporaryDirectory(prefix="jixiao-") as scratch:
        for file in files:
            for task in expand_file(file, Path(scratch)):
                yield read_or_fail(task)
                if task.is_member:
                    Path(task.file).unlink(missing_ok=True)
