"""PDF → pages of words and rulings, one page at a time.

pdfium gives characters and paths (ten times as fast as a reader in Python); pdfplumber joins the rulings and reads
again, with its own character maps, any page whose text pdfium could not map.
"""

from __future__ import annotations

import contextlib
import io
import logging
import re
from collections.abc import Iterator, Sequence
from typing import Any

from pipeline.document import Box, Issue, Page, Source, Word
from pipeline.errors import InputError
from pipeline.read.pdf_file import PdfFile
from pipeline.read.pdf_geometry import Upright, dominant_turn
from pipeline.read.pdf_rulings import find_rulings
from pipeline.read.pdf_text import chars_to_words, count_angles, find_chars

PASSWORD_ERROR = 4  # FPDF_ERR_PASSWORD
MAX_GARBAGE_SHARE = 0.2
MAX_LATIN1_SHARE = 0.3
UNMAPPED_LENGTH = 6  # of `(cid:1)`, which stands for one character
GARBAGE = re.compile("[\x00-\x1f\x7f-\x9f\ue000-\uf8ff\ufffd\ufffe\U000f0000-\U0010ffff]")
LATIN1_LETTERS = re.compile("[¡-¯´¶¸-¿À-ÖØ-öø-ÿ]")
SCAN_COVERAGE = 0.5  # of the page's area, by images
MIN_SCAN_LAYER_CHARS = 40
MIN_BARE_WIDTH_PT, MIN_BARE_HEIGHT_PT = 150.0, 40.0  # of a picture that may show a table
MAX_BARE_CHARS = 10  # of the page's own text on such a picture
STRIP_GAP_PT = 2.0  # between the strips that some programs cut a picture into
FALLBACK_GAP_PT = 2.0
MAX_FRUITLESS_PAGES = 3


def read_pages(source: Source) -> Iterator[Page]:
    """Pages of a PDF in order, upright, each made and released before the next: memory does not grow with pages.

    A scanned page has no words; a page that cannot be parsed has no size either (`page_issues` says which).
    Raises InputError for a file that is encrypted, broken or without pages.
    """
    pdf = _open(source)
    second = _SecondReader(source)
    try:
        for index in range(len(pdf)):
            yield _read_page(pdf, index, second)
    finally:
        second.close()
        pdf.close()


def read_page(source: Source, number: int) -> Page:
    """One page (from 1) of a PDF, as `read_pages` gives it. Raises InputError where there is no such page."""
    pdf = _open(source)
    second = _SecondReader(source)
    try:
        if not 1 <= number <= len(pdf):
            raise InputError(f"{source.name}：共 {len(pdf)} 页，没有第 {number} 页")
        return _read_page(pdf, number - 1, second)
    finally:
        second.close()
        pdf.close()


def count_pages(source: Source) -> int:
    """Number of pages. Raises InputError like `read_pages`."""
    pdf = _open(source)
    try:
        return len(pdf)
    finally:
        pdf.close()


def page_issues(page: Page) -> Issue | None:
    """What keeps this page from being read without OCR; None for a page with usable text."""
    if page.width <= 0:
        message = f"第{page.number}页已损坏，无法解析；请取得完整的文件后重试"
        return Issue("page_unreadable", message, page.number)
    if not page.words:
        message = f"第{page.number}页没有文字层（扫描件或图片），需要OCR识别"
        return Issue("page_without_text", message, page.number)
    if not is_text_layer_trustworthy(page):
        return Issue("page_garbled_text", f"第{page.number}页的文字层是乱码，需要OCR识别", page.number)
    return None


def is_text_layer_trustworthy(page: Page) -> bool:
    """Whether the page's own text may be used instead of OCR.

    False where there is none, where a fifth of it is private-use, replacement, control or unmapped (`(cid:12)`)
    characters, or where Chinese was decoded as Western letters (`ÏîÄ¿`).
    """
    text = "".join(word.text for word in page.words)
    return _is_text_sound(text)


def _is_text_sound(text: str) -> bool:
    if not text.strip():
        return False
    garbage = len(GARBAGE.findall(text)) + UNMAPPED_LENGTH * text.count("(cid:")
    latin1 = len(LATIN1_LETTERS.findall(text))
    return garbage <= MAX_GARBAGE_SHARE * len(text) and latin1 <= MAX_LATIN1_SHARE * len(text)


def _open(source: Source) -> PdfFile:
    """The open file. Raises InputError where it cannot be opened or has no pages."""
    import pypdfium2

    try:
        pdf = PdfFile(source.content)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) == PASSWORD_ERROR:
            raise InputError(f"{source.name}：PDF 已加密，请先去除密码再重试") from error
        raise InputError(f"{source.name}：PDF 已损坏或不完整，请重新下载或取得原文件") from error
    if len(pdf) == 0:
        pdf.close()
        raise InputError(f"{source.name}：PDF 没有页面，请重新下载或取得原文件")
    return pdf


def _read_page(pdf: PdfFile, index: int, second: _SecondReader) -> Page:
    import pypdfium2

    try:
        page = pdf.open_page(index)
    except pypdfium2.PdfiumError:
        return Page(index + 1, 0.0, 0.0, (), ())
    with contextlib.closing(page):
        return _pdfium_to_page(page, index, second)


def _pdfium_to_page(page: Any, index: int, second: _SecondReader) -> Page:
    with contextlib.closing(page.get_textpage()) as textpage:
        chars = find_chars(textpage)
    left, bottom, right, top = page.get_cropbox()
    upright = Upright(left, bottom, right, top, dominant_turn(count_angles(chars), page.get_rotation()))
    rulings = find_rulings(page, upright)
    words = chars_to_words(chars, upright, [r for r in rulings if not r.is_horizontal])
    if words and not _is_text_sound("".join(word.text for word in words)):
        words = second.read_words(index, upright) or words
    pictures = _find_pictures(page, upright)
    if _is_scan(pictures, upright, words):
        return Page(index + 1, upright.width, upright.height, (), rulings)
    return Page(
        index + 1, upright.width, upright.height, words, rulings, bare_pictures=_find_bare_pictures(pictures, words)
    )


def _find_pictures(page: Any, upright: Upright) -> list[Box]:
    """Where pictures lie on the page."""
    import pypdfium2.raw as c

    left, bottom, right, top = page.get_cropbox()
    pictures: list[Box] = []
    for image in page.get_objects(filter=(c.FPDF_PAGEOBJ_IMAGE,), max_depth=3):
        x0, y0, x1, y1 = image.get_bounds()
        x0, y0, x1, y1 = max(x0, left), max(y0, bottom), min(x1, right), min(y1, top)
        if x1 > x0 and y1 > y0:
            pictures.append(upright.box(x0, y0, x1, y1))
    return pictures


def _is_scan(pictures: Sequence[Box], upright: Upright, words: Sequence[Word]) -> bool:
    """Whether pictures cover most of the page and hardly any of its text lies on them.

    A stamp of the scanning program, a page number or a typed heading over a scanned form is not the page's text.
    """
    covered = sum((box.x1 - box.x0) * (box.y1 - box.y0) for box in pictures)
    if covered < SCAN_COVERAGE * upright.width * upright.height:
        return False
    on_pictures = sum(len(word.text) for word in words if any(box.holds_middle(word.box) for box in pictures))
    return on_pictures < MIN_SCAN_LAYER_CHARS


def _find_bare_pictures(pictures: Sequence[Box], words: Sequence[Word]) -> tuple[Box, ...]:
    """Pictures as large as a table may be with hardly any text on them; strips of one picture are one."""
    if not words:
        return ()
    joined: list[Box] = []
    for box in sorted(pictures, key=lambda b: (b.y0, b.x0)):
        above = joined[-1] if joined else None
        if above and abs(above.x0 - box.x0) + abs(above.x1 - box.x1) + abs(above.y1 - box.y0) <= STRIP_GAP_PT:
            joined[-1] = Box(above.x0, above.y0, above.x1, box.y1)
        else:
            joined.append(box)
    return tuple(
        box
        for box in joined
        if box.x1 - box.x0 >= MIN_BARE_WIDTH_PT
        and box.y1 - box.y0 >= MIN_BARE_HEIGHT_PT
        and sum(len(word.text) for word in words if box.holds_middle(word.box)) < MAX_BARE_CHARS
    )


class _SecondReader:
    """pdfplumber, opened when the first page needs it and given up after a few pages where it did no better."""

    def __init__(self, source: Source) -> None:
        self._content = source.content
        self._pdf: Any = None
        self._fruitless = 0

    def close(self) -> None:
        from pdfplumber.utils.exceptions import PdfminerException

        if self._pdf is not None:
            with contextlib.suppress(PdfminerException):  # it parses all pages once more, to close them
                self._pdf.close()

    def read_words(self, index: int, upright: Upright) -> tuple[Word, ...]:
        """Words of one page for whose fonts pdfium has no character map; () where they are no better."""
        from pdfminer.pdfexceptions import PDFException
        from pdfplumber.utils.exceptions import PdfminerException

        if self._fruitless >= MAX_FRUITLESS_PAGES:
            return ()
        try:
            words = self._extract(index, upright)
        except (PDFException, PdfminerException, ValueError, TypeError, LookupError):
            words = ()
        if not _is_text_sound("".join(word.text for word in words)):
            self._fruitless += 1
            return ()
        return words

    def _extract(self, index: int, upright: Upright) -> tuple[Word, ...]:
        import pdfplumber

        if self._pdf is None:
            logging.getLogger("pdfminer").setLevel(logging.ERROR)  # it complains of every font that it cannot map
            self._pdf = pdfplumber.open(io.BytesIO(self._content))
        page = self._pdf.pages[index]
        with contextlib.closing(page):
            if (page.rotation or 0) != upright.turn:
                return ()
            found = page.extract_words(
                x_tolerance=FALLBACK_GAP_PT, use_text_flow=True, extra_attrs=["fontname", "size"]
            )
        return tuple(_plumber_word(word) for word in found)


def _plumber_word(word: dict[str, Any]) -> Word:
    box = Box(word["x0"], word["top"], word["x1"], word["bottom"])
    return Word(word["text"], box, size=float(word["size"]), bold="bold" in str(word["fontname"]).lower())
