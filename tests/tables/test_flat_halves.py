"""Forms side by side, and the text between two tables of a report: all dumps are invented."""

from __future__ import annotations

from pipeline.document import Paragraph, Table
from pipeline.tables.flat import rebuild_tables

BESIDE = (
    "项目名称\t河道保洁\t\t\t项目名称\t路灯维护\t",
    "资金（万元）\t全年预算数\t全年执行数\t\t资金（万元）\t全年预算数\t全年执行数",
    "年度资金总额\t10\t9\t\t年度资金总额\t20\t18",
    "合计\t\t50\t\t合计\t\t48",
)
REPORT = (
    "资金来源\t预算数\t支出数",
    "合计\t60\t54",
    "",
    "三、完成情况",
    "",
    "全年清淤山塘13座。",
    "",
    "指标\t分值\t得分",
    "合计\t100\t93",
)


def rebuilt(lines: tuple[str, ...]) -> list[list[str] | str]:
    blocks = rebuild_tables([Paragraph(line) for line in lines])
    return [
        [cell.text for cell in block.cells if cell.text] if isinstance(block, Table) else block.text for block in blocks
    ]


def test_forms_side_by_side_in_a_dump_with_tabs_are_two_tables() -> None:
    assert rebuilt(BESIDE) == [
        ["项目名称", "河道保洁", "资金（万元）", "全年预算数", "全年执行数", "年度资金总额", "10", "9", "合计", "50"],
        ["项目名称", "路灯维护", "资金（万元）", "全年预算数", "全年执行数", "年度资金总额", "20", "18", "合计", "48"],
    ]


def test_a_heading_and_a_sentence_between_two_tables_are_text() -> None:
    blocks = [block for block in rebuilt(REPORT) if isinstance(block, str)]
    assert blocks == ["三、完成情况", "全年清淤山塘13座。"]
