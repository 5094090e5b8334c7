"""Mutated files of every kind through the command: no crash, no hang, every file accounted for.

    python benchmarks/fuzz.py FOLDER [N] [SEED]        (default 2000 files)

The seeds are the golden samples of the tests in every form, small scans, and archives of them. A mutation flips, cuts,
doubles, swaps or fills pieces, repairs the checksums of zip members (so that the damage reaches the readers), or gives
a file another's suffix. FOLDER keeps the files: a run that finds something can be looked into.
"""

from __future__ import annotations

import csv
import io
import json
import os
import random
import subprocess
import sys
import time
import zipfile
import zlib
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(Path(__file__).parent)]

from bulk_documents import render_slip  # noqa: E402
from mutants import mutate  # noqa: E402
from render import RENDERERS, read_sample  # noqa: E402

DEFAULT_N, DEFAULT_SEED = 2000, 20310501
TIMEOUT_S, MEMORY_MB = 300, 2500
SCAN_SHARE = 0.04  # of the files: recognising takes a second each
OURS = "程序内部错误"  # what the row of a file says where the program, not the file, is at fault
KILLED = "读取进程意外终止"


def make_seeds() -> list[tuple[str, bytes]]:
    """(suffix, content) of whole files of every kind."""
    samples = [read_sample(path) for path in sorted((ROOT / "tests" / "golden").glob("*.toml"))]
    seeds = [(door, RENDERERS[door](sample)) for sample in samples for door in sorted(RENDERERS)]
    archived = [seeds[i] for i in range(0, len(seeds), max(1, len(seeds) // 12))]
    for suffix, content in archived:
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(f"县级/自评表.{suffix}", content)
        seeds.append(("zip", stream.getvalue()))
        seeds.append((f"{suffix}.gz", zlib.compress(content, wbits=31)))
    return seeds


def write_mutants(folder: Path, count: int, seed: int) -> list[str]:
    """The paths of `count` mutated files; the same for the same seed, but for times inside the seeds' zips."""
    chance = random.Random(seed)
    seeds = make_seeds()
    suffixes = sorted({suffix for suffix, _ in seeds})
    folder.mkdir(parents=True, exist_ok=True)
    files: list[str] = []
    for number in range(count):
        suffix, content = chance.choice(seeds)
        if chance.random() < SCAN_SHARE:
            suffix = chance.choice(("scan.png", "scan.pdf"))
            content = render_slip(number, suffix)
        mutant = mutate(suffix, content, chance)
        if chance.random() < 0.05:
            suffix = chance.choice(suffixes)
        path = folder / f"{number:05d}.{suffix}"
        path.write_bytes(mutant)
        files.append(str(path))
    return files


def main() -> int:
    """Prints what became of the files; 1 where a file is missing from the dataset or a fault was ours."""
    folder = Path(sys.argv[1])
    count = int(sys.argv[2]) if len(sys.argv) > 2 else DEFAULT_N
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else DEFAULT_SEED
    files = [str(path) for path in sorted((folder / "in").glob("*"))] or write_mutants(folder / "in", count, seed)
    arguments = ["extract", str(folder / "in"), "--out", str(folder / "out"), "--jobs", "2", "--log-json"]
    limits = ["--timeout", str(TIMEOUT_S), "--memory-limit", str(MEMORY_MB), "--no-workbook"]
    started = time.perf_counter()
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "JIXIAO_CACHE": str(folder / "cache")}
    command = [sys.executable, "-m", "pipeline.cli", *arguments, *limits]
    with (folder / "log.jsonl").open("w", encoding="utf-8") as log:
        status = subprocess.run(command, stderr=log, check=False, env=environment).returncode
    events = [json.loads(line) for line in (folder / "log.jsonl").read_text(encoding="utf-8").splitlines()]
    told = [event for event in events if event["event"] == "document"]
    csv.field_size_limit(2**31 - 1)  # a damaged page may have a very long title
    with (folder / "out" / "reports.csv").open(encoding="utf-8-sig", newline="") as reports:
        sources = {row["source"].split("!")[0] for row in csv.DictReader(reports)}
    missing = sorted(set(files) - sources)
    slowest = max(told, key=lambda event: event["cpu_seconds"])
    reasons = Counter(str(event["error"]).rpartition("：")[0].rpartition("：")[2] or "-" for event in told)
    ours = [event for event in told if any(word in str(event["error"]) for word in (OURS, KILLED, "时限", "内存"))]
    print(f"{len(files)} files in {time.perf_counter() - started:.0f} s, exit code {status}, {len(missing)} missing")
    print(dict(Counter(event["status"] for event in told)), f"slowest {slowest['cpu_seconds']} s {slowest['source']}")
    print(*(f"  {n:5d} {reason}" for reason, n in reasons.most_common(12)), sep="\n")
    print(f"{len(ours)} faults of ours or broken limits:", *(f"{e['source']}: {e['error']}" for e in ours), sep="\n  ")
    return 1 if missing or ours or status not in (0, 5) else 0


if __name__ == "__main__":
    sys.exit(main())
