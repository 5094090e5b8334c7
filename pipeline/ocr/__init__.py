"""Page image → words and rulings: image preparation, the Engine protocol, one module per engine."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from pipeline.document import Box, Issue, Page, PageImage
from pipeline.settings import OcrSettings

if TYPE_CHECKING:
    from pipeline.ocr.engine import Engine
    from pipeline.ocr.pages import UprightPage


def read_page(picture: PageImage, settings: OcrSettings) -> tuple[Page, Issue | None]:
    """Words and rulings of the page in a picture, and what keeps it from being read.

    A blank sheet is no fault; a picture that is not blank and holds no text is.
    Raises DependencyError where the engine is not installed.
    """
    from pipeline.ocr.pages import read_page_image

    page, is_blank = read_page_image(picture, _engine(settings))
    if page.words or is_blank:
        return page, None
    return page, Issue("page_without_text", f"第{page.number}页没有识别出文字，可能只有照片或图案", page.number)


def prepare_upright(picture: PageImage, settings: OcrSettings) -> UprightPage:
    """The page in a picture as it is given to the recogniser: upright, straight, evenly lit."""
    from pipeline.ocr.pages import prepare_page, read_upright

    return read_upright(picture, prepare_page(picture), _engine(settings)).page


def read_again(picture: PageImage, boxes: Sequence[Box], settings: OcrSettings) -> list[tuple[str, ...]]:
    """What several readings of each cell's picture give, the cells in points of the upright page; () where none."""
    from pipeline.ocr.second import read_cells_again

    page = prepare_upright(picture, settings)
    return read_cells_again(page.image, page.dpi, boxes, _engine(settings))


@cache
def _engine(settings: OcrSettings) -> Engine:
    """The engine, loaded once a process: models take a second and some hundred megabytes."""
    from pipeline.ocr.cache import Cache, CachedEngine, cache_folder
    from pipeline.ocr.engine import DEFAULT_ENGINE, make_engine
    from pipeline.ocr.opencv import cv2

    cv2.setNumThreads(settings.threads)
    engine = make_engine(settings.engine or DEFAULT_ENGINE, settings.threads)
    return CachedEngine(engine, Cache(cache_folder())) if settings.use_cache else engine
