"""Light, seals, ink, blank pages."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from ocr.drawn import DPI, blank_page, form_page, write

from pipeline.ocr.ink import even_light, find_ink, is_blank, lift_seals, to_grey

SEAL_RED = (205, 60, 60)


def seal(page: np.ndarray, centre: tuple[int, int], radius: int = 160) -> None:
    cv2.circle(page, centre, radius, SEAL_RED, 12, cv2.LINE_AA)
    cv2.circle(page, centre, radius // 3, SEAL_RED, -1, cv2.LINE_AA)


def test_a_seal_over_figures_is_lifted_and_the_figures_stay() -> None:
    plain, sealed = blank_page(), blank_page()
    for page in (plain, sealed):
        if page is sealed:
            seal(page, (500, 500))
        write(page, "1,450.82", 420, 510)
    lifted, _ = lift_seals(sealed, DPI)
    wrong = (lifted < 128) != (to_grey(plain) < 128)
    assert wrong.sum() < 0.05 * (to_grey(plain) < 128).sum()
    assert lifted[500 - 160, 500] > 230  # the ring


def test_a_red_heading_is_text_and_stays() -> None:
    page = blank_page()
    cv2.rectangle(page, (300, 300), (1300, 380), SEAL_RED, -1)
    assert (lift_seals(page, DPI)[0] == to_grey(page)).all()


def test_a_seal_that_is_stored_with_coarse_colour_is_lifted_too() -> None:
    page = blank_page()
    seal(page, (500, 500))
    write(page, "36.50", 450, 640)
    stored = cv2.imencode(".jpg", page[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, 40])[1]
    lifted = even_light(lift_seals(cv2.imdecode(stored, cv2.IMREAD_COLOR)[:, :, ::-1], DPI)[0])
    assert (find_ink(lifted)[330:560, 330:670] > 0).mean() < 0.01
    assert (find_ink(lifted)[600:650, 440:620] > 0).mean() > 0.05


def test_a_grey_page_has_no_seals() -> None:
    page = to_grey(form_page())
    assert lift_seals(page, DPI)[0] is page


def test_a_shadow_across_the_page_is_evened_out() -> None:
    page = to_grey(form_page())
    shadow = np.linspace(1.0, 0.45, page.shape[1])
    dark = (page * shadow).astype(np.uint8)
    even = even_light(dark)
    assert np.percentile(even, 30) > 245
    agreed = (find_ink(even) > 0) == (page < 128)
    assert agreed.mean() > 0.985


@pytest.mark.parametrize("paper", [255, 230, 170])
def test_an_empty_sheet_is_blank_whatever_its_paper(paper: int) -> None:
    noise = np.random.default_rng(7).normal(0, 4, (2339, 1654))
    sheet = np.clip(paper + noise, 0, 255).astype(np.uint8)
    assert is_blank(find_ink(even_light(sheet)), DPI)


def test_specks_and_a_shadow_at_the_edge_leave_a_sheet_blank() -> None:
    sheet = to_grey(blank_page())
    sheet[:, :12] = 60
    for x, y in np.random.default_rng(3).integers(100, 1500, (40, 2)):
        sheet[y, x] = 0
    assert is_blank(find_ink(sheet), DPI)


@pytest.mark.parametrize("text", ["100", "Total"])
def test_a_sheet_with_one_word_is_not_blank(text: str) -> None:
    page = blank_page()
    write(page, text, 700, 1000)
    assert not is_blank(find_ink(even_light(to_grey(page))), DPI)


def test_where_a_seal_was_taken_off_is_known() -> None:
    page = blank_page()
    assert lift_seals(page, DPI)[1] is None
    seal(page, (500, 500))
    _, seals = lift_seals(page, DPI)
    assert seals is not None
    ys, xs = np.nonzero(seals)
    assert (xs.min(), xs.max(), ys.min(), ys.max()) == pytest.approx((334, 666, 334, 666), abs=6)
