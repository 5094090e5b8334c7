"""Whole cells of random ruled tables found in spoilt page images, beside img2table where that is installed.

    python benchmarks/bench_tables.py [--tables 40] [--first 0]

A cell counts where its row, column, both spans and all four sides are right. Seconds are of one thread.
img2table is no dependency: run this with the Python of an environment that has it to see both.
"""

from __future__ import annotations

import argparse
import importlib.util
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from pipeline.document import Box, Page
from pipeline.ocr.ink import even_light, lift_seals
from pipeline.ocr.opencv import cv2
from pipeline.ocr.rulings import unbend_with_rulings
from pipeline.tables.ruled import find_tables
from tests.ocr.random_tables import (
    PAGE_PT,
    POINT_PER_INCH,
    STYLES,
    Image,
    TrueTable,
    count_right,
    degrade,
    draw_table,
    random_table,
)

Found = list[tuple[int, int, int, int, Box]]
Finder = Callable[[Image, float, TrueTable], Found]


def find_ours(image: Image, dpi: float, table: TrueTable) -> Found:
    """Cells by the lines of the page, prepared as a scan is before it is read and straightened by its lines."""
    prepared = even_light(lift_seals(image, dpi)[0])
    _, rulings = unbend_with_rulings(prepared, dpi)
    tables = find_tables(Page(1, *PAGE_PT, table.words, rulings, by_ocr=True))
    largest = max(tables, key=lambda t: len(t.cells), default=None)
    return [(c.row, c.col, c.rowspan, c.colspan, c.box) for c in largest.cells if c.box] if largest else []


def find_img2table(image: Image, dpi: float, table: TrueTable) -> Found:
    """Cells by img2table; a merged cell of its grid repeats one box, from which its spans follow."""
    from img2table.document import Image as Document  # type: ignore[import-not-found]

    encoded: Any = cv2.imencode(".png", cv2.cvtColor(image, cv2.COLOR_RGB2BGR))[1]
    found = Document(src=encoded.tobytes(), detect_rotation=False).extract_tables(
        implicit_rows=False, implicit_columns=False, borderless_tables=False
    )
    largest = max(found, key=lambda t: len(t.content), default=None)
    places: dict[tuple[int, int, int, int], list[tuple[int, int]]] = {}
    for row, cells in (largest.content if largest else {}).items():
        for col, cell in enumerate(cells):
            places.setdefault((cell.bbox.x1, cell.bbox.y1, cell.bbox.x2, cell.bbox.y2), []).append((row, col))
    factor = POINT_PER_INCH / dpi
    return [(*_spans(squares), Box(*(v * factor for v in box))) for box, squares in places.items()]


def _spans(squares: list[tuple[int, int]]) -> tuple[int, int, int, int]:
    rows, cols = [row for row, _ in squares], [col for _, col in squares]
    return min(rows), min(cols), max(rows) - min(rows) + 1, max(cols) - min(cols) + 1


def _measure(finder: Finder, style: str, seeds: range) -> Iterator[tuple[int, int, int, float]]:
    """(seed, right, cells, seconds) of each table."""
    for seed in seeds:
        table = random_table(seed)
        image, dpi = degrade(draw_table(table), style, seed)
        start = time.perf_counter()
        found = finder(image, dpi, table)
        yield seed, count_right(table, found), len(table.cells), time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--tables", type=int, default=40)
    parser.add_argument("--first", type=int, default=0, help="seed of the first table")
    parser.add_argument("--verbose", action="store_true", help="name the tables with a wrong cell")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    finders: dict[str, Finder] = {"jixiao": find_ours}
    if importlib.util.find_spec("img2table"):
        finders["img2table"] = find_img2table
    seeds = range(options.first, options.first + options.tables)
    print(f"{'':10} {'style':6} {'cells':>12} {'share':>7} {'whole tables':>13} {'s/page':>7}")
    for style in STYLES:
        for name, finder in finders.items():
            results = list(_measure(finder, style, seeds))
            right, cells = sum(r[1] for r in results), sum(r[2] for r in results)
            whole = sum(1 for r in results if r[1] == r[2])
            seconds = sorted(r[3] for r in results)[len(results) // 2]
            counts = f"{right}/{cells}"
            print(
                f"{name:10} {style:6} {counts:>12} {right / cells:7.4f} {f'{whole}/{len(results)}':>13} {seconds:7.3f}"
            )
            if options.verbose:
                print("   wrong:", ", ".join(f"{r[0]} ({r[1]}/{r[2]})" for r in results if r[1] < r[2]))


if __name__ == "__main__":
    main()
