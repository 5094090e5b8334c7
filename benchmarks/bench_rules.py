"""Characters a second of the rules on running text: entities, and the figures of sentences.

The text is the passages of tests/entities, over and over with other digits and another last character: no line
of prose comes twice (heads of tables do, as in documents), no cache of lines helps. It is denser than a report: every
clause holds a figure or a name. Processor seconds of one thread, the best of several runs; the first call, which loads
the words, is not counted. Fails where either falls below 100,000 characters a second.
"""

from __future__ import annotations

import platform
import re
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

CHARS = 600_000
RUNS = 3
CHARS_PER_SECOND_MIN = 100_000
DIGITS = re.compile(r"(?<=[0-9])[0-9](?![0-9年月日])")  # the last of several digits: words and years stay


def texts(run: int) -> Iterator[str]:
    """Passages with their digits changed, a new text for every round; `run` tells the runs apart."""
    from tests.entities.marked import read_passages

    passages = read_passages(*(path.name for path in sorted((ROOT / "tests" / "entities").glob("passages_*.txt"))))
    n_chars, number = 0, run * 7
    while n_chars < CHARS:
        number += 1
        for place, passage in enumerate(passages):
            text = DIGITS.sub(lambda match, n=number + place: str((int(match[0]) + n) % 10), passage.text)
            last = chr(0x4E00 + (number * 389 + place) % 20000)
            text = "".join(line + (last if line and line[-1] != "|" else "") + "\n" for line in text.splitlines())
            n_chars += len(text)
            yield text


def chars_per_second(read: Callable[[str], object], run: int) -> float:
    """Characters a second of one run, in processor time."""
    given = list(texts(run))
    started = time.process_time()
    for text in given:
        read(text)
    return sum(map(len, given)) / (time.process_time() - started)


def main() -> int:
    """Prints the rates; 1 where one is too low."""
    from pipeline.extract.entities import find_entities
    from pipeline.extract.sentences import find_figures
    from pipeline.records import Evidence

    evidence = Evidence(source="text")

    def read_figures(text: str) -> object:
        return [find_figures(line, year=2023, evidence=evidence) for line in text.splitlines()]

    readers: dict[str, Callable[[str], object]] = {"entities": find_entities, "figures of sentences": read_figures}
    print(f"{platform.machine()} {platform.system()}, Python {platform.python_version()}, {CHARS} characters a run")
    low = False
    for name, read in readers.items():
        read("由长沙市财政局实施，支出3万元。")
        best = max(chars_per_second(read, run) for run in range(1, RUNS + 1))
        print(f"{name:22s} {best:10,.0f} characters/s")
        low = low or best < CHARS_PER_SECOND_MIN
    return int(low)


if __name__ == "__main__":
    sys.exit(main())
