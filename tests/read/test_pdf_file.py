from __future__ import annotations

import contextlib
import io

import pypdfium2
import pytest
from reportlab.pdfgen.canvas import Canvas

from pipeline.read.pdf_file import PAGES_HELD, PdfFile

N_PAGES = 2 * PAGES_HELD + 3


def numbered_pages() -> bytes:
    stream = io.BytesIO()
    canvas = Canvas(stream)
    for number in range(N_PAGES):
        canvas.drawString(72, 700, f"page {number}")
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def text_of(pdf: PdfFile, index: int) -> str:
    with contextlib.closing(pdf.open_page(index)) as page, contextlib.closing(page.get_textpage()) as text:
        return str(text.get_text_range())


def test_every_page_is_its_own_however_often_the_document_was_opened_anew() -> None:
    with contextlib.closing(PdfFile(numbered_pages())) as pdf:
        assert [text_of(pdf, index) for index in range(len(pdf))] == [f"page {number}" for number in range(N_PAGES)]


def test_the_document_is_opened_anew_after_so_many_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[pypdfium2.PdfDocument] = []
    really = pypdfium2.PdfDocument

    def count(content: bytes) -> pypdfium2.PdfDocument:
        opened.append(really(content))
        return opened[-1]

    monkeypatch.setattr(pypdfium2, "PdfDocument", count)
    with contextlib.closing(PdfFile(numbered_pages())) as pdf:
        for index in range(len(pdf)):
            text_of(pdf, index)
    assert len(opened) == 3


def test_a_file_that_is_no_pdf_is_refused() -> None:
    with pytest.raises(pypdfium2.PdfiumError):
        PdfFile(b"no pdf")
