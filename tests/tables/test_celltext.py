"""What the characters of a cell may be follows its text, one for one."""

from __future__ import annotations

from pipeline.document import Alternatives, Box, Page, Ruling, Word
from pipeline.tables.celltext import words_to_alternatives, words_to_text
from pipeline.tables.ruled import find_tables


def readings(text: str) -> Alternatives:
    return tuple(((char, 0.9), ("?", 0.1)) for char in text)


def read_word(text: str, x0: float, y0: float, width: float) -> Word:
    return Word(text, Box(x0, y0, x0 + width, y0 + 10), alternatives=readings(text))


def test_blanks_and_line_breaks_have_no_alternatives() -> None:
    words = [read_word("12.5", 0, 0, 20), read_word("AB", 40, 0, 10), read_word("%", 0, 20, 5)]
    assert words_to_text(words) == "12.5 AB\n%"
    assert words_to_alternatives(words) == (*readings("12.5"), (), *readings("AB"), (), *readings("%"))


def test_a_cell_with_one_native_word_has_no_alternatives() -> None:
    assert words_to_alternatives([read_word("12", 0, 0, 10), Word("元", Box(20, 0, 30, 10))]) == ()


def page_of(words: tuple[Word, ...], by_ocr: bool) -> Page:
    lines = [Ruling(x, 0, x, 40) for x in (0, 50, 100)] + [Ruling(0, y, 100, y) for y in (0, 20, 40)]
    return Page(1, 100, 40, words, tuple(lines), by_ocr)


def test_a_word_cut_at_a_border_takes_its_alternatives_along() -> None:
    words = (read_word("3456", 30, 5, 40), read_word("78", 60, 25, 10))
    cells = find_tables(page_of(words, by_ocr=True))[0].cells
    assert [(cell.text, cell.alternatives) for cell in cells if cell.text] == [
        ("34", readings("34")),
        ("56", readings("56")),
        ("78", readings("78")),
    ]


def test_native_cells_have_no_alternatives() -> None:
    words = (Word("34", Box(5, 5, 20, 15)), Word("78", Box(60, 25, 70, 35)))
    assert {cell.alternatives for cell in find_tables(page_of(words, by_ocr=False))[0].cells} == {()}
