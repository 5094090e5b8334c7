"""The picture of a page → a Page of words and rulings, like one with a text layer. The order of the steps is here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from pipeline.document import Page, PageImage, Ruling
from pipeline.ocr.curl import flatten_curl
from pipeline.ocr.detect import is_tall
from pipeline.ocr.engine import Engine, Quad, RecognisedLine
from pipeline.ocr.ink import even_light, find_ink, is_blank, lift_seals
from pipeline.ocr.levels import restore_levels
from pipeline.ocr.lines import (
    POINTS_PER_INCH,
    cut_at_rulings,
    erase_rulings,
    find_cells,
    find_missed,
    split_tall,
    tighten,
    whiten_rulings,
)
from pipeline.ocr.opencv import cv2
from pipeline.ocr.page_edge import find_page_edge, flatten_page
from pipeline.ocr.rulings import find_rulings, unbend_with_rulings
from pipeline.ocr.rulings_check import bridge_seals, drop_shown_through, drop_text_strokes
from pipeline.ocr.seals import drop_seal_traces
from pipeline.ocr.second_look import look_again
from pipeline.ocr.straighten import MIN_SKEW_DEG, find_skew, turn_back
from pipeline.ocr.streaks import take_off_streaks
from pipeline.ocr.ticks import take_off_ticks
from pipeline.ocr.words import lines_to_words

if TYPE_CHECKING:
    from pipeline.ocr.engine import Image

A4_LONG_PT = 841.9
A4_RATIO = 297 / 210
A4_RATIO_TOLERANCE = 0.12
PLAUSIBLE_LONG_PT = (300.0, 1300.0)  # A6 to a little over A3
MAX_DPI = 220.0
SURE_CONFIDENCE = 0.85  # mean of a page that stands upright; an upside-down one reads below 0.7
MIN_TEXT_CONFIDENCE = 0.6  # mean of a page below which what was read is the pattern of a picture, not text
FEW_CHARACTERS = 12
MAX_CONFIDENCE = 0.999  # nothing that was recognised is certain, though its score is rounded to 1
N_SAMPLE_LINES = 8
MIN_LINES_TO_TURN = 3


@dataclass(frozen=True, slots=True, eq=False)
class UprightPage:
    """A page made ready: evenly lit grey, straight, upright. `ink` is 255 where something is printed.

    `seals` is 255 where a seal was taken off; None where there was none. `rulings` are the drawn lines in points where
    they were traced to lay the page flat, else None.
    """

    image: Image
    ink: Image
    seals: Image | None
    dpi: float
    rulings: tuple[Ruling, ...] | None = None

    @property
    def size_pt(self) -> tuple[float, float]:
        height, width = self.image.shape[:2]
        return width * POINTS_PER_INCH / self.dpi, height * POINTS_PER_INCH / self.dpi


def read_page_image(picture: PageImage, engine: Engine) -> tuple[Page, bool]:
    """Words and rulings of the page in the picture, in points of the page laid flat, straight and upright.

    Beside it, whether the page is blank: it is then not given to the engine. Upright pages are prepared and read
    once; only one that reads badly is turned.
    """
    page = prepare_page(picture)
    if is_blank(page.ink, page.dpi):
        return _make_page(picture.number, Reading(page, [], ())), True
    reading = read_upright(picture, page, engine)
    return _make_page(picture.number, reading), False


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """What was read on an upright page: lines of text in pixels, rulings in points."""

    page: UprightPage
    lines: list[RecognisedLine]
    rulings: tuple[Ruling, ...]


def read_upright(picture: PageImage, page: UprightPage, engine: Engine) -> Reading:
    """Lines and rulings of `page`, prepared from `picture`: turned where it lies on its side or reads upside down."""
    quads = engine.find(page.image)
    if _lies_on_its_side(quads):
        page = _turn_sideways(picture, engine)
        quads = engine.find(page.image)
    lines, rulings = _read_lines(page, quads, engine)
    if len(lines) >= MIN_LINES_TO_TURN and page_confidence(lines) < SURE_CONFIDENCE:
        turned = _turned(page, 2)
        others, other_rulings = _read_lines(turned, engine.find(turned.image), engine)
        if page_confidence(others) > page_confidence(lines):
            page, lines, rulings = turned, others, other_rulings
    return Reading(page, lines, rulings)


def prepare_page(picture: PageImage, quarter_turns: int = 0) -> UprightPage:
    """The page cut out of its picture, evenly lit, seals lifted, straight and flat.

    `quarter_turns` (counter-clockwise) are made first: what is told from lines of text needs them to be level.
    """
    pixels: Image = take_off_streaks(np.ascontiguousarray(np.rot90(picture.pixels, quarter_turns)))
    edge = find_page_edge(pixels)
    if edge is not None:
        pixels = flatten_page(pixels, edge)
    dpi = plausible_dpi(pixels.shape[1], pixels.shape[0], None if edge else picture.dpi)
    if dpi > MAX_DPI:
        pixels = cv2.resize(pixels, None, fx=MAX_DPI / dpi, fy=MAX_DPI / dpi, interpolation=cv2.INTER_AREA)
        dpi = MAX_DPI
    lifted, seals = lift_seals(pixels, dpi)
    image = even_light(lifted)
    layers = image if seals is None else np.dstack([image, seals])
    if edge is None:
        skew = find_skew(find_ink(image))
        if abs(skew) >= MIN_SKEW_DEG:
            layers = turn_back(layers, skew)
    flat = flatten_curl(layers, find_ink(_layer(layers, 0)))
    rulings = None
    if flat is not layers:  # then by the lines of tables, which are more exact than lines of text
        flat, rulings = unbend_with_rulings(flat, dpi)
    image = _layer(flat, 0)
    return UprightPage(image, find_ink(image), None if seals is None else _layer(flat, 1), dpi, rulings)


def _layer(layers: Image, number: int) -> Image:
    """One of the layers that were moved together; the only one where there is one."""
    return layers if layers.ndim == 2 else np.ascontiguousarray(layers[:, :, number])


def plausible_dpi(width: int, height: int, stated: float | None) -> float:
    """Pixels per inch: as stated where that makes a page of some paper size, else as if the page were A4."""
    long_px, short_px = max(width, height), min(width, height)
    if stated and PLAUSIBLE_LONG_PT[0] <= long_px * POINTS_PER_INCH / stated <= PLAUSIBLE_LONG_PT[1]:
        return stated
    if abs(long_px / short_px / A4_RATIO - 1) <= A4_RATIO_TOLERANCE:
        return long_px * POINTS_PER_INCH / A4_LONG_PT
    return short_px * POINTS_PER_INCH * A4_RATIO / A4_LONG_PT


def page_confidence(lines: list[RecognisedLine]) -> float:
    """Mean confidence of a page's characters; 0 where there are none."""
    n = sum(len(line.text) for line in lines)
    return sum(line.confidence * len(line.text) for line in lines) / n if n else 0.0


def _read_lines(
    page: UprightPage, quads: list[Quad], engine: Engine
) -> tuple[list[RecognisedLine], tuple[Ruling, ...]]:
    """Text of the page's lines, cut at rulings, and of cells that the engine found no line in."""
    drawn = find_rulings(page.image, page.dpi) if page.rulings is None else page.rulings
    rulings = drop_text_strokes(drawn, quads, page.image, page.dpi)
    rulings = drop_shown_through(rulings, page.image, page.dpi)
    if page.seals is not None:
        rulings = bridge_seals(rulings, page.seals, page.image, page.dpi)
    bare = erase_rulings(page.ink, rulings, page.dpi)
    pieces = split_tall(cut_at_rulings(quads, rulings, page.dpi), bare)
    pieces = [quad for quad in pieces if tighten(bare, quad)]
    cells = find_cells(rulings, page.image.shape[:2], page.dpi)
    pieces += find_missed(bare, pieces, cells, page.dpi)
    clean = whiten_rulings(page.image, page.ink, bare)
    return look_again(engine.read(clean, pieces), clean, bare, engine), rulings


def _lies_on_its_side(quads: list[Quad]) -> bool:
    """Whether most of the text runs up or down the page. Vertical text in a few narrow cells is not most."""
    tall = sum(quad.height for quad in quads if is_tall(quad))
    flat = sum(quad.width for quad in quads if not is_tall(quad))
    return len(quads) >= MIN_LINES_TO_TURN and tall > flat


def _turn_sideways(picture: PageImage, engine: Engine) -> UprightPage:
    """The page turned by 90° the one way or the other: the way in which its longest lines read better."""
    left = prepare_page(picture, 1)
    sample = sorted(engine.find(left.image), key=lambda quad: -quad.width)[:N_SAMPLE_LINES]
    right = _turned(left, 2)
    height, width = left.image.shape[:2]
    turned = [_half_turn(quad, width, height) for quad in sample]
    as_left = page_confidence(engine.read(left.image, sample))
    as_right = page_confidence(engine.read(right.image, turned))
    return left if as_left >= as_right else right


def _half_turn(quad: Quad, width: int, height: int) -> Quad:
    a, b, c, d = (type(p)(width - p.x, height - p.y) for p in quad)
    return Quad(c, d, a, b)


def _turned(page: UprightPage, quarter_turns: int) -> UprightPage:
    def turn(layer: Image) -> Image:
        return np.ascontiguousarray(np.rot90(layer, quarter_turns))

    return UprightPage(turn(page.image), turn(page.ink), None if page.seals is None else turn(page.seals), page.dpi)


def _make_page(number: int, reading: Reading) -> Page:
    page, rulings = reading.page, reading.rulings
    bare = erase_rulings(page.ink, rulings, page.dpi)
    is_text = _is_text(reading.lines)
    words = (
        lines_to_words(drop_seal_traces(reading.lines, page.seals), page.image, bare, rulings, page.dpi)
        if is_text
        else ()
    )
    words = take_off_ticks(restore_levels(words))
    doubted = tuple(replace(word, confidence=min(word.confidence, MAX_CONFIDENCE)) for word in words)
    return Page(number, *page.size_pt, doubted, rulings, by_ocr=True)


def _is_text(lines: list[RecognisedLine]) -> bool:
    """Whether what was read is text and not the pattern of a picture: sure on the whole, surer where it is little."""
    n_characters = sum(len(line.text) for line in lines)
    return page_confidence(lines) >= (MIN_TEXT_CONFIDENCE if n_characters > FEW_CHARACTERS else SURE_CONFIDENCE)
