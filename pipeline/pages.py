"""Every page of a paginated file: by its text layer where that can be trusted, else by OCR of its picture."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from pipeline.document import Block, Box, Issue, Page, PageImage, Ruling, Source
from pipeline.errors import DependencyError
from pipeline.settings import OcrSettings

MIN_CHARACTERS = 20  # that make a picture without a table a text: a logo, a seal, a signature has fewer
MIN_TABLE_CELLS = 4  # with words in them
MAX_ASPECT_DIFFERENCE = 0.02


def read_all_pages(source: Source, ocr: OcrSettings) -> Iterator[tuple[Page, Issue | None]]:
    """Each page with what keeps it from being read: by its text layer where that can be trusted, else by OCR."""
    from pipeline.read.image import PdfPictures, read_page_images
    from pipeline.read.pdf import page_issues, read_pages

    if source.kind == "image":
        for picture in read_page_images(source):
            yield read_picture(picture, ocr)
        return
    with PdfPictures(source) as pictures:
        for page in read_pages(source):
            issue = page_issues(page)
            if issue is None and page.bare_pictures and ocr.engine is None:
                yield page, _skipped(page.number, "没有启用文字识别")
            elif issue is None and page.bare_pictures:
                yield _read_bare_pictures(page, pictures.render(page.number), ocr)
            elif issue is None or issue.code == "page_unreadable" or ocr.engine is None:
                yield page, issue
            else:
                try:
                    scanned = read_picture(pictures.render(page.number), ocr)
                except DependencyError as error:
                    scanned = page, Issue("ocr_unavailable", str(error), page.number)
                yield scanned


def _read_bare_pictures(page: Page, image: PageImage | Issue, ocr: OcrSettings) -> tuple[Page, Issue | None]:
    """A page with text of its own and what its pictures show besides, where they show a table or text."""
    from pipeline.read.image import SHEET_MARGIN_PT, cut_from_page

    if isinstance(image, Issue):
        return page, image
    height, width = image.pixels.shape[:2]
    if abs(width / height * page.height / page.width - 1) > MAX_ASPECT_DIFFERENCE:
        return page, _skipped(page.number, "页面方向与文字方向不一致")  # the picture is not turned as the text is
    for box in page.bare_pictures:
        try:
            shown, _ = read_picture(cut_from_page(image, box, page.width), ocr)
        except DependencyError as error:
            return page, Issue("ocr_unavailable", str(error), page.number)
        if is_document_page(shown):
            page = _lay_over(page, shown, box.x0 - SHEET_MARGIN_PT, box.y0 - SHEET_MARGIN_PT)
    return page, None


def _skipped(number: int, reason: str) -> Issue:
    message = f"第{number}页的图片里可能有表格或文字，{reason}，没有读取；请核对原页"
    return Issue("image_text_skipped", message, number)


def _lay_over(page: Page, shown: Page, right: float, down: float) -> Page:
    """The page with the words and rulings of one of its pictures, moved to where the picture lies."""
    words = (replace(word, box=_move(word.box, right, down)) for word in shown.words)
    rulings = (Ruling(r.x0 + right, r.y0 + down, r.x1 + right, r.y1 + down) for r in shown.rulings)
    return replace(page, words=(*page.words, *words), rulings=(*page.rulings, *rulings), by_ocr=True)


def _move(box: Box, right: float, down: float) -> Box:
    return Box(box.x0 + right, box.y0 + down, box.x1 + right, box.y1 + down)


def is_document_page(page: Page) -> bool:
    """Whether what was read in a picture belongs to a document: a table, or more words than a logo or a seal has."""
    from pipeline.tables import find_page_tables

    if any(sum(1 for cell in table.cells if cell.text) >= MIN_TABLE_CELLS for table in find_page_tables(page)):
        return True
    return sum(len(word.text) for word in page.words) >= MIN_CHARACTERS


def read_picture(picture: PageImage | Issue, ocr: OcrSettings) -> tuple[Page, Issue | None]:
    """The page in a picture, and what keeps it from being read; a picture that cannot be made gives an empty page."""
    from pipeline.ocr import read_page
    from pipeline.ocr.memory import give_back_memory

    if isinstance(picture, Issue):
        return Page(picture.page or 0, 0.0, 0.0, (), ()), picture
    scanned = read_page(picture, ocr)
    give_back_memory()
    return scanned


def pages_to_blocks(pages: Iterable[Page]) -> list[Block]:
    """Paragraphs and tables of pages that follow one another, in reading order, joined across the page breaks."""
    from pipeline.layout import drop_furniture, join_paragraphs, page_to_blocks
    from pipeline.tables import find_page_tables, join_tables

    blocks: list[Block] = []
    heights: dict[int, float] = {}
    for page in pages:
        blocks.extend(page_to_blocks(page, find_page_tables(page)))
        heights[page.number] = page.height
    return join_paragraphs(join_tables(drop_furniture(blocks, heights)))
