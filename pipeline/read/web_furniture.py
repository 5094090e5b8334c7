"""What surrounds an article on a web page: menus, counters, neighbours, footers, and its metadata block."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache

from pipeline.document import PICTURE_MARK, Block, Paragraph, Table
from pipeline.lexicon import load_toml
from pipeline.read.grid import RawCell, clean_text

MODEL = "web_pages.toml"
MAX_LINE_CHARS = 200
PROSE_MIN_CHARS = 60
MAX_VALUE_CHARS = 80
MAX_BLOCKS_APART = 3  # from a label that forms carry too to one that only metadata carry
_TAIL_SHARE = 0.5  # neighbours and footers end an article only in the second half of a page
_BLANKS = re.compile(r"\s+")
_BRACKETS = "[]【】（）()〔〕:： "
_EMPTY_SIGNS = re.compile(r"[\s\[\]【】|｜>＞»/·.:：]*")


@dataclass(frozen=True, slots=True)
class Line:
    """A rule for lines that belong to the page, not to the article."""

    id: str
    pattern: re.Pattern[str]
    ends_article: bool


@dataclass(frozen=True, slots=True)
class Knowledge:
    """models/web_pages.toml, compiled."""

    lines: tuple[Line, ...]
    strong: frozenset[str]
    labels: frozenset[str]
    ignored: frozenset[str]
    label_pattern: re.Pattern[str]
    container_words: frozenset[str]


@cache
def knowledge() -> Knowledge:
    """The rules of models/web_pages.toml; read once."""
    model = load_toml(MODEL)
    strong = frozenset(model["metadata"]["strong"])
    ignored = frozenset(model["metadata"]["ignored"])
    labels = strong | ignored | frozenset(model["metadata"]["weak"])
    spaced = sorted((r"\s*".join(label) for label in labels), key=len, reverse=True)
    names = "|".join(spaced)
    return Knowledge(
        lines=tuple(Line(r["id"], re.compile(r["pattern"], re.I), r.get("ends_article", False)) for r in model["line"]),
        strong=strong,
        labels=labels,
        ignored=ignored,
        label_pattern=re.compile(
            rf"(?:^|(?<=[\d\s　|｜;；【\[（(]))[【\[（(]?\s*({names})\s*[】\])）]?\s*(?:[:：]|(?<=[】\]]))\s*"
        ),
        container_words=frozenset(model["containers"]["words"]),
    )


def bare_label(text: str) -> str:
    """A label without blanks, brackets and colon: `[ 索 引 号 ]` → `索引号`."""
    return _BLANKS.sub("", text).strip(_BRACKETS)


def furniture_rule(text: str) -> Line | None:
    """The rule that says a line is page furniture; None for the article's own lines."""
    if len(text) > MAX_LINE_CHARS:
        return None
    return next((line for line in knowledge().lines if line.pattern.match(text)), None)


def line_to_pairs(text: str) -> list[tuple[str, str]]:
    """The label/value pairs of a line (`来源：某局　日期：2023-04-12`); none where it starts otherwise."""
    matches = list(knowledge().label_pattern.finditer(text))
    if not matches or text[: matches[0].start()].strip():
        return []
    ends = [m.start() for m in matches[1:]] + [len(text)]
    return [
        (bare_label(m.group(1)), text[m.end() : end].strip(" \t　|｜;；】]【["))
        for m, end in zip(matches, ends, strict=True)
    ]


def cells_to_pairs(texts: Sequence[str]) -> list[tuple[str, str]] | None:
    """The pairs of a row of a metadata table, labels and values by turns or in one cell; None for any other row."""
    pairs: list[tuple[str, str]] = []
    index = 0
    while index < len(texts):
        text = texts[index]
        index += 1
        if not text:
            continue
        in_cell = line_to_pairs(text)
        if in_cell and any(value for _, value in in_cell):
            pairs.extend(in_cell)
        elif bare_label(text) in knowledge().labels:
            follows = index < len(texts) and bare_label(texts[index]) not in knowledge().labels
            pairs.append((bare_label(text), texts[index] if follows else ""))
            index += follows
        else:
            return None
    return pairs or None


def is_metadata(pairs: Iterable[tuple[str, str]], n_needed: int = 2) -> bool:
    """Whether pairs come from a page's metadata block: two different labels that nothing else carries."""
    return len({label for label, _ in pairs} & knowledge().strong) >= n_needed


def table_to_pairs(table: Table) -> list[tuple[str, str]] | None:
    """The pairs of a table that is a metadata block; None for a table that is anything else."""
    rows: dict[int, list[str]] = {}
    for cell in table.cells:
        rows.setdefault(cell.row, []).append(cell.text)
    pairs: list[tuple[str, str]] = []
    for texts in rows.values():
        found = cells_to_pairs(texts)
        if found is None and any(texts):
            return None
        pairs.extend(found or [])
    return pairs if is_metadata(pairs) else None


def split_metadata_rows(cells: list[RawCell]) -> list[list[RawCell]]:
    """The cells of a table in two parts where its first rows are a metadata block above the article itself."""
    rows: dict[int, list[RawCell]] = {}
    for cell in cells:
        rows.setdefault(cell.row, []).append(cell)
    pairs: list[tuple[str, str]] = []
    n_meta = 0
    for row in sorted(rows):
        if any(c.nested or c.row + c.rowspan > row + 1 for c in rows[row]):
            break
        found = cells_to_pairs([clean_text(c.text) for c in sorted(rows[row], key=lambda c: c.col)])
        if found is None:
            break
        pairs.extend(found)
        n_meta = row + 1
    head = [c for c in cells if c.row < n_meta]
    rest = [replace(c, row=c.row - n_meta) for c in cells if c.row >= n_meta]
    return [head, rest] if rest and is_metadata(pairs) else [cells]


def split_metadata(blocks: Sequence[Block], is_framed: bool) -> tuple[list[Block], list[tuple[str, str]]]:
    """The blocks without the page's metadata block, and its pairs in order.

    It stands above the first running text, as a table, as lines, or as labels and values on lines of their own. Lines
    count only where labels appear that forms and reports do not carry: two on a bare page, one beside menus.
    """
    head = next((i for i, b in enumerate(blocks) if _is_running_text(b)), len(blocks))
    candidates: list[tuple[range, list[tuple[str, str]]]] = []
    index = 0
    while index < len(blocks):
        block = blocks[index]
        found: list[tuple[str, str]] | None = None
        n_taken = 1
        if isinstance(block, Table):
            found = table_to_pairs(block)
        elif index < head:
            found, n_taken = _paragraphs_to_pairs(blocks, index)
        if found:
            candidates.append((range(index, index + n_taken), found))
        index += n_taken
    certain = [place.start for place, found in candidates if is_metadata(found, 1)]
    near = [(p, f) for p, f in candidates if any(abs(p.start - at) <= MAX_BLOCKS_APART for at in certain)]
    pairs = [pair for _, found in near for pair in found]
    if not is_metadata(pairs, 1 if is_framed else 2):
        return list(blocks), []
    taken = {index for place, _ in near for index in place}
    rest = [b for i, b in enumerate(blocks) if i not in taken]
    return rest, [p for p in pairs if p[1] and p[0] not in knowledge().ignored]


def _is_running_text(block: Block) -> bool:
    return isinstance(block, Paragraph) and is_prose(block.text) and not line_to_pairs(block.text)


def is_prose(text: str) -> bool:
    """Whether a paragraph is running text and not a caption, a menu or a stamp."""
    return len(text) >= PROSE_MIN_CHARS or text.endswith(("。", "；"))


def _paragraphs_to_pairs(blocks: Sequence[Block], index: int) -> tuple[list[tuple[str, str]] | None, int]:
    """Pairs that start at this paragraph, and over how many blocks they run."""
    block = blocks[index]
    assert isinstance(block, Paragraph)
    pairs = line_to_pairs(block.text)
    following = blocks[index + 1] if index + 1 < len(blocks) else None
    value = following.text if isinstance(following, Paragraph) and len(following.text) <= MAX_VALUE_CHARS else ""
    is_value = bool(value) and not line_to_pairs(value) and bare_label(value) not in knowledge().labels
    if pairs:
        if not pairs[-1][1] and pairs[-1][0] in knowledge().strong and is_value:
            return [*pairs[:-1], (pairs[-1][0], value)], 2
        return pairs, 1
    if bare_label(block.text) in knowledge().strong:
        return ([(bare_label(block.text), value)], 2) if is_value else ([(bare_label(block.text), "")], 1)
    return None, 1


def drop_furniture(blocks: Sequence[Block], title: str | None, is_framed: bool) -> list[Block]:
    """The article's blocks: lines that belong to the page dropped, and on a framed page what precedes and follows it.

    `is_framed` says that the page showed menus or the like. Tables always stay; so does running text.
    """
    rules = [furniture_rule(b.text) if isinstance(b, Paragraph) else None for b in blocks]
    start = _article_start(blocks, rules, title) if is_framed else 0
    end = _article_end(blocks, rules) if is_framed else len(blocks)
    kept: list[Block] = []
    for index, (block, rule) in enumerate(zip(blocks, rules, strict=True)):
        outside = index < start or index >= end
        if isinstance(block, Paragraph) and (rule or (is_framed and _EMPTY_SIGNS.fullmatch(block.text))):
            continue
        if outside and isinstance(block, Paragraph) and not (is_prose(block.text) or PICTURE_MARK.search(block.text)):
            continue
        kept.append(block)
    return kept


def shows_frame(blocks: Iterable[Block]) -> bool:
    """Whether a line is there that only a page of a site has: breadcrumb, counter, neighbours, footer."""
    rules = (furniture_rule(b.text) for b in blocks if isinstance(b, Paragraph))
    return any(rule is not None and (rule.ends_article or rule.id in ("breadcrumb", "counter")) for rule in rules)


def _article_start(blocks: Sequence[Block], rules: Sequence[Line | None], title: str | None) -> int:
    """Index of the title, or of the block after the breadcrumb; 0 where neither is found in the first half."""
    half = max(1, int(len(blocks) * _TAIL_SHARE))
    crumb = next((i + 1 for i, r in enumerate(rules[:half]) if r is not None and r.id == "breadcrumb"), 0)
    if title:
        for index in range(crumb, len(blocks)):
            block = blocks[index]
            if isinstance(block, Table) or is_prose(block.text):
                break
            if is_same_title(block.text, title):
                return index
    return crumb


def is_same_title(text: str, title: str) -> bool:
    """Whether two titles are one, blanks and a cut end aside."""
    left, right = _BLANKS.sub("", text), _BLANKS.sub("", title)
    return left == right or (min(len(left), len(right)) >= 10 and (left.startswith(right) or right.startswith(left)))


def _article_end(blocks: Sequence[Block], rules: Sequence[Line | None]) -> int:
    """Index of the first line that ends an article (neighbours, related links, footer) behind all tables."""
    last_table = max((i for i, b in enumerate(blocks) if isinstance(b, Table)), default=-1)
    first = max(last_table + 1, int(len(blocks) * _TAIL_SHARE))
    return next((i for i in range(first, len(blocks)) if (r := rules[i]) is not None and r.ends_article), len(blocks))
