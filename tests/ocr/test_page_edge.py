"""The sheet in a photograph."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from ocr.drawn import form_page

from pipeline.ocr.ink import to_grey
from pipeline.ocr.page_edge import find_page_edge, flatten_page

CORNERS = {
    "from above": [(180, 140), (1840, 150), (1830, 2480), (170, 2470)],
    "from the left": [(200, 260), (1800, 140), (1840, 2520), (180, 2380)],
    "turned": [(330, 120), (1880, 260), (1690, 2540), (130, 2380)],
}


def photographed(corners: list[tuple[int, int]], ground: int = 60, noise: float = 4.0) -> np.ndarray:
    page = form_page()
    height, width = page.shape[:2]
    matrix = cv2.getPerspectiveTransform(
        np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32), np.array(corners, np.float32)
    )
    picture = cv2.warpPerspective(page, matrix, (2000, 2650), borderValue=(ground,) * 3)
    shaded = picture * np.linspace(1.0, 0.8, 2000)[None, :, None]
    return np.clip(shaded + np.random.default_rng(1).normal(0, noise, picture.shape), 0, 255).astype(np.uint8)


@pytest.mark.parametrize("view", CORNERS)
def test_the_corners_of_a_sheet_are_found_within_a_few_pixels(view: str) -> None:
    edge = find_page_edge(photographed(CORNERS[view]))
    assert edge is not None
    for found, drawn in zip(edge, CORNERS[view], strict=True):
        assert np.hypot(found.x - drawn[0], found.y - drawn[1]) < 8


@pytest.mark.parametrize("view", CORNERS)
def test_the_flattened_sheet_is_the_page(view: str) -> None:
    picture = photographed(CORNERS[view])
    edge = find_page_edge(picture)
    assert edge is not None
    page = form_page()
    flat = cv2.resize(flatten_page(picture, edge), (page.shape[1], page.shape[0]), interpolation=cv2.INTER_AREA)
    alike = np.corrcoef(cv2.blur(to_grey(flat), (15, 15)).ravel(), cv2.blur(to_grey(page), (15, 15)).ravel())
    assert alike[0, 1] > 0.8


def test_the_black_border_of_a_scan_is_taken_off() -> None:
    page = np.full((2500, 1800, 3), 5, np.uint8)
    page[60:2399, 80:1734] = form_page()
    edge = find_page_edge(page)
    assert edge is not None
    assert edge.extent == pytest.approx((80, 60, 1734, 2399), abs=6)


def test_a_scan_that_is_all_page_has_no_edge() -> None:
    assert find_page_edge(form_page()) is None


def test_a_shadow_over_half_of_a_scan_is_no_edge() -> None:
    page = form_page()
    page[:, :700] = (page[:, :700] * 0.75).astype(np.uint8)
    assert find_page_edge(page) is None


def test_a_dark_picture_on_the_page_is_no_edge() -> None:
    page = form_page()
    page[1300:2300] = 40
    edge = find_page_edge(page)
    assert edge is None or edge.extent[3] > 2300


def test_a_sheet_that_the_picture_cuts_off_at_one_side_is_straight() -> None:
    picture = photographed(CORNERS["turned"])[:, :1700]
    edge = find_page_edge(picture)
    assert edge is not None
    assert (edge.a.x, edge.a.y, edge.d.x, edge.d.y) == pytest.approx((330, 120, 130, 2380), abs=8)
    assert edge.b.x > 1700
    assert (edge.c.x - edge.b.x) / (edge.c.y - edge.b.y) == pytest.approx(-200 / 2260, abs=0.01)


def test_a_sheet_half_in_shadow_is_found_whole() -> None:
    picture = photographed(CORNERS["from above"], ground=25)
    light = np.clip(np.linspace(1.6, 0.35, picture.shape[0]), 0.35, 1.0)[:, None, None]
    edge = find_page_edge((picture * light).astype(np.uint8))
    assert edge is not None
    for found, drawn in zip(edge, CORNERS["from above"], strict=True):
        assert np.hypot(found.x - drawn[0], found.y - drawn[1]) < 30


def test_what_lies_beyond_the_picture_is_blank_paper() -> None:
    picture = photographed(CORNERS["turned"])[:, :1700]
    edge = find_page_edge(picture)
    assert edge is not None
    flat = flatten_page(picture, edge)
    assert int(to_grey(flat)[: flat.shape[0] // 2, -8:].min()) > 150
