"""What is embedded in a Word document is read under its own name; formulas and the numbers behind charts are not."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from compound_file import compound

from pipeline.batch import archives
from pipeline.batch.archive_members import TOO_LARGE, TOO_MANY
from pipeline.batch.archives import expand_file
from pipeline.batch.embedded import LOCKED_IN

OBJECT, PACKAGE, CHART, PICTURE = "oleObject", "package", "chart", "image"


def docx(*embedded: tuple[str, str, bytes]) -> bytes:
    """A Word document with related parts, each the kind of relation, the part's name, and its bytes."""
    base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    relations = "".join(
        f'<Relationship Id="r{number}" Type="{base}/{kind}" Target="{name}"/>'
        for number, (kind, name, _) in enumerate(embedded)
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<document/>")
        archive.writestr("word/_rels/document.xml.rels", f"<Relationships>{relations}</Relationships>")
        for _, name, content in embedded:
            archive.writestr(f"word/{name}", content)
    return buffer.getvalue()


def names(folder: Path, content: bytes) -> list[str]:
    """The documents in a file, by their names in the dataset; a refusal stands behind its own."""
    path = folder / "报告.docx"
    path.write_bytes(content)
    tasks = list(expand_file(str(path), folder / "scratch"))
    return [task.source.removeprefix(str(path)) + (task.refusal or "") for task in tasks]


def test_an_embedded_workbook_is_a_document_behind_the_one_that_holds_it(tmp_path: Path) -> None:
    content = docx((PACKAGE, "embeddings/Sheet1.xlsx", b"PK-sheet"), (PACKAGE, "embeddings/附件.docx", b"PK-word"))
    assert names(tmp_path, content) == ["", "!Sheet1.xlsx", "!附件.docx"]


def test_an_embedded_file_comes_out_with_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / "报告.docx"
    path.write_bytes(docx((PACKAGE, "embeddings/Sheet1.xlsx", b"PK-sheet")))
    holder, inner = expand_file(str(path), tmp_path / "scratch")
    assert holder.file == str(path)
    assert Path(inner.file).read_bytes() == b"PK-sheet"


def test_old_objects_are_told_by_what_they_hold(tmp_path: Path) -> None:
    streams = (["Workbook"], ["WordDocument"], ["Equation Native"], ["\x01Ole10Native"], ["CONTENTS"])
    parts = [(OBJECT, f"embeddings/o{n}.bin", compound(*names_)) for n, names_ in enumerate(streams)]
    told = names(tmp_path, docx(*parts))
    assert told == ["", "!o0.xls", "!o1.doc", f"!o3.bin{LOCKED_IN}", f"!o4.bin{LOCKED_IN}"]


def test_numbers_behind_a_chart_and_pictures_are_no_documents(tmp_path: Path) -> None:
    content = docx(
        (CHART, "charts/chart1.xml", b"<chart/>"),
        (PICTURE, "media/image1.png", b"\x89PNG"),
        (OBJECT, "embeddings/drawing.vsdx", b"PK"),
        (OBJECT, "embeddings/broken.bin", b"no compound file"),
    )
    assert names(tmp_path, content) == [""]


def test_a_document_inside_an_archive_brings_what_is_embedded_in_it(tmp_path: Path) -> None:
    path = tmp_path / "包.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("报告.docx", docx((PACKAGE, "embeddings/Sheet1.xlsx", b"PK-sheet")))
    tasks = list(expand_file(str(path), tmp_path / "scratch"))
    assert [task.source.removeprefix(str(path)) for task in tasks] == ["!报告.docx", "!报告.docx!Sheet1.xlsx"]
    Path(tasks[0].file).unlink()  # whoever reads the first may delete it
    assert Path(tasks[1].file).read_bytes() == b"PK-sheet"


def test_what_breaks_a_limit_is_refused_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = docx((PACKAGE, "embeddings/a.xlsx", b"PK-a"), (PACKAGE, "embeddings/b.xlsx", b"PK-b"))
    monkeypatch.setattr("pipeline.batch.embedded.MEMBER_BYTES_MAX", 3)
    assert names(tmp_path, content) == ["", f"!a.xlsx{TOO_LARGE}", f"!b.xlsx{TOO_LARGE}"]
    monkeypatch.undo()
    monkeypatch.setattr(archives, "MEMBERS_MAX", 1)
    assert names(tmp_path, content) == ["", "!a.xlsx", f"!嵌入的附件{TOO_MANY}"]


@pytest.mark.parametrize("relations", [b"", b"<Relationship", b"\xff" * 100, b'<Relationship Target="embeddings/x"/>'])
def test_broken_relations_leave_the_document_as_it_is(tmp_path: Path, relations: bytes) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/_rels/document.xml.rels", relations)
    assert names(tmp_path, buffer.getvalue()) == [""]
    assert names(tmp_path, buffer.getvalue()[:-30]) == [""]
