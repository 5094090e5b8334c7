"""Every page of a paginated file: by its text layer where that can be trusted, else by OCR of its picture."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pipeline.document import Block, Issue, Page, PageImage, Source
from pipeline.errors import DependencyError
from pipeline.settings import OcrSettings


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
            if issue is None or issue.code == "page_unreadable" or ocr.engine is None:
                yield page, issue
            else:
                try:
                    scanned = read_picture(pictures.render(page.number), ocr)
                except DependencyError as error:
                    scanned = page, Issue("ocr_unavailable", str(error), page.number)
                yield scanned


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
