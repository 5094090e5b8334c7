from __future__ import annotations

import os

import pytest
from compound_file import compound

from pipeline.document import Document
from pipeline.errors import InputError
from pipeline.read import read_blocks
from pipeline.read.source import content_to_source, open_source, sniff


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (b"%PDF-1.4\n%%EOF", "a.doc", "pdf"),
        (b"\xef\xbb\xbf%PDF-1.7\n...\n%%EOF", "a.pdf", "pdf"),
        (compound("WordDocument"), "a.xls", "doc"),
        (compound("1", "2", "3", "4", "Workbook"), "a.et", "xls"),
        (compound("WordDocument", "Workbook"), "a.wps", "doc"),
        (b"{\\rtf1\\ansi}", "a.doc", "doc"),
        ("<html><body>表</body></html>".encode("gbk"), "a.doc", "html"),
        ("<table><tr><td>甲</td></tr></table>".encode(), "a.xls", "html"),
        ("名称,数量\n桥梁,3\n道路,4\n".encode("gbk"), "a.xls", "csv"),
        ("名称\t数量\n桥梁\t3\n道路\t4\n".encode(), "a.xls", "csv"),
        ("说明：一至三月。\n名称,数量\n桥梁,3\n".encode(), "a.csv", "csv"),
        ("项目一完成,评价良好。\n资金全部到位。\n共三项,其中,两项优秀。".encode(), "a.txt", "text"),
        ("项目 | 预算\n|\n执行 | 3".encode("gb18030"), "a.txt", "text"),
        (b"\x89PNG\r\n\x1a\n....", "a.pdf", "image"),
        (b"\xff\xd8\xff\xe0..", "a.doc", "image"),
        (b"\0\0\0\x18ftypheic....", "a.jpg", "image"),
        (b"Rar!\x1a\x07\x00", "a.docx", "archive"),
        (b"7z\xbc\xaf\x27\x1c..", "a.zip", "archive"),
        (b"\x1f\x8b\x08...", "a.tar.gz", "archive"),
        (b'MIME-Version: 1.0\nContent-Type: multipart/related; boundary="b"\n\n--b--', "a.doc", "html"),
    ],
)
def test_the_kind_is_told_by_content_whatever_the_name(content, name, kind):
    assert sniff(content, name)[0] == kind


def test_office_packages_are_told_from_archives(make_docx, make_xlsx, make_zip):
    assert sniff(make_docx(""))[0] == "docx"
    assert sniff(make_xlsx(("甲", "visible", "")))[0] == "xlsx"
    assert sniff(make_zip({"a/报告.txt": "x"}))[0] == "archive"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "空的"),
        (b"\0" * 5000, "没有任何内容"),
        (compound("EncryptionInfo", "EncryptedPackage"), "加密"),
        (compound("Contents"), "不完整"),
        (compound("WordDocument", "__properties_version1.0"), "Outlook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "不完整"),
        (bytes(range(256)) * 40, "二进制"),
    ],
)
def test_what_cannot_be_read_says_so_in_one_line(content, says):
    with pytest.raises(InputError, match=says) as caught:
        sniff(content)
    assert "\n" not in str(caught.value)


def test_a_truncated_package_is_said_to_be_incomplete(make_docx):
    content = make_docx("<w:p/>" * 500)
    with pytest.raises(InputError, match="不完整"):
        sniff(content[: len(content) // 2])


def test_an_unpadded_password_zip_part_is_said_to_be_encrypted(make_docx):
    content = bytearray(make_docx("<w:p/>"))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        position = content.find(signature)
        while position >= 0:
            content[position + offset] |= 1
            position = content.find(signature, position + 4)
    with pytest.raises(InputError, match="加密"):
        read_blocks(content_to_source(bytes(content), "a.docx"))


def test_paths_that_hold_no_file_are_explained(tmp_path):
    for path, says in ((tmp_path / "none.pdf", "不存在"), (tmp_path, "文件夹"), ("https://example.org/a.pdf", "网址")):
        with pytest.raises(InputError, match=says):
            open_source(str(path))


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the superuser may read everything")
def test_a_file_without_rights_is_explained(tmp_path):
    file = tmp_path / "a.txt"
    file.write_text("甲", encoding="utf-8")
    file.chmod(0)
    with pytest.raises(InputError, match="权限"):
        open_source(str(file))


def test_a_source_keeps_path_name_and_digest(tmp_path):
    file = tmp_path / "自评.txt"
    file.write_bytes("甲乙".encode())
    source = open_source(str(file))
    assert (source.path, source.name, source.kind, source.media_type) == (str(file), "自评.txt", "text", "text/plain")
    assert len(source.sha256) == 64 and source.doc_id == source.sha256[:16]


@pytest.mark.parametrize(("content", "says"), [(b"\x89PNG\r\n\x1a\n", "图片识别尚未提供"), (b"Rar!\x1a\x07", "解压")])
def test_kinds_without_blocks_are_refused_with_advice(content, says):
    with pytest.raises(InputError, match=says):
        read_blocks(content_to_source(content, "a"))


def test_text_is_one_raw_paragraph_per_line():
    source = content_to_source("一\t二  三\r\n\r\n 四\n".encode("gbk"), "a.txt")
    document = read_blocks(source)
    assert isinstance(document, Document)
    assert [b.text for b in document.blocks] == ["一\t二  三", "", " 四"]
