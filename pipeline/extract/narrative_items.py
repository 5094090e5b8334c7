"""A report on many projects → the lines of each project."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from pipeline.extract.narrative_funds import find_fund
from pipeline.extract.narrative_lines import Line, fold_places, load_words
from pipeline.extract.narrative_org import is_summary
from pipeline.extract.narrative_score import find_score
from pipeline.extract.narrative_title import is_project_name, title_subject
from pipeline.records import Kind

MIN_ITEMS = 2
LOWEST_SCORE = 45  # below it a number in a list is a part of a score, not a project's own
_MARK = (
    r"(?P<mark>\(?\d{1,2}(?:\)[、.]?|[、.](?!\d)|:)|\([一二三四五六七八九十]{1,3}\)|[①-⑳]|[一二三四五六七八九十]{1,3}、"
    r"|(?:项目|第)[一二三四五六七八九十\d]{1,3}(?:个项目)?[:、,是]|[一二三四五六七八九十]{1,2}是)"
)
_STOP = re.compile(
    r"存在(?:的)?(?:主要)?问题|共性问题|有关建议|下一步|结果应用|改进措施|主要经验|工作开展情况|总体情况"
)


_OF_THE_BUDGET = re.compile(r"\((?:类|款|项)\)")  # 住房保障支出（类）…（项）: a line of the budget, no project
_OWN_HEAD = re.compile(r"^.{4,60}?(?:项目)?绩效目标(?:实际)?完成情况(?:综述)?[。:]")
_BUDGETED_AND_PAID = re.compile(
    r"(?:共|当年|全年|年度|年初)*(?:下达|安排|预算|批复|到位)[^,。;]{0,12}?\d[\d.,]*[亿万]?元,[^,。;]{0,12}(?:支出|支付|兑付|发放|使用|拨付|执行)[^,。;]{0,8}\d"
)
_NAMED_FUND = re.compile(
    r".{3,}(?:资金|专项|补助|补贴|奖补|奖励)"
)  # 费 and 工程 may be lines of one project's spending


def _opener() -> re.Pattern[str]:
    """How a project begins: a list number (or the start of a sentence) and a name that ends as projects' names do."""
    words = "年初|全年|当年|预算|安排|下达|自评|综合得分|评价|得分|总投资|主管部门|由|实施|绩效|支出绩效|为"
    after = rf"(?=[。:,;(]|$|{words}|\d)"
    label = r"(?:项目名称[:为]|项目[一二三四五六七八九十\d]{1,2}:)"
    labelled = rf"{label}[“\"《]?(?P<labelled>[^。;:,”\"》]{{2,60}})[”\"》]?(?=[。;:,]|$)"
    name = rf"[“\"《]?(?P<name>[^。;:,\"”》]{{2,60}}?(?:{load_words('project_end')})(?:\([^()]{{1,20}}\))?)[”\"》]?"
    quoted = r"[“\"《](?P<quoted>[^”\"》。;]{2,60})[”\"》](?:项目|专项|工程|经费)"
    listed = r"(?:(?<=[、,])(?=[^。;:,、]{2,40}?(?:自评|评价|综合|绩效)*得分))"
    return re.compile(rf"(?:(?<=[。;:])|^|{listed}){_MARK}?(?:{labelled}|{quoted}{after}|{name}{after})")


def split_items(lines: Sequence[Line], title: str | None, kind: Kind | None) -> list[tuple[str, list[Line]]]:
    """(name, lines) of each project where a report lists several, each with its own score, or budget and payment.

    Empty where fewer than two have them, or where the title names the one project it is on and no scores are listed.
    """
    pieces = [piece for piece in _pieces(lines) if is_project_name(fold_places(piece[0]).text)]
    scored = [piece for piece in pieces if _is_scored(piece[1])]
    if len(scored) >= MIN_ITEMS:
        return [piece for piece in pieces if piece in scored or find_fund(piece[1], piece[0], "project")]
    if kind == "department":  # only what stands under a head of its own is a project, not a part of the whole
        pieces = [piece for piece in pieces if _OWN_HEAD.search(piece[1][0].text)]
    elif title and title_subject(title) and not is_summary(title):
        return []
    paid = [piece for piece in pieces if find_fund(piece[1], piece[0], "project") is not None]
    return paid if len(paid) >= MIN_ITEMS else []


def _is_scored(lines: Sequence[Line]) -> bool:
    score = find_score(lines, in_item=True)
    return score.value is not None and score.value >= LOWEST_SCORE


def _pieces(lines: Sequence[Line]) -> list[tuple[str, list[Line]]]:
    """(name, lines) from each project name to the next, to a heading of other matters, or to the end."""
    opener = _opener()
    pieces: list[tuple[str, list[Line]]] = []
    current: list[Line] | None = None
    for line in lines:
        starts = [match for match in opener.finditer(line.text) if _opens(match, line)]
        if not starts:
            if _closes(line):
                current = None
            elif current is not None:
                current.append(line)
            continue
        if current is not None and starts[0].start() > 0:
            current.append(_part(line, 0, starts[0].start()))
        for match, end in zip(starts, [*(later.start() for later in starts[1:]), len(line.text)], strict=True):
            current = [_part(line, match.start(), end)]
            pieces.append((line.folded.raw(*match.span(_named(match))), current))
    return pieces


def _opens(match: re.Match[str], line: Line) -> bool:
    """Whether a name opens a project: numbered, or followed in its own sentence by money or a score."""
    name = match[_named(match)]
    if not is_project_name(name) or _STOP.search(name) or _OF_THE_BUDGET.search(name):
        return False
    if match["mark"] or match["labelled"]:
        return True
    sentence = re.split(r"[。;]", line.text[match.end() :])[0]
    if _BUDGETED_AND_PAID.match(sentence) and _NAMED_FUND.fullmatch(name):
        return True
    return re.search(r"\d分", sentence) is not None and re.match(r"由|的|是", line.text[match.end() :]) is None


def _named(match: re.Match[str]) -> str:
    """The group that holds a project's name: behind 项目名称, in quotes before 项目, else what ends as names do."""
    return next(group for group in ("labelled", "quoted", "name") if match[group])


def _closes(line: Line) -> bool:
    """Whether a heading leaves the list of projects: a first-level heading, or one on problems and advice."""
    return line.is_heading and (
        re.match(r"[一二三四五六七八九十]{1,3}、", line.text) is not None or bool(_STOP.search(line.text))
    )


def _part(line: Line, start: int, end: int) -> Line:
    return replace(line, folded=line.folded.part(start, end), is_heading=False)
