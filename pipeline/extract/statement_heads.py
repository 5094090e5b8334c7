"""Heads of base-data blocks and statements → what their columns hold, and of which year."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pipeline.document import Cell
from pipeline.labels import YEAR_HEAD, bare, head_field, measure_head

BY_USE = re.compile(r".{0,10}(收入|支出|拨款|合计|小计)")
YEAR_ALONE = re.compile(r"((19|20)\d\d|上|去|本|当)年度?")
RELATIVE_HEAD = re.compile(r"^(上上|上|本|当|去)年")


def without_year(text: str) -> str:
    """A head without its year: `2023年实际在职人数`, `上年末在职人数` → `实际在职人数`, `在职人数`."""
    return RELATIVE_HEAD.sub("", YEAR_HEAD.sub("", bare(text))).lstrip("年度末底")


def base_data_fields(cells: Iterable[Cell]) -> dict[int, str]:
    """Column → field of base_data heads, years taken off."""
    fields = {cell.col: head_field("base_data", without_year(cell.text)) for cell in cells}
    return {col: field for col, field in fields.items() if field}


def statement_columns(cells: Iterable[Cell]) -> dict[int, tuple[str, int | None, int | None]]:
    """Column → (measure, year, relative year) of a statement's head row; years alone, two at least, head amounts."""
    texts = {cell.col: cell.text for cell in cells}
    years = {col: text for col, text in texts.items() if YEAR_ALONE.fullmatch(bare(text))}
    alone = {col: measure_head(f"{bare(text)}金额") for col, text in years.items() if len(years) >= 2}
    heads = {col: measure_head(text) or alone.get(col) for col, text in texts.items()}
    return {col: head for col, head in heads.items() if head} or _columns_by_use(texts)


def _columns_by_use(texts: dict[int, str]) -> dict[int, tuple[str, int | None, int | None]]:
    """The amounts of 科目名称 | 合计 | 基本支出 | 项目支出, which say of no subject whether it is planned or spent."""
    names = [col for col, text in texts.items() if head_field("lists", text) == "spending"]
    amounts = [col for col, text in texts.items() if names and col > max(names) and BY_USE.fullmatch(bare(text))]
    return dict.fromkeys(amounts, ("amount", None, None)) if len(amounts) >= 2 else {}
