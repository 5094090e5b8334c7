"""How tasks become records: the protocol of all executors, and the serial one, which is the reference."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from itertools import islice
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


class Backlog:
    """Tasks that wait for workers: those to be tried again first, then new ones, taken as workers ask for them."""

    def __init__(self, tasks: Iterator[Task]) -> None:
        self._tasks = tasks
        self.again: deque[Task] = deque()

    def next_task(self) -> Task | None:
        """A task that has to be tried again, or the next one; None where there is none."""
        return self.again.popleft() if self.again else next(self._tasks, None)

    def has_more_than(self, n_tasks: int) -> bool:
        """Whether more than `n_tasks` tasks are waiting."""
        self.again.extend(islice(self._tasks, max(0, n_tasks + 1 - len(self.again))))
        return len(self.again) > n_tasks


def default_jobs(n_tasks: int) -> int:
    """How many workers read `n_tasks` documents where nobody says: one per core that this process may use."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(cores, n_tasks))
