"""Pages are pictured again only where a file has pages and an engine reads them."""

from __future__ import annotations

import io

from PIL import Image

from pipeline.document import Box
from pipeline.read.source import content_to_source
from pipeline.repair.reader import page_picture, second_reader
from pipeline.settings import OcrSettings

BOX = Box(0, 0, 10, 10)


def pictures(form: str) -> bytes:
    """Two pages of different sizes."""
    stream = io.BytesIO()
    first, second = Image.new("L", (100, 140), 255), Image.new("L", (200, 140), 255)
    first.save(stream, form, save_all=True, append_images=[second], resolution=72.0)
    return stream.getvalue()


def test_a_page_of_a_pdf_is_pictured_by_its_number() -> None:
    source = content_to_source(pictures("PDF"), "scan.pdf")
    shapes = [picture.pixels.shape[:2] for n in (1, 2) if (picture := page_picture(source, n)) is not None]
    assert [round(10 * width / height) for height, width in shapes] == [7, 14]


def test_a_page_of_a_picture_file_is_taken_by_its_number() -> None:
    source = content_to_source(pictures("TIFF"), "scan.tif")
    second = page_picture(source, 2)
    assert second is not None
    assert second.pixels.shape[:2] == (140, 200)
    assert page_picture(source, 3) is None


def test_a_file_without_pages_has_no_picture() -> None:
    source = content_to_source("项目名称\t灯塔".encode(), "form.txt")
    assert page_picture(source, 1) is None
    assert second_reader(source, OcrSettings())(1, [BOX, BOX]) == [(), ()]


def test_without_an_engine_nothing_is_read_again() -> None:
    source = content_to_source(pictures("PDF"), "scan.pdf")
    assert second_reader(source, OcrSettings(engine=None))(1, [BOX]) == [()]
