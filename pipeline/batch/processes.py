"""Worker processes: one document each at a time; one that crashes, hangs or overeats costs that document only."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from multiprocessing import connection, get_context, parent_process
from typing import Any

from pipeline.batch.executor import Backlog, Job
from pipeline.batch.job import Task, failed_record
from pipeline.batch.journal import Record
from pipeline.batch.watchdog import DEFAULT_LIMITS, Limits, broken_limit
from pipeline.errors import DependencyError, JixiaoError
from pipeline.settings import THREADS_VARIABLE, threads_per_worker

POLL_S = 0.1
RECYCLE_DOCUMENTS = 500  # then a fresh worker goes on: what libraries leak stays bounded
RECYCLE_PAGES = 3000
ATTEMPTS_MAX = 3  # of a document whose worker dies: a kill from outside is not the document's fault
START_FAILURES_MAX = 3
STOP_GRACE_S = 2.0
OOM_SCORE = "800"  # where memory runs out, the system shall end a worker and not the run
THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", THREADS_VARIABLE)
CRASHED = f"读取进程意外终止（试了 {ATTEMPTS_MAX} 次），文件可能已损坏：请另存为其他格式再试"
_PR_SET_PDEATHSIG = 1  # linux/prctl.h


class ProcessExecutor:
    """`n_jobs` spawned workers under a watchdog. Records come as they are finished."""

    def __init__(self, n_jobs: int, limits: Limits | None = None, log_level: int = logging.WARNING) -> None:
        self.n_jobs = n_jobs
        self.limits = limits or DEFAULT_LIMITS
        self.log_level = log_level

    def map(self, job: Job, tasks: Iterable[Task]) -> Generator[Record, None, None]:
        """The record of each task. Raises DependencyError where a worker lacks a package."""
        pool = _Pool(job, iter(tasks), self.n_jobs, self.limits, self.log_level)
        try:
            yield from pool.run()
        finally:
            pool.stop()


class WatchedWorker:
    """One worker under the watchdog, kept from one document to the next: for a node that is given them one by one."""

    def __init__(self, job: Job, limits: Limits, log_level: int = logging.WARNING) -> None:
        self._due: deque[Task] = deque()
        self._pool = _Pool(job, _Taken(self._due), 1, limits, log_level)

    def read(self, task: Task) -> Record:
        """The record of a document; a failed one where it crashed the worker or broke a limit.

        Raises DependencyError where the worker lacks a package.
        """
        self._due.append(task)
        return next(self._pool.run())

    def stop(self) -> None:
        """End the worker."""
        self._pool.stop()


class _Taken(Iterator[Task]):
    """The tasks of a queue as they are put in; unlike that of a generator, its end is not for ever."""

    def __init__(self, due: deque[Task]) -> None:
        self._due = due

    def __next__(self) -> Task:
        if not self._due:
            raise StopIteration
        return self._due.popleft()


class _Worker:
    """One process and our end of the pipe to it."""

    def __init__(self, job: Job, n_threads: int, log_level: int) -> None:
        context = get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=_work, args=(theirs, job, n_threads, log_level), daemon=False)
        self.process.start()
        theirs.close()
        self.is_ready = False
        self.task: Task | None = None
        self.started = 0.0
        self.n_documents = 0
        self.n_pages = 0

    @property
    def is_spent(self) -> bool:
        """Whether it has done its share."""
        return self.n_documents >= RECYCLE_DOCUMENTS or self.n_pages >= RECYCLE_PAGES

    def give(self, task: Task) -> None:
        """Nothing comes out; the worker begins to read. Raises OSError where it has died."""
        self.task, self.started = task, time.monotonic()
        self.pipe.send(task)

    def kill(self) -> None:
        """End it at once, with all that it started."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid or 0, signal.SIGKILL)
        self.process.kill()  # before it has made a group of its own
        self.process.join()
        self.pipe.close()

    def dismiss(self) -> None:
        """Let it end by itself; it is idle."""
        self.pipe.close()
        self.process.join(STOP_GRACE_S)
        if self.process.is_alive():
            self.kill()


class _Pool:
    """The workers of one run and what each is busy with."""

    def __init__(self, job: Job, tasks: Iterator[Task], n_jobs: int, limits: Limits, log_level: int) -> None:
        self.limits, self.n_jobs = limits, n_jobs
        self.backlog = Backlog(tasks)  # taken as workers ask for them: what an archive holds is unpacked when it is due
        self.spawn: Callable[[], _Worker] = lambda: _Worker(job, threads_per_worker(n_jobs), log_level)
        self.workers: list[_Worker] = []
        self.attempts: dict[str, int] = {}
        self.n_start_failures = 0
        self.next_watch = 0.0  # looking at the workers' memory after every small document would cost as much as it

    def run(self) -> Iterator[Record]:
        """The record of every task."""
        while self.employ():
            ready = connection.wait([worker.pipe for worker in self.workers], POLL_S)
            for worker in [w for w in self.workers if w.pipe in ready]:
                if worker not in self.workers:  # let go meanwhile
                    continue
                record = self.hear(worker)
                if record is not None:
                    self.employ()  # it reads on while this record is written to disk
                    yield record
            if time.monotonic() >= self.next_watch:
                self.next_watch = time.monotonic() + POLL_S
                yield from self.watch()

    def employ(self) -> bool:
        """Whether anything is left to wait for, once every idle worker has been given a task."""
        for worker in [w for w in self.workers if w.is_spent and not w.task]:
            self.workers.remove(worker)
            worker.dismiss()
        for worker in [w for w in self.workers if w.is_ready and not w.task]:
            task = self.backlog.next_task()
            if task is None:
                return any(w.task for w in self.workers)
            try:
                worker.give(task)
            except OSError:  # it died while idle: no document's fault
                self.backlog.again.appendleft(task)
                self.dismiss_dead(worker)
        n_starting = sum(not w.is_ready for w in self.workers)
        while len(self.workers) < self.n_jobs and self.backlog.has_more_than(n_starting):
            self.workers.append(self.spawn())
            n_starting += 1
        return bool(self.backlog.again) or any(w.task for w in self.workers)

    def hear(self, worker: _Worker) -> Record | None:
        """What a worker says: a record, or nothing where it is ready for its first task or has died."""
        try:
            said: Any = worker.pipe.recv()
        except (EOFError, OSError):
            return self.bury(worker)
        if isinstance(said, JixiaoError):
            raise said
        self.n_start_failures = 0
        if said is None:
            worker.is_ready = True
            return None
        record: Record = said
        worker.task = None
        worker.n_documents += 1
        worker.n_pages += record.meta.pages or 1
        return record

    def bury(self, worker: _Worker) -> Record | None:
        """The failed record of the document that a dead worker had, once it has cost several workers."""
        task = worker.task
        self.dismiss_dead(worker)
        if task is None:
            self.n_start_failures += not worker.is_ready
            if self.n_start_failures >= START_FAILURES_MAX:
                raise DependencyError("读取进程无法启动：请运行 make setup 重新安装，或用 --jobs 0 在本进程内读取")
            return None
        attempts = self.attempts[task.source] = self.attempts.get(task.source, 0) + 1
        if attempts < ATTEMPTS_MAX:
            self.backlog.again.append(task)
            return None
        return failed_record(task, CRASHED, time.monotonic() - worker.started)

    def watch(self) -> Iterator[Record]:
        """The failed records of documents that broke a limit; their workers are killed."""
        now = time.monotonic()
        for worker in [w for w in self.workers if w.task]:
            seconds = now - worker.started
            reason = broken_limit(self.limits, seconds, worker.process.pid or 0)
            if reason is None or worker.pipe.poll():  # finished just now
                continue
            task = worker.task
            self.dismiss_dead(worker)
            if task:
                yield failed_record(task, reason, seconds)

    def dismiss_dead(self, worker: _Worker) -> None:
        """Take a worker out that is dead or must be."""
        self.workers.remove(worker)
        worker.kill()

    def stop(self) -> None:
        """End all workers: idle ones by themselves, busy ones at once."""
        for worker in self.workers:
            if worker.task or not worker.is_ready:
                worker.kill()
            else:
                worker.dismiss()
        self.workers = []


def _work(pipe: connection.Connection, job: Job, n_threads: int, log_level: int) -> None:
    """The life of a worker: tasks in, records out, until the pipe is closed or the parent is gone."""
    _settle(n_threads, log_level)
    pipe.send(None)
    while True:
        try:
            task = pipe.recv()
        except (EOFError, OSError):
            return
        said: Record | JixiaoError
        try:
            said = job(task)
        except JixiaoError as error:
            said = error
        try:
            pipe.send(said)
        except OSError:
            return


def _settle(n_threads: int, log_level: int) -> None:
    """Make this process a worker: a group of its own, few threads, first to go when memory runs out."""
    os.setsid()  # Ctrl-C is the parent's; and a kill takes along what this process started
    for variable in THREAD_VARIABLES:
        os.environ.setdefault(variable, str(n_threads))
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:  # noqa: PTH123
        file.write(OOM_SCORE)
    if log_level < logging.WARNING:
        logging.basicConfig(format="%(name)s: %(message)s", level=logging.WARNING)
        logging.getLogger("pipeline").setLevel(log_level)
    _die_with_parent()


def _die_with_parent() -> None:
    """Where the parent is killed, end too, and end what we started.

    A thread does it; where code hogs the interpreter (a regular expression gone wild), the system does.
    """
    import ctypes

    parent = parent_process()
    if parent is None:
        return
    sentinel = parent.sentinel

    def wait_and_die() -> None:
        connection.wait([sentinel])
        os.killpg(0, signal.SIGKILL)

    threading.Thread(target=wait_and_die, daemon=True).start()
    prctl = getattr(ctypes.CDLL(None), "prctl", None)
    if prctl is not None:
        prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
