"""Many small documents: documents a second with one and two workers, the last tenth against the first, and a re-run.

    python benchmarks/bench_bulk.py [N]        (default 400; 10000 takes its time)

The documents are the golden samples of the tests, each with a number of its own, as docx, html, xlsx, pdf and text in
turn. Wall-clock figures include journal, fsync and the writing of the dataset (without a workbook).
"""

from __future__ import annotations

import os
import platform
import random
import resource
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from render import RENDERERS, Sample, read_sample  # noqa: E402
from render.sample import Line  # noqa: E402

from pipeline.batch.bulk import BulkOptions, run_bulk  # noqa: E402
from pipeline.batch.journal import Meta  # noqa: E402
from pipeline.batch.processes import ProcessExecutor  # noqa: E402

DEFAULT_N = 400
OPTIONS = BulkOptions(workbook=False)


@dataclass(frozen=True, slots=True)
class Timed:
    """One run: wall-clock seconds, and what each document cost in processor time, in the order of recording.

    Processor time is the worker's for reading and the parent's for recording: other users of the machine do not count.
    """

    total: float
    recorded: float
    costs: tuple[float, ...]

    @property
    def tail_ratio(self) -> float:
        """Cost of the last tenth against the first; the very first documents wait for the dictionaries to load."""
        tenth, start = len(self.costs) // 10, len(self.costs) // 20
        return sum(self.costs[-tenth:]) / sum(self.costs[start : start + tenth])


def numbered(sample: Sample, number: int) -> Sample:
    """The sample with a line of its own, so that no two documents have the same bytes or the same numbers."""
    line = Line(f"本表编号第{number}号，抽查{number * 37 + 11}户，走访{number * 13 + 5}人。")
    return replace(sample, blocks=(*sample.blocks, line))


def write_documents(folder: Path, count: int) -> list[str]:
    """The paths of `count` documents, of every kind and every sample in turn."""
    samples = [read_sample(path) for path in sorted((ROOT / "tests" / "golden").glob("*.toml"))]
    doors = sorted(RENDERERS)
    files: list[str] = []
    for number in range(count):
        door = doors[number % len(doors)]
        sample = samples[number // len(doors) % len(samples)]
        path = folder / f"{number:06d}.{door}"
        path.write_bytes(RENDERERS[door](numbered(sample, number)))
        files.append(str(path))
    random.Random(count).shuffle(files)  # the first tenth and the last hold the same mixture
    return files


def run(files: list[str], out: Path, n_jobs: int) -> Timed:
    """The times of one run."""
    started = time.perf_counter()
    costs: list[float] = []
    recorded = parent = 0.0

    def tell(meta: Meta, reused: bool) -> None:
        nonlocal recorded, parent
        recorded, before, parent = time.perf_counter() - started, parent, time.process_time()
        costs.append(meta.cpu_seconds + (parent - before if before else 0.0))

    run_bulk(files, out, ProcessExecutor(n_jobs), OPTIONS, tell)
    return Timed(time.perf_counter() - started, recorded, tuple(costs))


def main() -> int:
    """Prints the figures; 1 where a re-run is not much cheaper than the run."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT_N
    with tempfile.TemporaryDirectory(prefix="jixiao-bench-") as folder:
        root = Path(folder)
        (root / "in").mkdir()
        files = write_documents(root / "in", count)
        machine = f"{platform.machine()} {platform.system()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
        print(f"{machine}, Python {platform.python_version()}, {count} documents")
        for n_jobs in (1, 2):
            timed = run(files, root / f"out{n_jobs}", n_jobs)
            peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            cpu_ms = sum(timed.costs) / count * 1000
            print(
                f"jobs {n_jobs}: {timed.total:.1f} s, {count / timed.total:.2f} documents/s (all recorded after "
                f"{timed.recorded:.1f} s); processor {cpu_ms:.1f} ms a document, "
                f"last tenth / first tenth {timed.tail_ratio:.2f}; parent at most {peak_mb} MB"
            )
            again = run(files, root / f"out{n_jobs}", n_jobs)
            print(f"        re-run {again.total * 1000:.0f} ms, ratio {timed.total / again.total:.0f}")
    return 0 if timed.total > 20 * again.total else 1


if __name__ == "__main__":
    sys.exit(main())
