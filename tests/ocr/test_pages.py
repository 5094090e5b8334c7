"""The picture of a page → its words and rulings, with the real models."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from ocr.drawn import DPI, FIGURES, ROWS, blank_page, form_page

from pipeline.document import Page, PageImage
from pipeline.ocr.engine import Engine, make_engine
from pipeline.ocr.pages import plausible_dpi, prepare_page, read_page_image
from pipeline.tables.ruled import find_tables


@pytest.fixture(scope="module")
def engine() -> Engine:
    return make_engine("rapid")


def read(pixels: np.ndarray, engine: Engine, dpi: float | None = DPI) -> Page:
    return read_page_image(PageImage(1, pixels, dpi), engine)[0]


def rows_of(page: Page) -> list[tuple[str, ...]]:
    """The first two columns of the only table."""
    (table,) = find_tables(page)
    text = {(cell.row, cell.col): cell.text for cell in table.cells}
    return [(text[i, 0], text[i, 1]) for i in range(table.n_rows)]


EXPECTED = list(zip(ROWS, FIGURES, strict=True))


def test_a_scanned_form_has_its_table_and_stands_in_points(engine: Engine) -> None:
    page = read(form_page(), engine)
    assert (page.width, page.height) == pytest.approx((595.4, 842.0), abs=0.1)
    assert page.by_ocr
    assert rows_of(page) == EXPECTED
    (word,) = [word for word in page.words if word.text == FIGURES[0]]
    assert word.box.x0 == pytest.approx(650 * 72 / DPI, abs=3)
    assert word.box.y1 == pytest.approx(480 * 72 / DPI, abs=3)


@pytest.mark.parametrize("quarter_turns", [1, 2, 3])
def test_a_page_that_lies_on_its_side_or_head_is_turned_upright(engine: Engine, quarter_turns: int) -> None:
    page = read(np.ascontiguousarray(np.rot90(form_page(), quarter_turns)), engine)
    assert (page.width, page.height) == pytest.approx((595.4, 842.0), abs=0.1)
    assert rows_of(page) == EXPECTED


@pytest.mark.parametrize("angle", [-4.5, 1.5, 3.0])
def test_a_crooked_page_is_laid_straight(engine: Engine, angle: float) -> None:
    height, width = form_page().shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    crooked = cv2.warpAffine(form_page(), matrix, (width, height), borderValue=(255, 255, 255))
    assert rows_of(read(crooked, engine)) == EXPECTED


def test_a_photograph_gives_the_page_in_it(engine: Engine) -> None:
    page = form_page()
    corners = np.array([(200, 260), (1800, 140), (1840, 2520), (180, 2380)], np.float32)
    sides = np.array([(0, 0), (1654, 0), (1654, 2339), (0, 2339)], np.float32)
    matrix = cv2.getPerspectiveTransform(sides, corners)
    photograph = cv2.warpPerspective(page, matrix, (2000, 2650), borderValue=(60, 62, 58))
    found = read(photograph, engine, None)
    assert (found.width, found.height) == pytest.approx((595, 842), abs=20)
    assert rows_of(found) == EXPECTED


def test_a_poor_copy_is_read(engine: Engine) -> None:
    small = cv2.resize(form_page(), None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    fax = np.where(small > 150, 255, 0).astype(np.uint8)
    assert rows_of(read(fax, engine, 100.0)) == EXPECTED


class NoEngine:
    """Fails the test where it is asked."""

    name = version = "none"

    def find(self, image: object) -> list[object]:
        raise AssertionError("a blank page was given to the engine")

    read = find


def test_a_blank_sheet_is_not_given_to_the_engine() -> None:
    page, is_blank = read_page_image(PageImage(3, blank_page(), DPI), NoEngine())  # type: ignore[arg-type]
    assert (page.number, page.words, is_blank) == (3, (), True)


def test_a_picture_without_text_has_no_words_and_is_not_blank(engine: Engine) -> None:
    picture = np.full((1200, 1600, 3), 200, np.uint8)
    rng = np.random.default_rng(5)
    for _ in range(60):
        x, y, r = (int(v) for v in rng.integers((0, 0, 20), (1600, 1200, 160)))
        cv2.circle(picture, (x, y), r, tuple(int(v) for v in rng.integers(0, 255, 3)), -1)
    page, is_blank = read_page_image(PageImage(1, cv2.GaussianBlur(picture, (31, 31), 0), None), engine)
    assert "".join(word.text for word in page.words) == ""
    assert not is_blank


@pytest.mark.parametrize(
    ("size", "stated", "dpi"),
    [
        ((1654, 2339), 200.0, 200.0),
        ((1654, 2339), None, 200.0),
        ((2339, 1654), None, 200.0),
        ((1654, 2339), 72.0, 200.0),  # a metre of paper: stated by a camera, not by a scanner
        ((3000, 4000), 1.0, 342.1),
        ((3000, 2000), None, 256.6),
        ((3000, 1200), None, 145.1),
    ],
)
def test_the_resolution_is_the_stated_one_or_that_of_a4(
    size: tuple[int, int], stated: float | None, dpi: float
) -> None:
    assert plausible_dpi(*size, stated) == pytest.approx(dpi, rel=0.01)


def test_fine_scans_are_brought_to_the_resolution_that_is_enough() -> None:
    fine = cv2.resize(form_page(), None, fx=2, fy=2)
    page = prepare_page(PageImage(1, fine, 400.0))
    assert page.dpi == 220.0
    assert page.size_pt == pytest.approx((595.4, 842.0), abs=0.5)
