"""Files of scanned pages, from bytes to document: which pages are recognised, and what becomes of the others."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from ocr.drawn import FIGURES, ROWS, blank_page, form_page, write
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from pipeline.document import Document, Paragraph, Table
from pipeline.errors import InputError
from pipeline.ocr.cache import CACHE_VARIABLE
from pipeline.read.source import content_to_source
from pipeline.run import extract_file, read_document
from pipeline.settings import OcrSettings

A4_PT = (595.0, 842.0)
NATIVE = "This page was typed and its text can be trusted by everyone who reads it"


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "cache"))


def add_scan(canvas: Canvas, pixels: np.ndarray, x: float = 0, y: float = 0, share: float = 1.0) -> None:
    """A picture of a page, as large as `share` of the paper's height, its lower left corner at x, y."""
    picture = ImageReader(Image.fromarray(pixels))
    canvas.drawImage(picture, x, y, A4_PT[0], A4_PT[1] * share)


def pdf_of(*draw_pages: str) -> bytes:
    """A PDF of pages by kind: `native`, `scan`, `stamped`, `headed`, `blank`, `illustrated`, `pictured`."""
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=A4_PT)
    for kind in draw_pages:
        if kind in ("scan", "stamped"):
            add_scan(canvas, form_page())
        if kind == "headed":
            add_scan(canvas, form_page()[: 2339 * 7 // 10], share=0.7)
        if kind == "blank":
            add_scan(canvas, blank_page())
        if kind == "illustrated":
            add_scan(canvas, np.full((300, 1654, 3), 120, np.uint8), share=0.2)
        if kind == "pictured":
            pixels = form_page()[: 2339 * 4 // 10]
            add_scan(canvas, pixels[: len(pixels) // 2], y=0.4 * A4_PT[1], share=0.2)  # in two strips
            add_scan(canvas, pixels[len(pixels) // 2 :], y=0.2 * A4_PT[1], share=0.2)
        if kind in ("native", "illustrated", "pictured"):
            canvas.drawString(72, 700, NATIVE)
        if kind == "stamped":
            canvas.drawString(400, 20, "CamScanner")
        if kind == "headed":
            canvas.drawString(72, 800, "A typed heading of more than forty characters stands here")
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def read(content: bytes, name: str = "scan.pdf", engine: str | None = "rapid") -> Document:
    return read_document(content_to_source(content, name), OcrSettings(engine))


def figures_of(document: Document) -> list[str]:
    return [cell.text for _, table in document.tables() for cell in table.cells if cell.text in FIGURES]


def test_pages_with_text_are_not_recognised_and_scanned_ones_are() -> None:
    document = read(pdf_of("native", "scan", "native"))
    assert (document.n_pages, document.n_ocr_pages, document.issues) == (3, 1, ())
    assert [block.text for block in document.blocks if isinstance(block, Paragraph) and block.page == 1] == [NATIVE]
    assert figures_of(document) == list(FIGURES)
    assert {table.page for _, table in document.tables()} == {2}


def test_the_stamp_of_a_scanning_program_is_no_text_layer_and_no_text() -> None:
    document = read(pdf_of("stamped"))
    assert document.n_ocr_pages == 1
    assert figures_of(document) == list(FIGURES)
    assert not any("CamScanner" in block.text for block in document.blocks if isinstance(block, Paragraph))


def test_a_typed_heading_over_a_scanned_form_does_not_hide_the_form() -> None:
    document = read(pdf_of("headed"))
    assert document.n_ocr_pages == 1
    assert figures_of(document) == list(FIGURES)
    assert any("typed heading" in block.text for block in document.blocks if isinstance(block, Paragraph))


def test_a_picture_beside_the_text_leaves_the_text_layer_trusted() -> None:
    assert read(pdf_of("illustrated")).n_ocr_pages == 0


def test_a_table_that_is_a_picture_among_text_is_read_in_its_place() -> None:
    document = read(pdf_of("pictured"))
    assert (document.n_ocr_pages, document.issues) == (1, ())
    assert figures_of(document) == list(FIGURES)
    assert any(NATIVE in block.text for block in document.blocks[:1] if isinstance(block, Paragraph))
    (table,) = (table for _, table in document.tables())
    assert all(cell.box is not None and cell.box.y0 > 0.4 * A4_PT[1] for cell in table.cells)


def test_without_an_engine_a_picture_among_text_is_told() -> None:
    document = read(pdf_of("pictured"), engine=None)
    assert [(issue.code, issue.page) for issue in document.issues] == [("image_text_skipped", 1)]


def test_blank_sheets_between_scanned_pages_are_no_fault() -> None:
    document = read(pdf_of("scan", "blank", "scan"))
    assert (document.n_pages, document.issues) == (3, ())


def test_without_an_engine_scanned_pages_are_told() -> None:
    document = read(pdf_of("native", "scan"), engine=None)
    assert [(issue.code, issue.page) for issue in document.issues] == [("page_without_text", 2)]


def test_an_engine_that_is_not_installed_costs_only_the_scanned_pages() -> None:
    document = read(pdf_of("native", "scan"), engine="none-such")
    assert [(issue.code, issue.page) for issue in document.issues] == [("ocr_unavailable", 2)]
    assert any(NATIVE in block.text for block in document.blocks if isinstance(block, Paragraph))


def test_an_image_file_is_a_document() -> None:
    stream = io.BytesIO()
    pages = [Image.fromarray(form_page()), Image.fromarray(form_page())]
    pages[0].save(stream, "TIFF", save_all=True, append_images=pages[1:], compression="tiff_lzw", dpi=(200, 200))
    document = read(stream.getvalue(), "scan.tif")
    assert (document.n_pages, document.n_ocr_pages) == (2, 2)
    assert figures_of(document) == [*FIGURES, *FIGURES]


def test_the_table_of_a_scanned_page_is_ruled_and_whole() -> None:
    document = read(pdf_of("scan"))
    (table,) = [table for _, table in document.tables()]
    assert isinstance(table, Table) and table.origin == "ruled"
    assert [cell.text for cell in table.cells if cell.col == 0] == list(ROWS)


def test_a_picture_that_cannot_be_read_fails_with_a_reason_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "cut.png"
    stream = io.BytesIO()
    Image.fromarray(np.random.default_rng(2).integers(0, 255, (400, 400, 3), np.uint8)).save(stream, "PNG")
    path.write_bytes(stream.getvalue()[:2000])
    with pytest.raises(InputError):
        read(path.read_bytes(), "cut.png")
    assert "不完整" in (extract_file(str(path)).report.error or "")


def test_the_second_reading_is_equal_to_the_first() -> None:
    page = blank_page()
    write(page, "Total 36.50", 300, 400)
    stream = io.BytesIO()
    Image.fromarray(page).save(stream, "PNG")
    assert read(stream.getvalue(), "a.png").blocks == read(stream.getvalue(), "a.png").blocks
