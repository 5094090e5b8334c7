"""What was typed into a PDF is read with the page; seals and stamps over it are not."""

from __future__ import annotations

import io

import pytest
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from pipeline.document import Page
from pipeline.read.pdf import read_pages
from pipeline.read.source import content_to_source

FONT = "<< /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>"


def stream(text: str, extra: str = "") -> str:
    return f"<< /Length {len(text)} {extra} >>\nstream\n{text}\nendstream"


def annotation(subtype: str, number: int, extra: str = "") -> str:
    return f"<< /Type /Annot /Subtype /{subtype} /Rect [100 600 300 630] /F 4 /AP << /N {number} 0 R >> {extra} >>"


def appearance(text: str) -> str:
    box = f"/Type /XObject /Subtype /Form /BBox [0 0 200 30] /Resources {FONT}"
    return stream(f"BT /F1 12 Tf 5 10 Td ({text}) Tj ET", box)


def pdf_with(content: str, *annotations: tuple[str, str]) -> bytes:
    """A page of `content` under annotations, each a subtype and the text that it shows."""
    shown = [(subtype, text, 5 + 2 * n) for n, (subtype, text) in enumerate(annotations)]
    refs = " ".join(f"{number} 0 R" for _, _, number in shown)
    page = f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources {FONT} /Annots [{refs}] >>"
    objects = {1: "<< /Type /Catalog /Pages 2 0 R >>", 2: "<< /Type /Pages /Kids [3 0 R] /Count 1 >>", 3: page}
    objects[4] = stream(content)
    for subtype, text, number in shown:
        objects[number], objects[number + 1] = annotation(subtype, number + 1), appearance(text)
    body = "".join(f"{number} 0 obj\n{text}\nendobj\n" for number, text in objects.items())
    return f"%PDF-1.7\n{body}trailer << /Root 1 0 R /Size {len(objects) + 1} >>\n%%EOF".encode("latin-1")


def read_one(content: bytes) -> Page:
    (page,) = read_pages(content_to_source(content, "表.pdf"))
    return page


def texts(page: Page) -> list[str]:
    return [word.text for word in page.words]


def filled_form() -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    canvas.drawString(80, 700, "Budget")
    canvas.acroForm.textfield(name="budget", value="120.50", x=200, y=696, width=120, height=20, borderWidth=0)
    canvas.acroForm.textfield(name="empty", value="", x=200, y=660, width=120, height=20, borderWidth=0)
    canvas.acroForm.checkbox(name="tick", checked=True, x=200, y=620)
    canvas.showPage()
    canvas.drawString(80, 700, "Second")
    canvas.save()
    return buffer.getvalue()


def test_a_filled_field_is_a_word_in_its_place() -> None:
    first, second = read_pages(content_to_source(filled_form(), "表.pdf"))
    assert texts(first) == ["Budget", "120.50"]
    label, value = first.words
    assert 200 <= value.box.x0 < 210
    assert abs(value.box.y1 - label.box.y1) < 5
    assert texts(second) == ["Second"]


def test_text_set_over_a_page_is_read_and_a_stamp_is_not() -> None:
    content = "BT /F1 12 Tf 80 700 Td (Project) Tj ET"
    assert texts(read_one(pdf_with(content, ("FreeText", "118.20"), ("Stamp", "SEAL")))) == ["Project", "118.20"]
    assert texts(read_one(pdf_with(content, ("Stamp", "SEAL")))) == ["Project"]
    assert texts(read_one(pdf_with(content))) == ["Project"]


@pytest.mark.parametrize("n_words", [1, 30])
def test_a_scan_that_was_typed_on_is_still_recognised_from_its_picture(n_words: int) -> None:
    from PIL import Image

    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(595, 842))
    canvas.drawImage(ImageReader(Image.new("L", (60, 84), 200)), 0, 0, 595, 842)
    for number in range(n_words):
        value, name = f"{number}.50", f"field {number}"
        canvas.acroForm.textfield(name=name, value=value, x=60, y=800 - 25 * number, width=120, height=20)
    canvas.save()
    assert read_one(buffer.getvalue()).words == ()
