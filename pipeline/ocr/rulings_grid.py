"""Lines of a page → borders of tables: gathered, mended, put on one grid per table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from pipeline.ocr.rulings_lines import (
    HANG_PT,
    MEET_PT,
    SNAP_PT,
    SURE_PT,
    Line,
    Side,
    drop_faint,
    drop_stray,
    hung_lines,
)
from pipeline.ocr.rulings_trace import POINT_PER_INCH
from pipeline.ocr.rulings_walls import Border, drawn_share, needed_share

OPEN_END_PT = 8.0  # how far lines must stand out beyond the last border for an open side
MIN_MENDED_SHARE = 0.4  # of the distance between the lines that it meets that a line with a gap must fill


def page_lines(across: Side, down: Side, dpi: float) -> tuple[list[Line], list[Line]]:
    """(horizontal, vertical) lines that are drawn on this page: dark enough, and long or hung between two others."""
    scale = dpi / POINT_PER_INCH
    all_across, all_down = drop_faint(across.lines()), drop_faint(down.lines())
    long_across = [line for line in all_across if line.length >= SURE_PT * scale]
    long_down = [line for line in all_down if line.length >= SURE_PT * scale]
    middling_across = hung_lines(all_across, long_down, HANG_PT * scale)
    middling_down = hung_lines(all_down, [*long_across, *middling_across], HANG_PT * scale)
    kept_down = list({*long_down, *middling_down})
    kept_across = list({*long_across, *middling_across, *hung_lines(all_across, kept_down, HANG_PT * scale)})
    kept_across += across.short_lines(kept_down)
    kept_down += down.short_lines(kept_across)
    mended_across = mended_lines(across, all_across, kept_across, kept_down, dpi)
    mended_down = mended_lines(down, all_down, kept_down, kept_across, dpi)
    kept_across, kept_down = drop_faint([*kept_across, *mended_across]), drop_faint([*kept_down, *mended_down])
    return drop_stray(kept_across, kept_down, dpi), drop_stray(kept_down, kept_across, dpi)


def mended_lines(
    side: Side, lines: Sequence[Line], kept: Sequence[Line], crossing: Sequence[Line], dpi: float
) -> list[Line]:
    """The lines that touch one of those that cross them and, but for a gap, reach to the next; as long as both.

    Only where no border is yet: on one that is there, its pieces are looked at anyway.
    """
    scale = dpi / POINT_PER_INCH
    borders = [line.place for line in kept]
    mended = []
    for line in lines:
        if line.length >= SURE_PT * scale or any(abs(place - line.place) <= SNAP_PT * scale for place in borders):
            continue
        stops = _stops_around(line, crossing, MEET_PT * scale)
        if stops is None or line.length < MIN_MENDED_SHARE * (stops[1] - stops[0]):
            continue
        if min(abs(line.start - stops[0]), abs(line.end - stops[1])) > HANG_PT * scale:
            continue
        (share,) = drawn_share(side, Border(line.place, (line,)), stops, dpi)
        if share >= needed_share(stops[1] - stops[0], dpi):
            mended.append(replace(line, start=stops[0], end=stops[1]))
    return mended


def _stops_around(line: Line, crossing: Sequence[Line], reach: float) -> tuple[float, float] | None:
    """The nearest lines that cross a line at or before its start and at or behind its end."""
    places = [c.place for c in crossing if c.start - reach <= line.place <= c.end + reach]
    before = [place for place in places if place <= line.start + reach]
    behind = [place for place in places if place >= line.end - reach]
    return (max(before), min(behind)) if before and behind and max(before) < min(behind) else None


def lines_to_borders(lines: Sequence[Line], snap: float) -> list[Border]:
    """Borders in order; lines closer to one another than `snap` stand on one."""
    groups: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: line.place):
        if groups and line.place - _mean_place(groups[-1]) <= snap:
            groups[-1].append(line)
        else:
            groups.append([line])
    return [Border(_mean_place(group), tuple(group)) for group in groups]


def _mean_place(lines: Sequence[Line]) -> float:
    return float(np.average([line.place for line in lines], weights=[max(line.length, 1.0) for line in lines]))


def open_ends(borders: Sequence[Border], crossing: Sequence[Border], dpi: float) -> list[float]:
    """Places beyond the outer borders at which two or more of the lines that cross them end alike: an open side."""
    scale = dpi / POINT_PER_INCH
    first, last = borders[0].place, borders[-1].place
    starts = sorted(line.start for border in crossing for line in border.lines if line.end >= first)
    ends = sorted((line.end for border in crossing for line in border.lines if line.start <= last), reverse=True)
    found = []
    before = [s for s in starts if s < first - OPEN_END_PT * scale]
    if len(before) > 1 and before[1] - before[0] <= MEET_PT * scale:
        found.append(before[0])
    behind = [e for e in ends if e > last + OPEN_END_PT * scale]
    if len(behind) > 1 and behind[0] - behind[1] <= MEET_PT * scale:
        found.append(behind[0])
    return found
