"""PDF → pages of words and rulings."""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Iterator
from typing import Any

import pytest
from drawn import A4, FONT, page_of, pdf_bytes, pdf_source, source_of, word

from pipeline.document import Page
from pipeline.errors import InputError
from pipeline.read.pdf import count_pages, is_text_layer_trustworthy, page_issues, read_pages


def only_page(source: Any) -> Page:
    (page,) = read_pages(source)
    return page


def texts(page: Page) -> list[str]:
    return [w.text for w in page.words]


def write(canvas: Any, text: str, x: float, y: float, size: float = 12) -> None:
    """Text whose baseline is y points below the top of the page."""
    canvas.setFont(FONT, size)
    canvas.drawString(x, A4[1] - y, text)


def test_words_keep_their_place_and_size() -> None:
    page = only_page(source_of(lambda c: write(c, "预算执行率", 100, 200, 14)))
    (found,) = page.words
    assert (found.text, found.size) == ("预算执行率", 14.0)
    assert [round(v) for v in found.box] == [100, 188, 170, 202]
    assert (page.number, round(page.width), round(page.height)) == (1, 595, 842)


def test_a_gap_or_a_blank_parts_words_but_a_change_of_script_does_not() -> None:
    def draw(canvas: Any) -> None:
        write(canvas, "支出2023年度12.50万元", 60, 100)
        write(canvas, "甲 乙", 60, 130)
        write(canvas, "左", 60, 160)
        write(canvas, "右", 200, 160)

    assert texts(only_page(source_of(draw))) == ["支出2023年度12.50万元", "甲", "乙", "左", "右"]


def test_a_vertical_ruling_between_two_characters_parts_words() -> None:
    def draw(canvas: Any) -> None:
        write(canvas, "预算执行", 60, 100)
        canvas.line(84, A4[1] - 80, 84, A4[1] - 110)

    assert texts(only_page(source_of(draw))) == ["预算", "执行"]


def test_texts_of_two_cells_are_parted_though_the_first_reaches_over_the_border() -> None:
    def draw(canvas: Any) -> None:
        write(canvas, "满意程度。", 60, 100)
        write(canvas, "问卷调查", 121, 100)
        canvas.line(117, A4[1] - 80, 117, A4[1] - 110)

    assert texts(only_page(source_of(draw))) == ["满意程度。", "问卷调查"]


def test_the_blank_half_of_a_closing_mark_may_reach_over_the_border() -> None:
    def draw(canvas: Any) -> None:
        write(canvas, "目标（8）", 60, 100, 10)
        write(canvas, "绩效目标", 105, 100, 10)
        canvas.line(101, A4[1] - 80, 101, A4[1] - 110)

    assert texts(only_page(source_of(draw))) == ["目标（8）", "绩效目标"]


def test_heads_too_wide_for_their_cells_are_parted() -> None:
    def draw(canvas: Any) -> None:
        write(canvas, "全年执行数", 60, 100)
        write(canvas, "预算执行率", 117, 100)
        canvas.line(117, A4[1] - 80, 117, A4[1] - 110)

    assert texts(only_page(source_of(draw))) == ["全年执行数", "预算执行率"]


def test_text_written_over_a_ruling_is_not_cut() -> None:
    def draw(canvas: Any) -> None:
        write(canvas, "预算执行", 60, 100)
        canvas.line(90, A4[1] - 80, 90, A4[1] - 110)

    assert texts(only_page(source_of(draw))) == ["预算执行"]


def rules(page: Page) -> list[tuple[int, int, int, int]]:
    return [(round(r.x0), round(r.y0), round(r.x1), round(r.y1)) for r in page.rulings]


def test_lines_rectangles_and_thin_filled_shapes_are_rulings() -> None:
    def draw(canvas: Any) -> None:
        canvas.line(50, 742, 150, 742)
        canvas.rect(200, 700, 60, 40, stroke=1, fill=0)
        canvas.rect(50, 600, 100, 0.5, stroke=0, fill=1)

    expected = [(50, 100, 150, 100), (200, 102, 260, 102), (200, 142, 260, 142), (50, 242, 150, 242)]
    expected += [(200, 102, 200, 142), (260, 102, 260, 142)]
    assert rules(only_page(source_of(draw))) == expected


def test_collinear_pieces_are_joined_and_repeated_lines_stand_once() -> None:
    def draw(canvas: Any) -> None:
        for x in range(50, 150, 10):
            canvas.line(x, 742, x + 9, 742)
        canvas.line(50, 742.4, 149, 742.4)

    assert rules(only_page(source_of(draw))) == [(50, 100, 149, 100)]


def test_a_dotted_line_of_filled_squares_is_one_ruling() -> None:
    def draw(canvas: Any) -> None:
        for x in range(50, 150, 2):
            canvas.rect(x, 742, 1, 1, stroke=0, fill=1)

    ((x0, y0, x1, y1),) = rules(only_page(source_of(draw)))
    assert (y0, y1, x0 <= 51, x1 >= 148) == (100, 100, True, True)


def test_shading_curves_white_and_oblique_lines_are_no_rulings() -> None:
    def draw(canvas: Any) -> None:
        canvas.rect(50, 600, 100, 40, stroke=0, fill=1)
        canvas.circle(300, 600, 40)
        canvas.line(50, 500, 150, 560)
        canvas.setStrokeColorRGB(1, 1, 1)
        canvas.line(50, 400, 150, 400)

    assert rules(only_page(source_of(draw))) == []


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_page_turned_by_its_rotate_key_is_upright(turn: int) -> None:
    """Drawn so that a viewer, who obeys /Rotate, sees the text upright at (100, 200)."""
    width, height = A4

    def draw(canvas: Any) -> None:
        canvas.translate(*{0: (0, 0), 90: (height, 0), 180: A4, 270: (0, width)}[turn])
        canvas.rotate(turn)
        canvas.setFont(FONT, 10)
        canvas.drawString(100, height - 200, "横排表格")
        canvas.line(100, height - 210, 180, height - 210)

    page = only_page(source_of(draw, turn=turn))
    assert (round(page.width), round(page.height)) == (round(width), round(height))
    assert [round(v) for v in page.words[0].box] == [100, 191, 140, 201]
    assert rules(page) == [(100, 210, 180, 210)]


def test_a_form_typeset_sideways_is_turned_though_the_page_is_not() -> None:
    def draw(canvas: Any) -> None:
        canvas.translate(A4[0], 0)
        canvas.rotate(90)
        canvas.setFont(FONT, 10)
        canvas.drawString(100, A4[0] - 200, "横排表格")

    page = only_page(source_of(draw))
    assert (round(page.width), round(page.height)) == (842, 595)
    assert [round(v) for v in page.words[0].box] == [100, 191, 140, 201]


def test_a_sideways_word_on_an_upright_page_is_kept_whole() -> None:
    def draw(canvas: Any) -> None:
        for row in range(5):
            write(canvas, "正文内容一行文字", 150, 100 + 20 * row)
        canvas.saveState()
        canvas.translate(100, A4[1] - 200)
        canvas.rotate(90)
        canvas.drawString(0, 0, "绩效指标")
        canvas.restoreState()

    page = only_page(source_of(draw))
    side = next(w for w in page.words if w.text == "绩效指标")
    assert [round(v) for v in side.box] == [89, 152, 101, 200]


def test_an_oblique_watermark_gives_no_words() -> None:
    def draw(canvas: Any) -> None:
        write(canvas, "正文", 100, 100)
        canvas.translate(200, 400)
        canvas.rotate(45)
        canvas.drawString(0, 0, "内部资料")

    assert texts(only_page(source_of(draw))) == ["正文"]


def test_text_off_the_page_gives_no_words() -> None:
    assert texts(only_page(source_of(lambda c: write(c, "页外", 700, 100)))) == []


def test_pages_come_one_by_one() -> None:
    pages = read_pages(source_of(*[lambda c: write(c, "甲", 50, 50)] * 3))
    assert isinstance(pages, Iterator)
    assert [p.number for p in pages] == [1, 2, 3]


def test_a_page_without_text_is_an_issue_that_names_the_page() -> None:
    source = source_of(lambda c: write(c, "甲", 50, 50), lambda c: c.rect(50, 50, 100, 100))
    issues = [page_issues(page) for page in read_pages(source)]
    assert issues[0] is None
    assert issues[1] is not None
    assert (issues[1].code, issues[1].page) == ("page_without_text", 2)
    assert "第2页" in issues[1].message and "OCR" in issues[1].message


def test_a_scan_with_a_stamp_of_the_scanning_program_is_a_page_without_text() -> None:
    def draw(canvas: Any) -> None:
        from PIL import Image
        from reportlab.lib.utils import ImageReader

        canvas.drawImage(ImageReader(Image.new("L", (60, 80), 200)), 0, 0, *A4)
        write(canvas, "扫描程序创建", 400, 830, 8)

    page = only_page(source_of(draw))
    assert page.words == ()


@pytest.mark.parametrize(
    "text", ["\ue001\ue002\ue003预算", "(cid:17)(cid:905)(cid:33)", "ÏîÄ¿Ö§³ö¼¨Ð§×ÔÆÀ±í", "\ufffd\ufffd12", ""]
)
def test_a_garbled_text_layer_is_not_trusted(text: str) -> None:
    assert not is_text_layer_trustworthy(page_of([word(text, 50, 50)] if text else []))


@pytest.mark.parametrize("text", ["项目支出绩效自评表", "1,004.12", "≥96%±5℃", "产出指标\ue001（30分）数量指标"])
def test_a_sound_text_layer_is_trusted(text: str) -> None:
    assert is_text_layer_trustworthy(page_of([word(text, 50, 50)]))


def test_a_garbled_page_is_an_issue() -> None:
    issue = page_issues(page_of([word("\ue001\ue002\ue003", 50, 50)], number=4))
    assert issue is not None
    assert (issue.code, issue.page) == ("page_garbled_text", 4)


def test_an_encrypted_file_says_what_to_do() -> None:
    from reportlab.lib.pdfencrypt import StandardEncryption

    lock = StandardEncryption("open", ownerPassword="owner", strength=128)
    source = pdf_source(pdf_bytes(lambda c: write(c, "甲", 50, 50), encrypt=lock), "密.pdf")
    with pytest.raises(InputError, match=r"密\.pdf.*加密.*密码"):
        list(read_pages(source))


def test_a_file_that_only_forbids_printing_is_read() -> None:
    from reportlab.lib.pdfencrypt import StandardEncryption

    lock = StandardEncryption("", ownerPassword="owner", canPrint=0)
    assert texts(only_page(pdf_source(pdf_bytes(lambda c: write(c, "甲", 50, 50), encrypt=lock)))) == ["甲"]


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5])
def test_a_truncated_file_says_what_to_do(share: float) -> None:
    content = pdf_bytes(lambda c: write(c, "甲", 50, 50))
    with pytest.raises(InputError, match=r"损坏|不完整|没有页面") as caught:
        list(read_pages(pdf_source(content[: int(len(content) * share)])))
    assert "\n" not in str(caught.value)


def test_a_file_without_pages_is_refused() -> None:
    import pypdfium2

    stream = io.BytesIO()
    pypdfium2.PdfDocument.new().save(stream)
    with pytest.raises(InputError, match=r"没有页面|损坏"):
        list(read_pages(pdf_source(stream.getvalue())))


def test_pages_are_counted_without_reading_them() -> None:
    assert count_pages(source_of(*[lambda c: c.line(0, 0, 9, 9)] * 4)) == 4


def test_a_page_that_pdfium_cannot_map_is_read_by_pdfplumber(monkeypatch: pytest.MonkeyPatch) -> None:
    from pipeline.read import pdf_text

    source = source_of(lambda c: write(c, "预算执行率", 100, 200))
    found = pdf_text.find_chars
    garbled = lambda page: [dataclasses.replace(c, text="\ue000") for c in found(page)]  # noqa: E731
    monkeypatch.setattr("pipeline.read.pdf.find_chars", garbled)
    assert texts(only_page(source)) == ["预算执行率"]


def test_garbage_that_no_reader_can_map_is_an_issue_on_each_page() -> None:
    source = source_of(*[lambda c: write(c, "\ue001\ue002\ue003", 100, 200)] * 5)
    codes = [issue.code for page in read_pages(source) if (issue := page_issues(page))]
    assert set(codes) <= {"page_garbled_text", "page_without_text"} and len(codes) == 5


def test_a_page_tree_that_only_the_first_reader_can_parse_costs_no_page(monkeypatch: pytest.MonkeyPatch) -> None:
    import pdfplumber
    from pdfplumber.utils.exceptions import PdfminerException

    class Broken:
        """A file whose pages cannot be listed, also not to close them."""

        pages: tuple[Any, ...] = ()

        def close(self) -> None:
            raise PdfminerException("Invalid dictionary construct")

    monkeypatch.setattr(pdfplumber, "open", lambda stream: Broken())
    source = source_of(lambda c: write(c, "\ue001\ue002\ue003", 100, 200))
    assert only_page(source).number == 1
