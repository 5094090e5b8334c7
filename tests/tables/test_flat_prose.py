"""Lines of running text become paragraphs: wrapped ones joined, furniture dropped, headings marked."""

from __future__ import annotations

from pipeline.tables.flat_prose import heading_level, lines_to_paragraphs


def texts(text: str) -> list[str]:
    return [p.text for p in lines_to_paragraphs(text.split("\n"))]


def test_a_sentence_that_a_page_break_cut_is_joined() -> None:
    assert texts("本年度清淤山塘，改善灌溉条件，受益群\n\n众较上年增加。") == [
        "本年度清淤山塘，改善灌溉条件，受益群众较上年增加。"
    ]


def test_a_sentence_is_joined_over_a_scanner_footer_and_a_page_number() -> None:
    text = "评价采用比较法，对照目标逐项打\n\n扫描全能王 创建\n\n- 3 -\n\n分并汇总。"
    assert texts(text) == ["评价采用比较法，对照目标逐项打分并汇总。"]


def test_a_heading_without_a_stop_is_not_joined_to_its_text() -> None:
    assert texts("综合评价情况及评价结论\n\n本项目达到预期。") == ["综合评价情况及评价结论", "本项目达到预期。"]


def test_list_items_without_stops_stay_apart() -> None:
    assert texts("- 1：全面落实巡查、通报\n- 2：常态管理、定期抽查\n\n时效指标：") == [
        "- 1：全面落实巡查、通报",
        "- 2：常态管理、定期抽查",
        "时效指标：",
    ]


def test_lines_wrapped_at_one_width_are_joined_and_indented_ones_begin_anew() -> None:
    full = [
        "本站承担辖区河道清淤工作并负责堤",
        "防日常巡查和汛期值守任务统筹安排",
        "人员与物资确保各项工作按时完成保",
        "障沿线村庄安全度汛全年未发生险情",
    ]
    lines = [*full, "且验收合格。", "　　下一年度将继续实施。", *full]
    assert [p.text for p in lines_to_paragraphs(lines)] == [
        "".join(full) + "且验收合格。",
        "下一年度将继续实施。",
        "".join(full),
    ]


def test_a_title_over_two_lines_is_one_title() -> None:
    assert texts("云岭县水务局2030年度部门整体\n支出绩效评价报告\n一、概况") == [
        "云岭县水务局2030年度部门整体支出绩效评价报告",
        "一、概况",
    ]
    assert texts("云岭县水务局\n2030年项目支出绩效评价报告\n一、概况")[0] == "云岭县水务局2030年项目支出绩效评价报告"


def test_a_title_further_down_does_not_swallow_the_line_above_it() -> None:
    assert texts("一、概况\n无\n项目支出绩效评价报告") == ["一、概况", "无", "项目支出绩效评价报告"]


def test_field_codes_of_a_word_processor_are_removed() -> None:
    assert texts("[bookmark: _GoBack]4、专项情况表") == ["4、专项情况表"]
    assert texts("一、概况 PAGEREF _Toc12345 \\h 2") == ["一、概况"]


def test_headings_have_the_level_of_their_numbers() -> None:
    levels = [heading_level(t) for t in ("一、概况", "（一）目标", "1.投入", "2．产出", "（1）细目", "正文。")]
    assert levels == [1, 2, 3, 3, 0, 0]


def test_a_numbered_paragraph_is_no_heading() -> None:
    assert heading_level("1.转变了作风。基本解决了办事难的问题") == 0
    assert heading_level("3.5万元用于清淤") == 0


def test_a_line_of_the_page_is_no_part_of_the_title_below_it() -> None:
    title = "某市电视台专题节目制作经费项目绩效自评报告"
    assert [p.text for p in lines_to_paragraphs(["热点", title])] == ["热点", title]
    assert [p.text for p in lines_to_paragraphs(["某市水务局", "2023年度项目支出绩效自评报告"])] == [
        "某市水务局2023年度项目支出绩效自评报告"
    ]
