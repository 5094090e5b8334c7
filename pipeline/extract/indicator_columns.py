"""The columns of an indicator block: what its head names, or, where it has none, what stands in them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from pipeline.extract.grid import Grid
from pipeline.extract.heads import RowKind, classify_row, column_fields, is_indicators_head
from pipeline.labels import bare, level1_code
from pipeline.normalize.number import parse_cell
from pipeline.normalize.text import fold, is_blank_value

OPERATOR = re.compile(r"[≥≤><=≧≦⩾⩽＞＜═＝]{1,2}|定性|定量")  # in a column of its own
NAME = "名称"  # heads the names of a level where its points stand beside them
LEVEL4 = "四级"  # begins the head of names that are finer than the third level's
LEVELS = ("level1", "level2", "level3")


@dataclass(frozen=True)
class Columns:
    """Field → column of an indicator block; `level_weight` maps level1/level2 to a weight column of its own."""

    fields: dict[str, int]
    level_weight: dict[str, int]
    left: int  # first column that belongs to the block: what stands left of it labels the section


def read_columns(grid: Grid, row: int, self_evaluation: bool) -> tuple[Columns, int]:
    """The columns that the head at `row` names, and the first row below it. A head may run over two rows.

    Where 自评得分 stands beside 评价得分, a self-evaluation's score is the former, an evaluation's the latter. A fourth
    level names the rows: the third, which several of them may share, is kept as `coarser` for rows without a fourth.
    """
    by_col = column_fields(grid.filled(row), "indicators")
    last = row
    below = grid.filled(row + 1) if row + 1 < len(grid.rows) else []
    if below and _continues_head(grid, row, by_col):
        by_col = {**_undivided(grid, row, by_col), **column_fields(below, "indicators")}
        last = row + 1
    last = max(last, *(cell.row + cell.rowspan - 1 for cell in grid.own(row) if by_col.get(cell.col) == "level3"), row)
    fields: dict[str, int] = {}
    level_weight: dict[str, int] = {}
    level: str | None = None
    first_level = min((col for col, field in by_col.items() if field in LEVELS), default=0)
    for col in sorted(by_col):
        field = by_col[col]
        if col < first_level and field in ("target", "actual"):
            continue  # 指标完成情况 left of the levels labels the section
        if field == "weight" and level in ("level1", "level2"):
            level_weight[level] = col
        elif field == "level1" and "level1" in fields and "level3" not in fields and "level2" in fields:
            fields["level3"] = col
        elif field == "level1" and "level1" in fields and "level2" not in by_col.values():
            fields["level2"] = col
        elif field == "level3" and "level3" in fields and bare(grid.text(last, col)).startswith(LEVEL4):
            fields["coarser"], fields["level3"] = fields["level3"], col
        else:
            fields.setdefault(field, col)
        level = field if field in LEVELS else None
    if "weight" not in fields and level_weight and "level3" not in fields:
        fields["weight"] = level_weight.popitem()[1]
    if "level3" not in fields and "level2" in fields:
        fields["level3"] = fields.pop("level2")
    if "indicator_name" in fields and not {"level2", "level3"} & set(fields):
        fields["level3"] = fields.pop("indicator_name")
    fields.pop("indicator_name", None)
    if "score" not in fields:
        wanted = ("score_self", "score_review") if self_evaluation else ("score_review", "score_self")
        score = next((fields[name] for name in wanted if name in fields), None)
        fields.update({} if score is None else {"score": score})
    fields = _with_target(grid, last + 1, _settle_descriptions(fields))
    if "level1" not in fields:
        fields.update(_unnamed_level1(grid, last + 1, min(fields.values())))
    return Columns(fields, level_weight, min(fields.values())), last + 1


def _with_target(grid: Grid, first: int, fields: dict[str, int]) -> dict[str, int]:
    """The value's column where only 符号 and 单位 beside it have heads: that between them, else the operator's.

    The operator's own column is the value's only where figures stand in it (`≥100`) from row `first` on.
    """
    if "target" in fields or not {"target_op", "target_unit"} <= set(fields):
        return fields
    between = fields["target_unit"] - fields["target_op"]
    if between == 2:
        return {**fields, "target": fields["target_op"] + 1}
    has_values = any(re.search(r"\d", grid.text(r, fields["target_op"])) for r in range(first, len(grid.rows)))
    if between == 1 and has_values:
        rest = {name: col for name, col in fields.items() if name != "target_op"}
        return {**rest, "target": fields["target_op"]}
    return fields


def _settle_descriptions(fields: dict[str, int]) -> dict[str, int]:
    """指标说明 explains where criteria have a column of their own (评分标准), else it is the criteria."""
    if "description" not in fields:
        return fields
    free = "criteria" if "criteria" not in fields else "explanation"
    rest = {name: col for name, col in fields.items() if name != "description"}
    return {free: fields["description"], **rest}


def _undivided(grid: Grid, row: int, upper: dict[int, str]) -> dict[int, str]:
    """The upper head's columns that hold below too: cells of their own length, levels divided into 名称 and 权重."""
    named = {cell.col for cell in grid.filled(row + 1) if bare(cell.text) == NAME}
    own = {cell.col for cell in grid.own(row) if cell.rowspan > 1 or not grid.text(row + 1, cell.col)}
    return {col: field for col, field in upper.items() if col in named | own}


def _unnamed_level1(grid: Grid, row: int, left: int) -> dict[str, int]:
    """The column left of the named ones where it holds level-1 names though its head does not say so."""
    texts = [grid.text(below, left - 1) for below in range(row, len(grid.rows))] if left else []
    return {"level1": left - 1} if any(level1_code(text) for text in texts if text) else {}


def _continues_head(grid: Grid, row: int, upper: dict[int, str]) -> bool:
    """True where the row below a head divides its cells: 一级指标 into 名称 and 权重, 评价指标 into three levels."""
    below = grid.filled(row + 1)
    fields = column_fields(below, "indicators")
    if len(below) < 2 or any(cell.col not in fields and bare(cell.text) != NAME for cell in below):
        return False
    return not is_indicators_head(below) or set(fields) != set(upper)


def infer_columns(grid: Grid, row: int) -> Columns:
    """Three names, then target and actual, then 分值 and 得分 where the last two columns of numbers can be these.

    What is not certain stays unnamed.
    """
    cells = grid.distinct(row)
    first = next(i for i, cell in enumerate(cells) if level1_code(cell.text))
    fields = {f"level{n}": cell.col for n, cell in enumerate(cells[first : first + 3], 1)}
    last = row
    while last + 1 < len(grid.rows) and classify_row(grid, last + 1) in (RowKind.INDICATOR, RowKind.OTHER):
        last += 1
    rest = sorted({cell.col for r in range(row, last + 1) for cell in grid.own(r) if cell.col > fields["level3"]})
    texts = {col: [grid.text(below, col) for below in range(row, last + 1)] for col in rest}
    if rest and any(OPERATOR.fullmatch(fold(text)) for text in texts[rest[0]]):
        return _after_operators(fields, rest, texts)
    numbers = [col for col in rest if all(read_points(text) is not None for text in texts[col])]
    pair = numbers[-2:]
    if len(pair) == 2 and all(
        (read_points(score) or 0) <= (read_points(weight) or 0)
        for weight, score in zip(texts[pair[0]], texts[pair[1]], strict=True)
    ):
        fields.update(weight=pair[0], score=pair[1])
        rest = [col for col in rest if col not in pair]
    fields.update(zip(("target", "actual", "deviation"), rest, strict=False))
    return Columns(fields, {}, min(fields.values()))


def _after_operators(fields: dict[str, int], rest: list[int], texts: dict[int, list[str]]) -> Columns:
    """Operator, value and, where a column of words follows, unit: what stands right of them is not certain."""
    named = dict(zip(("target_op", "target"), rest, strict=False))
    if len(rest) > 2 and not any(read_points(text) is not None for text in texts[rest[2]]):
        named["target_unit"] = rest[2]
    return Columns({**fields, **named}, {}, min(fields.values()))


def read_points(text: str | None) -> Decimal | None:
    """A weight or score as printed: `10`, `9.76分`, `20%`; None for `/`, `-` and blanks."""
    if not text or is_blank_value(text):
        return None
    return parse_cell(text, "分|%")
