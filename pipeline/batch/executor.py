"""How tasks become records: the protocol of all executors, and the serial one, which is the reference."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterable
from typing import Protocol

from pipeline.batch.job import Task
from pipeline.batch.journal import Record

Job = Callable[[Task], Record]


class Executor(Protocol):
    """Runs a job over tasks. Executors differ in the order of the records, never in what these say."""

    def map(self, job: Job, tasks: Iterable[Task]) -> Generator[Record, None, None]:
        """The record of each task, as it is finished."""
        ...


class SerialExecutor:
    """One task after the other in this process, in order. It cannot stop a document that hangs."""

    def map(self, job: Job, tasks: Iterable[Task]) -> Generator[Record, None, None]:
        """The record of each task, in order."""
        for task in tasks:
            yield job(task)


def default_jobs(n_tasks: int) -> int:
    """How many workers read `n_tasks` documents where nobody says: one per core that this process may use."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(cores, n_tasks))
