"""`jixiao inspect`: what was read, drawn on the picture of the page where it was read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.document import Box, Page, PageImage, Source
from pipeline.errors import InputError, OutputError
from pipeline.settings import OcrSettings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Picture = NDArray[np.uint8]

STEPS = ("picture", "page", "ink", "words", "rulings", "grid", "fields", "all")
POINTS_PER_INCH = 72.0
Colour = tuple[int, int, int]  # blue, green, red
WORD_COLOUR: Colour = (60, 160, 0)
RULING_COLOUR: Colour = (0, 0, 220)
CELL_COLOUR: Colour = (230, 120, 0)
FIELD_COLOUR: Colour = (0, 140, 255)
FURNITURE_COLOUR: Colour = (150, 150, 150)
LAYERS = {
    "picture": (), "page": (), "ink": (),
    "words": ("words",), "rulings": ("rulings",), "grid": ("grid",), "fields": ("fields",),
    "all": ("grid", "rulings", "words", "furniture", "fields"),
}  # fmt: skip


def inspect_page(path: str, number: int, out: Path, step: str, ocr: OcrSettings) -> None:
    """Writes the picture of page `number` to `out`, with what `step` names drawn on it.

    `picture` is the page as it is in the file, `page` laid upright and straight, `ink` what counts as printed there.
    Raises InputError for a file without pages or without this page, OutputError where `out` cannot be written.
    """
    from pipeline.ocr.opencv import cv2
    from pipeline.read.source import open_source

    source = open_source(path)
    picture = _find_picture(source, number)
    background, page, dpi = _read(source, picture, ocr, step)
    canvas = background if background.ndim == 2 else cv2.cvtColor(background, cv2.COLOR_RGB2BGR)
    canvas = cv2.cvtColor(canvas, cv2.COLOR_GRAY2BGR) if canvas.ndim == 2 else canvas
    for layer in LAYERS[step]:
        _draw(canvas, layer, source, page, ocr, dpi / POINTS_PER_INCH)
    encoded = cv2.imencode(".png", canvas)[1]
    try:
        out.write_bytes(encoded.tobytes())
    except OSError as error:
        raise OutputError(f"无法写入 {out}：请检查文件夹是否存在、是否可写") from error


def _find_picture(source: Source, number: int) -> PageImage:
    from pipeline.read.image import PdfPictures, read_page_images
    from pipeline.read.pdf import count_pages

    if source.kind == "image":
        pages = [page for page in read_page_images(source) if isinstance(page, PageImage) and page.number == number]
    elif source.kind == "pdf":
        if not 1 <= number <= count_pages(source):
            raise InputError(f"{source.name}：共 {count_pages(source)} 页，没有第 {number} 页")
        with PdfPictures(source) as pictures:
            pages = [page for page in [pictures.render(number)] if isinstance(page, PageImage)]
    else:
        raise InputError(f"{source.name}：不是分页文件（PDF 或图片），没有页面可画；请用 jixiao show 查看")
    if not pages:
        raise InputError(f"{source.name}：没有第 {number} 页，或它无法显示")
    return pages[0]


def _read(source: Source, picture: PageImage, ocr: OcrSettings, step: str) -> tuple[Picture, Page, float]:
    """The picture to draw on, the page that was read, and the picture's resolution."""
    from pipeline.ocr import prepare_upright
    from pipeline.pages import read_picture
    from pipeline.read.pdf import page_issues, read_page

    native = read_page(source, picture.number) if source.kind == "pdf" else None
    if native is not None and page_issues(native) is None:
        return picture.pixels, native, picture.pixels.shape[1] * POINTS_PER_INCH / native.width
    if step == "picture":
        return picture.pixels, Page(picture.number, 1.0, 1.0, (), ()), picture.dpi or POINTS_PER_INCH
    upright = prepare_upright(picture, ocr)
    page, _ = read_picture(picture, ocr)
    return (255 - upright.ink if step == "ink" else upright.image), page, upright.dpi


def _draw(canvas: Picture, layer: str, source: Source, page: Page, ocr: OcrSettings, scale: float) -> None:
    """One layer of what was read."""
    from pipeline.ocr.opencv import cv2
    from pipeline.tables import find_page_tables

    if layer == "words":
        _frames(canvas, [word.box for word in page.words], WORD_COLOUR, scale, 1)
    elif layer == "rulings":
        for r in page.rulings:
            ends = ((round(r.x0 * scale), round(r.y0 * scale)), (round(r.x1 * scale), round(r.y1 * scale)))
            cv2.line(canvas, *ends, RULING_COLOUR, 2)
    elif layer == "grid":
        cells = [cell.box for table in find_page_tables(page) for cell in table.cells if cell.box]
        _frames(canvas, cells, CELL_COLOUR, scale, 4)
    else:
        boxes = _field_boxes(source, page.number, ocr) if layer == "fields" else _furniture_boxes(page)
        _frames(canvas, boxes, FIELD_COLOUR if layer == "fields" else FURNITURE_COLOUR, scale, 3)


def _frames(canvas: Picture, boxes: Sequence[Box], colour: Colour, scale: float, thickness: int) -> None:
    from pipeline.ocr.opencv import cv2

    for box in boxes:
        x0, y0, x1, y1 = (round(v * scale) for v in box)
        cv2.rectangle(canvas, (x0, y0), (x1, y1), colour, thickness)


def _field_boxes(source: Source, number: int, ocr: OcrSettings) -> list[Box]:
    """Where the rows of the dataset were read on this page."""
    from pipeline.run import document_to_result, read_document

    result = document_to_result(read_document(source, ocr))
    evidence = [figure.evidence for figure in result.figures]
    for evaluation in result.evaluations:
        evidence += [fund.evidence for fund in evaluation.funds]
        evidence += [indicator.evidence for indicator in evaluation.indicators]
    return [e.box for e in evidence if e.page == number and e.box]


def _furniture_boxes(page: Page) -> list[Box]:
    """Page numbers and stamps of scanning programs, as far as one page tells them."""
    from pipeline.document import Paragraph
    from pipeline.layout import drop_furniture, page_to_blocks

    blocks = [block for block in page_to_blocks(page, []) if isinstance(block, Paragraph)]
    kept = {id(block) for block in drop_furniture(blocks, {page.number: page.height})}
    return [block.box for block in blocks if id(block) not in kept and block.box]
