"""Readers on the nodes of a Ray cluster: one per core, each with an engine of its own and a watchdog beside it.

Ray carries tasks out and records back; what one document may do to its reader is the business of the same watched
worker process that reads on one machine, so a document fails with the same words everywhere. What is left to do here is
to survive the loss of readers and nodes: what they had in hand is given to others.
"""

from __future__ import annotations

import contextlib
import logging
import os
import socket
import tempfile
import time
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pipeline.batch.executor import Backlog, Job
from pipeline.batch.job import Task, failed_record
from pipeline.batch.journal import Record
from pipeline.batch.keys import environment_key, reading_key
from pipeline.batch.processes import ATTEMPTS_MAX, CRASHED, START_FAILURES_MAX, WatchedWorker
from pipeline.batch.watchdog import DEFAULT_LIMITS, Limits
from pipeline.errors import DependencyError, InputError, JixiaoError
from pipeline.failed import hash_file
from pipeline.settings import ENGINE_VARIABLE, NO_CACHE_VARIABLE, THREADS_VARIABLE
from pipeline.storage import ENDPOINT_VARIABLES, is_remote

POLL_S = 1.0
START_WAIT_S = 600.0  # for a first free core of the cluster
CONNECT_WAIT_S = 10.0
IN_HAND_MAX = 2  # tasks per reader: the one it reads, and the next, so that it never waits for us
ADDRESS_VARIABLE = "RAY_ADDRESS"
# What the nodes must be told of this machine's environment; credentials are not sent, nodes have their own.
SENT_VARIABLES = (
    ENGINE_VARIABLE,
    NO_CACHE_VARIABLE,
    THREADS_VARIABLE,
    *ENDPOINT_VARIABLES,
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
)


class RayExecutor:
    """At most `n_jobs` readers (None: one per core of the cluster). Records come as they are finished.

    `address` is that of a running cluster, of which this machine is a node; None: $RAY_ADDRESS, else a cluster on this
    machine for the time of the run. Local paths must be seen by all nodes; objects in a store are opened where they are
    read, and members of archives travel with their tasks.
    """

    def __init__(
        self,
        n_jobs: int | None = None,
        limits: Limits | None = None,
        log_level: int = logging.WARNING,
        address: str | None = None,
    ) -> None:
        self.n_jobs = n_jobs
        self.limits = limits or DEFAULT_LIMITS
        self.log_level = log_level
        self.address = address

    def map(self, job: Job, tasks: Iterable[Task]) -> Generator[Record, None, None]:
        """The record of each task. Raises DependencyError where there is no Ray, no cluster, or an unlike node."""
        due = iter(tasks)
        first = next(due, None)
        if first is None:
            return
        ray = import_ray()
        is_ours = _connect(ray, self.address, self.n_jobs)
        try:
            n_readers = self.n_jobs or max(1, int(ray.cluster_resources().get("CPU", 1)))
            crew = _Crew(ray, job, self.limits, self.log_level, n_readers, due)
            crew.backlog.again.append(first)
            try:
                yield from crew.run()
            finally:
                crew.stop()
        finally:
            if is_ours:
                ray.shutdown()


def import_ray() -> Any:
    """The package. Raises DependencyError where it is not installed."""
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing is reported to anybody
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")  # or it warns of what does not concern us
    try:
        import ray
    except ModuleNotFoundError as error:
        raise DependencyError("没有安装 Ray：请运行 pip install 'jixiao[ray]'") from error
    return ray


def _connect(ray: Any, address: str | None, n_jobs: int | None) -> bool:
    """Whether the connection is ours to end; one that the caller has made is used and left as it is."""
    if ray.is_initialized():
        return False
    cluster = address or os.environ.get(ADDRESS_VARIABLE)
    advice = "请检查 --ray-address，并在本机先运行 ray start（Python 与 Ray 的版本须与集群相同）"
    refusal = DependencyError(f"连不上 Ray 集群 {cluster or '（本机）'}：{advice}")
    if cluster and not _answers(cluster):
        raise refusal
    quiet: dict[str, Any] = {"log_to_driver": False, "logging_level": logging.ERROR}
    try:
        if cluster:
            ray.init(address=cluster, **quiet)
        else:
            ray.init(address="local", num_cpus=n_jobs, include_dashboard=False, **quiet)
    except (ConnectionError, RuntimeError, ValueError) as error:
        raise refusal from error
    return True


def _answers(address: str) -> bool:
    """Whether somebody listens at `host:port`; Ray itself would try for many minutes. Other addresses are its own."""
    host, _, port = address.rpartition(":")
    if not host or "/" in host or not port.isdigit():
        return True
    try:
        socket.create_connection((host, int(port)), CONNECT_WAIT_S).close()
    except OSError:
        return False
    return True


class Reader:
    """An actor of the cluster: it reads one document at a time in a worker process under the watchdog."""

    def __init__(self, job: Job, limits: Limits, log_level: int, environment: dict[str, str]) -> None:
        os.environ.update(environment)
        os.environ.setdefault(THREADS_VARIABLE, "1")  # it has one core
        self.limits = limits
        self.worker = WatchedWorker(job, limits, log_level)

    def hello(self) -> tuple[str, str, str]:
        """The node's name, and what readings depend on here beside the bytes of the files."""
        return socket.gethostname(), reading_key(), environment_key(self.limits)

    def read(self, task: Task, content: bytes | None) -> Record | JixiaoError:
        """The record of a document, whose bytes come along or are where the task says; or why no other can be read."""
        try:
            if content is None:
                return self.worker.read(task)
            with tempfile.NamedTemporaryFile(prefix="jixiao-") as file:
                file.write(content)
                file.flush()
                return self.worker.read(replace(task, file=file.name))
        except JixiaoError as error:
            return error


@dataclass(eq=False, slots=True)
class _Seat:
    """A reader as we know it: not ready before it has said hello, and what it has in hand, in its order."""

    actor: Any
    hello: Any
    in_hand: dict[Any, Task] = field(default_factory=dict)

    @property
    def is_ready(self) -> bool:
        """Whether it can be given tasks: one that waits for a free core would keep them waiting, too."""
        return self.hello is None

    @property
    def awaited(self) -> list[Any]:
        """What it owes us."""
        return [*self.in_hand] if self.is_ready else [self.hello]


class _Crew:
    """The readers of one run and what each has in hand."""

    def __init__(
        self, ray: Any, job: Job, limits: Limits, log_level: int, n_readers: int, tasks: Iterator[Task]
    ) -> None:
        self.ray, self.n_readers = ray, n_readers
        self.backlog = Backlog(tasks)  # taken as readers ask for them
        environment = {name: os.environ[name] for name in SENT_VARIABLES if os.environ.get(name)}
        self.arguments = (job, limits, log_level, environment)
        self.actor_class = ray.remote(num_cpus=1, max_restarts=0)(Reader)
        self.keys = (reading_key(), environment_key(limits))
        self.seats: list[_Seat] = []
        self.attempts: dict[str, int] = {}
        self.n_start_failures = 0
        self.heard_at = time.monotonic()

    def run(self) -> Iterator[Record]:
        """The record of every task."""
        while self.employ():
            awaited = {ref: seat for seat in self.seats for ref in seat.awaited}
            done, _ = self.ray.wait([*awaited], num_returns=1, timeout=POLL_S)
            for ref in done:
                self.heard_at = time.monotonic()
                record = self.hear(awaited[ref], ref)
                if record is not None:
                    self.employ()  # it reads on while this record is written to disk
                    yield record
            if not any(seat.is_ready for seat in self.seats) and time.monotonic() - self.heard_at > START_WAIT_S:
                raise DependencyError(f"Ray 集群 {START_WAIT_S:g} 秒没有空出 CPU：请增加节点，或等其他作业结束再运行")

    def employ(self) -> bool:
        """Whether anything is left to wait for, once there are readers enough and each has its hands full."""
        n_starting = sum(not seat.is_ready for seat in self.seats)
        while len(self.seats) < self.n_readers and self.backlog.has_more_than(n_starting):
            actor = self.actor_class.remote(*self.arguments)
            self.seats.append(_Seat(actor, actor.hello.remote()))
            n_starting += 1
        for n_in_hand in range(IN_HAND_MAX):  # each has one before any has two
            for seat in self.seats:
                if seat.is_ready and len(seat.in_hand) <= n_in_hand and self.backlog.has_more_than(0):
                    task = self.backlog.again.popleft()
                    seat.in_hand[seat.actor.read.remote(task, _travelling_bytes(task))] = task
        return bool(self.backlog.again) or any(seat.in_hand for seat in self.seats)

    def hear(self, seat: _Seat, ref: Any) -> Record | None:
        """What a reader says: a record, or nothing where it is ready for its first task or is lost."""
        try:
            said = self.ray.get(ref)
        except self.ray.exceptions.RayError:
            return self.bury(seat)
        if isinstance(said, JixiaoError):
            raise said
        self.n_start_failures = 0
        if ref is seat.hello:
            self.check_alike(*said)
            seat.hello = None
            return None
        record: Record = said
        check_seen(seat.in_hand.pop(ref), record)
        return record

    def check_alike(self, node: str, *keys: str) -> None:
        """Nothing comes out where a node reads as this machine would. Raises DependencyError."""
        if keys != self.keys:
            what = "程序、规则或识别引擎" if keys[0] != self.keys[0] else "转换工具或可选的包"
            raise DependencyError(f"节点 {node} 的{what}与本机不同：请在各节点安装同一版本、同样的工具再运行")

    def bury(self, seat: _Seat) -> Record | None:
        """The failed record of the document that a lost reader was at, once it has cost several readers.

        What else it had in hand goes to the others, and is not held against it.
        """
        self.seats.remove(seat)
        self.ray.kill(seat.actor)
        if not seat.is_ready:
            self.n_start_failures += 1
            if self.n_start_failures >= START_FAILURES_MAX:
                advice = "请在各节点运行 pip install 'jixiao[ray]'，版本与本机相同"
                raise DependencyError(f"Ray 节点上无法启动读取进程：{advice}")
            return None
        task, *others = seat.in_hand.values()
        self.backlog.again.extendleft(reversed(others))
        attempts = self.attempts[task.source] = self.attempts.get(task.source, 0) + 1
        if attempts < ATTEMPTS_MAX:
            self.backlog.again.append(task)
            return None
        return failed_record(task, CRASHED)

    def stop(self) -> None:
        """End all readers, busy or not."""
        for seat in self.seats:
            self.ray.kill(seat.actor)
        self.seats = []


def _travelling_bytes(task: Task) -> bytes | None:
    """The bytes that go along with a task: those of a member that was unpacked on this machine."""
    if not task.is_member or is_remote(task.file):
        return None
    with contextlib.suppress(OSError):
        return Path(task.file).read_bytes()
    return None


def check_seen(task: Task, record: Record) -> None:
    """Nothing comes out where a node has seen the file. InputError where it has not, but this machine does.

    Without this, a folder that only one machine has would end as a dataset of missing files.
    """
    if not record.meta.failed or record.meta.sha256 is not None or task.refusal or is_remote(task.file):
        return
    if not task.is_member and hash_file(task.file)[1] is not None:
        advice = "请把文件放到各节点共享的文件系统或对象存储（s3://…）"
        raise InputError(f"{task.file} 在本机可读，Ray 节点却读不到：{advice}")
