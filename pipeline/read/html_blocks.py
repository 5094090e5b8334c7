"""Markup to blocks: paragraphs as a browser breaks them, tables with the browser's own cell algorithm.

Source: HTML Living Standard, 4.9.12 (forming a table); CSS Text 3, 4.1 (white space; line feeds between ideographs).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pipeline.document import Block, Paragraph
from pipeline.errors import InputError
from pipeline.read.grid import (
    MAX_TABLE_CELLS,
    RawCell,
    clean_text,
    clip_spans,
    heading_level,
    join_heading,
    raw_cells_to_blocks,
)

if TYPE_CHECKING:
    from lxml import etree

MAX_NESTING = 12  # tables inside tables: pages nest eight at most, and each level repeats the text of those inside
MAX_COLSPAN = 1000
MAX_COLUMNS = 3000
MAX_ROWSPAN = 65_534
_HEADING_MAX_CHARS = 120
_BREAK = "\v"  # a line break that the page asks for, as opposed to one of its source text
BLOCK_TAGS = frozenset(
    {
        "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dir", "div", "dl",
        "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr",
        "html", "li", "main", "menu", "nav", "ol", "option", "p", "pre", "section", "summary", "td", "th", "tr", "ul",
    }
)  # fmt: skip
_CELL_TAGS = frozenset({"td", "th"})
_ROW_GROUPS = frozenset({"thead", "tbody", "tfoot"})
_SPACES = re.compile(r"[ \t\f]*[\r\n][ \t\r\n\f]*")
_IDEOGRAPH = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f“”‘’—…"
_SOURCE_BREAK = re.compile(f"(?<=[{_IDEOGRAPH}])\n(?=[{_IDEOGRAPH}])")
_WORD_FIELD = re.compile(
    r"\[bookmark:[^\]]*\]|HYPERLINK\s+(?:\\l\s*)?[\"“”]?_?Toc\w*[\"“”]?|PAGEREF\s+_Toc\d+(?:\s*\\[a-z*](?:\s*MERGEFORMAT)?)*"
    r"|TOC\s+(?:\\[a-z]\s*(?:[\"“][^\"”]*[\"”])?\s*)+"
)
_INTEGER = re.compile(r"\s*(\d{1,9})")
_CENTERED = re.compile(r"text-align\s*:\s*center", re.I)


@dataclass(slots=True)
class Walk:
    """What one pass over the markup counts: cells, so that a bomb ends, and tables nested too deep to follow."""

    split_rows: Callable[[list[RawCell]], list[list[RawCell]]] = lambda cells: [cells]
    n_cells: int = 0
    n_skipped: int = 0


@dataclass(slots=True)
class _Lines:
    """Inline text collected since the last break."""

    parts: list[str] = field(default_factory=list)
    has_text: bool = False

    def add(self, text: str | None) -> None:
        if text:
            self.parts.append(text)
            self.has_text = self.has_text or not text.isspace()

    def take(self) -> str:
        parts, self.parts = self.parts, []
        if not self.has_text:
            return ""
        self.has_text = False
        return inline_text("".join(parts))


def inline_text(text: str) -> str:
    """Source text as shown: blanks folded, source line breaks gone between ideographs, Word's field codes removed."""
    text = _SOURCE_BREAK.sub("", _SPACES.sub("\n", text)).replace("\n", " ").replace(_BREAK, "\n")
    return clean_text(re.sub(" {2,}", " ", _WORD_FIELD.sub("", text)))


def element_to_blocks(root: etree._Element, walk: Walk, depth: int = 0) -> list[Block]:
    """The blocks below an element, in order. The walk over the tree is iterative: pages nest without limit."""
    from lxml import etree

    blocks: list[Block] = []
    lines = _Lines()
    n_pre = 0
    events: Any = etree.iterwalk(root, events=("start", "end"))
    holder = root  # the block element that the collected text stands in
    for event, element in events:
        tag = element.tag
        if tag == "table" and element is not root:
            if event == "start":
                blocks.extend(_to_paragraphs(lines.take(), holder))
                blocks.extend(table_to_blocks(element, walk, depth + 1))
                events.skip_subtree()
                continue
            lines.add(element.tail)
            continue
        is_block = tag in BLOCK_TAGS
        if event == "start":
            if is_block:
                blocks.extend(_to_paragraphs(lines.take(), holder))
                holder = element
            n_pre += tag == "pre"
            lines.add(_BREAK if tag == "br" else _kept(element.text, n_pre))
            continue
        n_pre -= tag == "pre"
        if is_block:
            blocks.extend(_to_paragraphs(lines.take(), element))
            parent = element.getparent()
            holder = element if element is root or parent is None else parent
        if element is not root:
            lines.add(_kept(element.tail, n_pre))
    blocks.extend(_to_paragraphs(lines.take(), root))
    return blocks


def _kept(text: str | None, n_pre: int) -> str | None:
    """Text whose line breaks count where it stands in preformatted text."""
    return text.replace("\r\n", "\n").replace("\n", _BREAK) if text and n_pre else text


def _to_paragraphs(text: str, element: etree._Element) -> Iterator[Paragraph]:
    """A paragraph per line that the page shows; the lines of a heading are one paragraph."""
    if not text:
        return
    level = _stated_level(element)
    if level is None:
        return
    centered = is_centered(element)
    if level and len(text) <= _HEADING_MAX_CHARS:
        yield Paragraph(join_heading(text), level=level, centered=centered)
        return
    for line in text.split("\n"):
        yield Paragraph(line, level=heading_level(line), centered=centered)


def _stated_level(element: etree._Element) -> int | None:
    """The level that the markup states, 0 where it states none, None for a line of Word's table of contents."""
    tag = element.tag
    if isinstance(tag, str) and len(tag) == 2 and tag[0] == "h" and tag[1] in "123456":
        return int(tag[1])
    word_class = (element.get("class") or "").lower()
    if word_class.startswith("msotoc") and word_class[6:7].isdigit():
        return None
    return 1 if word_class == "msotitle" else 0


def is_centered(element: etree._Element) -> bool:
    """Whether an element, or the nearest ancestor that says so, centres its text (four levels up at most)."""
    current: etree._Element | None = element
    for _ in range(4):
        if current is None or current.tag in _CELL_TAGS:
            return False
        align = (current.get("align") or "").lower()
        style = current.get("style") or ""
        if current.tag == "center" or align == "center" or _CENTERED.search(style):
            return True
        if align or "text-align" in style.lower():
            return False
        current = current.getparent()
    return False


def table_to_blocks(table: etree._Element, walk: Walk, depth: int) -> list[Block]:
    """The blocks that a table element stands for: a Table, or its contents where it only positions them."""
    if depth > MAX_NESTING:
        walk.n_skipped += 1
        return []
    captions = [b for c in table if c.tag == "caption" for b in element_to_blocks(c, walk, depth)]
    groups = list(_row_groups(table))
    cells: list[RawCell] = []
    first_row = 0
    for rows in groups:
        cells.extend(_group_to_cells(rows, first_row, walk, depth))
        first_row += len(rows)
    blocks: list[Block] = [*captions]
    for part in walk.split_rows(clip_spans(cells)):
        blocks.extend(raw_cells_to_blocks(part))
    return blocks


def _row_groups(table: etree._Element) -> Iterator[list[list[etree._Element]]]:
    """The row groups of a table in the order shown (foot last): lists of rows, which are lists of cell elements."""
    loose: list[list[etree._Element]] = []
    feet: list[list[list[etree._Element]]] = []
    for element in _through_wrappers(table, _ROW_GROUPS | _CELL_TAGS | {"tr"}):
        if element.tag in _ROW_GROUPS:
            if loose:
                yield loose
                loose = []
            rows = _rows_of(element)
            if element.tag == "tfoot":
                feet.append(rows)
            else:
                yield rows
        else:
            _add_to_rows(loose, element)
    if loose:
        yield loose
    yield from feet


def _rows_of(group: etree._Element) -> list[list[etree._Element]]:
    rows: list[list[etree._Element]] = []
    for element in _through_wrappers(group, _CELL_TAGS | {"tr"}):
        _add_to_rows(rows, element)
    return rows


def _add_to_rows(rows: list[list[etree._Element]], element: etree._Element) -> None:
    """A row for a tr; a cell without a row joins the row before it, as if the tr had been forgotten."""
    if element.tag == "tr":
        rows.append(list(_through_wrappers(element, _CELL_TAGS)))
    elif not rows:
        rows.append([element])
    else:
        rows[-1].append(element)


def _through_wrappers(parent: etree._Element, wanted: frozenset[str]) -> Iterator[etree._Element]:
    """The nearest descendants with a wanted tag; forms and other strays between table parts are looked through."""
    stack = list(reversed(parent))
    while stack:
        element = stack.pop()
        if element.tag in wanted:
            yield element
        elif element.tag not in ("table", "caption", "colgroup") and isinstance(element.tag, str):
            stack.extend(reversed(element))


def _group_to_cells(rows: Sequence[list[etree._Element]], first_row: int, walk: Walk, depth: int) -> Iterator[RawCell]:
    """The cells of one row group in their grid places; a rowspan ends with its group, rowspan 0 fills it."""
    taken: dict[int, int] = {}  # column → first row in which it is free again
    for index, elements in enumerate(rows):
        col = 0
        for element in elements:
            while taken.get(col, 0) > index:
                col += 1
            walk.n_cells += 1
            if walk.n_cells > MAX_TABLE_CELLS:
                raise InputError(f"表格单元格超过 {MAX_TABLE_CELLS} 个，不像绩效文件：请拆分后再读取")
            colspan = min(max(_span(element, "colspan"), 1), MAX_COLSPAN)
            rowspan = min(_span(element, "rowspan"), MAX_ROWSPAN) or len(rows)
            rowspan = min(rowspan, len(rows) - index)
            colspan = next((n for n in range(1, colspan) if taken.get(col + n, 0) > index), colspan)
            if col + colspan > MAX_COLUMNS:
                raise InputError(f"表格超过 {MAX_COLUMNS} 列，不像绩效文件：请用浏览器打开核对，只保存正文后再读取")
            if rowspan > 1:
                taken.update(dict.fromkeys(range(col, col + colspan), index + rowspan))
            yield _read_cell(element, first_row + index, col, rowspan, colspan, walk, depth)
            col += colspan


def _read_cell(
    element: etree._Element, row: int, col: int, rowspan: int, colspan: int, walk: Walk, depth: int
) -> RawCell:
    if len(element) == 0:  # most cells of most tables
        text = inline_text(element.text) if element.text else ""
        blocks: list[Block] = list(_to_paragraphs(text, element))
        return RawCell(row, col, rowspan, colspan, tuple(blocks))
    blocks = element_to_blocks(element, walk, depth)
    n_link_chars = sum(len(text_of(a).strip()) for a in element.iter("a")) if len(blocks) > 1 else 0
    return RawCell(row, col, rowspan, colspan, tuple(blocks), n_link_chars)


def text_of(element: etree._Element) -> str:
    """All text below an element, as it stands in the source."""
    return "".join(str(text) for text in element.itertext())


def _span(element: etree._Element, name: str) -> int:
    """The span attribute as browsers parse it: leading digits count, nonsense is 1."""
    match = _INTEGER.match(element.get(name) or "")
    return int(match.group(1)) if match else 1
