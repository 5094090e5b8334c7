"""Mails: what is attached is read under its own name, a body only where it is a document itself."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

import pytest
from batch.samples import form_page
from hypothesis import given
from hypothesis import strategies as st

from pipeline.batch.archives import archive_kind, expand_file
from pipeline.batch.mails import MALFORMED, is_mail

PAGE = form_page(1).encode()


def make_mail(body: str = "请查收。", subtype: str = "plain", **attached: bytes) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "a@example.org", "b@example.org", "自评材料"
    mail.set_content(body, subtype=subtype)
    for name, content in attached.items():
        mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name.replace("_", "."))
    return mail


def names(folder: Path, content: bytes) -> list[str]:
    """The documents in a mail, by their names in the dataset; a refusal stands behind its own."""
    path = folder / "信.eml"
    path.write_bytes(content)
    tasks = list(expand_file(str(path), folder / "scratch"))
    return [task.source.removeprefix(str(path)) + (task.refusal or "") for task in tasks]


def test_attachments_are_documents_and_a_cover_note_is_none(tmp_path: Path) -> None:
    mail = make_mail(自评表_docx=b"PK", 说明_txt="绩效".encode("gb18030"))
    assert names(tmp_path, mail.as_bytes()) == ["!自评表.docx", "!说明.txt"]


def test_an_attachment_comes_out_with_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / "信.eml"
    path.write_bytes(make_mail(表_html=PAGE).as_bytes())
    (task,) = expand_file(str(path), tmp_path / "scratch")
    assert Path(task.file).read_bytes() == PAGE


def test_a_body_without_attachments_is_the_document(tmp_path: Path) -> None:
    assert names(tmp_path, make_mail().as_bytes()) == ["!正文.txt"]
    assert names(tmp_path, make_mail("<p>绩效自评</p>", "html").as_bytes()) == ["!正文.html"]


def test_a_body_that_holds_a_table_or_a_report_is_a_document_beside_attachments(tmp_path: Path) -> None:
    table = make_mail("<table><tr><td>数量指标</td></tr></table>", "html", 表_xlsx=b"PK")
    assert names(tmp_path, table.as_bytes()) == ["!表.xlsx", "!正文.html"]
    assert names(tmp_path, make_mail("绩效" * 300, 表_xlsx=b"PK").as_bytes()) == ["!表.xlsx", "!正文.txt"]


def test_a_picture_of_the_body_is_no_document_and_an_attached_one_is(tmp_path: Path) -> None:
    mail = make_mail("<p>请查收</p>", "html", 表_docx=b"PK")
    for name, disposition, cid in (("logo.png", "inline", "<logo>"), ("扫描.png", "attachment", "<scan>")):
        kind = {"maintype": "image", "subtype": "png", "disposition": disposition}
        mail.add_attachment(b"\x89PNG", filename=name, cid=cid, **kind)
    assert names(tmp_path, mail.as_bytes()) == ["!表.docx", "!扫描.png"]


def test_an_attached_mail_is_opened_too(tmp_path: Path) -> None:
    outer = make_mail()
    outer.add_attachment(make_mail(表_docx=b"PK"))
    assert names(tmp_path, outer.as_bytes()) == ["!附件.eml!表.docx"]


def test_a_name_in_gbk_without_a_word_about_it_is_restored(tmp_path: Path) -> None:
    head = b"From: a@example.org\r\nTo: b@example.org\r\nMIME-Version: 1.0\r\n"
    head += b'Content-Type: multipart/mixed; boundary="x"\r\n\r\n'
    part = b'--x\r\nContent-Type: application/octet-stream; name="%b"\r\n\r\nabc\r\n--x--\r\n'
    assert names(tmp_path, head + part % "自评表.docx".encode("gb18030")) == ["!自评表.docx"]


def test_a_name_that_points_outside_stays_inside(tmp_path: Path) -> None:
    mail = make_mail()
    mail.add_attachment(b"PK", maintype="application", subtype="octet-stream", filename="../../表.docx")
    assert names(tmp_path, mail.as_bytes()) == ["!表.docx"]


@pytest.mark.parametrize(
    "head",
    [
        b"From: <Saved by Blink>\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n",
        b"From: a\r\nSubject: x\r\nContent-Type: multipart/related;\r\n boundary=x\r\n\r\n",
        "From: 单位\r\n项目支出绩效自评报告\r\n\r\n".encode(),
        "单位: 甲\r\n年度: 2022\r\n\r\n".encode(),
        b"",
    ],
)
def test_saved_web_pages_and_texts_are_no_mails(head: bytes) -> None:
    assert not is_mail(head)


def test_a_mail_that_the_parser_chokes_on_is_one_refused_document(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def choke(*_: object) -> None:
        raise IndexError("string index out of range")

    monkeypatch.setattr(EmailMessage, "get_body", choke)
    assert names(tmp_path, make_mail().as_bytes()) == [MALFORMED]


def test_a_mail_with_parts_a_thousand_deep_is_one_refused_document(tmp_path: Path) -> None:
    head = b"From: a@example.org\r\nTo: b@example.org\r\nMIME-Version: 1.0\r\n"
    parts = (b'Content-Type: multipart/mixed; boundary="x%d"\r\n\r\n--x%d\r\n' % (n, n) for n in range(2000))
    assert names(tmp_path, head + b"".join(parts)) == [MALFORMED]


@given(st.binary(max_size=400))
def test_whatever_follows_the_head_of_a_mail_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, rest: bytes
) -> None:
    folder = tmp_path_factory.mktemp("mail")
    content = b"From: a@example.org\r\nTo: b@example.org\r\nContent-Type: multipart/mixed; boundary=x\r\n" + rest
    path = folder / "信.eml"
    path.write_bytes(content)
    if archive_kind(path) == "mail":
        assert names(folder, content) != []
