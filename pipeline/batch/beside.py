"""What a saved web page shows out of its folder: pictures that may change though no byte of the page does."""

from __future__ import annotations

import hashlib
import html
import re
from pathlib import Path

MAX_PAGE_BYTES = 50_000_000  # a larger file is no web page that is read
HEAD_BYTES = 4096
_MARKUP = re.compile(rb"<(?:!doctype\s+html|html|head|meta|body|div|table|p|img)[\s>/]", re.I)
_PICTURE = re.compile(r"""<img\b[^>]*?\bsrc\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))""", re.I)


def beside_digest(file: str) -> str:
    """What tells the pictures that a saved page shows from others: empty for a file that is no page or shows none.

    SHA-256 over the addresses and contents of the pictures that lie in the page's folder or below it.
    """
    path = Path(file)
    try:
        with path.open("rb") as stream:
            if not _MARKUP.search(stream.read(HEAD_BYTES)):
                return ""
            stream.seek(0)
            content = stream.read(MAX_PAGE_BYTES)
    except OSError:  # gone, not to be opened, or in an object store: it stands alone
        return ""
    return _pictures_digest(content, path.parent)


def _pictures_digest(content: bytes, folder: Path) -> str:
    from pipeline.read.encoding import declared_charset, decode
    from pipeline.read.html_pictures import PictureFiles, take_out_embedded

    markup, _ = take_out_embedded(decode(content, declared_charset(content)).text)
    addresses = sorted({html.unescape(next(filter(None, found), "")) for found in _PICTURE.findall(markup)})
    files = PictureFiles(folder=folder)
    pictures = [(address, picture) for address in addresses if (picture := files.find(address)) is not None]
    digest = hashlib.sha256()
    for address, picture in pictures:
        digest.update(f"\0{address}\0".encode("utf-8", "replace") + hashlib.sha256(picture).digest())
    return digest.hexdigest() if pictures else ""
