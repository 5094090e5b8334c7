"""What tables of all flowing formats have in common: spans made exact, frames told from forms, edges trimmed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from pipeline.document import PICTURE_MARK, Block, Cell, Paragraph, Table

MAX_TABLE_CELLS = 300_000  # in one document
_BLANKS = " \t\r\n\v\f\u00a0\u3000\u200b\u200c\ufeff\u2002\u2003\u2009"
_INVISIBLE = "\u200b\u200c\ufeff" + "".join(map(chr, [*range(0x09), *range(0x0E, 0x20)]))
_CLEAN = str.maketrans({"\u00a0": " ", "\r": "\n", "\v": "\n", "\f": "\n", **dict.fromkeys(_INVISIBLE)})

_HEADING_PREFIXES = (
    (2, re.compile(r"第[一二三四五六七八九十]{1,3}[部章][分]?|[一二三四五六七八九十]{1,3}、")),
    (3, re.compile(r"[（(][一二三四五六七八九十]{1,3}[）)]")),
    (4, re.compile(r"\d{1,2}[.．、](?!\d)")),
    (5, re.compile(r"[（(]\d{1,2}[）)]")),
)
_HEADING_MAX_CHARS = 40
_SENTENCE_INSIDE = re.compile(r"[。；;！？!?](?=.)|[，,].*[，,]")


@dataclass(frozen=True, slots=True)
class RawCell:
    """A cell as the reader met it: its place, its text and the blocks inside (`nested` where these hold tables)."""

    row: int
    col: int
    rowspan: int
    colspan: int
    blocks: tuple[Block, ...]
    n_link_chars: int = 0

    @property
    def text(self) -> str:
        return blocks_to_text(self.blocks)

    @property
    def nested(self) -> bool:
        return any(isinstance(b, Table) for b in self.blocks)


def clean_text(text: str) -> str:
    """Text without invisible characters and outer blanks; a no-break space becomes a plain one, lines keep "\\n"."""
    lines = (line.strip(_BLANKS) for line in text.replace("\r\n", "\n").translate(_CLEAN).split("\n"))
    return "\n".join(line for line in lines if line)


def heading_level(text: str) -> int:
    """Level of a heading by its number (一、→2 （一）→3 1.→4 （1）→5; 1 is the title's), 0 for body text.

    A numbered paragraph that goes on after its first sentence is body text, and so is a long one.
    """
    if not text or len(text) > _HEADING_MAX_CHARS or _SENTENCE_INSIDE.search(text):
        return 0
    return next((level for level, prefix in _HEADING_PREFIXES if prefix.match(text)), 0)


def join_heading(text: str) -> str:
    """The lines of a heading as one, a blank only where both sides are Latin."""
    return re.sub(r"(?<=[!-~])\n(?=[!-~])", " ", text).replace("\n", "")


def blocks_to_text(blocks: Iterable[Block]) -> str:
    """The text of a cell's blocks, a line per paragraph; a table inside gives a line per row."""
    lines: list[str] = []
    for block in blocks:
        if isinstance(block, Paragraph):
            lines.append(block.text)
            continue
        rows: dict[int, list[str]] = {}
        for cell in block.cells:
            if cell.text:
                rows.setdefault(cell.row, []).append(cell.text.replace("\n", ""))
        lines.extend(" ".join(texts) for _, texts in sorted(rows.items()))
    return clean_text("\n".join(lines))


def raw_cells_to_blocks(cells: Sequence[RawCell]) -> list[Block]:
    """The blocks that a table stands for: its contents where it only positions them, else itself and what it nests.

    A layout frame says nothing by its grid; a form does. A table nested in a form's cell stands both in the cell's
    text and as a Table of its own behind the form.
    """
    ordered = sorted(cells, key=lambda c: (c.row, c.col))
    if is_layout_frame(ordered):
        return [block for cell in ordered for block in cell.blocks]
    table = Table(tuple(Cell(c.row, c.col, c.text, c.rowspan, c.colspan) for c in ordered))
    inner = [block for cell in ordered for block in cell.blocks if isinstance(block, Table)]
    return [table, *inner] if any(c.text for c in table.cells) else []


def is_layout_frame(cells: Sequence[RawCell]) -> bool:
    """Whether a table only positions its contents: no row without a nested table has two cells with words.

    A picture is no word: a logo beside a title, or the scans of two pages side by side, are only set in a frame.
    """
    filled: dict[int, int] = {}
    framed_rows = {c.row for c in cells if c.nested}
    for cell in cells:
        text = _words_of(cell)
        is_menu = bool(framed_rows) and cell.n_link_chars * 2 >= len(text)
        if text and cell.row not in framed_rows and not is_menu:
            filled[cell.row] = filled.get(cell.row, 0) + 1
    n_rows = max((c.row for c in cells), default=0) + 1
    if all(n < 2 for n in filled.values()) and (framed_rows or _is_single_file(cells)):
        return True
    return n_rows == 1 and any(_is_article(c) for c in cells)


def _is_single_file(cells: Sequence[RawCell]) -> bool:
    """Whether no row has two cells with words: such a table sets nothing side by side."""
    rows = [c.row for c in cells if _words_of(c)]
    return len(rows) == len(set(rows)) and all(c.rowspan == 1 for c in cells if _words_of(c))


def _words_of(cell: RawCell) -> str:
    return PICTURE_MARK.sub("", cell.text).strip()


def _is_article(cell: RawCell) -> bool:
    """Whether a cell holds running text of several paragraphs, as no cell of a one-row form does."""
    return len(cell.blocks) >= 3 and len(cell.text) > 300


def clip_spans(cells: Sequence[RawCell]) -> list[RawCell]:
    """Cells whose spans end with the table: rows by the last row that has a cell, columns by rows of several cells.

    A title that claims `colspan="20"` over a table of eight columns makes no twelve columns of nothing.
    """
    if not cells:
        return []
    n_rows = max(c.row for c in cells) + 1
    per_row: dict[int, int] = {}
    for cell in cells:
        for row in range(cell.row, min(cell.row + cell.rowspan, n_rows)):
            per_row[row] = per_row.get(row, 0) + 1
    shared = [c for c in cells if per_row[c.row] > 1]
    width = max((c.col + c.colspan for c in (shared or cells)), default=0)
    return [
        replace(c, rowspan=min(c.rowspan, n_rows - c.row), colspan=max(1, min(c.colspan, width - c.col))) for c in cells
    ]
