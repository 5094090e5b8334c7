"""Thirty pairs of files: ten are the same report, twenty only look like it, and none of these is called a repeat."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import pytest
from render import RENDERERS
from render.sample import Line, Sample, rows_to_grid

from pipeline.dataset.duplicates import Candidate, find_duplicates
from pipeline.dataset.rows import document_to_sketch, result_to_rows
from pipeline.read.source import content_to_source
from pipeline.run import document_to_result, read_document


@dataclass(frozen=True, slots=True)
class Paper:
    """One invented report of a school on a project, or its form, or both."""

    school: str = "临川市青溪镇第一小学"
    project: str = "校舍维修改造"
    year: int = 2031
    budget: str = "128.40"
    spent: str = "121.98"
    rate: str = "95.00"
    rooms: str = "36"
    pupils: str = "1275"
    has_report: bool = True
    has_form: bool = True
    door: str = "docx"
    note: str = ""


BOTH = Paper()
FORM = replace(BOTH, has_report=False)
REPORT = replace(BOTH, has_form=False)


def form_blocks(paper: Paper) -> list[Line | object]:
    rows = [
        ["项目名称", paper.project, "主管部门", "临川市教育局"],
        ["实施单位", paper.school, "资金单位", "万元"],
        ["项目资金（万元）", "全年预算数", "全年执行数", "执行率（%）"],
        ["年度资金总额", paper.budget, paper.spent, paper.rate],
        ["三级指标", "年度指标值", "实际完成值", "得分"],
        ["维修教室数量", f"≥{paper.rooms}间", f"{paper.rooms}间", "25"],
        ["受益学生人数", f"≥{paper.pupils}人", f"{paper.pupils}人", "25"],
        ["验收合格率", "100%", "100%", "30"],
        ["家长满意度", "≥95%", "97%", "20"],
    ]
    return [Line(f"{paper.year}年度项目支出绩效自评表", 1, "center"), rows_to_grid(rows, [3, 3, 3, 3])]


def report_blocks(paper: Paper) -> list[Line | object]:
    return [
        Line(f"{paper.school}{paper.year}年度{paper.project}项目绩效自评报告", 1, "center"),
        Line("一、项目基本情况", 2),
        Line(f"{paper.year}年安排{paper.project}项目资金{paper.budget}万元，由{paper.school}组织实施。"),
        Line("二、项目完成情况", 2),
        Line(
            f"全年维修教室{paper.rooms}间，受益学生{paper.pupils}人，实际支出{paper.spent}万元，执行率{paper.rate}%。"
        ),
        Line("三、存在的问题", 2),
        Line(f"个别教室工期较紧，验收资料整理滞后，下一步将提前做好施工安排。{paper.note}"),
    ]


@cache
def sketch_of(paper: Paper) -> bytes:
    """The sketch of a paper as the pipeline reads it from its kind of file."""
    blocks = [*(report_blocks(paper) if paper.has_report else []), *(form_blocks(paper) if paper.has_form else [])]
    sample = Sample("paper", tuple(blocks), "tabs")  # type: ignore[arg-type]
    name = f"paper.{paper.door}"
    source = content_to_source(RENDERERS[paper.door](sample), name, name)
    return document_to_sketch(result_to_rows(document_to_result(read_document(source))))


def is_repeat(a: Paper, b: Paper) -> bool:
    found = find_duplicates([Candidate("a", "a", 0, sketch_of(a)), Candidate("b", "b", 0, sketch_of(b))])
    return found == {("b", "b"): "a"}


SAME = {
    "report with its form, Word and PDF": (BOTH, replace(BOTH, door="pdf")),
    "report with its form, Word and web page": (BOTH, replace(BOTH, door="html")),
    "report with its form, PDF and web page": (replace(BOTH, door="pdf"), replace(BOTH, door="html")),
    "form, Word and PDF": (FORM, replace(FORM, door="pdf")),
    "form, Word and web page": (FORM, replace(FORM, door="html")),
    "form, web page and PDF": (replace(FORM, door="html"), replace(FORM, door="pdf")),
    "report, Word and PDF": (REPORT, replace(REPORT, door="pdf")),
    "report, Word and text": (REPORT, replace(REPORT, door="txt")),
    "report, PDF and web page": (replace(REPORT, door="pdf"), replace(REPORT, door="html")),
    "a remark more": (BOTH, replace(BOTH, note="特此报告。")),
}
SISTER = "临川市青溪镇第二小学"
OTHERS = {
    "next year, all numbers the same": (BOTH, replace(BOTH, year=2032)),
    "form of next year, all numbers the same": (FORM, replace(FORM, year=2032)),
    "report of next year, all numbers the same": (REPORT, replace(REPORT, year=2032)),
    "next year in another format": (BOTH, replace(BOTH, year=2032, door="pdf")),
    "next year, other amounts": (BOTH, replace(BOTH, year=2032, budget="130.20", spent="123.69")),
    "sister school, all numbers the same": (BOTH, replace(BOTH, school=SISTER)),
    "form of the sister school, all numbers the same": (FORM, replace(FORM, school=SISTER)),
    "form of the sister school, other pupils": (FORM, replace(FORM, school=SISTER, pupils="1182")),
    "report of the sister school": (REPORT, replace(REPORT, school=SISTER)),
    "sister school in another format": (FORM, replace(FORM, school=SISTER, door="html")),
    "other project, all numbers the same": (BOTH, replace(BOTH, project="教学设备购置")),
    "form of another project, all numbers the same": (FORM, replace(FORM, project="教学设备购置")),
    "report on another project": (REPORT, replace(REPORT, project="教学设备购置")),
    "second phase of the project": (BOTH, replace(BOTH, project="校舍维修改造二期")),
    "report and its own form": (REPORT, FORM),
    "report and its own form, other format": (REPORT, replace(FORM, door="pdf")),
    "report with its form, and the form alone": (BOTH, FORM),
    "report with its form, and the report alone": (BOTH, REPORT),
    "the same school and year, other amounts": (BOTH, replace(BOTH, budget="64.20", spent="60.99", rooms="18")),
    "form of the same school and year, other amounts": (FORM, replace(FORM, budget="64.20", spent="60.99")),
}


@pytest.mark.parametrize("case", SAME)
def test_the_same_report_in_two_files_is_a_repeat(case: str) -> None:
    assert is_repeat(*SAME[case])


@pytest.mark.parametrize("case", OTHERS)
def test_another_report_is_none(case: str) -> None:
    assert not is_repeat(*OTHERS[case])
