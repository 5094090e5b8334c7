"""Image files and PDF pages as pictures."""

from __future__ import annotations

import io
import struct
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from PIL import Image

from pipeline.document import Issue, PageImage, Source
from pipeline.errors import DependencyError, InputError
from pipeline.read.image import MAX_SIDE_PX, PdfPictures, read_page_images
from pipeline.read.source import content_to_source


def picture(width: int = 300, height: int = 200, mode: str = "RGB") -> Image.Image:
    image = Image.new("RGB", (width, height), "white")
    image.paste((200, 30, 30), (10, 20, 60, 90))
    return image.convert(mode)


def as_source(image: Image.Image, form: str = "PNG", **options: object) -> Source:
    stream = io.BytesIO()
    image.save(stream, form, **options)
    return content_to_source(stream.getvalue(), f"page.{form.lower()}")


def pages_of(source: Source) -> list[PageImage]:
    pages = list(read_page_images(source))
    assert all(isinstance(page, PageImage) for page in pages)
    return [page for page in pages if isinstance(page, PageImage)]


@pytest.mark.parametrize("form", ["PNG", "JPEG", "TIFF", "BMP", "WEBP"])
def test_each_kind_of_image_is_one_page_of_pixels(form: str) -> None:
    (page,) = pages_of(as_source(picture(), form))
    assert (page.number, page.pixels.shape) == (1, (200, 300, 3))
    assert page.pixels[50, 30].tolist() == pytest.approx([200, 30, 30], abs=12)
    assert page.pixels[150, 200].min() > 245


@pytest.mark.parametrize("mode", ["1", "L", "P", "CMYK", "I;16", "RGBA", "LA"])
def test_every_colour_mode_becomes_grey_or_colour_of_eight_bits(mode: str) -> None:
    if mode == "I;16":
        image = Image.fromarray(np.linspace(0, 65535, 60000).reshape(200, 300).astype(np.uint16))
    else:
        image = picture(mode=mode)
    (page,) = pages_of(as_source(image, "TIFF"))
    assert page.pixels.dtype == np.uint8 and page.pixels.ndim in (2, 3)
    assert int(page.pixels.max()) - int(page.pixels.min()) > 100


PHOTO = Path(__file__).parent / "photo.heic"  # 800 × 400, drawn for this test: "Total 36.50", "Budget 1,004.12"


def test_a_photograph_as_telephones_keep_it_is_one_page_of_pixels() -> None:
    pytest.importorskip("pi_heif")
    (page,) = pages_of(content_to_source(PHOTO.read_bytes(), "IMG_0001.HEIC"))
    assert page.pixels.shape == (400, 800, 3)
    assert page.pixels[20, 20].min() > 240 and page.pixels[140:190, 120:500].min() < 60


def test_a_photograph_whose_reader_is_not_installed_names_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pi_heif", None)
    with pytest.raises(DependencyError, match="pip install pi-heif，或把照片另存为 JPG"):
        list(read_page_images(content_to_source(PHOTO.read_bytes(), "IMG_0001.HEIC")))


def test_a_photograph_that_was_cut_off_is_refused() -> None:
    pytest.importorskip("pi_heif")
    with pytest.raises(InputError, match=r"不完整|损坏"):
        list(read_page_images(content_to_source(PHOTO.read_bytes()[:-800], "IMG_0001.HEIC")))


def test_what_is_transparent_is_paper() -> None:
    image = Image.new("RGBA", (60, 40), (0, 0, 0, 0))
    image.paste((0, 0, 0, 255), (10, 10, 20, 20))
    (page,) = pages_of(as_source(image))
    assert page.pixels[5, 5].min() == 255 and page.pixels[15, 15].max() == 0


def test_a_photograph_is_turned_as_its_camera_says() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # held upright, sensor on its side
    (page,) = pages_of(as_source(picture(), "JPEG", exif=exif))
    assert page.pixels.shape == (300, 200, 3)


def test_the_resolution_is_the_one_stated() -> None:
    assert pages_of(as_source(picture(), "PNG", dpi=(150, 150)))[0].dpi == pytest.approx(150, abs=0.1)
    assert pages_of(as_source(picture(), "PNG"))[0].dpi is None


def multi_page() -> bytes:
    stream = io.BytesIO()
    sheets = [picture(300 + i, 200) for i in range(3)]
    sheets[0].save(stream, "TIFF", save_all=True, append_images=sheets[1:])
    return stream.getvalue()


def test_a_tiff_has_as_many_pages_as_pictures() -> None:
    pages = pages_of(content_to_source(multi_page(), "scan.tif"))
    assert [(page.number, page.pixels.shape[1]) for page in pages] == [(1, 300), (2, 301), (3, 302)]


@pytest.mark.parametrize("share", [0.4, 0.7, 0.95])
def test_a_tiff_that_was_cut_off_gives_what_is_whole_and_says_what_is_not(share: float) -> None:
    content = multi_page()
    pages: list[PageImage | Issue] = []
    try:
        pages.extend(read_page_images(content_to_source(content[: int(len(content) * share)], "scan.tif")))
    except InputError as error:
        assert "不完整" in str(error) or "损坏" in str(error)
    else:
        assert isinstance(pages[-1], Issue) and pages[-1].page == len(pages)
        assert isinstance(pages[0], PageImage) or share < 0.5


@pytest.mark.parametrize("form", ["PNG", "JPEG", "BMP"])
def test_an_image_that_was_cut_off_is_refused(form: str) -> None:
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 255, (300, 300, 3), np.uint8))
    content = as_source(noise, form).content
    with pytest.raises(InputError, match=r"不完整|损坏"):
        list(read_page_images(content_to_source(content[: len(content) // 2], "page")))


def png_that_claims(width: int, height: int) -> bytes:
    """A small PNG file whose head promises a huge picture."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(bytes(1 << 20))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.mark.parametrize(("width", "height"), [(20_000, 20_000), (MAX_SIDE_PX + 1, 10), (60_000, 60_000)])
def test_a_picture_that_would_fill_the_memory_is_refused_before_it_is_decoded(width: int, height: int) -> None:
    with pytest.raises(InputError, match=r"超过上限|过大"):
        list(read_page_images(content_to_source(png_that_claims(width, height), "bomb.png")))


@pytest.fixture
def scanned_pdf() -> Iterator[bytes]:
    """Two pages: one covered by a 150-dpi picture, one without anything."""
    stream = io.BytesIO()
    sheet = Image.new("RGB", (1240, 1754), "white")
    sheet.paste((10, 10, 10), (200, 300, 500, 340))
    blank = Image.new("RGB", (1240, 1754), "white")
    sheet.save(stream, "PDF", resolution=150, save_all=True, append_images=[blank])
    yield stream.getvalue()


def test_a_scanned_page_is_rendered_at_its_own_resolution(scanned_pdf: bytes) -> None:
    with PdfPictures(content_to_source(scanned_pdf, "scan.pdf")) as pictures:
        page = pictures.render(1)
        assert isinstance(page, PageImage)
        assert page.dpi == pytest.approx(150, abs=0.5)
        assert page.pixels.shape[:2] == pytest.approx((1754, 1240), abs=1)
        assert page.pixels[320, 350].max() < 60 and page.pixels[100, 100].min() > 240


def test_a_drawn_page_is_rendered_finely_enough_to_be_read() -> None:
    pdf = pypdfium2.PdfDocument.new()
    pdf.new_page(595, 842)
    stream = io.BytesIO()
    pdf.save(stream)
    with PdfPictures(content_to_source(stream.getvalue(), "drawn.pdf")) as pictures:
        page = pictures.render(1)
        assert isinstance(page, PageImage) and page.dpi == 200.0


def test_a_page_of_enormous_size_is_an_issue() -> None:
    pdf = pypdfium2.PdfDocument.new()
    pdf.new_page(14_400, 14_400)
    stream = io.BytesIO()
    pdf.save(stream)
    with PdfPictures(content_to_source(stream.getvalue(), "poster.pdf")) as pictures:
        page = pictures.render(1)
        assert isinstance(page, Issue) and (page.code, page.page) == ("page_too_large", 1)
