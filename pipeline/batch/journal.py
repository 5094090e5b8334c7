"""The journal of an output folder: one durable record per finished document, so that a run can be killed and resumed.

The file is a sequence of frames, each with its lengths and a checksum over all of it; a frame counts once it is synced
to disk. A frame that was cut by a crash is found by its checksum when the journal is opened, and dropped.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import struct
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from io import FileIO
from pathlib import Path
from typing import Any

from pipeline.dataset.schema import TABLES
from pipeline.errors import OutputError
from pipeline.storage import disk_reason

FILE_HEAD = b"jixiao journal 1\n"
FRAME_MAGIC = b"JXR1"
FRAME_HEAD = struct.Struct(">4sIQI")  # magic, bytes of the meta, bytes of the segments, CRC-32 of both
PIECE_BYTES = 1 << 20
COMPACT_MIN_BYTES = 1 << 24  # below this, superseded records are left where they are


@dataclass(frozen=True, slots=True)
class Meta:
    """What the journal says of one finished document without its rows."""

    source: str
    key: str
    environment: str
    doc_id: str
    sha256: str | None  # None where there are no bytes (missing, unreadable): such a document is always read again
    status: str
    error: str | None
    rank: int
    pages: int | None
    ocr_pages: int | None
    doc_type: str | None
    province: str | None
    fiscal_year: int | None
    media_type: str | None
    bytes: int | None
    seconds: float
    cpu_seconds: float  # of the reading process itself: what a document costs, however busy the machine is
    n_rows: tuple[int, ...]
    sizes: tuple[int, ...]  # bytes of each segment
    digest: str  # of the segments: two records with one digest say the same
    read_seconds: float = 0.0  # of `seconds`, until the document was read; the rest made its rows
    beside: str = ""  # digest of the pictures beside a saved web page

    @property
    def failed(self) -> bool:
        """Whether nothing could be read."""
        return self.status == "failed"

    @property
    def is_bare(self) -> bool:
        """Whether it was read, and nothing of an evaluation was found in it: another document, or an error page."""
        rows = {table.name: n for table, n in zip(TABLES, self.n_rows, strict=True)}
        return self.status == "ok" and not any(rows[name] for name in ("evaluations", "figures"))


@dataclass(frozen=True, slots=True)
class Record:
    """One finished document: its meta and its rows, as segments."""

    meta: Meta
    segments: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """Where in the journal the latest record of a source stands."""

    meta: Meta
    start: int  # of the frame
    body: int  # of the first segment

    @property
    def end(self) -> int:
        """The first byte after the frame."""
        return self.body + sum(self.meta.sizes)


class Journal:
    """The records of an output folder, by source. Only their metas are held in memory."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.entries: dict[str, Entry] = {}
        try:
            self._file = _open_journal(path)
            self._end = self._load()
        except OSError as error:
            raise OutputError(f"打不开运行记录 {path}：{disk_reason(error)}。请检查磁盘和权限，再运行一次") from error

    def append(self, record: Record) -> Entry:
        """The entry of a record that is now safe on disk. Raises OutputError; what was recorded before stays whole."""
        frame = _record_to_frame(record)
        try:
            self._check_in_place()
            self._file.seek(self._end)
            _write_whole(self._file, frame)
            os.fsync(self._file.fileno())
        except OSError as error:
            self._drop_tail()
            raise OutputError(self._why(error)) from error
        body = self._end + len(frame) - sum(record.meta.sizes)
        entry = Entry(record.meta, self._end, body)
        self._end += len(frame)
        self.entries[record.meta.source] = entry
        return entry

    def read_segment(self, entry: Entry, number: int) -> bytes:
        """One segment of a record."""
        place = entry.body + sum(entry.meta.sizes[:number])
        return os.pread(self._file.fileno(), entry.meta.sizes[number], place)

    def close(self) -> None:
        """Nothing comes out; the file is closed."""
        self._file.close()

    def compact(self) -> None:
        """Rewrite the file without superseded records, where these make up most of it; whole or not at all."""
        live = sum(entry.end - entry.start for entry in self.entries.values())
        if self._end < COMPACT_MIN_BYTES or live * 2 > self._end:
            return
        part = self.path.with_name(self.path.name + ".part")
        try:
            with part.open("wb") as target:
                target.write(FILE_HEAD)
                for entry in self.entries.values():
                    self._file.seek(entry.start)
                    target.write(self._file.read(entry.end - entry.start))
                target.flush()
                os.fsync(target.fileno())
            part.replace(self.path)
            sync_folder(self.path.parent)
            self._file.close()
            self._file = _open_journal(self.path)
            self.entries = {}
            self._end = self._load()
        except OSError as error:
            raise OutputError(self._why(error)) from error

    def _load(self) -> int:
        """The end of the last whole frame; what follows it is cut off."""
        end = len(FILE_HEAD)
        for entry in _read_frames(self._file):
            self.entries[entry.meta.source] = entry
            end = entry.end
        self._file.seek(0, os.SEEK_END)
        if self._file.tell() > end:
            self._file.truncate(end)
            os.fsync(self._file.fileno())
        return end

    def _drop_tail(self) -> None:
        """Cut off a frame that could not be written whole; where even that fails, the next run does it."""
        with contextlib.suppress(OSError):
            self._file.truncate(self._end)

    def _check_in_place(self) -> None:
        """FileNotFoundError where the journal was removed or replaced under us: its bytes would be lost."""
        here, there = os.fstat(self._file.fileno()), self.path.stat()
        if (here.st_dev, here.st_ino) != (there.st_dev, there.st_ino):
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))

    def _why(self, error: OSError) -> str:
        done = f"已读完的 {len(self.entries)} 份有记录，再运行同一命令即可继续"
        folder = self.path.parent.parent
        if error.errno == errno.ENOENT:
            return f"输出文件夹 {folder} 在运行中被删除或移走：请恢复它或重新指定 --out，再运行一次"
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return f"磁盘已满，写不进 {folder}：请腾出空间（{done}）"
        return f"写不进 {folder}：{disk_reason(error)}。请检查磁盘和权限（{done}）"


def _open_journal(path: Path) -> FileIO:
    """The journal file, open for reading and writing; a file that is no journal of this version is begun anew."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # Unbuffered: what a full disk refused must not come again when the file is closed.
    file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o644), "r+b", buffering=0)
    if file.read(len(FILE_HEAD)) != FILE_HEAD:
        file.seek(0)
        file.truncate()
        _write_whole(file, FILE_HEAD)
        os.fsync(file.fileno())
        sync_folder(path.parent)
    return file


def _write_whole(file: FileIO, content: bytes) -> None:
    """Write all of the bytes; the system may take fewer at once (and the next call then says why)."""
    rest = memoryview(content)
    while rest:
        rest = rest[file.write(rest) :]


def _read_frames(file: FileIO) -> Iterator[Entry]:
    """The entries of all whole frames from the start of the file; ends at the first that is cut or damaged."""
    size = os.fstat(file.fileno()).st_size
    start = len(FILE_HEAD)
    while start + FRAME_HEAD.size <= size:
        file.seek(start)
        magic, n_meta, n_body, checksum = FRAME_HEAD.unpack(file.read(FRAME_HEAD.size))
        body = start + FRAME_HEAD.size + n_meta
        if magic != FRAME_MAGIC or body + n_body > size:
            return
        written = file.read(n_meta)
        crc = zlib.crc32(written)
        left = n_body
        while left and (piece := file.read(min(left, PIECE_BYTES))):
            crc = zlib.crc32(piece, crc)
            left -= len(piece)
        if left or crc != checksum:
            return
        yield Entry(_json_to_meta(written), start, body)
        start = body + n_body


def _record_to_frame(record: Record) -> bytes:
    meta = json.dumps(asdict(record.meta), ensure_ascii=False, separators=(",", ":"))
    written = meta.encode("utf-8", "surrogatepass")  # a file name may be no UTF-8; it must come back as it was
    body = b"".join(record.segments)
    return FRAME_HEAD.pack(FRAME_MAGIC, len(written), len(body), zlib.crc32(body, zlib.crc32(written))) + written + body


def _json_to_meta(written: bytes) -> Meta:
    fields: dict[str, Any] = json.loads(written)
    return Meta(**{**fields, "n_rows": tuple(fields["n_rows"]), "sizes": tuple(fields["sizes"])})


def sync_folder(folder: Path) -> None:
    """Make a new name in a folder durable, where the system can do that."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
