"""The same bytes under two names are read once; the record of the second name is made from that of the first."""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from dataclasses import replace
from pathlib import PurePath

from pipeline.batch.beside import beside_digest
from pipeline.batch.executor import Executor, Job
from pipeline.batch.job import Task, segments_digest
from pipeline.batch.journal import Journal, Meta, Record
from pipeline.dataset.packed import N_SEGMENTS, rename_report

ADDRESS_MARK = "://"  # of an object in a store: it is not fetched twice to learn what it holds


class Copies:
    """Runs a job over tasks, each content once.

    A content is the bytes of a file, the pictures beside a web page, and the suffix of the file's name.
    """

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._first: dict[str, str] = {}  # content → the source that is read for all that have it
        self._is_whole: dict[str, bool] = {}  # that source → whether its record says all; none where it is being read
        self._waiting: dict[str, list[Task]] = {}  # that source → the tasks that wait for its record
        self._made: deque[Record] = deque()
        self._unread: list[Task] = []

    def note(self, meta: Meta) -> None:
        """Nothing comes out; a record of an earlier run stands for all copies of its document."""
        if meta.sha256 and meta.status == "ok":
            self._first.setdefault(_content(meta.sha256, meta.source, meta.beside), meta.source)
            self._is_whole[meta.source] = True

    def map(self, executor: Executor, job: Job, tasks: Iterable[Task]) -> Generator[Record, None, None]:
        """The record of each task, those of copies included. Each must be in the journal before the next is taken."""
        pending: Iterator[Task] = (task for task in tasks if not self._holds_back(task))
        while True:
            with contextlib.closing(executor.map(job, pending)) as records:
                for record in records:
                    yield record
                    self._settle(record)
                    yield from self._take_made()
            yield from self._take_made()
            if not self._unread:
                return
            pending, self._unread = iter(self._unread), []

    def _holds_back(self, task: Task) -> bool:
        """Whether a task need not be read: another with its content has been, or is being read."""
        from pipeline.failed import hash_file

        if task.refusal is not None or ADDRESS_MARK in task.file:
            return False
        _, digest = hash_file(task.file)
        if digest is None:
            return False
        beside = "" if task.is_member else beside_digest(task.file)
        first = self._first.setdefault(_content(digest, task.source, beside), task.source)
        is_whole = self._is_whole.get(first)
        if first == task.source or is_whole is False:
            return False
        if is_whole:
            self._made.append(self._copy_of(first, task))
        else:
            self._waiting.setdefault(first, []).append(task)
        return True

    def _settle(self, record: Record) -> None:
        """Make the records that waited for this one; where it was not read whole, its words may tell its name."""
        source = record.meta.source
        self._is_whole[source] = record.meta.status == "ok"
        waiting = self._waiting.pop(source, [])
        if self._is_whole[source]:
            self._made.extend(self._copy_of(source, task) for task in waiting)
        else:
            self._unread += waiting

    def _take_made(self) -> Iterator[Record]:
        while self._made:
            yield self._made.popleft()

    def _copy_of(self, source: str, task: Task) -> Record:
        """The record that reading the task would give, from that of a source with the same content."""
        entry = self._journal.entries[source]
        read = [self._journal.read_segment(entry, number) for number in range(N_SEGMENTS)]
        segments = rename_report(tuple(read), task.source, task.name)
        meta = replace(
            entry.meta,
            source=task.source,
            key=task.key,
            environment=task.environment,
            seconds=0.0,
            read_seconds=0.0,
            cpu_seconds=0.0,
            sizes=tuple(len(segment) for segment in segments),
            digest=segments_digest(segments),
        )
        return Record(meta, segments)


def _content(digest: str, source: str, beside: str) -> str:
    return digest + beside + PurePath(source).suffix.lower()
