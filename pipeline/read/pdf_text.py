"""Characters of a PDF page (by pdfium) and the words they form."""

from __future__ import annotations

import ctypes
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.document import Box, Ruling, Word
from pipeline.read.pdf_geometry import Upright, angle_of, nearest_quarter

ASCENT_EM = 0.88  # of an em square above and below the baseline, as CJK fonts have it
DESCENT_EM = 0.12
MIDDLE_EM = 0.38
CJK_GAP_EM = 0.5  # a wider gap ends a word; the blank that programs set between 汉字 and digits is 0.25
LATIN_GAP_EM = 0.15
BASELINE_SHIFT_EM = 0.3
BACKSTEP_EM = 0.5
RULING_SLACK_PT = 0.8  # how far a character may reach over a ruling beside it
RUN_SLACK_EM = 0.35  # the same where another text begins there
OVERLAP_SLACK_EM = 1.1
SEAM_EM = 0.05  # by which the runs of one text stand apart at most
CLOSING = frozenset("）】》」』，。；：、")  # full-width marks whose right half is blank
CLOSING_BLANK_EM = 0.5
LINE_END_HYPHEN = 0x02  # pdfium's mark for a hyphen at the end of a line
BOLD_WEIGHT = 600
BOLD_NAMES = ("bold", "heavy", "black", "simhei", "黑体")
FILL_AND_STROKE = 2  # text render mode by which office programs fake bold


@dataclass(frozen=True, slots=True)
class Run:
    """One text object of the page: its direction, its size, and where it begins, in user space."""

    angle: int | None  # quarter turn, None if oblique
    x: float
    y: float
    size: float
    bold: bool


@dataclass(frozen=True, slots=True)
class Char:
    """One character with its box in user space (left, bottom, right, top)."""

    text: str
    box: tuple[float, float, float, float]
    run: Run


def find_chars(textpage: Any) -> list[Char]:
    """Printed characters of a page in content order, blanks included, without those that pdfium made up."""
    import pypdfium2.raw as c

    rect = c.FS_RECTF()
    rect_ref = ctypes.byref(rect)
    get_object, get_box, get_code = c.FPDFText_GetTextObject, c.FPDFText_GetLooseCharBox, c.FPDFText_GetUnicode
    pointer = ctypes.c_void_p
    raw = textpage.raw
    runs: dict[int, Run] = {}
    bold_fonts: dict[int, bool] = {}
    chars: list[Char] = []
    for index in range(textpage.count_chars()):
        text_object = get_object(raw, index)
        address = ctypes.cast(text_object, pointer).value
        if not address:
            continue
        run = runs.get(address)
        if run is None:
            run = runs[address] = _read_run(raw, index, text_object, bold_fonts)
        code = get_code(raw, index)
        get_box(raw, index, rect_ref)
        text = "-" if code == LINE_END_HYPHEN else chr(code)
        chars.append(Char(text, (rect.left, rect.bottom, rect.right, rect.top), run))
    return chars


def _read_run(raw: Any, index: int, text_object: Any, bold_fonts: dict[int, bool]) -> Run:
    """Direction, size and weight shared by all characters of one text object. `bold_fonts` keeps what is known."""
    import pypdfium2.raw as c

    matrix = c.FS_MATRIX()
    c.FPDFText_GetMatrix(raw, index, ctypes.byref(matrix))
    scale: float = (matrix.c**2 + matrix.d**2) ** 0.5
    size = c.FPDFText_GetFontSize(raw, index) * scale
    font = c.FPDFTextObj_GetFont(text_object)
    address = ctypes.cast(font, ctypes.c_void_p).value or 0
    if address not in bold_fonts:
        bold_fonts[address] = bool(address) and _is_bold(font)
    bold = bold_fonts[address] or c.FPDFTextObj_GetTextRenderMode(text_object) == FILL_AND_STROKE
    return Run(nearest_quarter(angle_of(matrix.a, matrix.b)), matrix.e, matrix.f, size, bold)


def _is_bold(font: Any) -> bool:
    """True for fonts of a bold weight or name."""
    import pypdfium2.raw as c

    buffer = ctypes.create_string_buffer(128)
    c.FPDFFont_GetBaseFontName(font, buffer, len(buffer))
    name = buffer.value.decode("utf-8", "replace").lower()
    return any(mark in name for mark in BOLD_NAMES) or c.FPDFFont_GetWeight(font) >= BOLD_WEIGHT


def count_angles(chars: Sequence[Char]) -> dict[int, int]:
    """How many characters run in each quarter turn; oblique ones are not counted."""
    return dict(Counter(char.run.angle for char in chars if char.run.angle is not None and not char.text.isspace()))


def chars_to_words(chars: Sequence[Char], upright: Upright, verticals: Sequence[Ruling]) -> tuple[Word, ...]:
    """Words in content order: characters of one line without a gap or a vertical ruling between them.

    Oblique characters are watermarks and give no words, nor do those off the page.
    """
    words: list[Word] = []
    line: list[_Placed] = []
    for char in _place_chars(chars, upright):
        blank = char.text.isspace()
        if line and (blank or not _continues(line[-1], char)):
            words.extend(_line_to_words(line, verticals))
            line = []
        if not blank:
            line.append(char)
    words.extend(_line_to_words(line, verticals))
    width, height = upright.width, upright.height
    return tuple(w for w in words if w.box.x1 > 0 and w.box.y1 > 0 and w.box.x0 < width and w.box.y0 < height)


@dataclass(frozen=True, slots=True)
class _Placed:
    """A character on the upright page, by the direction of its line: where it starts and ends along the baseline, and
    where the baseline lies. `direction` is 0 for upright text, else the quarter turn that its line keeps.
    """

    text: str
    start: float
    end: float
    baseline: float
    size: float
    direction: int
    run: Run


def _place_chars(chars: Sequence[Char], upright: Upright) -> Iterator[_Placed]:
    """Characters on the upright page, without oblique ones."""
    run: Run | None = None
    direction, baseline = 0, 0.0
    for char in chars:
        if char.run is not run:
            run = char.run
            direction = ((run.angle or 0) - upright.turn) % 360
            x, y = upright.point(run.x, run.y)
            baseline = {0: y, 90: x, 180: -y, 270: -x}[direction]
        if run.angle is None:
            continue
        x0, y0 = upright.point(char.box[0], char.box[1])
        x1, y1 = upright.point(char.box[2], char.box[3])
        if direction in (0, 180):
            start, end = (x0, x1) if x0 <= x1 else (x1, x0)
        else:
            start, end = (y0, y1) if y0 <= y1 else (y1, y0)
        if direction in (90, 180):
            start, end = -end, -start
        yield _Placed(char.text, start, end, baseline, run.size or 1.0, direction, run)


def _continues(last: _Placed, char: _Placed) -> bool:
    """Whether `char` stands right behind `last` on the same line."""
    size = min(last.size, char.size)
    if last.direction != char.direction or abs(last.baseline - char.baseline) > BASELINE_SHIFT_EM * size:
        return False
    gap = char.start - last.end
    allowed = LATIN_GAP_EM if last.text.isascii() and char.text.isascii() else CJK_GAP_EM
    return -BACKSTEP_EM * size <= gap <= allowed * size


def _line_to_words(line: Sequence[_Placed], verticals: Sequence[Ruling]) -> list[Word]:
    """The word of these characters, or several where vertical rulings pass between two of them."""
    if not line:
        return []
    cuts = _find_cuts(line, verticals) if line[0].direction == 0 else []
    if not cuts:
        return [_to_word(line)]
    parts = [line[a:b] for a, b in zip([0, *cuts], [*cuts, len(line)], strict=True)]
    return [_to_word(part) for part in parts]


def _find_cuts(line: Sequence[_Placed], verticals: Sequence[Ruling]) -> list[int]:
    """Indices before which a ruling cuts the line. A ruling through a character's body does not: text ran over it."""
    cuts: set[int] = set()
    middle = line[0].baseline - MIDDLE_EM * line[0].size
    first = bisect_left(verticals, line[0].start, key=lambda r: r.x0)
    for ruling in verticals[first:]:
        if ruling.x0 >= line[-1].end:
            break
        if ruling.y0 <= middle <= ruling.y1:
            index = bisect_left(line, ruling.x0, key=lambda c: c.start)
            near = range(max(1, index - 1), min(len(line), index + 2))
            cuts.update(k for k in near if _is_between(ruling, line[k - 1], line[k]))
    return sorted(cuts)


def _is_between(ruling: Ruling, left: _Placed, right: _Placed) -> bool:
    """Whether the ruling passes between two neighbours. Texts of two cells (two runs) may reach over it: a little, or
    by a character where they also overlap or leave a gap, as the runs of one text do not. The blank half of a mark
    that ends a text reaches over nothing.
    """
    slack, end = RULING_SLACK_PT, left.end
    if left.run is not right.run:
        slack = (OVERLAP_SLACK_EM if abs(right.start - left.end) > SEAM_EM * left.size else RUN_SLACK_EM) * left.size
        end -= CLOSING_BLANK_EM * left.size if left.text in CLOSING else 0.0
    return end - slack <= ruling.x0 <= right.start + slack


def _to_word(chars: Sequence[_Placed]) -> Word:
    """The word of these characters; its height is the em square's, whatever ink the glyphs have."""
    middle = chars[len(chars) // 2]  # a circled or foreign character at an end may come from a font of another size
    start, end = min(char.start for char in chars), max(char.end for char in chars)
    above, below = middle.baseline - ASCENT_EM * middle.size, middle.baseline + DESCENT_EM * middle.size
    box = {
        0: Box(start, above, end, below),
        90: Box(above, -end, below, -start),
        180: Box(-end, -below, -start, -above),
        270: Box(-below, start, -above, end),
    }[middle.direction]
    return Word("".join(char.text for char in chars), box, size=round(middle.size, 2), bold=middle.run.bold)
