from __future__ import annotations

from pipeline.document import Box, Cell, Paragraph, Table
from pipeline.layout.markdown import blocks_to_markdown, locate_entities
from pipeline.records import Entity

BLOCKS = [
    Paragraph("一、概况", level=2, page=1, box=Box(10, 10, 90, 20)),
    Table((Cell(0, 0, "项目\n名称", page=1), Cell(0, 1, "甲|乙", page=1), Cell(1, 0, "合计", colspan=2, page=2))),
    Paragraph("投入12万元。", page=3, box=Box(10, 50, 90, 60)),
]


def test_headings_and_tables_are_markdown_and_merged_text_stands_once() -> None:
    text, _ = blocks_to_markdown(BLOCKS)
    assert text == "## 一、概况\n\n| 项目名称 | 甲\\|乙 |\n| --- | --- |\n| 合计 |  |\n\n投入12万元。\n"


def test_an_entity_gets_the_page_and_box_of_its_line() -> None:
    text, places = blocks_to_markdown(BLOCKS)
    mentions = [
        Entity(label="MONEY", text=word, value=None, start=text.index(word), end=0) for word in ("合计", "12万元")
    ]
    row, sentence = locate_entities(mentions, places)
    assert (row.page, row.box) == (2, None)
    assert (sentence.page, sentence.box) == (3, Box(10, 50, 90, 60))


def test_a_document_of_nothing_is_no_text() -> None:
    assert blocks_to_markdown([Paragraph("")]) == ("", [])
