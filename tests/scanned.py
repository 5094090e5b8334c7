"""A form as if it had been scanned: cells with what the recogniser says that each character may be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from render.sample import rows_to_grid

from pipeline.audit import find_findings
from pipeline.document import Alternatives, Box, Cell, Document, Source, Table
from pipeline.extract import read_report
from pipeline.records import Result

SURE = 0.999
FORM = """
项目名称 | < | 渡口灯塔修缮 | < | < | < | <
主管部门 | < | 海屏县航道局 | < | 实施单位 | 海屏县灯塔站 | <
项目资金（万元） | 资金来源 | 年初预算数 | 全年预算数 | 全年执行数 | 执行率 | 得分
^ | 年度资金总额 | 80.00 | 84.00 | 75.60 | 90% | 9
^ | 其中：当年财政拨款 | 60.00 | 64.00 | 57.60 | 90% | —
^ | 其他资金 | 20.00 | 20.00 | 18.00 | 90% | —
一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 分值 | 得分
产出指标（50分） | 数量指标 | 修缮灯塔座数 | ≥6座 | 6座 | 15 | 15
^ | ^ | 更换灯器台数 | ≥8台 | 8台 | 15 | 13
^ | 质量指标 | 验收合格率 | 100% | 100% | 20 | 20
效益指标（40分） | 社会效益指标 | 夜航保障天数 | ≥300天 | 310天 | 24 | 20
^ | ^ | 航道事故下降 | 明显 | 明显 | 16 | 12
满意度指标（10分） | 服务对象满意度指标 | 船员满意度 | ≥90% | 93% | 10 | 10
总分 | < | < | < | < | 100 | 90
"""
Place = tuple[int, int]
Changes = Mapping[Place, str | tuple[str, Alternatives]]


def sure(text: str) -> Alternatives:
    """A text of which every character was read without doubt."""
    return tuple(((char, SURE),) for char in text)


def doubtful(text: str, at: int, others: Sequence[tuple[str, float]], score: float = 0.7) -> Alternatives:
    """A text of which one character may be another."""
    return tuple(((char, score), *others) if i == at else ((char, SURE),) for i, char in enumerate(text))


def scanned_form(changes: Changes | None = None, *, native: bool = False) -> Document:
    """FORM with other texts in some cells (row and column from 0), as read by OCR, or as a native table."""
    changes = changes or {}
    rows = [[text.strip() for text in line.split("|")] for line in FORM.strip().split("\n")]
    grid = rows_to_grid(rows, [10] * 7)
    cells = []
    for cell in grid.cells:
        change = changes.get((cell.row, cell.col), cell.text)
        text, readings = (change, sure(change)) if isinstance(change, str) else change
        box = Box(50 * cell.col, 20 * cell.row, 50 * (cell.col + cell.colspan), 20 * (cell.row + cell.rowspan))
        cells.append(
            Cell(cell.row, cell.col, text, cell.rowspan, cell.colspan, 1, box, alternatives=() if native else readings)
        )
    source = Source("form.pdf", "form.pdf", "pdf", "application/pdf", b"", "0" * 64)
    return Document(source, (Table(tuple(cells), "ruled"),), n_pages=1, n_ocr_pages=0 if native else 1)


def read(document: Document) -> Result:
    """The document's rows and findings, nothing repaired."""
    result = read_report(document, "test")
    return Result(
        report=result.report,
        evaluations=result.evaluations,
        figures=result.figures,
        findings=find_findings(result),
    )
