"""Probability map → quads, quads → crops."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from pipeline.ocr.detect import crop_line, image_to_batch, is_tall, map_to_quads, order_corners
from pipeline.ocr.engine import Point, Quad, rectangle


def probability_map(*boxes: tuple[int, int, int, int], score: float = 0.9) -> np.ndarray:
    found = np.zeros((240, 320), np.float32)
    for x0, y0, x1, y1 in boxes:
        found[y0:y1, x0:x1] = score
    return found


def test_each_blob_becomes_a_quad_drawn_wider_than_the_blob() -> None:
    (quad,) = map_to_quads(probability_map((100, 100, 200, 110)), 320, 240)
    x0, y0, x1, y1 = quad.extent
    assert x0 < 100 and y0 < 100 and x1 > 200 and y1 > 110
    assert (x0 + x1) / 2 == pytest.approx(150, abs=1.5) and (y0 + y1) / 2 == pytest.approx(105, abs=1.5)


def test_quads_are_in_pixels_of_the_image_not_of_the_map() -> None:
    (small,) = map_to_quads(probability_map((100, 100, 200, 110)), 320, 240)
    (large,) = map_to_quads(probability_map((100, 100, 200, 110)), 640, 720)
    assert [v * k for v, k in zip(small.extent, (2, 3, 2, 3), strict=True)] == pytest.approx(large.extent)


def test_what_the_network_is_unsure_of_is_no_line() -> None:
    assert map_to_quads(probability_map((100, 100, 200, 110), score=0.4), 320, 240) == []


def test_specks_are_no_lines() -> None:
    assert map_to_quads(probability_map((100, 100, 102, 101)), 320, 240) == []


def test_lines_come_from_the_top() -> None:
    found = map_to_quads(probability_map((20, 150, 90, 160), (200, 30, 300, 40), (20, 31, 120, 41)), 320, 240)
    assert [round(quad.extent[1]) for quad in found] == sorted(round(quad.extent[1]) for quad in found)
    assert len(found) == 3


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (2, 0, 3, 1), (3, 2, 1, 0)])
def test_corners_are_put_clockwise_from_the_top_left_whatever_their_order(order: tuple[int, ...]) -> None:
    corners = np.array([(10, 12), (90, 8), (92, 30), (12, 34)], np.float32)
    assert order_corners(corners[list(order)]) == Quad(Point(10, 12), Point(90, 8), Point(92, 30), Point(12, 34))


def test_a_slanted_line_is_cut_out_straight() -> None:
    page = np.full((200, 400), 255, np.uint8)
    cv2.line(page, (50, 60), (350, 120), 0, 3)
    quad = Quad(Point(54, 40), Point(354, 100), Point(346, 140), Point(46, 80))
    rows = np.flatnonzero((crop_line(page, quad) < 128).mean(axis=1) > 0.5)
    assert len(rows) in (2, 3, 4)


def test_a_line_is_tall_where_it_runs_down_the_page() -> None:
    assert is_tall(rectangle(0, 0, 20, 90))
    assert not is_tall(rectangle(0, 0, 90, 20))
    assert not is_tall(rectangle(0, 0, 20, 24))


def test_the_network_gets_sides_that_its_strides_divide() -> None:
    batch = image_to_batch(np.zeros((1000, 700, 3), np.uint8), 960)
    assert batch.shape == (1, 3, 960, 672)
    assert batch.min() == batch.max() == -1.0


def test_a_small_image_is_not_blown_up() -> None:
    assert image_to_batch(np.full((64, 96, 3), 255, np.uint8), 960).shape == (1, 3, 64, 96)
