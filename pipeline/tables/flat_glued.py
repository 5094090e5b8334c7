"""A form whose cells ran together on one line, without any separator: cut where words and numbers leave one way only.

Pages that show a document's text without its table print `…得分年度资金总额:303010100.00%10其中:…`. Labels, heads and
level names are known words, so they cut the line; what stands between them is split only where one split alone agrees
with the columns, the units and the sums. What cannot be told stays out of the table, as text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from pipeline.labels import head_field, item_code, level1_code, level2_code
from pipeline.lexicon import load_toml
from pipeline.normalize.text import fold
from pipeline.tables.flat_glued_rows import split_amounts, split_points_pair, split_rows
from pipeline.tables.flat_tokens import Section, section_field

MIN_GLUED_CHARS = 80
MAX_HEAD_CHARS = 24
MIN_INDICATOR_HEADS = 4
MIN_LABEL_CHARS = 4
_LEVELS_IN_A_ROW = re.compile(r"一级指标(?:及权重)?二级指标(?:及权重)?(?:三级指标|指标内容|指标名称)")
_POINTS = r"(?:\(\d+(?:\.\d+)?分?\))?"
_LEVEL1 = rf"(?:产出|效益|效果|满意度|成本|投入|过程|决策|管理){{1}}指标{_POINTS}"
_LEVEL2 = (
    rf"(?:数量|质量|时效|进度|成本|经济成本|社会成本|生态环境成本|经济效益|社会效益|生态效益|环境效益|可持续影响|"
    rf"服务对象满意度|社会公众满意度|社会公众或服务对象满意度|满意度)指标{_POINTS}"
)
_LEVEL = re.compile(
    rf"绩效指标(?=产出|效益|满意度|成本)|(?:社会公众或服务对象|服务对象|社会公众){{1}}满意度指标{_POINTS}"
    rf"|(?:经济|社会|生态环境)成本指标{_POINTS}|(?:经济|社会|生态|环境)效益指标{_POINTS}|{_LEVEL1}|{_LEVEL2}"
)
_BLOCK_END = re.compile(
    r"(?:…+|\.{3,})?(总分|合计|总计)(?=\d|$|注|说明|备注)|(?:说明|注)[:：无]|项目负责人[:：]?|填[表报]人"
)
_WHOLE_HEAD = re.compile(r"[^()]{2,}(?:\([^()]*\))?")
_GOALS = re.compile(r"(?:年度|项目|部门|整体)?(?:总体|绩效|年度)(?:绩效)?目标(?=预期|年初|年度|总体|绩效|实际|全年)")
_TITLE = re.compile(r"[^,。;:()日表]{0,30}(?:自评|评价|绩效)[^,。;:()日表]{0,4}表(?:\(\d{4}年度?\))?$")
_ITEM_START = re.compile(r"(?:中央|省级|市级|县级|区级|地方|本级|其他|上年|单位|自筹|其中)")
_NUMBERS = re.compile(r"[\d.,%]+")


@dataclass(frozen=True, slots=True)
class _Heads:
    """A run of heads in the line: where it stands, what it names, and the text of each."""

    start: int
    end: int
    texts: tuple[str, ...]
    fields: tuple[str, ...]


def unglue(line: str) -> list[str] | None:
    """The line as a title line, rows of a framed table and the text that is left; None where no form ran together."""
    text = fold(line)
    if len(text) < MIN_GLUED_CHARS or "|" in text or not _LEVELS_IN_A_ROW.search(text):
        return None
    if len(re.findall(r"指标\s+[一二三]级", line)) > 1:
        return None  # blanks part the cells: nothing ran together
    heads = _heads_from(text, _LEVELS_IN_A_ROW.search(text).start(), "indicators")  # type: ignore[union-attr]
    if heads is None or len(heads.texts) < MIN_INDICATOR_HEADS:
        return None
    end = _BLOCK_END.search(text, heads.end)
    body = text[heads.end : end.start() if end else len(text)]
    rows, left = _indicator_rows(body, heads)
    if not rows:
        return None
    if end and end.group(1) and not left:
        pair = split_points_pair(match.group() if (match := _NUMBERS.match(text, end.end())) else "")
        rows.append(_total_row(end.group(1), pair, heads.fields))
    before, above = _rows_above(text[: heads.start])
    after = text[end.end() :] if end and end.group(1) else text[end.start() :] if end else ""
    after = _NUMBERS.sub("", after, count=1) if end and end.group(1) else after
    framed = [f"| {' | '.join(row)} |" for row in _same_width([*above, heads.texts, *rows])]
    return [*before, *framed, *(part for part in (*left, after) if part)]


def _same_width(rows: Sequence[Sequence[str]]) -> Iterator[list[str]]:
    width = max(len(row) for row in rows)
    for row in rows:
        yield [*row, *[""] * (width - len(row))]


def _heads_from(text: str, start: int, kind: Section) -> _Heads | None:
    """The longest run of heads of a kind of block that begins at `start`."""
    best: dict[int, tuple[str, ...]] = {start: ()}
    for end in range(start + 2, len(text) + 1):
        if end - max(best) > MAX_HEAD_CHARS:
            break
        pieces = [
            (*best[k], text[k:end])
            for k in range(max(start, end - MAX_HEAD_CHARS), end - 1)
            if k in best and _names_column(kind, text[k:end], first=k == start)
        ]
        if pieces:
            best[end] = min(pieces, key=_fewest_then_longest_first)
    end = max(best)
    fields = tuple(section_field(kind, piece) or "" for piece in best[end])
    return _Heads(start, end, best[end], fields) if end > start else None


def _names_column(kind: Section, text: str, *, first: bool) -> bool:
    field = section_field(kind, text) if _WHOLE_HEAD.fullmatch(text) else None
    return field is not None and (first or field != "label")


def _fewest_then_longest_first(pieces: tuple[str, ...]) -> tuple[int, tuple[int, ...]]:
    return len(pieces), tuple(-len(piece) for piece in pieces)


def _indicator_rows(body: str, heads: _Heads) -> tuple[list[list[str]], list[str]]:
    """The rows below the heads, and the text between level names that could not be cut."""
    rows: list[list[str]] = []
    left: list[str] = []
    level1 = level2 = ""
    for names, chunk in _level_chunks(body):
        new1, new2 = _levels(names)
        level1, level2 = new1 or level1, new2 or level2
        parsed, rest = split_rows(chunk, heads.fields[_first_value(heads.fields) - 1 :])
        for values in parsed:
            rows.append([{"level1": level1, "level2": level2}.get(f) or values.get(f, "") for f in heads.fields])
            level1 = level2 = ""
        left.extend([rest] if rest else [])
    return rows, left


def _first_value(fields: Sequence[str]) -> int:
    return next((k + 1 for k, f in enumerate(fields) if f == "level3"), 1)


def _level_chunks(body: str) -> Iterator[tuple[list[str], str]]:
    """(level names, text below them) in order."""
    names: list[str] = []
    last = 0
    for match in _LEVEL.finditer(body):
        chunk = body[last : match.start()]
        if chunk:
            yield names, chunk
            names = []
        if match.group() != "绩效指标":
            names.append(match.group())
        last = match.end()
    if body[last:]:
        yield names, body[last:]


def _levels(names: Sequence[str]) -> tuple[str, str]:
    """The level names printed above a row: the last names a level 2 where it can, the nearest level 1 before it."""
    if not names:
        return "", ""
    last = names[-1]
    if len(names) == 1 and level1_code(last) in ("output", "benefit", "satisfaction") and not level2_code(last):
        return last, ""
    firsts = [n for n in names[:-1] if level1_code(n) is not None]
    lone = "满意度指标" if "满意度指标" in last and last == names[0] and level1_code(last) else ""
    return (firsts[-1] if firsts else lone), last


def _total_row(label: str, pair: tuple[str, str] | None, fields: Sequence[str]) -> list[str]:
    found = dict(zip(("weight", "score"), pair, strict=True)) if pair else {}
    return [label if k == 0 else found.get(field, "") for k, field in enumerate(fields)]


@cache
def _labels() -> re.Pattern[str]:
    """The label words of a form's top, the longest first."""
    words = {fold(w) for group in load_toml("heads.toml")["labels"].values() for w in group}
    long = sorted((w for w in words if len(w) >= MIN_LABEL_CHARS), key=len, reverse=True)
    return re.compile("(" + "|".join(map(re.escape, long)) + r")(?:\(盖章\))?:?")


def _rows_above(text: str) -> tuple[list[str], list[list[str]]]:
    """What stands above the indicators: lines before the form, and rows of labels and of the funds block."""
    funds = _find_funds(text)
    top = text[: funds.start] if funds else text
    found = list(_labels().finditer(top))
    while found and head_field("labels", found[0].group()) not in ("subject", "department", "competent_dept"):
        del found[0]
    first = found[0].start() if found else len(top)
    title = _TITLE.search(top[:first])
    before = [part for part in (top[: title.start()], title.group()) if part] if title else [top[:first]]
    rows: list[list[str]] = []
    section = ""
    for k, match in enumerate(found):
        value = top[match.end() : found[k + 1].start() if k + 1 < len(found) else len(top)]
        if k + 1 == len(found) and funds:
            value, section = _section_label(value)
        rows.append([match.group(), value])
    if funds:
        rows.extend(_funds_rows(text[funds.end :], funds, section))
    return [line for line in before if line], rows


def _section_label(value: str) -> tuple[str, str]:
    """The last label's value and the funds block's own label, which stands right behind it."""
    for k in range(max(0, len(value) - MAX_HEAD_CHARS), len(value)):
        if head_field("sections", value[k:]) == "funds":
            return value[:k], value[k:]
    return value, ""


def _find_funds(text: str) -> _Heads | None:
    """The head of the funds block: at least two amounts named one behind the other."""
    for match in re.finditer(r"年初|全年|预算数|调整", text):
        heads = _heads_from(text, match.start(), "funds")
        if heads and len({"initial_budget", "annual_budget", "executed"} & set(heads.fields)) >= 2:
            return heads
    return None


def _funds_rows(text: str, heads: _Heads, section: str) -> Iterator[list[str]]:
    """The head of the funds block and its lines: a label, then amounts where only one split is right."""
    yield [section, "", *heads.texts]
    goals = _GOALS.search(text)
    body = text[: goals.start()] if goals else text
    total: dict[str, str] = {}
    last = 0
    for match in _NUMBERS.finditer(body):
        label, last = body[last : match.start()], match.end()
        label = _last_item(label) or ""
        values = split_amounts(match.group(), heads.fields, total) if label else None
        if values is None:
            continue
        total = total or values
        yield ["", label, *(values.get(field, "") for field in heads.fields)]


def _last_item(text: str) -> str | None:
    """The label right before a line's figures, where labels of blank lines stand before it; None for no known label."""
    for match in reversed(list(_ITEM_START.finditer(text))):
        if match.start() > 3 and item_code(text[match.start() :]) and item_code(text[: match.start()]):
            return text[match.start() :]
    return text if item_code(text) else None
