"""Workers killed at random, the run killed three times, its journal torn: the dataset is that of a calm run."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from batch.samples import form_page, tree, write_pages

from pipeline.batch.journal import Journal

TESTS = Path(__file__).parent.parent
N_DOCUMENTS = 30
RUN_KILLS = 3
WORKER_KILLS = 2  # per run: one fewer than would be held against a document
WAIT_S = 60.0


def start(inputs: Path, out: Path) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(TESTS), str(TESTS.parent)])}
    command = [sys.executable, str(TESTS / "batch" / "chaos_run.py"), str(inputs), str(out)]
    return subprocess.Popen(command, env=environment)


def workers_of(pid: int) -> list[int]:
    """The worker processes of a run."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return [int(c) for c in children if b"spawn_main" in Path(f"/proc/{c}/cmdline").read_bytes()]
    except OSError:
        return []


def recorded(out: Path) -> int:
    """Bytes of the journal so far."""
    journal = out / ".jixiao" / "journal"
    return journal.stat().st_size if journal.exists() else 0


def disturb(run: subprocess.Popen[bytes], out: Path, chance: random.Random, *, kill_run: bool) -> None:
    """Kill two workers at random moments; then the run itself, once it has recorded something more."""
    before, deadline = recorded(out), time.monotonic() + WAIT_S
    for _ in range(WORKER_KILLS):
        time.sleep(chance.uniform(0.3, 1.2))
        for worker in chance.sample(workers := workers_of(run.pid), k=min(1, len(workers))):
            os.kill(worker, signal.SIGKILL)
    if not kill_run:
        return
    while recorded(out) <= before and run.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    workers = workers_of(run.pid)
    run.kill()
    run.wait()
    gone = time.monotonic() + 5
    while any(Path(f"/proc/{worker}").exists() for worker in workers) and time.monotonic() < gone:
        time.sleep(0.05)
    assert [worker for worker in workers if Path(f"/proc/{worker}").exists()] == [], "a worker outlived its run"


def tear(journal: Path, chance: random.Random) -> None:
    """Cut the last record of the journal, or leave garbage behind it, as a power cut may."""
    content = journal.read_bytes()
    if chance.random() < 0.5:
        journal.write_bytes(content[: -chance.randrange(1, 200)])
    else:
        journal.write_bytes(content + b"JXR1" + chance.randbytes(90))


def test_chaos_ends_with_the_dataset_of_a_calm_run(tmp_path: Path) -> None:
    chance = random.Random(20310501)
    write_pages(tmp_path / "in", N_DOCUMENTS)
    (tmp_path / "in" / "hang.html").write_text(form_page(91), encoding="utf-8")
    (tmp_path / "in" / "eat.html").write_text(form_page(92), encoding="utf-8")
    assert start(tmp_path / "in", tmp_path / "calm").wait(WAIT_S) == 0
    out = tmp_path / "out"
    for _ in range(RUN_KILLS):
        disturb(start(tmp_path / "in", out), out, chance, kill_run=True)
        tear(out / ".jixiao" / "journal", chance)
    last = start(tmp_path / "in", out)
    disturb(last, out, chance, kill_run=False)
    assert last.wait(WAIT_S) == 0
    assert tree(out) == tree(tmp_path / "calm")
    journal = Journal(out / ".jixiao" / "journal")
    assert len(journal.entries) == N_DOCUMENTS + 2
    assert sorted(Path(e.meta.source).name for e in journal.entries.values() if e.meta.failed) == [
        "eat.html",
        "hang.html",
    ]
