"""Straight lines drawn on a PDF page: strokes, edges of stroked rectangles, thin filled rectangles."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from pipeline.document import Ruling
from pipeline.read.pdf_geometry import Upright
from pipeline.read.pdf_shades import shades_to_rulings

Matrix = tuple[float, float, float, float, float, float]
Segment = tuple[float, float, float, float]  # x0, y0, x1, y1 in user space

IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
THIN_PT = 3.0  # a filled shape no thicker than this is a line
STRAIGHT_PT = 1.0  # how far a line may lean and still be a ruling
SNAP_PT = 1.0
JOIN_PT = 2.0
MIN_LENGTH_PT = 4.0
MAX_PATH_SEGMENTS = 4000  # more is a drawing (a seal, a map), not a form
MAX_FORM_DEPTH = 4
NEARLY_WHITE = 250


def find_rulings(page: Any, upright: Upright) -> tuple[Ruling, ...]:
    """Rulings of a pdfium page on the upright page, collinear pieces joined, verticals sorted by x.

    Broad filled areas (shading behind cells) give none: their borders are drawn apart where they are meant to be seen.
    Only on a page without a vertical line are cells told by their shading.
    """
    import pypdfium2.raw as c

    objects = (c.FPDFPage_GetObject(page.raw, i) for i in range(c.FPDFPage_CountObjects(page.raw)))
    shades: list[Segment] = []
    segments = [segment for obj in objects for segment in _object_to_segments(obj, IDENTITY, 0, shades)]
    rulings = [r for segment in segments if (r := _segment_to_ruling(segment, upright))]
    if shades and all(ruling.is_horizontal for ruling in rulings):
        rulings += shades_to_rulings([upright.box(*shade) for shade in shades])
    return join_rulings(rulings)


def _object_to_segments(page_object: Any, outer: Matrix, depth: int, shades: list[Segment]) -> Iterator[Segment]:
    """Straight pieces of one page object; form XObjects are opened. Broad filled areas are put into `shades`."""
    import pypdfium2.raw as c

    kind = c.FPDFPageObj_GetType(page_object)
    if kind == c.FPDF_PAGEOBJ_PATH:
        yield from _path_to_segments(page_object, outer, shades)
    elif kind == c.FPDF_PAGEOBJ_IMAGE:
        yield from _thin_image(page_object, outer)
    elif kind == c.FPDF_PAGEOBJ_FORM and depth < MAX_FORM_DEPTH:
        inner = _times(_read_matrix(page_object), outer)
        for index in range(c.FPDFFormObj_CountObjects(page_object)):
            yield from _object_to_segments(c.FPDFFormObj_GetObject(page_object, index), inner, depth + 1, shades)


def _thin_image(page_object: Any, outer: Matrix) -> Iterator[Segment]:
    """The line that an image stretched to a hair's breadth draws, as some printer drivers do."""
    a, b, cc, d, e, f = _times(_read_matrix(page_object), outer)
    corners = [(e, f), (a + e, b + f), (cc + e, d + f), (a + cc + e, b + d + f)]
    yield from _thin_shape(corners)


def _path_to_segments(path: Any, outer: Matrix, shades: list[Segment]) -> Iterator[Segment]:
    """Pieces of a painted path: every straight side where it is stroked, the middle line of thin shapes if filled."""
    import pypdfium2.raw as c

    count = c.FPDFPath_CountSegments(path)
    if not 2 <= count <= MAX_PATH_SEGMENTS:
        return
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    c.FPDFPath_GetDrawMode(path, ctypes.byref(fill), ctypes.byref(stroke))
    stroked = bool(stroke.value) and _is_visible(path, c.FPDFPageObj_GetStrokeColor)
    filled = bool(fill.value) and _is_visible(path, c.FPDFPageObj_GetFillColor)
    if not (stroked or filled):
        return
    for points in _subpaths(path, count, _times(_read_matrix(path), outer)):
        if stroked:
            yield from ((*p, *q) for p, q in pairwise(points) if p and q)
        else:
            corners = [p for p in points if p]
            yield from _thin_shape(corners)
            if shade := _broad_rectangle(corners):
                shades.append(shade)


def _subpaths(path: Any, count: int, matrix: Matrix) -> Iterator[list[tuple[float, float] | None]]:
    """Corner points of each subpath in page space; None stands for a curve, which no ruling crosses."""
    import pypdfium2.raw as c

    a, b, cc, d, e, f = matrix
    x, y = ctypes.c_float(), ctypes.c_float()
    x_ref, y_ref = ctypes.byref(x), ctypes.byref(y)
    points: list[tuple[float, float] | None] = []
    for index in range(count):
        segment = c.FPDFPath_GetPathSegment(path, index)
        kind = c.FPDFPathSegment_GetType(segment)
        c.FPDFPathSegment_GetPoint(segment, x_ref, y_ref)
        point = (a * x.value + cc * y.value + e, b * x.value + d * y.value + f)
        if kind == c.FPDF_SEGMENT_MOVETO:
            if points:
                yield points
            points = []
        elif kind == c.FPDF_SEGMENT_BEZIERTO:
            points.append(None)
        points.append(point)
        if c.FPDFPathSegment_GetClose(segment) and points[0] != point:
            points.append(points[0])
    if points:
        yield points


def _thin_shape(points: Sequence[tuple[float, float]]) -> Iterator[Segment]:
    """The middle line of a shape no thicker than THIN_PT; a dot counts in both directions, for dotted lines."""
    if len(points) < 2:
        return
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    x0, x1, y0, y1 = min(xs), max(xs), min(ys), max(ys)
    if y1 - y0 <= THIN_PT:
        yield x0, (y0 + y1) / 2, x1, (y0 + y1) / 2
    if x1 - x0 <= THIN_PT:
        yield (x0 + x1) / 2, y0, (x0 + x1) / 2, y1


def _broad_rectangle(points: Sequence[tuple[float, float]]) -> Segment | None:
    """Two opposite corners of an upright rectangle that is thicker than a line."""
    xs, ys = sorted({p[0] for p in points}), sorted({p[1] for p in points})
    if len(points) not in (4, 5) or len(xs) != 2 or len(ys) != 2:
        return None
    return (xs[0], ys[0], xs[1], ys[1]) if min(xs[1] - xs[0], ys[1] - ys[0]) > THIN_PT else None


def _is_visible(path: Any, get_color: Any) -> bool:
    """False for white or fully transparent paint."""
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    if not get_color(path, *(ctypes.byref(v) for v in (red, green, blue, alpha))):
        return True
    return alpha.value > 0 and min(red.value, green.value, blue.value) < NEARLY_WHITE


def _read_matrix(page_object: Any) -> Matrix:
    import pypdfium2.raw as c

    matrix = c.FS_MATRIX()
    if not c.FPDFPageObj_GetMatrix(page_object, ctypes.byref(matrix)):
        return IDENTITY
    return (matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f)


def _times(m: Matrix, n: Matrix) -> Matrix:
    """First `m`, then `n`."""
    return (
        m[0] * n[0] + m[1] * n[2],
        m[0] * n[1] + m[1] * n[3],
        m[2] * n[0] + m[3] * n[2],
        m[2] * n[1] + m[3] * n[3],
        m[4] * n[0] + m[5] * n[2] + n[4],
        m[4] * n[1] + m[5] * n[3] + n[5],
    )


def _segment_to_ruling(segment: Segment, upright: Upright) -> Ruling | None:
    """The ruling on the upright page, exactly horizontal or vertical; None for an oblique piece."""
    box = upright.box(*segment)
    width, height = box.x1 - box.x0, box.y1 - box.y0
    if height <= STRAIGHT_PT and width >= height:
        y = (box.y0 + box.y1) / 2
        return Ruling(box.x0, y, box.x1, y)
    if width <= STRAIGHT_PT:
        x = (box.x0 + box.x1) / 2
        return Ruling(x, box.y0, x, box.y1)
    return None


def join_rulings(rulings: Sequence[Ruling]) -> tuple[Ruling, ...]:
    """Rulings with collinear pieces that touch joined and leftovers shorter than MIN_LENGTH_PT dropped.

    Horizontal ones first, from the top; then vertical ones, from the left. The joining is pdfplumber's.
    """
    from pdfplumber.table import merge_edges

    edges = [_ruling_to_edge(ruling) for ruling in rulings]
    merged = merge_edges(edges, SNAP_PT, SNAP_PT, JOIN_PT, JOIN_PT)
    joined = [Ruling(e["x0"], e["top"], e["x1"], e["bottom"]) for e in merged]
    long_enough = [r for r in joined if (r.x1 - r.x0) + (r.y1 - r.y0) >= MIN_LENGTH_PT]
    across = sorted((r for r in long_enough if r.y0 == r.y1), key=lambda r: (r.y0, r.x0))
    down = sorted((r for r in long_enough if r.y0 != r.y1), key=lambda r: (r.x0, r.y0))
    return (*across, *down)


def _ruling_to_edge(ruling: Ruling) -> dict[str, Any]:
    """The ruling as pdfplumber's table functions know it."""
    return {
        "x0": ruling.x0,
        "x1": ruling.x1,
        "top": ruling.y0,
        "bottom": ruling.y1,
        "width": ruling.x1 - ruling.x0,
        "height": ruling.y1 - ruling.y0,
        "orientation": "h" if ruling.is_horizontal else "v",
    }
