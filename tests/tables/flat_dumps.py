"""Invented forms and the ways in which text dumps flatten them, for the tests of `tables.flat`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pipeline.document import Block, Cell, Paragraph, Table
from pipeline.normalize.text import fold
from pipeline.tables.flat import rebuild_tables

COVERED = None  # a grid position that a merged cell above covers
Grid = list[list[str | None]]


@dataclass(frozen=True)
class Form:
    """A title, label rows and the grid of an indicator block: head row, data rows, totals row."""

    title: str
    labels: tuple[tuple[str, ...], ...]
    grid: tuple[tuple[str | None, ...], ...]

    @property
    def heads(self) -> tuple[str, ...]:
        return tuple(h or "" for h in self.grid[0])


def lines_to_blocks(text: str) -> list[Block]:
    """What `rebuild_tables` makes of a dump's text."""
    return rebuild_tables([Paragraph(line) for line in text.split("\n")])


def only_table(text: str) -> Table:
    """The one table of a dump's text."""
    tables = [block for block in lines_to_blocks(text) if isinstance(block, Table)]
    assert len(tables) == 1
    return tables[0]


def covering(table: Table, row: int, col: int) -> Cell | None:
    """The cell that covers a grid position."""
    for cell in table.cells:
        if cell.row <= row < cell.row + cell.rowspan and cell.col <= col < cell.col + cell.colspan:
            return cell
    return None


def rows_below(table: Table, head: str) -> list[dict[str, str]]:
    """Per row below the row in which `head` stands: head text → text there, spanning cells counted in every row."""
    top = next(c.row for c in table.cells if fold(c.text) == fold(head))
    heads = {c.col: fold(c.text) for c in table.cells if c.row == top and c.text}
    rows = []
    for row in range(top + 1, table.n_rows):
        found = {name: covering(table, row, col) for col, name in heads.items()}
        rows.append({name: fold(c.text) for name, c in found.items() if c is not None and c.row > top and fold(c.text)})
    return rows


def expected_rows(form: Form) -> list[dict[str, str]]:
    """What `rows_below` must give for the data rows of a form."""
    rows = []
    above: dict[str, str] = {}
    for line in form.grid[1:]:
        row = {}
        for head, text in zip(form.heads, line, strict=True):
            value = above.get(head, "") if text is COVERED else text
            above[head] = value
            if fold(value):
                row[fold(head)] = fold(value)
        rows.append(row)
    return rows


def dump_tabs(form: Form) -> str:
    """A row per line, cells set off by tabs, covered positions blank."""
    lines = [form.title, *("\t".join(row) for row in form.labels)]
    return "\n".join([*lines, *("\t".join(c or "" for c in row) for row in form.grid)])


def dump_tab_cells(form: Form) -> str:
    """A cell per line behind a tab, covered positions blank, a blank line behind each row."""
    lines = [form.title]
    for row in (*form.labels, *form.grid):
        lines.extend(f"\t{c or ''}" for c in row)
        lines.append("")
    return "\n".join(lines)


def dump_pipes(form: Form) -> str:
    """A row per line, covered cells left out, blanks pushed to the end of the row."""
    width = len(form.heads)
    lines = [form.title]
    for row in (*form.labels, *form.grid):
        filled = [c for c in row if c]
        lines.append(" | ".join(filled) + " | " + "|" * (width - len(filled)))
    return "\n".join(lines)


def dump_pipe_cells(form: Form) -> str:
    """A cell per line with a pipe behind it, covered cells left out, blank cells kept."""
    cells = [c for row in (*form.labels, *form.grid) for c in row if c is not None]
    return "\n".join([form.title, *(f"{c} |".strip() for c in cells)])


def dump_markdown(form: Form) -> str:
    """A Markdown table, covered positions blank."""
    rule = "|" + "---|" * len(form.heads)
    rows = ["| " + " | ".join(c or "" for c in row) + " |" for row in (*form.labels, *form.grid)]
    return "\n".join([form.title, rows[0], rule, *rows[1:]])


def dump_blanks(form: Form) -> str:
    """Cells set off by three blanks, covered and blank cells left out."""
    return "\n".join([form.title, *("   ".join(c for c in row if c) for row in (*form.labels, *form.grid))])


def dump_cell_lines(form: Form) -> str:
    """A cell per line and nothing else."""
    return "\n".join([form.title, *(c for row in (*form.labels, *form.grid) for c in row if c)])


def dump_pipe_stream(form: Form) -> str:
    """Cells joined by pipes without row ends, a line end for each blank cell, covered cells left out."""
    cells = [c for row in (*form.labels, *form.grid) for c in row if c is not None]
    return f"{form.title} | " + "".join(f"{c} | " if c else "\n| " for c in cells).rstrip()


def dump_parted_lines(form: Form) -> str:
    """A cell per line between empty lines, a line of blanks for a blank cell, some heads broken over two lines."""
    cells = [c for row in (*form.labels, *form.grid) for c in row if c is not None]
    broken = {"年度指标值": "年度\n\n指标值", "实际完成值": "实际\n\n完成值", "经济效益指标": "经济效益\n\n指标"}
    return "\n\n".join([form.title, *(broken.get(c, c) or "\u00a0" for c in cells)])


def dump_hanging(form: Form) -> str:
    """Cells below each other, each but the first of a row behind a pipe, covered and blank cells left out."""
    lines = [form.title]
    for row in (*form.labels, *form.grid):
        filled = [c for c in row if c]
        lines += [filled[0], *(f"        | {c}" for c in filled[1:]), "        | " + "|" * (len(row) - len(filled))]
    return "\n".join(lines)


KEEPING: Sequence[Callable[[Form], str]] = (
    dump_tabs,
    dump_tab_cells,
    dump_markdown,
    dump_pipe_cells,
    dump_pipe_stream,
    dump_parted_lines,
)
LOSING: Sequence[Callable[[Form], str]] = (dump_pipes, dump_blanks, dump_cell_lines, dump_hanging)
