"""Word documents (docx): paragraphs and exact tables in the order of the page."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from pipeline.document import Block, Document, Issue, Paragraph, Source
from pipeline.errors import InputError
from pipeline.read.grid import MAX_TABLE_CELLS, RawCell, clean_text, heading_level, join_heading, raw_cells_to_blocks
from pipeline.read.numbering import Numbering, read_numbering
from pipeline.read.package import Package, attribute, child, is_on, name_of, value_of
from pipeline.read.pictures import PictureShelf
from pipeline.read.word_pictures import ShownPicture
from pipeline.read.word_text import (
    Style,
    default_style_id,
    gather,
    join_label,
    number_label,
    read_styles,
)

if TYPE_CHECKING:
    from lxml import etree

MAX_NESTING = 40  # tables and text boxes inside each other
SLIVER_TWIPS = 100  # 5 pt: narrower grid columns come from edges that were meant to align
_WRAPPERS = frozenset({"sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag", "AlternateContent", "Choice"})
_TOC_ENTRY = re.compile(r"(?:toc|目录)\s*\d")
_ENDS_IN_PAGE_NUMBER = re.compile(r"[\s.…·]\d{1,4}$")
_TITLE_STYLES = frozenset({"title", "标题"})


@dataclass(slots=True)
class _Reading:
    """One pass over a document: what it defines, and what could not be read."""

    styles: dict[str, Style]
    default_style: str | None
    numbering: Numbering
    part_of: Callable[[str | None], bytes | None]  # relationship id → what it leads to
    shelf: PictureShelf = field(default_factory=PictureShelf)
    n_parts_skipped: int = 0
    n_cells: int = 0
    meta: list[tuple[str, str]] = field(default_factory=list)

    def style_of(self, paragraph: etree._Element) -> Style:
        style_id = value_of(child(paragraph, "pPr"), "pStyle") or self.default_style
        return self.styles.get(style_id or "", Style())

    def take_picture(self, shown: ShownPicture) -> str:
        return self.shelf.add(self.part_of(shown.relation), shown.width_pt, shown.cut_off)


def read_docx(source: Source) -> Document:
    """Paragraphs and tables of a docx in page order, merged cells with their exact spans.

    Raises InputError for truncated and hostile packages.
    """
    return docx_to_document(source, source.content)


def docx_to_document(source: Source, content: bytes) -> Document:
    """The Document of `source` out of docx bytes, which may have been converted from what the source holds."""
    package = Package(content)
    part = _main_part(package)
    body = child(package.xml(part), "body")
    if body is None:
        raise InputError("Word 文件没有正文部分，可能已损坏：请用 Word/WPS 打开后另存为 docx")
    folder = posixpath.dirname(part)
    styles = _optional_xml(package, f"{folder}/styles.xml")
    numbering = _optional_xml(package, f"{folder}/numbering.xml")
    part_of = partial(_related_part, package, package.relations(part))
    reading = _Reading(read_styles(styles), default_style_id(styles), read_numbering(numbering), part_of)
    blocks = tuple(_read_blocks(reading, body, 0))
    pictures = tuple(reading.shelf.pictures)
    return Document(source=source, blocks=blocks, issues=tuple(_issues(reading)), pictures=pictures)


def _main_part(package: Package) -> str:
    """Name of the part that holds the body (some writers call it document2.xml)."""
    parts = sorted(n for n in package.names if re.fullmatch(r"word/document\d*\.xml", n, re.I))
    if not parts:
        raise InputError("文件不是 Word 文档，或已损坏：请用 Word/WPS 打开后另存为 docx")
    return parts[0]


def _optional_xml(package: Package, name: str) -> etree._Element | None:
    return package.xml(name) if name in package else None


def _related_part(package: Package, targets: dict[str, str], relation: str | None) -> bytes | None:
    """What a relationship of the body leads to; None where that is missing or damaged: the text does not need it."""
    if relation not in targets:
        return None
    try:
        return package.read(targets[relation])
    except InputError:
        return None


def _issues(reading: _Reading) -> Iterator[Issue]:
    yield from reading.shelf.issues("文")
    if reading.n_parts_skipped:
        found = f"文中嵌入了 {reading.n_parts_skipped} 个外来片段，没有读取"
        yield Issue("part_skipped", f"{found}：请用 Word/WPS 另存后再试")


def _read_blocks(reading: _Reading, parent: etree._Element, depth: int) -> Iterator[Block]:
    """Blocks below a body, a cell or a text box."""
    if depth > MAX_NESTING:
        reading.n_parts_skipped += 1
        return
    for element in _unwrapped(parent):
        name = name_of(element)
        if name == "p":
            yield from _read_paragraph(reading, element, depth)
        elif name == "tbl":
            yield from _read_table(reading, element, depth)
        elif name == "altChunk":
            reading.n_parts_skipped += 1


def _unwrapped(parent: etree._Element) -> Iterator[etree._Element]:
    """Children, those inside content controls, insertions and custom markup included."""
    for element in parent:
        if name_of(element) not in _WRAPPERS:
            yield element
            continue
        yield from _unwrapped(element)


def _read_paragraph(reading: _Reading, element: etree._Element, depth: int) -> Iterator[Block]:
    """The paragraph, then what stands in text boxes anchored to it; nothing for a line of a table of contents."""
    style = reading.style_of(element)
    properties = child(element, "pPr")
    gathered = gather(element, reading.styles, reading.take_picture)
    text = clean_text(gathered.text)
    is_deleted = is_on(child(properties, "rPr"), "del") and not text
    if not is_deleted and (text or not gathered.text_boxes):
        label = number_label(element, style, reading.numbering)
        text = join_label(label, text) if text else label.strip()
    if text and not (_TOC_ENTRY.match(style.name) and _ENDS_IN_PAGE_NUMBER.search(text)):
        centered = (value_of(properties, "jc") or style.alignment) == "center"
        level = _outline_level(properties, style)
        for line in [join_heading(text)] if level else text.split("\n"):
            yield Paragraph(line, level=level or heading_level(line), centered=centered)
    for box in gathered.text_boxes:
        yield from _read_blocks(reading, box, depth + 1)


def _outline_level(properties: etree._Element | None, style: Style) -> int:
    """Heading level 1..9: the outline's or the title style's; 0 where Word knows of none."""
    stated = value_of(properties, "outlineLvl")
    outline = int(stated) if stated and stated.isdigit() else style.outline
    if outline is not None and outline < 9:
        return outline + 1
    return 1 if style.name in _TITLE_STYLES else 0


def _read_table(reading: _Reading, element: etree._Element, depth: int) -> list[Block]:
    """The blocks of a table: itself with the tables inside it, or its contents where it only frames them."""
    cells: list[RawCell] = []
    open_merges: dict[int, int] = {}  # column → index of the cell that a vertical merge goes on from
    row = 0
    for tr in (e for e in _unwrapped(element) if name_of(e) == "tr"):
        if _is_dropped_row(tr):
            continue
        open_merges = _read_row(reading, tr, row, cells, open_merges, depth)
        row += 1
    widths = [int(w) for w in _grid_widths(element)]
    return raw_cells_to_blocks(drop_slivers(cells, widths))


def _is_dropped_row(tr: etree._Element) -> bool:
    properties = child(tr, "trPr")
    return child(properties, "del") is not None or is_on(properties, "hidden")


def _grid_widths(table: etree._Element) -> Iterator[str]:
    for column in child(table, "tblGrid") if child(table, "tblGrid") is not None else ():  # type: ignore[union-attr]
        if name_of(column) == "gridCol":
            width = attribute(column, "w") or "0"
            yield width if width.isdigit() else "0"


def _read_row(
    reading: _Reading, tr: etree._Element, row: int, cells: list[RawCell], above: dict[int, int], depth: int
) -> dict[int, int]:
    """Adds a row's cells to `cells`, lengthens those merged from above; gives the merges open to the next row."""
    col = _grid_span(child(tr, "trPr"), "gridBefore", 0)
    merges: dict[int, int] = {}
    for tc in (e for e in _unwrapped(tr) if name_of(e) == "tc"):
        properties = child(tc, "tcPr")
        span = _grid_span(properties, "gridSpan", 1)
        vertical, horizontal = _merge(properties, "vMerge"), _merge(properties, "hMerge")
        if vertical == "continue" and col in above:
            _lengthen(cells, above[col], row)
            merges[col] = above[col]
        elif horizontal == "continue" and cells and cells[-1].row == row:
            _widen(cells, span)
        else:
            if vertical is not None:
                merges[col] = len(cells)
            cells.append(RawCell(row, col, 1, span, tuple(_read_blocks(reading, tc, depth + 1))))
            reading.n_cells += 1
            if reading.n_cells > MAX_TABLE_CELLS:
                raise InputError(f"表格单元格超过 {MAX_TABLE_CELLS} 个，不像绩效文件：请拆分后再读取")
        col += span
    return merges


def _grid_span(properties: etree._Element | None, name: str, default: int) -> int:
    text = value_of(properties, name) or ""
    return min(max(int(text), default), 1000) if text.isdigit() else default


def _merge(properties: etree._Element | None, name: str) -> str | None:
    """`restart`, `continue` or None. Word writes a continued merge without a value."""
    found = child(properties, name)
    return None if found is None else attribute(found, "val") or "continue"


def _lengthen(cells: list[RawCell], index: int, row: int) -> None:
    cell = cells[index]
    cells[index] = RawCell(cell.row, cell.col, row - cell.row + 1, cell.colspan, cell.blocks)


def _widen(cells: list[RawCell], span: int) -> None:
    cell = cells[-1]
    cells[-1] = RawCell(cell.row, cell.col, cell.rowspan, cell.colspan + span, cell.blocks)


def drop_slivers(cells: Sequence[RawCell], widths_twips: Sequence[int]) -> list[RawCell]:
    """The cells on a grid without columns too narrow to hold anything.

    Rows whose edges miss each other by a hair give Word a grid column of a few twips; over it, a head and its values no
    longer share their columns. A narrow column that a cell has to itself stays.
    """
    kept = list(cells)
    for column in range(len(widths_twips) - 1, -1, -1):
        if not 0 < widths_twips[column] < SLIVER_TWIPS:
            continue
        if any(c.col == column and c.colspan == 1 for c in kept):
            continue
        kept = [_without_column(c, column) for c in kept]
    return kept


def _without_column(cell: RawCell, column: int) -> RawCell:
    if cell.col > column:
        return RawCell(cell.row, cell.col - 1, cell.rowspan, cell.colspan, cell.blocks)
    if cell.col <= column < cell.col + cell.colspan:
        return RawCell(cell.row, cell.col, cell.rowspan, cell.colspan - 1, cell.blocks)
    return cell
