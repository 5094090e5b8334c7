"""The watchdog sees time and memory, of a process and of what it started."""

from __future__ import annotations

import os
import subprocess
import sys
import time

from pipeline.batch.watchdog import BYTES_PER_MB, Limits, broken_limit, memory_of_tree

HOLD = "import sys, time\nheld = b'x' * {size}\nsys.stdout.write('.')\nsys.stdout.flush()\ntime.sleep(60)"
START_ANOTHER = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {HOLD.format(size=80_000_000)!r}])"


def test_memory_of_what_a_process_started_counts() -> None:
    process = subprocess.Popen([sys.executable, "-c", START_ANOTHER], stdout=subprocess.PIPE, start_new_session=True)
    try:
        assert process.stdout is not None
        process.stdout.read(1)
        assert 80 * 10**6 < memory_of_tree(process.pid) < 300 * BYTES_PER_MB
    finally:
        os.killpg(process.pid, 9)
        process.wait()


def test_a_process_that_has_ended_holds_nothing() -> None:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    assert memory_of_tree(process.pid) == 0


def test_each_limit_is_told_without_a_measured_figure() -> None:
    assert broken_limit(Limits(10, 0), 9.9, os.getpid()) is None
    late = [broken_limit(Limits(10, 0), seconds, os.getpid()) for seconds in (10.1, 99.9)]
    assert late[0] == late[1]
    assert "时限 10 秒" in str(late[0])
    assert "上限 1 MB" in str(broken_limit(Limits(0, 1), 0, os.getpid()))


def test_no_limit_is_never_broken() -> None:
    assert broken_limit(Limits(0, 0), time.time(), os.getpid()) is None
