"""Hostile and broken files in one run: a line each, the right exit code, the good files done, nothing half-written."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import pytest
from render import read_sample, render
from typer.testing import CliRunner

from pipeline.cli import app

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
