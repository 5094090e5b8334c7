"""Many small documents: one worker beside two on the same native ones, in turn; wants two cores and a quiet machine.

    python benchmarks/bench_bulk.py [N] [ROUNDS]        (default 400 documents, 3 rounds)

Every run starts from nothing and ends with a whole dataset and workbook: start of the workers, journal and writing
count. Beside that, the time for reading alone: from the first recorded document to the last; and a re-run of each.
"""

from __future__ import annotations

import os
import platform
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

from bulk_documents import write_documents  # noqa: E402

from pipeline.batch.bulk import BulkOptions, run_bulk  # noqa: E402
from pipeline.batch.journal import Meta  # noqa: E402
from pipeline.batch.processes import ProcessExecutor  # noqa: E402

DEFAULT_N, DEFAULT_ROUNDS = 400, 3
RATIO_MIN = 1.8
RERUN_RATIO_MIN = 20  # on so few documents most of a re-run is its start


def run(files: list[str], out: Path, n_jobs: int, *, again: bool = False) -> tuple[float, float]:
    """Wall-clock seconds of a whole run, and of its reading."""
    told: list[float] = []

    def tell(meta: Meta, reused: bool) -> None:
        if meta.status != "ok" or reused != again:
            raise SystemExit(f"{meta.source}: {meta.error}")
        told.append(time.perf_counter())

    started = time.perf_counter()
    run_bulk(files, out, ProcessExecutor(n_jobs), BulkOptions(), tell)
    return time.perf_counter() - started, told[-1] - told[0]


def main() -> int:
    """Prints the figures; 1 where two workers are not fast enough, or a re-run is not much cheaper."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT_N
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else DEFAULT_ROUNDS
    times: dict[int, list[tuple[float, float]]] = {1: [], 2: []}
    reruns: list[float] = []
    with tempfile.TemporaryDirectory(prefix="jixiao-bench-") as name:
        files = write_documents(Path(name) / "in", count, scans=False)
        machine = f"{platform.machine()} {platform.system()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
        print(f"{machine}, Python {platform.python_version()}, {len(files)} native documents")
        for turn in range(rounds):
            for n_jobs in (1, 2) if turn % 2 == 0 else (2, 1):
                out = Path(name) / f"out{turn}{n_jobs}"
                whole, reading = run(files, out, n_jobs)
                again, _ = run(files, out, n_jobs, again=True)
                times[n_jobs].append((whole, reading))
                reruns.append(whole / again)
                each = f"{len(files) / whole:.2f} documents/s, reading {reading:.1f} s, re-run {again * 1000:.0f} ms"
                print(f"  {n_jobs} workers: {whole:.1f} s, {each}", flush=True)
    ratios = [statistics.median(t[i] for t in times[1]) / statistics.median(t[i] for t in times[2]) for i in (0, 1)]
    print(f"two workers: {ratios[0]:.2f} times as fast as one; reading alone {ratios[1]:.2f} times (medians)")
    return 0 if ratios[0] >= RATIO_MIN and min(reruns) >= RERUN_RATIO_MIN else 1


if __name__ == "__main__":
    sys.exit(main())
