"""How long `jixiao --help` takes, beside `python -c "import typer"`; fails where it takes twice as long or more."""

from __future__ import annotations

import platform
import statistics
import subprocess
import sys
import time
from pathlib import Path

RUNS = 15
RATIO_MAX = 2.0
COMMANDS = {
    "import typer": [sys.executable, "-c", "import typer"],
    "import pipeline": [sys.executable, "-c", "import pipeline"],
    "jixiao --help": [str(Path(sys.executable).with_name("jixiao")), "--help"],
}


def seconds_of(command: list[str]) -> float:
    """Wall-clock seconds of one run."""
    started = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def main() -> int:
    """Prints the medians; 1 where the ratio is too high. The commands take turns: a busy machine slows all alike."""
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(RUNS):
        for name, command in COMMANDS.items():
            times[name].append(seconds_of(command))
    medians = {name: statistics.median(values) for name, values in times.items()}
    print(f"{platform.machine()} {platform.system()}, Python {platform.python_version()}, median of {RUNS} runs")
    for name, median in medians.items():
        print(f"{name:18s} {median * 1000:7.1f} ms")
    ratio = medians["jixiao --help"] / medians["import typer"]
    print(f"ratio {ratio:.2f} (must stay below {RATIO_MAX})")
    return 0 if ratio < RATIO_MAX else 1


if __name__ == "__main__":
    sys.exit(main())
