from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.read.encoding import declared_charset, decode

SENTENCE = "二〇二二年度项目支出绩效自评报告，预算执行率九成五。"
TRADITIONAL = "二零二二年度項目支出績效報告，預算執行情況與會計資料。"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("claim", [None, "gb2312", "utf-8", "iso-8859-1", "no-such-charset"])
def test_text_is_decoded_by_its_bytes_whatever_the_claim(encoding, claim):
    text = SENTENCE + "\nAB 12\n" * 20
    assert decode(text.encode(encoding), claim).text == text


def test_big5_is_told_from_gb18030():
    assert decode(TRADITIONAL.encode("big5"), "gb2312").text == TRADITIONAL


def test_a_page_that_says_gb2312_may_use_characters_beyond_it():
    assert decode("张喆、朱镕基路㙍".encode("gb18030"), "gb2312").text == "张喆、朱镕基路㙍"


def test_a_character_cut_at_the_end_of_the_file_is_no_loss():
    decoded = decode(SENTENCE.encode()[:-1])
    assert (decoded.text, decoded.n_replaced) == (SENTENCE[:-1], 0)


def test_one_bad_byte_costs_one_character_not_the_encoding():
    content = SENTENCE.encode("gb18030")
    decoded = decode(content[:10] + b"\xff" + content[10:])
    assert decoded.encoding == "gb18030" and decoded.n_replaced == 1


def test_the_declared_charset_is_read_from_markup():
    assert declared_charset(b'<meta http-equiv="Content-Type" content="text/html; charset=gb2312">') == "gb18030"
    assert declared_charset(b"<meta charset='UTF-8'>") == "utf-8"
    assert declared_charset(b"<p>charset</p>") is None


@given(st.text(st.characters(codec="gb18030"), max_size=50))
def test_utf8_text_is_never_taken_for_anything_else(text):
    marked = "绩" + text
    assert decode(marked.encode("utf-8")).text == marked
