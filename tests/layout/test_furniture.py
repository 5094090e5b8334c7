"""Page numbers, running heads and stamps are no part of a document."""

from __future__ import annotations

import pytest
from drawn import A4

from pipeline.document import Block, Box, Cell, Paragraph, Table
from pipeline.layout import drop_furniture

HEIGHTS = dict.fromkeys(range(1, 7), A4[1])


def at(text: str, y: float, page: int = 1, size: float = 10.5, level: int = 0) -> Paragraph:
    return Paragraph(text, level, page, Box(200, y, 300, y + size))


def kept(*blocks: Block) -> list[str]:
    return [b.text for b in drop_furniture(blocks, HEIGHTS) if isinstance(b, Paragraph)]


@pytest.mark.parametrize(
    "text",
    [
        "3",
        "- 3 -",
        "—3—",
        "－ 12 －",
        "第3页",
        "第 3 页 共 9 页",
        "第3页/共9页",
        "3/9",
        "3 / 9页",
        "第三页",
        "ii",
        "Page 3 of 9",
    ],
)
def test_page_numbers_in_the_margin_are_dropped(text: str) -> None:
    assert kept(at("正文", 400), at(text, 800)) == ["正文"]
    assert kept(at(text, 30), at("正文", 400)) == ["正文"]


@pytest.mark.parametrize("text", ["3", "- 3 -", "第3页"])
def test_the_same_in_the_middle_of_the_page_is_kept(text: str) -> None:
    assert kept(at(text, 400)) == [text]


@pytest.mark.parametrize("text", ["2023年", "98.5", "3月", "附件3", "第三部分", "12.50万元", "合计12"])
def test_other_short_texts_in_the_margin_are_kept(text: str) -> None:
    assert kept(at(text, 800)) == [text]


@pytest.mark.parametrize("text", ["扫描全能王 创建", "由 扫描全能王 扫描创建", "CamScanner"])
def test_stamps_of_scanning_programs_are_dropped(text: str) -> None:
    assert kept(at("正文", 400), at(text, 810)) == ["正文"]


def test_a_running_head_is_dropped_on_every_page() -> None:
    heads = [at("某某县交通局绩效自评报告", 40, page) for page in range(1, 6)]
    assert kept(*[block for head in heads for block in (head, at("正文", 400, head.page or 1))]) == ["正文"] * 5


def test_a_running_head_that_counts_pages_is_dropped() -> None:
    assert kept(*[at(f"自评报告 {page + 2}", 40, page) for page in range(1, 6)]) == []


def test_a_line_at_the_top_of_two_pages_is_kept() -> None:
    assert kept(at("某某县交通局", 40, 1), at("某某县交通局", 40, 2)) == ["某某县交通局"] * 2


def test_attachment_marks_on_following_pages_are_kept() -> None:
    marks = [f"附件{page}" for page in range(1, 5)]
    assert kept(*[at(mark, 60, page) for page, mark in enumerate(marks, 1)]) == marks


def test_the_title_of_a_form_on_each_page_is_kept() -> None:
    title = "项目支出绩效自评表"
    assert kept(*[at(title, 60, page, size=16) for page in range(1, 5)]) == [title] * 4
    assert kept(*[at(title, 60, page, level=1) for page in range(1, 5)]) == [title] * 4


def test_tables_are_never_dropped() -> None:
    table = Table((Cell(0, 0, "3", page=1, box=Box(200, 800, 300, 812)),), "ruled")
    assert drop_furniture([table], HEIGHTS) == [table]
