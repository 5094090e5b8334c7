"""Words and tables of a page → blocks in reading order."""

from __future__ import annotations

from dataclasses import replace

from drawn import A4, cell, line_words, page_of, page_with, place_cells, word

from pipeline.document import Block, Box, Paragraph, Table, Word
from pipeline.layout import join_paragraphs, page_to_blocks

BODY = "绩效评价工作按照计划有序开展并取得了预期的成效"  # a full line of 12 points holds 36 汉字


def body(*lengths: int, y: float = 100.0) -> list[Word]:
    """Lines of so many 汉字; a negative length indents the line by two."""
    lines = ["\u3000\u3000" + (BODY * 2)[:-n] if n < 0 else (BODY * 2)[:n] for n in lengths]
    return line_words(*lines, y=y)


def paragraphs(words: list[Word]) -> list[str]:
    blocks = page_to_blocks(page_of(words), [])
    return [b.text for b in blocks if isinstance(b, Paragraph)]


def test_the_lines_of_a_paragraph_are_joined_without_blanks() -> None:
    words = body(-34, 36, 36, 10, -34, 36, 8)
    first, second = paragraphs(words)
    assert first == (BODY * 2)[:34] + (BODY * 2)[:36] * 2 + BODY[:10]
    assert second == (BODY * 2)[:34] + (BODY * 2)[:36] + BODY[:8]


def test_an_indent_begins_a_paragraph_though_the_line_before_is_full() -> None:
    assert len(paragraphs(body(-34, 36, 36, -34, 36, 8, -34, 5))) == 3


def test_a_short_line_ends_a_paragraph_where_nothing_is_indented() -> None:
    assert len(paragraphs(body(36, 36, 7, 36, 36, 9, 36, 36, 3))) == 3


def test_a_line_that_was_short_because_a_figure_did_not_fit_goes_on() -> None:
    lines = [
        "\u3000\u3000" + (BODY * 2)[:34],
        (BODY * 2)[:31],
        "1234567.89万元" + BODY[:12],
        "\u3000\u3000" + (BODY * 2)[:34],
    ]
    words = line_words(*lines, *[(BODY * 2)[:36]] * 3)
    assert paragraphs(words)[0] == "".join(line.strip("\u3000") for line in lines[:3])


def test_latin_words_keep_their_blank_at_a_line_end() -> None:
    words = line_words("\u3000\u3000" + (BODY * 2)[:34], (BODY * 2)[:33] + "open", "data平台" + BODY, (BODY * 2)[:36])
    assert "open data平台" in paragraphs([*words, *body(36, 36, y=200)])[0]


def test_headings_have_the_level_of_their_number() -> None:
    lines = [
        "\u3000\u3000一、基本情况",
        "\u3000\u3000（一）项目概况",
        "\u3000\u30001.立项依据",
        "\u3000\u30002023年完成投资12.5万元。",
    ]
    words = [*line_words(*lines), *body(-34, 36, 36, 36, 9, y=200)]
    blocks = [b for b in page_to_blocks(page_of(words), []) if isinstance(b, Paragraph)]
    assert [b.level for b in blocks] == [1, 2, 3, 0, 0]


def test_a_title_set_in_two_lines_is_one_heading() -> None:
    upper, lower = word("某某县农村道路养护中心", 190, 60, 18), word("项目支出绩效自评报告", 200, 90, 18)
    blocks = page_to_blocks(page_of([upper, lower, *body(-34, 36, 36, 36, 9, y=140)]), [])
    title = blocks[0]
    assert isinstance(title, Paragraph)
    assert (title.text, title.level, title.centered) == ("某某县农村道路养护中心项目支出绩效自评报告", 1, True)


def test_signature_and_date_are_paragraphs_of_their_own() -> None:
    words = [*body(-34, 36, 36, 36, 9), word("某某县交通局", 290, 240, 12), word("2023年4月8日", 290, 260, 12)]
    assert paragraphs(words)[-2:] == ["某某县交通局", "2023年4月8日"]


def test_labels_set_apart_on_one_line_keep_a_blank_and_end_their_paragraph() -> None:
    words = [word("填表人：甲", 80, 100, 12), word("填表日期：三月", 230, 100, 12), *body(36, 36, 9, y=120)]
    assert paragraphs(words)[0] == "填表人：甲 填表日期：三月"


def test_tables_stand_in_their_places_and_keep_their_words() -> None:
    table = place_cells([cell(0, 0, "甲"), cell(0, 1, "乙")], y=200)
    page = page_with(table, word("单位：万元", 300, 180), word("注：如上表", 80, 260))
    blocks = page_to_blocks(page, [table])
    assert [b.text if isinstance(b, Paragraph) else "table" for b in blocks] == ["单位：万元", "table", "注：如上表"]


def test_the_order_of_words_does_not_change_the_blocks() -> None:
    words = body(-34, 36, 36, 10, -34, 36, 8)
    assert page_to_blocks(page_of(words[::-1]), []) == page_to_blocks(page_of(words), [])


def two_pages(first: list[Word], second: list[Word]) -> list[Block]:
    pages = [page_of(first), page_of(second, number=2)]
    return join_paragraphs([block for page in pages for block in page_to_blocks(page, [])])


def test_a_paragraph_cut_by_the_page_break_is_whole_again() -> None:
    blocks = two_pages(body(-34, 36, 36), body(36, 7, -34, 36, 36, 9))
    assert [b.text for b in blocks if isinstance(b, Paragraph)] == [
        (BODY * 2)[:34] + (BODY * 2)[:36] * 3 + BODY[:7],
        (BODY * 2)[:34] + (BODY * 2)[:36] * 2 + BODY[:9],
    ]


def test_a_finished_sentence_is_not_joined_to_the_next_page() -> None:
    first = line_words("\u3000\u3000" + (BODY * 2)[:34], (BODY * 2)[:35] + "。")
    assert len(two_pages(first, body(-34, 36, 36, 9))) == 2


def test_a_heading_at_the_top_of_a_page_is_not_joined() -> None:
    second = [*line_words("一、基本情况", x=80), *body(36, 36, 36, 9, y=140)]
    blocks = two_pages(body(-34, 36, 36), second)
    assert [b.text for b in blocks if isinstance(b, Paragraph)][1] == "一、基本情况"


def test_words_of_unknown_size_are_measured_by_their_height() -> None:
    words = [replace(w, size=0.0) for w in body(-34, 36, 36, 10, -34, 36, 8)]
    assert paragraphs(words) == paragraphs(body(-34, 36, 36, 10, -34, 36, 8))


def enlarged(text: Word, by: float, confidence: float = 1.0) -> Word:
    """A word whose type looks larger, and is higher."""
    box = text.box
    high = box.y1 - by * (box.y1 - box.y0)
    return replace(text, size=by * text.size, box=Box(box.x0, high, box.x1, box.y1), confidence=confidence)


def test_the_short_end_of_a_recognised_paragraph_may_look_larger_than_it_is() -> None:
    words = body(-34, 36, 2, -34, 36)
    assert len(paragraphs([*words[:2], enlarged(words[2], 1.4), *words[3:]])) == 3
    assert len(paragraphs([*words[:2], enlarged(words[2], 1.4, 0.99), *words[3:]])) == 2


def test_a_line_whose_characters_stand_apart_but_are_no_higher_goes_on() -> None:
    words = body(-34, 36, 36, -34, 36)
    assert len(paragraphs([words[0], replace(words[1], size=1.2 * words[1].size), *words[2:]])) == 2


def test_a_table_on_another_page_takes_no_words() -> None:
    elsewhere = Table((replace(cell(0, 0, "甲"), page=9, box=Box(0, 0, *A4)),), "ruled")
    assert len(page_to_blocks(page_of(body(36, 36, 36, 5)), [elsewhere])) == 1
