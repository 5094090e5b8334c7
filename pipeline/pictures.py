"""Pictures inside Word files, web pages and workbooks → the blocks that they show, in the place of each picture.

The scan of a page pasted into a document is read like a scanned page, and several in a row like a scanned file.
Logos, seals, codes, signatures and photographs add nothing. `page` of what was read is the number of its picture.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pipeline.document import PICTURE_MARK, Block, Cell, Document, Issue, Page, Paragraph, Picture, Table
from pipeline.errors import DependencyError
from pipeline.pages import is_document_page, pages_to_blocks, read_picture
from pipeline.settings import OcrSettings


@dataclass(slots=True)
class _Readings:
    """What was read of a document's pictures by their numbers: whole pages, and mere words."""

    pages: dict[int, Page] = field(default_factory=dict)
    words: dict[int, Page] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)


def read_pictures(document: Document, ocr: OcrSettings) -> Document:
    """The document with the text of its pictures among its blocks; a picture that says nothing leaves no trace."""
    if not document.pictures:
        return document
    shown = _marks_of(document.blocks)
    pictures = [picture for picture in document.pictures if picture.number in shown]
    if ocr.engine is None:
        readings = _Readings(issues=_skipped(len(pictures), "没有启用文字识别"))
    else:
        readings = _read_all(pictures, ocr)
    return replace(
        document,
        blocks=tuple(weave_pictures(document.blocks, readings.pages, readings.words)),
        issues=(*document.issues, *readings.issues),
        n_ocr_pages=document.n_ocr_pages + len(readings.pages),
        pictures=(),
    )


def _skipped(n_pictures: int, reason: str) -> list[Issue]:
    if not n_pictures:
        return []
    found = f"文中有 {n_pictures} 张图片，{reason}，图片里的文字没有读取"
    return [Issue("image_text_skipped", f"{found}：请核对图片中是否有表格或数字")]


def _marks_of(blocks: Sequence[Block]) -> set[int]:
    """Numbers of the pictures whose marks stand in the blocks: those inside of a page's furniture are gone."""
    texts = (t for b in blocks for t in ((b.text,) if isinstance(b, Paragraph) else (c.text for c in b.cells)))
    return {int(number) for text in texts for number in PICTURE_MARK.findall(text)}


def _read_all(pictures: Sequence[Picture], ocr: OcrSettings) -> _Readings:
    """Every picture read once; without an engine that works, none."""
    from pipeline.read.image import picture_to_image

    readings = _Readings()
    for n_read, picture in enumerate(pictures):
        image = picture_to_image(picture)
        if isinstance(image, Issue):
            readings.issues.append(image)
        if image is None or isinstance(image, Issue):
            continue
        try:
            page, _ = read_picture(image, ocr)
        except DependencyError as error:
            readings.issues += [Issue("ocr_unavailable", str(error)), *_skipped(len(pictures) - n_read, "无法识别")]
            return readings
        if is_document_page(page):
            readings.pages[picture.number] = page
        elif page.words:
            readings.words[picture.number] = page
    return readings


def weave_pictures(blocks: Sequence[Block], pages: Mapping[int, Page], words: Mapping[int, Page]) -> list[Block]:
    """Blocks without marks: each run of pictures of pages becomes the blocks that the pages hold.

    In a table's cell that holds nothing but a picture stand the words of that picture; its tables, and pictures
    beside words, come behind the paragraph or the table.
    """
    woven: list[Block] = []
    run: list[Page] = []
    for item in (item for block in blocks for item in _split(block, pages, words)):
        if isinstance(item, Page):
            run.append(item)
            continue
        woven += [*pages_to_blocks(run), item]
        run = []
    return [*woven, *pages_to_blocks(run)]


def _split(block: Block, pages: Mapping[int, Page], words: Mapping[int, Page]) -> Iterator[Block | Page]:
    """A block without marks, if anything is left of it, then the pages that belong behind it."""
    if isinstance(block, Paragraph):
        numbers = PICTURE_MARK.findall(block.text)
        text = PICTURE_MARK.sub("", block.text).strip() if numbers else block.text
        if text or not numbers:
            yield replace(block, text=text)
        yield from (pages[int(number)] for number in numbers if int(number) in pages)
        return
    if not any(PICTURE_MARK.search(cell.text) for cell in block.cells):
        yield block
        return
    cells: list[Cell] = []
    behind: list[Page] = []
    for cell in block.cells:
        filled, rest = _fill_cell(cell, pages, words)
        cells.append(filled)
        behind += rest
    if any(cell.text for cell in cells):
        yield replace(block, cells=tuple(cells))
    yield from behind


def _fill_cell(cell: Cell, pages: Mapping[int, Page], words: Mapping[int, Page]) -> tuple[Cell, list[Page]]:
    """A cell without marks, and the pages that do not fit into it."""
    numbers = [int(number) for number in PICTURE_MARK.findall(cell.text)]
    text = PICTURE_MARK.sub("", cell.text).strip() if numbers else cell.text
    here = [pages[number] for number in numbers if number in pages]
    if text or not numbers:
        return replace(cell, text=text), here
    shown = [pages.get(number) or words.get(number) for number in numbers]
    read = [page for page in shown if page]
    blocks = [block for page in read for block in pages_to_blocks([page])]
    if not blocks or any(isinstance(block, Table) for block in blocks):
        return replace(cell, text=""), here
    lines = [block for block in blocks if isinstance(block, Paragraph)]
    confidence = min(line.confidence for line in lines)
    return replace(cell, text="\n".join(line.text for line in lines), confidence=confidence), []
