from __future__ import annotations

import itertools
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.normalize.divisions import find_mentions, gazetteer, prepare
from pipeline.normalize.region import Region, division_to_region, find_region

FILLER = "项目按计划实施，资金及时拨付，绩效目标基本完成。" * 12


@pytest.mark.parametrize(
    ("org", "names"),
    [
        ("宜春市樟树市财政局", ("江西省", "宜春市", "樟树市", "360982")),
        ("樟树市财政局", ("江西省", "宜春市", "樟树市", "360982")),
        ("樟 树 市 财 政 局", ("江西省", "宜春市", "樟树市", "360982")),
        ("云南省财政厅", ("云南省", None, None, "530000")),
        ("曲靖市水务局", ("云南省", "曲靖市", None, "530300")),
        ("中共阜阳市委宣传部", ("安徽省", "阜阳市", None, "341200")),
        ("上海市", ("上海市", "上海市", None, "310000")),
        ("天津市和平区财政局", ("天津市", "天津市", "和平区", "120101")),
        ("重庆市忠县财政局", ("重庆市", "重庆市", "忠县", "500233")),
        ("仙桃市财政局", ("湖北省", None, "仙桃市", "429004")),
        ("中山市财政局", ("广东省", "中山市", None, "442000")),
        ("湘西自治州卫健委", ("湖南省", "湘西土家族苗族自治州", None, "433100")),
        ("恩施州财政局", ("湖北省", "恩施土家族苗族自治州", None, "422800")),
        ("长阳县水利局", ("湖北省", "宜昌市", "长阳土家族自治县", "420528")),
        ("阿勒泰地区财政局", ("新疆维吾尔自治区", "阿勒泰地区", None, "654300")),
        ("新疆生产建设兵团第一师阿拉尔市财政局", ("新疆维吾尔自治区", None, "阿拉尔市", "659002")),
        ("锡林郭勒盟正蓝旗财政局", ("内蒙古自治区", "锡林郭勒盟", "正蓝旗", "152530")),
        ("河南新乡卫滨区", ("河南省", "新乡市", "卫滨区", "410703")),
        ("阳泉市城区教育局", ("山西省", "阳泉市", "城区", "140302")),
        ("枣庄市中区财政局", ("山东省", "枣庄市", "市中区", "370402")),
        ("成县财政局", ("甘肃省", "陇南市", "成县", "621221")),
        ("洛阳高新区管委会", ("河南省", "洛阳市", None, "410300")),
        ("赣州市经济技术开发区管委会", ("江西省", "赣州市", None, "360700")),
        ("浦东新区教育局", ("上海市", "上海市", "浦东新区", "310115")),
        ("东山区财政局", ("黑龙江省", "鹤岗市", "东山区", "230406")),
        ("湖北省公安县财政局", ("湖北省", "荆州市", "公安县", "421022")),
        ("蓟县水务局", ("天津市", "天津市", "蓟县", "120225")),
        ("北京市诚实会计师事务所受托评价：肇庆市端州区", ("广东省", "肇庆市", "端州区", "441202")),
    ],
)
def test_an_org_gives_its_region(org: str, names: tuple[str, str | None, str | None, str]) -> None:
    assert find_region([org]) == Region(*names)


@pytest.mark.parametrize(
    "text",
    [
        "鼓楼区财政局",
        "朝阳区教育局",
        "城关区财政局",
        "东方市场监督管理局",
        "建成县级网络",
        "提高县级财力",
        "老城区改造项目",
        "贫困山区中山区域",
        "南京路街道",
        "市财政局会同县财政局",
        "对比如县级部门",
        "沿海城市建设",
        "城区管理局",
        "",
        "无",
    ],
)
def test_an_ambiguous_or_unrelated_word_gives_no_region(text: str) -> None:
    assert find_region([text]) is None


@pytest.mark.parametrize(
    "others",
    [["", "本项目位于徐州市，" + FILLER], ["徐州鼓楼区绩效评价"], ["江苏省徐州市2020年"], [FILLER + "徐州的群众"]],
)
def test_another_mention_settles_an_ambiguous_name(others: list[str]) -> None:
    assert find_region(["鼓楼区财政局", *others]) == Region("江苏省", "徐州市", "鼓楼区", "320302")


def test_two_mentions_that_support_two_candidates_settle_nothing() -> None:
    assert find_region(["鼓楼区财政局", "徐州市与福州市对比"]) is None


def test_the_text_trusted_most_decides() -> None:
    assert find_region(["樟树市财政局", "曲靖市考察报告"]) == find_region(["樟树市财政局"])


def test_a_place_that_is_left_out_is_not_the_document_s() -> None:
    assert find_region(["山东省各市（不含青岛市）的项目", FILLER]) == find_region(["山东省"])


def test_a_title_is_made_finer_by_a_place_inside_the_first() -> None:
    assert find_region(["曲靖市2020年沾益区水利项目"]) == Region("云南省", "曲靖市", "沾益区", "530303")


def test_a_body_gives_the_place_that_its_offices_are_named_after() -> None:
    body = FILLER + "根据《江西省预算绩效管理办法》，樟树市财政局组织樟树市水利局等单位，赴曲靖市学习。" + FILLER
    assert find_region(["", "绩效自评报告", body]) == Region("江西省", "宜春市", "樟树市", "360982")


def test_a_body_that_speaks_of_many_counties_gives_their_city() -> None:
    body = FILLER + "宜春市对樟树市、丰城市、高安市、上高县、万载县的项目进行评价。" + FILLER
    assert find_region([body]) == Region("江西省", "宜春市", None, "360900")


def test_every_division_is_found_by_its_full_name_behind_its_parents() -> None:
    for division in gazetteer().by_code.values():
        region = division_to_region(division)
        written = dict.fromkeys(name for name in (region.province, region.city, division.name) if name)
        assert find_region(["".join(written) + "财政局"]) == region, written


def test_every_province_of_the_table_holds_its_divisions() -> None:
    divisions = gazetteer().by_code
    assert sum(division.level == 0 for division in divisions.values()) == 34
    assert {code[:2] + "0000" for code in divisions} == {code for code in divisions if code.endswith("0000")}


@given(st.text() | st.text(alphabet="北京市朝阳区南河省县城鼓楼中山州自治旗盟\n "))
def test_mentions_never_raise_and_never_overlap_by_more_than_a_shared_character(text: str) -> None:
    prepared = prepare(text)
    mentions = find_mentions(prepared)
    assert all(after.start >= before.end - 1 for before, after in itertools.pairwise(mentions))
    region = find_region([text])
    assert region is None or region.province.endswith(("省", "市", "区"))


def test_a_thousand_characters_take_less_than_a_few_milliseconds() -> None:
    body = (FILLER + "樟树市财政局会同曲靖市沾益区水务局。") * 40
    find_region([body])
    started = time.perf_counter()
    find_region([body])
    assert (time.perf_counter() - started) * 1000 / (len(body) / 1000) < 5
