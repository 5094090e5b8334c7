"""A hundred damaged files through the whole job: each ends in a row, none in a fault of ours, a crash or a hang."""

from __future__ import annotations

import random
from pathlib import Path

from mutants import mutate
from render import RENDERERS, read_sample

from pipeline.batch.bulk import BulkOptions, run_bulk
from pipeline.batch.processes import ProcessExecutor
from pipeline.batch.watchdog import Limits

N_FILES = 100
SEED = 20310501
LIMITS = Limits(timeout_s=300, memory_mb=2500)
FAULTS = ("程序内部错误", "意外终止", "时限", "内存")


def test_every_damaged_file_is_accounted_for(tmp_path: Path) -> None:
    chance = random.Random(SEED)
    samples = [read_sample(path) for path in sorted((Path(__file__).parent / "golden").glob("*.toml"))[:20]]
    files: list[str] = []
    for number in range(N_FILES):
        door = sorted(RENDERERS)[number % len(RENDERERS)]
        content = RENDERERS[door](chance.choice(samples))
        path = tmp_path / f"{number:03d}.{door}"
        path.write_bytes(mutate(door, content, chance))
        files.append(str(path))
    options = BulkOptions(workbook=False, limits=LIMITS)
    executor = ProcessExecutor(2, LIMITS)
    outcome = run_bulk(files, tmp_path / "out", executor, options, lambda meta, reused: None)
    assert sorted({meta.source.split("!")[0] for meta in outcome.metas}) == files
    assert [meta.error for meta in outcome.metas if any(word in str(meta.error) for word in FAULTS)] == []
    assert sum(meta.status == "ok" for meta in outcome.metas) > N_FILES / 4
