"""`‰`, which the recogniser hardly knows: it reads `%0`, `%o`, `960`, or `%`, and that is ten times the value.

Behind a figure `%0` is nothing else: no percent sign of some 3,000 drawn in six scans and five typefaces was read so.
A plain `%` that is wide enough to be one is cut out, enlarged, and read by itself: without the figures before it the
network sees the third circle of most. It counts where it is seen at every one of three sizes, for a true `%` is a
hundred times as frequent as `‰`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from pipeline.ocr.engine import Character, Engine, RecognisedLine
from pipeline.ocr.opencv import cv2
from pipeline.ocr.signs import PERCENTS, is_circle_of_percent, sign_box
from pipeline.ocr.strips import WHITE, read_pictures
from pipeline.ocr.strokes import without_specks

if TYPE_CHECKING:
    from pipeline.ocr.engine import Image

    Box = tuple[int, int, int, int]

PERMILLE = "‰"
CIRCLES = ("0", "o", "O")  # never `。`: `%。` ends many a sentence
CIRCLE_TOP_SHARE = 0.25  # of the sign's height from its top: the third circle of `‰` begins below, a `0` above
LAST_SHARE = 0.2  # of the sign's width, in which its last circle is looked at
PERMILLE_RATIO = (1.18, 1.7)  # width to height; of most `%`, whole or cut, below 1.15
READ_AS_PERMILLE = re.compile("‰|(?:%6?|96|90?|%9)[0oO]$")  # of the sign by itself
LIKE_PERMILLE = re.compile("96?[0oO](?![0-9.,])")
FIGURE_BEFORE = re.compile(r"[0-9][%％]$")
MAX_CHARACTERS = 14
SIGN_HEIGHTS_PX = (72, 36, 24)  # of the sign when it is read by itself
RIM_PX = 1  # of the page around the sign
PAD_PX = (8, 10)  # white above and below, left and right


def settle_permille(line: RecognisedLine, bare: Image) -> RecognisedLine:
    """The line with `%0` as `‰` where the `0` is a small circle at the foot of the line.

    `960` is `‰`, too, where the `0` is such a circle: no figure is half as high as the others; and `90` where the
    recogniser holds the `9` for a possible `%`. Figures that go on (`9600`, `960.00`) are a number. `bare` is the
    page's ink without rulings.
    """
    for k in range(len(line.characters) - 1):
        n = _count_read(line, k)
        if n and _ends_in_low_circle(line, k, n, bare):
            return settle_permille(_with_permille(line, k, n), bare)  # two circles may have been read
    return line


def read_permille(lines: Sequence[RecognisedLine], image: Image, bare: Image, engine: Engine) -> list[RecognisedLine]:
    """The lines, short ones that end in a wide `%` behind a figure with `‰` where the sign by itself reads as that.

    `image` is the evenly lit page, `bare` its ink without rulings.
    """
    signs = {i: _cut_sign(image, box) for i, line in enumerate(lines) if (box := _wide_sign(line, bare))}
    for height_px in SIGN_HEIGHTS_PX:
        pictures = [_enlarge(sign, height_px) for sign in signs.values()]
        readings = zip(signs.items(), read_pictures(pictures, engine), strict=True)
        signs = {i: sign for (i, sign), reading in readings if READ_AS_PERMILLE.search(reading.text)}
    return [_with_permille(line, len(line.characters) - 1, 1) if i in signs else line for i, line in enumerate(lines)]


def _count_read(line: RecognisedLine, k: int) -> int:
    """How many characters from the k-th may have been read for one `‰`: 2 (`%0`, `90`), 3 (`960`), or none."""
    if line.characters[k].text in PERCENTS:
        return 2 if line.text[k + 1 : k + 2] in CIRCLES else 0
    shaped = LIKE_PERMILLE.match(line.text, k)
    if shaped is None or not (k == 0 or line.text[k - 1].isdecimal()):
        return 0
    n = len(shaped[0])
    return n if n == 3 or is_circle_of_percent(line.characters[k]) else 0


def _ends_in_low_circle(line: RecognisedLine, k: int, n: int, bare: Image) -> bool:
    """Whether the ink of n characters from the k-th is as wide as one sign, and ends in a circle at its foot."""
    box = _sign_box(line, k, n, bare)
    if box is None:
        return False
    x0, y0, x1, y1 = box
    ink = bare[y0:y1, x0:x1] > 0
    tops = np.flatnonzero(ink[:, -max(2, round(LAST_SHARE * ink.shape[1])) :].any(axis=1))
    is_low = bool(len(tops)) and bool(tops[0] >= CIRCLE_TOP_SHARE * ink.shape[0])
    return is_low and (n == 2 or bool(ink.shape[1] <= PERMILLE_RATIO[1] * ink.shape[0]))


def _sign_box(line: RecognisedLine, k: int, n: int, bare: Image) -> Box | None:
    """The ink of n characters from the k-th, without the dust above and below it; None where there is none."""
    box = sign_box(line, k, k + n, bare)
    if box is None:
        return None
    x0, y0, x1, y1 = box
    rows, columns = np.nonzero(without_specks(bare[y0:y1, x0:x1] > 0))
    if not len(rows):
        return None
    left, top = x0 + int(columns.min()), y0 + int(rows.min())
    return left, top, x0 + int(columns.max()) + 1, y0 + int(rows.max()) + 1


def _with_permille(line: RecognisedLine, k: int, n: int) -> RecognisedLine:
    """The line with `‰` for n characters from the k-th; it is as sure as the sign that was read."""
    read = line.characters[k : k + n]
    score = read[0].alternatives[0][1] if read[0].alternatives else 1.0
    others = read[0].alternatives if n == 1 else ()
    sign = Character(PERMILLE, read[0].x0, read[-1].x1, ((PERMILLE, score), *others))
    return line.with_characters((*line.characters[:k], sign, *line.characters[k + n :]))


def _wide_sign(line: RecognisedLine, bare: Image) -> Box | None:
    """The ink of the `%` that ends a short line behind a figure, where it is wide enough for a `‰`."""
    if not 2 <= len(line.characters) == len(line.text) <= MAX_CHARACTERS or not FIGURE_BEFORE.search(line.text):
        return None
    box = _sign_box(line, len(line.characters) - 1, 1, bare)
    if box is None:
        return None
    least, most = PERMILLE_RATIO
    return box if least <= (box[2] - box[0]) / (box[3] - box[1]) <= most else None


def _cut_sign(image: Image, box: Box) -> Image:
    x0, y0, x1, y1 = box
    return image[max(0, y0 - RIM_PX) : y1 + RIM_PX, max(0, x0 - RIM_PX) : x1 + RIM_PX]


def _enlarge(sign: Image, height_px: int) -> Image:
    """The sign at a height, white around it."""
    scale = height_px / sign.shape[0]
    large = cv2.resize(sign, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    pad_y, pad_x = PAD_PX
    padded: Image = cv2.copyMakeBorder(large, pad_y, pad_y, pad_x, pad_x, cv2.BORDER_CONSTANT, value=(WHITE,))
    return padded
