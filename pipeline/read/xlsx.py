"""The cells of an xlsx package, streamed: what is declared but empty costs nothing, what is hostile is refused.

Not by openpyxl: it drops merged areas when it streams, and it fails on the style sheets of several office suites.
"""

from __future__ import annotations

import io
import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pipeline.errors import InputError
from pipeline.read.grid import clean_text
from pipeline.read.number_format import builtin_format, shown_number
from pipeline.read.package import BROKEN_ZIP, Package, attribute, child, name_of
from pipeline.read.sheet_blocks import Sheet, Span, check_cell_count
from pipeline.read.sheet_hidden import UnreadCells, drop_hidden

if TYPE_CHECKING:
    from lxml import etree

MAX_MERGES = 200_000
MAX_COLUMNS = 16_384
MAX_DIGITS = 9  # of a row's or a column's number
_CELL_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")


TYPED_CONSTANT = re.compile(r"\s*\d[\d,.]*\s*%?\s*")  # a "formula" that computes nothing


@dataclass(slots=True)
class _Cells:
    """What one sheet holds."""

    texts: dict[tuple[int, int], str] = field(default_factory=dict)
    spans: list[Span] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_cols: set[int] = field(default_factory=set)


def read_sheets(package: Package, unread: UnreadCells) -> Iterator[Sheet]:
    """The visible sheets of an xlsx package, one at a time; what they do not show is put down in `unread`."""
    workbook = next((n for n in package.names if re.fullmatch(r"xl/workbook\d*\.xml", n, re.I)), None)
    if workbook is None:
        raise InputError("文件不是 Excel 工作簿，或已损坏：请用 Excel/WPS 打开后另存为 xlsx")
    root = package.xml(workbook)
    folder = posixpath.dirname(workbook)
    targets = package.relations(workbook)
    strings = list(_shared_strings(package, f"{folder}/sharedStrings.xml"))
    formats = _formats(package, f"{folder}/styles.xml")
    properties = child(root, "workbookPr")
    epoch_1904 = properties is not None and attribute(properties, "date1904") in ("1", "true")
    n_cells = 0
    for sheet in child(root, "sheets") if child(root, "sheets") is not None else ():  # type: ignore[union-attr]
        part = targets.get(attribute(sheet, "id") or "")
        if attribute(sheet, "state") in ("hidden", "veryHidden") or part is None:
            continue
        cells = _read_sheet(package, part, strings, formats, epoch_1904, unread.uncomputed)
        n_cells += len(cells.texts)
        check_cell_count(n_cells)
        pictures = tuple(_sheet_pictures(package, part))
        whole = Sheet(attribute(sheet, "name") or "", cells.texts, tuple(cells.spans), pictures)
        yield drop_hidden(whole, cells.hidden_rows, cells.hidden_cols, unread)


def _sheet_pictures(package: Package, part: str) -> Iterator[bytes]:
    """The pictures on a sheet in the order in which they were placed; a damaged one is left out."""
    drawings = [target for target in package.relations(part).values() if "/drawings/drawing" in target]
    for drawing in drawings:
        targets = package.relations(drawing)
        for blip in _elements(package, drawing, ("blip",)):
            target = targets.get(attribute(blip, "embed") or "")
            if target is not None:
                yield from _undamaged(package, target)


def _undamaged(package: Package, part: str) -> Iterator[bytes]:
    try:
        content = package.read(part)
    except InputError:
        return
    yield content


def _elements(package: Package, part: str, names: tuple[str, ...]) -> Iterator[etree._Element]:
    """The elements of those names in a part, each freed when the next is asked for."""
    from lxml import etree

    if part not in package:
        return
    tags = [f"{{*}}{name}" for name in names]
    walk: Any = etree.iterparse(
        io.BytesIO(package.xml_bytes(part)), events=("end",), tag=tags, resolve_entities=False, no_network=True
    )
    try:
        for _, element in walk:
            yield element
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
    except etree.XMLSyntaxError as error:
        raise InputError(BROKEN_ZIP) from error


def _shared_strings(package: Package, part: str) -> Iterator[str]:
    for item in _elements(package, part, ("si",)):
        yield _string_of(item)


def _string_of(item: etree._Element) -> str:
    """The text of a string item: its runs joined, pronunciation hints left out."""
    texts: list[str] = []
    for element in item.iter():
        parent = element.getparent()
        if name_of(element) == "t" and not (parent is not None and name_of(parent) == "rPh"):
            texts.append(element.text or "")
    return "".join(texts)


def _formats(package: Package, part: str) -> list[str]:
    """Format code of each cell style, by style number."""
    if part not in package:
        return []
    root = package.xml(part)
    codes = {attribute(f, "numFmtId"): attribute(f, "formatCode") or "General" for f in _below(root, "numFmts")}
    formats: list[str] = []
    for style in _below(root, "cellXfs"):
        format_id = attribute(style, "numFmtId") or "0"
        formats.append(codes.get(format_id) or builtin_format(int(format_id) if format_id.isdigit() else 0))
    return formats


def _below(root: etree._Element, name: str) -> list[etree._Element]:
    found = child(root, name)
    return [] if found is None else list(found)


def _read_sheet(
    package: Package, part: str, strings: list[str], formats: list[str], epoch_1904: bool, uncomputed: list[str]
) -> _Cells:
    """Non-empty cells, merged areas and hidden rows and columns of one sheet, streamed.

    Rows that a filter hides are read, and so are those of a group that is folded up: both belong to the sheet.
    """
    cells = _Cells()
    row = col = -1
    for element in _elements(package, part, ("c", "row", "col", "mergeCell", "autoFilter")):
        name = name_of(element)
        if name == "row":
            row = _number_of(element, "r", row + (2 if col == -1 else 1)) - 1  # a row without a number or cells counts
            col = -1
            if _is_hidden(element):
                cells.hidden_rows.add(row)
        elif name == "col":
            if _is_hidden(element):
                last = min(_number_of(element, "max", 0), MAX_COLUMNS)
                cells.hidden_cols.update(range(max(_number_of(element, "min", 1) - 1, 0), last))
        elif name == "mergeCell":
            cells.spans.extend(_reference_to_span(element.get("ref") or ""))
            if len(cells.spans) > MAX_MERGES:
                raise InputError(f"合并单元格超过 {MAX_MERGES} 处，不像绩效文件：请只保留需要的工作表再读取")
        elif name == "autoFilter":
            for span in _reference_to_span(element.get("ref") or ""):
                cells.hidden_rows = {hidden for hidden in cells.hidden_rows if not span.row < hidden < span.end_row}
        else:
            place = _reference_to_place(element.get("r") or "") or (row + (col == -1), col + 1)
            row, col = place
            if text := clean_text(_shown_cell(element, strings, formats, epoch_1904)):
                cells.texts[place] = text
                check_cell_count(len(cells.texts))
            elif _is_uncomputed(element):
                uncomputed.append(element.get("r") or "?")
    return cells


def _is_hidden(element: etree._Element) -> bool:
    """Whether a row or columns were hidden on purpose, not folded up with their group."""
    is_grouped = (element.get("outlineLevel") or "0") != "0"
    return element.get("hidden") in ("1", "true") and not is_grouped


def _number_of(element: etree._Element, name: str, default: int) -> int:
    text = element.get(name) or ""
    return int(text) if text.isdecimal() and len(text) <= MAX_DIGITS else default


def _is_uncomputed(cell: etree._Element) -> bool:
    """Whether a cell holds a formula without the value that it had; a formula may well give an empty text."""
    stored = child(cell, "v")
    return child(cell, "f") is not None and cell.get("t") != "str" and (stored is None or not stored.text)


def _shown_cell(cell: etree._Element, strings: list[str], formats: list[str], epoch_1904: bool) -> str:
    """The text that a cell shows; a target that was typed as `=100%` stays what its author wrote."""
    typed = child(cell, "f")
    if typed is not None and TYPED_CONSTANT.fullmatch(typed.text or ""):
        return f"={(typed.text or '').strip()}"
    kind = cell.get("t") or "n"
    if kind == "inlineStr":
        inline = child(cell, "is")
        return _string_of(inline) if inline is not None else ""
    stored = child(cell, "v")
    value = (stored.text or "") if stored is not None else ""
    if kind == "s":
        return strings[int(value)] if value.strip().isdigit() and int(value) < len(strings) else ""
    if kind == "b":
        return "TRUE" if value.strip() == "1" else "FALSE"
    if kind != "n" or not value.strip():
        return value
    style = cell.get("s") or "0"
    known = style.isdigit() and int(style) < len(formats)
    return shown_number(value, formats[int(style)] if known else "General", epoch_1904)


def _reference_to_place(reference: str) -> tuple[int, int] | None:
    """`B3` → (2, 1)."""
    match = _CELL_REFERENCE.fullmatch(reference)
    if match is None:
        return None
    col = 0
    for letter in match.group(1):
        col = col * 26 + ord(letter) - ord("A") + 1
    return int(match.group(2)) - 1, col - 1


def _reference_to_span(reference: str) -> list[Span]:
    """`A1:B3` → its area; nothing for a reference that is no area."""
    first, _, last = reference.partition(":")
    start, end = _reference_to_place(first), _reference_to_place(last)
    if start is None or end is None or end < start or end[1] < start[1]:
        return []
    return [Span(start[0], start[1], end[0] + 1, end[1] + 1)]
