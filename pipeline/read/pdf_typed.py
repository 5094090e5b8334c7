"""What was typed into a PDF: filled fields and text set over a page, no part of its content until they are painted."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

PICTURE_COVERAGE = 0.5  # of the page by pictures: it is recognised from its picture, on which what was typed is shown


def has_typed_text(page: Any) -> bool:
    """Whether a pdfium page has filled-in fields or text set over it, and is no scan."""
    import pypdfium2.raw as c

    if not c.FPDFPage_GetAnnotCount(page) or not any(_is_typed(page, annotation) for annotation in _annotations(page)):
        return False
    left, bottom, right, top = page.get_cropbox()
    covered = 0.0
    for image in page.get_objects(filter=(c.FPDF_PAGEOBJ_IMAGE,), max_depth=3):
        x0, y0, x1, y1 = image.get_bounds()
        covered += max(0.0, min(x1, right) - max(x0, left)) * max(0.0, min(y1, top) - max(y0, bottom))
    return bool(covered < PICTURE_COVERAGE * (right - left) * (top - bottom))


def paint_typed_text(page: Any) -> None:
    """Nothing comes out; what was typed is part of the page's content when the page is opened anew.

    Stamps, seals of signatures and links stay out of it: they are not what the form says.
    """
    import pypdfium2.raw as c

    for annotation in _annotations(page):
        if not _is_typed(page, annotation):
            _hide(annotation)
    c.FPDFPage_Flatten(page, c.FLAT_NORMALDISPLAY)


def hide_seals(page: Any) -> None:
    """Nothing comes out; fields that nobody types into (seals, buttons, boxes to tick) are not drawn over the page."""
    import pypdfium2.raw as c

    for annotation in _annotations(page):
        if c.FPDFAnnot_GetSubtype(annotation) == c.FPDF_ANNOT_WIDGET and not _is_typed(page, annotation):
            _hide(annotation)


def _hide(annotation: Any) -> None:
    import pypdfium2.raw as c

    c.FPDFAnnot_SetFlags(annotation, c.FPDFAnnot_GetFlags(annotation) | c.FPDF_ANNOT_FLAG_HIDDEN)


def _annotations(page: Any) -> Iterator[Any]:
    """The annotations of a page, each open until the next is asked for."""
    import pypdfium2.raw as c

    for index in range(c.FPDFPage_GetAnnotCount(page)):
        annotation = c.FPDFPage_GetAnnot(page, index)
        if annotation:
            with contextlib.ExitStack() as stack:
                stack.callback(c.FPDFPage_CloseAnnot, annotation)
                yield annotation


def _is_typed(page: Any, annotation: Any) -> bool:
    """Whether it is text: set over the page, or in a field that is typed into or chosen from."""
    import pypdfium2.raw as c

    kind = c.FPDFAnnot_GetSubtype(annotation)
    if kind == c.FPDF_ANNOT_FREETEXT:
        return True
    if kind != c.FPDF_ANNOT_WIDGET or not page.formenv:
        return False
    typed = (c.FPDF_FORMFIELD_TEXTFIELD, c.FPDF_FORMFIELD_COMBOBOX, c.FPDF_FORMFIELD_LISTBOX)
    return c.FPDFAnnot_GetFormFieldType(page.formenv, annotation) in typed
