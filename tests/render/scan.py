"""A golden document as the scan of its print: pictures of its pages, made as bad as offices make them.

The pages of the PDF are drawn by pdfium, degraded by one style, and bound into a PDF that has no text layer.
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
import pypdfium2
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from render.phone import photograph

Pixels = NDArray[np.uint8]  # height × width × 3, red green blue

POINTS_PER_INCH = 72.0
OFFICE_DPI = 200.0
SEAL_DIAMETER_PT = 119.0  # 42 mm, the size of an office's seal
SEAL_RGB = (214, 40, 52)
SKEW_DEG = 1.5
BLEED_STRENGTH = 0.16  # how dark the ink of the other side shows, black being 1
FAX_THRESHOLD = 185.0  # grey below which a dot is black: hairlines of a serif typeface just survive
FAX_DUST_SHARE = 0.0002
FAX_LOST_SHARE = 0.004
DIGITS = "0123456789"
APP_SHIFT_SHARE = 0.004  # of the sheet by which its corners are off
APP_LEVELS = (55.0, 220.0)  # what becomes black, what white
APP_MARK = "扫描全能王 创建"
MARK_FONT = "STSong-Light"
MARK_SIZE_PT = 10.0
N_STREAKS = 3
STREAK_GREY = (90, 190)
N_TICKS = 14
PENCIL = (80, 80, 90, 170)
MIN_INK_SHARE = 0.005  # of a golden page's pixels; without a Chinese font only the lines are drawn


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """One side of paper: its print, that of the other side, and where figures stand on it, in pixels."""

    number: int
    pixels: Pixels
    other_side: Pixels
    figures: tuple[tuple[float, float], ...]
    dpi: float


@dataclass(frozen=True, slots=True)
class Style:
    """What a machine makes of a sheet: the resolution it scans at, what it does, and how well it keeps it."""

    dpi: float
    degrade: Callable[[Sheet, np.random.Generator], Pixels]
    jpeg_quality: int = 85
    two_level: bool = False
    native_every: int = 0  # every n-th page keeps its text; 0: none


def render_scan(pdf: bytes, style: str, seed: int) -> bytes:
    """The document of `pdf` as a PDF of pictures in one of STYLES or OTHER_STYLES; the same ones for the same seed."""
    chosen = OTHER_STYLES[style] if style in OTHER_STYLES else STYLES[style]
    rng = np.random.default_rng(seed)
    pictures = [picture_of(chosen, sheet, rng) for sheet in pdf_to_sheets(pdf, chosen.dpi)]
    scanned = bind(pictures, chosen)
    return exchange_pages(scanned, pdf, chosen.native_every) if chosen.native_every else scanned


def picture_of(style: Style, sheet: Sheet, rng: np.random.Generator) -> Image.Image:
    """What the machine keeps of a sheet: black and white, or grey shades and colours."""
    picture = Image.fromarray(style.degrade(sheet, rng))
    return picture.convert("1", dither=Image.Dither.NONE) if style.two_level else picture


def pdf_to_sheets(pdf: bytes, dpi: float) -> list[Sheet]:
    """The pages as sheets printed on both sides: behind each is the next page, behind the last the first."""
    document = pypdfium2.PdfDocument(pdf)
    scale = dpi / POINTS_PER_INCH
    pages = [document[i] for i in range(len(document))]
    prints = [np.ascontiguousarray(page.render(scale=scale, rev_byteorder=True).to_numpy()[:, :, :3]) for page in pages]
    figures = [find_figures(page, scale) for page in pages]
    document.close()
    turn = [*prints[1:], prints[0]]
    return [Sheet(i + 1, prints[i], turn[i], figures[i], dpi) for i in range(len(prints))]


def find_figures(page: pypdfium2.PdfPage, scale: float) -> tuple[tuple[float, float], ...]:
    """Centres of the page's digits, in pixels."""
    textpage = page.get_textpage()
    height = page.get_height()
    text = textpage.get_text_range()
    places = []
    for i in range(min(textpage.count_chars(), len(text))):
        if text[i] in DIGITS:
            left, bottom, right, top = textpage.get_charbox(i)
            places.append(((left + right) / 2 * scale, (height - (top + bottom) / 2) * scale))
    return tuple(places)


def has_chinese_font(pdf: bytes) -> bool:
    """Whether the machine that draws the PDF has a font for its Chinese text."""
    return all(float((sheet.pixels < 128).mean()) > MIN_INK_SHARE for sheet in pdf_to_sheets(pdf, POINTS_PER_INCH))


def bind(pictures: list[Image.Image], style: Style) -> bytes:
    """The pictures as a PDF: two-level ones as fax machines code them, the others as JPEG."""
    stream = io.BytesIO()
    first, *rest = pictures
    quality = {} if style.two_level else {"quality": style.jpeg_quality}
    first.save(stream, "PDF", resolution=style.dpi, save_all=True, append_images=rest, **quality)
    return stream.getvalue()


def exchange_pages(scanned: bytes, native: bytes, every: int) -> bytes:
    """The scan with every n-th page in its native form."""
    pictures, printed = pypdfium2.PdfDocument(scanned), pypdfium2.PdfDocument(native)
    mixed = pypdfium2.PdfDocument.new()
    for i in range(len(printed)):
        mixed.import_pages(printed if (i + 1) % every == 0 else pictures, [i])
    stream = io.BytesIO()
    mixed.save(stream)
    for document in (mixed, pictures, printed):
        document.close()
    return stream.getvalue()


def scanner(pixels: Pixels, rng: np.random.Generator, blur_px: float = 0.6, noise: float = 4.0) -> Pixels:
    """The paper as a flat-bed scanner sees it: slightly grey, slightly soft, grainy."""
    soft = cv2.GaussianBlur(pixels, (0, 0), blur_px).astype(np.float32)
    grain = rng.normal(0.0, noise, soft.shape[:2]).astype(np.float32)[:, :, None]
    return np.clip(soft * 0.9 + 14.0 + grain, 0, 255).astype(np.uint8)


def fax(sheet: Sheet, rng: np.random.Generator) -> Pixels:
    """Black and white: edges frayed, specks of dust, some dots of the ink lost."""
    soft = cv2.GaussianBlur(sheet.pixels, (0, 0), 0.6)[:, :, 0].astype(np.float32)
    soft += rng.normal(0.0, 12.0, soft.shape).astype(np.float32)
    page = np.where(soft < FAX_THRESHOLD, 0, 255).astype(np.uint8)
    page[rng.random(page.shape) < FAX_DUST_SHARE] = 0
    page[rng.random(page.shape) < FAX_LOST_SHARE] = 255
    return np.repeat(page[:, :, None], 3, axis=2)


def turned(sheet: Sheet, rng: np.random.Generator) -> Pixels:
    """Laid on the glass in a wrong way: by 90°, 180° or 270°, the next page in another."""
    quarter_turns = 1 + (int(rng.integers(0, 3)) + sheet.number) % 3
    return np.ascontiguousarray(np.rot90(scanner(sheet.pixels, rng), quarter_turns))


def plain(sheet: Sheet, rng: np.random.Generator) -> Pixels:
    """A good scan."""
    return scanner(sheet.pixels, rng)


def coarse(sheet: Sheet, rng: np.random.Generator) -> Pixels:
    """Scanned at half the resolution that offices use."""
    return scanner(sheet.pixels, rng, blur_px=0.4)


def bleed(sheet: Sheet, rng: np.random.Generator) -> Pixels:
    """Thin paper: the print of the other side shows through, mirrored, soft and a little shifted."""
    mirrored = cv2.GaussianBlur(np.ascontiguousarray(sheet.other_side[:, ::-1]), (0, 0), 1.6)
    dx, dy = (int(v) for v in rng.integers(-12, 13, 2))
    mirrored = np.roll(mirrored, (dy, dx), axis=(0, 1))
    if mirrored.shape != sheet.pixels.shape:
        mirrored = cv2.resize(mirrored, sheet.pixels.shape[1::-1])
    shine = 1.0 - BLEED_STRENGTH * (255.0 - mirrored.astype(np.float32)) / 255.0
    return scanner((sheet.pixels.astype(np.float32) * shine).astype(np.uint8), rng)


def sealed(sheet: Sheet, rng: np.random.Generator) -> Pixels:
    """A red seal stamped over figures of the page."""
    x, y = sheet.figures[int(rng.integers(len(sheet.figures)))] if sheet.figures else (400.0, 400.0)
    stamp = seal(round(SEAL_DIAMETER_PT * sheet.dpi / POINTS_PER_INCH), float(rng.uniform(-20, 20)))
    half = stamp.shape[0] // 2
    canvas = np.zeros(sheet.pixels.shape[:2], np.float32)
    top, left = round(y) - half, round(x) - half
    y0, x0 = max(top, 0), max(left, 0)
    part = stamp[y0 - top : canvas.shape[0] - top, x0 - left : canvas.shape[1] - left]
    canvas[y0 : y0 + part.shape[0], x0 : x0 + part.shape[1]] = part
    canvas *= rng.uniform(0.75, 1.0, canvas.shape).astype(np.float32)  # a stamp's ink is uneven
    tint = 1.0 - canvas[:, :, None] * (1.0 - np.array(SEAL_RGB, np.float32) / 255.0)
    return scanner((sheet.pixels.astype(np.float32) * tint).astype(np.uint8), rng)


def seal(diameter_px: int, turn_deg: float) -> NDArray[np.float32]:
    """Strength of a seal's ink, 0 to 1: a ring, a star, and strokes along the ring like the letters of a name."""
    picture = Image.new("L", (diameter_px, diameter_px), 0)
    draw = ImageDraw.Draw(picture)
    middle = diameter_px / 2
    width = max(2, round(diameter_px / 28))
    draw.ellipse((1, 1, diameter_px - 2, diameter_px - 2), outline=255, width=width)

    def at(share: float, degrees: float) -> tuple[float, float]:
        angle = math.radians(degrees + turn_deg - 90)
        return middle + share * middle * math.cos(angle), middle + share * middle * math.sin(angle)

    draw.polygon([at(0.3 if i % 2 == 0 else 0.12, 36 * i) for i in range(10)], fill=255)
    for letter in range(-5, 6):
        for stroke in (-6, 0, 6):
            draw.line((*at(0.84, 24 * letter + stroke), *at(0.62, 24 * letter + stroke)), fill=255, width=width // 2)
        for share in (0.82, 0.72, 0.63):
            draw.line((*at(share, 24 * letter - 7), *at(share, 24 * letter + 7)), fill=255, width=width // 2)
    return np.asarray(picture, np.float32) / 255.0


def skewed(sheet: Sheet, rng: np.random.Generator) -> Pixels:
    """Laid on the glass a little askew."""
    height, width = sheet.pixels.shape[:2]
    angle = SKEW_DEG * (1 if rng.random() < 0.5 else -1)
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    white = (255, 255, 255)
    askew = cv2.warpAffine(sheet.pixels, turn, (width, height), flags=cv2.INTER_CUBIC, borderValue=white)
    return scanner(askew, rng)


def app(sheet: Sheet, rng: np.random.Generator) -> Pixels:
    """By a telephone's scanning app: slightly out of square, paper made white and ink black, its mark at the foot.

    The thinnest strokes, the level ones of Song typefaces, are lost with the grey of the paper.
    """
    height, width = sheet.pixels.shape[:2]
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    moved = corners + rng.uniform(-APP_SHIFT_SHARE, APP_SHIFT_SHARE, (4, 2)).astype(np.float32) * (width, height)
    turn = cv2.getPerspectiveTransform(corners, moved.astype(np.float32))
    white = (255, 255, 255)
    page = cv2.warpPerspective(sheet.pixels, turn, (width, height), flags=cv2.INTER_AREA, borderValue=white)
    soft = cv2.GaussianBlur(page, (0, 0), 0.9).astype(np.float32)
    soft += rng.normal(0.0, 5.0, soft.shape[:2]).astype(np.float32)[:, :, None]
    black, paper = APP_LEVELS
    stretched = np.clip((soft - black) * 255.0 / (paper - black), 0, 255).astype(np.uint8)
    sharp = cv2.addWeighted(stretched, 1.6, cv2.GaussianBlur(stretched, (0, 0), 1.5), -0.6, 0)
    mark = print_mark(APP_MARK, sheet.dpi)
    top, left = height - 2 * mark.shape[0], width - mark.shape[1] - mark.shape[0]
    corner = np.s_[top : top + mark.shape[0], left : left + mark.shape[1]]
    sharp[corner] = np.minimum(sharp[corner], mark)
    return np.asarray(sharp, np.uint8)


def print_mark(text: str, dpi: float) -> Pixels:
    """A line of grey text as it is printed, on white."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(UnicodeCIDFont(MARK_FONT))
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=(MARK_SIZE_PT * (len(text) + 1), 1.5 * MARK_SIZE_PT), invariant=1)
    canvas.setFont(MARK_FONT, MARK_SIZE_PT)
    canvas.setFillGray(0.5)
    canvas.drawString(MARK_SIZE_PT / 2, MARK_SIZE_PT / 2, text)
    canvas.save()
    return pdf_to_sheets(stream.getvalue(), dpi)[0].pixels


def grey(sheet: Sheet, rng: np.random.Generator) -> Pixels:
    """In shades of grey, softer and grainier than a good scan."""
    shade = cv2.cvtColor(scanner(sheet.pixels, rng, blur_px=0.7, noise=5.0), cv2.COLOR_RGB2GRAY)
    return np.repeat(shade[:, :, None], 3, axis=2)


def streaked(sheet: Sheet, rng: np.random.Generator) -> Pixels:
    """Through a feeder with dirt on its glass: thin lines down the whole sheet, margins and all."""
    page = sheet.pixels.copy()
    width = page.shape[1]
    for x in rng.integers(round(0.1 * width), round(0.9 * width), N_STREAKS):
        page[:, x : x + 2] = np.minimum(page[:, x : x + 2], int(rng.integers(*STREAK_GREY)))
    return scanner(page, rng)


def ticked(sheet: Sheet, rng: np.random.Generator) -> Pixels:
    """Gone through by a checker: a pencil's ticks behind some figures."""
    picture = Image.fromarray(sheet.pixels)
    draw = ImageDraw.Draw(picture, "RGBA")
    unit = sheet.dpi / POINTS_PER_INCH
    for at in rng.permutation(len(sheet.figures))[:N_TICKS]:
        x, y = sheet.figures[int(at)]
        size, away = float(rng.uniform(5, 9)) * unit, float(rng.uniform(6, 16)) * unit
        corners = ((0.0, 0.0), (0.35, 0.55), (1.3, -0.8))
        points = [(x + away + a * size, y + b * size) for a, b in corners]
        draw.line(points, fill=PENCIL, width=max(1, round(0.9 * unit)), joint="curve")
    return scanner(np.asarray(picture.convert("RGB")), rng)


STYLES: dict[str, Style] = {
    "fax": Style(OFFICE_DPI, fax, two_level=True),
    "turned": Style(OFFICE_DPI, turned),
    "dpi100": Style(100.0, coarse),
    "bleed": Style(OFFICE_DPI, bleed),
    "seal": Style(OFFICE_DPI, sealed),
    "mixed": Style(OFFICE_DPI, plain, native_every=2),
    "jpeg": Style(150.0, skewed, jpeg_quality=40),
}

OTHER_STYLES: dict[str, Style] = {
    "app": Style(170.0, app, jpeg_quality=50),
    "grey150": Style(150.0, grey, jpeg_quality=25),
    "streaks": Style(OFFICE_DPI, streaked),
    "ticks": Style(OFFICE_DPI, ticked),
    "phone": Style(OFFICE_DPI, photograph, jpeg_quality=75),
}
