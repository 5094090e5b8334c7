"""Thin lines that dirt on a feeder's glass draws down the whole sheet, margins and all: taken off the picture.

They are told from the borders of tables by where they end: no table reaches from one edge of the sheet to the other.
Left on, they would cut numbers in two as a border does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pipeline.ocr.ink import to_grey

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from pipeline.ocr.engine import Image

    Flags = NDArray[np.bool_]

REACH_SHARE = 0.0025  # of the picture's longer side: from a streak to the paper beside it
MIN_DEPTH = 10  # by which a streak is darker than the paper on both its sides, of 255
MAX_SHADE = 40  # by which paper may be darker than the usual paper
MIN_SHARE = 0.8  # of the rows with paper on both its sides in which it is seen
MIN_PAPER_SHARE = 0.3  # of all rows: the rest may be hidden by text, or by a border that it runs along
MARGIN_SHARE = 0.015  # of the sheet at either end, in which
MIN_MARGIN_SHARE = 0.9  # of the rows show it
MAX_MARGIN_INK = 0.1  # of the pixels of the margin: a picture cut to a table has no blank one
MAX_STREAKS = 12
EDGE_SHARE = 0.25  # of those rows, for a column beside a streak's middle to belong to it
ARM = 6  # reaches: the length of a level line that is looked for at a streak
MIN_ENDED_ROWS = 8
OWN_DEPTH = 45  # below the streak's own brightness from which there is ink under it


def take_off_streaks(pixels: Image) -> Image:
    """The picture without streaks from edge to edge, down or across; the very same picture where there is none."""
    cleaned = _take_off_downward(pixels)
    across = np.swapaxes(cleaned, 0, 1)
    turned = _take_off_downward(across)
    return cleaned if turned is across else np.ascontiguousarray(np.swapaxes(turned, 0, 1))


def _take_off_downward(pixels: Image) -> Image:
    """The picture with the brighter of both sides in each streak: ink on both goes on, ink on one ends there."""
    streaks = list(find_streaks(pixels))
    if not 0 < len(streaks) <= MAX_STREAKS or any(ends_lines(pixels, streak) for streak in streaks):
        return pixels
    cleaned = np.array(pixels)
    layers = cleaned if cleaned.ndim == 3 else cleaned[:, :, None]
    for first, last in streaks:
        left, right = max(first - 2, 0), min(last + 2, layers.shape[1] - 1)
        own = layers[:, first : last + 1].astype(np.int16)
        brighter = np.maximum(layers[:, left], layers[:, right]).astype(np.int16)[:, None]
        kept = own < np.median(own, axis=0, keepdims=True) - OWN_DEPTH
        layers[:, first : last + 1] = np.where(kept, own, np.maximum(brighter, own)).astype(np.uint8)
    return cleaned


def find_streaks(pixels: Image) -> Iterator[tuple[int, int]]:
    """First and last column of each streak that runs from the upper edge of a picture to the lower.

    Only the margins are looked at where these show none.
    """
    height, width = pixels.shape[:2]
    reach = max(3, round(REACH_SHARE * max(height, width)))
    margin = max(2, round(MARGIN_SHARE * height))
    if width < 4 * reach or height < 20 * margin:
        return
    margins = [_find_dark(pixels[rows], reach)[0] for rows in (np.s_[:margin], np.s_[-margin:])]
    ends = np.minimum(*(dark.mean(axis=0) for dark in margins)) >= MIN_MARGIN_SHARE
    if not ends.any() or max(float(dark.mean()) for dark in margins) > MAX_MARGIN_INK:
        return
    dark, paper = _find_dark(pixels, reach)
    n_paper = paper.sum(axis=0)
    shares = dark.sum(axis=0) / np.maximum(n_paper, 1)
    streaks = ends & (shares >= MIN_SHARE) & (n_paper >= MIN_PAPER_SHARE * height)
    columns = np.flatnonzero(shares >= EDGE_SHARE)
    for run in np.split(columns, np.flatnonzero(np.diff(columns) > 1) + 1):
        if len(run) <= reach and streaks[run].any():
            yield max(int(run[0]) + reach - 1, 1), min(int(run[-1]) + reach + 1, width - 2)


def ends_lines(pixels: Image, streak: tuple[int, int]) -> bool:
    """Whether level lines end at a streak: it is then the border of a table that fills the picture."""
    grey = to_grey(pixels)
    reach = max(3, round(REACH_SHARE * max(grey.shape)))
    ink = grey < float(np.median(grey)) - MAX_SHADE
    first, last = streak
    left = ink[:, max(first - ARM * reach, 0) : max(first - 1, 1)].all(axis=1)
    right = ink[:, last + 2 : last + ARM * reach].all(axis=1)
    n_ended, n_crossing = int((left ^ right).sum()), int((left & right).sum())
    return n_ended >= MIN_ENDED_ROWS and n_ended > n_crossing


def _find_dark(pixels: Image, reach: int) -> tuple[Flags, Flags]:
    """Where a pixel is darker than the paper on both its sides, and where there is paper; from column `reach` on."""
    grey = to_grey(np.ascontiguousarray(pixels))
    beside = np.minimum(grey[:, : -2 * reach], grey[:, 2 * reach :]).astype(np.int16)
    paper = beside >= float(np.median(grey)) - MAX_SHADE
    return paper & (beside - grey[:, reach:-reach] >= MIN_DEPTH), paper
