"""Pictures inside Word files, web pages and workbooks: what they say stands in their place."""

from __future__ import annotations

import base64
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from docx import Document as WordDocument
from docx.shared import Pt
from numpy.typing import NDArray
from ocr.drawn import FIGURES, ROWS, blank_page, draw_table, form_page, write
from PIL import Image

from pipeline.document import Document, Paragraph, Table
from pipeline.ocr.cache import CACHE_VARIABLE
from pipeline.read.source import content_to_source
from pipeline.run import document_to_result, read_document
from pipeline.settings import OcrSettings

Pixels = NDArray[np.uint8]


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "cache"))


def png(pixels: Pixels) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "PNG")
    return stream.getvalue()


def table_crop() -> Pixels:
    """The table of the form cut out of its page, with hardly any paper around it."""
    return form_page()[410:970, 190:1460]


def photograph() -> Pixels:
    """Hills under a sky, grass with noise: nothing that anybody wrote."""
    rng = np.random.default_rng(7)
    y, x = np.mgrid[0:900, 0:1200]
    sky = np.dstack([120 + y / 12, 150 + y / 14, 230 - y / 20])
    grass = np.dstack([60 + 20 * np.sin(x / 37), 110 + 30 * np.sin(x / 51 + y / 23), 50 + 0 * x])
    hill = y > 450 + 120 * np.sin(x / 170) + 40 * np.sin(x / 45)
    picture = np.where(hill[:, :, None], grass, sky) + rng.normal(0, 12, (900, 1200, 3))
    canvas = np.ascontiguousarray(np.clip(picture, 0, 255).astype(np.uint8))
    cv2.circle(canvas, (900, 180), 70, (250, 240, 170), -1)
    cv2.ellipse(canvas, (420, 640), (130, 80), 10, 0, 360, (90, 60, 40), -1)
    return canvas


def seal() -> Pixels:
    canvas = np.full((420, 420, 3), 255, np.uint8)
    cv2.circle(canvas, (210, 210), 190, (214, 40, 52), 8)
    star = np.array([(210, 130), (265, 290), (130, 190), (290, 190), (155, 290)], np.int32)
    cv2.fillPoly(canvas, [star], (214, 40, 52))
    return canvas


def matrix_code() -> Pixels:
    dots = np.random.default_rng(3).integers(0, 2, (29, 29)).astype(np.uint8) * 255
    return np.dstack([np.kron(dots, np.ones((12, 12), np.uint8))] * 3)


def signature() -> Pixels:
    canvas = np.full((160, 420, 3), 255, np.uint8)
    points = [(20 + 4 * i, round(80 + 45 * np.sin(i / 4) * np.cos(i / 11))) for i in range(95)]
    cv2.polylines(canvas, [np.array(points, np.int32)], False, (30, 30, 90), 4, cv2.LINE_AA)
    return canvas


def logo() -> Pixels:
    canvas = np.full((200, 600, 3), 255, np.uint8)
    cv2.circle(canvas, (90, 100), 60, (20, 60, 160), -1)
    write(canvas, "Finance", 190, 120, 1.8)
    return canvas


def word(*parts: str | Pixels, width_pt: float = 415.0) -> bytes:
    """A Word file of paragraphs and pictures in this order."""
    document = WordDocument()
    for part in parts:
        if isinstance(part, str):
            document.add_paragraph(part)
        else:
            document.add_picture(io.BytesIO(png(part)), width=Pt(width_pt))
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def read(content: bytes, name: str = "a.docx", engine: str | None = "rapid", path: str | None = None) -> Document:
    return read_document(content_to_source(content, name, path), OcrSettings(engine))


def figures_of(document: Document) -> list[str]:
    return [cell.text for _, table in document.tables() for cell in table.cells if cell.text in FIGURES]


def outline(document: Document) -> list[str]:
    """`T` for a table, a paragraph's text as it is."""
    return ["T" if isinstance(block, Table) else block.text for block in document.blocks]


def test_the_scan_of_a_page_in_a_word_file_stands_where_it_is_shown() -> None:
    document = read(word("before", form_page(), "behind"))
    assert figures_of(document) == list(FIGURES)
    texts = outline(document)
    assert (texts[0], texts[-1]) == ("before", "behind")
    assert texts.index("T") == texts.index("Statement of Expenditure") + 1
    assert (document.n_ocr_pages, document.issues, document.pictures) == (1, (), ())


def test_the_report_says_how_many_pictures_were_read() -> None:
    result = document_to_result(read(word("before", form_page(), "behind")))
    assert (result.report.pages, result.report.ocr_pages) == (None, 1)
    assert document_to_result(read(word("before"))).report.ocr_pages is None


def test_what_was_read_in_a_picture_is_not_certain_and_says_in_which_picture_it_stands() -> None:
    document = read(word("before", form_page()))
    cells = [cell for _, table in document.tables() for cell in table.cells if cell.text in FIGURES]
    assert {cell.page for cell in cells} == {1}
    assert all(0 < cell.confidence < 1 and cell.box for cell in cells)
    assert document.blocks[0] == Paragraph("before")


def continued_page() -> Pixels:
    """A second sheet on which the table of the form goes on, of the same columns."""
    page = blank_page()
    xs, ys = [200, 600, 1000, 1450], [200 + 90 * i for i in range(4)]
    draw_table(page, xs, ys)
    for i, (name, figure) in enumerate([("Energy", "12.40"), ("Postage", "8.05"), ("Rental", "41.00")]):
        write(page, name, 230, ys[i] + 60)
        write(page, figure, 650, ys[i] + 60)
        write(page, "Paid", 1060, ys[i] + 60)
    return page


def test_a_table_over_two_pasted_scans_is_one_table() -> None:
    first = form_page()
    first[1000:] = 255
    document = read(word("before", first, continued_page(), "behind"))
    (table,) = [table for _, table in document.tables()]
    assert [cell.text for cell in table.cells if cell.col == 0] == [*ROWS, "Energy", "Postage", "Rental"]
    assert {cell.page for cell in table.cells} == {1, 2}


def test_a_table_cut_out_as_a_picture_is_read_whatever_its_shape() -> None:
    for width_pt in (415.0, 250.0):
        assert figures_of(read(word("before", table_crop(), width_pt=width_pt))) == list(FIGURES)


@pytest.mark.parametrize("picture", [photograph, seal, matrix_code, signature, logo])
def test_a_picture_without_text_of_the_document_leaves_no_trace(picture: Callable[[], Pixels]) -> None:
    document = read(word("before", picture(), "behind"))
    assert outline(document) == ["before", "behind"]
    assert (document.issues, document.n_ocr_pages) == ((), 0)


def test_an_icon_is_not_even_looked_at() -> None:
    document = read(word("before", form_page()[:60, :60], "behind", width_pt=20.0))
    assert (outline(document), document.issues) == (["before", "behind"], ())


def cell_with(picture: Pixels, beside: str = "") -> bytes:
    document = WordDocument()
    table = document.add_table(2, 2)
    for cell, text in zip(table._cells, ("Item", "Amount", "Repair", beside), strict=True):
        cell.text = text
    table.cell(1, 1).paragraphs[0].add_run().add_picture(io.BytesIO(png(picture)), width=Pt(120))
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def number_picture() -> Pixels:
    canvas = np.full((70, 240, 3), 255, np.uint8)
    write(canvas, "1,004.12", 20, 50, 1.2)
    return canvas


def test_a_cell_that_holds_only_a_picture_of_words_holds_these_words() -> None:
    (table,) = [table for _, table in read(cell_with(number_picture())).tables()]
    assert [cell.text for cell in table.cells] == ["Item", "Amount", "Repair", "1,004.12"]
    assert table.cells[3].confidence < 1 == table.cells[2].confidence


def test_the_words_of_a_cell_are_not_mixed_with_those_of_a_picture_in_it() -> None:
    document = read(cell_with(number_picture(), beside="36.50"))
    (table,) = [table for _, table in document.tables()]
    assert [cell.text for cell in table.cells] == ["Item", "Amount", "Repair", "36.50"]


def test_a_form_pasted_into_a_cell_comes_behind_the_table_of_the_cell() -> None:
    document = read(cell_with(table_crop()))
    outer, inner = [table for _, table in document.tables()]
    assert [cell.text for cell in outer.cells] == ["Item", "Amount", "Repair", ""]
    assert [cell.text for cell in inner.cells if cell.text in FIGURES] == list(FIGURES)


def test_without_an_engine_it_is_told_how_many_pictures_were_not_read() -> None:
    document = read(word("before", form_page(), logo()), engine=None)
    assert outline(document) == ["before"]
    (issue,) = document.issues
    assert issue.code == "image_text_skipped" and "2 张图片" in issue.message


def test_an_engine_that_is_not_installed_costs_only_the_pictures() -> None:
    document = read(word("before", form_page()), engine="none-such")
    assert outline(document) == ["before"]
    assert [issue.code for issue in document.issues] == ["ocr_unavailable", "image_text_skipped"]


def with_media(content: bytes, picture: bytes) -> bytes:
    """A Word file with other bytes in place of its pictures."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            new.writestr(name, picture if name.startswith("word/media/") else old.read(name))
    return stream.getvalue()


def test_a_picture_that_cannot_be_shown_is_told_by_its_number() -> None:
    metafile = b"\xd7\xcd\xc6\x9a" + bytes(400)  # what an embedded workbook leaves as its picture
    document = read(with_media(word("before", form_page()), metafile))
    assert outline(document) == ["before"]
    (issue,) = document.issues
    assert (issue.code, issue.page) == ("image_text_skipped", 1) and "第1张图片" in issue.message


PROSE = "The department checked each of the payments of the year against its ledger and found them to be in order."


def page_with(*images: str) -> bytes:
    return f"<html><body><p>{PROSE}</p>{''.join(images)}<p>behind</p></body></html>".encode()


def embedded(pixels: Pixels) -> str:
    return f'<img src="data:image/png;base64,{base64.b64encode(png(pixels)).decode()}">'


def test_a_form_embedded_in_a_web_page_stands_where_it_is_shown() -> None:
    document = read(page_with(embedded(form_page())), "a.html")
    assert figures_of(document) == list(FIGURES)
    texts = outline(document)
    assert (texts[0], texts[-1]) == (PROSE, "behind") and "T" in texts
    assert (document.n_ocr_pages, document.issues) == (1, ())


def test_a_picture_of_a_line_of_text_does_not_cut_the_sentence_that_it_stands_in() -> None:
    content = f"<html><body><p>It spent {embedded(logo())} in May. {PROSE}</p></body></html>".encode()
    assert outline(read(content, "a.html")) == [f"It spent  in May. {PROSE}"]


@pytest.fixture
def saved_page(tmp_path: Path) -> Path:
    """A web page with its folder of pictures, and a picture outside that folder."""
    folder = tmp_path / "saved"
    (folder / "a_files").mkdir(parents=True)
    (folder / "a_files" / "form 1.png").write_bytes(png(form_page()))
    (tmp_path / "secret.png").write_bytes(png(form_page()))
    return folder / "a.html"


def test_a_picture_saved_in_the_folder_beside_the_page_is_read(saved_page: Path) -> None:
    saved_page.write_bytes(page_with('<img src="a_files/form%201.png">'))
    document = read(saved_page.read_bytes(), "a.html", path=str(saved_page))
    assert (figures_of(document), document.issues) == (list(FIGURES), ())


@pytest.mark.parametrize(
    "address", ["../secret.png", "{root}/secret.png", "file://{root}/secret.png", "link.png", "https://a.example/1.png"]
)
def test_no_picture_outside_the_folder_of_the_page_is_opened(saved_page: Path, address: str) -> None:
    (saved_page.parent / "link.png").symlink_to(saved_page.parent.parent / "secret.png")
    saved_page.write_bytes(page_with(f'<img src="{address.format(root=saved_page.parent.parent)}">'))
    document = read(saved_page.read_bytes(), "a.html", path=str(saved_page))
    assert figures_of(document) == []
    (issue,) = document.issues
    assert issue.code == "image_text_skipped" and "只有链接" in issue.message


def test_the_pictures_of_a_single_file_web_page_are_read() -> None:
    page = page_with('<img src="https://a.example/form.png">').decode()
    picture = base64.encodebytes(png(form_page())).decode()
    mht = (
        'MIME-Version: 1.0\nContent-Type: multipart/related; boundary="b"\n\n--b\nContent-Type: text/html\n\n'
        f"{page}\n--b\nContent-Type: image/png\nContent-Transfer-Encoding: base64\n"
        f"Content-Location: https://a.example/form.png\n\n{picture}\n--b--\n"
    )
    document = read(mht.encode(), "a.mht")
    assert (figures_of(document), document.issues) == (list(FIGURES), ())


def test_an_embedded_picture_that_is_damaged_is_told_and_costs_nothing_else() -> None:
    document = read(page_with('<img src="data:image/png;base64,iVBORw0KGgoAAA">'), "a.html")
    assert outline(document) == [PROSE, "behind"]
    assert [issue.code for issue in document.issues] == ["image_text_skipped"]


def workbook_with(pixels: Pixels, hidden: bool = False) -> bytes:
    from openpyxl import Workbook
    from openpyxl.drawing.image import Image as SheetImage

    workbook = Workbook()
    workbook.active.append(["Item", "Amount"])
    workbook.active.append(["Stamps", "8.05"])
    second = workbook.create_sheet("scan")
    second.add_image(SheetImage(io.BytesIO(png(pixels))), "B2")
    second.sheet_state = "hidden" if hidden else "visible"
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def test_a_scan_on_a_sheet_is_read_and_one_on_a_hidden_sheet_is_not() -> None:
    assert figures_of(read(workbook_with(form_page()), "a.xlsx")) == list(FIGURES)
    assert figures_of(read(workbook_with(form_page(), hidden=True), "a.xlsx")) == []
