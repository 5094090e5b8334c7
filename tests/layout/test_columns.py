"""Running text in two columns is read one column after the other; what stands side by side is read across."""

from __future__ import annotations

from dataclasses import replace

from drawn import cell, draw_cells, line_words, page_of, place_cells, word, write_cells

from pipeline.document import Paragraph, Table, Word
from pipeline.layout import page_to_blocks

PITCH = 18.0
SENTENCES = (
    "一、基本情况",
    "\u3000\u3000本年度安排资金三十二万元用于乡村道路养",
    "护，全部资金在年底之前按照进度支付完毕，养",
    "护任务完成。",
    "\u3000\u3000沿线群众对道路的平整程度普遍感到满意，",
    "投诉比上一年有明显的减少，",
)
REST = (
    "但个别路段的排水设施仍然需要继续修补和更换",
    "完善。",
    "二、意见建议",
    "\u3000\u3000建议下一年度增加巡查的次数，及时发现并",
    "且处理路面的各种病害，把养护质量与费用一并",
    "挂钩，提高效益。",
)


def texts(words: list[Word]) -> list[str]:
    return [block.text for block in page_to_blocks(page_of(words), []) if isinstance(block, Paragraph)]


def column(*lines: str, x: float, y: float = 140.0) -> list[Word]:
    return line_words(*lines, x=x, y=y, size=10.0, pitch=PITCH)


def test_the_left_column_is_read_before_the_right_one() -> None:
    title = word("乡村道路养护项目自评报告", 220.0, 90.0, 16.0)
    foot = word("本报告由县交通运输局负责解释并于年底之前在门户网站向社会公开，接受群众的监督。", 60.0, 300.0)
    assert texts([*column(*REST, x=310.0), title, foot, *column(*SENTENCES, x=60.0)]) == [
        "乡村道路养护项目自评报告",
        "一、基本情况",
        "本年度安排资金三十二万元用于乡村道路养护，全部资金在年底之前按照进度支付完毕，养护任务完成。",
        "沿线群众对道路的平整程度普遍感到满意，投诉比上一年有明显的减少，但个别路段的排水设施仍然需要继续修补和更换完善。",
        "二、意见建议",
        "建议下一年度增加巡查的次数，及时发现并且处理路面的各种病害，把养护质量与费用一并挂钩，提高效益。",
        foot.text,
    ]


def test_a_finished_column_is_not_joined_to_the_next() -> None:
    left = [*SENTENCES[:4], "\u3000\u3000沿线群众对道路的平整程度普遍感到满意。"]
    read = texts([*column(*left, x=60.0), *column("两侧绿化养护的任务同样按照计划全部完成了，", *REST, x=310.0)])
    assert read[2:4] == [left[-1].strip(), "两侧绿化养护的任务同样按照计划全部完成了，" + REST[0] + REST[1]]


def test_columns_whose_lines_do_not_stand_level_are_told_apart_too() -> None:
    read = texts([*column(*SENTENCES, x=60.0), *column(*REST, x=310.0, y=147.0)])
    assert (read[0], read[-1][-5:]) == ("一、基本情况", "提高效益。")
    assert read.index("二、意见建议") > read.index("一、基本情况") + 2


def test_labels_side_by_side_are_read_across() -> None:
    labels = ["主管部门：县交通运输局", "项目名称：乡村道路养护", "填报日期：三月五日", "资金总额：三十二万元"] * 2
    others = ["实施单位：县公路管理站", "项目类别：经常性项目", "审核日期：三月九日", "执行金额：三十一万元"] * 2
    read = texts([*column(*labels, x=60.0), *column(*others, x=310.0)])
    assert read[0] == f"{labels[0]} {others[0]}"


def test_a_table_across_both_columns_parts_them() -> None:
    table = place_cells(
        [cell(i, j, f"{i}{j}") for i in range(2) for j in range(8)], x=60.0, y=260.0, width=58.0, height=20.0
    )
    words = [*column(*SENTENCES, x=60.0), *column(*REST, x=310.0)]
    words += [*column(*SENTENCES, x=60.0, y=320.0), *column(*REST, x=310.0, y=320.0)]
    page = page_of([*words, *write_cells(table)], list(draw_cells(table)))
    blocks = page_to_blocks(page, [table])
    kinds = ["表" if isinstance(block, Table) else block.text[:2] for block in blocks]
    assert [kind for kind in kinds if kind in ("表", "一、", "二、")] == ["一、", "二、", "表", "一、", "二、"]


def test_a_table_inside_one_column_stays_between_its_sentences() -> None:
    table = place_cells([cell(i, j, f"{i}{j}") for i in range(2) for j in range(4)], x=310.0, width=50.0, height=20.0)
    table = replace(
        table,
        cells=tuple(
            replace(c, box=c.box._replace(y0=c.box.y0 + 130.0, y1=c.box.y1 + 130.0)) for c in table.cells if c.box
        ),
    )
    words = [*column(*SENTENCES, *SENTENCES[1:], x=60.0), *column(*REST, x=310.0), *column(*REST[3:], x=310.0, y=300.0)]
    blocks = page_to_blocks(page_of([*words, *write_cells(table)], list(draw_cells(table))), [table])
    place = next(i for i, block in enumerate(blocks) if isinstance(block, Table))
    before, behind = blocks[place - 1], blocks[place + 1]
    assert isinstance(before, Paragraph)
    assert isinstance(behind, Paragraph)
    assert (before.text[-5:], behind.text[:5]) == ("提高效益。", "建议下一年")
