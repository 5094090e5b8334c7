"""Cells that only their shading tells are cells; shading that decorates a page or a drawn table is not."""

from __future__ import annotations

from typing import Any

import pytest
from drawn import A4, FONT, shape, source_of

from pipeline.document import Page
from pipeline.read.pdf import read_pages
from pipeline.tables import find_page_tables

WIDTHS = (60.0, 120.0, 70.0, 70.0)
ROWS = [
    ("名称", "内容", "预算", "执行"),
    ("道路", "县乡道路的日常养护和边坡的\n整修以及路面的清扫", "12.50", "11.80"),
    ("桥梁", "桥面铺装的修补和\n伸缩缝的更换", "8.00", "8.00"),
    ("涵洞", "清淤", "0.60", "0.55"),
]
HEIGHT = 34.0


def shaded(canvas: Any, *, gap: float = 0.6, shade_cells: bool = True, n_shaded: int = len(ROWS)) -> None:
    """The rows as shaded areas with their texts."""
    for i, row in enumerate(ROWS):
        x = 60.0
        for width, text in zip(WIDTHS, row, strict=True):
            top = A4[1] - 120 - i * HEIGHT
            canvas.setFillColorRGB(0.85, 0.9, 0.95)
            if shade_cells and i < n_shaded:
                canvas.rect(x + gap, top - HEIGHT + gap, width - 2 * gap, HEIGHT - 2 * gap, stroke=0, fill=1)
            canvas.setFillColorRGB(0, 0, 0)
            canvas.setFont(FONT, 8)
            for number, line in enumerate(text.split("\n")):
                canvas.drawString(x + 3, top - 12 - 10 * number, line)
            x += width


def only_page(draw: Any) -> Page:
    (page,) = read_pages(source_of(draw))
    return page


@pytest.mark.parametrize("gap", [0.0, 0.6, 1.2])
def test_shaded_cells_are_the_cells_of_a_table(gap: float) -> None:
    (table,) = find_page_tables(only_page(lambda canvas: shaded(canvas, gap=gap)))
    assert table.origin == "ruled"
    assert shape(table) == {(i, j, 1, 1, text) for i, row in enumerate(ROWS) for j, text in enumerate(row)}


def test_a_shaded_head_alone_makes_no_cells() -> None:
    assert only_page(lambda canvas: shaded(canvas, n_shaded=1)).rulings == ()


def test_bands_across_the_page_make_no_cells() -> None:
    def draw(canvas: Any) -> None:
        canvas.setFillColorRGB(0.85, 0.9, 0.95)
        for i in range(6):
            canvas.rect(60, 600 - 20 * i, 400, 18, stroke=0, fill=1)

    assert only_page(draw).rulings == ()


def test_shading_in_a_table_that_is_drawn_adds_no_lines() -> None:
    def draw(canvas: Any) -> None:
        shaded(canvas)
        canvas.line(300, 700, 300, 200)

    assert len(only_page(draw).rulings) == 1


def test_bars_of_a_chart_make_no_cells() -> None:
    def draw(canvas: Any) -> None:
        for i, height in enumerate((40, 90, 60, 120, 30, 75)):
            canvas.rect(80 + 40 * i, 300, 20, height, stroke=0, fill=1)
            canvas.rect(81 + 40 * i, 300, 20, height / 2, stroke=0, fill=1)

    assert only_page(draw).rulings == ()
