"""The limits that one document must keep, and how much memory its reading takes."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

DEFAULT_TIMEOUT_S = 1800.0  # a scan of 300 pages takes about half of it
DEFAULT_MEMORY_MB = 4096
BYTES_PER_MB = 1_048_576
_PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Limits:
    """How long one document may take, and how much memory its worker and what it starts may hold. 0: no limit."""

    timeout_s: float = DEFAULT_TIMEOUT_S
    memory_mb: int = DEFAULT_MEMORY_MB


DEFAULT_LIMITS = Limits()


def broken_limit(limits: Limits, seconds: float, pid: int) -> str | None:
    """Which limit a document breaks that has been read for `seconds` by process `pid`, in words; None where none.

    The words do not tell the measured figure: the same document must fail with the same words in every run.
    """
    if limits.timeout_s and seconds > limits.timeout_s:
        return f"读取超过时限 {limits.timeout_s:g} 秒，已中止：请拆分文件，或用 --timeout 放宽后再运行"
    if limits.memory_mb and memory_of_tree(pid) > limits.memory_mb * BYTES_PER_MB:
        return f"读取时内存超过上限 {limits.memory_mb} MB，已中止：请拆分文件，或用 --memory-limit 放宽后再运行"
    return None


def memory_of_tree(pid: int) -> int:
    """Resident bytes of a process and of all that it started (a converter); 0 where the system does not tell."""
    return _resident_bytes(pid) + sum(memory_of_tree(child) for child in _children(pid))


def _resident_bytes(pid: int) -> int:
    try:
        fields = (_PROC / str(pid) / "statm").read_text().split()
    except OSError:  # ended meanwhile, or a system without /proc
        return 0
    return int(fields[1]) * os.sysconf("SC_PAGE_SIZE")


def _children(pid: int) -> list[int]:
    children: list[int] = []
    try:
        threads = list((_PROC / str(pid) / "task").iterdir())
    except OSError:
        return children
    for thread in threads:
        try:
            children += map(int, (thread / "children").read_text().split())
        except OSError:
            continue
    return children
