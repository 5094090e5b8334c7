"""Markdown → segments: lines and cells, each with what its form says that it holds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from pipeline.labels import bare, head_field, level1_code, level2_code

Role = Literal["text", "org", "project", "indicator", "level", "grade", "head", "private"]

MIN_LIST_COLUMNS = 3
_CELL_WALL = re.compile(r"(?<!\\)\|")
_RULE_ROW = re.compile(r"[|\s:-]+")
_HEADING = re.compile(r"#{1,6}\s+")
_LABELLED = re.compile(r"(?:^|[\s，。；、,;|]|(?<=[)）]))([\u4e00-\u9fff（）() \u3000]{2,24}?)\s?[:：]\s*")
_VALUE_END = re.compile(r"[。；;，,\n]|\s{2,}|\u3000")
_ROLE_OF_LABEL: dict[str, Role] = {
    "subject": "project",
    "competent_dept": "org",
    "central_dept": "org",
    "implementing_unit": "org",
    "department": "org",
    "filled_by": "org",
    "ignored": "private",
}
_HEAD_SECTIONS = ("indicators", "funds", "goals", "labels", "totals", "sections", "base_data")


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of text that one cell or line holds, where it begins in the document, and its role there."""

    start: int
    text: str
    role: Role


def split_segments(markdown: str) -> Iterator[Segment]:
    """The lines of the text and the cells of its tables, empty ones and rules of tables left out."""
    start = 0
    columns: dict[int, Role] = {}
    for line in markdown.splitlines(keepends=True):
        if line.startswith("|"):
            cells = [] if _RULE_ROW.fullmatch(line) else list(_cells(line, start))
            columns = _head_columns(cells) or ({} if _ends_block(cells) else columns)
            yield from _row_segments(cells, columns)
        else:
            columns = {}
            if line.strip():
                yield from _line_segments(line, start)
        start += len(line)


def _cells(line: str, start: int) -> Iterator[tuple[int, int, str]]:
    """(column, offset, text) of every cell of a row, blank ones too, without the blanks at its edges."""
    walls = [match.start() for match in _CELL_WALL.finditer(line)]
    for column, (left, right) in enumerate(pairwise(walls)):
        text = line[left + 1 : right]
        yield column, start + left + 1 + len(text) - len(text.lstrip()), text.strip()


def _head_columns(cells: list[tuple[int, int, str]]) -> dict[int, Role]:
    """The columns of names below a row of heads: an indicator block's, or a list of projects'; empty for other rows."""
    fields = {column: head_field("indicators", text) for column, _, text in cells if text}
    if not {"level3", "indicator_name"} & set(fields.values()) or len({*fields.values(), None}) < 3:
        return _list_columns(cells)
    name = "level3" if "level3" in fields.values() else "indicator_name"
    levels: dict[int, Role] = {column: "level" for column, field in fields.items() if field in ("level1", "level2")}
    return levels | {column: "indicator" for column, field in fields.items() if field == name}


def _list_columns(cells: list[tuple[int, int, str]]) -> dict[int, Role]:
    """The columns of a list of projects: every cell of its head is one, 项目名称 among them, none blank."""
    if len(cells) < MIN_LIST_COLUMNS or not all(_is_head(text) for _, _, text in cells):
        return {}
    roles = {column: role for column, _, text in cells if (role := _label_role(text))}
    return {column: role for column, role in roles.items() if role != "text"} if "project" in roles.values() else {}


def _ends_block(cells: list[tuple[int, int, str]]) -> bool:
    """Whether a row is no row of indicators: totals, or the head of the next form."""
    first = next((text for _, _, text in cells if text), "")
    return head_field("totals", first) is not None or head_field("labels", first) is not None


def _row_segments(cells: list[tuple[int, int, str]], columns: dict[int, Role]) -> Iterator[Segment]:
    """The cells that hold text; a value takes its role from its column, or from the label to its left."""
    role: Role = "text"
    for column, start, text in cells:
        if not text:
            continue
        if column in columns and not _is_head(text):
            yield Segment(start, text, columns[column])
        elif label_role := _label_role(text):
            role = label_role
            continue
        elif not _is_head(text) or any(char.isdigit() for char in text):
            yield Segment(start, text, role)
        role = "text"


def _label_role(text: str) -> Role | None:
    """The role of the value behind a label cell; None where the text is no such label."""
    if field := head_field("labels", text):
        return _ROLE_OF_LABEL.get(field, "text")
    return "grade" if head_field("totals", text) == "grade" else None


def _is_head(text: str) -> bool:
    if len(text) > 24 or level1_code(text) or level2_code(text):
        return False
    return any(head_field(section, text) for section in _HEAD_SECTIONS)


def _line_segments(line: str, start: int) -> Iterator[Segment]:
    """A line of text: the values of its labels (`项目名称：…`), and what stands between them."""
    heading = _HEADING.match(line)
    at = heading.end() if heading else 0
    end = len(line.rstrip())
    for match in _LABELLED.finditer(line, at) if "：" in line or ":" in line else ():
        role = _label_role(bare(match[1]))
        if role in (None, "text") or match.end() >= end or match.start(1) < at:
            continue
        stop = _VALUE_END.search(line, match.end())
        value_end = stop.start() if stop and stop.start() < end else end
        yield Segment(start + at, line[at : match.start(1)], "text")
        yield Segment(start + match.end(), line[match.end() : value_end], role or "text")
        at = value_end
    yield Segment(start + at, line[at:end], "text")
