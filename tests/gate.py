"""The accuracy gate: extract the corpus door by door, score it against its gold, compare with tests/floors.toml.

The corpus is not part of the project. It is looked for in $JIXIAO_CORPUS (default: ../shared/corpus beside the
checkout), its scorer `score.py` in the folder above it; without them nothing is measured, and the gate says so.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
import tomllib
from dataclasses import dataclass
from pathlib import Path

from pipeline import extract

ROOT = Path(__file__).parent.parent
FLOORS = Path(__file__).with_name("floors.toml")
MEASURES = ("core_f1", "figures_r", "findings_r")


@dataclass(frozen=True, slots=True)
class Door:
    """One way into the pipeline: the files that take it, their gold, and the floor of each measure."""

    name: str
    gold: str
    files: tuple[str, ...]
    floors: dict[str, float]


@dataclass(frozen=True, slots=True)
class Measured:
    """What one door scored."""

    door: Door
    n_files: int
    seconds: float
    scores: dict[str, float]

    @property
    def below(self) -> list[str]:
        """The measures that are below their floor."""
        return [measure for measure in MEASURES if self.scores[measure] < self.door.floors[measure]]


def read_doors(path: Path) -> list[Door]:
    """The doors of a floors file, in its order."""
    return [
        Door(row["name"], row["gold"], tuple(row["files"]), {measure: row[measure] for measure in MEASURES})
        for row in tomllib.loads(path.read_text(encoding="utf-8"))["door"]
    ]


def measure_door(door: Door, corpus: Path) -> Measured | None:
    """The scores of one door; None where the corpus has no files for it."""
    files = sorted(file for pattern in door.files for file in corpus.glob(pattern))
    if not files:
        return None
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as scratch:
        extract(files).write(scratch)
        seconds = time.perf_counter() - started
        scores = Path(scratch) / "scores.json"
        scorer = [sys.executable, str(corpus.parent / "score.py")]
        command = [*scorer, scratch, str(corpus / door.gold), "--json", str(scores)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        found = json.loads(scores.read_text(encoding="utf-8"))
    return Measured(door, len(files), seconds, {measure: found[measure] for measure in MEASURES})


def line(measured: Measured) -> str:
    """One line of the printed table."""
    cells = "  ".join(f"{measured.scores[m]:.4f} (>= {measured.door.floors[m]:.3f})" for m in MEASURES)
    verdict = "BELOW " + ", ".join(measured.below) if measured.below else "ok"
    return f"{measured.door.name:12s} {measured.n_files:3d} files {measured.seconds:6.1f} s  {cells}  {verdict}"


def main() -> int:
    """0 where every door holds its floors, or where there is no corpus; 1 otherwise."""
    corpus = (ROOT / os.environ.get("JIXIAO_CORPUS", "../shared/corpus")).resolve()
    if not corpus.is_dir() or not (corpus.parent / "score.py").is_file():
        print("gate: no corpus here (set JIXIAO_CORPUS to have accuracy measured); nothing compared")
        return 0
    print("door                           core_f1              figures_r             findings_r")
    n_below = 0
    for door in read_doors(FLOORS):
        measured = measure_door(door, corpus)
        print(line(measured) if measured else f"{door.name:12s} no files in this corpus", flush=True)
        n_below += bool(measured and measured.below)
    print("gate: all floors hold" if not n_below else f"gate: {n_below} doors below their floors")
    return 1 if n_below else 0


if __name__ == "__main__":
    sys.exit(main())
