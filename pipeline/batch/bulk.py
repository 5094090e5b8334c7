"""Many files into one output folder: what is unchanged is taken from the journal, all else is read and recorded.

Killed at any moment and started again, it goes on where it was and ends with the same dataset.
"""

from __future__ import annotations

import contextlib
import datetime
import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from pipeline.batch.archives import expand_file
from pipeline.batch.beside import beside_digest
from pipeline.batch.copies import Copies
from pipeline.batch.executor import Executor, Job
from pipeline.batch.job import Task, read_task
from pipeline.batch.journal import Journal, Meta
from pipeline.batch.journaled import JournaledDataset
from pipeline.batch.keys import environment_key, reading_key
from pipeline.batch.lock import locked
from pipeline.batch.run_report import make_run_report, write_run_report
from pipeline.batch.watchdog import DEFAULT_LIMITS, Limits
from pipeline.dataset.linked import LinkedDataset
from pipeline.dataset.schema import (
    PACKAGE_NAME,
    RUN_NAMES,
    STATE_FOLDER,
    TABLES,
    TEXT_FOLDER,
    WORKBOOK_NAME,
    is_dataset_file,
)
from pipeline.dataset.writer import check_output_folder, write_dataset
from pipeline.errors import OutputError
from pipeline.storage import disk_reason

JOURNAL_NAME = "journal"
LOCK_NAME = "lock"
WRITTEN_NAME = "written.json"  # which dataset stands in the folder, written last
SCRATCH_NAME = "unpacked"

Tell = Callable[[Meta, bool], None]  # a finished document, and whether it was read in an earlier run


@dataclass(frozen=True, slots=True)
class BulkOptions:
    """How a run goes about it."""

    force: bool = False
    workbook: bool = True
    limits: Limits = DEFAULT_LIMITS


@dataclass(frozen=True, slots=True)
class BulkOutcome:
    """What became of a run: the metas of all files in published order, and rows by table."""

    metas: tuple[Meta, ...]
    n_reused: int
    n_rows: dict[str, int]
    n_repeats: int
    was_written: bool  # False where the folder held this very dataset already
    gone: tuple[str, ...] = ()  # files of the dataset that stood there before, which this one does not have


def run_bulk(
    files: Sequence[str], out: Path, executor: Executor, options: BulkOptions, tell: Tell, job: Job = read_task
) -> BulkOutcome:
    """The dataset of all `files` stands in `out`. Raises OutputError, DependencyError; the journal stays whole."""
    started = datetime.datetime.now()
    check_output_folder(out)
    state = out / STATE_FOLDER
    with locked(out, state / LOCK_NAME):
        _clear_leftovers(out)
        journal = Journal(state / JOURNAL_NAME)
        try:
            sources, n_reused = _read_all(files, journal, state / SCRATCH_NAME, executor, options, tell, job)
            journal.compact()
            dataset = JournaledDataset(journal, sources)
            linked = LinkedDataset(dataset)
            gone = find_gone(out, dataset)
            n_rows, n_repeats, was_written = _write_unless_there(
                dataset, linked, out, workbook=options.workbook, in_parallel=_has_several(executor)
            )
            metas = tuple(entry.meta for entry in dataset.reports)
            if was_written or not (out / RUN_NAMES[0]).is_file():
                seconds = (datetime.datetime.now() - started).total_seconds()
                write_run_report(make_run_report(metas, linked, started, seconds, n_reused, n_repeats, gone), out)
            return BulkOutcome(metas, n_reused, n_rows, n_repeats, was_written, gone)
        finally:
            journal.close()
            shutil.rmtree(state / SCRATCH_NAME, ignore_errors=True)


def _read_all(
    files: Sequence[str],
    journal: Journal,
    scratch: Path,
    executor: Executor,
    options: BulkOptions,
    tell: Tell,
    job: Job,
) -> tuple[list[str], int]:
    """The sources of all documents, each with a record in the journal, and how many had one before."""
    sources: list[str] = []
    reused: list[str] = []
    unpacked: dict[str, str] = {}
    copies = Copies(journal)

    def due() -> Iterator[Task]:
        """The tasks that have no valid record; the others are told on the way."""
        for task, meta in _plan(files, journal, scratch, options):
            sources.append(task.source)
            if meta is not None and not options.force:
                reused.append(task.source)
                copies.note(meta)
                _discard(task, scratch)
                tell(meta, True)
                continue
            if task.is_member:
                unpacked[task.source] = task.file
            yield task

    with contextlib.closing(copies.map(executor, job, due())) as records:
        for record in records:
            journal.append(record)
            if record.meta.source in unpacked:
                _discard(Task(record.meta.source, unpacked.pop(record.meta.source)), scratch)
            tell(record.meta, False)
    return sources, len(reused)


def _plan(
    files: Sequence[str], journal: Journal, scratch: Path, options: BulkOptions
) -> Iterator[tuple[Task, Meta | None]]:
    """The task of each file, or of each document in it, and what the journal still rightly says of it.

    Whether a file is an archive is not asked again where it is known, unchanged, as a document.
    """
    key, environment = reading_key(), environment_key(options.limits)
    for file in files:
        known = Task(file, file, key, environment)
        entry = journal.entries.get(file)
        if entry is not None and entry.meta.media_type is not None and is_current(entry.meta, known):
            yield known, entry.meta
            continue
        for plain in expand_file(file, scratch):
            task = replace(plain, key=key, environment=environment)
            entry = journal.entries.get(task.source)
            yield task, entry.meta if entry is not None and is_current(entry.meta, task) else None


def is_current(meta: Meta, task: Task) -> bool:
    """Whether a record still says what reading the task would say: same bytes, same pictures beside them, same
    program, same settings.

    What was not read wholly is read again where the machine or the limits have changed.
    """
    from pipeline.failed import hash_file

    if meta.key != task.key or (meta.status != "ok" and meta.environment != task.environment):
        return False
    if task.refusal is not None:
        return meta.error == task.refusal
    size, digest = hash_file(task.file)
    if digest is None or (meta.bytes, meta.sha256) != (size, digest):
        return False
    return task.is_member or meta.beside == beside_digest(task.file)


def _discard(task: Task, scratch: Path) -> None:
    """Remove what was unpacked for a task that is done."""
    file = Path(task.file)
    if task.is_member and file.parent == scratch:
        file.unlink(missing_ok=True)


def _clear_leftovers(out: Path) -> None:
    """Remove what a killed run left half written; nobody else writes here while we hold the lock."""
    shutil.rmtree(out / STATE_FOLDER / SCRATCH_NAME, ignore_errors=True)
    for folder in (out, out / TEXT_FOLDER, out / STATE_FOLDER):
        for part in folder.glob(".*.part"):
            with contextlib.suppress(OSError):
                part.unlink()


def _has_several(executor: Executor) -> bool:
    """Whether several processes of this machine may be busy at a time."""
    from pipeline.batch.processes import ProcessExecutor

    return isinstance(executor, ProcessExecutor) and executor.n_jobs > 1


def _write_unless_there(
    dataset: JournaledDataset, linked: LinkedDataset, out: Path, *, workbook: bool, in_parallel: bool
) -> tuple[dict[str, int], int, bool]:
    """Rows by table, how many files repeat another, and whether the dataset had to be written.

    It is left alone where the folder holds this very dataset, untouched since we wrote it.
    """
    stamp = out / STATE_FOLDER / WRITTEN_NAME
    digest = sha256(f"{dataset.digest} {workbook} {reading_key()}".encode()).hexdigest()
    there = _read_stamp(stamp)
    if there.get("digest") == digest and there.get("files") == _file_times(dataset, out, workbook):
        return there["n_rows"], int(there["n_repeats"]), False
    try:
        stamp.unlink(missing_ok=True)
        n_repeats = len(dataset.repeats)
        write_dataset(linked, out, workbook=workbook, in_parallel=in_parallel)
        _remove_old_texts(dataset, out)
        n_rows = {table.name: linked.n_rows(table.name) for table in TABLES}
        times = _file_times(dataset, out, workbook)
        written = {"digest": digest, "n_rows": n_rows, "n_repeats": n_repeats, "files": times}
        part = stamp.with_name(f".{stamp.name}.part")
        part.write_text(json.dumps(written), encoding="utf-8")
        part.replace(stamp)
    except OSError as error:
        raise OutputError(f"写不进 {out}：{disk_reason(error)}。请检查磁盘空间和权限，再运行一次") from error
    return n_rows, n_repeats, True


def _remove_old_texts(dataset: JournaledDataset, out: Path) -> None:
    """Remove the texts of documents that are no longer part of the dataset."""
    kept = {f"{entry.meta.doc_id}.md" for entry in dataset.documents}
    for path in (out / TEXT_FOLDER).iterdir():
        if path.name not in kept and is_dataset_file(path, out):
            path.unlink(missing_ok=True)


def find_gone(out: Path, dataset: JournaledDataset) -> tuple[str, ...]:
    """Sources of the dataset in `out` of which the new one has neither the name nor the content.

    A folder that was not there for once, or a site that took a file down, must not shrink a dataset in silence.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = out / f"{TABLES[0].name}.parquet"
    if not path.is_file():
        return ()
    try:
        before = pq.read_table(path, columns=["doc_id", "source"]).to_pylist()
    except (OSError, pa.ArrowException):  # cut, or another's: it is replaced as a whole
        return ()
    sources = {entry.meta.source for entry in dataset.reports}
    contents = {entry.meta.doc_id for entry in dataset.reports}
    return tuple(row["source"] for row in before if row["source"] not in sources and row["doc_id"] not in contents)


def _read_stamp(stamp: Path) -> dict[str, Any]:
    try:
        written = json.loads(stamp.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return written if isinstance(written, dict) else {}


def _file_times(dataset: JournaledDataset, out: Path, workbook: bool) -> dict[str, list[int]]:
    """Size and time of each file of the dataset; a missing one has none."""
    names = [f"{table.name}{suffix}" for table in TABLES for suffix in (".csv", ".parquet")]
    names += [PACKAGE_NAME, *([WORKBOOK_NAME] if workbook else [])]
    names += sorted({f"{TEXT_FOLDER}/{e.meta.doc_id}.md" for e in dataset.documents if e.meta.sizes[len(TABLES)]})
    times: dict[str, list[int]] = {}
    for name in names:
        with contextlib.suppress(FileNotFoundError):
            status = (out / name).stat()
            times[name] = [status.st_size, status.st_mtime_ns]
    return times
