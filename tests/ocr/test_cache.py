"""What was read once is not read again."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from pipeline.ocr.cache import CACHE_VARIABLE, Cache, CachedEngine, cache_folder
from pipeline.ocr.engine import Character, Quad, RecognisedLine, rectangle

PAGE = np.full((40, 60), 255, np.uint8)
QUADS = [rectangle(1.5, 2, 30, 12), rectangle(1, 20, 50, 35)]


class CountingEngine:
    """Reads the same two lines on every page, and counts how often it is asked."""

    name = "counting"

    def __init__(self, version: str = "1") -> None:
        self.version = version
        self.n_asked = 0

    def find(self, image: np.ndarray) -> list[Quad]:
        self.n_asked += 1
        return list(QUADS)

    def read(self, image: np.ndarray, quads: Sequence[Quad] | None = None) -> list[RecognisedLine]:
        self.n_asked += 1
        character = Character("合", 0.1, 0.6, (("合", 0.97), ("台", 0.02)))
        return [RecognisedLine("合", quad, 0.97, (character,)) for quad in (quads if quads is not None else QUADS)]


def test_the_second_reading_of_a_page_is_equal_and_asks_no_engine(tmp_path: Path) -> None:
    engine = CountingEngine()
    cached = CachedEngine(engine, Cache(tmp_path))
    first = cached.find(PAGE), cached.read(PAGE, QUADS), cached.read(PAGE)
    asked = engine.n_asked
    assert (cached.find(PAGE), cached.read(PAGE, QUADS), cached.read(PAGE)) == first
    assert engine.n_asked == asked == 3


@pytest.mark.parametrize("change", ["pixel", "quads", "version"])
def test_another_page_other_lines_and_another_version_are_read_anew(tmp_path: Path, change: str) -> None:
    CachedEngine(CountingEngine(), Cache(tmp_path)).read(PAGE, QUADS)
    engine = CountingEngine("2" if change == "version" else "1")
    page = PAGE.copy()
    page[0, 0] = 0 if change == "pixel" else 255
    CachedEngine(engine, Cache(tmp_path)).read(page, QUADS[:1] if change == "quads" else QUADS)
    assert engine.n_asked == 1


def test_a_damaged_entry_is_read_anew(tmp_path: Path) -> None:
    engine = CountingEngine()
    cached = CachedEngine(engine, Cache(tmp_path))
    cached.find(PAGE)
    (entry,) = tmp_path.glob("*/*.ocr")
    entry.write_bytes(entry.read_bytes()[:10])
    assert cached.find(PAGE) == QUADS
    assert engine.n_asked == 2


def test_a_folder_that_cannot_be_written_to_costs_only_time(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    assert CachedEngine(CountingEngine(), Cache(blocked / "cache")).find(PAGE) == QUADS


def test_the_oldest_entries_go_first_and_the_limit_is_kept(tmp_path: Path) -> None:
    cache = Cache(tmp_path, max_bytes=3000)
    for i in range(10):
        cache.put(f"{i:064d}", os.urandom(600))
        entry = next(tmp_path.glob(f"*/{i:064d}.ocr"))
        os.utime(entry, (1000 + i, 1000 + i))
    cache.shrink()
    kept = sorted(path.stem for path in tmp_path.glob("*/*.ocr"))
    assert sum(path.stat().st_size for path in tmp_path.glob("*/*.ocr")) <= 3000
    assert kept == [f"{i:064d}" for i in range(10)][-len(kept) :] and len(kept) >= 2


def test_nothing_unfinished_is_left_behind(tmp_path: Path) -> None:
    CachedEngine(CountingEngine(), Cache(tmp_path)).find(PAGE)
    assert [path.suffix for path in tmp_path.rglob("*") if path.is_file()] == [".ocr"]


def test_the_user_says_where_the_cache_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "here"))
    assert cache_folder() == tmp_path / "here"
