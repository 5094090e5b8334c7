"""Ten thousand documents through the command: what the last thousand cost beside the first, memory, and a re-run.

    python benchmarks/ten_thousand.py FOLDER [N]        (default 10000; hours on a small machine)

FOLDER keeps everything: inputs (made where they are missing), dataset, log, memory samples. Ended at any moment and
started again, the run goes on where it was, and so do log and samples. Do not change the program meanwhile: changed
rules read everything again (run it from a copy of the checkout).
"""

from __future__ import annotations

import csv
import itertools
import json
import os
import platform
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

from bulk_documents import DEFAULT_N, write_documents  # noqa: E402

from pipeline.batch.watchdog import BYTES_PER_MB, memory_of_tree  # noqa: E402

JOBS = 2
SAMPLE_S = 5.0
SHARE = 10  # the first and the last tenth are compared
COST_RATIO_MAX = 1.1
RERUN_RATIO_MIN = 200
TICKS_PER_S = os.sysconf("SC_CLK_TCK")
COLUMNS = ("documents", "parent_cpu_s", "parent_mb", "workers_mb")


@dataclass(frozen=True, slots=True)
class Sample:
    """The run at one moment: documents recorded so far, and what its processes hold."""

    documents: int
    parent_cpu_s: float
    parent_mb: float
    workers_mb: float


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "pipeline.cli", *arguments]


def environment(folder: Path) -> dict[str, str]:
    """Ours, with an OCR cache of its own (nothing is known beforehand) and the program of this checkout."""
    return {**os.environ, "JIXIAO_CACHE": str(folder / "cache"), "PYTHONPATH": str(ROOT)}


def sample_of(pid: int, documents: int) -> Sample | None:
    """The processes of a run now; None where it has ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        resident = int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return None
    cpu_s = (int(fields[11]) + int(fields[12])) / TICKS_PER_S
    workers = memory_of_tree(pid) - resident
    return Sample(documents, cpu_s, resident / BYTES_PER_MB, max(0, workers) / BYTES_PER_MB)


def run(folder: Path) -> float:
    """Wall-clock seconds of one run; its log and samples are written behind those of earlier ones."""
    arguments = command("extract", str(folder / "in"), "--out", str(folder / "out"), "--jobs", str(JOBS), "--log-json")
    started = time.perf_counter()
    process = subprocess.Popen(arguments, stderr=subprocess.PIPE, text=True, env=environment(folder), encoding="utf-8")
    documents = 0
    ended = threading.Event()

    def watch() -> None:
        with (folder / "memory.csv").open("a", encoding="utf-8", newline="") as file:
            while not ended.wait(SAMPLE_S):
                sample = sample_of(process.pid, documents)
                if sample:
                    csv.writer(file).writerow([f"{getattr(sample, name):.6g}" for name in COLUMNS])
                    file.flush()

    watcher = threading.Thread(target=watch)
    watcher.start()
    assert process.stderr is not None
    with (folder / "log.jsonl").open("a", encoding="utf-8") as log:
        for line in process.stderr:
            documents += '"event": "document"' in line
            log.write(line)
            log.flush()
    ended.set()
    watcher.join()
    if process.wait():
        raise SystemExit(f"the run ended with {process.returncode}: see {folder / 'log.jsonl'}")
    return time.perf_counter() - started


def read_log(folder: Path) -> list[dict[str, Any]]:
    """The documents that were really read, in the order in which they were recorded."""
    lines = (folder / "log.jsonl").read_text(encoding="utf-8").splitlines()
    events = [json.loads(line) for line in lines if line.startswith("{")]
    return [event for event in events if event["event"] == "document" and not event["reused"]]


def read_samples(folder: Path) -> list[Sample]:
    with (folder / "memory.csv").open(encoding="utf-8", newline="") as file:
        return [Sample(int(float(row[0])), *(float(value) for value in row[1:])) for row in csv.reader(file)]


def kind_of(event: dict[str, Any]) -> str:
    return ".".join(Path(event["source"]).name.split(".")[1:])


def parent_cost(samples: list[Sample], first: int, last: int) -> float | None:
    """Processor seconds of the parent for each document recorded between two counts; None without samples."""
    steps = [(a, b) for a, b in itertools.pairwise(samples) if first <= a.documents < b.documents <= last]
    steps = [(a, b) for a, b in steps if b.parent_cpu_s >= a.parent_cpu_s]
    documents = sum(b.documents - a.documents for a, b in steps)
    return sum(b.parent_cpu_s - a.parent_cpu_s for a, b in steps) / documents if documents else None


def describe_costs(events: list[dict[str, Any]], samples: list[Sample]) -> Iterator[str]:
    """What reading a document costs in processor time, first and last tenth, kind by kind and altogether."""
    size = len(events) // SHARE
    first, last = events[:size], events[-size:]
    means: list[tuple[str, float, float, int]] = []
    for kind in sorted({kind_of(event) for event in events}):
        costs = [[e["cpu_seconds"] for e in part if kind_of(e) == kind] for part in (first, last)]
        if all(costs):
            means.append((kind, sum(costs[0]) / len(costs[0]), sum(costs[1]) / len(costs[1]), len(costs[1])))
    for kind, before, after, _ in means:
        yield f"  {kind:9s} {before * 1000:8.1f} ms → {after * 1000:8.1f} ms, ratio {after / before:.3f}"
    parent = [parent_cost(samples, 0, size), parent_cost(samples, len(events) - size, len(events))]
    if parent[0] and parent[1]:
        yield f"  parent    {parent[0] * 1000:8.1f} ms → {parent[1] * 1000:8.1f} ms"
    # the mixture of the last tenth in both: a worker more or less with a scan in hand must not count
    total = [sum(mean[place] * mean[3] for mean in means) / size + (parent[place - 1] or 0.0) for place in (1, 2)]
    ratio = total[1] / total[0]
    yield (
        f"  all       {total[0] * 1000:8.1f} ms → {total[1] * 1000:8.1f} ms, ratio {ratio:.3f} "
        f"({'kept' if ratio <= COST_RATIO_MAX else 'BROKEN'}: at most {COST_RATIO_MAX})"
    )


def describe_memory(samples: list[Sample], count: int) -> Iterator[str]:
    """The largest memory in each tenth of the run, and while the dataset was written."""
    for tenth in range(SHARE):
        part = [s for s in samples if tenth * count / SHARE <= s.documents < (tenth + 1) * count / SHARE]
        if part:
            parent, workers = max(s.parent_mb for s in part), max(s.workers_mb for s in part)
            yield f"  {tenth * 100 // SHARE:3d} % of the documents: parent {parent:.0f} MB, workers {workers:.0f} MB"
    end = [s for s in samples if s.documents >= count]
    if end:
        yield f"  writing the dataset: parent {max(s.parent_mb for s in end):.0f} MB"


def main() -> int:
    """Prints the figures; 1 where a promise is broken."""
    folder, count = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else DEFAULT_N
    folder.mkdir(parents=True, exist_ok=True)
    if sum(path.is_file() for path in folder.glob("in/*/*")) < count:
        write_documents(folder / "in", count)
    seconds = run(folder)
    events, samples = read_log(folder), read_samples(folder)
    machine = f"{platform.machine()} {platform.system()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    print(f"{machine}, Python {platform.python_version()}, {count} documents, {JOBS} workers")
    pieces = "" if len(events) == count else f"; {len(events)} were read in all runs together"
    print(f"last run {seconds:.0f} s, {count / seconds:.2f} documents/s{pieces}")
    print("processor time a document, first tenth → last tenth:", *describe_costs(events, samples), sep="\n")
    print("memory:", *describe_memory(samples, count), sep="\n")
    (folder / "memory.csv").rename(folder / "memory-read.csv")
    again = run(folder)
    whole = sum(event["seconds"] for event in events) / JOBS
    ratios = f"the last run took {seconds / again:.0f} times that, all reading {whole / again:.0f} times"
    print(f"re-run {again:.2f} s: {ratios}")
    said = subprocess.run(command("validate", str(folder / "out")), env=environment(folder), check=False)
    return 1 if said.returncode or max(seconds, whole) < RERUN_RATIO_MIN * again else 0


if __name__ == "__main__":
    sys.exit(main())
