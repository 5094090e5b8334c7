"""Entities: each rule's examples and rejects, the hand-marked passages, and what must hold for any text."""

from __future__ import annotations

import subprocess
import sys
import time
import tomllib
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.extract.entities import find_entities
from pipeline.extract.entities_rules import entity_rules
from pipeline.extract.entities_segments import split_segments
from pipeline.extract.entities_spans import Span, resolve, rule_spans
from pipeline.extract.figure_rules import mask_spans
from pipeline.lexicon import load_toml
from pipeline.normalize.text import narrow
from pipeline.records import Entity
from tests.entities.marked import LABELS, Mention, Passage, differences, f1_by_label, read_passages

RULES = load_toml("entities.toml")
# Rounds g, h and i were marked before their author saw what is found in them; docs/measured.md has the first sight.
DOCUMENTS = read_passages("passages_g.txt", "passages_h.txt", "passages_i.txt")
PASSAGES = [*read_passages(*(f"passages_{letter}.txt" for letter in "abcdef")), *DOCUMENTS]
FLOORS = tomllib.loads((Path(__file__).parent.parent / "floors.toml").read_text(encoding="utf-8"))["entities"]
MIN_CHARS_PER_SECOND = 100_000


def mentions(text: str) -> list[Mention]:
    return [(entity.label, entity.start, entity.end, entity.value) for entity in find_entities(text)]


def texts(text: str, label: str) -> list[str]:
    return [entity.text for entity in find_entities(text) if entity.label == label]


def values(text: str) -> list[tuple[str, str, str | None]]:
    return [(entity.label, entity.text, entity.value) for entity in find_entities(text)]


@pytest.mark.parametrize(
    ("index", "text", "mention", "value"),
    [
        (index, text, mention, value)
        for index, rule in enumerate(RULES["span"])
        for text, mention, value in rule["examples"]
    ],
)
def test_a_span_rule_finds_its_examples(index: int, text: str, mention: str, value: str) -> None:
    found = [
        (text[span.start : span.end], span.value) for span in rule_spans(entity_rules().spans[index], narrow(text))
    ]
    assert (mention, value or None) in found


@pytest.mark.parametrize(
    ("index", "text"), [(index, text) for index, rule in enumerate(RULES["span"]) for text in rule["rejects"]]
)
def test_a_span_rule_refuses_its_rejects(index: int, text: str) -> None:
    assert list(rule_spans(entity_rules().spans[index], narrow(text))) == []


@pytest.mark.parametrize(
    ("label", "text", "mention"),
    [(rule["label"], text, mention) for rule in RULES["token"] for text, mention in rule["examples"]],
)
def test_a_token_rule_finds_its_examples(label: str, text: str, mention: str) -> None:
    assert texts(text, label) == [mention]


@pytest.mark.parametrize(
    ("label", "text"), [(rule["label"], text) for rule in RULES["token"] for text in rule["rejects"]]
)
def test_a_token_rule_refuses_its_rejects(label: str, text: str) -> None:
    assert texts(text, label) == []


@pytest.mark.parametrize(
    ("index", "text"), [(index, text) for index, rule in enumerate(RULES["mask"]) for text in rule["examples"]]
)
def test_a_mask_hides_its_examples(index: int, text: str) -> None:
    assert entity_rules().masks[index].search(narrow(text))


@pytest.mark.parametrize(
    ("index", "text"), [(index, text) for index, rule in enumerate(RULES["mask"]) for text in rule["rejects"]]
)
def test_a_mask_leaves_its_rejects(index: int, text: str) -> None:
    assert not entity_rules().masks[index].search(narrow(text))


@pytest.mark.parametrize("passages", [PASSAGES, DOCUMENTS], ids=["all", "rounds g to i"])
@pytest.mark.parametrize("label", LABELS)
def test_f1_over_the_marked_passages_holds_its_floor(label: str, passages: list[Passage]) -> None:
    found = [(passage, mentions(passage.text)) for passage in passages]
    scores = f1_by_label((passage.mentions, entities) for passage, entities in found)
    wrong = [line for passage, entities in found for line in differences(passage, entities) if f" {label} " in line]
    assert scores[label] >= FLOORS.get(label, FLOORS["all"]), "\n".join(wrong)


def test_there_are_at_least_a_hundred_documents_and_every_label_is_marked_in_them() -> None:
    assert len(DOCUMENTS) >= 100
    assert len({passage.text for passage in PASSAGES}) == len(PASSAGES)
    assert {mention[0] for passage in DOCUMENTS for mention in passage.mentions} == set(LABELS)


@pytest.mark.parametrize(
    ("text", "grades"),
    [
        ("90分（含）以上为优，80分至90分为良。本项目等级为优。", ["优"]),
        ("90分（含）以上等级为优，80分以上等级为良。", []),
    ],
)
def test_the_rule_of_the_scale_hides_no_grade_of_another_sentence(text: str, grades: list[str]) -> None:
    assert texts(text, "GRADE") == grades


def test_offsets_are_into_the_markdown_itself() -> None:
    text = "# 标题\n\n| 主管部门 | 涟水县民政局 |\n| --- | --- |\n| 合计 | １２．５万元 |\n"
    found = find_entities(text)
    assert [text[entity.start : entity.end] for entity in found] == [entity.text for entity in found]
    assert values(text) == [("ORG", "涟水县民政局", None), ("MONEY", "１２．５万元", "125000")]


def test_an_escaped_wall_parts_no_cells() -> None:
    assert [segment.text for segment in split_segments("| 甲\\|乙 | 丙 |\n")] == ["甲\\|乙", "丙"]


def test_names_of_persons_and_telephone_numbers_are_none() -> None:
    text = (
        "| 项目负责人 | 赵大伟 | 联系电话 | 13912345678 |\n\n"
        "填报人：钱小兰　电话：0571-87654321　联系人：孙立（0571-87654322）"
    )
    assert find_entities(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "7×24小时服务",
        "拨打12345热线",
        "“2+N”模式",
        "51132224R000000123456",
        "- 12 -",
        "1.目标",
        "第3批",
        "GB50016-2014",
    ],
)
def test_what_looks_like_a_figure_is_none(text: str) -> None:
    assert find_entities(text) == []


def test_a_shared_name_of_a_place_is_settled_by_the_document_only_where_one_remains() -> None:
    assert values("鼓楼区建成公园。")[0] == ("REGION", "鼓楼区", None)
    assert values("江苏省徐州市补助鼓楼区。")[-1] == ("REGION", "鼓楼区", "320302")


def test_the_value_of_a_label_without_a_name_is_no_entity() -> None:
    assert find_entities("| 项目名称 | 无 | 实施单位 | / |\n") == []


@pytest.mark.parametrize(
    ("text", "mention", "value"),
    [("自评等级：□优 ☑良 □中 □差", "良", "良"), ("优秀R 良好□ 一般□", "优秀", "优"), ("优□ 良□ 中√ 差□", "中", "中")],
)
def test_of_a_row_of_boxes_the_ticked_grade_is_found(text: str, mention: str, value: str) -> None:
    assert values(text) == [("GRADE", mention, value)]


def test_a_row_of_boxes_without_a_tick_gives_no_grade() -> None:
    assert find_entities("自评等级：□优 □良 □中 □差") == []


def test_indicator_columns_end_with_the_table() -> None:
    head = "| 一级指标 | 三级指标 | 年度指标值 |\n| --- | --- | --- |\n"
    text = head + "| 产出指标 | 修缮房屋数 | 3 |\n\n| 支出内容 | 修缮房屋 | 3 |\n"
    assert texts(text, "INDICATOR") == ["产出指标", "修缮房屋数"]


def test_a_list_of_projects_is_read_by_its_head() -> None:
    text = (
        "| 序号 | 项目名称 | 项目单位 | 评价等级 |\n| --- | --- | --- | --- |\n"
        "| 1 | 路灯电费 | 城市管理局 | 优 |\n| 2 | 公厕保洁 | 市政中心 | 良 |\n"
    )
    assert texts(text, "PROJECT") == ["路灯电费", "公厕保洁"]
    assert texts(text, "ORG") == ["城市管理局", "市政中心"]
    assert texts(text, "GRADE") == ["优", "良"]


def test_the_longest_span_is_kept_and_of_equal_ones_the_earliest() -> None:
    spans = [Span("A", 2, 5), Span("B", 0, 3), Span("C", 4, 9), Span("D", 9, 10)]
    assert [span.label for span in resolve(spans)] == ["B", "C", "D"]


def test_the_masks_of_figures_that_entities_use_are_there() -> None:
    assert len(entity_rules().number_masks) == len(load_toml("figures.toml")["mask"]) - len(RULES["unused_masks"])
    assert mask_spans("〔2018〕45号")


PIECES = st.sampled_from(
    [
        *(
            "某县",
            "财政局",
            "2021年",
            "12.5万元",
            "项目",
            "|",
            "\n",
            "满意度",
            "95%",
            "（",
            "）",
            "得分",
            "98分",
            "、",
            "由",
        ),
        *(
            "和",
            "[2020]3号",
            "产出指标",
            "≥",
            "鼓楼区",
            "３００人",
            " ",
            "\\|",
            "# ",
            "| --- |",
            "：",
            "项目名称",
            "乡",
        ),
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, max_size=25).map("".join))
def test_entities_lie_in_order_and_apart_and_are_what_the_text_says(text: str) -> None:
    found = find_entities(text)
    assert all(text[entity.start : entity.end] == entity.text != "" for entity in found)
    assert all(left.end <= right.start for left, right in pairwise(found))
    assert {entity.label for entity in found} <= set(LABELS)


def test_a_text_is_read_at_least_at_a_hundred_thousand_characters_a_second() -> None:
    find_entities("由长沙市财政局实施。")
    line = "{}年{}号井由长沙市财政局实施，完成农村公路养护工程{}公里，支出{}万元，受益农户满意度{}%，工作有序推进。\n"
    text = "".join(line.format(2000 + n % 25, n, n, n, n % 100) for n in range(1500))
    seconds = min(_seconds(text), _seconds(text + " "))
    assert len(text) / seconds > MIN_CHARS_PER_SECOND


def _seconds(text: str) -> float:
    started = time.process_time()
    found: list[Entity] = find_entities(text)
    assert found
    return time.process_time() - started


def test_nothing_is_written_to_stderr_and_spacy_is_imported_only_when_used() -> None:
    code = (
        "import sys\nfrom pipeline.extract.entities import find_entities\n"
        "assert not {'spacy', 'jieba'} & set(sys.modules)\nprint(len(find_entities('由长沙市财政局实施。')))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (run.stdout, run.stderr) == ("1\n", "")


@pytest.mark.parametrize("piece", ["1", "支出1.5万元，", "长沙市", "满意度率", "清河镇水利局", "|", "（〔"])
def test_one_endless_line_is_read_in_the_time_of_its_length(piece: str) -> None:
    text = piece * (20_000 // len(piece))
    started = time.process_time()
    find_entities(text)
    assert len(text) / (time.process_time() - started) > MIN_CHARS_PER_SECOND / 10
