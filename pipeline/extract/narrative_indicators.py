"""Lists and sentences → indicators that a report states outside any form."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from pipeline.extract.narrative_lines import LIST_MARK, NUMBER, Folded, Line, strip_mark
from pipeline.labels import level1_code, level2_code, split_points
from pipeline.normalize.number import parse_number
from pipeline.normalize.quantity import parse_quantity
from pipeline.records import Indicator

MIN_ITEMS = 2  # a head with a single sentence below it is prose
HEAD_LENGTH = 16  # characters of a head that opens a paragraph
LONGEST_ITEM = 60  # characters of an item of a list that is an indicator's name
NAME_LENGTH = 30  # characters of an indicator's name
_OP = r"≥|≧|⩾|≤|≦|⩽|>=|<=|>|<|="
_VALUE = rf"(?:{NUMBER})(?:[^\d,。;:()、]{{0,6}})"
_WORDED_TARGET = r"(?:目标值|年度指标值|指标值|预期值|计划值|计划|目标)(?:为|是|达到|:)?"
_TARGET = rf"(?:{_WORDED_TARGET}(?:{_OP})?|(?:{_OP})|不低于|不少于|不超过|不高于)"
_DONE = r"(?:全年|年度)?实际完成值|实际完成|全年完成|实际值|完成值|已完成|实际(?!支|使|执|到|拨)[一-鿿]{0,4}?|完成"
_ACTUAL_DONE = r"(?:全年|年度)?(?:实际完成值|实际完成|实际值|完成值|实际为|实际达到)(?:为|是|:)?"
_ACTUAL = rf"(?:{_DONE})(?:值|数)?(?:为|是|:|了)?"
_STATED = re.compile(
    rf"(?P<name>[^,。;:≥≤<>=]{{2,{NAME_LENGTH}}}?):?,?(?P<target>{_TARGET}(?:{_VALUE}))[,;]?(?:{_ACTUAL}(?P<actual>(?:{_OP})?{_VALUE}))"
)
_UNMARKED = re.compile(  # under a head: `质量指标：合格率100%，实际完成98%`
    rf"(?P<name>[^,。;:≥≤<>=\d]{{2,{NAME_LENGTH}}}?(?:率|度|占比|比例))(?P<target>(?:为|是|:)?\d[\d.]*%),?(?:{_ACTUAL_DONE})(?P<actual>(?:{_OP})?{_VALUE})"
)
_REACHED = re.compile(  # `覆盖率91.3%（目标值≥90%）`: the outcome stands in front
    rf"(?P<name>[^,。;:≥≤<>=]{{2,{NAME_LENGTH}}}?)(?:达到?|为|是|完成)?(?:了)?(?P<actual>{NUMBER}[^\d,。;:()、]{{0,4}})"
    rf"\((?:年初|年度|预期|绩效|全年)?(?:目标|指标|计划)值?(?:为|是|:)?(?P<target>(?:{_OP})?{_VALUE})\)"
)
_TARGET_ONLY = re.compile(rf"(?P<name>[^,。;:≥≤<>=]{{2,{NAME_LENGTH}}}?)(?P<target>(?:≥|≧|⩾|≤|≦|⩽|>=|<=)(?:{_VALUE}))")
_TARGET_WORD = re.compile(rf"^{_WORDED_TARGET}")
_NAME_TAIL = re.compile(r"(?:年初|年度|全年|预期)?$")  # of the target's word, not of the name
_WEIGHT = re.compile(r"(?:分值|权重|满分)(?:为|是|:)?(?P<value>\d{1,3}(?:\.\d+)?)分?")
_SCORE = re.compile(r"(?<!扣)(?:自评得分|得分|得)(?:为|是|:)?(?P<value>\d{1,3}(?:\.\d+)?)分?")
_QUOTED = re.compile(r"(?P<head>[一-鿿]{2,12}(?:指标|成本|效益|影响|满意度))[“\"](?P<name>[^”\"]+)[”\"]")
_OPENING = re.compile(r"(?:项目)?[一-鿿]{2,4}指标(?:完成)?(?:情况)?(?:分析)?[:。]")
_LEVEL2_HEAD = re.compile(r"(?P<head>[一-鿿]{2,12}(?:指标|成本|效益|影响|满意度)(?:\(\d{1,3}分?\))?)[:。]?")


def find_indicators(lines: Sequence[Line]) -> tuple[Indicator, ...]:
    """Indicators in lists under `数量指标：` and in `…数量≥7架，实际7架`, in document order.

    A sentence that only talks about an indicator (`数量指标：全年巡查130次，得分15分`) gives none: name, target and
    outcome have no marks of their own in it.
    """
    found: list[tuple[int, int, Indicator]] = []
    head: Folded | None = None
    items: list[tuple[int, Line, Folded]] = []
    listed: set[int] = set()
    for place, line in enumerate(lines):
        opened = _level2_head(line)
        if opened is not None or (line.is_heading and not LIST_MARK.match(line.text)) or _is_section(line):
            found += _list_indicators(head, items)
            head, items = (opened[0] if opened else None), []
            if opened is not None:
                items = [(place, line, item) for item in _inline_items(opened[1])]
        elif head is not None:
            if not LIST_MARK.match(line.text):
                found += _list_indicators(head, items)
                head, items = None, []
            else:
                items.append((place, line, line.folded))
    found += _list_indicators(head, items)
    listed = {place for place, _, _ in found}
    for place, line in enumerate(lines):
        if place not in listed:
            found += [(place, at, indicator) for at, indicator in enumerate(_stated_indicators(line))]
    return tuple(indicator for _, _, indicator in sorted(found, key=lambda entry: entry[:2]))


def _is_section(line: Line) -> bool:
    """Whether a line is a heading that closes a list: 一、 or （一）, or one of another first level."""
    closes = re.search(r"指标(?:完成)?(?:情况)?(?:分析)?[:。]?$", line.text) is not None
    if line.is_heading and closes and _level1_name(line.text):
        return True
    opening = _OPENING.match(strip_mark(line.text))  # `3.满意度指标完成情况。家长满意度≥90%…`
    if opening is not None and _level1_name(opening[0]):
        return True
    return (
        line.is_heading
        and re.match(r"[一二三四五六七八九十]{1,3}、|\([一二三四五六七八九十]{1,3}\)", line.text) is not None
    )


def _level2_head(line: Line) -> tuple[Folded, Folded] | None:
    """The head of a list (`数量指标`) and what stands behind it on the line; None where the line is no such head."""
    mark = LIST_MARK.match(line.text)
    start = mark.end() if mark else 0
    match = _LEVEL2_HEAD.match(line.text, start)
    if match is None or level2_code(split_points(match["head"])[0]) is None:
        return None
    if match.end() < len(line.text) and line.text[match.end() - 1] not in ":。":
        return None
    return line.folded.part(*match.span("head")), line.folded.part(match.end(), len(line.text))


def _inline_items(behind: Folded) -> list[Folded]:
    """The items of `1.…；2.…` behind a head, each with its mark; none where no list stands there."""
    marks = [
        match.start()
        for match in re.finditer(
            r"(?:(?<=[;。:,])|^)(?:\(?\d{1,2}\)?[、.:)](?!\d)|[①-⑳]|\([一二三四五六七八九十]\))", behind.text
        )
    ]
    if len(marks) < MIN_ITEMS or marks[0] != 0:
        return []
    return [behind.part(start, end) for start, end in zip(marks, [*marks[1:], len(behind.text)], strict=True)]


def _list_indicators(
    head: Folded | None, items: Sequence[tuple[int, Line, Folded]]
) -> list[tuple[int, int, Indicator]]:
    """One indicator per item under a head; a lone item counts only where it states a target."""
    if head is None or not items:
        return []
    items = [entry for entry in items if not _tells(entry[2].text)]
    if len(items) < MIN_ITEMS and not any(
        _STATED.search(item.text) or _TARGET_ONLY.search(item.text) for _, _, item in items
    ):
        return []
    return [(place, at, _item_indicator(head, line, item)) for at, (place, line, item) in enumerate(items)]


def _tells(item: str) -> bool:
    """Whether an item tells of the work in sentences (`（1）培训方面。全年开班49期，…`): it is no indicator's name."""
    return len(item) > LONGEST_ITEM and _STATED.search(item) is None and _TARGET_ONLY.search(item) is None


def _item_indicator(head: Folded, line: Line, item: Folded) -> Indicator:
    stated = _STATED.search(item.text) or _TARGET_ONLY.search(item.text)
    if stated is not None:
        return _to_indicator(item, stated, line, head)
    start = len(item.text) - len(strip_mark(item.text))
    level3 = item.raw(start, len(item.text)).rstrip("；;")
    return _new_indicator(line, head, level3)


def _stated_indicators(line: Line) -> list[Indicator]:
    """Indicators with a target (and an outcome) in their own marks, anywhere in a line."""
    found: list[Indicator] = []
    end = 0
    text = line.text
    for pattern in (_STATED, _REACHED, _UNMARKED, _TARGET_ONLY):
        for match in pattern.finditer(text):
            if match.start() < end or not _is_name(match["name"], text, match):
                continue
            if pattern is _UNMARKED and _head_before(line.folded, match.start()) is None:
                continue
            found.append(_to_indicator(line.folded, match, line, _head_before(line.folded, match.start())))
        if found:
            break
    return found


def _is_name(name: str, text: str, match: re.Match[str]) -> bool:
    """Whether what stands before a target reads as a name: no number of money, no grading rule, no formula."""
    bare = strip_mark(name)
    if _TARGET_WORD.fullmatch(bare) or bare.count("(") > bare.count(")"):
        return False  # `在线率98.6%(目标值≥95%)`: the outcome stands in front
    if len(bare) < 2 or re.search(r"得分|分值|\d分|如果|若|当|扣|执行率$|元$|^其中|分数|满分", bare):
        return False
    if re.search(r"(?:经费|资金|补助|预算|项目)(?:\([^()]*\))?$", bare) and re.search(r"元$", match["target"]):
        return False
    symbolic = re.search(_OP, match["target"]) is not None
    named_target = match.re in (_REACHED, _UNMARKED) or _TARGET_WORD.match(match["target"]) is not None
    return (symbolic or named_target) and not re.search(
        r"得满分|扣\d|每低|每少|优秀|良好", text[match.end() : match.end() + 12]
    )


def _head_before(folded: Folded, place: int) -> Folded | None:
    """The last level-2 head before a stated indicator in its line (`数量指标：新建水窖≥7座，实际7座；修渠≥3公里…`)."""
    heads = [
        match
        for match in re.finditer(
            r"(?:[一二三四五六七八九十]是)?(?P<head>[一-鿿]{2,12}?)(?:完成情况)?(?:分析)?[:。]", folded.text[:place]
        )
        if level2_code(match["head"]) and not match["head"].endswith("目标")
    ]
    return folded.part(*heads[-1].span("head")) if heads else None


def _to_indicator(folded: Folded, match: re.Match[str], line: Line, head: Folded | None) -> Indicator:
    start, end = match.span("name")
    start += len(match["name"]) - len(strip_mark(match["name"]))
    target_start = match.start("target")
    lead = _TARGET_WORD.match(match["target"]) or re.match("[为是:]", match["target"])
    target_raw = folded.raw(target_start + (lead.end() if lead else 0), match.end("target"))
    actual_raw = folded.raw(*match.span("actual")) if "actual" in match.groupdict() else None
    target = parse_quantity(target_raw)
    actual = parse_quantity(actual_raw, target.unit if target else None) if actual_raw else None
    rest = re.split(r"[。;]", folded.text[match.end() :])[0]
    weight, score = (_points(pattern, folded, match.end(), rest) for pattern in (_WEIGHT, _SCORE))
    end -= len(_NAME_TAIL.search(match["name"])[0])  # type: ignore[index]
    head, start, end = _quoted_name(folded, start, end) or (head, start, end)
    base = _new_indicator(line, head, folded.raw(start, end))
    return Indicator(
        level2_raw=base.level2_raw,
        level2=base.level2,
        level3=base.level3,
        target_raw=target_raw,
        target_op=target.op if target else None,
        target_value=target.value if target else None,
        target_unit=target.unit if target else None,
        actual_raw=actual_raw,
        actual_value=actual.value if actual else None,
        actual_unit=actual.unit if actual else None,
        weight_raw=weight[0],
        weight=weight[1],
        score_raw=score[0],
        score=score[1],
        level1_raw=base.level1_raw,
        level1=base.level1,
        evidence=line.evidence,
    )


def _quoted_name(folded: Folded, start: int, end: int) -> tuple[Folded, int, int] | None:
    """Level-2 head and place of the name of `数量指标“养护里程”`; None where the name is not written so."""
    match = _QUOTED.fullmatch(folded.text[start:end])
    if match is None or level2_code(match["head"]) is None:
        return None
    head = folded.part(start + match.start("head"), start + match.end("head"))
    return head, start + match.start("name"), start + match.end("name")


def _points(pattern: re.Pattern[str], folded: Folded, start: int, rest: str) -> tuple[str | None, Decimal | None]:
    match = pattern.search(rest)
    if match is None:
        return None, None
    return folded.raw(start + match.start("value"), start + match.end("value")), parse_number(match["value"])


def _new_indicator(line: Line, head: Folded | None, level3: str) -> Indicator:
    """An indicator with its levels: level 2 from the head of its list, level 1 from a heading 产出指标, 效益指标 …"""
    level2_raw = split_points(head.raw(0, len(head.text)))[0] if head else None
    opening = re.split(r"[。:]", line.text)[0]  # `1.产出指标。一是数量指标：…` on one line
    own = [opening] if len(opening) < HEAD_LENGTH else []
    level1_raw = next((name for text in (*own, *reversed(line.headings)) if (name := _level1_name(text))), None)
    return Indicator(
        level1_raw=level1_raw,
        level1=level1_code(level1_raw) if level1_raw else None,
        level2_raw=level2_raw,
        level2=level2_code(level2_raw) if level2_raw else None,
        level3=level3,
        evidence=line.evidence,
    )


def _level1_name(heading: str) -> str | None:
    """The level-1 name in a folded heading: `（一）产出指标完成情况` → 产出指标."""
    match = re.search(r"(?:项目)?(?:产出|效益|效果|满意度|成本|投入|过程|决策|管理)指标", strip_mark(heading))
    return match[0] if match and level1_code(match[0]) else None
