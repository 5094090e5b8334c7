"""Reports written in sentences: all samples here are invented."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal

import pytest

from pipeline.document import Block, Cell, Paragraph, Table
from pipeline.extract.narrative import (
    Statement,
    classify,
    find_org,
    find_title,
    read_cover,
    read_statements,
    split_narratives,
)
from pipeline.extract.narrative_lines import fold_places, load_rules, ordered_likeness, split_sentences
from pipeline.extract.narrative_title import find_body, title_name, title_subject
from pipeline.lexicon import load_toml
from pipeline.records import DocType

WHOLE = {"report_title", "form_title", "goal_heading", "executed", "budget", "not_fund"}  # rules on whole texts
RULES = [
    (section, at)
    for section, rules in load_toml("narrative.toml").items()
    if section != "words"
    for at in range(len(rules))
]
FORM = Table((Cell(0, 0, "项目名称"), Cell(0, 1, "某项目")))
FILLER = "评价小组采用查阅台账、实地查看和座谈访问的办法开展工作，并将结果反馈给各有关科室。"


def blocks_of(text: str) -> list[Block]:
    return [Paragraph(line) for line in text.strip().split("\n")]


def statements(text: str, known: tuple[str, ...] = ()) -> list[Statement]:
    blocks = blocks_of(text)
    return [one for narrative in split_narratives(blocks) for one in read_statements(narrative, blocks, known)]


def concluding(sentence: str) -> Statement:
    """The statement of a report whose conclusion is `sentence`."""
    (one,) = statements(f"白石县2022年度路灯维护经费项目支出绩效评价报告\n{FILLER}\n{sentence}")
    return one


@pytest.mark.parametrize(("section", "at"), RULES)
def test_a_rule_fits_its_examples_and_refuses_its_rejects(section: str, at: int) -> None:
    rule, pattern = load_toml("narrative.toml")[section][at], load_rules(section)[at]
    fits = pattern.fullmatch if section in WHOLE else pattern.search
    assert [text for text in rule["examples"] if fits(text) is None] == []
    assert [text for text in rule["rejects"] if fits(text) is not None] == []


@pytest.mark.parametrize(
    ("sentence", "score", "grade"),
    [
        ("经综合评定，本项目自评综合得分97.35分，自评等级为优秀。", "97.35", "优"),
        ("绩效评价综合得分为88分，评价等级为“良好”。", "88", "良"),
        ("本馆自评得分99分。考评结果为优秀。", "99", "优"),
        ("评价小组按照评分标准逐项打分，最终得分为76.5分，属一般等级。", "76.5", "中"),
        ("自评总分:96.4", "96.4", None),
        (
            "据受托机构测评，综合得分 92.6 分，等级为优秀，其中决策19.1分、过程17.5分、产出29分、效益27分。",
            "92.6",
            "优",
        ),
        ("其中决策得18分，过程得17.5分，产出得36分，效益得22分，综合评价得分为93.5分。", "93.5", None),
        ("从决策、过程、产出和效益四个方面评价，该项目得分85.2分，绩效等级良。", "85.2", "良"),
        ("总分100分，自评得分98.2分，评价结论为“优”。", "98.2", "优"),
        ("95分（含）以上为优秀，85分至95分为良好。项目自评98分，被评为“优秀”等次。", "98", "优"),
    ],
)
def test_the_conclusions_score_and_grade_are_read(sentence: str, score: str, grade: str | None) -> None:
    one = concluding(sentence)
    assert (one.score, one.grade, one.score_max) == (Decimal(score), grade, Decimal(100))


@pytest.mark.parametrize(
    "sentence",
    [
        "质量指标：设施完好率达到99%，得分15分。",
        "（三）项目产出情况。产出指标得分38分，满分40分。",
        "等次按百分计，92分（含）以上为优秀，75分（含）至92分为良好，55分以下为较差。",
        "项目决策方面得分18分，过程方面得分17分。",
        "上年绩效评价得分95分，较去年综合得分92分有所提高。",
        "预算执行率指标得分9.6分。",
        "各项目自评平均得分95.3分。",
        "全年受理群众来电1200件，按时办结率98分位以上。",
        "对评价等级为优秀的项目，下年优先立项。",
    ],
)
def test_parts_rules_and_other_years_are_no_score(sentence: str) -> None:
    one = concluding(sentence)
    assert (one.score, one.grade) == (None, None)


def test_a_stated_maximum_replaces_the_hundred() -> None:
    one = concluding("按照部门整体评价指标体系评分，满分120分，综合得分112.5分。")
    assert (one.score, one.score_max, one.score_raw) == (Decimal("112.5"), Decimal(120), "112.5")


@pytest.mark.parametrize(
    ("title", "subject"),
    [
        ("会议中心维护经费项目支出绩效评价报告", "会议中心维护经费"),
        ("白石县教育局2021年营养改善计划项目绩效自评报告", "营养改善计划项目"),
        ("2022年度农家书屋补助资金项目支出绩效自评报告", "农家书屋补助资金"),
        ("白石县数据中心2020年项目支出绩效评价报告", None),
        ("项目支出绩效评价报告", None),
        ("白石县财政支出政策绩效评价报告", None),
        ("白石县2021年8个重点项目绩效评价报告", None),
        ("关于2023年度农村公路养护资金绩效自评情况的报告", "农村公路养护资金"),
        ("河滨泵站改造工程（二期）项目绩效评价报告", "河滨泵站改造工程（二期）项目"),
    ],
)
def test_a_title_names_its_project_or_none(title: str, subject: str | None) -> None:
    assert title_subject(title) == subject


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("白石县档案馆2021年度部门整体支出绩效评价报告", "白石县档案馆"),
        ("2023年度白石县统计局部门整体支出绩效自评报告", "白石县统计局"),
        ("白石县水务局部门整体支出绩效评价报告", "白石县水务局"),
        ("白石县2021年10个重点项目绩效评价报告公开", None),
        ("会议中心维护经费项目支出绩效评价报告", None),
    ],
)
def test_a_title_names_its_body_or_none(title: str, body: str | None) -> None:
    assert find_body(title_name(title)) == body


def test_a_label_line_names_the_project_before_the_text() -> None:
    (one,) = statements(
        "项目支出绩效评价报告\n项目名称：智慧停车系统运维\n项目单位（盖章）：白石县城管局　　联系人：某人\n"
        f"{FILLER}\n2022年共安排60万元。"
    )
    assert (one.subject, one.implementing_unit) == ("智慧停车系统运维", "白石县城管局")


def test_the_form_most_like_the_text_gives_the_subject() -> None:
    known = ("机关物业管理费", "热线平台运行及坐席外包服务专项经费")
    text = f"项目支出绩效评价报告\n2023年度热线平台运行与坐席外包专项经费为86万元。{FILLER}\n自评得分95分。"
    (one,) = statements(text, known)
    assert one.subject == "热线平台运行及坐席外包服务专项经费"


def test_the_money_sentence_gives_the_subject_where_nothing_else_does() -> None:
    text = (
        f"白石县信访局\n2021年项目支出绩效评价报告\n{FILLER}\n2021年度预算驻点人员值守补助经费为18.6万元，"
        f"用于驻点值守。"
    )
    (one,) = statements(text)
    assert (one.subject, one.fiscal_year, one.funds) == ("驻点人员值守补助经费", 2021, ())


def test_a_department_report_is_on_the_body_in_its_title() -> None:
    (one,) = statements(f"白石县统计局2022年度部门整体支出绩效自评报告\n{FILLER}\n{FILLER}")
    assert (one.kind, one.subject, one.fiscal_year) == ("department", "白石县统计局", 2022)


@pytest.mark.parametrize(
    ("sentence", "item", "budget", "executed", "rate", "unit"),
    [
        ("安排财政奖补资金156万元，到年底已支付149.76万元，"
        "支付完成率为96.12%。", "财政奖补资金", "1560000", "1497600", "96.12", "万元"),
        ("当年下达水利发展资金83万元，截止到2022年11月30日支出77.61万元，"
        "支付完成率93.51%。", "水利发展资金", "830000", "776100", "93.51", "万元"),
        ("2022年度预算路灯维护经费为28.35万元，保障日常维护。"
        "全年路灯维护经费实际使用情况为26.8万元。", "路灯维护经费", "283500", "268000", None, "万元"),
        ("项目预算2，318.77万元，全年执行2，104.06万元，"
        "执行率为90.74%。", "项目预算", "23187700", "21040600", "90.74", "万元"),
        ("安排绿道建设资金0.24亿元，全年支付2371.9万元。", "绿道建设资金", "24000000", "23719000", None, "亿元"),
        ("资金来源为省级补助资金（以奖代补），下达260万元，"
        "年末累计支付251.43万元。", "省级补助资金（以奖代补）", "2600000", "2514300", None, "万元"),
        ("财政资金安排320000元，实际支出288000元，预算执行率达到90%。", "财政资金", "320000", "288000", "90", "元"),
        ("预算安排资金480万元，截至2022年12月底，"
        "实际支出420万元。", "预算安排资金", "4800000", "4200000", None, "万元"),
    ],
)  # fmt: skip
def test_a_budget_with_its_execution_is_one_funds_line(
    sentence: str, item: str, budget: str, executed: str, rate: str | None, unit: str
) -> None:
    (fund,) = concluding(sentence).funds
    assert (fund.item_raw, fund.item, fund.unit_raw) == (item, "total", unit)
    assert (fund.annual_budget, fund.executed) == (Decimal(budget), Decimal(executed))
    assert fund.execution_rate == (Decimal(rate) if rate else None)
    assert fund.evidence.source == "text"


@pytest.mark.parametrize(
    "sentence",
    [
        "2022年度路灯维护经费为28.35万元，保障日常维护。",
        "市级每年拨给30万元运转补贴，供线路巡查使用。",
        "2022年末项目预算数为87.14万元，较上年减少9.3万元。",
        "支付劳务报酬33.1万元，占上级补助的12.7%，实际支出33.1万元。",
        "项目计划安排资金540万元，实际到位512万元。全年惠及1806户，支出41.37万元。",
    ],
)
def test_an_amount_alone_or_of_something_else_is_no_funds_line(sentence: str) -> None:
    assert concluding(sentence).funds == ()


def test_an_adjusted_budget_stands_beside_the_initial_one() -> None:
    (fund,) = concluding("年初预算安排78万元，年中追加12万元，全年预算数90万元，全年实际支出82.8万元。").funds
    assert (fund.initial_budget, fund.annual_budget, fund.executed) == (
        Decimal(780000),
        Decimal(900000),
        Decimal(828000),
    )


def test_a_department_s_funds_are_its_whole_not_its_parts() -> None:
    title = "白石县水务局2020年度部门整体支出绩效评价报告"
    (whole,) = statements(
        f"{title}\n{FILLER}\n2020年部门预算支出3,560.2万元，全年实际支出3,498.75万元，其中：基本支出1,200万元。"
    )
    (parts,) = statements(f"{title}\n{FILLER}\n基本支出预算1,200万元，实际支出1,180万元。")
    (unnumbered,) = statements(f"{title}\n{FILLER}\n“三公”经费情况\n年初预算数46万元，决算数38.64万元，完成预算的84%。")
    assert [fund.executed for fund in whole.funds] == [Decimal("34987500")]
    assert parts.funds == ()
    assert unnumbered.funds == ()


@pytest.mark.parametrize(
    ("text", "goal"),
    [
        (
            "项目预期总目标为：一是修复破损路面； 二是消除安全隐患。具体做法是更换灯具。",
            "一是修复破损路面； 二是消除安全隐患。",
        ),
        (
            "年度总体目标：全县公路养护及时，路况优良率达到85%以上。资金使用规范。",
            "全县公路养护及时，路况优良率达到85%以上。",
        ),
        ("目标 1：完成巡查。\n目标 2：办结投诉。\n其他工作有序推进。", "目标 1：完成巡查。目标 2：办结投诉。"),
        ("绩效目标为：\n1.全年开放300天；\n2.举办培训40期。\n二、其他情况", "1.全年开放300天；2.举办培训40期。"),
        (
            "（二）项目绩效目标。\n通过更换灯具，提高城区亮灯率，方便群众夜间出行。",
            "通过更换灯具，提高城区亮灯率，方便群众夜间出行。",
        ),
        ("回顾全年，各项经费支用实现了预期总目标，拨款进度较快。", None),
        ("（二）绩效目标设定情况\n绩效目标编制完整，指标明确合理，符合绩效目标管理要求。", None),
        ("（一）绩效目标完成情况\n完成路灯更换1200盏，提高了亮灯率。", None),
    ],
)
def test_only_what_is_stated_as_the_goal_is_one(text: str, goal: str | None) -> None:
    assert concluding(text).goal_expected == goal


def test_lists_under_level_two_heads_are_indicators() -> None:
    one = concluding(
        "数量指标：\n- 1：路灯巡查全面覆盖\n- 2：24小时抢修服务\n质量指标：\n（1）亮灯效果良好。"
        "\n（2）投诉办理规范\n二、其他\n总之，工作有序。"
    )
    assert [(i.level2_raw, i.level2, i.level3, i.level1_raw) for i in one.indicators] == [
        ("数量指标", "quantity", "路灯巡查全面覆盖", None),
        ("数量指标", "quantity", "24小时抢修服务", None),
        ("质量指标", "quality", "亮灯效果良好。", None),
        ("质量指标", "quality", "投诉办理规范", None),
    ]


def test_a_target_with_its_outcome_is_an_indicator() -> None:
    (first, second, third) = concluding(
        "（一）产出指标完成情况\n数量指标：布设监控数量≥7台，实际7台，分值10分，得分9.5分；修复管道≥3.5公里，"
        "实际完成3.6公里。\n"
        "质量指标：验收合格率目标值98%，实际完成值100%。"
    ).indicators
    assert (first.level1_raw, first.level2, first.level3) == ("产出指标", "quantity", "布设监控数量")
    assert (first.target_raw, first.target_op, first.target_value, first.target_unit) == (
        "≥7台",
        ">=",
        Decimal(7),
        "台",
    )
    assert (first.actual_raw, first.actual_value, first.weight, first.score) == (
        "7台",
        Decimal(7),
        Decimal(10),
        Decimal("9.5"),
    )
    assert (second.level2_raw, second.level3, second.actual_value) == ("数量指标", "修复管道", Decimal("3.6"))
    assert (third.level2, third.target_value, third.actual_raw) == ("quality", Decimal(98), "100%")


@pytest.mark.parametrize(
    "sentence",
    [
        "数量指标：全年组织路灯巡查130次，得分15分。主干道逐段查看，掌握亮灯情况。",
        "时效指标：故障处理及时率98%，得分12分。",
        "群众活动经费计划66.1万元，实际支出59.05万元。",
        "执行率≥95%得满分，每低1个百分点扣0.5分。",
        "全年举办培训班9期，共培训412人，合格率98.5%。",
    ],
)
def test_a_sentence_about_indicators_is_no_indicator(sentence: str) -> None:
    assert concluding(sentence).indicators == ()


PROJECT_LIST = """白石县2021年3个重点项目绩效评价报告公开
3个项目预算合计631万元，付款590.63万元，总体付款率93.6%。评价等级为优秀的2个，良好的1个。
一、各项目评价情况
1、石桥乡大棚、育苗基地建设项目。主管部门为白石县农业农村局，由石桥乡人民政府实施，建成暖棚6座（每座510平方米）。当年下达衔接资金83万元，截至2021年11月30日支出77.61万元，支付完成率93.51%。综合得分92.6分，等级为优秀，其中决策19.1分、过程17.5分、产出29分、效益27分。
基地出租后每年收租金7.2万元，吸引23户做工。不足之处是冬季闲置较多。
2、县城供水管网改造工程。由白石县水务局实施，预算数448万元，执行数448万元，执行率100%；评价得分96分，属优秀等级。
3、老年食堂运营补助。项目单位为白石县民政局，预算安排100万元，全年支付65.02万元。绩效评价得分83.4分，评价等级为“良”。
二、评价发现的共性问题
一是开工偏晚，2个项目入秋才动工。二是指标粗略。
白石县财政局
2022年4月12日"""


def test_each_project_of_a_list_has_its_own_statement() -> None:
    found = statements(PROJECT_LIST)
    assert [(one.subject, one.score, one.grade) for one in found] == [
        ("石桥乡大棚、育苗基地建设项目", Decimal("92.6"), "优"),
        ("县城供水管网改造工程", Decimal(96), "优"),
        ("老年食堂运营补助", Decimal("83.4"), "良"),
    ]
    assert [(one.competent_dept, one.implementing_unit) for one in found] == [
        ("白石县农业农村局", "石桥乡人民政府"),
        (None, "白石县水务局"),
        (None, "白石县民政局"),
    ]
    assert [one.funds[0].executed for one in found] == [Decimal(776100), Decimal(4480000), Decimal(650200)]
    assert [(one.first, one.last) for one in found] == [(3, 4), (5, 5), (6, 6)]


def test_projects_in_one_paragraph_are_told_apart() -> None:
    found = statements(
        "2022年度项目支出绩效自评工作总结\n我局共有3个项目纳入自评，自评平均得分92.1分，具体如下：\n"
        "（1）城市亮化维护经费，预算150万元，全年执行148.5万元，执行率99%，自评得分98分，等级为优；"
        "（2）环卫车辆购置项目，预算320万元，全年执行288万元，自评得分94分；"
        "（3）垃圾分类宣传经费，预算20万元，执行12万元，执行率60%，得分79.6分，等级为中。"
    )
    assert [(one.subject, one.score) for one in found] == [
        ("城市亮化维护经费", Decimal(98)),
        ("环卫车辆购置项目", Decimal(94)),
        ("垃圾分类宣传经费", Decimal("79.6")),
    ]
    assert {one.first for one in found} == {2}


def test_counted_in_words_projects_are_told_apart() -> None:
    found = statements(
        "2022年重点项目绩效评价结果\n一是甲村道路硬化工程，预算80万元，支出76万元，得分92分，等级为优；"
        "二是乙镇敬老院改造工程，预算120万元，支出90万元，得分82分，等级为良。"
    )
    assert [(one.subject, one.grade) for one in found] == [("甲村道路硬化工程", "优"), ("乙镇敬老院改造工程", "良")]


def test_a_department_s_list_of_spending_makes_no_projects() -> None:
    found = statements(
        f"白石县体育局2022年度部门整体支出绩效自评报告\n{FILLER}\n1.场馆维护经费预算10万元，支出9.8万元。"
        f"\n2.赛事举办经费预算30万元，支出30万元。"
    )
    assert [(one.kind, one.subject) for one in found] == [("department", "白石县体育局")]


def test_reports_in_one_file_are_split_at_their_titles() -> None:
    text = (
        f"白石县政务局2023年度部门整体支出\n绩效自评报告\n一、"
        f"概况\n{FILLER}\n项目支出绩效评价报告\n{FILLER}\n项目支出绩效评价报告\n{FILLER}"
    )
    found = split_narratives(blocks_of(text))
    assert [(one.first, one.last, one.title, one.kind) for one in found] == [
        (0, 3, "白石县政务局2023年度部门整体支出绩效自评报告", "department"),
        (4, 5, "项目支出绩效评价报告", "project"),
        (6, 7, "项目支出绩效评价报告", "project"),
    ]


def test_a_title_printed_twice_begins_one_report() -> None:
    title = "2021年度白石县路灯维护经费绩效评价报告"
    note = "- 1、下载文档前请自行甄别内容是否完整，平台不提供附加的编辑与查找服务。"
    (narrative,) = split_narratives(blocks_of(f"{title}\n{note}\n{title}\n{FILLER}"))
    assert (narrative.first, narrative.last) == (0, 3)
    assert len(split_narratives(blocks_of(f"项目支出绩效自评报告\n{FILLER}\n项目支出绩效自评报告\n{FILLER}"))) == 2


def test_a_title_that_names_the_project_stands_over_one_that_does_not() -> None:
    titles = "白石县农业保险保费补贴2020年度绩效自评报告\n白石县2020年度绩效自评报告"
    (one,) = statements(f"{titles}\n{FILLER}")
    assert one.subject == "白石县农业保险保费补贴"


def test_the_opening_says_what_was_evaluated() -> None:
    opening = "受县财政局委托，本所于2018年10月对2017年度白石县护林员工资专项经费进行了绩效评价，现报告如下："
    (one,) = statements(f"{opening}\n{FILLER}\n{FILLER}\n2017年度，县财政安排护林员工资经费专项资金340万元。")
    assert one.subject == "白石县护林员工资专项经费"


def test_a_report_on_what_was_put_right_names_its_project() -> None:
    title = "白石县农业农村局关于2024年水稻保险项目绩效评价整改情况报告"
    (one,) = statements(f"{title}\n{FILLER}\n2024年水稻保险项目绩效再评价得分88.53分，评价等级为“良”。")
    assert (one.subject, one.score, one.grade) == ("水稻保险项目", Decimal("88.53"), "良")


def test_the_day_on_which_a_project_begins_is_not_the_report_s() -> None:
    assert read_cover(blocks_of("起始日期:2019年1月1日 结束日期:2021年12月31日")).dates == ()
    assert [day for _, day, _ in read_cover(blocks_of("日期：2019年1月1日")).dates] == [datetime.date(2019, 1, 1)]


def test_several_years_before_the_money_are_no_part_of_its_name() -> None:
    text = "2021年、2022年白石县路灯维护补助资金共120万元，按季度拨付。"
    (one,) = statements(f"{FILLER}\n{FILLER}\n{FILLER}\n绩效评价情况如下，{text}")
    assert one.subject == "白石县路灯维护补助资金"


def test_a_line_of_the_page_s_facts_gives_the_title_without_its_label() -> None:
    assert find_title(blocks_of("标        题 关于上报2023年路灯维护费项目支出绩效自评的报告")) == (
        "关于上报2023年路灯维护费项目支出绩效自评的报告"
    )


def test_a_breadcrumb_is_no_title() -> None:
    crumb = "当前位置：首页 财政资金 > 白石县医疗救助补助资金绩效自评表"
    assert find_title(blocks_of(f"{crumb}\n医疗救助补助资金绩效自评表")) == "医疗救助补助资金绩效自评表"


def test_a_cover_title_belongs_to_the_report_below() -> None:
    cover = "白石县财政支出项目绩效评价报告\n项目名称 水库移民后扶资金\n白石县移民局\n2022年3月"
    text = f"{cover}\n白石县水库移民后扶资金绩效评价报告\n{FILLER}"
    assert [(one.first, one.title) for one in split_narratives(blocks_of(text))] == [
        (0, "白石县水库移民后扶资金绩效评价报告")
    ]


def test_forms_alone_hold_no_narrative() -> None:
    blocks = [
        Paragraph("项目支出绩效自评表"),
        FORM,
        *blocks_of(
            "注：1.本表由用款科室填写，归口部门复核后统一报送，逐级汇总时合并同类绩效目标。"
            "\n2.自筹部分含单位自有收入、捐赠收入和历年结余，按实际投入本项目的绩效资金数列示，"
            "没有的不填，佐证材料另附于后。"
        ),
    ]
    assert split_narratives(blocks) == []


def test_a_form_at_the_end_is_outside_the_narrative_and_one_inside_is_not() -> None:
    report = blocks_of(f"会议中心维护经费项目支出绩效评价报告\n{FILLER}")
    blocks = [*report, FORM, Paragraph(FILLER), Paragraph("项目支出绩效自评表"), FORM]
    assert [(one.first, one.last) for one in split_narratives(blocks)] == [(0, 3)]


def test_running_text_without_a_title_is_one_narrative() -> None:
    (one,) = split_narratives(blocks_of(f"2022年，我单位对部门整体支出开展绩效自评。{FILLER}\n{FILLER}\n{FILLER}"))
    assert (one.first, one.last, one.title, one.kind) == (0, 2, None, "department")


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("白石县数据中心\n2020年项目支出绩效评价报告\n正文。", "白石县数据中心2020年项目支出绩效评价报告"),
        ("白石县档案馆2021年度部门整体\n支出绩效评价报告", "白石县档案馆2021年度部门整体支出绩效评价报告"),
        ("绩效自评总报告\n（2022 年度）\n一、概况", "绩效自评总报告"),
        (
            "2023年度部门整体支出绩效自评表\n2023年度白石县统计局部门整体支出绩效自评报告",
            "2023年度白石县统计局部门整体支出绩效自评报告",
        ),
        ("七、其他需要说明的问题\n无\n项目支出绩效评价报告", "项目支出绩效评价报告"),
        ("2023年10月08日 星期日 |\n白石县2021年3个重点项目绩效评价报告公开", "白石县2021年3个重点项目绩效评价报告公开"),
        ("附件2\n就业资金绩效自评表\n（2024年度）", "就业资金绩效自评表"),
    ],
)
def test_the_title_is_found_and_joined(text: str, title: str) -> None:
    assert find_title(blocks_of(text), ()) == title


def test_a_form_title_in_a_cell_is_the_title_of_a_file_of_forms() -> None:
    table = Table((Cell(0, 0, "部门预算项目支出绩效自评表（2023年度）"), Cell(1, 0, "项目名称")))
    assert (
        find_title([Paragraph("报表编号：0013"), table], (("标题", "绩效公开"),))
        == "部门预算项目支出绩效自评表（2023年度）"
    )


def test_a_cover_gives_its_labelled_lines() -> None:
    cover = read_cover(
        blocks_of(
            "项目名称 2020年文化惠民专项资金\n项 目 单 位　白石县文化局\n主管部门　白石县财政局\n"
            "评价类型 事前评价□ 事后评价R\n2021年 10月26日\n"
            "填报单位（盖章）：白石县文化局　填报人：某人　填报日期：2021年6月3日"
        )
    )
    assert (cover.subject, cover.competent_dept, cover.implementing_unit, cover.filled_by) == (
        "2020年文化惠民专项资金",
        "白石县财政局",
        "白石县文化局",
        "白石县文化局",
    )
    assert cover.dates == (("", datetime.date(2021, 10, 26), 4), ("填报日期", datetime.date(2021, 6, 3), 5))
    assert cover.report_date == datetime.date(2021, 10, 26)


def test_pairs_whose_blanks_were_lost_are_still_told_apart() -> None:
    cover = read_cover(blocks_of("填表人：××填表日期：2024年05月09日联系电话：××××-×××单位负责人签字：×××"))
    assert cover.dates == (("填表日期", datetime.date(2024, 5, 9), 0),)


@pytest.mark.parametrize(
    ("lines", "org", "date"),
    [
        ("白石县财政局\n2022年4月12日", "白石县财政局", datetime.date(2022, 4, 12)),
        ("白石县图书馆（盖章）\n二〇二二年四月八日", "白石县图书馆", datetime.date(2022, 4, 8)),
        ("某某会计师事务所\n2021年10月26日", None, datetime.date(2021, 10, 26)),
        ("白石县交通运输局  2023年3月1日", "白石县交通运输局", datetime.date(2023, 3, 1)),
    ],
)
def test_a_report_is_signed_at_its_end(lines: str, org: str | None, date: datetime.date) -> None:
    cover = read_cover(blocks_of(f"绩效自评报告\n{FILLER}\n{lines}"))
    assert (cover.signature_org, cover.signature_date) == (org, date)


def test_the_body_is_the_title_s_before_the_signature_s() -> None:
    blocks = blocks_of(f"白石县统计局2022年度部门整体支出绩效自评报告\n{FILLER}\n白石县财政局\n2023年4月1日")
    assert find_org(find_title(blocks, ()), read_cover(blocks), blocks, ()) == "白石县统计局"


def test_a_county_is_no_body_so_the_signature_gives_it() -> None:
    blocks = blocks_of(PROJECT_LIST)
    units = ("石桥乡人民政府", "白石县水务局")
    assert find_org(find_title(blocks, ()), read_cover(blocks), blocks, units) == "白石县财政局"


def test_a_body_is_completed_from_the_text() -> None:
    blocks = blocks_of("大厅维护经费项目支出绩效评价报告\n自评由青禾市河东区审批局组织。")
    assert (
        find_org("大厅维护经费项目支出绩效评价报告", read_cover(blocks), blocks, ("河东区审批局",))
        == "青禾市河东区审批局"
    )


@pytest.mark.parametrize(
    ("title", "forms", "doc_type"),
    [
        ("大厅维护经费项目支出绩效评价报告", ("project_form",), DocType.PROJECT_REPORT),
        (
            "白石县统计局2022年度部门整体支出绩效自评报告",
            ("base_data_form", "department_form"),
            DocType.DEPARTMENT_REPORT,
        ),
        ("绩效自评总报告", (), DocType.SUMMARY_REPORT),
        ("白石县2021年8个重点项目绩效评价报告公开", (), DocType.SUMMARY_REPORT),
        ("项目支出绩效自评表", ("项目支出绩效自评表",), DocType.PROJECT_FORM),
        ("部门整体支出绩效自评表", ("部门整体支出绩效自评表", "项目支出绩效自评表"), DocType.DEPARTMENT_FORM),
        ("部门整体支出绩效评价基础数据表", ("部门整体支出绩效评价基础数据表",), DocType.BASE_DATA_FORM),
        ("白石县统计局2022年度部门决算公开", (), DocType.FINAL_ACCOUNT),
        ("白石县统计局2022年部门预算公开说明", (), DocType.BUDGET),
        ("通知", (), DocType.OTHER),
    ],
)
def test_a_document_is_classified_by_its_title_and_forms(title: str, forms: tuple[str, ...], doc_type: DocType) -> None:
    assert classify(title, blocks_of(title), forms) is doc_type


def test_folding_leads_back_to_the_text_as_written() -> None:
    folded = fold_places("支 出 （１２）万元，㎡")
    assert folded.text == "支出(12)万元,㎡"
    assert folded.raw(2, 6) == "（１２）"


def test_a_full_stop_ends_a_sentence_and_a_semicolon_in_parentheses_does_not() -> None:
    pieces = [part.text for part in split_sentences(fold_places("一是甲（乙；丙）；二是丁。戊"))]
    assert pieces == ["一是甲(乙;丙);", "二是丁。", "戊"]


def test_likeness_counts_common_characters_in_order() -> None:
    assert ordered_likeness("甲乙丙丁", "甲丙丁") == pytest.approx(6 / 7)
    assert ordered_likeness("甲乙", "") == 0


def test_every_word_list_of_the_rules_is_used() -> None:
    lists = load_toml("narrative.toml")["words"]
    assert all(words and len(words) == len(set(words)) for words in lists.values())
    assert all(not re.search(r"\s", word) for words in lists.values() for word in words)


def test_what_is_done_to_a_body_is_no_part_of_its_name() -> None:
    text = "2020年撤销法治服务中心，同月将忠县法律援助中心编制调整为6名。"
    assert find_org(None, read_cover([]), blocks_of(text), [], {}) is None


def test_a_body_in_the_text_is_named_to_its_end() -> None:
    blocks = blocks_of(f"绩效自评总报告\n青禾县文化和旅游发展委员会组织开展了自评。{FILLER}")
    assert find_org("绩效自评总报告", read_cover(blocks), blocks, ()) == "青禾县文化和旅游发展委员会"
