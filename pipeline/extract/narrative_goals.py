"""Sentences → what a report states as its goal."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.extract.narrative_lines import (
    LIST_MARK,
    Line,
    load_rules,
    load_words,
    match_any,
    split_sentences,
    strip_mark,
)

GOAL_LENGTH = 1500  # characters: a longer text tells of the work, it states no goal
NUMBERED_GOAL = re.compile(r"(?:年度)?(?:绩效)?目标[\d一二三四五六七八九十]{1,2}[:、.]")
_ABOUT_GOALS = re.compile(
    r"绩效目标(?:设[定立置]|申报|编[制报]|管理|明确|合理)|评价目的|指标体系|元[^。;]{0,24}(?:到位|拨付|分配|支付)"
)


def find_goal(lines: Sequence[Line]) -> str | None:
    """The goal as written: a `目标1：… 目标2：…` list, what follows `总体目标为：`, or the paragraph under 绩效目标."""
    return _numbered_goals(lines) or _announced_goal(lines) or _goal_under_heading(lines)


def _numbered_goals(lines: Sequence[Line]) -> str | None:
    """The first run of lines that begin with 目标1, 目标2 …, joined; one line that holds them all is a run too."""
    run: list[Line] = []
    for line in lines:
        if NUMBERED_GOAL.match(line.text):
            run.append(line)
        elif run:
            break
    if len(run) > 1 or (run and len(NUMBERED_GOAL.findall(run[0].text)) > 1):
        return "".join(line.folded.written.strip() for line in run)
    return None


def _announced_goal(lines: Sequence[Line]) -> str | None:
    """What follows `…目标为：`: the sentence, and those after it that go on counting (一是…；二是…).

    Several paragraphs that begin with 绩效目标： are the goals of several projects: none is the whole's.
    """
    if sum(line.text.startswith("绩效目标:") for line in lines) > 1:
        return None
    for at, line in enumerate(lines):
        for pattern in load_rules("goal_lead"):
            for match in pattern.finditer(line.text):
                if re.search(
                    r"(?:完成|达到|实现|偏离|围绕|根据|对照|未|是否)[^,。;:]{0,8}$", line.text[: match.start()]
                ):
                    continue
                goal = _goal_from(lines, at, match.end())
                if goal:
                    return goal
    return None


def _goal_from(lines: Sequence[Line], at: int, start: int) -> str | None:
    folded = lines[at].folded
    rest = folded.part(start, len(folded.text))
    pieces: list[str] = []
    for sentence in split_sentences(rest):
        if pieces and not pieces[-1].endswith((";", "；")) and not _goes_on(sentence.text):
            break
        pieces.append(sentence.raw(0, len(sentence.text)))
    complete = not rest.text or "".join(pieces).endswith(rest.written.strip()[-1:])
    if complete:
        pieces += _following_items(lines[at + 1 :], began=not rest.text)
    goal = _joined(folded.written, pieces)
    return goal if goal and len(goal) <= GOAL_LENGTH else None


def _goes_on(text: str) -> bool:
    return LIST_MARK.match(text) is not None or re.match(r"其[一二三四五六]|第[一二三四五六]", text) is not None


def _joined(written: str, pieces: Sequence[str]) -> str:
    """Pieces of one paragraph with the blanks that stood between them, the rest joined straight."""
    joined = ""
    for piece in pieces:
        joined += f" {piece}" if joined and f"{joined} {piece}" in written else piece
    return joined.strip()


def _following_items(lines: Sequence[Line], *, began: bool) -> list[str]:
    """The list items, or (where nothing stood behind the colon) the paragraph, in the lines below."""
    items: list[str] = []
    for line in lines:
        mark = LIST_MARK.match(line.text)
        if mark is None or re.match(r"[一二三四五六七八九十]{1,3}、|\([一二三四五六七八九十]{1,3}\)", line.text):
            break
        items.append(line.folded.written.strip())
    if not items and began and lines and not lines[0].is_heading:
        return [lines[0].folded.written.strip()]
    return items if began else []


def _goal_under_heading(lines: Sequence[Line]) -> str | None:
    """The paragraph right under, or behind, a 绩效目标 heading, where it opens as a goal does (通过…, 完成…)."""
    opens = re.compile(rf"(?:{LIST_MARK.pattern})?(?:20\d{{2}}年度?,?)?(?:{load_words('goal_verb')})")
    for at, line in enumerate(lines):
        head, _, behind = line.text.partition("。")
        if match_any("goal_heading", strip_mark(head)) is None:
            continue
        if behind:
            start = len(head) + 1
            goal = line.folded.raw(start, len(line.text))
        else:
            below = lines[at + 1] if at + 1 < len(lines) else None
            if below is None or below.is_heading:
                continue
            behind, goal = below.text, below.folded.written.strip()
        if opens.match(behind) and not _ABOUT_GOALS.search(behind) and len(goal) <= GOAL_LENGTH:
            return goal
    return None
