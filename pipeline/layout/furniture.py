"""What belongs to the sheet of paper, not to the document: page numbers, running heads, stamps of scanning programs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from pipeline.document import Block, Paragraph
from pipeline.labels import title_pattern
from pipeline.normalize.text import fold

MARGIN_SHARE = 0.11  # of the page's height, at the top and at the bottom
MIN_REPEATS = 3  # pages on which a running head must stand
REPEAT_SHARE = 0.4  # of the pages from its first to its last: heads of left and right pages may alternate
TITLE_PT = 11.5  # a line so large that names a form is the title of one, though each page has such a form
PLACE_PT = 6.0  # how far its place may vary
MAX_RUNNING_CHARS = 60

_DASH = "[-—–―－·•~_]*"
BARE_NUMBER = re.compile(r"[0-9０-９]{1,3}|[ivxIVX]{1,5}")
PAGE_NUMBER = re.compile(
    rf"[-—–―－·•~]+{_DASH}[0-9０-９]{{1,4}}{_DASH}|[0-9０-９]{{1,4}}[-—–―－]+|第[0-9０-９一二三四五六七八九十百]{{1,5}}页"
    r"|第?[0-9]{1,4}页?[/／,，、]?共[0-9]{1,4}页|第?[0-9]{1,4}页?[/／][0-9]{1,4}页?|page[0-9]{1,4}(of[0-9]{1,4})?",
    re.IGNORECASE,
)
ATTACHMENT = re.compile(r"附[件表录]")
SCANNER_STAMP = re.compile(
    r"扫描全能王|camscanner|^由.{1,12}(扫描|识别)?(创建|生成|扫描)$|^(使用|通过)?.{0,6}(扫描王|扫描宝|夸克扫描|万能扫描).{0,8}$",
    re.IGNORECASE,
)


def drop_furniture(blocks: Sequence[Block], heights: Mapping[int, float]) -> list[Block]:
    """Blocks without page numbers, running heads and feet, and stamps of scanning programs.

    `heights` are those of the pages, in points. A page number counts only in the margin, a running head only where
    it stands in the same place on three pages or more: a bare figure in the text is never dropped.
    """
    running = _find_running(blocks, heights)
    return [block for block in blocks if not (isinstance(block, Paragraph) and _is_furniture(block, heights, running))]


def _is_furniture(paragraph: Paragraph, heights: Mapping[int, float], running: frozenset[tuple[str, str]]) -> bool:
    text = _bare(paragraph.text)
    if SCANNER_STAMP.search(text) and len(text) <= MAX_RUNNING_CHARS:
        return True
    margin = _margin_of(paragraph, heights)
    if margin is None or paragraph.page is None:
        return False
    return _is_page_number(text) or bool({(margin, text), (margin, _pattern(text, paragraph.page))} & running)


def _is_page_number(text: str) -> bool:
    return PAGE_NUMBER.fullmatch(text) is not None or BARE_NUMBER.fullmatch(text) is not None


def _bare(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _pattern(text: str, page: int) -> str:
    """The text with a figure that counts pages made alike; `附件1`, `附件2` count something else and stay."""
    if ATTACHMENT.match(text):
        return text
    return re.sub(r"[0-9]{1,4}(?=[^0-9]*$)", lambda match: f"#{int(match.group()) - page}", text)


def _margin_of(paragraph: Paragraph, heights: Mapping[int, float]) -> str | None:
    """`top` or `bottom` where the paragraph lies within that margin."""
    height = heights.get(paragraph.page or 0)
    if not height or paragraph.box is None:
        return None
    if paragraph.box.y1 <= MARGIN_SHARE * height:
        return "top"
    return "bottom" if paragraph.box.y0 >= (1 - MARGIN_SHARE) * height else None


def _find_running(blocks: Sequence[Block], heights: Mapping[int, float]) -> frozenset[tuple[str, str]]:
    """(margin, pattern) of the heads and feet that repeat in one place. Headings and titles of forms are none."""
    places: dict[tuple[str, str], list[tuple[int, float]]] = {}
    for block in blocks:
        if not isinstance(block, Paragraph) or block.level or not block.box or not block.page:
            continue
        margin, text = _margin_of(block, heights), _bare(block.text)
        is_title = block.box.y1 - block.box.y0 >= TITLE_PT and title_pattern().search(fold(text)) is not None
        if margin and len(text) <= MAX_RUNNING_CHARS and not is_title and not ATTACHMENT.match(text):
            y = block.box.y0 if margin == "top" else heights[block.page] - block.box.y1
            for pattern in {text, _pattern(text, block.page)}:
                places.setdefault((margin, pattern), []).append((block.page, y))
    return frozenset(key for key, found in places.items() if _repeats(found))


def _repeats(found: Sequence[tuple[int, float]]) -> bool:
    """Whether one place holds the line on enough of the pages (page, distance from the page's edge)."""
    steps = Counter(round(y / PLACE_PT) for _, y in found)
    most = steps.most_common(1)[0][0]
    pages = {page for page, y in found if abs(y / PLACE_PT - most) <= 1.5}
    return len(pages) >= max(MIN_REPEATS, REPEAT_SHARE * (max(pages) - min(pages) + 1))
