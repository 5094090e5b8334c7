"""Random ruled tables with merged cells, drawn as a page image and then spoilt as scanners and copiers do.

Everything follows from a seed. Text is put together from a stock of invented labels and numbers.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.document import Box, Word
from pipeline.ocr.opencv import cv2

PAGE_PT = (595.0, 842.0)
FULL_DPI = 200
POINT_PER_INCH = 72.0
FONTS = (
    "/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
)
LABELS = (
    "一级指标", "二级指标", "三级指标", "数量", "质量达标", "时效", "年度总额", "其中：本年拨款", "上年结转", "合计",
    "工作完成情况", "主管单位", "十二个", "目标值", "自评得分", "二三", "工", "日常巡查里程", "满意", "口径说明",
)  # fmt: skip
NUMBERS = ("0.00", "1,204.50", "≥95%", "100%", "11", "10", "-", "96.8", "2,311", "7|1", "1", "≤3", "45.00", "|")

Image = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class TrueCell:
    """A cell of a drawn table: its place in the grid, its box in points, its text."""

    row: int
    col: int
    rowspan: int
    colspan: int
    box: Box
    text: str


@dataclass(frozen=True, slots=True)
class TrueTable:
    """A drawn table, the words in it, and how it was drawn."""

    cells: tuple[TrueCell, ...]
    words: tuple[Word, ...]
    xs: tuple[float, ...]
    ys: tuple[float, ...]
    font: str
    line_pt: float
    line_gray: int


def random_table(seed: int) -> TrueTable:
    """A table of 10–40 rows and 4–10 columns on an A4 page, about a third of its squares merged."""
    rng = np.random.default_rng(seed)
    n_rows, n_cols = int(rng.integers(10, 41)), int(rng.integers(4, 11))
    xs = _cuts(rng, n_cols, float(rng.uniform(40, 70)), PAGE_PT[0] - float(rng.uniform(40, 70)), 26.0)
    height = min(PAGE_PT[1] - 120, n_rows * float(rng.uniform(17, 34)))
    ys = _cuts(rng, n_rows, 70.0, 70.0 + height, 14.0)
    fonts = [font for font in FONTS if Path(font).exists()]
    cells = tuple(_fill(rng, xs, ys, *place) for place in _tile(rng, n_rows, n_cols))
    xs, ys, cells = _compact(xs, ys, cells)
    table = TrueTable(
        cells, (), xs, ys, str(rng.choice(fonts)), float(rng.choice([0.5, 0.5, 0.75, 1.0])), int(rng.integers(0, 90))
    )
    return replace(table, words=tuple(word for cell in cells for word in _cell_words(rng, cell, table.font)))


def _cuts(rng: np.random.Generator, count: int, start: float, end: float, least: float) -> tuple[float, ...]:
    """`count` intervals between start and end, uneven, none below `least` where there is room."""
    shares = rng.uniform(0.5, 1.5, count)
    least = min(least, (end - start) / count)
    sizes = least + shares / shares.sum() * (end - start - least * count)
    return tuple(float(v) for v in np.round(start + np.concatenate([[0.0], np.cumsum(sizes)]), 2))


def _tile(rng: np.random.Generator, n_rows: int, n_cols: int) -> list[tuple[int, int, int, int]]:
    """(row, col, rowspan, colspan) of cells that tile the grid."""
    taken = np.zeros((n_rows, n_cols), bool)
    places = []
    for row in range(n_rows):
        for col in range(n_cols):
            if taken[row, col]:
                continue
            rowspan, colspan = 1, 1
            if rng.random() < 0.2:
                rowspan, colspan = int(rng.integers(1, 6)), int(rng.integers(1, 5))
            free = 1
            while free < colspan and col + free < n_cols and not taken[row, col + free]:
                free += 1
            rowspan = min(rowspan, n_rows - row)
            taken[row : row + rowspan, col : col + free] = True
            places.append((row, col, rowspan, free))
    return places


def _fill(
    rng: np.random.Generator, xs: tuple[float, ...], ys: tuple[float, ...], row: int, col: int, rows: int, cols: int
) -> TrueCell:
    box = Box(xs[col], ys[row], xs[col + cols], ys[row + rows])
    kind = rng.random()
    stock = () if kind < 0.12 else LABELS if kind < 0.55 or cols > 1 else NUMBERS
    text = str(rng.choice(stock)) if stock else ""
    if text and cols * rows > 1 and rng.random() < 0.5:
        text = "".join(str(rng.choice(LABELS)) for _ in range(int(rng.integers(1, 4))))
    return TrueCell(row, col, rows, cols, box, text)


def _compact(
    xs: tuple[float, ...], ys: tuple[float, ...], cells: tuple[TrueCell, ...]
) -> tuple[tuple[float, ...], tuple[float, ...], tuple[TrueCell, ...]]:
    """The table without borders on which no cell begins or ends: nothing is drawn there."""
    cols = sorted({c.col for c in cells} | {c.col + c.colspan for c in cells})
    rows = sorted({c.row for c in cells} | {c.row + c.rowspan for c in cells})
    moved = tuple(
        replace(
            c,
            row=rows.index(c.row),
            col=cols.index(c.col),
            rowspan=rows.index(c.row + c.rowspan) - rows.index(c.row),
            colspan=cols.index(c.col + c.colspan) - cols.index(c.col),
        )
        for c in cells
    )
    return tuple(xs[i] for i in cols), tuple(ys[i] for i in rows), moved


def _cell_words(rng: np.random.Generator, cell: TrueCell, font_path: str) -> list[Word]:
    """The lines of a cell's text where they are drawn; text that finds no room is left out from the end."""
    width, height = cell.box.x1 - cell.box.x0, cell.box.y1 - cell.box.y0
    size = float(rng.choice([7.5, 9.0, 9.0, 10.5]))
    size = min(size, height - 4.0)
    font = _font(font_path, size)
    lines, line = [], ""
    for char in cell.text:
        if _width(font, line + char) > width - 4 and line:
            lines.append(line)
            line = ""
        line += char
    lines = [text for text in [*lines, line] if text and _width(font, text) <= width - 3]
    pitch = size * 1.3
    lines = lines[: max(1, int((height - 3) / pitch))]
    y = cell.box.y0 + (height - pitch * len(lines)) / 2 + (pitch - size) / 2
    words = []
    for number, text in enumerate(lines):
        extent = _width(font, text)
        x = cell.box.x0 + (2.0 if rng.random() < 0.3 else (width - extent) / 2)
        top = y + number * pitch
        words.append(Word(text, Box(x, top, x + extent, top + size), size=size))
    return words


def _font(path: str, size_pt: float, dpi: float = FULL_DPI) -> Any:
    from PIL import ImageFont

    return ImageFont.truetype(path, round(size_pt * dpi / POINT_PER_INCH))


def _width(font: Any, text: str) -> float:
    return float(font.getlength(text)) * POINT_PER_INCH / FULL_DPI


def draw_table(table: TrueTable, dpi: float = FULL_DPI) -> Image:
    """The page as a clean gray image."""
    from PIL import Image as Pillow
    from PIL import ImageDraw

    over = 2  # drawn larger and made smaller: lines fall between pixels as they do on a scanner
    scale = dpi / POINT_PER_INCH
    size = (round(PAGE_PT[0] * scale), round(PAGE_PT[1] * scale))
    canvas = Pillow.new("L", (size[0] * over, size[1] * over), 255)
    draw = ImageDraw.Draw(canvas)
    thick = max(1, round(table.line_pt * scale * over))
    for cell in table.cells:
        corners = [round(v * scale * over) for v in cell.box]
        x0, y0, x1, y1 = corners
        for line in ((x0, y0, x1, y0), (x0, y1, x1, y1), (x0, y0, x0, y1), (x1, y0, x1, y1)):
            draw.line(line, fill=table.line_gray, width=thick)
    for word in table.words:
        font = _font(table.font, word.size, dpi * over)
        draw.text((word.box.x0 * scale * over, word.box.y0 * scale * over), word.text, fill=20, font=font, anchor="lt")
    return np.asarray(canvas.resize(size, Pillow.Resampling.BOX), np.uint8)


# Degradation --------------------------------------------------------------------------------------------------------
STYLES = ("clean", "scan", "hard")
SAME_PLACE_PT = 6.0  # how far a border may stand from where it was drawn: the spoilt page is bent by up to half of it


def count_right(table: TrueTable, found: Iterable[tuple[int, int, int, int, Box]]) -> int:
    """How many cells were found whole: row, column, both spans, and every side where it was drawn."""
    by_place = {(row, col, rows, cols): box for row, col, rows, cols, box in found}
    right = 0
    for cell in table.cells:
        box = by_place.get((cell.row, cell.col, cell.rowspan, cell.colspan))
        right += box is not None and all(abs(a - b) <= SAME_PLACE_PT for a, b in zip(box, cell.box, strict=True))
    return right


def degrade(clean: Image, style: str, seed: int) -> tuple[Image, float]:
    """(colour image, its dpi) of a clean page at FULL_DPI after a scanner (`scan`) or a bad one (`hard`)."""
    rng = np.random.default_rng(seed + 7919)
    return {"clean": _clean, "scan": _scan, "hard": _hard}[style](clean, rng)


def _clean(clean: Image, rng: np.random.Generator) -> tuple[Image, float]:
    return cv2.cvtColor(clean, cv2.COLOR_GRAY2RGB), FULL_DPI


def _scan(clean: Image, rng: np.random.Generator) -> tuple[Image, float]:
    """Blur, noise, slight skew left over by deskewing, JPEG of 60–75."""
    page = cv2.GaussianBlur(clean, (0, 0), float(rng.uniform(0.4, 0.9)))
    page = _skew_and_back(page, float(rng.uniform(-1.5, 1.5)), float(rng.uniform(-0.2, 0.2)))
    page = _noise(page, rng, float(rng.uniform(2, 6)))
    colour = cv2.cvtColor(page, cv2.COLOR_GRAY2RGB)
    if rng.random() < 0.4:
        colour = _seal(colour, rng)
    return _jpeg(colour, int(rng.integers(60, 76))), FULL_DPI


def _hard(clean: Image, rng: np.random.Generator) -> tuple[Image, float]:
    """150 dpi or blurred 200, faint and broken lines, shadow, bleed-through, curl, seal, JPEG of 40–60."""
    dpi = float(rng.choice([150, 200]))
    page = clean
    if rng.random() < 0.5:
        page = _breaks(page, rng)
    if rng.random() < 0.5:
        page = _bleed(page, rng)
    page = _pale(page, rng)
    if rng.random() < 0.6:
        page = _curl(page, rng)
    page = cv2.resize(page, None, fx=dpi / FULL_DPI, fy=dpi / FULL_DPI, interpolation=cv2.INTER_AREA)
    page = cv2.GaussianBlur(page, (0, 0), float(rng.uniform(0.5, 1.1)) * dpi / FULL_DPI)
    page = _skew_and_back(page, float(rng.uniform(-3, 3)), float(rng.uniform(-0.3, 0.3)))
    page = _noise(_shadow(page, rng), rng, float(rng.uniform(4, 9)))
    colour = cv2.cvtColor(page, cv2.COLOR_GRAY2RGB)
    if rng.random() < 0.6:
        colour = _seal(colour, rng)
    return _jpeg(colour, int(rng.integers(40, 61))), dpi


def _skew_and_back(page: Image, degrees: float, residue: float) -> Image:
    """The page turned as it lay on the glass and turned back, all but a residue."""
    for angle in (degrees, -degrees + residue):
        middle = (page.shape[1] / 2, page.shape[0] / 2)
        matrix = cv2.getRotationMatrix2D(middle, angle, 1.0)
        page = cv2.warpAffine(page, matrix, page.shape[::-1], flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return page


def _noise(page: Image, rng: np.random.Generator, sigma: float) -> Image:
    return np.clip(page + rng.normal(0, sigma, page.shape), 0, 255).astype(np.uint8)


def _shadow(page: Image, rng: np.random.Generator) -> Image:
    """Light falling off across the page and at one edge."""
    height, width = page.shape
    ramp = np.linspace(1.0, float(rng.uniform(0.65, 0.9)), width)[:: int(rng.choice([-1, 1]))]
    down = np.linspace(1.0, float(rng.uniform(0.8, 1.0)), height)[:: int(rng.choice([-1, 1]))]
    return (page * ramp[None, :] * down[:, None]).astype(np.uint8)


def _pale(page: Image, rng: np.random.Generator) -> Image:
    """Toner that runs out: ink fades smoothly to a share of its darkness in patches."""
    coarse = rng.uniform(0.35, 1.0, (6, 5)).astype(np.float32)
    strength = cv2.resize(coarse, page.shape[::-1], interpolation=cv2.INTER_CUBIC).clip(0.3, 1.0)
    return (255 - (255 - page.astype(np.float32)) * strength).astype(np.uint8)


def _breaks(page: Image, rng: np.random.Generator) -> Image:
    """White scratches and specks that break lines."""
    spoilt = page.copy()
    height, width = page.shape
    for _ in range(400):
        x, y = int(rng.integers(0, width)), int(rng.integers(0, height))
        w, h = int(rng.integers(2, 16)), int(rng.integers(2, 16))
        spoilt[y : y + h, x : x + w] = 255
    return spoilt


def _bleed(page: Image, rng: np.random.Generator) -> Image:
    """The mirrored other side shining through."""
    back = cv2.GaussianBlur(np.roll(page[:, ::-1], int(rng.integers(-60, 60)), axis=0), (0, 0), 2.0)
    share = float(rng.uniform(0.08, 0.16))
    return np.clip(page.astype(np.float32) - (255 - back) * share, 0, 255).astype(np.uint8)


def _curl(page: Image, rng: np.random.Generator) -> Image:
    """A page that did not lie flat: lines bow by a few pixels in both directions."""
    height, width = page.shape
    xs, ys = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    bow_y, bow_x = float(rng.uniform(-7, 7)), float(rng.uniform(-5, 5))
    map_y = ys + np.float32(bow_y) * np.sin(xs / width * np.pi * 1.3 + 0.4).astype(np.float32) * (0.5 + ys / height)
    map_x = xs + np.float32(bow_x) * np.sin(ys / height * np.pi).astype(np.float32)
    return cv2.remap(page, map_x, map_y.astype(np.float32), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def _seal(colour: Image, rng: np.random.Generator) -> Image:
    """A red round seal over the table, ink multiplied onto the page."""
    height, width = colour.shape[:2]
    layer = np.full_like(colour, 255)
    radius = round(width * float(rng.uniform(0.08, 0.11)))
    middle = (int(rng.integers(width // 4, 3 * width // 4)), int(rng.integers(height // 4, 3 * height // 4)))
    red = (215, 40, 45)
    cv2.circle(layer, middle, radius, red, max(2, radius // 18), cv2.LINE_AA)
    for k in range(5):
        turn = np.pi * 2 * k / 5
        tip = (middle[0] + round(np.sin(turn) * radius / 3), middle[1] - round(np.cos(turn) * radius / 3))
        cv2.line(layer, middle, tip, red, max(3, radius // 9), cv2.LINE_AA)
    layer = cv2.GaussianBlur(layer, (0, 0), 0.8)
    return (colour.astype(np.uint16) * layer // 255).astype(np.uint8)


def _jpeg(colour: Image, quality: int) -> Image:
    from PIL import Image as Pillow

    stream = io.BytesIO()
    Pillow.fromarray(colour).save(stream, "JPEG", quality=quality)
    stream.seek(0)
    return np.asarray(Pillow.open(stream).convert("RGB"), np.uint8)
