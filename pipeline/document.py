"""The nouns of a read document. Read second, after run.py.

Geometry everywhere in points, origin at the top left of the upright page. Every noun is frozen and complete at birth.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Alternatives = tuple[tuple[tuple[str, float], ...], ...]  # for each character: what it may be, with scores, best first
MediaKind = Literal["pdf", "docx", "doc", "html", "xlsx", "xls", "csv", "text", "image", "archive", "unknown"]


class Box(NamedTuple):
    """A rectangle on a page, in points: x grows to the right, y downwards."""

    x0: float
    y0: float
    x1: float
    y1: float

    def __str__(self) -> str:
        return " ".join(f"{v:.1f}" for v in self)

    def holds_middle(self, other: Box) -> bool:
        """Whether the middle of the other rectangle lies in this one."""
        x, y = (other.x0 + other.x1) / 2, (other.y0 + other.y1) / 2
        return self.x0 <= x <= self.x1 and self.y0 <= y <= self.y1


def union_box(boxes: list[Box]) -> Box | None:
    """The smallest box around all of `boxes`; None where there is none."""
    if not boxes:
        return None
    return Box(min(b.x0 for b in boxes), min(b.y0 for b in boxes), max(b.x1 for b in boxes), max(b.y1 for b in boxes))


@dataclass(frozen=True, slots=True)
class Source:
    """One input file: its bytes and what they are, whatever its name says."""

    path: str  # as given by the user: a path or a URL
    name: str
    kind: MediaKind
    media_type: str
    content: bytes = field(repr=False)
    sha256: str

    @property
    def doc_id(self) -> str:
        return self.sha256[:16]

    @property
    def suffix(self) -> str:
        return Path(self.name).suffix.lower()


@dataclass(frozen=True, slots=True)
class Word:
    text: str
    box: Box
    confidence: float = 1.0
    size: float = 0.0  # font size in points, 0 where unknown
    bold: bool = False
    alternatives: Alternatives = ()  # OCR only


@dataclass(frozen=True, slots=True)
class Ruling:
    """A drawn straight line, horizontal (y0 == y1) or vertical (x0 == x1)."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def is_horizontal(self) -> bool:
        return abs(self.y1 - self.y0) <= abs(self.x1 - self.x0)


@dataclass(frozen=True, slots=True)
class Page:
    """One upright page of a paginated file."""

    number: int  # from 1
    width: float
    height: float
    words: tuple[Word, ...]
    rulings: tuple[Ruling, ...]
    by_ocr: bool = False
    bare_pictures: tuple[Box, ...] = ()  # on which none of the page's own text lies: they may show a table


@dataclass(frozen=True, slots=True, eq=False)
class PageImage:
    """The picture of one page, before anything is read from it: height × width × 3 (red, green, blue) or grey.

    `dpi` is None where the file does not say it, or says what cannot be.
    """

    number: int  # from 1
    pixels: NDArray[np.uint8] = field(repr=False)
    dpi: float | None


PICTURE_MARK = re.compile("\ufdd0([0-9]+)\ufdd1")


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture inside a flowing file that may hold text; its `mark` stands in the text of the block where it is shown.

    The mark begins and ends with noncharacters, which Unicode keeps for use inside programs: no document holds them.
    """

    number: int  # from 1, in reading order
    content: bytes = field(repr=False)
    width_pt: float | None = None  # as shown; None where the file does not say
    cut_off: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)  # shares not shown: left, top, right, bottom

    @property
    def mark(self) -> str:
        return f"\ufdd0{self.number}\ufdd1"


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table; a merged cell stands once, at its top left, with its spans."""

    row: int
    col: int
    text: str  # line breaks inside the cell kept as "\n"; `normalize.text.join_lines` removes them
    rowspan: int = 1
    colspan: int = 1
    page: int | None = None
    box: Box | None = None
    confidence: float = 1.0
    alternatives: Alternatives = ()  # OCR only: of each character of `text`, () for a blank or a line break


@dataclass(frozen=True, slots=True)
class Table:
    """A grid of cells that do not overlap. A position that no cell covers is blank.

    `origin` says how sure the grid is: `native` (the file has cells), `ruled` (from drawn lines), `aligned` (from
    white space), `flat` (rebuilt from flattened text: column positions were inferred from heads and types).
    """

    cells: tuple[Cell, ...]
    origin: Literal["native", "ruled", "aligned", "flat"] = "native"

    @property
    def n_rows(self) -> int:
        return max((c.row + c.rowspan for c in self.cells), default=0)

    @property
    def n_cols(self) -> int:
        return max((c.col + c.colspan for c in self.cells), default=0)

    @property
    def page(self) -> int | None:
        return self.cells[0].page if self.cells else None


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A run of text between two paragraph breaks, its lines joined. `level` 1..9 marks a heading, 0 is body text."""

    text: str
    level: int = 0
    page: int | None = None
    box: Box | None = None
    confidence: float = 1.0
    centered: bool = False


Block = Paragraph | Table


@dataclass(frozen=True, slots=True)
class Issue:
    """Something that could not be read, said in words a person can act on (Chinese)."""

    code: str  # e.g. "page_without_text", "image_text_skipped"
    message: str
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """What both doors (paginated and flowing files) lead to: blocks in reading order."""

    source: Source
    blocks: tuple[Block, ...]
    n_pages: int | None = None
    n_ocr_pages: int = 0
    issues: tuple[Issue, ...] = ()
    pictures: tuple[Picture, ...] = ()  # of a flowing file, before they are read
    meta: tuple[tuple[str, str], ...] = ()  # label → value of a web page's metadata block, file properties

    def paragraphs(self) -> Iterator[tuple[int, Paragraph]]:
        """(block index, paragraph) in order."""
        return ((i, b) for i, b in enumerate(self.blocks) if isinstance(b, Paragraph))

    def tables(self) -> Iterator[tuple[int, Table]]:
        """(block index, table) in order."""
        return ((i, b) for i, b in enumerate(self.blocks) if isinstance(b, Table))
