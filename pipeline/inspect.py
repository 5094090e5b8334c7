"""`jixiao inspect`: what was read, drawn on the picture of the page where it was read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pipeline.canvas import (
    POINTS_PER_INCH,
    Colour,
    as_it_was_read,
    draw_frames,
    find_picture,
    find_text_layer,
    to_canvas,
    write_png,
)
from pipeline.document import Box, Page, PageImage, Source
from pipeline.records import Evidence, Result
from pipeline.settings import OcrSettings

if TYPE_CHECKING:
    from pipeline.canvas import Pixels

STEPS = ("picture", "page", "ink", "words", "rulings", "grid", "fields", "all")
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
TAG_SCALE_PER_PX_PER_PT = 0.2  # size of OpenCV's plain letters, by the resolution of the picture
TAG_MARGIN_PX = 3
TAG_COLOUR: Colour = (0, 0, 200)
TAG_PAPER: Colour = (255, 255, 255)


class Field(NamedTuple):
    """A row of the dataset on a page: the mark at its frame, the row as `jixiao trace` takes it, what it is about."""

    tag: str
    row: str
    name: str
    box: Box


def inspect_page(path: str, number: int, out: Path, step: str, ocr: OcrSettings) -> list[Field]:
    """Writes the picture of page `number` to `out`, with what `step` names drawn on it.

    `picture` is the page as it is in the file, `page` laid upright and straight, `ink` what counts as printed there.
    With `fields` the rows of the dataset are framed and marked, and come out. Raises InputError for a file without
    pages or without this page, OutputError where `out` cannot be written.
    """
    from pipeline.read.source import open_source

    source = open_source(path)
    picture = find_picture(source, number)
    pixels, page, dpi = _read(source, picture, ocr, step)
    canvas, scale = to_canvas(pixels), dpi / POINTS_PER_INCH
    fields = _find_fields(source, number, ocr) if "fields" in LAYERS[step] else []
    for layer in LAYERS[step]:
        if layer == "fields":
            draw_frames(canvas, [field.box for field in fields], FIELD_COLOUR, scale, 3)
        else:
            _draw(canvas, layer, page, scale)
    if step == "fields":
        _draw_tags(canvas, fields, scale)
    write_png(canvas, out)
    return fields if step == "fields" else []


def _read(source: Source, picture: PageImage, ocr: OcrSettings, step: str) -> tuple[Pixels, Page, float]:
    """The picture to draw on, the page that was read, and the picture's resolution."""
    from pipeline.ocr import prepare_upright
    from pipeline.pages import read_picture

    native = find_text_layer(source, picture.number)
    if native is not None:
        pixels, dpi = as_it_was_read(source, picture, ocr)
        return pixels, native, dpi
    if step == "picture":
        return picture.pixels, Page(picture.number, 1.0, 1.0, (), ()), picture.dpi or POINTS_PER_INCH
    upright = prepare_upright(picture, ocr)
    page, _ = read_picture(picture, ocr)
    return (255 - upright.ink if step == "ink" else upright.image), page, upright.dpi


def _draw(canvas: Pixels, layer: str, page: Page, scale: float) -> None:
    """One layer of what was read off the page."""
    from pipeline.ocr.opencv import cv2
    from pipeline.tables import find_page_tables

    if layer == "words":
        draw_frames(canvas, [word.box for word in page.words], WORD_COLOUR, scale, 1)
    elif layer == "rulings":
        for r in page.rulings:
            ends = ((round(r.x0 * scale), round(r.y0 * scale)), (round(r.x1 * scale), round(r.y1 * scale)))
            cv2.line(canvas, *ends, RULING_COLOUR, 2)
    elif layer == "grid":
        cells = [cell.box for table in find_page_tables(page) for cell in table.cells if cell.box]
        draw_frames(canvas, cells, CELL_COLOUR, scale, 4)
    else:
        draw_frames(canvas, _furniture_boxes(page), FURNITURE_COLOUR, scale, 3)


def _draw_tags(canvas: Pixels, fields: list[Field], scale: float) -> None:
    """The marks of the fields at the top right of their frames, those of one frame side by side."""
    from pipeline.ocr.opencv import cv2

    tags: dict[Box, list[str]] = {}
    for field in fields:
        tags.setdefault(field.box, []).append(field.tag)
    font, size = cv2.FONT_HERSHEY_SIMPLEX, TAG_SCALE_PER_PX_PER_PT * scale
    for box, marks in tags.items():
        text = ",".join(marks)
        width, height = cv2.getTextSize(text, font, size, 1)[0]
        x, y = round(box.x1 * scale) - width - TAG_MARGIN_PX, round(box.y0 * scale) + height + TAG_MARGIN_PX
        cv2.rectangle(canvas, (x, y - height), (x + width, y), TAG_PAPER, -1)
        cv2.putText(canvas, text, (x, y), font, size, TAG_COLOUR, 1, cv2.LINE_AA)


def _find_fields(source: Source, number: int, ocr: OcrSettings) -> list[Field]:
    """The rows of the dataset that were read on this page."""
    from pipeline.run import document_to_result, read_document

    result = document_to_result(read_document(source, ocr))
    return [
        Field(tag, row, name, evidence.box)
        for tag, row, name, evidence in _result_to_marks(result)
        if evidence.page == number and evidence.box
    ]


def _result_to_marks(result: Result) -> Iterator[tuple[str, str, str, Evidence]]:
    """Tag, row, name and evidence of each row: `f1.2` is the second fund of the first evaluation, `g7` a figure."""
    doc_id = result.report.doc_id
    for index, evaluation in enumerate(result.evaluations, 1):
        eval_id = f"{doc_id}-{index:02d}"
        for seq, fund in enumerate(evaluation.funds, 1):
            yield f"f{index}.{seq}", f"funds:{eval_id}:{seq}", fund.item_raw, fund.evidence
        for seq, indicator in enumerate(evaluation.indicators, 1):
            yield f"i{index}.{seq}", f"indicators:{eval_id}:{seq}", indicator.level3 or "", indicator.evidence
    for seq, figure in enumerate(result.figures, 1):
        yield f"g{seq}", f"figures:{doc_id}:{seq}", figure.item_raw, figure.evidence


def _furniture_boxes(page: Page) -> list[Box]:
    """Page numbers and stamps of scanning programs, as far as one page tells them."""
    from pipeline.document import Paragraph
    from pipeline.layout import drop_furniture, page_to_blocks

    blocks = [block for block in page_to_blocks(page, []) if isinstance(block, Paragraph)]
    kept = {id(block) for block in drop_furniture(blocks, {page.number: page.height})}
    return [block.box for block in blocks if id(block) not in kept and block.box]
