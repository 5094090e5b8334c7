"""The place of a report: where its own body names none, the bodies of its form do."""

from __future__ import annotations

from forms_by_hand import draw

from pipeline.document import Document, Paragraph, Source
from pipeline.extract import read_report

SOURCE = Source("form.docx", "form.docx", "docx", "application/msword", b"", "0" * 64)


def county_of(competent_dept: str, implementing_unit: str) -> tuple[str | None, str | None]:
    """(county, adcode) of a form with these two bodies."""
    form = draw(
        ["项目名称", "河道保洁经费", "<", "<"],
        ["主管部门", competent_dept, "实施单位", implementing_unit],
        ["项目资金（万元）", "全年预算数", "全年执行数", "得分"],
        ["年度资金总额", "36", "34.2", "9.5"],
    )
    blocks = (Paragraph("项目支出绩效自评表（2022年度）", 1, centered=True), form)
    report = read_report(Document(SOURCE, blocks), "0").report
    return report.county, report.adcode


def test_the_competent_department_names_the_place_where_the_unit_names_none() -> None:
    assert county_of("永新县水利局", "河道管理所") == ("永新县", "360830")


def test_the_unit_comes_before_the_department() -> None:
    assert county_of("江西省水利厅", "永新县河道管理所") == ("永新县", "360830")


def test_a_period_from_january_to_december_gives_the_year() -> None:
    lines = ("发布时间：2017年9月20日", "报告日期：2017年7月15日", "项目起止时间", "2016 年1月起至2016年12 月止")
    blocks = tuple(Paragraph(line) for line in lines)
    assert read_report(Document(SOURCE, blocks), "0").report.fiscal_year == 2016


def test_a_form_whose_bodies_name_no_place_has_none() -> None:
    assert county_of("水利局", "河道管理所") == (None, None)
