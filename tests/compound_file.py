"""OLE2 files for tests."""

from __future__ import annotations

import struct


def compound(*stream_names: str) -> bytes:
    """A minimal OLE2 file: header, one allocation sector, one directory sector per four entries."""
    entries = b""
    for number, name in enumerate(("Root Entry", *stream_names)):
        encoded = name.encode("utf-16-le")
        entry = bytearray(128)
        entry[: len(encoded)] = encoded
        entry[64:66] = (len(encoded) + 2).to_bytes(2, "little")
        entry[66] = 5 if number == 0 else 2
        entries += bytes(entry)
    entries += b"\0" * (-len(entries) % 512)
    n_sectors = len(entries) // 512
    chain = [0xFFFFFFFD, *range(2, n_sectors + 1), 0xFFFFFFFE]
    fat = struct.pack("<128I", *chain, *[0xFFFFFFFF] * (128 - len(chain)))
    header = bytearray(512)
    header[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    header[30:32] = (9).to_bytes(2, "little")
    header[48:52] = (1).to_bytes(4, "little")
    struct.pack_into("<109I", header, 76, 0, *[0xFFFFFFFF] * 108)
    return bytes(header) + fat + entries
