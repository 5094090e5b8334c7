"""Archives: their members are documents of their own, called `archive!member`.

Nothing that an archive says is believed: members get file names of our own; sizes are counted
while unpacking; what breaks a limit, points outside, or is encrypted is refused by name, and its row says why.
"""

from __future__ import annotations

import bz2
import contextlib
import gzip
import lzma
import os
import re
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import IO, Any

from pipeline.batch.archive_members import (
    BROKEN,
    ENCRYPTED,
    MEMBER_BYTES_MAX,
    MEMBERS_MAX,
    NOT_A_FILE,
    OUTSIDE,
    RATIO_FREE_BYTES,
    RATIO_MAX,
    TOO_DENSE,
    TOO_LARGE,
    TOO_MANY,
    TOO_MUCH,
    TOTAL_BYTES_MAX,
    Member,
    RefusalError,
    decode_name,
)
from pipeline.batch.embedded import embedded_members
from pipeline.batch.job import Task
from pipeline.batch.mails import HEAD_BYTES, is_mail, mail_members
from pipeline.errors import OutputError
from pipeline.sources import is_document_name
from pipeline.storage import copy_object, disk_reason, is_remote, open_binary, reason

DEPTH_MAX = 3
PIECE_BYTES = 1 << 20
MACOS_FOLDER = "__MACOSX"
OFFICE_PARTS = frozenset(("[Content_Types].xml", "mimetype", "OFD.xml"))
_UTF8_FLAG, _ENCRYPTED_FLAG = 0x800, 0x1
_UNICODE_PATH_FIELD = 0x7075  # Info-ZIP: the name in UTF-8, in an extra field
_MAGIC = (
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"Rar!\x1a\x07", "rar"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\x1f\x8b", "gz"),
    (b"BZh", "bz2"),
    (b"\xfd7zXZ\x00", "xz"),
)
_OPENERS: dict[str, Any] = {"gz": gzip.GzipFile, "bz2": bz2.BZ2File, "xz": lzma.LZMAFile}
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    tarfile.TarError,
    EOFError,
    NotImplementedError,
    OSError,
    ValueError,
)

ZIP_MAGIC = b"PK\x03\x04"
EMBEDDED = "嵌入的附件"  # what stands for all that is left in a document
TOO_DEEP = f"压缩包嵌套超过 {DEPTH_MAX} 层，不予读取：请手工解压"
NOTHING_INSIDE = "压缩包或邮件里没有文档：请确认下载完整"


@dataclass(slots=True)
class Allowance:
    """What one archive, with all that is nested in it, may still unpack."""

    n_members: int
    n_bytes: int
    names: set[str] = field(default_factory=set)

    def unique(self, source: str) -> str:
        """The source, told apart from an earlier member of the same name."""
        number, candidate = 1, source
        while candidate in self.names:
            number += 1
            candidate = f"{source}#{number}"
        self.names.add(candidate)
        return candidate


def archive_kind(path: Path | str) -> str | None:
    """What kind of archive a file is, by its bytes; None for documents (a docx is a zip, too) and unreadable files."""
    try:
        with open_binary(str(path)) as file:
            head = file.read(HEAD_BYTES)
    except OSError:
        return None
    if head[257:262] == b"ustar":
        return "tar"
    kind = next((kind for magic, kind in _MAGIC if head.startswith(magic)), "mail" if is_mail(head) else None)
    return None if kind == "zip" and _is_office_file(path) else kind


def _is_office_file(path: Path | str) -> bool:
    """Whether a zip is a document, or too broken to tell: the reader then says what is wrong with it."""
    try:
        with open_binary(str(path)) as file, zipfile.ZipFile(file) as archive:
            return bool(OFFICE_PARTS & set(archive.namelist()))
    except _DAMAGE:
        return True


def expand_file(file: str, scratch: Path) -> Iterator[Task]:
    """The tasks of one input file: itself, or the documents inside it, unpacked into `scratch`."""
    kind = archive_kind(file)
    allowance = Allowance(MEMBERS_MAX, TOTAL_BYTES_MAX)
    if kind is None:
        yield from _document_to_tasks(Task(file, file), scratch, allowance, 1)
        return
    if not is_remote(file):
        yield from _expand_archive(Path(file), kind, file, scratch, allowance, 1)
        return
    copy = _new_file(scratch)
    try:
        copy_object(file, copy)
        for task in _expand_archive(copy, kind, file, scratch, allowance, 1):
            yield replace(task, file=file) if task.source == file else task
    except OSError as error:
        yield Task(file, file, refusal=reason(error))
    finally:
        copy.unlink(missing_ok=True)


def _document_to_tasks(task: Task, scratch: Path, allowance: Allowance, depth: int) -> list[Task]:
    """A document, then the files that are embedded in it, unpacked by now: who reads the document may delete it.

    What is wrong with a damaged one, its reader says.
    """
    tasks = [task]
    with contextlib.suppress(*_DAMAGE, RuntimeError, KeyError), open_binary(task.file) as file:
        if depth >= DEPTH_MAX or file.read(len(ZIP_MAGIC)) != ZIP_MAGIC:
            return tasks
        with zipfile.ZipFile(file) as archive:
            try:
                for member in embedded_members(archive):
                    tasks += _member_to_tasks(member, task.source, scratch, allowance, depth + 1)
            except RefusalError as refusal:
                tasks.append(Task(f"{task.source}!{EMBEDDED}", task.file, refusal=str(refusal)))
    return tasks


def _expand_archive(
    path: Path, kind: str, source: str, scratch: Path, allowance: Allowance, depth: int
) -> Iterator[Task]:
    """The tasks of one archive; where it cannot be read (on), one task that says so in its own name."""
    n_tasks = 0
    try:
        for member in iter_members(path, kind, scratch):
            for task in _member_to_tasks(member, source, scratch, allowance, depth):
                n_tasks += 1
                yield task
    except RefusalError as refusal:
        yield Task(source, str(path), refusal=str(refusal))
    except _DAMAGE:
        yield Task(source, str(path), refusal=BROKEN)
    else:
        if not n_tasks:
            yield Task(source, str(path), refusal=NOTHING_INSIDE)


def _member_to_tasks(member: Member, source: str, scratch: Path, allowance: Allowance, depth: int) -> Iterator[Task]:
    """The tasks of one member: none for what is no document, several for an archive within the archive."""
    name = member.name.replace("\\", "/")
    if not _may_be_document(name):
        return
    allowance.n_members -= 1
    if allowance.n_members < 0:
        raise RefusalError(TOO_MANY)
    own = allowance.unique(f"{source}!{name}")
    reason = OUTSIDE if _points_outside(name) else member.refusal
    if reason or member.stream is None:
        yield Task(own, own, refusal=reason or BROKEN)
        return
    target = _new_file(scratch)
    try:
        _unpack(member.stream, target, member.n_packed, allowance)
    except RefusalError as refusal:
        target.unlink(missing_ok=True)
        if str(refusal) == TOO_MUCH:
            raise
        yield Task(own, own, refusal=str(refusal))
        return
    except RuntimeError:  # zipfile: a password is wanted
        target.unlink(missing_ok=True)
        yield Task(own, own, refusal=ENCRYPTED)
        return
    except _DAMAGE:
        target.unlink(missing_ok=True)
        yield Task(own, own, refusal=BROKEN)
        return
    kind = archive_kind(target)
    if kind is None:
        yield from _document_to_tasks(Task(own, str(target)), scratch, allowance, depth)
    elif depth >= DEPTH_MAX:
        target.unlink()
        yield Task(own, own, refusal=TOO_DEEP)
    else:
        yield from _expand_archive(target, kind, own, scratch, allowance, depth + 1)


def _may_be_document(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return bool(parts) and MACOS_FOLDER not in parts and is_document_name(parts[-1])


def _points_outside(name: str) -> bool:
    return name.startswith("/") or ".." in name.split("/") or re.match(r"[A-Za-z]:", name) is not None or "\0" in name


def _new_file(scratch: Path) -> Path:
    """A path in `scratch` that no file has."""
    try:
        scratch.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=scratch)
    except OSError as error:
        raise _no_room(scratch, error) from error
    os.close(descriptor)
    return Path(name)


def _no_room(folder: Path, error: OSError) -> OutputError:
    return OutputError(f"解压时写不进 {folder}：{disk_reason(error)}。请检查磁盘空间和权限，再运行一次")


def _unpack(stream: IO[bytes], target: Path, n_packed: int | None, allowance: Allowance) -> None:
    """Write a member to `target`, counting. Raises RefusalError where it goes beyond what a document can be."""
    n_bytes = 0
    with target.open("wb") as file:
        while piece := stream.read(PIECE_BYTES):
            n_bytes += len(piece)
            allowance.n_bytes -= len(piece)
            if n_bytes > MEMBER_BYTES_MAX:
                raise RefusalError(TOO_LARGE)
            if n_packed is not None and n_bytes > RATIO_FREE_BYTES and n_bytes > RATIO_MAX * max(n_packed, 1):
                raise RefusalError(TOO_DENSE)
            if allowance.n_bytes < 0:
                raise RefusalError(TOO_MUCH)
            try:
                file.write(piece)
            except OSError as error:
                raise _no_room(target.parent, error) from error


def iter_members(path: Path, kind: str, scratch: Path) -> Iterator[Member]:
    """The members of an archive in its own order, each open for reading until the next is asked for."""
    if kind == "zip":
        return _zip_members(path)
    if kind == "tar":
        return _tar_members(path.open("rb"), None)
    if kind == "mail":
        return mail_members(path)
    if kind in _OPENERS:
        return _compressed_members(path, kind)
    from pipeline.batch.archive_tools import tool_members

    return tool_members(path, kind, scratch)


def _zip_members(path: Path) -> Iterator[Member]:
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            name = zip_name(info)
            if info.is_dir() or name.endswith(("/", "\\")):
                continue
            if info.flag_bits & _ENCRYPTED_FLAG:
                yield Member(name, refusal=ENCRYPTED)
                continue
            try:
                stream = archive.open(info)
            except _DAMAGE:
                yield Member(name, refusal=BROKEN)
                continue
            with stream:
                yield Member(name, stream, info.compress_size)


def zip_name(info: zipfile.ZipInfo) -> str:
    """The member's name as its maker wrote it: Chinese Windows writes GBK and says nothing about it."""
    if info.flag_bits & _UTF8_FLAG:
        return info.filename
    extra = info.extra
    while len(extra) >= 4:
        kind, size = int.from_bytes(extra[:2], "little"), int.from_bytes(extra[2:4], "little")
        if kind == _UNICODE_PATH_FIELD and size > 5:
            return extra[9 : 4 + size].decode("utf-8", "replace")
        extra = extra[4 + size :]
    try:
        written = info.filename.encode("cp437")
    except UnicodeEncodeError:
        return info.filename
    return decode_name(written)


def _compressed_members(path: Path, kind: str) -> Iterator[Member]:
    """The members of a compressed tar, or the one file that is compressed."""
    with _OPENERS[kind](path) as stream:
        head = stream.read(512)
        stream.seek(0)
        if head[257:262] == b"ustar":
            yield from _tar_members(stream, path.stat().st_size)
        else:
            name = path.stem if path.suffix else path.name
            yield Member(name, stream, path.stat().st_size)


def _tar_members(stream: IO[bytes], n_packed: int | None) -> Iterator[Member]:
    """The members of a tar stream; a member too large to skip over ends it."""
    with stream, tarfile.open(fileobj=stream, mode="r|", encoding="utf-8", errors="surrogateescape") as archive:
        n_bytes = 0
        for info in archive:
            name = decode_name(info.name.encode("utf-8", "surrogateescape"))
            n_bytes += info.size
            if info.size > MEMBER_BYTES_MAX:
                yield Member(name, refusal=TOO_LARGE)
                raise RefusalError(TOO_MUCH)
            if n_packed is not None and n_bytes > RATIO_FREE_BYTES and n_bytes > RATIO_MAX * max(n_packed, 1):
                raise RefusalError(TOO_DENSE)
            if info.isdir():
                continue
            member = archive.extractfile(info) if info.isfile() else None
            yield Member(name, member) if member else Member(name, refusal=NOT_A_FILE)
