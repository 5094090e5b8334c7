"""Pages drawn for tests: rulings, figures and Latin words in OpenCV's own strokes, so that no font is needed."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.ocr.engine import Character, Quad, RecognisedLine, rectangle

Image = NDArray[np.uint8]
DPI = 200.0
A4_PX = (1654, 2339)  # width, height at 200 dpi
LINE_PX = (120, 400)  # height, width of paper with room for one line
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


def read_as(text: str, score: float, quad: Quad | None = None) -> RecognisedLine:
    """A line of evenly spaced characters, all of one score."""
    step = 1 / max(1, len(text))
    characters = tuple(Character(c, i * step, (i + 1) * step, ((c, score),)) for i, c in enumerate(text))
    return RecognisedLine(text, quad or rectangle(40, 40, 100, 80), score if text else 0.0, characters)


class Reader:
    """An engine that gives prepared readings, and keeps what it was shown."""

    name = "reader"
    version = "1"

    def __init__(self, *texts: tuple[str, float]) -> None:
        self.texts = list(texts)
        self.shown: list[np.ndarray] = []

    def find(self, image: np.ndarray) -> list[Quad]:
        return []

    def read(self, image: np.ndarray, quads: Sequence[Quad] | None = None) -> list[RecognisedLine]:
        assert quads is not None
        self.shown.append(image)
        return [read_as(*self.texts.pop(0), quad) for quad in quads]


def paper() -> Image:
    """White paper with room for one line."""
    return np.full(LINE_PX, 255, np.uint8)


def ink_of(page: Image) -> Image:
    """255 where a drawn page is dark."""
    return ((page < 200) * 255).astype(np.uint8)


def line_of(*characters: tuple[str, float, float], x0: float = 20, x1: float = 140) -> RecognisedLine:
    """A line on the drawn page from its characters and their places in pixels."""
    width = x1 - x0
    places = tuple(Character(t, (a - x0) / width, (b - x0) / width, ((t, 0.9),)) for t, a, b in characters)
    return RecognisedLine("".join(t for t, _, _ in characters), rectangle(x0, 30, x1, 90), 0.9, places)
