"""Rows of the dataset lead back to their cells in the table `tables`, in formats without pages too."""

from __future__ import annotations

from dataclasses import replace

from pipeline.dataset.rows import result_to_rows
from pipeline.dataset.schema import TABLE_BY_NAME
from pipeline.document import Cell, Table
from pipeline.layout.places import locate_rows
from pipeline.read.source import content_to_source
from pipeline.records import Evaluation, Evidence, Figure, Fund, Indicator, Result
from pipeline.run import document_to_result, read_document

FORM = """<p>2031年度项目支出绩效自评表</p>
<table><tr><td>填表说明</td><td>据实填写</td></tr></table>
<table>
<tr><td>项目名称</td><td colspan=6>乡村图书室购书</td></tr>
<tr><td>项目资金（万元）</td><td></td><td>年初预算数</td><td>全年预算数</td><td>全年执行数</td><td>执行率</td><td></td></tr>
<tr><td></td><td>年度资金总额</td><td>30</td><td>30</td><td>29.4</td><td>98%</td><td></td></tr>
<tr><td>一级指标</td><td>二级指标</td><td>三级指标</td><td>年度指标值</td><td>实际完成值</td><td>分值</td><td>得分</td></tr>
<tr><td>产出指标</td><td>数量指标</td><td>购置图书</td><td>≥900册</td><td>912册</td><td>50</td><td>50</td></tr>
<tr><td>效益指标</td><td>社会效益指标</td><td>受益村数</td><td>≥8个</td><td>9个</td><td>50</td><td>50</td></tr>
</table>"""


def test_each_row_of_a_form_stands_in_the_row_of_tables_that_it_names() -> None:
    page = f"<html><head><meta charset=utf-8></head><body>{FORM}</body></html>".encode()
    result = document_to_result(read_document(content_to_source(page, "自评表.html")))
    (form,) = result.evaluations
    found = [(row.item_raw, row.evidence) for row in form.funds] + [(i.level3, i.evidence) for i in form.indicators]
    named = {(cell.table_no, cell.row): [] for cell in result.tables}
    for cell in result.tables:
        named[cell.table_no, cell.row].append(cell.text)
    assert [text for text, _ in found] == ["年度资金总额", "购置图书", "受益村数"]
    assert all(text in named[evidence.table_no, evidence.table_row] for text, evidence in found)
    assert {evidence.table_no for _, evidence in found} == {2}
    columns = TABLE_BY_NAME["indicators"].column_names
    rows = [dict(zip(columns, row, strict=True)) for row in result_to_rows(result).rows["indicators"]]
    assert [(row["table_no"], row["table_row"], row["page"]) for row in rows] == [(2, 4, None), (2, 5, None)]


def test_a_row_of_running_text_has_no_cell_and_a_lost_cell_no_place() -> None:
    known, lost = Cell(3, 0, "道路"), Cell(3, 0, "道路")
    table = Table((Cell(0, 0, "名称"), known))
    funds = (
        Fund(item_raw="道路", item=None, evidence=Evidence(cell=known)),
        Fund(item_raw="道路", item=None, evidence=Evidence(cell=lost)),
    )
    indicators = (Indicator(level3="道路", evidence=Evidence(source="text")),)
    form = Evaluation(kind="project", evidence=Evidence(cell=table.cells[0]), funds=funds, indicators=indicators)
    empty = document_to_result(read_document(content_to_source("道路养护".encode(), "a.txt")))
    figure = Figure(item_raw="道路", measure="amount", evidence=Evidence(cell=known))
    located: Result = locate_rows(replace(empty, evaluations=(form,), figures=(figure,)), [table])
    (placed,) = located.evaluations
    every = [placed.evidence, *(fund.evidence for fund in placed.funds), placed.indicators[0].evidence]
    places = [(e.table_no, e.table_row) for e in [*every, located.figures[0].evidence]]
    assert places == [(1, 0), (1, 3), (None, None), (None, None), (1, 3)]
    assert all(evidence.cell is None for evidence in every)
