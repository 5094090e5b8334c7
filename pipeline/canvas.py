"""The picture of a page to draw on: where `jixiao inspect` and `jixiao trace` show what was read, and where."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.document import Box, Issue, Page, PageImage, Source
from pipeline.errors import InputError, OutputError
from pipeline.settings import OcrSettings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]

POINTS_PER_INCH = 72.0
Colour = tuple[int, int, int]  # blue, green, red


def find_picture(source: Source, number: int) -> PageImage:
    """The picture of page `number` of a PDF or an image. InputError where there is no such page, or no pages."""
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


def find_inner_picture(source: Source, number: int) -> PageImage:
    """Picture `number` of those inside a Word file, a web page or a workbook. InputError where it is not there."""
    from pipeline.read import read_blocks
    from pipeline.read.image import picture_to_image

    inside = [picture for picture in read_blocks(source).pictures if picture.number == number]
    image = picture_to_image(inside[0]) if inside else None
    if image is None or isinstance(image, Issue):
        raise InputError(f"{source.name}：没有第 {number} 张图片，或它无法显示")
    return image


def find_text_layer(source: Source, number: int) -> Page | None:
    """The page by its text layer; None where it was, or would be, read off its picture."""
    from pipeline.read.pdf import page_issues, read_page

    native = read_page(source, number) if source.kind == "pdf" else None
    return native if native is not None and page_issues(native) is None else None


def as_it_was_read(source: Source, picture: PageImage, ocr: OcrSettings) -> tuple[Pixels, float]:
    """The pixels in which the boxes of the dataset lie, and their resolution: a page read by OCR is laid upright."""
    from pipeline.ocr import prepare_upright

    native = find_text_layer(source, picture.number)
    if native is not None:
        return picture.pixels, picture.pixels.shape[1] * POINTS_PER_INCH / native.width
    upright = prepare_upright(picture, ocr)
    return upright.image, upright.dpi


def to_canvas(pixels: Pixels) -> Pixels:
    """A copy to draw on: blue, green, red."""
    from pipeline.ocr.opencv import cv2

    code = cv2.COLOR_GRAY2BGR if pixels.ndim == 2 else cv2.COLOR_RGB2BGR
    canvas: Pixels = cv2.cvtColor(pixels, code)
    return canvas


def draw_frames(canvas: Pixels, boxes: Sequence[Box], colour: Colour, scale: float, thickness_px: int) -> None:
    """Nothing comes out; each box, in points, is framed; `scale` is pixels per point."""
    from pipeline.ocr.opencv import cv2

    for box in boxes:
        x0, y0, x1, y1 = (round(v * scale) for v in box)
        cv2.rectangle(canvas, (x0, y0), (x1, y1), colour, thickness_px)


def write_png(canvas: Pixels, out: Path) -> None:
    """Nothing comes out; the picture stands in `out`. Raises OutputError."""
    from pipeline.ocr.opencv import cv2

    encoded = cv2.imencode(".png", canvas)[1]
    try:
        out.write_bytes(encoded.tobytes())
    except OSError as error:
        raise OutputError(f"无法写入 {out}：请检查文件夹是否存在、是否可写") from error
