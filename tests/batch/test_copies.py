"""The same bytes under several names are read once, and every name gets the row that reading it would give."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from batch.samples import form_page, tree

from pipeline.batch.bulk import BulkOptions, run_bulk
from pipeline.batch.executor import Executor, SerialExecutor
from pipeline.batch.job import Task, read_task
from pipeline.batch.journal import Journal, Meta, Record
from pipeline.batch.processes import ProcessExecutor

READ: list[str] = []


def counting_job(task: Task) -> Record:
    """Reads, and remembers what it read."""
    READ.append(task.name)
    return read_task(task)


def run(files: list[Path], out: Path, executor: Executor | None = None) -> list[Meta]:
    """The metas of a run; READ holds the names of the files that were read in it."""
    READ.clear()
    options = BulkOptions(workbook=False)
    chosen = executor or SerialExecutor()
    job = read_task if executor else counting_job
    return list(run_bulk([str(file) for file in files], out, chosen, options, lambda meta, reused: None, job).metas)


def write(folder: Path, **contents: str) -> list[Path]:
    """The files, named with `_` for `.`."""
    paths = [folder / name.replace("_", ".") for name in contents]
    for path, content in zip(paths, contents.values(), strict=True):
        path.write_text(content, encoding="utf-8")
    return paths


def without_times(record: Record) -> Record:
    return Record(replace(record.meta, seconds=0.0, cpu_seconds=0.0, read_seconds=0.0), record.segments)


def test_a_copy_is_not_read_and_has_the_record_that_reading_gives(tmp_path: Path) -> None:
    files = write(tmp_path, a_html=form_page(1), b_html=form_page(1), c_html=form_page(2), d_html=form_page(1))
    run(files, tmp_path / "out")
    assert READ == ["a.html", "c.html"]
    journal = Journal(tmp_path / "out" / ".jixiao" / "journal")
    for file in files:
        entry = journal.entries[str(file)]
        expected = read_task(Task(str(file), str(file), entry.meta.key, entry.meta.environment))
        segments = tuple(journal.read_segment(entry, number) for number in range(len(entry.meta.sizes)))
        assert without_times(Record(entry.meta, segments)) == without_times(expected)


def test_workers_read_copies_once_with_the_same_dataset(tmp_path: Path) -> None:
    files = write(tmp_path, a_html=form_page(1), b_html=form_page(1), c_html=form_page(1), d_html=form_page(2))
    run(files, tmp_path / "serial")
    metas = run(files, tmp_path / "workers", ProcessExecutor(2))
    assert tree(tmp_path / "workers") == tree(tmp_path / "serial")
    assert sorted(meta.cpu_seconds > 0 for meta in metas) == [False, False, True, True]


def test_a_new_copy_of_what_was_read_before_is_not_read(tmp_path: Path) -> None:
    files = write(tmp_path, b_html=form_page(1))
    run(files, tmp_path / "out")
    more = write(tmp_path, a_html=form_page(1), c_html=form_page(1))
    metas = run(sorted([*more, *files]), tmp_path / "out")
    assert READ == ["a.html"]  # it comes first in path order, before the record of the other is known to be valid
    assert len(metas) == 3
    run([*files, *write(tmp_path, d_html=form_page(1))], tmp_path / "out")
    assert READ == []


def test_bytes_under_another_suffix_are_read_for_themselves(tmp_path: Path) -> None:
    run(write(tmp_path, a_html=form_page(1), b_htm=form_page(1), c_HTML=form_page(1)), tmp_path / "out")
    assert READ == ["a.html", "b.htm"]


def test_copies_of_what_cannot_be_read_tell_their_own_names(tmp_path: Path) -> None:
    files = write(tmp_path, a_pdf="%PDF-1.7 cut", b_pdf="%PDF-1.7 cut", c_pdf="%PDF-1.7 cut")
    metas = run(files, tmp_path / "out")
    assert sorted(READ) == ["a.pdf", "b.pdf", "c.pdf"]
    assert sorted(str(meta.error).split("：")[0] for meta in metas) == ["a.pdf", "b.pdf", "c.pdf"]


@pytest.mark.parametrize("first", ["a.html", "z.html"])
def test_a_member_and_a_file_with_the_same_bytes_are_read_once(tmp_path: Path, first: str) -> None:
    (plain,) = write(tmp_path, **{first.replace(".", "_"): form_page(1)})
    with zipfile.ZipFile(tmp_path / "m.zip", "w") as archive:
        archive.writestr("one.html", form_page(1))
        archive.writestr("two.html", form_page(1))
    metas = run(sorted([plain, tmp_path / "m.zip"]), tmp_path / "out")
    assert len(READ) == 1
    assert sorted(meta.source.rpartition("/")[2] for meta in metas) == sorted(
        [first, "m.zip!one.html", "m.zip!two.html"]
    )
    assert not (tmp_path / "out" / ".jixiao" / "unpacked").exists()
