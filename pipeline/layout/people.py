"""Names and telephone numbers of the people who filled a form in: they are no part of the dataset."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from pipeline.document import Block, Cell, Paragraph, Table
from pipeline.labels import head_field, label_marks
from pipeline.normalize.text import fold

WITHHELD = "×××"
NAME_HEADS = ("姓名", "签字", "签名", "评价人员", "专家姓名", "联系电话", "手机号码", "电话")
NOT_PERSONAL = ("地址", "邮编", "传真")
NAME_CHARS = 4  # a Han name has two to four characters
NAME = re.compile(r"^[\u4e00-\u9fff·]{1,8}$")
MOBILE = re.compile(r"(?<!\d)1[3-9]\d[-\s]?\d{4}[-\s]?\d{4}(?!\d)")
LABEL_AND_BLANKS = re.compile(r"(?<!\S)([^\s:：]{2,12})[ \t\u3000]+")
NUMBER_LABEL = re.compile("电话|手机|号码|联系方式")
BARE_NAME = re.compile(r"[\u4e00-\u9fff·]{2,4}|[\u4e00-\u9fff][ \u3000]{1,4}[\u4e00-\u9fff](?=\s|$)")
BARE_NUMBER = re.compile(r"[\d()（）][-－—–\d()（）/、\s]{4,}\d")
VALUE = re.compile(r"^(\s*)([\u4e00-\u9fff·×*xX]{1,8}|[-－—–\d()（）/、×*xX\s]{5,})")


def withhold_people(blocks: Sequence[Block]) -> list[Block]:
    """The blocks with every name and telephone number beside a label for one (填表人, 联系电话, 姓名 …) as `×××`."""
    return [withhold_in_table(block) if isinstance(block, Table) else withhold_in_paragraph(block) for block in blocks]


def withhold_in_paragraph(paragraph: Paragraph) -> Paragraph:
    """A line of labels and values without the values that are people's."""
    text = withhold_in_text(paragraph.text)
    return paragraph if text == paragraph.text else replace(paragraph, text=text)


def withhold_in_text(text: str) -> str:
    """`填表人：某某　填报日期：…` → `填表人：×××　填报日期：…`; mobile numbers anywhere."""
    text = _withhold_behind_blanks(text)
    marks = label_marks(text) if ":" in text or "：" in text else []
    parts: list[str] = []
    place = 0
    for i, (label, start, _) in enumerate(marks):
        end = marks[i + 1][2] if i + 1 < len(marks) else len(text)
        if not is_personal(label):
            continue
        value = VALUE.match(text[start:end])
        if value:
            parts += [text[place:start], value.group(1), WITHHELD]
            place = start + value.end()
    return MOBILE.sub(WITHHELD, "".join([*parts, text[place:]]))


def _withhold_behind_blanks(text: str) -> str:
    """`联系人 某某 电话 0123-4567890` → `联系人 ××× 电话 ×××`: labels parted from their values by blanks alone."""
    parts: list[str] = []
    place = 0
    for label in LABEL_AND_BLANKS.finditer(text):
        start = label.end()
        if label.start() < place or not is_personal(label.group(1)):
            continue
        value = (BARE_NUMBER if NUMBER_LABEL.search(label.group(1)) else BARE_NAME).match(text, start)
        if value and (value.end() == len(text) or text[value.end()].isspace()) and not _is_label(value.group()):
            parts += [text[place:start], WITHHELD]
            place = value.end()
    return "".join([*parts, text[place:]])


def _is_label(text: str) -> bool:
    return head_field("labels", text) is not None


def is_personal(label: str) -> bool:
    """True for a label beside which a person's name or number stands."""
    return head_field("labels", label) == "ignored" and fold(label) not in NOT_PERSONAL


def withhold_in_table(table: Table) -> Table:
    """A table without the cells right of a person's label and below a head of names."""
    by_place = {(cell.row, cell.col): cell for cell in table.cells}
    hidden: set[tuple[int, int]] = set()
    for cell in table.cells:
        right = by_place.get((cell.row, cell.col + cell.colspan))
        if is_personal(cell.text) and right is not None and not head_field("labels", right.text):
            hidden.add((right.row, right.col))
    hidden |= _below_name_heads(table)
    cells = tuple(
        replace(
            cell, text=WITHHELD if (cell.row, cell.col) in hidden and fold(cell.text) else withhold_in_text(cell.text)
        )
        for cell in table.cells
    )
    return table if cells == table.cells else replace(table, cells=cells)


def _below_name_heads(table: Table) -> set[tuple[int, int]]:
    """The cells in the column of 姓名 or 签字, where two such heads stand in one row: a list of evaluators."""
    hidden: set[tuple[int, int]] = set()
    heads = [cell for cell in table.cells if fold(cell.text) in NAME_HEADS]
    for head in heads:
        if sum(other.row == head.row for other in heads) < 2:
            continue
        hidden |= {(c.row, c.col) for c in table.cells if c.col == head.col and c.row > head.row and _may_be_person(c)}
    return hidden


def _may_be_person(cell: Cell) -> bool:
    text = fold(cell.text)
    return bool(NAME.match(text) and len(text) <= NAME_CHARS) or bool(re.fullmatch(r"[-\d()/×*xX]{5,}", text))
