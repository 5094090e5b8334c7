"""Title, cover, forms and text → whose document it is, and which type."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from pipeline.document import Block, Paragraph
from pipeline.extract.narrative_cover import Cover, is_body
from pipeline.extract.narrative_lines import fold_places, is_prose, load_words
from pipeline.extract.narrative_title import as_written, find_body, is_form_title, is_report_title, title_name
from pipeline.records import DocType

MIN_PROSE = 60
_META_KEYS = (
    "发布机构",
    "发布单位",
    "信息来源",
    "来源",
    "公开机构",
    "ContentSource",
    "发文机关",
    "制发机构",
    "公开责任部门",
)
_NO_BODY = (
    "根据|按照?|依据|依照|下达|经|由|对|向|报|据|结合|通过|为|在|会同|收到|安排|拨付|与|及"  # words before a body
)
_SUMMARY = re.compile(
    r"总报告|预算绩效(?:自评|评价|管理)工作(?:情况)?的?报告|工作总结(?!报告)|总结(?!报告)|综述|汇总|(?:\d+|[一二三四五六七八九十]+)个(?:重点)?(?:项目|专项|部门)|等\d*个?项目|重点项目.*(?:报告公开|结果|情况)|情况通报|结果的?(?:公告|公示|公开|通报)"
)


def find_org(
    title: str | None,
    cover: Cover,
    blocks: Sequence[Block],
    evaluations_units: Sequence[str],
    meta: Mapping[str, str] | Sequence[tuple[str, str]] = (),
) -> str | None:
    """The body whose report it is, as written and as full as the document writes it; None where none is named.

    In order: the title, the one 实施单位 of the forms and the cover, who filled it in, the signature, the web page's
    发布机构, a body that the text begins its sentences with.
    """
    from_title = None
    if title:
        body = find_body(title_name(title) or fold_places(title).text)
        from_title = as_written(fold_places(title), body) if body else None
    units = [unit for unit in evaluations_units if unit and not re.search(load_words("agency"), unit)]
    named = dict(meta)
    published = next((named[key].strip() for key in _META_KEYS if is_body(named.get(key, ""))), None)
    covered = [cover.implementing_unit, cover.filled_by, cover.signature_org]
    shared = units[:1] if len({fold_places(unit).text for unit in units}) == 1 else []
    for org in (from_title, *shared, *covered, published, *units[:1], cover.competent_dept, _body_in_text(blocks)):
        if org and not re.search(load_words("agency"), org):
            return fuller_name(org, [title or "", *units, *(name for name in covered if name), *_texts(blocks)])
    return None


def _texts(blocks: Sequence[Block]) -> list[str]:
    return [block.text for block in blocks if isinstance(block, Paragraph)]


def fuller_name(org: str, texts: Sequence[str]) -> str:
    """`org` with the province or city before it, where a text writes it so (`河东区水务局` → `某市河东区水务局`)."""
    pattern = re.compile(
        rf"(?:^|[,。;:、的由对是为和及在\s])((?:(?:(?![由对为及的经向])[一-鿿]){{2,7}}(?:省|自治区|市|自治州|州|地区|盟|县|区|旗))+){re.escape(fold_places(org).text)}"
    )
    for text in texts:
        match = pattern.search(fold_places(text).text)
        if match:
            return match[1] + org
    return org


def _body_in_text(blocks: Sequence[Block]) -> str | None:
    """The body, with a place name before it, that opens clauses of the running text most often."""
    pattern = re.compile(
        rf"(?:^|[,。;]|(?<=年)(?!度)|(?<=年度))(?P<name>(?!自治区|全[省市县区]|{_NO_BODY})(?:(?!将(?!乐)|把)[一-鿿]){{2,7}}(?:省|自治区|市|自治州|地区|盟|县|区|旗)(?:(?!由|项目)[一-鿿]){{2,20}}?(?:{load_words('org')}))(?!员会|管会|小学|中学|学校|医院|卫生院|幼儿园)(?=[一-鿿])"
    )
    counts: Counter[str] = Counter()
    for text in _texts(blocks):
        folded = fold_places(text).text
        for match in pattern.finditer(folded):
            if not re.search(r"市委|县委|区委|人民政府$|财政[局厅]$", match["name"]):
                counts[match["name"]] += 1
    return counts.most_common(1)[0][0] if counts else None


def classify(title: str | None, blocks: Sequence[Block], forms: Sequence[str]) -> DocType:
    """The `doc_type` of a document from its title, its running text and the forms in it (titles or kinds of forms).

    A report is running text of its own; a file of forms with notes is the type of its widest form.
    """
    folded = fold_places(title or "").text
    texts = [fold_places(text).text for text in _texts(blocks)]
    has_prose = sum(len(text) for text in texts if is_prose(text)) >= MIN_PROSE
    titled = bool(folded) and is_report_title(folded)
    performance = re.search(r"绩效|自评|评价", folded) is not None
    if not performance and not titled and (budget := _budget_type(folded)) is not None:
        return budget
    if (titled or has_prose) and not is_form_title(folded):
        reported = _report_type(folded, texts, titled=titled)
        if reported is not None:
            return reported
        if not forms and re.search(r"绩效(?:自评|评价)", "".join(texts)):
            return DocType.PROJECT_REPORT
    return _form_type([*forms, folded])


def _budget_type(folded: str) -> DocType | None:
    if re.search(r"决算", folded):
        return DocType.FINAL_ACCOUNT
    if re.search(r"预算", folded) and not re.search(r"绩效", folded):
        return DocType.BUDGET
    return None


def _report_type(folded: str, texts: Sequence[str], *, titled: bool) -> DocType | None:
    of_department = re.search(r"部门(?:整体)?绩效|整体支出", folded) is not None and "个" not in folded
    if titled and _SUMMARY.search(folded) and not of_department:
        return DocType.SUMMARY_REPORT
    if re.search(r"整体支出|部门整体|整体绩效|部门绩效", folded):
        return DocType.DEPARTMENT_REPORT
    if titled:
        return DocType.PROJECT_REPORT
    whole = "".join(texts)
    if re.search(r"绩效(?:自评|评价)", whole) is None:
        return None
    inner = next((text for text in texts if is_report_title(text)), None)
    if inner is not None:
        return _report_type(inner, texts, titled=True)
    return None


def is_summary(title: str | None) -> bool:
    """Whether a title is that of a report on many projects or bodies together (总结, 综述, 结果公告)."""
    return title is not None and _SUMMARY.search(fold_places(title).text) is not None


def _form_type(forms: Sequence[str]) -> DocType:
    """The type of a file of forms: department before project before base data."""
    folded = [fold_places(form).text.lower() for form in forms if form]
    base = [form for form in folded if re.search(r"base_data|基础数据", form)]
    others = [form for form in folded if form not in base]
    if any(re.search(r"department|整体支出|部门整体|部门绩效自评|整体绩效", form) for form in others):
        return DocType.DEPARTMENT_FORM
    of_project = re.compile(r"project|项目|自评表|专项|资金|政策|转移支付|评价表|计分表|评分表|绩效目标")
    if any(of_project.search(form) for form in others):
        return DocType.PROJECT_FORM
    return DocType.BASE_DATA_FORM if base else DocType.OTHER
