"""The executors by name. What an executor needs is imported when it is asked for."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.batch.watchdog import DEFAULT_LIMITS, Limits

if TYPE_CHECKING:
    from pipeline.batch.executor import Executor


@dataclass(frozen=True, slots=True)
class Staff:
    """Who is to read: `n_jobs` workers (None: one per core) under these limits; `ray_address` of a Ray cluster."""

    n_jobs: int | None = None
    limits: Limits = DEFAULT_LIMITS
    log_level: int = logging.WARNING
    ray_address: str | None = None


def _serial(staff: Staff, n_files: int) -> Executor:
    from pipeline.batch.executor import SerialExecutor

    return SerialExecutor()


def _processes(staff: Staff, n_files: int) -> Executor:
    from pipeline.batch import executor
    from pipeline.batch.processes import ProcessExecutor

    n_jobs = executor.default_jobs(n_files) if staff.n_jobs is None else staff.n_jobs
    return ProcessExecutor(n_jobs, staff.limits, staff.log_level) if n_jobs else executor.SerialExecutor()


def _ray(staff: Staff, n_files: int) -> Executor:
    from pipeline.batch.cluster import RayExecutor, import_ray

    import_ray()  # or say at once that it is missing
    return RayExecutor(staff.n_jobs or None, staff.limits, staff.log_level, staff.ray_address)


DEFAULT_EXECUTOR = "processes"
EXECUTORS: dict[str, Callable[[Staff, int], Executor]] = {"serial": _serial, "processes": _processes, "ray": _ray}
