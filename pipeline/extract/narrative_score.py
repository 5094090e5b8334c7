"""Sentences → the overall conclusion's score, its maximum and the grade."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from pipeline.extract.narrative_lines import (
    Folded,
    Line,
    clause_start,
    load_rules,
    load_words,
    split_sentences,
    strip_mark,
)
from pipeline.lexicon import load_toml
from pipeline.normalize.codes import parse_grade
from pipeline.normalize.number import parse_number

SCORE_MAX = Decimal(100)
LOWEST_MAXIMUM = Decimal(50)  # points: less is the maximum of a part
PARTS_OF_A_WHOLE = 3  # a clause that names this many parts speaks of all of them
_OTHER_YEAR = re.compile(r"上年|去年|往年|上一年|同期|较|相比")
_INDICATOR_HEADING = re.compile(r"指标分析|产出情况|效益情况|过程情况|决策情况|满意度情况|效果情况|产出指标|效益指标")
_CONCLUDING = re.compile(r"评价|自评|考评|评定|综合|结论|等级|等次|评审|打分|考核")
_MULTIPLE = re.compile(r"平均|各项目|分别|个项目|最高|最低")
_PART_HEADING = re.compile(
    r"^(?:决策|过程|产出|效益|效果|投入|满意度|管理|履职效能|项目(?:决策|过程|产出|效益|管理))(?:情况|指标|分析|类|部分)*$"
)
_OF_ONE_INDICATOR = re.compile(r"(?:该|本|此)(?:项|级|类|部分)?(?:一级|二级|三级)?指标")


@dataclass(frozen=True, slots=True)
class Score:
    """A conclusion as it is stated: value and text of the score, the maximum, the grade, and the line it stands in."""

    value: Decimal | None = None
    raw: str | None = None
    maximum: Decimal | None = None
    grade: str | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class _Candidate:
    value: Decimal
    raw: str
    line: int
    sentence: str
    strength: int


def find_score(lines: Sequence[Line], *, in_item: bool = False) -> Score:
    """The score and grade of the whole; what indicators, parts, other years and grading rules get is passed over.

    The strongest wording wins (`自评综合得分` over `得分`), then the first. Null where none is stated. A bare `得分`
    counts only in a sentence that concludes, save `in_item`: a list of projects gives each its own.
    """
    candidates = [found for line in lines for found in _line_candidates(line, in_item=in_item)]
    best = max(_without_scale(candidates), key=lambda found: found.strength, default=None)
    grade = _find_grade(lines, best)
    if best is None:
        return Score(grade=grade)
    return Score(best.value, best.raw, _stated_maximum(lines, best) or SCORE_MAX, grade, best.line)


def _line_candidates(line: Line, *, in_item: bool) -> list[_Candidate]:
    under_indicators = any(_INDICATOR_HEADING.search(heading) for heading in line.headings)
    found: list[_Candidate] = []
    if _is_under_part(line):
        return found
    for sentence in split_sentences(line.folded):
        for candidate in _sentence_candidates(sentence, line.index):
            if candidate.strength == 1 and (under_indicators or not (in_item or _CONCLUDING.search(sentence.text))):
                continue
            found.append(candidate)
    return _without_maximum(found)


def _is_under_part(line: Line) -> bool:
    """Whether the nearest heading, on its own line or at the start of this one, names one part of a score."""
    opening = strip_mark(line.text).partition("。")[0]
    nearest = strip_mark(line.headings[-1]).rstrip("。:") if line.headings else ""
    return any(_PART_HEADING.match(heading) for heading in (opening, nearest))


def _without_scale(candidates: Sequence[_Candidate]) -> list[_Candidate]:
    """Candidates without the scale itself (`采用百分制，总分100分，其中决策15分`), unless only parts follow it."""
    reached = [found for found in candidates if not _is_scale(found)]
    return reached or [found for found in candidates if "百分制" not in found.sentence]


def _is_scale(found: _Candidate) -> bool:
    named = re.search(rf"总分[为是:]*{re.escape(found.raw)}分", found.sentence) is not None
    return named and found.value >= SCORE_MAX and re.search("百分制|满分|其中", found.sentence) is not None


def _sentence_candidates(sentence: Folded, index: int) -> list[_Candidate]:
    found: list[_Candidate] = []
    taken: set[int] = set()
    for rule, pattern in zip(load_toml("narrative.toml")["score"], load_rules("score"), strict=True):
        for match in pattern.finditer(sentence.text):
            place = match.start("value")
            value = parse_number(match["value"])
            if place in taken or value is None or not _speaks_of_whole(sentence.text, match):
                continue
            taken.add(place)
            strength = 2 if rule["strong"] else 1
            if strength == 1 and "其中" in sentence.text[:place]:
                continue
            found.append(_Candidate(value, sentence.raw(*match.span("value")), index, sentence.text, strength))
    return found


def _speaks_of_whole(sentence: str, match: re.Match[str]) -> bool:
    """Whether the clause before a score names no part, no other year, no rule of grading and no other object."""
    start = clause_start(sentence, match.start())
    before = re.sub(load_words("whole"), "", sentence[start : match.start()])
    after = sentence[match.end() : match.end() + 12]
    clause = before + match[0] + re.split(r"[,;。]", after)[0]
    if _OF_ONE_INDICATOR.search(sentence[: match.start()]):
        return False
    if any(rule.search(clause) for rule in load_rules("grading_rule")) or _OTHER_YEAR.search(before):
        return False
    if _MULTIPLE.search(before) or before.startswith("其中"):
        return False
    parts = set(re.findall(load_words("part"), before))
    if parts and len(parts) < PARTS_OF_A_WHOLE and not re.search(r"方面|维度", before):
        return False
    return not re.match(r"以上|以下|的|及以上|\(含|[-~—至]", after)


def _without_maximum(candidates: list[_Candidate]) -> list[_Candidate]:
    """Candidates without `总分100分` where the same sentence goes on to say what was reached."""
    return [
        one
        for one in candidates
        if not (
            re.search(rf"(?:总分|满分|总分值)[为是:]*{re.escape(one.raw)}", one.sentence)
            and any(other is not one and other.sentence == one.sentence for other in candidates)
        )
    ]


def _stated_maximum(lines: Sequence[Line], best: _Candidate) -> Decimal | None:
    """The maximum named in the score's sentence, else in its line, if it is not below the score."""
    texts = [best.sentence, *(line.text for line in lines if line.index == best.line)]
    for text in texts:
        for pattern in load_rules("score_max"):
            for match in pattern.finditer(text):
                value = parse_number(match["value"])
                clause = text[clause_start(text, match.start()) : match.start()]
                is_score = value == best.value and not match[0].startswith("满分")
                if value is None or is_score or value < max(best.value, LOWEST_MAXIMUM):
                    continue
                if not re.search(load_words("part"), clause):
                    return value
    return None


def _find_grade(lines: Sequence[Line], best: _Candidate | None) -> str | None:
    """The grade said with the score, else the first in the score's line, else the first anywhere."""
    near = [line for line in lines if best is not None and line.index == best.line]
    ranked = [best.sentence] if best is not None else []
    ranked += [sentence.text for line in near for sentence in split_sentences(line.folded)]
    ranked += [sentence.text for line in lines for sentence in split_sentences(line.folded)]
    return next((grade for text in ranked if (grade := sentence_grade(text)) is not None), None)


def sentence_grade(sentence: str) -> str | None:
    """The grade that a folded sentence gives to the whole; None where it explains grades or names several."""
    for pattern in load_rules("grade"):
        for match in pattern.finditer(sentence):
            start = clause_start(sentence, match.start())
            clause = sentence[start : match.end()]
            after = sentence[match.end() : match.end() + 2]
            before = re.sub(load_words("whole"), "", sentence[start : match.start()])
            if any(rule.search(clause) for rule in load_rules("grading_rule")) or after.startswith(("的", "、")):
                continue
            if _OTHER_YEAR.search(before) or _MULTIPLE.search(before) or re.search(load_words("part"), before):
                continue
            return parse_grade(match["value"])
    return None
