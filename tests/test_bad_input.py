"""Hostile and broken files in one run: a line each, the right exit code, the good files done, nothing half-written."""

from __future__ import annotations

import csv
import io
import re
import resource
import struct
import sys
import zipfile
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image
from render import read_sample, render
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.ocr.cache import CACHE_VARIABLE

GOLDEN = Path(__file__).parent / "golden"
MEGABYTES_OF_HTML = 50


def encrypted_pdf() -> bytes:
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen.canvas import Canvas

    buffer = io.BytesIO()
    canvas = Canvas(buffer, encrypt=StandardEncryption("geheim", canPrint=0))
    canvas.drawString(100, 100, "x")
    canvas.save()
    return buffer.getvalue()


def package(parts: dict[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return buffer.getvalue()


def docx_with(prologue: str, body: str) -> bytes:
    word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    paragraph = f"<w:p><w:r><w:t>{body}</w:t></w:r></w:p>"
    document = f'{prologue}<w:document xmlns:w="{word}"><w:body>{paragraph}</w:body></w:document>'
    return package({"[Content_Types].xml": "<Types/>", "word/document.xml": document})


def xml_bomb() -> bytes:
    levels = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10))
    return docx_with(f'<!DOCTYPE w [<!ENTITY l0 "lol">{levels}]>', "&l9;")


def external_entity() -> bytes:
    return docx_with('<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/hostname">]>', "&x;")


def huge_sheet() -> bytes:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    rows = "".join(f'<row r="{r}">' + "<c><v>1</v></c>" * 1000 + "</row>" for r in range(1, 10_001))
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    sheets = '<sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets>'
    target = '<Relationship Id="r1" Target="worksheets/sheet1.xml"/>'
    return package(
        {
            "[Content_Types].xml": "<Types/>",
            "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{relations}">{sheets}</workbook>',
            "xl/_rels/workbook.xml.rels": f"<Relationships>{target}</Relationships>",
            "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>',
        }
    )


def picture_file(pixels: np.ndarray, form: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, form, **options)
    return buffer.getvalue()


def photograph() -> np.ndarray:
    """A cat on a lawn, as far as ellipses and noise make one: a picture in which nothing is written."""
    rng = np.random.default_rng(5)
    y, x = np.mgrid[0:900, 0:1200]
    lawn = np.dstack([70 + 15 * np.sin(x / 31), 120 + 25 * np.sin(x / 43 + y / 29), 55 + y / 40])
    canvas = np.ascontiguousarray(np.clip(lawn + rng.normal(0, 14, lawn.shape), 0, 255).astype(np.uint8))
    cv2.ellipse(canvas, (620, 560), (240, 150), 0, 0, 360, (95, 85, 80), -1)
    cv2.circle(canvas, (400, 420), 105, (105, 92, 85), -1)
    for ear in ([(310, 380), (330, 260), (390, 330)], [(420, 325), (480, 260), (490, 380)]):
        cv2.fillPoly(canvas, [np.array(ear, np.int32)], (85, 75, 70))
    for eye in (365, 440):
        cv2.circle(canvas, (eye, 405), 14, (190, 200, 90), -1)
    return cv2.GaussianBlur(canvas, (5, 5), 0)


def png_that_claims(width: int, height: int) -> bytes:
    """A PNG whose head promises a huge picture and whose rows, a thousandfold packed, could fill one."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(bytes(20 << 20))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def cut_tiff() -> bytes:
    sheets = [Image.fromarray(np.random.default_rng(i).integers(0, 255, (300, 300), np.uint8)) for i in range(3)]
    buffer = io.BytesIO()
    sheets[0].save(buffer, "TIFF", save_all=True, append_images=sheets[1:])
    return buffer.getvalue()[: len(buffer.getvalue()) // 4]


def empty_page_pdf() -> bytes:
    from reportlab.pdfgen.canvas import Canvas

    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def word_with_bomb() -> bytes:
    """A Word file of one sentence and a picture that would unpack to 3,600 million pixels."""
    from docx import Document

    document = Document()
    document.add_paragraph("本项目全年支出十万元。")
    document.add_picture(io.BytesIO(picture_file(np.full((300, 300, 3), 255, np.uint8), "PNG")))
    buffer, bomb = io.BytesIO(), io.BytesIO()
    document.save(buffer)
    with zipfile.ZipFile(buffer) as old, zipfile.ZipFile(bomb, "w") as new:
        for name in old.namelist():
            new.writestr(name, png_that_claims(60_000, 60_000) if "media/" in name else old.read(name))
    return bomb.getvalue()


PICTURES = {  # name → status, what the one message says
    "bomb.png": ("failed", "过大"),
    "cat.jpg": ("partial", "没有识别出文字"),
    "cut.tif": ("failed", "不完整|损坏"),
    "empty_page.pdf": ("partial", "空白"),
    "large.png": ("failed", "过大"),
    "with_bomb.docx": ("partial", "第1张图片无法显示"),
}
MEGABYTES_FOR_A_BOMB = 1500


def test_pictures_that_are_no_documents_cost_a_line_each_and_no_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "cache"))
    source = tmp_path / "in"
    source.mkdir()
    (source / "bomb.png").write_bytes(png_that_claims(60_000, 60_000))
    (source / "cat.jpg").write_bytes(picture_file(photograph(), "JPEG", quality=85))
    (source / "cut.tif").write_bytes(cut_tiff())
    (source / "empty_page.pdf").write_bytes(empty_page_pdf())
    (source / "large.png").write_bytes(png_that_claims(20_000, 20_000))
    (source / "with_bomb.docx").write_bytes(word_with_bomb())
    outcome = CliRunner().invoke(app, ["extract", str(source), "--out", str(tmp_path / "out")])
    assert outcome.exit_code == 5
    with (tmp_path / "out" / "reports.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {row["file_name"]: row for row in csv.DictReader(file)}
    assert {name: row["status"] for name, row in rows.items()} == {name: s for name, (s, _) in PICTURES.items()}
    for name, (_, message) in PICTURES.items():
        assert re.search(message, rows[name]["error"]), rows[name]["error"]
        assert "\n" not in rows[name]["error"] and rows[name]["error"].count("；") <= 1
    peak_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert peak_kb < MEGABYTES_FOR_A_BOMB * 1024 or sys.platform != "linux"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of one good document among bad ones."""
    folder = tmp_path_factory.mktemp("bad")
    good = render(read_sample(GOLDEN / "09_museum_execution_row.toml"), "pdf")
    (folder / "good.pdf").write_bytes(good)
    (folder / "named.docx").write_bytes(good)
    (folder / "truncated.pdf").write_bytes(good[: len(good) // 3])
    (folder / "empty.docx").write_bytes(b"")
    (folder / "encrypted.pdf").write_bytes(encrypted_pdf())
    (folder / "bomb.docx").write_bytes(xml_bomb())
    (folder / "entity.docx").write_bytes(external_entity())
    (folder / "huge.xlsx").write_bytes(huge_sheet())
    (folder / "long.html").write_bytes(
        b"<html><body><table>" + b"<tr><td>1</td></tr>" * (MEGABYTES_OF_HTML * 2**20 // 19)
    )
    return folder


FAILED = {"truncated.pdf", "empty.docx", "encrypted.pdf", "bomb.docx", "entity.docx", "huge.xlsx", "long.html"}


def test_bad_files_fail_by_name_and_the_good_ones_are_done(folder: Path, tmp_path: Path) -> None:
    outcome = CliRunner().invoke(
        app, ["extract", str(folder), str(folder / "missing.pdf"), "--out", str(tmp_path / "out")]
    )
    assert outcome.exit_code == 5
    with (tmp_path / "out" / "reports.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {row["file_name"]: row for row in csv.DictReader(file)}
    assert {name for name, row in rows.items() if row["status"] == "failed"} == FAILED | {"missing.pdf"}
    assert {name for name, row in rows.items() if row["status"] == "ok"} == {"good.pdf", "named.docx"}
    assert all(row["error"] and "\n" not in row["error"] for name, row in rows.items() if name in FAILED)
    said = [line for line in outcome.stderr.splitlines() if line.startswith("失败")]
    assert len(said) == len(FAILED) + 1
    assert "hostname" not in (tmp_path / "out" / "reports.csv").read_text(encoding="utf-8-sig")
    assert not [path for path in (tmp_path / "out").rglob("*") if path.name.endswith((".tmp", ".part"))]


def test_an_output_that_is_a_file_is_refused_before_any_work(folder: Path, tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("mine", encoding="utf-8")
    outcome = CliRunner().invoke(app, ["extract", str(folder / "good.pdf"), "--out", str(taken)])
    assert outcome.exit_code == 2
    assert len(outcome.stderr.splitlines()) == 1
    assert taken.read_text(encoding="utf-8") == "mine"
