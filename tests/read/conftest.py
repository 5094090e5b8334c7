"""Builders of small office files; every sample is invented."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_MORE = (
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
)
_S = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'

Builder = Callable[..., bytes]


def zip_of(parts: dict[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return buffer.getvalue()


@pytest.fixture
def make_zip() -> Callable[[dict[str, str | bytes]], bytes]:
    return zip_of


@pytest.fixture
def make_docx() -> Builder:
    """docx bytes around a body; `numbering` and `styles` are the insides of those parts."""

    def build(body: str, numbering: str = "", styles: str = "", prolog: str = "") -> bytes:
        parts: dict[str, str | bytes] = {
            "[Content_Types].xml": "<Types/>",
            "word/document.xml": f"{prolog}<w:document {_W} {_MORE}><w:body>{body}</w:body></w:document>",
        }
        if numbering:
            parts["word/numbering.xml"] = f"<w:numbering {_W}>{numbering}</w:numbering>"
        if styles:
            parts["word/styles.xml"] = f"<w:styles {_W}>{styles}</w:styles>"
        return zip_of(parts)

    return build


@pytest.fixture
def make_xlsx() -> Builder:
    """xlsx bytes of sheets given as (name, state, inside of worksheet); `formats` belong to styles 1, 2, …"""

    def build(*sheets: tuple[str, str, str], formats: tuple[str, ...] = (), strings: str = "") -> bytes:
        parts: dict[str, str | bytes] = {"[Content_Types].xml": "<Types/>"}
        entries, relations = "", ""
        for number, (name, state, inside) in enumerate(sheets, start=1):
            entries += f'<sheet name="{name}" sheetId="{number}" state="{state}" r:id="rId{number}"/>'
            relations += f'<Relationship Id="rId{number}" Target="worksheets/sheet{number}.xml"/>'
            parts[f"xl/worksheets/sheet{number}.xml"] = f"<worksheet {_S}>{inside}</worksheet>"
        parts["xl/workbook.xml"] = f"<workbook {_S} {_R}><sheets>{entries}</sheets></workbook>"
        parts["xl/_rels/workbook.xml.rels"] = f"<Relationships>{relations}</Relationships>"
        codes = "".join(f'<numFmt numFmtId="{164 + i}" formatCode="{c}"/>' for i, c in enumerate(formats))
        styles = "".join(f'<xf numFmtId="{164 + i}"/>' for i in range(len(formats)))
        parts["xl/styles.xml"] = (
            f'<styleSheet {_S}><numFmts>{codes}</numFmts><cellXfs><xf numFmtId="0"/>{styles}</cellXfs></styleSheet>'
        )
        parts["xl/sharedStrings.xml"] = f"<sst {_S}>{strings}</sst>"
        return zip_of(parts)

    return build
