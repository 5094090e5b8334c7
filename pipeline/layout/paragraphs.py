"""Lines of a page → paragraphs; paragraphs cut by a page break → whole ones."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from pipeline.document import Block, Box, Paragraph, union_box
from pipeline.layout.headings import TITLE_LEVEL, heading_level, is_numbered
from pipeline.layout.lines import Line

INDENT_EM = 1.2  # a line that starts further right than this begins a paragraph (两个汉字 in print)
MAX_INDENT_EM = 3.0
SHORT_EM = 1.2  # a line that leaves so much more room than the next word needs ends one
UNFINISHED_EM = 3.0  # the same in the middle of a sentence, where an indent would tell a new paragraph
SIGNATURE_SHARE = 0.45  # a line that starts further right in the text area is a signature, not a wrapped line
SIZE_CHANGE = 0.12
ROUGH_SIZE_CHANGE = 0.5  # of recognised lines with so few 汉字 that dust or a stop makes their type look larger
FEW_HAN = 3
HAN = re.compile("[\u3400-\u9fff]")
TITLE_SIZE = 1.15  # of the body's size
TITLE_PT = 15.0  # 小三, where there is no body to compare with
CENTER_EM = 1.5  # how far the middle of a centred line may lie from the middle of the text
MARGIN_EM = 2.5  # that a centred line leaves on both sides
GAP_CHANGE = 1.7  # of the usual distance between lines
ALIGN_PT = 3.0
FEW_LINES = 4
MARGIN_SHARE = 0.15  # of the page's width
INDENT_PT = 14.0  # the two limits in points, where only boxes of whole paragraphs are known
SHORT_PT = 30.0
LATIN_WIDTH_EM = 0.6
FIRST_WORD = re.compile(r"[（(【\[《“‘]*([A-Za-z0-9.,%％‰+\-/:]+|.)[，。；：、！？）)】\]》”’]*")
SPACED = re.compile(r"[^\x00-\x7f] [^\x00-\x7f]")  # blanks between 汉字 part labels: a line of a form, no sentence
# Words that begin a paragraph.
OPENING = re.compile(r"附[件表录](?![^\s\d一二三四五六七八九十:：])|(备?注|说明|附)[:：]")
SENTENCE_END = "。！？!?；;：:"


@dataclass(frozen=True, slots=True)
class Measure:
    """The text area of a page: its left and right edge, the size of body text and the usual distance of lines."""

    left: float
    right: float
    size: float
    pitch: float
    indented: bool  # whether paragraphs begin with an indent
    title_size: float  # from which on a centred line is a title


def measure_lines(lines: Sequence[Line], width: float) -> Measure:
    """The measure of a page `width` points wide, from its lines outside tables.

    The left edge is where at least two lines begin, the right edge where several end; a page with too few lines to
    tell (a cover, a signature) is measured by its width.
    """
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[round(line.size, 1)] += len(line.text)
    size = sizes.most_common(1)[0][0] if sizes else 12.0
    starts = sorted(line.box.x0 for line in lines)
    left = next((a for a, b in pairwise(starts) if b - a <= ALIGN_PT), min(starts, default=0.0))
    if len(lines) < FEW_LINES:
        left = min(left, MARGIN_SHARE * width)
    right = max((line.box.x1 for line in lines), default=width)
    if sum(1 for line in lines if line.box.x1 >= right - size) < FEW_LINES:
        right = max(right, width - left)
    pitches = [b.box.y1 - a.box.y1 for a, b in pairwise(lines)]
    close = [p for p in pitches if size * 0.8 <= p <= size * 3.5]
    title_size = TITLE_SIZE * size if len(lines) >= FEW_LINES else min(TITLE_PT, TITLE_SIZE * size)
    indents = sum(1 for line in lines if INDENT_EM * size < line.box.x0 - left <= MAX_INDENT_EM * size)
    return Measure(left, right, size, median(close) if close else size * 1.8, indents >= 2, title_size)


def lines_to_paragraphs(lines: Sequence[Line], measure: Measure, page: int) -> list[Paragraph]:
    """Paragraphs of lines that stand one under another without a table between them."""
    groups: list[list[Line]] = []
    for line in lines:
        if groups and not _begins_paragraph(groups[-1], line, measure):
            groups[-1].append(line)
        else:
            groups.append([line])
    return [_to_paragraph(group, measure, page) for group in groups]


def is_centered(line: Line, measure: Measure) -> bool:
    """Whether the line stands in the middle with room on both sides."""
    before, behind = line.box.x0 - measure.left, measure.right - line.box.x1
    room = MARGIN_EM * line.size
    return before >= room and behind >= room and abs(before - behind) <= 2 * CENTER_EM * line.size


def _begins_paragraph(group: Sequence[Line], line: Line, measure: Measure) -> bool:
    last = group[-1]
    if _changes_size(last, line) or last.spaced or line.spaced:
        return True
    if OPENING.match(line.text):
        return True
    if line.box.y1 - last.box.y1 > GAP_CHANGE * max(measure.pitch, 1.2 * line.size):
        return True
    if is_centered(line, measure) or is_centered(last, measure):
        return not _title_goes_on(last, line, measure)
    if max(last.box.x0, line.box.x0) > measure.left + SIGNATURE_SHARE * (measure.right - measure.left):
        return True
    unfinished = measure.indented and last.text[-1:] not in SENTENCE_END
    allowed = UNFINISHED_EM if unfinished else SHORT_EM
    if measure.right - last.box.x1 > _first_word_width(line) + allowed * last.size:
        return True
    hanging = len(group) > 1 and abs(last.box.x0 - line.box.x0) <= ALIGN_PT
    if line.box.x0 > measure.left + INDENT_EM * line.size and not hanging:
        return True
    numbered = heading_level(line.text) == 1 if measure.indented else is_numbered(line.text)
    return numbered and last.text[-1:] in SENTENCE_END


def _changes_size(last: Line, line: Line) -> bool:
    """Whether a line is set in larger or smaller type than the one before: its characters differ, and its height.

    The characters of a justified line that was recognised stand further apart than those of the next one.
    """
    is_rough = line.confidence < 1 and len(HAN.findall(line.text)) < FEW_HAN
    allowed = ROUGH_SIZE_CHANGE if is_rough else SIZE_CHANGE
    high, low = last.box.y1 - last.box.y0, line.box.y1 - line.box.y0
    return abs(line.size - last.size) > allowed * last.size and abs(high - low) > SIZE_CHANGE * high


def _first_word_width(line: Line) -> float:
    """Room that the line's first word would have needed on the line before: a figure or a Latin word is not broken,
    nor is an opening bracket left behind or a stop carried over.
    """
    match = FIRST_WORD.match(line.text)
    word = match.group() if match else line.text[:1]
    return sum(LATIN_WIDTH_EM if char.isascii() else 1.0 for char in word) * line.size


def _title_goes_on(last: Line, line: Line, measure: Measure) -> bool:
    """Whether both lines are parts of one title: the second one centred, both large or the first one full."""
    if not is_centered(line, measure) or last.bold != line.bold or is_numbered(line.text):
        return False
    full = not is_centered(last, measure) and last.text[-1:] not in SENTENCE_END
    at_left = last.box.x0 - measure.left <= MARGIN_EM * last.size
    return line.size >= measure.title_size or (full and at_left)


def _to_paragraph(lines: Sequence[Line], measure: Measure, page: int) -> Paragraph:
    text = lines[0].text
    for line in lines[1:]:
        text = join_text(text, line.text)
    centered = is_centered(lines[-1], measure)
    level = heading_level(text)
    if level == 0 and centered and lines[0].size >= measure.title_size:
        level = TITLE_LEVEL
    box = union_box([line.box for line in lines])
    return Paragraph(text, level, page, box, min(line.confidence for line in lines), centered)


def join_text(above: str, below: str) -> str:
    """Two lines of a paragraph as one: a blank only between two Latin words, never beside 汉字 or inside a number."""
    last, first = above[-1:], below[:1]
    if last.isascii() and first.isascii() and last.isalpha() and first.isalpha():
        return f"{above} {below}"
    return above + below


def join_paragraphs(blocks: Sequence[Block]) -> list[Block]:
    """Blocks with each paragraph that a page break cut as one; furniture has been dropped before.

    The page and box are those of the first part.
    """
    edges = _text_edges(blocks)
    joined: list[Block] = []
    last_page = 0
    for block in blocks:
        last = joined[-1] if joined and block.page == last_page + 1 else None
        if isinstance(last, Paragraph) and isinstance(block, Paragraph) and _is_cut(last, block, edges):
            joined[-1] = _join(last, block)
        else:
            joined.append(block)
        last_page = (block.page if isinstance(block, Paragraph) else _last_page(block)) or 0
    return joined


def join_columns(left: Sequence[Block], right: Sequence[Block]) -> list[Block]:
    """Blocks of two columns, the paragraph that runs on from the foot of the left one to the head of the right whole.

    The page and box are those of the first part.
    """
    last, first = (left[-1], right[0]) if left and right else (None, None)
    outlines = [union_box([b.box for b in side if isinstance(b, Paragraph) and b.box]) for side in (left, right)]
    if not (isinstance(last, Paragraph) and isinstance(first, Paragraph) and outlines[0] and outlines[1]):
        return [*left, *right]
    if not _goes_on(last, first, outlines[1].x0, outlines[0].x1):
        return [*left, *right]
    return [*left[:-1], _join(last, first), *right[1:]]


def _join(last: Paragraph, rest: Paragraph) -> Paragraph:
    text = join_text(last.text, rest.text)
    return replace(last, text=text, level=heading_level(text), confidence=min(last.confidence, rest.confidence))


def _last_page(block: Block) -> int:
    return block.page or 0 if isinstance(block, Paragraph) else max((c.page or 0 for c in block.cells), default=0)


def _text_edges(blocks: Sequence[Block]) -> dict[int, Box]:
    """Outline of the paragraphs of each page."""
    edges: dict[int, Box] = {}
    for block in blocks:
        if isinstance(block, Paragraph) and block.page and block.box:
            known = edges.get(block.page)
            edges[block.page] = union_box([block.box, *([known] if known else [])]) or block.box
    return edges


def _is_cut(last: Paragraph, block: Paragraph, edges: dict[int, Box]) -> bool:
    """Whether a page break cut these two; the text areas of both pages are one."""
    if not (last.page in edges and block.page in edges):
        return False
    upper, lower = edges[last.page], edges[block.page]
    return _goes_on(last, block, min(upper.x0, lower.x0), max(upper.x1, lower.x1))


def _goes_on(last: Paragraph, block: Paragraph, left: float, right: float) -> bool:
    """Whether the first paragraph of a page or column is the rest of the last one before it.

    Only where the sentence is unfinished: after a full stop the next page may as well begin a new paragraph. `left` is
    where the lines of the second begin, `right` where those of the first end.
    """
    if last.centered or block.centered or block.level or is_numbered(block.text):
        return False
    if not (last.box and block.box) or last.text[-1:] in SENTENCE_END:
        return False
    if SPACED.search(last.text) or OPENING.match(block.text):
        return False
    return block.box.x0 <= left + INDENT_PT and last.box.x1 >= right - SHORT_PT
