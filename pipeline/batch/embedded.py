"""Files put into a Word document as objects: a workbook that opens on a double click, an attachment behind an icon."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import PurePosixPath

from pipeline.batch.archive_members import MEMBER_BYTES_MAX, RATIO_FREE_BYTES, RATIO_MAX, TOO_DENSE, TOO_LARGE, Member
from pipeline.read.compound import compound_stream_names

RELATIONS = "word/_rels/document.xml.rels"
MAX_RELATIONS_BYTES = 10_000_000
LOCKED_IN = "Word 文件里嵌入的附件，不能直接读取：请在 Word 里打开它并另存，再读取"
_RELATION = re.compile(rb"<Relationship\b[^>]*>")
_OBJECT = re.compile(rb"""\bType\s*=\s*["'][^"']*/(?:package|oleObject)["']""")
_TARGET = re.compile(rb"""\bTarget\s*=\s*["']/?(?:word/)?(embeddings/[^"']+)["']""")
_DOCUMENT_SUFFIXES = (".xlsx", ".xlsm", ".xlsb", ".xls", ".docx", ".docm", ".doc", ".pdf", ".et", ".wps")
_SUFFIX_OF_STREAM = {"Workbook": ".xls", "Book": ".xls", "WordDocument": ".doc"}
_ATTACHMENT_STREAMS = ("\x01Ole10Native", "CONTENTS")  # any file, a PDF


def embedded_members(archive: zipfile.ZipFile) -> Iterator[Member]:
    """The documents among the objects of an open docx; formulas, drawings and the numbers behind charts are none.

    One that only Word can take out is a member that says so. Raises what a damaged zip raises.
    """
    names = set(archive.namelist())
    if RELATIONS not in names or archive.getinfo(RELATIONS).file_size > MAX_RELATIONS_BYTES:
        return
    for relation in _RELATION.findall(archive.read(RELATIONS)):
        target = _TARGET.search(relation)
        name = f"word/{target[1].decode('utf-8', 'replace')}" if target and _OBJECT.search(relation) else ""
        if name in names:
            yield from _object_to_member(archive, archive.getinfo(name))


def _object_to_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[Member]:
    path = PurePosixPath(info.filename)
    refusal = _too_large(info)
    if path.suffix.lower() in _DOCUMENT_SUFFIXES:
        stream = None if refusal else io.BytesIO(archive.read(info))
        yield Member(path.name, stream, info.compress_size, refusal)
    elif path.suffix.lower() == ".bin" and not refusal:
        content = archive.read(info)
        streams = compound_stream_names(content)
        suffix = next((_SUFFIX_OF_STREAM[name] for name in streams if name in _SUFFIX_OF_STREAM), None)
        if suffix:
            yield Member(path.stem + suffix, io.BytesIO(content), info.compress_size)
        elif any(name in _ATTACHMENT_STREAMS for name in streams):
            yield Member(path.name, refusal=LOCKED_IN)


def _too_large(info: zipfile.ZipInfo) -> str | None:
    if info.file_size > MEMBER_BYTES_MAX:
        return TOO_LARGE
    dense = info.file_size > RATIO_FREE_BYTES and info.file_size > RATIO_MAX * max(info.compress_size, 1)
    return TOO_DENSE if dense else None
