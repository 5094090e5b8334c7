"""What a sheet shows: its hidden rows and columns left out, as no reader of the sheet sees them, and said."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection
from dataclasses import dataclass, field

from pipeline.document import Issue
from pipeline.read.sheet_blocks import Sheet, Span


@dataclass(slots=True)
class UnreadCells:
    """What the sheets of one workbook hold and do not show."""

    n_rows: int = 0
    n_cols: int = 0
    uncomputed: list[str] = field(default_factory=list)  # places of formulas that were saved without a value

    def issues(self) -> list[Issue]:
        """What a person has to do where words or numbers were left out."""
        found: list[Issue] = []
        if hidden := "、".join(f"{n} {kind}" for n, kind in ((self.n_rows, "行"), (self.n_cols, "列")) if n):
            message = f"表格中有 {hidden}是隐藏的，其中的内容没有读取：需要读取请取消隐藏后另存"
            found.append(Issue("hidden_cells_skipped", message))
        if self.uncomputed:
            message = (
                f"有 {len(self.uncomputed)} 个单元格（如 {self.uncomputed[0]}）是公式，文件里没有保存计算结果："
                "请用 Excel/WPS 打开并保存后再读取"
            )
            found.append(Issue("formula_without_value", message))
        return found


def drop_hidden(sheet: Sheet, rows: Collection[int], cols: Collection[int], unread: UnreadCells) -> Sheet:
    """The sheet without its hidden `rows` and `cols`, those behind moved up; what held words is counted in `unread`.

    A merged area that reaches out of the hidden part keeps its text, as it does on the screen.
    """
    if not rows and not cols:
        return sheet
    hidden_rows, hidden_cols = sorted(rows), sorted(cols)
    spans = [span for old in sheet.spans if (span := _moved_span(old, hidden_rows, hidden_cols)) is not None]
    reaching = {(s.row, s.col) for s in sheet.spans if _is_seen(s, hidden_rows, hidden_cols)}
    texts: dict[tuple[int, int], str] = {}
    lost_rows: set[int] = set()
    lost_cols: set[int] = set()
    for (row, col), text in sheet.texts.items():
        in_row, in_col = _is_in(row, hidden_rows), _is_in(col, hidden_cols)
        if (in_row or in_col) and (row, col) not in reaching:
            (lost_rows if in_row else lost_cols).add(row if in_row else col)
            continue
        texts[row - bisect_left(hidden_rows, row), col - bisect_left(hidden_cols, col)] = text
    unread.n_rows += len(lost_rows)
    unread.n_cols += len(lost_cols)
    return Sheet(sheet.name, texts, tuple(spans), sheet.pictures)


def _is_in(place: int, hidden: list[int]) -> bool:
    at = bisect_left(hidden, place)
    return at < len(hidden) and hidden[at] == place


def _moved_span(span: Span, rows: list[int], cols: list[int]) -> Span | None:
    """The area without what is hidden of it, moved; None where one cell or nothing is left."""
    top, bottom = (place - bisect_left(rows, place) for place in (span.row, span.end_row))
    left, right = (place - bisect_left(cols, place) for place in (span.col, span.end_col))
    return Span(top, left, bottom, right) if (bottom - top) * (right - left) > 1 else None


def _is_seen(span: Span, rows: list[int], cols: list[int]) -> bool:
    n_rows = span.end_row - span.row - (bisect_left(rows, span.end_row) - bisect_left(rows, span.row))
    n_cols = span.end_col - span.col - (bisect_left(cols, span.end_col) - bisect_left(cols, span.col))
    return n_rows > 0 and n_cols > 0
