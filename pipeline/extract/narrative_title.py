"""Lines → titles of reports and forms, and what a title says: kind, year, body, project."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.document import Block, Paragraph, Table
from pipeline.extract.narrative_lines import Folded, fold_places, load_words, match_any
from pipeline.records import Kind

TITLE_LENGTH = 80  # characters of a whole title
TITLE_LINE_LENGTH = 45  # characters of one line of a title set over several
TITLE_LINES = 3
NAME_LENGTH = 3  # characters: a shorter rest of a title names no project
_YEAR = re.compile(r"(?:20|二[〇○零0])[\d〇○零一二三四五六七八九]{2}(?:-20\d{2})?(?:年度?|财年)(?!\d{1,2}月)")
_YEARS = re.compile(rf"{_YEAR.pattern}(?:[、和及与]{_YEAR.pattern})*")
_BARE_YEAR = re.compile(r"20\d{2}(?=项目|部门|专项|资金)")
_DEPARTMENT = re.compile(r"整体支出|部门整体|部门绩效|整体绩效|整体预算绩效")
_PROJECT = re.compile(r"项目|专项|资金|政策|经费|补助|工程")
_ARTICLE_KEYS = ("ArticleTitle", "标题", "名称", "信息名称", "文件名称", "title", "题名")
_BODY_AND_FORM = re.compile(  # 某县农业局专项资金: a body and words of the form, no project's name
    r".{2,30}(?:局|委|委员会|(?<!大)厅|办公室|政府|办事处|法院|检察院|联合会|总工会|妇联|残联|党校|支队|大队|中学|小学)"
    r"(?:专项|项目|资金|经费|财政|部门|支出)*"
)
_TITLE_LABEL = re.compile(r"^标\s?题\s?[:：]?(?=关于|.*\d{4}年)")  # of a web page's line of facts
_BREADCRUMB = re.compile(r"[>»›]|^(?:您?(?:的|现在|当前)*(?:所在)?的?位置)[:：]")
_REGION = r"(?:[一-鿿]{1,8}?(?:省|自治区|自治州|自治县|市|地区|盟|县|区|州|旗))"


@dataclass(frozen=True, slots=True)
class Title:
    """A title as written, its lines joined, and the blocks that it stands in."""

    text: str
    first: int
    last: int


_ACCOUNT_TITLE = re.compile(r"(?:19|20)\d\d年度?.{0,12}(?:决算|预算)(?:公开)?(?:情况)?(?:说明|报告|报表)?$")


def title_at(blocks: Sequence[Block], index: int) -> Title | None:
    """The report title that begins at this block, over one to three lines; None where none begins here."""
    joined = ""
    opening = blocks[index]
    if not isinstance(opening, Paragraph) or not opening.text.strip():
        return None
    last = index
    for n_lines in range(1, TITLE_LINES + 1):
        block = blocks[last] if last < len(blocks) else None
        text = _flat(block) if isinstance(block, Paragraph) else ""
        if not text or len(text) > (TITLE_LENGTH if n_lines == 1 else TITLE_LINE_LENGTH):
            return None
        if n_lines > 1 and not _continues(joined, text, opening, block):
            return None
        if n_lines == 1:
            text = _TITLE_LABEL.sub("", text)
        if n_lines == 1 and (opening.centered or opening.level):
            text = re.sub(r"^附[件表]\s*[\d一二三四五六七八九十]*(?:[-－]\d+)?\s*[:：.、]?\s*", "", text)
        joined += text
        if is_report_title(joined) and not _repeats_body(joined, text, n_lines):
            return Title(joined, index, last)
        last = _next_filled(blocks, last)
        if last < 0:
            return None
    return None


def _flat(paragraph: Paragraph) -> str:
    """The text of a title line as written, without the blanks that spread it and without breaks inside words."""
    text = " ".join(paragraph.text.split())
    return re.sub(r"(?<=[^\x00-\x7f]) | (?=[^\x00-\x7f])", "", text)


def _next_filled(blocks: Sequence[Block], index: int) -> int:
    """The next block after `index` that is not a blank paragraph; -1 at a table or the end."""
    for at in range(index + 1, len(blocks)):
        block = blocks[at]
        if isinstance(block, Table):
            return -1
        if block.text.strip():
            return at
    return -1


def _continues(above: str, text: str, opening: Paragraph, block: Block | None) -> bool:
    """Whether a line can go on a title begun above: the part above is an unfinished title, not a sentence or label."""
    folded = fold_places(above).text
    if (
        len(folded) > TITLE_LINE_LENGTH
        or is_form_title(above)
        or re.search(r"[。;:!?|>]|[,、]$|星期|\d月|^首页|^来源|^附[件表录]|^[(（]?\d{4}年度?[)）]?$", folded)
    ):
        return False
    if re.match(r"(?:\(?[一二三四五六七八九十\d]{1,3}\)?[、.)])", folded) or re.fullmatch(
        r"\(.*\)", fold_places(text).text
    ):
        return False
    both_centered = isinstance(block, Paragraph) and block.centered and opening.centered
    unfinished = _YEAR.search(folded) or re.search(
        rf"(?:{load_words('org')}|整体|支出|绩效|项目|专项|资金|经费|补贴|补助)$", folded
    )
    return len(folded) > 2 and bool(both_centered or unfinished)


def _repeats_body(joined: str, text: str, n_lines: int) -> bool:
    """Whether the last line is a whole title by itself that already names its body: the line above is no part of it."""
    if n_lines == 1 or not is_report_title(text):
        return False
    name = title_name(text)
    above = joined[: -len(text)]
    return above in text or (name != "" and find_body(name) is not None and find_body(above) is not None)


def is_report_title(text: str) -> bool:
    """Whether a line is the title of a performance report as a whole (`…项目支出绩效评价报告`)."""
    folded = fold_places(text).text
    if len(folded) > TITLE_LENGTH or re.match(r"附[件表录]|\(?[一二三四五六七八九十]{1,3}[)、]|\d{1,2}[、.]", folded):
        return False
    if re.search(r"[。,;:]|\.{3}|\d$", folded) or re.match(
        r"按照|根据|撰写|完成|形成|编制|提交|报送|开展|做好|审核", folded
    ):
        return False
    return match_any("report_title", folded) is not None


def is_form_title(text: str) -> bool:
    """Whether a line is the title of a form (`…绩效自评表（2023年度）`)."""
    folded = fold_places(text).text
    return len(folded) <= TITLE_LENGTH and match_any("form_title", folded) is not None


def title_name(title: str) -> str:
    """What stands in a folded report title before the words of the form: body, year and project."""
    match = match_any("report_title", fold_places(title).text)
    return re.sub(r"^关于|的$", "", match["name"]) if match else ""


def title_kind(title: str | None) -> Kind | None:
    """`department` for 部门整体支出, `project` for what names projects or money; None where it says neither."""
    folded = fold_places(title or "").text
    if _DEPARTMENT.search(folded):
        return "department"
    return "project" if _PROJECT.search(folded) else None


def find_body(name: str) -> str | None:
    """The body at the head of a folded title name: up to the year, else up to the last word for a body.

    `清河县档案馆2021年度` → 清河县档案馆; None where what stands there is no body (a county, a project).
    """
    name = re.sub(r"^(?:关于|附件\d*)", "", name)
    sender = re.match(rf"(?P<body>[^“”\"《》]{{2,40}}?(?:{load_words('org')}))关于", name)
    if sender:
        return sender["body"]
    year = _YEAR.search(name)
    before, after = (name[: year.start()], name[year.end() :]) if year else (name, "")
    for part in (before, after) if before else (after,):
        part = re.sub(r"^的|关于$|的$|(?:年度|部门|单位)$", "", part)
        if re.fullmatch(rf".{{2,40}}(?:{load_words('org')})(?:\([^()]{{1,12}}\))?", part):
            return part
        leading = _leading_body(part, 20)
        if leading and year is not None and part is after:
            return leading[0]
    return None


def _leading_body(name: str, length: int) -> re.Match[str] | None:
    """The body, with its place, that a name begins with, up to its last word for a body; 城区中小学 is none."""
    org = load_words("org")
    anywhere = rf"(?!城区|市区|县区|农村|[全各本]|{_REGION}(?:学校|中小学|幼儿园|医院|卫生院)(?!\())"
    return re.match(rf"{anywhere}{_REGION}.{{0,{length}}}?(?:{org})(?!\w{{0,2}}(?:{org})|舍)", name)


def title_subject(title: str) -> str | None:
    """The project that a report title names, without body and year; None where it names none.

    `大桥维护经费项目支出绩效评价报告` → 大桥维护经费. 项目 stays where it belongs to the name.
    """
    folded = fold_places(title)
    name = title_name(title)
    match = match_any("report_title", folded.text)
    if match is None or not name or title_kind(title) == "department":
        return None
    tail = folded.text[match.end("name") :]
    name = re.sub(rf"^[^“”\"《》]{{2,40}}?(?:{load_words('org')})关于(?:开展)?", "", name)
    year = _YEARS.search(name) or _BARE_YEAR.search(name)
    if year and year.end() < len(name):
        name = name[year.end() :]
    elif year:
        name = name[: year.start()]
    name = re.sub(r"^(?:年度|度|的|关于)|(?:的|情况|绩效使用)$", "", name)
    name = re.sub(r"(?<=资金|经费|补助|专项)(?:使用|管理|使用和管理|使用及管理|使用管理)$", "", name)
    body = _leading_body(name, 18)
    if body and len(name) - body.end() >= NAME_LENGTH + 1:
        name = name[body.end() :]
    if (
        tail.startswith("项目")
        and not tail.startswith("项目支出")
        and not re.search(r"(?:经费|资金|专项|补助|项目)$", name)
    ):
        name += "项目"
    elif money := re.match(r"(?:专项|资金|补助)+(?=的?(?:项目|支出|绩效))", tail):
        name += money[0]
    return as_written(folded, name) if is_project_name(name) else None


def form_title_subject(title: str) -> str | None:
    """The project that a form's title names (`某桥加固工程绩效评价评分表` → 某桥加固工程); None where it names none."""
    as_report = re.sub(r"绩效(?:自评价?|评价)[^()（）]{0,12}表(?:[(（][^()（）]*[)）])?$", "绩效评价报告", title)
    return title_subject(as_report) if as_report != title else None


def as_written(folded: Folded, name: str) -> str:
    """A piece of a folded text as it was written (full-width parentheses and inner blanks kept)."""
    start = folded.text.find(name)
    return folded.raw(start, start + len(name)) if start >= 0 else name


def is_project_name(name: str) -> bool:
    """Whether a folded name can be a project's own: not a general word, not a body, not a count of projects."""
    bare = re.sub(rf"^(?:{_REGION}+|本级|市级|县级|区级|省级|中央|财政)+", "", name)
    if len(name) < NAME_LENGTH or len(bare) < NAME_LENGTH or re.search(r"\d+个|[一二三四五六七八九十]个|等项目", name):
        return False
    general = set(load_words("generic_name").split("|"))
    if name in general or bare in general or _BODY_AND_FORM.fullmatch(name):
        return False
    return re.fullmatch(rf".*(?:{load_words('org')})", name) is None or name.endswith(("服务", "社"))


def find_title(blocks: Sequence[Block], meta: Mapping[str, str] | Sequence[tuple[str, str]] = ()) -> str | None:
    """The document's own title, its lines joined: a report's before a form's before a web article's; None without one.

    Of several reports in a file the first that names its body, its year or its project gives the title.
    """
    titles = _report_titles(blocks)
    if titles:
        return next((title for title in titles if title_name(title)), titles[0])
    named = dict(meta)
    article = next((named[key].strip() for key in _ARTICLE_KEYS if named.get(key, "").strip()), None)
    if article and is_report_title(article):
        return article
    return _first_form_title(blocks) or _first_heading(blocks) or article


def _report_titles(blocks: Sequence[Block]) -> list[str]:
    titles: list[str] = []
    index = 0
    while index < len(blocks):
        title = title_at(blocks, index)
        if title is not None:
            titles.append(title.text)
        index = title.last + 1 if title is not None else index + 1
    return titles


def _first_form_title(blocks: Sequence[Block]) -> str | None:
    """The first line, or cell of a table (a file may begin in the middle of a form), that is the title of a form."""
    for block in blocks:
        texts = [block.text] if isinstance(block, Paragraph) else [cell.text for cell in block.cells]
        for text in texts:
            flat = re.sub(r"\s+", "", text)
            if is_form_title(flat) and _BREADCRUMB.search(flat) is None:
                return re.sub(r"^附件?\d{0,2}[:：.]?", "", flat)
    return None


def _first_heading(blocks: Sequence[Block]) -> str | None:
    """The first short line set as a title (centred or a first-level heading, without number), or one of accounts."""
    for block in blocks:
        if not isinstance(block, Paragraph) or not block.text.strip():
            continue
        flat = _flat(block)
        numbered = re.match(r"[(（]?[一二三四五六七八九十\d]{1,3}[)）]?[、.．]|附件", flat)
        set_apart = block.centered or block.level == 1 or _ACCOUNT_TITLE.search(flat)
        if set_apart and 4 <= len(flat) <= TITLE_LENGTH and not numbered:
            return flat
    return None
