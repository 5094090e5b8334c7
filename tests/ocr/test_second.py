"""Cells are read again from several pictures of their one line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from pipeline.document import Box
from pipeline.ocr.engine import Quad, RecognisedLine, rectangle
from pipeline.ocr.second import VARIANTS, read_cells_again

if TYPE_CHECKING:
    from pipeline.ocr.engine import Image

DPI = 72.0  # a point is a pixel


@dataclass
class Engine:
    """Finds given lines; reads every strip as a number that grows."""

    lines: list[Quad]
    name: str = "fake"
    version: str = "1"
    strips: list[tuple[int, int]] = field(default_factory=list)

    def find(self, image: Image) -> list[Quad]:
        return self.lines

    def read(self, image: Image, quads: Sequence[Quad] | None = None) -> list[RecognisedLine]:
        self.strips = [(round(quad.width), round(quad.height)) for quad in quads or ()]
        return [RecognisedLine(f" {n} ", quad, 0.9) for n, quad in enumerate(quads or ())]


def page() -> Image:
    image = np.full((200, 300), 255, np.uint8)
    image[20:30, 20:50] = 0
    return image


def test_each_variant_reads_each_cell_once() -> None:
    engine = Engine([rectangle(18, 18, 52, 32), rectangle(120, 20, 150, 30)])
    read = read_cells_again(page(), DPI, [Box(0, 0, 100, 50), Box(100, 0, 200, 50)], engine)
    assert read == [tuple("012345"), ("6", "7", "8", "9", "10", "11")]
    assert len(engine.strips) == 2 * len(VARIANTS)


def test_a_cell_of_two_lines_is_left_alone() -> None:
    engine = Engine([rectangle(18, 5, 52, 15), rectangle(18, 18, 52, 32)])
    assert read_cells_again(page(), DPI, [Box(0, 0, 100, 50)], engine) == [()]


def test_the_ink_of_a_cell_without_a_line_is_read() -> None:
    engine = Engine([])
    assert read_cells_again(page(), DPI, [Box(0, 0, 100, 50)], engine) == [tuple("012345")]


def test_a_blank_cell_is_not_read() -> None:
    assert read_cells_again(page(), DPI, [Box(100, 100, 200, 150)], Engine([])) == [()]


def test_a_line_is_kept_to_its_cell() -> None:
    engine = Engine([rectangle(18, 18, 90, 32)])
    read_cells_again(page(), DPI, [Box(0, 0, 60, 50)], engine)
    width, height = engine.strips[1]
    assert round(width / height * 14) == 41  # from 18 to the cell's side at 60 less a point
