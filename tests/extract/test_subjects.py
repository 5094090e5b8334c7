from __future__ import annotations

from decimal import Decimal

from forms_by_hand import draw, read

from pipeline.document import Paragraph
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
