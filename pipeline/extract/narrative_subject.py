"""Title, labels, known forms and sentences → whose report it is and what it is about."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from pipeline.extract.narrative_cover import split_pairs
from pipeline.extract.narrative_lines import LIST_MARK, Line, fold_places, load_words, ordered_likeness
from pipeline.extract.narrative_title import as_written, find_body, is_project_name, title_name, title_subject

SAME_NAME = 0.6  # a name in the text is a form's subject when they share this much in order
TITLE_SAME_NAME = 0.7
MENTION_LENGTH = 40
OPENING_LINES = 6  # of a report, in which it says what it is on
_OWN = re.compile(r"^(?:我|本|该)(?:校|局|院|委|办|所|站|县|市|区|镇|乡|街道|单位|部门|中心)(?=.{3})")
_GOT = re.compile(r"^共?(?:获得|收到|争取|下达)(?=.{4})")
_PROJECT_CODE = re.compile(r"^[0-9A-Z]{10,}[-—]")


def find_subject(title: str | None, lines: Sequence[Line], known_subjects: Sequence[str]) -> str | None:
    """A project report's subject: 项目名称 line, title, a form of the file, the money sentence, the name used most.

    A form's name is given as the form has it where title or text mean the same project.
    """
    labelled = next(
        (value for line in lines for field, _, value in split_pairs(line.paragraph.text) if field == "subject"), None
    )
    named = labelled or (title_subject(title) if title else None) or _parenthesised(title, lines)
    if named:
        known = _most_like(named, known_subjects, TITLE_SAME_NAME)
        return known or named
    known = _known_in_text(lines, known_subjects)
    if known is None and len(known_subjects) == 1:
        return known_subjects[0]
    told = known or (
        None
        if _tells_of_several(lines)
        else _evaluated_subject(lines) or _money_subject(lines) or _mentioned_subject(lines)
    )
    return re.sub(_GOT, "", re.sub(_OWN, "", told)) if told else None


def _tells_of_several(lines: Sequence[Line]) -> bool:
    """Whether the opening counts the projects that the report is on (`实施项目共15个`): none of them is its subject."""
    many = r"(?:\d{2,}|[2-9])个"
    counted = re.compile(rf"项目(?:支出)?(?:共计?)?{many}|(?:批复|安排|实施|自评)[^,。;]{{0,20}}{many}项目")
    return any(counted.search(line.text) for line in lines[:6])


def _parenthesised(title: str | None, lines: Sequence[Line]) -> str | None:
    """The project in parentheses behind a title that names none, or on a line of its own right below it."""
    named = re.compile(rf"(?:20\d{{2}}年度?)?(?P<name>[^。,;:()]{{4,40}}(?:{load_words('project_end')}))")
    at = next((place for place, line in enumerate(lines[:4]) if title and line.text in fold_places(title).text), None)
    if title and at is not None:
        while at + 1 < len(lines) and lines[at + 1].text in fold_places(title).text:
            at += 1
        line = lines[at + 1] if at + 1 < len(lines) else lines[at]
        match = named.fullmatch(line.text)
        if match and not LIST_MARK.match(line.text) and is_project_name(match["name"]):
            return line.folded.raw(*match.span("name"))
    below = [line.paragraph.text for line in lines[:3] if line.text.startswith("(") and line.text.endswith(")")]
    for text in (title or "", *below):
        match = re.search(r"[（(](?P<name>[^（()）]{4,40})[)）]$", text.strip())
        if match and re.search(rf"(?:{load_words('project_end')})$", match["name"]) and is_project_name(match["name"]):
            return match["name"]
    return None


def bare_subject(name: str) -> str:
    """A project's name for comparing: folded, without code, year and the words for its form."""
    folded = _PROJECT_CODE.sub("", fold_places(name).text)
    return re.sub(r"^20\d{2}年度?|(?:项目支出|项目)$", "", folded)


def _most_like(name: str, known_subjects: Sequence[str], least: float) -> str | None:
    ranked = [(ordered_likeness(bare_subject(name), bare_subject(known)), known) for known in known_subjects]
    best = max(ranked, key=lambda pair: pair[0], default=None)
    return best[1] if best is not None and best[0] >= least else None


def _known_in_text(lines: Sequence[Line], known_subjects: Sequence[str]) -> str | None:
    """The form whose subject the text names: word for word most often, else the most like; a lone form needs less."""
    whole = "\n".join(line.text for line in lines)
    counts = [
        (whole.count(bare_subject(known)), -place, known)
        for place, known in enumerate(known_subjects)
        if bare_subject(known)
    ]
    best = max(counts, default=None)
    if best is not None and best[0] > 0:
        return best[2]
    mentions = Counter(mention for line in lines for mention in _mentions(line.text))
    ranked = [
        (max((ordered_likeness(bare_subject(known), mention) for mention in mentions), default=0.0), -place, known)
        for place, known in enumerate(known_subjects)
    ]
    likest = max(ranked, default=None)
    return likest[2] if likest is not None and likest[0] >= SAME_NAME else None


def _mentions(text: str) -> list[str]:
    """Names of money and projects in a folded line, each as long as it may be."""
    name = rf"(?P<name>[一-鿿、“”\d]{{3,{MENTION_LENGTH}}}?(?:经费|专项资金|资金|项目|补助|工程))"
    pattern = rf"(?:^|[,。;:《“对为将的于及展了上])(?:20\d{{2}}年度?)?{name}"
    return [match["name"] for match in re.finditer(pattern, text) if _is_mention(match["name"])]


def _is_mention(name: str) -> bool:
    """Whether a name cut out of a sentence is a project's: one that begins with a verb is a piece of the sentence."""
    return (
        is_project_name(name)
        and re.match(
            rf"{load_words('goal_verb')}|提高|使用|安排|收到|获得|争取|下达|管理|规范|各项|所有|相关|有关|部分", name
        )
        is None
    )


def _evaluated_subject(lines: Sequence[Line]) -> str | None:
    """The project that the opening says was evaluated (`对2017年度某市辅警工资专项经费进行了绩效评价`)."""
    pattern = re.compile(
        rf"对(?:20\d{{2}}年度?)?(?P<name>[一-鿿“”、]{{4,40}}?(?:{load_words('project_end')}))(?:项目)?(?:支出)?"
        r"(?:的?(?:使用|支出|实施)?情况)?(?:进行|开展|组织|实施)了?(?:全面|重点|现场|部门)?绩效(?:自评|评价|自评价)"
    )
    for line in lines[:OPENING_LINES]:
        if (match := pattern.search(line.text)) and _is_mention(match["name"]):
            return line.folded.raw(*match.span("name"))
    return None


def _money_subject(lines: Sequence[Line]) -> str | None:
    """The name in `2020年度预算XX经费为28.35万元`, `2023年度XX经费41万元`: a year's money with a name of its own."""
    pattern = re.compile(
        r"(?:20\d{2}年度?|本年度?)(?:[一-鿿]{0,8}(?:预算|安排|下达))?(?:安排|的)?"
        r"(?P<name>(?!、)[一-鿿、“”\d]{2,30}?(?:经费|专项资金|补助资金|资金|补助|补贴))(?:项目)?(?:预算|共|合计|总额){0,2}(?:为|共计|:)?\d[\d,.]*[亿万]?元"
    )
    for line in lines:
        for match in pattern.finditer(line.text):
            if _is_mention(match["name"]) and not re.search(r"收入|拨款|结转", match["name"]):
                return line.folded.raw(*match.span("name"))
    return None


def _mentioned_subject(lines: Sequence[Line]) -> str | None:
    """The project name that the text uses in front of 项目, 使用, 预算; the most frequent, then the first."""
    pattern = re.compile(
        r"(?:^|[,。;:对为将的及展了上《“])(?:20\d{2}年度?)?(?P<name>[一-鿿]{3,20}?(?:经费|专项资金|工程|补助))(?=项目|的?使用|绩效|预算|产出|支出)"
    )
    counts: Counter[str] = Counter()
    first: dict[str, Line] = {}
    for line in lines:
        for match in pattern.finditer(line.text):
            if _is_mention(match["name"]):
                counts[match["name"]] += 1
                first.setdefault(match["name"], line)
    if not counts:
        return None
    name = counts.most_common(1)[0][0]
    return as_written(first[name].folded, name)


def find_department(title: str | None, lines: Sequence[Line], signature: str | None) -> str | None:
    """A department report's subject: the body in the title, on a 部门名称 line, in the signature."""
    if title:
        folded = fold_places(title)
        body = find_body(title_name(title))
        if body:
            return as_written(folded, body)
    for line in lines:
        for field, _, value in split_pairs(line.paragraph.text):
            if field in ("department", "filled_by", "implementing_unit"):
                return value
    return signature


def find_dept_and_unit(lines: Sequence[Line], subject: str | None, *, in_item: bool) -> tuple[str | None, str | None]:
    """(主管部门, 实施单位) where they are named: label lines, `主管部门为…`, `（项目）由…实施`.

    In running text 由…实施 counts only in a sentence on the project (by name, or as 项目) or its money; in an item of a
    list the project is its subject.
    """
    org = rf"[^,。;:()]{{2,40}}?(?:{load_words('org')})"
    competent = re.compile(rf"(?<!其)主管部门(?:为|是|:)(?P<name>{org})(?=[,。;()]|$)")
    unit = re.compile(rf"(?:实施单位|项目单位|承担单位|实施主体|建设单位)(?:为|是|:)(?P<name>{org})(?=[,。;()]|$)")
    named = [re.escape(bare_subject(subject))] if subject and bare_subject(subject) else []
    lead = "" if in_item else rf"(?:{'|'.join([*named, '项目', '主管部门', '资金', '经费'])})[^。;]{{0,40}}?"
    done = re.compile(rf"{lead}由(?P<name>{org})(?:具体|负责|牵头|组织|承担|统一)*(?:组织)?(?:实施|承建|承担|建设)")
    names: dict[str, str] = {}
    for line in lines:
        for field, _, value in split_pairs(line.paragraph.text):
            names.setdefault(field, value)
        for field, patterns in (("competent_dept", (competent,)), ("implementing_unit", (unit, done))):
            for pattern in patterns:
                match = pattern.search(line.text)
                if match and field not in names:
                    names[field] = line.folded.raw(*match.span("name"))
    return names.get("competent_dept"), names.get("implementing_unit")
