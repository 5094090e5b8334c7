"""The second reading of a document's cells: the picture of their page made once more, only where it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pipeline.document import Box, PageImage, Source
from pipeline.errors import DependencyError
from pipeline.settings import OcrSettings

# Cells of one page → what several readings of each give; () for a cell that cannot be read again.
SecondReader = Callable[[int, Sequence[Box]], list[tuple[str, ...]]]


def second_reader(source: Source, ocr: OcrSettings) -> SecondReader:
    """Reads cells of a paginated file again; of other files, and without an engine, nothing."""

    def read(page: int, boxes: Sequence[Box]) -> list[tuple[str, ...]]:
        from pipeline.ocr import read_again

        picture = page_picture(source, page) if ocr.engine is not None else None
        if picture is None:
            return [() for _ in boxes]
        try:
            return read_again(picture, boxes, ocr)
        except DependencyError:
            return [() for _ in boxes]

    return read


def page_picture(source: Source, number: int) -> PageImage | None:
    """The picture of a page (from 1) as it was recognised; None where there is none."""
    from pipeline.read.image import PdfPictures, read_page_images

    if source.kind == "pdf":
        with PdfPictures(source) as pictures:
            made = pictures.render(number)
        return made if isinstance(made, PageImage) else None
    if source.kind != "image":
        return None
    pictured = (page for page in read_page_images(source) if isinstance(page, PageImage))
    return next((page for page in pictured if page.number == number), None)
