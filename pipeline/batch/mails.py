"""Mails (`.eml`): their attachments are documents of their own, and so is a body that is more than a cover note."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from email.message import EmailMessage, MIMEPart
from email.parser import BytesParser
from email.policy import default
from pathlib import Path

from pipeline.batch.archive_members import MEMBER_BYTES_MAX, TOO_LARGE, Member, RefusalError, decode_name
from pipeline.read.encoding import decode

HEAD_BYTES = 65_536
COVER_NOTE_CHARACTERS = 500  # up to which a body without a table, beside attachments, only says what is attached
_HEADER = re.compile(rb"([!-9;-~]+):[ \t]*(.*)")
_OF_A_MAIL = frozenset((b"to", b"subject", b"date", b"message-id", b"received"))
_WEB_ARCHIVE = re.compile(rb"^Content-Type:\s*multipart/related|^From:\s*<Saved by", re.I | re.M)
_BLANK_LINE = re.compile(rb"\r?\n\r?\n")
_PLAIN_NAME = re.compile(r'\b(?:file)?name="?([^";\r\n]+)', re.I)
_TAG = re.compile(r"<[^<>]*>")
_SUFFIXES = {"html": ".html", "plain": ".txt"}
ATTACHED_MAIL = "message/rfc822"
BODY_NAME = "正文"
NAMELESS = "附件"
MALFORMED = "邮件不完整或已损坏：请重新导出，或取出附件再读取"
# Of the standard library, on malformed headers and on parts within parts a thousand deep.
_PARSER_FAULTS = (LookupError, AttributeError, TypeError, ValueError, RecursionError)


def is_mail(head: bytes) -> bool:
    """Whether the first bytes of a file are the head of a mail (RFC 5322); that of a saved web page is none."""
    block = _BLANK_LINE.split(head[:HEAD_BYTES].lstrip(b"\r\n"), 1)[0]
    lines = [line for line in block.splitlines() if line[:1] not in (b" ", b"\t")]
    headers = [_HEADER.match(line) for line in lines]
    names = {header[1].lower() for header in headers if header}
    is_head = all(headers) and b"from" in names and bool(names & _OF_A_MAIL)
    return is_head and not _WEB_ARCHIVE.search(block)


def mail_members(path: Path) -> Iterator[Member]:
    """The attachments of a mail, then its body. Raises RefusalError for a mail that is too large or malformed.

    A short body beside attachments is left out: it says what is attached, and is no document. Pictures that belong to
    the body (letterheads, icons) are left out, too.
    """
    if path.stat().st_size > MEMBER_BYTES_MAX:
        raise RefusalError(TOO_LARGE)
    content = path.read_bytes()
    try:
        files = list(_files_of(BytesParser(EmailMessage, policy=default).parsebytes(content)))
    except _PARSER_FAULTS as error:
        raise RefusalError(MALFORMED) from error
    yield from (Member(name, io.BytesIO(file)) for name, file in files)


def _files_of(mail: EmailMessage) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each document in a mail."""
    body = mail.get_body(("html", "plain"))
    attachments = [part for part in _single_parts(mail) if part is not body and _is_attachment(part)]
    yield from ((_name_of(part), _content_of(part)) for part in attachments)
    if body is None:
        return
    content = _content_of(body)
    if content.strip() and not (attachments and _is_cover_note(content)):
        yield BODY_NAME + _SUFFIXES[body.get_content_subtype()], content


def _single_parts(message: EmailMessage) -> Iterator[EmailMessage]:
    """The parts of a mail that hold no others, and each attached mail as one."""
    if not message.is_multipart():
        yield message
    for part in message.iter_parts():
        if isinstance(part, EmailMessage):
            yield from [part] if part.get_content_type() == ATTACHED_MAIL else _single_parts(part)


def _is_attachment(part: EmailMessage) -> bool:
    """Whether a part is a file that was attached, and no picture of the body."""
    of_the_body = part.get_content_maintype() == "image" and part["Content-ID"] is not None
    named = part.get_filename() is not None and not of_the_body
    return named or part.is_attachment() or part.get_content_type() == ATTACHED_MAIL


def _is_cover_note(content: bytes) -> bool:
    text = _TAG.sub("", decode(content).text)
    return len("".join(text.split())) <= COVER_NOTE_CHARACTERS and b"<table" not in content.lower()


def _name_of(part: EmailMessage) -> str:
    """The file's name as the sender wrote it, without folders; Chinese programs write GBK and say nothing about it."""
    name = part.get_filename() or NAMELESS
    if "\ufffd" in name:
        written = (_PLAIN_NAME.search(value) for value in map(str, dict(part.raw_items()).values()))
        name = next((match[1] for match in written if match), name)
    if part.get_content_type() == ATTACHED_MAIL and not name.lower().endswith(".eml"):
        name += ".eml"
    return decode_name(name.encode("utf-8", "surrogateescape")).replace("\\", "/").rsplit("/", 1)[-1]


def _content_of(part: MIMEPart) -> bytes:
    """The bytes of a part as they were before they were sent, text in its own encoding; an attached mail whole."""
    if part.get_content_type() == ATTACHED_MAIL:
        attached = part.get_payload(0)
        return attached.as_bytes() if isinstance(attached, EmailMessage) else b""
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""
