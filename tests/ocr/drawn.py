"""Pages drawn for tests: rulings, figures and Latin words in OpenCV's own strokes, so that no font is needed."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
DPI = 200.0
A4_PX = (1654, 2339)  # width, height at 200 dpi
ROWS = ("Budget", "Salary", "Travel", "Repair", "Printing", "Training")
FIGURES = ("1,004.12", "36.50", "298.75", "70.68", "100.00", "512.30")


def blank_page(width: int = A4_PX[0], height: int = A4_PX[1], paper: int = 255) -> Image:
    return np.full((height, width, 3), paper, np.uint8)


def write(page: Image, text: str, x: int, y: int, scale: float = 1.1) -> None:
    """Text with its baseline's left end at x, y."""
    cv2.putText(page, text, (x, y), cv2.FONT_HERSHEY_COMPLEX, scale, (20, 20, 20), 2, cv2.LINE_AA)


def draw_table(page: Image, xs: list[int], ys: list[int], thickness: int = 2) -> None:
    """A full grid of rulings."""
    for y in ys:
        cv2.line(page, (xs[0], y), (xs[-1], y), (40, 40, 40), thickness)
    for x in xs:
        cv2.line(page, (x, ys[0]), (x, ys[-1]), (40, 40, 40), thickness)


def form_page() -> Image:
    """An A4 page with a title and a table of names and figures: `ROWS` beside `FIGURES`."""
    page = blank_page()
    write(page, "Statement of Expenditure", 520, 300, 1.5)
    xs, ys = [200, 600, 1000, 1450], [420 + 90 * i for i in range(len(ROWS) + 1)]
    draw_table(page, xs, ys)
    for i, (name, figure) in enumerate(zip(ROWS, FIGURES, strict=True)):
        write(page, name, 230, ys[i] + 60)
        write(page, figure, 650, ys[i] + 60)
        write(page, "Paid", 1060, ys[i] + 60)
    for i in range(8):
        write(page, "The amounts above were checked against the ledger", 230, 1150 + 80 * i)
    return page
