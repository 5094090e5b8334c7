"""The indicator block of a form: head row → columns → one `Indicator` per filled row."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from pipeline.extract.grades import read_total_grade
from pipeline.extract.grid import Grid
from pipeline.extract.heads import SECTION_HEADS, RowKind, classify_row
from pipeline.extract.indicator_columns import OPERATOR, Columns, infer_columns, read_columns, read_points
from pipeline.extract.sections import (
    IndicatorsSection,
    LeftoverSection,
    Section,
    TotalSection,
    cell_evidence,
)
from pipeline.labels import head_field, is_prompt, level1_code, level2_code, split_points
from pipeline.normalize.quantity import parse_measure_parts, parse_quantity
from pipeline.normalize.text import fold, is_blank_value
from pipeline.records import Indicator

ENDS = SECTION_HEADS | {RowKind.PROJECTS_HEAD}
TEMPLATE_NAME = re.compile(r"(指标|任务|目标)?\d*[:：.．、]?(…+|\.{3,}|[/／-])?|名称")
ENDS_WITHOUT_VALUES = frozenset({RowKind.LABELS, RowKind.PROSE, RowKind.GRADE, RowKind.GOALS})
VALUES = ("target", "actual", "weight", "score")
WORDS = ("deviation", "explanation", "criteria", "evidence")
MIN_NAMES = 3  # names without any value that make a block of which nothing is read
DIVIDED = ("target", "actual", "previous", "target_medium", "target_adjusted", "weight", "score", "score_self")
UNIT_LINE = re.compile(r"(金额|计量)?单位[:：][万亿]?元")
SUBTOTAL = re.compile(r"(小计|合计|总计|总分)")
SYMBOL = re.compile(r"[≥≤><=≧≦⩾⩽＞＜═＝]{1,2}")
SIGNED = re.compile(r".*(\((盖章|签章|公章|签字)\)|年月日)")
NO_NAMES = (TEMPLATE_NAME, SUBTOTAL, OPERATOR, SIGNED)


def read_indicators(grid: Grid, row: int, self_evaluation: bool = True) -> tuple[list[Section], int]:
    """The sections of the block whose head stands at `row`, and the first row after it."""
    columns, row = read_columns(grid, row, self_evaluation)
    return read_rows(grid, row, columns)


def read_headless(grid: Grid, row: int) -> tuple[list[Section], int]:
    """The block that begins at `row` without a head: its columns are told by what stands in them."""
    return read_rows(grid, row, infer_columns(grid, row))


def read_rows(grid: Grid, row: int, columns: Columns) -> tuple[list[Section], int]:
    """The sections of the rows from `row` on under known columns, and the first row after them."""
    indicators: list[Indicator] = []
    sections: list[Section] = []
    carried = _Carried()
    has_operators = False
    while row < len(grid.rows):
        kind = classify_row(grid, row)
        if kind in ENDS or (kind in ENDS_WITHOUT_VALUES and not _has_values(grid, row, columns)):
            break
        if kind is RowKind.TOTAL or _is_total(grid, row, columns):
            sections += [_read_total(grid, row, columns), *read_total_grade(grid.filled(row))]
            row += 1
            if _ends_after_total(grid, row):
                break
            continue
        if kind is RowKind.BLANK or _names_unit(grid, row) or _divides_heads(grid, row):
            row += 1
            continue
        if not _heads_a_level(grid, row, columns, carried):
            has_operators = has_operators or _has_lone_operator(grid, row, columns)
            indicator = read_indicator(grid, row, columns, carried)
            if indicator:
                indicators.append(indicator)
            elif _values(grid, row, columns, ("actual", "score")):
                sections.append(LeftoverSection(" | ".join(fold(cell.text) for cell in grid.filled(row))))
        row += 1
    if has_operators or _is_misplaced(indicators):
        names = " | ".join(indicator.level3 or "" for indicator in indicators)
        return [IndicatorsSection(()), LeftoverSection(names), *sections], row
    return [IndicatorsSection(tuple(indicators)), *sections], row


def _has_lone_operator(grid: Grid, row: int, columns: Columns) -> bool:
    """True where an operator stands alone though no column is of operators: the dump moved the row's cells.

    Not said of what was recognised, nor of a column of words: a dash may be read as `=`, and be a mark for 无.
    """
    cells = grid.own(row) if "target_op" not in columns.fields else []
    name = columns.fields.get("level3", -1)
    of_words = {columns.fields[field] for field in WORDS if field in columns.fields}
    return any(
        cell.col > name and cell.col not in of_words and cell.confidence == 1 and SYMBOL.fullmatch(fold(cell.text))
        for cell in cells
    )


def _is_misplaced(indicators: list[Indicator]) -> bool:
    """True where the columns were lost and only names are left."""
    return len(indicators) >= MIN_NAMES and not any(_says_anything(indicator) for indicator in indicators)


def _says_anything(indicator: Indicator) -> bool:
    """False for a name alone: a block that holds nothing else lost its columns, and its names may be anything."""
    said = (indicator.target_raw, indicator.actual_raw, indicator.weight_raw, indicator.score_raw)
    return any(said) or bool(indicator.criteria or indicator.explanation)


def _names_unit(grid: Grid, row: int) -> bool:
    """True for the line above the next form that names its unit (某局 | 单位：万元)."""
    return any(UNIT_LINE.fullmatch(fold(cell.text)) for cell in grid.filled(row))


def _divides_heads(grid: Grid, row: int) -> bool:
    """True for heads that divide those above them (指标值 into 上年实际值 and 本年预期值) and name no column."""
    cells = [cell for cell in grid.filled(row) if level1_code(cell.text) is None]
    return len(cells) >= 2 and all(head_field("indicators", cell.text) in DIVIDED for cell in cells)


def _ends_after_total(grid: Grid, row: int) -> bool:
    return row >= len(grid.rows) or classify_row(grid, row) is not RowKind.OTHER


def _values(grid: Grid, row: int, columns: Columns, fields: tuple[str, ...]) -> bool:
    texts = [grid.text(row, columns.fields[field]) for field in fields if field in columns.fields]
    return any(text and not is_blank_value(text) for text in texts)


def _has_values(grid: Grid, row: int, columns: Columns) -> bool:
    """True where the row has text under 三级指标 that is not the same cell as the row's first."""
    cell = grid.at(row, columns.fields.get("level3", -1))
    filled = grid.filled(row)
    return cell is not None and bool(fold(cell.text)) and cell is not filled[0] and len(filled) >= 3


def _is_total(grid: Grid, row: int, columns: Columns) -> bool:
    filled = grid.filled(row)
    level3 = grid.at(row, columns.fields.get("level3", -1))
    first_is_total = bool(filled) and head_field("totals", filled[0].text) == "label"
    return first_is_total and (level3 is None or level3 is filled[0] or not fold(level3.text))


class _Carried:
    """Level names as they hold for the rows below, where the exporter split a merged cell into blanks."""

    def __init__(self) -> None:
        self.level1 = ""
        self.level2 = ""
        self.weight: dict[str, str] = {}

    def step(self, level1: str, level2: str) -> tuple[str, str]:
        if level1 and level1 != self.level1:
            self.level1, self.level2 = level1, level2
        elif level2:
            self.level2 = level2
        return self.level1, self.level2


def _heads_a_level(grid: Grid, row: int, columns: Columns, carried: _Carried) -> bool:
    """True for a row that names a level for the rows below (一、产出指标 | 50), where no column is of levels.

    Its points belong to the level.
    """
    text = _row_texts(grid, row, columns)
    name = text.get("level3", "")
    if {"level1", "level2"} & set(columns.fields) or _values(grid, row, columns, ("target", "actual")):
        return False
    points = read_points(text.get("weight"))
    named = name if points is None or split_points(name)[1] is not None else f"{name}（{points}分）"
    if level1_code(name):
        carried.level1, carried.level2 = named, ""
    elif level2_code(name):
        carried.level2 = named
    else:
        return False
    return True


def read_indicator(grid: Grid, row: int, columns: Columns, carried: _Carried) -> Indicator | None:
    """The indicator of one row; None where the row is printed but empty."""
    text = _row_texts(grid, row, columns)
    level1, level2 = carried.step(text.get("level1", ""), text.get("level2", ""))
    name, points = _split_name(text.get("level3", ""), "weight" in columns.fields)
    if not fold(name) or is_prompt(name) or any(no_name.fullmatch(fold(name)) for no_name in NO_NAMES):
        return None
    cell = grid.at(row, columns.fields["level3"]) or grid.filled(row)[0]
    if _is_over_values(grid, row, columns):
        return None
    if cell.colspan > 1 and not _values(grid, row, columns, ("target", "actual", "weight", "score")):
        return None
    level1_name, level1_points = split_points(level1)
    level2_name, level2_points = split_points(level2)
    weight_raw = text.get("weight") or None
    goal = read_target(text)
    actual_raw = _prose(text.get("actual"))
    actual = parse_quantity(actual_raw, goal.unit) if actual_raw and not is_blank_value(actual_raw) else None
    return Indicator(
        level1_raw=level1_name or None,
        level2_raw=level2_name or None,
        level3=name,
        level1=level1_code(level1) if level1 else None,
        level2=level2_code(level2) if level2 else None,
        level1_weight=level1_points or _level_weight(grid, row, columns, "level1"),
        level2_weight=level2_points or _level_weight(grid, row, columns, "level2"),
        target_raw=goal.raw,
        target_op=goal.op,
        target_value=goal.value,
        target_unit=goal.unit,
        actual_raw=actual_raw,
        actual_value=actual.value if actual else None,
        actual_unit=actual.unit if actual else None,
        weight_raw=weight_raw if weight_raw else (str(points) if points is not None else None),
        weight=read_points(weight_raw) if weight_raw else points,
        score_raw=text.get("score") or None,
        score=read_points(text.get("score")),
        deviation=_prose(text.get("deviation")),
        explanation=_prose(text.get("explanation")),
        criteria=_prose(text.get("criteria")),
        evidence=cell_evidence(cell, flat=grid.table.origin == "flat"),
    )


def _row_texts(grid: Grid, row: int, columns: Columns) -> dict[str, str]:
    """Field → text of a row; a name that reaches over its target (预算执行率) is no target."""
    name = grid.at(row, columns.fields["level3"]) if "level3" in columns.fields else None
    texts = {
        field: "" if name is not None and field in VALUES and grid.at(row, col) is name else grid.text(row, col)
        for field, col in columns.fields.items()
    }
    if not fold(texts.get("level3", "")):
        texts["level3"] = texts.get("coarser", "")
    if _is_lone_name(grid, row, columns, texts):
        texts.update(level2=texts["level1"], level3=texts["level1"])
    adjusted = texts.pop("target_adjusted", "")
    return {**texts, "target": adjusted} if adjusted and not is_blank_value(adjusted) else texts


def _is_lone_name(grid: Grid, row: int, columns: Columns, texts: dict[str, str]) -> bool:
    """True for 预算执行率 at the left of its points: a name over all levels whose merging the exporter lost."""
    first = grid.at(row, columns.fields.get("level1", -1))
    return (
        first is not None
        and first.row == row
        and first.rowspan == 1
        and level1_code(first.text) == "execution"
        and not any(fold(texts.get(level, "")) for level in ("level2", "level3"))
        and all(read_points(texts.get(field)) is not None for field in ("weight", "score"))
    )


def _is_over_values(grid: Grid, row: int, columns: Columns) -> bool:
    """True for a line of text in one cell over the whole width: a signature, a note, the title of what follows."""
    cell = grid.at(row, columns.fields["level3"])
    covered = [name for name in VALUES if name in columns.fields and grid.at(row, columns.fields[name]) is cell]
    points = [grid.text(row, columns.fields[n]) for n in ("weight", "score") if n in set(columns.fields) - set(covered)]
    return bool(covered) and not (len(points) == 2 and all(read_points(text) is not None for text in points))


def _split_name(text: str, has_weight_column: bool) -> tuple[str, Decimal | None]:
    """A third-level name and its points: `合理性（2分）`; without the word 分 only where no column gives the weight."""
    name, points = split_points(text)
    if points is not None and has_weight_column and not re.search(r"分\s*[)）】\]]+\s*$", text):
        return text, None
    return name, points


def _level_weight(grid: Grid, row: int, columns: Columns, level: str) -> Decimal | None:
    col = columns.level_weight.get(level)
    return read_points(grid.text(row, col)) if col is not None else None


def _prose(text: str | None) -> str | None:
    return text if text and not is_prompt(text) else None


@dataclass(frozen=True)
class Target:
    raw: str | None = None
    op: str | None = None
    value: Decimal | None = None
    unit: str | None = None


def read_target(text: dict[str, str]) -> Target:
    """The target of a row, from one column or from three (指标性质 | 指标值 | 度量单位)."""
    if "target_op" in text or "target_unit" in text:
        parts = (text.get(field, "") for field in ("target_op", "target", "target_unit"))
        raw, op, value, unit = parse_measure_parts(*parts)
        return Target(raw or None, op, value, unit)
    raw = _prose(text.get("target")) or ""
    quantity = parse_quantity(raw) if raw and not is_blank_value(raw) else None
    return Target(raw, quantity.op, quantity.value, quantity.unit) if quantity else Target(raw or None)


def _read_total(grid: Grid, row: int, columns: Columns) -> TotalSection:
    """The points under 分值 and 得分; where the exporter moved them, the row's numbers in order.

    A last number under 分值 that is less than the one before it is the score: no points are left out of their sum.
    """
    weight_raw = _number_text(grid, row, columns.fields.get("weight"))
    score_raw = _number_text(grid, row, columns.fields.get("score"))
    numbers = [fold(cell.text) for cell in grid.filled(row)[1:] if read_points(cell.text) is not None]
    points = [value for text in numbers if (value := read_points(text)) is not None]
    is_moved = score_raw is None and len(points) > 1 and points[-1] < points[-2] and weight_raw == numbers[-1]
    if is_moved and grid.table.origin == "flat":
        weight_raw, score_raw = numbers[-2:]
    if weight_raw is None and score_raw is None and numbers:
        weight_raw, score_raw = (numbers[0], numbers[1]) if len(numbers) > 1 else (None, numbers[0])
    cell = grid.filled(row)[0]
    return TotalSection(
        weight_raw,
        read_points(weight_raw),
        score_raw,
        read_points(score_raw),
        cell_evidence(cell, flat=grid.table.origin == "flat"),
    )


def _number_text(grid: Grid, row: int, col: int | None) -> str | None:
    text = grid.text(row, col) if col is not None else ""
    return text if text and read_points(text) is not None else None
