"""A path to a Source: the bytes and what they really are. Names lie (.doc that is HTML), bytes do not."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections import Counter
from pathlib import Path

from pipeline.document import MediaKind, Source
from pipeline.errors import InputError
from pipeline.read.compound import compound_stream_names, is_encrypted_word
from pipeline.read.encoding import Decoded, declared_charset, decode, is_legible
from pipeline.read.package import Package
from pipeline.storage import is_remote, read_object

MAX_FILE_BYTES = 500_000_000
_HEAD_BYTES = 65_536
_PDF_HEADER_WINDOW_BYTES = 1024  # ISO 32000-1, implementation note 13

_OOXML = "application/vnd.openxmlformats-officedocument."
MEDIA_TYPES = {
    "pdf": "application/pdf",
    "docx": _OOXML + "wordprocessingml.document",
    "doc": "application/msword",
    "rtf": "application/rtf",
    "odt": "application/vnd.oasis.opendocument.text",
    "wordml": "application/vnd.ms-word2003+xml",
    "html": "text/html",
    "mhtml": "multipart/related",
    "xlsx": _OOXML + "spreadsheetml.sheet",
    "xls": "application/vnd.ms-excel",
    "xlsb": "application/vnd.ms-excel.sheet.binary.macroEnabled.12",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "spreadsheetml": "application/vnd.ms-excel2003+xml",
    "csv": "text/csv",
    "text": "text/plain",
}
# Formats that share the reader of another kind (LibreOffice converts them first).
_KIND_OF_FORMAT: dict[str, MediaKind] = {
    "rtf": "doc", "odt": "doc", "wordml": "doc", "mhtml": "html", "xlsb": "xls", "ods": "xls", "spreadsheetml": "xls",
    "pdf": "pdf", "docx": "docx", "doc": "doc", "html": "html", "xlsx": "xlsx", "xls": "xls", "csv": "csv",
    "text": "text",
}  # fmt: skip
_IMAGES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"GIF8", "image/gif"),
)
_ARCHIVES = (
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"\x1f\x8b", "application/gzip"),
    (b"BZh", "application/x-bzip2"),
    (b"\xfd7zXZ\x00", "application/x-xz"),
)
_HEIF_BRANDS = (b"heic", b"heix", b"hevc", b"heim", b"mif1", b"msf1", b"avif")
_BMP_HEADER_BYTES = (12, 40, 108, 124)
_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OUTLOOK_STREAM = "__properties_version"
_ZIP = b"PK\x03\x04"

_ENCRYPTED = "文件已加密：请先用 Office/WPS 解除密码保护再读取"
_MARKUP_START = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|table|meta|div)\b", re.I | re.S
)
_MARKUP_TAG = re.compile(r"<(?:html|body|table|tr|td|th|p|div|span|br|h[1-6]|font|ul|li|meta)\b[^<>]*>", re.I)
_MIME_START = re.compile(r"\s*(?:MIME-Version:|From:.*\n|Content-Type:\s*multipart)")
_MIN_TAGS = 6
_MIN_TAG_SHARE = 0.05  # of the characters, in text that merely contains markup
_DELIMITERS = ",\t;|"
_DELIMITERS_UNPROMISED = ","  # a text whose cells stand between tabs is a flattened table: tables.flat reads it
_CSV_SAMPLE_LINES = 200


def open_source(path: str) -> Source:
    """The Source at `path`, its kind told by its content. InputError (one Chinese line) where nothing can be read."""
    if re.match(r"https?://", path):
        raise InputError("这是网址，不是文件：请先把网页或附件下载到本地再读取")
    if is_remote(path):
        return content_to_source(read_object(path, MAX_FILE_BYTES), path.rsplit("/", 1)[-1], path)
    file = Path(path)
    try:
        if file.is_dir():
            raise InputError("这是文件夹，不是文件：请指定其中的文件")
        if not file.exists():
            raise InputError("文件不存在：请检查路径和文件名")
        if not file.is_file():
            raise InputError("不是普通文件，无法读取：请指定磁盘上的文件")
        n_bytes = file.stat().st_size
        if n_bytes > MAX_FILE_BYTES:
            limit = MAX_FILE_BYTES // 1_000_000
            raise InputError(f"文件有 {n_bytes // 1_000_000} MB，超过上限 {limit} MB：请拆分后再读取")
        content = file.read_bytes()
    except PermissionError as error:
        raise InputError("没有读取权限：请检查文件及所在文件夹的权限") from error
    except (OSError, ValueError) as error:
        raise InputError("文件无法读取：请检查路径、磁盘或网络连接") from error
    return content_to_source(content, file.name, path)


def content_to_source(content: bytes, name: str, path: str | None = None) -> Source:
    """A Source of bytes that are already in memory; `name` is used for display, never trusted for the kind."""
    kind, media_type = sniff(content, name)
    sha256 = hashlib.sha256(content).hexdigest()
    return Source(path if path is not None else name, name, kind, media_type, content, sha256)


def sniff(content: bytes, name: str = "") -> tuple[MediaKind, str]:
    """Kind and media type of `content`; the name only settles whether doubtful lines are CSV.

    Raises InputError for an empty, encrypted, truncated or unknown file.
    """
    if not content:
        raise InputError("文件是空的（0 字节）：请重新下载或重新导出")
    if not content.strip(b"\x00 \t\r\n"):
        raise InputError("文件里没有任何内容：请重新下载或重新导出")
    for magic, media_type in _IMAGES:
        if content.startswith(magic):
            return "image", media_type
    if content.startswith(b"BM") and content[6:10] == b"\0\0\0\0" and content[14] in _BMP_HEADER_BYTES:
        return "image", "image/bmp"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image", "image/webp"
    if content[4:8] == b"ftyp" and content[8:12] in _HEIF_BRANDS:
        return "image", "image/heic"
    for magic, media_type in _ARCHIVES:
        if content.startswith(magic):
            return "archive", media_type
    if content[257:262] == b"ustar":
        return "archive", "application/x-tar"
    if content.startswith((b"PK\x05\x06", b"PK\x07\x08")):
        return "archive", "application/zip"
    if content.startswith(_ZIP):
        return _sniff_zip(content)
    if content.startswith(_OLE2):
        return _by_format(_sniff_compound(content))
    if content[:_PDF_HEADER_WINDOW_BYTES].lstrip().startswith(b"%PDF-") or _has_late_pdf_header(content):
        return _by_format("pdf")
    if content[:64].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{\\rtf"):
        return _by_format("rtf")
    return _by_format(_sniff_text(content, name))


def _by_format(name: str) -> tuple[MediaKind, str]:
    return _KIND_OF_FORMAT[name], MEDIA_TYPES[name]


def _has_late_pdf_header(content: bytes) -> bool:
    """Whether a PDF header follows some junk (mail and download servers put bytes in front of it)."""
    return content.find(b"%PDF-", 0, _PDF_HEADER_WINDOW_BYTES) > 0 and b"%%EOF" in content[-2048:]


def _sniff_zip(content: bytes) -> tuple[MediaKind, str]:
    """What a zip file holds: an office package by its parts, otherwise an archive."""
    package = Package(content)
    names = package.names
    if any(re.fullmatch(r"word/document\d*\.xml", n, re.I) for n in names):
        return _by_format("docx")
    if any(re.fullmatch(r"xl/workbook\d*\.xml", n, re.I) for n in names):
        return _by_format("xlsx")
    if "xl/workbook.bin" in names:
        return _by_format("xlsb")
    if "mimetype" in names:
        media_type = package.read("mimetype").decode("ascii", errors="replace").strip()
        for name in ("odt", "ods"):
            if media_type == MEDIA_TYPES[name]:
                return _by_format(name)
    if "OFD.xml" in names:
        raise InputError("OFD 版式文件暂不能读取：请用阅读器另存为 PDF 再试")
    if any(n.startswith("ppt/") for n in names):
        raise InputError("这是演示文稿（PPT），不是报告或表格：请另存为 PDF 再试")
    return "archive", "application/zip"


def _sniff_compound(content: bytes) -> str:
    """`doc` or `xls` by the streams of an OLE2 file (WPS's .wps and .et are the same inside)."""
    names = compound_stream_names(content)
    if "EncryptedPackage" in names:
        raise InputError(_ENCRYPTED)
    if any(name.startswith(_OUTLOOK_STREAM) for name in names):
        raise InputError("这是 Outlook 邮件（.msg）：请另存为 .eml，或取出附件再读取")
    for name in names:
        if name == "WordDocument":
            if is_encrypted_word(content):
                raise InputError(_ENCRYPTED)
            return "doc"
        if name in ("Workbook", "Book", "WORKBOOK"):
            return "xls"
        if name == "PowerPoint Document":
            raise InputError("这是演示文稿（PPT），不是报告或表格：请另存为 PDF 再试")
    raise InputError("文件不完整或不是 Word/Excel 文档：请用 Office/WPS 打开后另存为 docx 或 xlsx")


def _sniff_text(content: bytes, name: str) -> str:
    """`html`, `mhtml`, an Office 2003 XML, `csv` or `text` of a file without a binary signature."""
    head = content[:_HEAD_BYTES]
    decoded = decode(head, declared_charset(head))
    if not is_legible(decoded):
        raise InputError("无法识别的二进制文件：请确认它是 PDF、Word、Excel、网页或文本，并重新下载")
    text = decoded.text
    if _MIME_START.match(text) and "multipart/related" in text[:4096]:
        return "mhtml"
    if text.lstrip("\ufeff \t\r\n").startswith("<?xml"):
        start = text[:4096]
        if "Word.Document" in start or "schemas.microsoft.com/office/word/2003" in start or "xmlPackage" in start:
            return "wordml"
        if "Excel.Sheet" in start or "urn:schemas-microsoft-com:office:spreadsheet" in start:
            return "spreadsheetml"
    if is_markup(text):
        return "html"
    return "csv" if find_delimiter(decoded, name) else "text"


def is_markup(text: str) -> bool:
    """Whether text is HTML: it opens like a page, or tags make up a good part of it."""
    if _MARKUP_START.match(text.lstrip("\ufeff")):
        return True
    tags = _MARKUP_TAG.findall(text)
    return len(tags) >= _MIN_TAGS and sum(map(len, tags)) >= len(text) * _MIN_TAG_SHARE


def find_delimiter(decoded: Decoded, name: str = "") -> str | None:
    """The delimiter that cuts nearly all lines into equally many fields; None for running or flattened text.

    A name that promises a table (.csv, .tsv, .xls) lowers the bar: title lines and notes stand around such tables.
    """
    lines = decoded.text.splitlines()[: _CSV_SAMPLE_LINES + 1]
    if len(lines) > _CSV_SAMPLE_LINES or len(decoded.text.encode("utf-8", "replace")) >= _HEAD_BYTES - 4:
        lines = lines[:-1]  # the last line may be cut
    promised = Path(name).suffix.lower() in (".csv", ".tsv", ".xls", ".xlsx", ".et")
    for delimiter in _DELIMITERS if promised else _DELIMITERS_UNPROMISED:
        rows = [r for r in csv.reader(io.StringIO("\n".join(lines)), delimiter=delimiter, strict=False) if any(r)]
        counts = Counter(len(r) for r in rows)
        if not counts:
            return None
        n_fields, n_equal = counts.most_common(1)[0]
        many = sum(n for fields, n in counts.items() if fields > 1)
        if promised and many * 2 >= len(rows) and max(counts) > 1:
            return delimiter
        if n_fields > 1 and len(rows) >= 3 and n_equal >= len(rows) * 0.95:
            return delimiter
    return None
