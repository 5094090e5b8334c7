"""What one cell of flattened text is by its looks: the evidence that is left when the grid is gone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from pipeline.labels import (
    bare,
    bare_level,
    head_field,
    item_code,
    level1_code,
    level2_code,
    measure_head,
    split_points,
)
from pipeline.lexicon import load_toml
from pipeline.normalize.text import fold, is_blank_value

Kind = Literal["blank", "mark", "none", "op", "opnum", "number", "percent", "quantity", "word", "text", "long"]
Section = Literal["indicators", "funds", "goals", "base_data", "years", "free"]

MAX_REMEMBERED = 20_000  # texts whose kind is remembered
_NUMBER = r"[-+−]?\d[\d,]*(?:\.\d*)?"
_OP = r"(?:[≥≤><=≧≦⩾⩽≠±＞＜]=?|大于等于|小于等于|不低于|不少于|不超过|不高于|不小于|不大于|大于|小于|等于|定性|定量)"
_IS_NUMBER = re.compile(_NUMBER)
_IS_PERCENT = re.compile(_NUMBER + r"(?:%|‰|百分比)")
_IS_OP = re.compile(_OP)
_IS_OPNUM = re.compile(
    rf"{_OP}\(?{_NUMBER}.{{0,14}}"
    rf"|{_NUMBER}[^\d]{{0,4}}[-~—至]+{_NUMBER}.{{0,6}}"
    rf"|{_NUMBER}[^\d,。;]{{0,6}}(?:以上|以下|以内|左右)"
)
_COUNTED = r"(?:(?!年[^底末内前])[^\d,。;:()]{1,6}|[a-zA-Z㎡]{1,4}[²³23]?)(?:/.{1,6})?"
_LISTED = re.compile(r"\d{1,2}[.、．](?!\d)")  # the number of a list, not of things
_DATE = r"\d{4}年(?:度|底|末|内|前|\d{1,2}月.{0,6})?|\d{1,2}月(?:\d{1,2}日|底|前)?.{0,4}"
_IS_QUANTITY = re.compile(rf"{_NUMBER}(?:万|亿|千|百)?{_COUNTED}|{_DATE}")
_YEAR_HEAD = re.compile(
    r"(?:20\d\d|本|上|当|去|前)年(?:度|初|中|末|底)?的?(?:部门|财政|支出|收入|预|决)?.{0,4}"
    r"(?:算|执行|支出|收入|完成|发生|实际|调整)(?:数|额|金额|情况)?"
)
_YEAR_ALONE = re.compile(r"(?:20\d\d|上|本)年度?")
_YEAR_PREFIX = re.compile(r"^(?:20\d\d年(?:度)?|本年(?:度)?|年末)")
_SIGNATURE = re.compile(
    r"^(?:填[表报]人|填[表报](?:单位|日期|时间)|(?:项目|财务|单位|部门)?负责人|(?:单位|分管)领导|联系(?:人|电话)"
    r"|审核人?|经办人|复核人?)员?(?:及.{0,6})?(?:\((?:签字|签章|盖章|公章)+\))?[:：]"
)
_TITLE_END = re.compile(
    r"(?:自评表|评价表|计分表|评分表|打分表|得分表|评分细则|基础数据(?:采集)?表|目标(?:申报)?表|完成情况表|情况表"
    r"|体系表|汇总表|统计表|明细表|自评报告|评价报告|总报告|工作总结)(?:\(.{0,14}\))?$"
)
_LEAVES_TABLE = re.compile(
    r"^(?:(?:说明|注|备注|附[件表]?\d?|附注)[:：\d]|附[件表][\d一二三四五六七八九十]*(?:[-—]\d{1,2})?$"
    r"|.{2,16}意见[:：]?\((?:盖章|签章|公章|签字)\)$)"
)
_LIST_COLUMNS = {"number": "number", "place": "label", "spending": "label"}  # of a list, not of a form's funds
_SCORES = ("score", "score_self", "score_review")
_POINTS_HEAD = re.compile(r"[得总评]分$")  # a column of points, which 合计 is not
_TEMPLATE_NAME = re.compile(r"指标\d{1,2}[:：]?|…+|\.{3,}")
_UNIT_LINE = re.compile(r"(?:金额|计量)?单位[:：][万亿]?元")
_NAMES_AMOUNT = re.compile(r"[:：][\d.,]+(?:[万亿]?元)?$")  # `一、预算资金：250` is a line of money
_HEADING_ROW = re.compile(r"^[一二三四五六七八九十]{1,3}、")


@dataclass(frozen=True, slots=True)
class Token:
    """One cell of flattened text. `place` is its position in the printed row where the dump keeps positions."""

    text: str
    place: int | None = None
    gap: int = 0  # evidence that a row begins here: 0 none, 1 a line begins, 2 a row begins


@lru_cache(MAX_REMEMBERED)
def cell_kind(text: str) -> Kind:
    """The kind of value that a cell's text looks like."""
    folded = fold(text)
    if not folded:
        return "blank"
    if is_blank_value(folded):
        return "none" if folded == "无" else "mark"
    shapes: tuple[tuple[re.Pattern[str], Kind], ...] = (
        (_IS_OP, "op"),
        (_IS_NUMBER, "number"),
        (_IS_PERCENT, "percent"),
        (_IS_OPNUM, "opnum"),
        (_IS_QUANTITY, "quantity"),
    )
    for pattern, kind in shapes:
        if pattern.fullmatch(folded) and not (kind == "quantity" and _LISTED.match(folded)):
            return kind
    if len(folded) > 40 or re.search(r"[。；;]", folded):
        return "long"
    return "word" if len(folded) <= 12 else "text"


def is_numeric(text: str) -> bool:
    """Whether a cell holds a number of any shape (with unit, sign or operator)."""
    return cell_kind(text) in ("number", "percent", "opnum", "quantity")


def is_figure_or_none(text: str) -> bool:
    """Whether a cell of a column of numbers is filled: with a number, or a sign that there is none (`/`, `无`)."""
    return is_numeric(text) or cell_kind(text) in ("mark", "none")


@lru_cache(MAX_REMEMBERED)
def is_template_name(text: str) -> bool:
    """Whether a cell is a name that the template printed and nobody filled in (`指标2：`, `……`)."""
    return _TEMPLATE_NAME.fullmatch(fold(text)) is not None


@lru_cache(MAX_REMEMBERED)
def is_level1(text: str) -> bool:
    """Whether a cell is a known level-1 name."""
    return level1_code(text) is not None


@lru_cache(MAX_REMEMBERED)
def is_level2(text: str) -> bool:
    """Whether a cell is a known level-2 name, with a code or without."""
    names = load_toml("indicators.toml")["names"]["level2"]
    return level2_code(text) is not None or bare_level(text) in names


@lru_cache(MAX_REMEMBERED)
def has_points(text: str) -> bool:
    """Whether a name carries its points (`过程（20分）`)."""
    return split_points(text)[1] is not None


@lru_cache(MAX_REMEMBERED)
def is_item(text: str) -> bool:
    """Whether a cell is a known label of a line of money, with no figure of its own."""
    return cell_kind(text) in ("word", "text") and item_code(text) is not None


@lru_cache(MAX_REMEMBERED)
def is_signature(text: str) -> bool:
    """Whether a line or cell names who filled the form in, and when."""
    return _SIGNATURE.match(fold(text)) is not None


@lru_cache(MAX_REMEMBERED)
def is_title(text: str) -> bool:
    """Whether a line or cell is the title of a form or report: short, and ending as titles do."""
    folded = fold(text)
    body = re.sub(r"^附[件表]\d*[:：]?", "", folded)
    if (
        not 5 <= len(body) <= 60
        or re.search(r"[。；;，,|]", body)
        or _HEADING_ROW.match(body)
        or re.match(r"^[\d(]+[、.)]", body)
    ):
        return False
    return _TITLE_END.search(body) is not None


@lru_cache(MAX_REMEMBERED)
def is_unit_line(text: str) -> bool:
    """Whether a cell names the unit of what stands below it (`单位：万元`): printed above a form, never in its rows."""
    return _UNIT_LINE.fullmatch(fold(text)) is not None


@lru_cache(MAX_REMEMBERED)
def is_heading_row(text: str) -> bool:
    """Whether a cell alone in its row heads a part of the form (`三、项目绩效情况`)."""
    folded = fold(text)
    return _HEADING_ROW.match(folded) is not None and len(folded) <= 30 and not _NAMES_AMOUNT.search(folded)


@lru_cache(MAX_REMEMBERED)
def leaves_table(line: str) -> bool:
    """Whether a line without a separator stands below a form, not in it: a signature, a title, a note."""
    return is_signature(line) or is_title(line) or _LEAVES_TABLE.match(fold(line)) is not None


@lru_cache(MAX_REMEMBERED)
def label_kind(text: str) -> str | None:
    """`labels`, `prose`, `totals` or `sections` where a cell is a known label of that group, else None."""
    if cell_kind(text) not in ("word", "text"):
        return None
    for group in ("labels", "prose", "totals", "sections"):
        if head_field(group, text) is not None:
            return group
    return None


def _year_column(text: str) -> str | None:
    """`money` for the head of a year's or a change's amounts, `year` for a year alone, which may be a value as well."""
    if _YEAR_HEAD.fullmatch(bare(text)) or (measure_head(text) or ("",))[0] in ("change", "change_rate"):
        return "money"
    return "year" if _YEAR_ALONE.fullmatch(bare(text)) else None


def _list_column(text: str) -> str | None:
    """The column of a list of places, costs or projects that a head names beside its amounts; None for another head."""
    label, total = head_field("labels", text), head_field("totals", text)
    if label in ("subject", "department"):
        return "label"
    if label in ("competent_dept", "implementing_unit"):
        return "unit"
    if (total == "label" and _POINTS_HEAD.search(bare(text))) or head_field("indicators", text) in _SCORES:
        return "score"
    return "grade" if total == "grade" else _LIST_COLUMNS.get(head_field("lists", text) or "")


@lru_cache(MAX_REMEMBERED)
def section_field(section: Section, text: str) -> str | None:
    """The field that a cell names as a head in a kind of section; None where it names none."""
    if cell_kind(text) not in ("word", "text", "quantity") or len(fold(text)) > 30:
        return None
    if section == "years":
        return _year_column(text)
    if section == "base_data":
        field = head_field("base_data", text) or head_field("base_data", _YEAR_PREFIX.sub("", fold(text)))
        return None if field in ("staff", "building") else field  # these head the block, not a column
    if section == "funds":
        return head_field("funds", text) or _list_column(text)
    return head_field(section, text)
