from __future__ import annotations

from decimal import Decimal

from forms_by_hand import draw, read

from pipeline.document import Document, Paragraph, Source
from pipeline.extract import read_report
from pipeline.extract.forms import Form
from pipeline.extract.narrative import Statement
from pipeline.extract.subjects import find_subjects
from pipeline.records import Evidence, Fund

EVIDENCE = Evidence(source="text")


def two_forms() -> list[Form]:
    return [
        form
        for name in ("垃圾清运", "公园养护")
        for form in read(
            Paragraph("项目支出绩效自评表"),
            draw(["项目名称", name], ["年度目标", "按时完成全年任务"]),
        )
    ]


def test_money_of_all_projects_together_is_no_evaluation_beside_their_forms() -> None:
    fund = Fund(item_raw="预算资金", item="total", annual_budget=Decimal(12000000), evidence=EVIDENCE)
    together = Statement(kind="project", funds=(fund,), first=0, last=0, evidence=EVIDENCE)
    subjects = find_subjects(two_forms(), [together])
    assert [[form.subject for form in subject.forms] for subject in subjects] == [["垃圾清运"], ["公园养护"]]


def test_a_project_named_with_its_money_is_an_evaluation_beside_other_forms() -> None:
    fund = Fund(item_raw="预算", item="total", annual_budget=Decimal(400000), evidence=EVIDENCE)
    named = Statement(kind="project", subject="河道清淤", funds=(fund,), first=9, last=9, evidence=EVIDENCE)
    subjects = find_subjects(two_forms(), [named])
    assert [s.subject for subject in subjects for s in subject.statements] == ["河道清淤"]


def test_a_nameless_table_within_a_department_s_report_is_the_department_s() -> None:
    (table,) = read(draw(["序号", "绩效指标", "目标值", "完成值"], ["1", "演出场次", "≥20场", "22场"]))
    report = Statement(kind="department", subject="云岭县文化馆", first=0, last=9, evidence=EVIDENCE)
    (subject,) = find_subjects([table], [report])
    assert (subject.forms, subject.statements) == ((table,), (report,))


def test_a_form_with_a_project_s_name_within_a_department_s_report_stays_its_own() -> None:
    (form,) = read(
        draw(
            ["项目名称", "河道清淤", "<", "<"],
            ["序号", "绩效指标", "目标值", "完成值"],
            ["1", "长度", "≥2公里", "2公里"],
        )
    )
    report = Statement(kind="department", subject="云岭县水务局", score=Decimal(95), first=0, last=9, evidence=EVIDENCE)
    assert len(find_subjects([form], [report])) == 2


def test_departments_of_a_list_are_evaluated_each_by_itself_and_the_body_that_lists_them_is_not() -> None:
    listed = read(
        draw(
            ["部门名称", "部门预算数（元）", "支出决算数（元）", "综合得分"],
            ["云岭县林业局", "300", "270", "92"],
            ["云岭县水务局", "100", "100", "95"],
        )
    )
    money = Fund(item_raw="财政资金", item="fiscal", annual_budget=Decimal(400), evidence=EVIDENCE)
    above = Statement(kind="department", subject="云岭县财政局", funds=(money,), first=0, last=0, evidence=EVIDENCE)
    own = Statement(kind="department", subject="云岭县水务局", grade="优", first=9, last=9, evidence=EVIDENCE)
    subjects = find_subjects(listed, [above, own])
    assert [(s.forms[0].labels["department"], s.statements) for s in subjects] == [
        ("云岭县林业局", ()),
        ("云岭县水务局", (own,)),
    ]


def evaluations_of(title: str, *sentences: str) -> int:
    """How many evaluations a document of sentences under a title has."""
    source = Source("text.docx", "text.docx", "docx", "application/msword", b"", "0" * 64)
    blocks = (Paragraph(title, 1, centered=True), *(Paragraph(sentence) for sentence in sentences))
    return len(read_report(Document(source, blocks), "0").evaluations)


def test_the_prose_of_a_published_budget_is_no_evaluation() -> None:
    money = "2024年部门收支总预算628.40万元，其中：基本支出528.40万元，项目支出100.00万元，“三公”经费预算4.80万元。"
    assert evaluations_of("云岭县审计局2024年部门预算公开说明", money) == 0


def test_a_project_with_its_score_in_published_accounts_is_an_evaluation() -> None:
    score = (
        "1.机井建设项目绩效自评综述：根据年初设定的绩效目标，机井建设项目自评得分为96分。项目全年预算数为60万元，执行数为57万元，"
        "完成预算的95%。项目绩效目标完成情况：一是新建机井12眼；二是配套管网8公里。发现的主要问题及原因：部分机井用电手续办理较慢。"
        "下一步改进措施：提前与供电单位对接，加快手续办理，保证机井按期通电。"
    )
    assert evaluations_of("云岭县水务局2022年度部门决算公开说明", score) == 1


def test_nameless_tables_that_complete_each_other_are_of_the_reports_one_project() -> None:
    (funds,) = read(draw(["资金来源", "计划数", "支出数", "支出率"], ["县级财政资金", "60", "57", "95%"]))
    (indicators,) = read(draw(["一级指标", "三级指标", "分值", "得分"], ["产出指标", "机井", "100", "98"]))
    report = Statement(kind="project", subject="机井建设", first=0, last=0, evidence=EVIDENCE)
    (subject,) = find_subjects([funds, indicators], [report])
    assert (subject.forms, subject.statements) == ((funds, indicators), (report,))


def test_a_short_conclusion_behind_the_last_table_belongs_to_the_report() -> None:
    source = Source("text.docx", "text.docx", "docx", "application/msword", b"", "0" * 64)
    blocks = (
        Paragraph("云岭县2022年机井建设项目绩效自评报告", 1, centered=True),
        Paragraph("2022年机井建设项目计划投资60万元，由云岭县水务局组织实施，资金到位和支出情况如下："),
        draw(["资金来源", "计划数", "支出数", "支出率"], ["县级财政资金", "60", "57", "95%"]),
        Paragraph("项目自评得分96分，等级为“优”。"),
    )
    report = read_report(Document(source, blocks), "0").report
    assert (report.score, report.grade) == (96, "优")
