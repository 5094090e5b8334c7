"""The columns of the published dataset, declared once: CSV, Parquet, workbook and codebook follow from here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import pyarrow as pa

ColumnType = Literal["text", "code", "int", "money", "decimal", "date", "ratio"]

SCHEMA_VERSION = "1"
MONEY_DIGITS, MONEY_PLACES = 20, 2  # yuan, exact to the fen
DECIMAL_DIGITS, DECIMAL_PLACES = 38, 12  # rates, scores, counts: wide enough that a spreadsheet's own digits fit
DIGITS_AND_PLACES = {"money": (MONEY_DIGITS, MONEY_PLACES), "decimal": (DECIMAL_DIGITS, DECIMAL_PLACES)}
TYPE_NAMES = {
    "text": "string",
    "code": "string (code)",
    "int": "int64",
    "money": f"decimal({MONEY_DIGITS},{MONEY_PLACES}), CNY yuan",
    "decimal": f"decimal({DECIMAL_DIGITS},{DECIMAL_PLACES})",
    "date": "date32 (ISO 8601)",
    "ratio": "double, 0..1",
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name (stable), its type, and what it means in Chinese and in English."""

    name: str
    type: ColumnType
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class TableSchema:
    """One table of the dataset: a CSV and a Parquet of the same name, rows and order."""

    name: str
    zh: str
    en: str
    columns: tuple[Column, ...]

    @property
    def column_names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)


def _columns(*rows: tuple[str, ColumnType, str, str]) -> tuple[Column, ...]:
    return tuple(Column(*row) for row in rows)


_DOC_ID = _columns(
    ("doc_id", "text", "文件编号：文件内容 SHA-256 的前 16 位", "first 16 hex digits of the file's SHA-256"),
)
_EVAL_KEY = _columns(("eval_id", "text", "评价对象编号：doc_id-序号", "{doc_id}-{nn}, nn from 01 in document order"))
_SEQ = _columns(("seq", "int", "序号，从 1 起，按文中顺序", "from 1, in document order"))
_PLACE = _columns(
    (
        "page",
        "int",
        "页码，从 1 起；无分页的格式为空，从其中图片读出的是第几张图片",
        "page from 1; null where the format has no pages, but for what a picture in it shows: its number",
    ),
    ("bbox", "text", "位置 x0 y0 x1 y1（磅，左上角为原点）", "x0 y0 x1 y1 in points, origin top-left"),
)
_EVIDENCE = (
    *_PLACE,
    *_columns(
        ("source", "code", "取自表格 table 或正文 text", "read from a table or from running text"),
        ("confidence", "ratio", "可信度 0–1；原生文字为 1", "0..1; 1 for native text"),
    ),
)
_CELL = _columns(
    (
        "table_no",
        "int",
        "所在表格在 tables 表中的表号；取自正文的为空",
        "number of its table in `tables`; null for text",
    ),
    ("table_row", "int", "所在行在 tables 表中的行号（row，从 0 起）", "its row in `tables` (`row`, from 0)"),
)


def _with_raw(name: str, type_: ColumnType, zh: str, en: str) -> tuple[Column, ...]:
    """The column of the text as printed, then the column of its value."""
    return _columns((f"{name}_raw", "text", f"{zh}（原文）", f"{en}, as printed"), (name, type_, zh, en))


_REPORTS = _DOC_ID + _columns(
    ("source", "text", "来源路径或网址（按用户所给）", "path or URL, as given"),
    ("file_name", "text", "文件名", "file name"),
    ("media_type", "text", "按内容判定的媒体类型", "media type, judged by content"),
    ("bytes", "int", "文件字节数", "file size in bytes"),
    ("sha256", "text", "文件内容的 SHA-256", "SHA-256 of the file's bytes"),
    ("pages", "int", "页数", "pages in the file"),
    (
        "ocr_pages",
        "int",
        "经文字识别（OCR）的页数；不分页的文件为识别了几张图片",
        "pages, or pictures of a file without pages, read by OCR",
    ),
    ("title", "text", "文件自身的标题", "the document's own title"),
    ("doc_type", "code", "文件类型", "kind of document"),
    ("org", "text", "编报单位全称", "the body whose report it is, as written"),
    ("province", "text", "省级名称", "province (GB/T 2260)"),
    ("city", "text", "地级名称", "prefecture (GB/T 2260)"),
    ("county", "text", "县级名称", "county (GB/T 2260)"),
    ("adcode", "text", "六位行政区划代码（最细一级）", "6-digit code of the finest level found"),
    ("fiscal_year", "int", "所评年度", "the year reported on"),
    ("report_date", "date", "落款日期", "the date it is signed with"),
    ("score", "decimal", "总体结论得分", "the overall score"),
    ("score_max", "decimal", "总体满分", "its maximum"),
    ("grade", "text", "评价等级：优良中差", "grade"),
    ("status", "code", "读取状态：ok、partial、failed", "ok, partial (part unread) or failed"),
    ("error", "text", "出错原因及办法，一行", "what went wrong, one line"),
    ("pipeline_version", "text", "程序版本", "version of the program"),
    (
        "duplicate_of",
        "text",
        "与哪份文件重复：其 doc_id；内容字节相同时即自身的 doc_id",
        "doc_id of the document that this file repeats; its own where the bytes are the same",
    ),
)

_EVALUATIONS = (
    _EVAL_KEY
    + _DOC_ID
    + _columns(
        ("kind", "code", "评价对象：project 项目、department 部门", "project or department"),
        ("subject", "text", "项目或部门名称", "name of the project or department"),
        ("competent_dept", "text", "主管部门", "competent department"),
        ("implementing_unit", "text", "实施单位", "implementing unit"),
        ("fiscal_year", "int", "所评年度", "the year evaluated"),
        ("goal_expected", "text", "预期目标", "expected goal"),
        ("goal_actual", "text", "实际完成情况", "what was achieved"),
        ("form_date", "date", "填报日期", "date on the form"),
    )
    + _with_raw("weight_total", "decimal", "总分行的分值", "total weight")
    + _with_raw("score_total", "decimal", "总分行的得分", "total score")
    + _columns(("grade", "text", "评价等级", "grade"))
    + _EVIDENCE
    + _CELL
)

_FUNDS = (
    _EVAL_KEY
    + _DOC_ID
    + _SEQ
    + _columns(
        ("item_raw", "text", "资金行名称（原文）", "the line's label, as printed"),
        ("item", "code", "资金行代码", "item code"),
    )
    + _with_raw("initial_budget", "money", "年初预算数（元）", "initial budget, yuan")
    + _with_raw("annual_budget", "money", "全年预算数（元）", "annual (adjusted) budget, yuan")
    + _with_raw("executed", "money", "全年执行数（元）", "amount executed, yuan")
    + _columns(("unit_raw", "text", "表中金额单位", "unit of money as the form says"))
    + _with_raw("weight", "decimal", "分值", "weight in points")
    + _with_raw("execution_rate", "decimal", "执行率（百分数，100 即 100%）", "execution rate, percent number")
    + _with_raw("score", "decimal", "得分", "score")
    + _EVIDENCE
    + _CELL
)

_INDICATORS = (
    _EVAL_KEY
    + _DOC_ID
    + _SEQ
    + _columns(
        ("level1_raw", "text", "一级指标（原文，去分值）", "first level, as printed, weight removed"),
        ("level2_raw", "text", "二级指标（原文，去分值）", "second level, as printed, weight removed"),
        ("level3", "text", "三级指标（原文，去分值）", "third level, as printed, weight removed"),
        ("level1", "code", "一级指标代码", "first-level code"),
        ("level2", "code", "二级指标代码", "second-level code"),
        ("level1_weight", "decimal", "一级指标标注分值", "points printed beside the first level"),
        ("level2_weight", "decimal", "二级指标标注分值", "points printed beside the second level"),
        ("target_raw", "text", "年度指标值（原文）", "target, as printed"),
        ("target_op", "code", "指标值的比较符", "operator of the target: >= <= > < ="),
        ("target_value", "decimal", "指标值的数", "number of the target"),
        ("target_unit", "text", "指标值的单位", "unit of the target, as written"),
        ("actual_raw", "text", "实际完成值（原文）", "outcome, as printed"),
        ("actual_value", "decimal", "实际完成值的数", "number of the outcome"),
        ("actual_unit", "text", "实际完成值的单位", "unit of the outcome"),
    )
    + _with_raw("weight", "decimal", "分值", "weight in points")
    + _with_raw("score", "decimal", "得分", "score")
    + _columns(
        ("deviation", "text", "偏差原因分析及改进措施", "reasons for deviation and remedies"),
        ("explanation", "text", "指标解释", "explanation of the indicator"),
        ("criteria", "text", "指标说明、评价要点", "scoring criteria"),
    )
    + _EVIDENCE
    + _CELL
)

_FIGURES = (
    _DOC_ID
    + _EVAL_KEY
    + _SEQ
    + _columns(
        ("item_raw", "text", "所计量的事项（原文）", "what is measured, as printed"),
        ("item", "code", "事项代码", "item code"),
        ("measure", "code", "口径：预算、执行、决算、增减等", "measure: budget, executed, change …"),
        ("fiscal_year", "int", "数字所属年度", "the year the figure is of"),
        ("value", "decimal", "数值（金额为元，比率为百分数）", "value: yuan, percent number, or count"),
        ("unit", "text", "单位：CNY、percent 或原单位", "CNY, percent, or the counted unit"),
        ("value_raw", "text", "数字（原文）", "the number as printed"),
        ("unit_raw", "text", "单位（原文）", "the unit as printed"),
        ("qualifier", "code", "限定：approx、at_least、at_most、target", "approx, at_least, at_most, target"),
        ("context", "text", "所在句子或行列名称", "the sentence, or the row and column heads"),
    )
    + _EVIDENCE
    + _CELL
)

_FINDINGS = (
    _DOC_ID
    + _EVAL_KEY
    + _SEQ
    + _columns(
        ("check", "code", "勾稽检查代码", "check"),
        ("severity", "code", "error 矛盾、warning 异常、repaired 已修正", "error, warning or repaired"),
        ("message", "text", "说明", "one sentence in Chinese"),
        ("expected", "text", "应为", "expected"),
        ("actual", "text", "实为", "actual"),
        ("refs", "text", "所涉数据行", "the rows it speaks of"),
    )
    + _PLACE
)

_TABLES = (
    _DOC_ID
    + _columns(
        ("table_no", "int", "表序号，从 1 起", "number of the table, from 1"),
        ("page", "int", "单元格所在页", "page of the cell, from 1"),
        ("row", "int", "行号，从 0 起", "row, from 0"),
        ("col", "int", "列号，从 0 起", "column, from 0"),
        ("rowspan", "int", "跨行数", "rows spanned"),
        ("colspan", "int", "跨列数", "columns spanned"),
        ("text", "text", "单元格文字", "text of the cell"),
    )
    + _PLACE[1:]
    + _EVIDENCE[3:]
)

_ENTITIES = (
    _DOC_ID
    + _SEQ
    + _columns(
        ("label", "code", "实体类别", "kind of entity"),
        ("text", "text", "文中写法", "as written"),
        ("value", "text", "规范值", "normalised value"),
        ("start", "int", "在 text/{doc_id}.md 中的起点", "start offset in text/{doc_id}.md"),
        ("end", "int", "在 text/{doc_id}.md 中的终点", "end offset in text/{doc_id}.md"),
    )
    + _EVIDENCE
)

_LINKS = (
    _DOC_ID
    + _SEQ
    + _EVAL_KEY
    + _columns(
        ("kind", "code", "所连对象：department 单位、project 项目", "what is followed: a body or a project"),
        ("subject", "text", "单位或项目名称", "name of the body or the project"),
        ("body_adcode", "text", "单位所属行政区划代码，000000 为全国", "its division's code; 000000: the nation"),
        ("body", "text", "单位名称（去地区、统一写法）", "name of the body without its place, spelt one way"),
        ("fiscal_year", "int", "本报告所评年度", "the year of this report"),
        ("previous_doc_id", "text", "上一份报告的文件编号", "doc_id of the report before it"),
        ("previous_eval_id", "text", "上一份报告中的评价对象编号", "eval_id in the report before it"),
        ("previous_year", "int", "上一份报告所评年度（最近的一年）", "its year, the nearest there is"),
        ("compared", "int", "核对过的上年数个数（隔年不核对）", "figures of last year compared; none over a gap"),
        ("differing", "int", "其中不符的个数", "how many of them differ"),
    )
)

TABLES: tuple[TableSchema, ...] = (
    TableSchema("reports", "文件", "one row per input file", _REPORTS),
    TableSchema("evaluations", "评价对象", "one row per evaluated object", _EVALUATIONS),
    TableSchema("funds", "资金", "one row per line of a form's funds block", _FUNDS),
    TableSchema("indicators", "指标", "one row per third-level indicator", _INDICATORS),
    TableSchema("figures", "其他数字", "every other figure, long form", _FIGURES),
    TableSchema("findings", "勾稽问题", "what does not add up, and what was repaired", _FINDINGS),
    TableSchema("tables", "表格单元格", "every reconstructed table, one row per cell", _TABLES),
    TableSchema("entities", "实体", "what the rules recognised in running text", _ENTITIES),
    TableSchema("links", "跨年关联", "which report of the same body or project a report follows", _LINKS),
)
TABLE_BY_NAME = {table.name: table for table in TABLES}
WORKBOOK_NAME = "dataset.xlsx"
PACKAGE_NAME = "datapackage.json"
RUN_NAMES = ("run.json", "run.html")  # what happened in the run, beside the dataset
TEXT_FOLDER = "text"
STATE_FOLDER = ".jixiao"  # of a run, beside the dataset
_TEXT_NAME = re.compile(r"[0-9a-f]{16}\.md")


def is_dataset_file(path: Path, folder: Path) -> bool:
    """Whether `path` is one of the files that a dataset in `folder` consists of; a later run must not read it."""
    if path.parent == folder / TEXT_FOLDER:
        return _TEXT_NAME.fullmatch(path.name) is not None
    if path.parent != folder:
        return False
    is_table = path.stem in TABLE_BY_NAME and path.suffix in (".csv", ".parquet")
    return is_table or path.name in (WORKBOOK_NAME, PACKAGE_NAME, *RUN_NAMES)


def fits(value: Decimal, type_: ColumnType) -> bool:
    """Whether `value` can be stored in a column of this type to its last digit: nothing is ever rounded to fit."""
    digits, places = DIGITS_AND_PLACES[type_]
    if not value.is_finite():
        return False
    if value.is_zero() or abs(value.adjusted()) > digits:  # the second spares writing out 1E+999999
        return value.is_zero()
    whole, _, fraction = f"{value.copy_abs():f}".partition(".")
    return len(whole.lstrip("0")) <= digits - places and len(fraction.rstrip("0")) <= places


def arrow_schema(table: TableSchema) -> pa.Schema:
    """The Parquet schema of a table: exact decimals, and each column's meaning in its metadata."""
    import pyarrow as pa

    types: dict[str, Any] = {
        "text": pa.string(),
        "code": pa.string(),
        "int": pa.int64(),
        "money": pa.decimal128(MONEY_DIGITS, MONEY_PLACES),
        "decimal": pa.decimal128(DECIMAL_DIGITS, DECIMAL_PLACES),
        "date": pa.date32(),
        "ratio": pa.float64(),
    }
    fields = [pa.field(c.name, types[c.type], metadata={"zh": c.zh, "en": c.en}) for c in table.columns]
    return pa.schema(fields, metadata={"table": table.name, "schema_version": SCHEMA_VERSION})
