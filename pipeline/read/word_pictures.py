"""Pictures in Word documents: which of them may hold text, how large they are shown, what is cut off."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.read.package import attribute, name_of

if TYPE_CHECKING:
    from lxml import etree

_EMU_PER_PT = 12_700
_TEXT_MIN_WIDTH_PT = 90.0
_TEXT_MIN_HEIGHT_PT = 30.0
_CROP_UNITS = 100_000  # of DrawingML's percentages
_MAX_CROP = 0.95
_LENGTH = re.compile(r"(?<![\w-])(width|height)\s*:\s*([\d.]+)(pt|in|cm|mm|px)?")
_PT_PER = {"pt": 1.0, "in": 72.0, "cm": 28.35, "mm": 2.835, "px": 0.75, None: 0.75}


@dataclass(frozen=True, slots=True)
class ShownPicture:
    """A picture as a document shows it. `relation` is None where it stands outside the document."""

    relation: str | None
    width_pt: float | None
    cut_off: tuple[float, float, float, float]


def shown_pictures(element: etree._Element) -> Iterator[ShownPicture]:
    """The pictures below a drawing (DrawingML or VML) that are shown large enough to hold text."""
    size = _shown_size(element)
    if size and (size[0] < _TEXT_MIN_WIDTH_PT or size[1] < _TEXT_MIN_HEIGHT_PT):
        return
    for below in element.iter():
        name = name_of(below)
        if name == "blip":
            yield ShownPicture(attribute(below, "embed"), size[0] if size else None, _cut_off(below.getparent()))
        elif name == "imagedata":
            relation = attribute(below, "id") or attribute(below, "relid")
            yield ShownPicture(relation, size[0] if size else None, (0.0, 0.0, 0.0, 0.0))


def _shown_size(element: etree._Element) -> tuple[float, float] | None:
    """Width and height in points as the document states them; None where it states none."""
    for below in element.iter():
        if name_of(below) in ("extent", "ext"):
            width, height = attribute(below, "cx") or "", attribute(below, "cy") or ""
            if width.isdigit() and height.isdigit():
                return int(width) / _EMU_PER_PT, int(height) / _EMU_PER_PT
        if name_of(below) == "shape":
            sizes = {m[1]: float(m[2]) * _PT_PER[m[3]] for m in _LENGTH.finditer(attribute(below, "style") or "")}
            if len(sizes) == 2:
                return sizes["width"], sizes["height"]
    return None


def _cut_off(fill: etree._Element | None) -> tuple[float, float, float, float]:
    """Shares of the picture that the author cropped: left, top, right, bottom."""
    crop = next((e for e in fill if name_of(e) == "srcRect"), None) if fill is not None else None
    if crop is None:
        return 0.0, 0.0, 0.0, 0.0
    left, top, right, bottom = (_share(attribute(crop, side)) for side in "ltrb")
    if left + right > _MAX_CROP or top + bottom > _MAX_CROP:
        return 0.0, 0.0, 0.0, 0.0
    return left, top, right, bottom


def _share(stated: str | None) -> float:
    return int(stated) / _CROP_UNITS if stated and stated.isdigit() else 0.0
