"""Office packages (zip of XML), opened with suspicion: bombs and entities are refused before anything parses them."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from functools import lru_cache
from typing import TYPE_CHECKING

from pipeline.errors import InputError

if TYPE_CHECKING:
    from lxml import etree

MAX_MEMBERS = 10_000
MAX_PART_BYTES = 200_000_000  # one XML part, unpacked
MAX_RATIO = 300  # unpacked : packed, for parts larger than RATIO_FREE_BYTES
RATIO_FREE_BYTES = 20_000_000
PROLOG_BYTES = 65_536
_DECLARATION = re.compile(rb"<\x00?!\x00?(D\x00?O\x00?C\x00?T\x00?Y\x00?P\x00?E|E\x00?N\x00?T\x00?I\x00?T\x00?Y)")
_ROOT_START = re.compile(rb"<\x00?[A-Za-z_]")

BROKEN_ZIP = "文件不完整（压缩结构已损坏）：请重新下载，或用 Word/WPS 打开后另存"
HOSTILE = "文件结构异常（{what}），为安全起见不予读取：请用 Word/WPS 打开后另存再试"


class Package:
    """The parts of one docx or xlsx file, by name; every part is checked before it is handed out."""

    def __init__(self, content: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
        except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
            raise InputError(BROKEN_ZIP) from error
        members = self._zip.infolist()
        if len(members) > MAX_MEMBERS:
            raise InputError(HOSTILE.format(what=f"内含 {len(members)} 个部件"))
        self._members = {m.filename.replace("\\", "/").lstrip("/"): m for m in members}

    @property
    def names(self) -> list[str]:
        return list(self._members)

    def __contains__(self, name: str) -> bool:
        return name in self._members

    def read(self, name: str) -> bytes:
        """The bytes of one part. InputError for an encrypted, truncated or oversized one."""
        member = self._members[name]
        check_member(member)
        try:
            return self._zip.read(member)
        except RuntimeError as error:  # zip password
            raise InputError("文件已加密：请先解除密码保护再读取") from error
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError) as error:
            raise InputError(BROKEN_ZIP) from error

    def xml_bytes(self, name: str) -> bytes:
        """The bytes of an XML part that declares no document type and no entities (billion laughs, external files)."""
        content = self.read(name)
        prolog = content[:PROLOG_BYTES]
        root = _ROOT_START.search(prolog)
        if root is None:
            raise InputError(HOSTILE.format(what="XML 部件没有内容"))
        if _DECLARATION.search(prolog[: root.start()]):
            raise InputError(HOSTILE.format(what="XML 部件声明了外部实体"))
        return content

    def relations(self, part: str) -> dict[str, str]:
        """Relationship id → name of the part that `part` refers to by it; what lies outside the package is left out."""
        folder, _, file = part.rpartition("/")
        name = f"{folder}/_rels/{file}.rels"
        if name not in self:
            return {}
        targets: dict[str, str] = {}
        for relation in self.xml(name):
            target = attribute(relation, "Target") or ""
            joined = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"{folder}/{target}")
            if joined in self and attribute(relation, "TargetMode") != "External":
                targets[attribute(relation, "Id") or ""] = joined
        return targets

    def xml(self, name: str) -> etree._Element:
        """The root element of an XML part; damaged XML is refused with one line."""
        from lxml import etree

        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, remove_comments=True)
        try:
            return etree.fromstring(self.xml_bytes(name), parser)
        except etree.XMLSyntaxError as error:
            raise InputError(BROKEN_ZIP) from error


def check_member(member: zipfile.ZipInfo) -> None:
    """InputError where a part would unpack to more than a real document ever holds."""
    if member.file_size > MAX_PART_BYTES:
        raise InputError(HOSTILE.format(what=f"部件解压后达 {member.file_size // 1_000_000} MB"))
    if member.file_size > RATIO_FREE_BYTES and member.file_size > MAX_RATIO * max(member.compress_size, 1):
        raise InputError(HOSTILE.format(what=f"压缩比达 {member.file_size // max(member.compress_size, 1)} 倍"))


@lru_cache(maxsize=4096)
def local_name(tag: str) -> str:
    """`tbl` of `{…wordprocessingml…}tbl`: the strict and the transitional standard differ only in the namespace."""
    return tag.rpartition("}")[2]


def name_of(element: etree._Element) -> str:
    """Local name of an element; an empty string for comments and processing instructions."""
    return local_name(element.tag) if isinstance(element.tag, str) else ""


def attribute(element: etree._Element, name: str) -> str | None:
    """The value of an attribute by its local name, whatever its namespace."""
    for key, value in element.attrib.items():
        if local_name(str(key)) == name:
            return str(value)
    return None


def child(element: etree._Element | None, name: str) -> etree._Element | None:
    """The first child of that local name."""
    if element is None:
        return None
    return next((c for c in element if name_of(c) == name), None)


def value_of(element: etree._Element | None, name: str) -> str | None:
    """The `val` attribute of the child of that name, the way Word writes properties."""
    found = child(element, name)
    return None if found is None else attribute(found, "val")


def is_on(element: etree._Element | None, name: str) -> bool:
    """Whether a property that is on by its mere presence (`<w:vanish/>`) is on."""
    found = child(element, name)
    return found is not None and (attribute(found, "val") or "true").lower() not in ("0", "false", "off", "none")
