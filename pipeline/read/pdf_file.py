"""A PDF as pdfium has it open, in the memory of a few pages."""

from __future__ import annotations

import contextlib
from typing import Any

from pipeline.read.pdf_typed import has_typed_text, hide_seals, paint_typed_text

PAGES_HELD = 32  # streams of so many pages are in memory at once; finding a late page of a long file anew takes 0.1 s


class PdfFile:
    """An open PDF whose pages are asked for one after another.

    pdfium keeps a copy of each stream that it has read until the document is closed: with a scan that is the whole
    file once more. So the document is opened anew after every PAGES_HELD pages. Raises pypdfium2.PdfiumError where
    the file cannot be opened.
    """

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._n_read = 0
        self._pdf = self._open()

    def _open(self) -> Any:
        import pypdfium2
        import pypdfium2.raw as c

        pdf = pypdfium2.PdfDocument(self._content)
        if pdf.get_formtype() != c.FORMTYPE_NONE:
            with contextlib.suppress(pypdfium2.PdfiumError):  # a broken form: its pages are read without it
                pdf.init_forms()
        return pdf

    def __len__(self) -> int:
        return len(self._pdf)

    def open_page(self, index: int) -> Any:
        """pdfium's page (from 0), which the caller closes before asking for another. Raises pypdfium2.PdfiumError.

        What was typed into its form fields, or set over it, is part of its content.
        """
        if self._n_read >= PAGES_HELD:
            self._pdf.close()
            self._pdf = self._open()
            self._n_read = 0
        self._n_read += 1
        page = self._pdf[index]
        if has_typed_text(page):
            paint_typed_text(page)
            page.close()
            return self._pdf[index]
        if page.formenv:
            hide_seals(page)
        return page

    def close(self) -> None:
        """Gives pdfium's memory back."""
        self._pdf.close()
