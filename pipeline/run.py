"""One file from source to Result: the recipe. Read first.

source → pages or blocks → document → report → Result
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from pipeline import __version__
from pipeline.document import Document, Issue, Page, Source
from pipeline.errors import DependencyError, InputError
from pipeline.failed import failed
from pipeline.records import Result
from pipeline.settings import OcrSettings, ocr_settings


def extract_file(path: str, ocr: OcrSettings | None = None, when_read: Callable[[], None] = lambda: None) -> Result:
    """Everything that one file says. A file that cannot be read gives a `failed` report with the reason.

    `when_read` is called between reading the document and extracting from it.
    """
    from pipeline.read.source import open_source

    try:
        source = open_source(path)
    except InputError as error:
        return failed(path, None, str(error))
    try:
        document = read_document(source, ocr)
        when_read()
        return document_to_result(document, ocr)
    except (InputError, DependencyError) as error:
        return failed(path, source, str(error))


def read_document(source: Source, ocr: OcrSettings | None = None) -> Document:
    """The document behind a source, by one of two doors: pages of words and rulings, or blocks with exact tables."""
    from pipeline.pictures import read_pictures
    from pipeline.read import read_blocks

    settings = ocr or ocr_settings()
    if source.kind in ("pdf", "image"):
        return read_paginated(source, settings)
    document = read_pictures(read_blocks(source), settings)
    if source.kind == "text":
        from pipeline.tables.flat import rebuild_tables

        return replace(document, blocks=tuple(rebuild_tables(document.blocks)))
    if source.kind in ("xlsx", "xls", "csv"):
        from pipeline.tables.lines import lift_lines

        return replace(document, blocks=tuple(lift_lines(document.blocks)))
    return document


def read_paginated(source: Source, ocr: OcrSettings) -> Document:
    """Pages of words and rulings → paragraphs and tables in reading order, joined across the page breaks."""
    from pipeline.pages import pages_to_blocks, read_all_pages

    issues: list[Issue] = []
    n_pages = n_ocr_pages = 0

    def counted_pages() -> Iterator[Page]:
        nonlocal n_pages, n_ocr_pages
        for page, issue in read_all_pages(source, ocr):
            n_pages += 1
            n_ocr_pages += page.by_ocr
            issues.extend([issue] if issue else [])
            yield page

    blocks = tuple(pages_to_blocks(counted_pages()))
    if not blocks and not issues:
        issues.append(Issue("document_blank", "全部页面都是空白，没有可读的内容：请核对是否选错或导错了文件"))
    return Document(source, blocks, n_pages=n_pages, n_ocr_pages=n_ocr_pages, issues=tuple(issues))


def document_to_result(document: Document, ocr: OcrSettings | None = None) -> Result:
    """The dataset's rows of one document, misread numbers put right where that is proven, and how sure each row is."""
    from pipeline.audit import find_findings
    from pipeline.extract import find_entities, read_report
    from pipeline.layout.markdown import blocks_to_markdown, locate_entities, table_cells
    from pipeline.layout.people import withhold_people
    from pipeline.layout.places import locate_rows
    from pipeline.repair import rate_confidence, repair_result, second_reader

    document = replace(document, blocks=tuple(withhold_people(document.blocks)))
    result = locate_rows(read_report(document, __version__), document.blocks)
    text, places = blocks_to_markdown(document.blocks)
    entities = locate_entities(find_entities(text), places)
    result = replace(result, tables=table_cells(document.blocks), text=text, entities=entities)
    result = replace(result, findings=find_findings(result))
    result = repair_result(document, result, second_reader(document.source, ocr or ocr_settings()))
    return rate_confidence(document, result)
