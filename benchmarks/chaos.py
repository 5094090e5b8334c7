"""Two hundred documents under every mishap at once: the dataset must be that of a calm run, byte for byte.

    python benchmarks/chaos.py [N] [SEED]        (default 200 documents)

Workers are killed at random, one document hangs, one eats memory, the run itself is killed three times (its workers
must go with it), and each time its journal is torn. Then, as after power cuts, the finished journal is cut at random
places, or loses its last records, and the run is started again. What is read is invented: the reading is not at issue.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from batch.samples import form_page, tree, write_pages  # noqa: E402
from batch.test_chaos import RUN_KILLS, disturb, start, tear  # noqa: E402

from pipeline.batch.journal import Journal  # noqa: E402

DEFAULT_N, DEFAULT_SEED = 200, 20310501
POWER_CUTS = 12
WAIT_S = 1800.0


def finish(inputs: Path, out: Path) -> None:
    """One undisturbed run to its end."""
    status = start(inputs, out).wait(WAIT_S)
    if status:
        raise SystemExit(f"a run ended with {status}")


def cut_power(journal: Path, chance: random.Random) -> int:
    """How many bytes of the finished journal are lost: all behind a random place, or some of its last records."""
    content = journal.read_bytes()
    entries = list(Journal(journal).entries.values())
    keep = chance.choice([chance.randrange(len(content)), entries[-chance.randrange(1, len(entries))].start])
    journal.write_bytes(content[:keep])
    return len(content) - keep


def main() -> int:
    """Prints what was done; 1 where a dataset differs from the calm one."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT_N
    chance = random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else DEFAULT_SEED)
    started = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="jixiao-chaos-") as name:
        inputs, calm, out = (Path(name) / part for part in ("in", "calm", "out"))
        write_pages(inputs, count)
        (inputs / "hang.html").write_text(form_page(9001), encoding="utf-8")
        (inputs / "eat.html").write_text(form_page(9002), encoding="utf-8")
        finish(inputs, calm)
        expected = tree(calm)
        journal = out / ".jixiao" / "journal"
        for _ in range(RUN_KILLS):
            disturb(start(inputs, out), out, chance, kill_run=True)
            tear(journal, chance)
        disturb(last := start(inputs, out), out, chance, kill_run=False)
        if last.wait(WAIT_S) or tree(out) != expected:
            print("killed and torn: the dataset differs from the calm one")
            return 1
        print(f"{count + 2} documents, run killed {RUN_KILLS} times: the dataset of the calm run", flush=True)
        for _ in range(POWER_CUTS):
            lost = cut_power(journal, chance)
            finish(inputs, out)
            if tree(out) != expected:
                print(f"{lost} bytes of the journal lost: the dataset differs from the calm one")
                return 1
        print(f"{POWER_CUTS} power cuts: the same; {time.perf_counter() - started:.0f} s in all")
    return 0


if __name__ == "__main__":
    sys.exit(main())
