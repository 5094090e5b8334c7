"""A member of an archive, whichever tool unpacks it: what it may hold, and why one is refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO

MEMBERS_MAX = 20_000
MEMBER_BYTES_MAX = 500_000_000
TOTAL_BYTES_MAX = 5_000_000_000
RATIO_MAX = 300  # unpacked : packed, of what is larger than RATIO_FREE_BYTES
RATIO_FREE_BYTES = 50_000_000

BROKEN = "压缩包不完整或已损坏：请重新下载"
ENCRYPTED = "压缩包成员已加密：请先解密再读取"
OUTSIDE = "压缩包成员的路径指向包外，为安全起见不予读取：请手工解压后检查"
NOT_A_FILE = "压缩包成员是链接或设备，不是文件，不予读取"
TOO_LARGE = f"压缩包成员解压后超过 {MEMBER_BYTES_MAX // 1_000_000} MB，不予读取：请手工解压并拆分"
TOO_MUCH = f"压缩包解压后超过 {TOTAL_BYTES_MAX // 1_000_000} MB，其余成员未读：请手工解压，分批读取"
TOO_DENSE = f"压缩比超过 {RATIO_MAX} 倍，疑似压缩炸弹，不予读取：请手工解压后检查"
TOO_MANY = f"压缩包成员超过 {MEMBERS_MAX} 个，其余未读：请手工解压，分批读取"


class RefusalError(Exception):
    """A member, or the rest of an archive, is not to be read; the text says why, in Chinese."""


@dataclass(frozen=True, slots=True)
class Member:
    """One member: its name as the archive gives it, what it packs to (None: unknown), and why it cannot be read."""

    name: str
    stream: IO[bytes] | None = None
    n_packed: int | None = None
    refusal: str | None = None


def decode_name(written: bytes) -> str:
    """A file name out of bytes of unknown encoding: UTF-8 where it is that, else GB18030."""
    try:
        return written.decode("utf-8")
    except UnicodeDecodeError:
        return written.decode("gb18030", "replace")
