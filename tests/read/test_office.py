from __future__ import annotations

import io
import shutil
from pathlib import Path

import pytest

from pipeline.document import Paragraph, Table
from pipeline.errors import DependencyError, InputError
from pipeline.read import office, read_blocks
from pipeline.read.source import content_to_source

RTF = (
    rb"{\rtf1\ansi\ansicpg936 {\fonttbl{\f0\fcharset134 SimSun;}}\f0 \'d7\'d4\'c6\'c0\par"
    rb"\trowd\cellx2000\cellx4000 \intbl A\cell 5\cell\row\pard\par}"
)
needs_soffice = pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")


@needs_soffice
def test_an_rtf_is_read_like_a_docx():
    document = read_blocks(content_to_source(RTF, "自评.doc"))
    assert document.source.media_type == "application/rtf"
    assert [b.text for b in document.blocks if isinstance(b, Paragraph)] == ["自评"]
    assert [c.text for b in document.blocks if isinstance(b, Table) for c in b.cells] == ["A", "5"]


@needs_soffice
def test_a_doc_made_from_a_docx_gives_the_same_blocks():
    import docx

    written = docx.Document()
    written.add_paragraph("概况")
    table = written.add_table(3, 3)
    for number, cell in enumerate(c for row in table.rows for c in row.cells):
        cell.text = f"第{number}格"
    table.cell(0, 0).merge(table.cell(1, 0)).text = "并\n行"
    table.cell(2, 1).merge(table.cell(2, 2)).text = "并列"
    written.add_paragraph("完")
    buffer = io.BytesIO()
    written.save(buffer)
    source = content_to_source(buffer.getvalue(), "a.docx")
    old = content_to_source(office.convert(source, "doc"), "a.wps")
    assert old.kind == "doc"
    assert read_blocks(old).blocks == read_blocks(source).blocks


def test_without_libreoffice_the_message_says_what_to_install(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr(office, "_USUAL_PLACES", ())
    with pytest.raises(DependencyError, match="apt install libreoffice-writer"):
        read_blocks(content_to_source(RTF, "自评.doc"))


def test_a_converter_that_hangs_is_ended(monkeypatch, tmp_path):
    program = tmp_path / "soffice"
    program.write_text(f"#!/bin/sh\nsleep 30 & echo $! > {tmp_path}/child\nwait\n")
    program.chmod(0o755)
    monkeypatch.setattr(office, "find_soffice", lambda: str(program))
    monkeypatch.setattr(office, "CONVERT_TIMEOUT_S", 0.5)
    with pytest.raises(InputError, match="转换超过"):
        office.convert(content_to_source(RTF, "自评.doc"), "docx")
    child = (tmp_path / "child").read_text().strip()
    status = Path(f"/proc/{child}/status")
    assert not status.exists() or "Z (zombie)" in status.read_text()


def test_a_file_that_the_converter_cannot_open_is_one_line_of_advice(monkeypatch, tmp_path):
    program = tmp_path / "soffice"
    program.write_text("#!/bin/sh\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setattr(office, "find_soffice", lambda: str(program))
    with pytest.raises(InputError, match="打不开"):
        office.convert(content_to_source(RTF, "自评.doc"), "docx")
