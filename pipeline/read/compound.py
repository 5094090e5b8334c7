"""OLE2 compound files (doc, xls, wps, et), as far as telling them apart needs: stream names, the encryption flag.

Source: [MS-CFB] 2.2 (header), 2.6 (directory entry); [MS-DOC] 2.5.2 (FibBase).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

_ENTRY_BYTES = 128
_MAX_DIRECTORY_SECTORS = 4096
_END_OF_CHAIN = 0xFFFFFFFA  # and above: no further sector
_STREAM = 2
_MINI_STREAM_BELOW_BYTES = 4096
_FIB_IDENT = 0xA5EC
_FIB_ENCRYPTED = 0x0100


@dataclass(frozen=True, slots=True)
class Stream:
    """A stream of the file: its name, first sector and length in bytes."""

    name: str
    sector: int
    n_bytes: int


def compound_stream_names(content: bytes) -> list[str]:
    """Names of the streams in directory order: those of the document itself come before those of embedded objects."""
    return [s.name for s in _streams(content)]


def is_encrypted_word(content: bytes) -> bool:
    """Whether a Word 97 file asks for a password to open (the fEncrypted bit of its file information block)."""
    stream = next((s for s in _streams(content) if s.name == "WordDocument"), None)
    if stream is None or stream.n_bytes < _MINI_STREAM_BELOW_BYTES:
        return False
    start = _sector_start(stream.sector, _sector_bytes(content))
    fib = content[start : start + 12]
    if len(fib) < 12:
        return False
    ident, flags = struct.unpack_from("<H", fib, 0)[0], struct.unpack_from("<H", fib, 10)[0]
    return ident == _FIB_IDENT and bool(flags & _FIB_ENCRYPTED)


def _sector_bytes(content: bytes) -> int:
    shift = int.from_bytes(content[30:32], "little")
    return 1 << shift if 7 <= shift <= 16 else 512


def _sector_start(sector: int, sector_bytes: int) -> int:
    return (sector + 1) * sector_bytes


def _streams(content: bytes) -> list[Stream]:
    """The stream entries of the directory, in the order in which they stand there; as many as a cut file still has."""
    sector_bytes = _sector_bytes(content)
    streams: list[Stream] = []
    for sector in _directory_sectors(content, sector_bytes):
        start = _sector_start(sector, sector_bytes)
        for offset in range(start, min(start + sector_bytes, len(content) - _ENTRY_BYTES + 1), _ENTRY_BYTES):
            entry = content[offset : offset + _ENTRY_BYTES]
            n_name_bytes = min(int.from_bytes(entry[64:66], "little"), 64)
            if entry[66] == _STREAM and n_name_bytes > 2:
                name = entry[: n_name_bytes - 2].decode("utf-16-le", errors="replace")
                streams.append(Stream(name, *struct.unpack_from("<II", entry, 116)))
    return streams


def _directory_sectors(content: bytes, sector_bytes: int) -> list[int]:
    """Sector numbers of the directory, following the allocation table; a broken chain ends where it breaks."""
    if len(content) < 512:
        return []
    fat_sectors = [s for s in struct.unpack_from("<109I", content, 76) if s < _END_OF_CHAIN]
    per_sector = sector_bytes // 4
    sectors: list[int] = []
    sector = int.from_bytes(content[48:52], "little")
    while sector < _END_OF_CHAIN and sector not in sectors and len(sectors) < _MAX_DIRECTORY_SECTORS:
        sectors.append(sector)
        table, index = divmod(sector, per_sector)
        if table >= len(fat_sectors):
            break
        offset = _sector_start(fat_sectors[table], sector_bytes) + index * 4
        sector = int.from_bytes(content[offset : offset + 4], "little") if offset + 4 <= len(content) else _END_OF_CHAIN
    return sectors
