"""Ten thousand invented documents, each different: nine in ten native (docx, html, xlsx, pdf, text), one in ten a scan.

    python benchmarks/bulk_documents.py FOLDER [N]        (default 10000)

Kinds and shapes are mixed evenly, and the files are named by number, so that every thousand of them, in path order, is
the same mixture: what a document costs can be compared between the first thousand and the last. The same number
always gives the same content (Word and Excel files carry the time at which they were written).
"""

from __future__ import annotations

import io
import random
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from drawn import FONT, pdf_bytes  # noqa: E402
from render import RENDERERS  # noqa: E402
from render.sample import Grid, Line, Sample, Site, rows_to_grid  # noqa: E402

DEFAULT_N = 10_000
PER_FOLDER = 1_000
CYCLE = (
    "docx", "html", "pdf", "xlsx", "txt", "docx", "html", "pdf", "xlsx", "scan.png",
    "txt", "docx", "html", "pdf", "xlsx", "txt", "html", "docx", "pdf", "scan.pdf",
)  # fmt: skip
SCAN_DPI = 110
SCAN_SIZE_PT = (420.0, 298.0)  # A5, landscape
SLIP_MARGIN_PT, SLIP_ROW_PT = 24.0, 34.0
NOISE_SHARE = 0.002
PLACES = (
    ("江苏省", "南通市", "海安市"), ("河南省", "洛阳市", "栾川县"), ("四川省", "绵阳市", "梓潼县"),
    ("湖南省", "岳阳市", "平江县"), ("甘肃省", "天水市", "秦安县"), ("山东省", "烟台市", "招远市"),
    ("云南省", "玉溪市", "通海县"), ("辽宁省", "锦州市", "黑山县"), ("福建省", "龙岩市", "长汀县"),
    ("陕西省", "汉中市", "勉县"), ("浙江省", "衢州市", "开化县"), ("贵州省", "遵义市", "湄潭县"),
)  # fmt: skip
BUREAUS = ("水利局", "教育体育局", "林业局", "文化和旅游局", "卫生健康局", "交通运输局", "农业农村局", "民政局")
WORKS = ("渠道清淤", "校舍修缮", "苗木补植", "展厅布置", "设备购置", "桥涵养护", "土壤检测", "敬老院改造", "档案整理")
PLANS = ("补助经费", "专项资金", "试点项目", "提升工程", "运行经费")
QUANTITIES = (("完成长度", "公里"), ("覆盖村数", "个"), ("培训人次", "人次"), ("购置数量", "台"), ("检测样品", "份"))
EFFECTS = ("群众生产生活条件", "公共服务水平", "行业管理能力", "周边环境面貌")
REASONS = ("招标流标一次，工期顺延", "部分村组配套资金到位较晚", "汛期停工二十余天", "采购方式变更，验收推迟")
CHARS = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥"


@dataclass(frozen=True, slots=True)
class Facts:
    """What one invented project was given, spent and reached."""

    number: int
    place: tuple[str, str, str]
    bureau: str
    project: str
    year: int
    budget: int  # in hundredths of 万元
    executed: int
    quantities: tuple[tuple[str, str, int, int], ...]  # name, unit, target, reached

    @property
    def rate(self) -> str:
        return f"{self.executed * 100 / self.budget:.2f}"

    @property
    def score(self) -> str:
        return f"{90 + min(self.executed / self.budget, 1) * 10:.2f}"


def make_facts(number: int) -> Facts:
    """The facts of a document, all drawn from its number."""
    chance = random.Random(number)
    place = chance.choice(PLACES)
    budget = chance.randrange(1_000, 9_000_000)
    name = "".join(chance.sample(CHARS, 2)) + f"片区第{number + 1}标段"
    quantities = []
    for what, unit in chance.sample(QUANTITIES, chance.randint(2, len(QUANTITIES))):
        target = chance.randrange(11, 9_000)
        quantities.append((what, unit, target, target + chance.randrange(0, 90)))
    return Facts(
        number,
        place,
        place[2] + chance.choice(BUREAUS),
        f"{name}{chance.choice(WORKS)}{chance.choice(PLANS)}",
        chance.randint(2018, 2024),
        budget,
        budget - chance.randrange(0, budget // 6),
        tuple(quantities),
    )


def money(hundredths: int) -> str:
    """Hundredths as printed: 1234567 → 12345.67."""
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def form_grid(facts: Facts) -> Grid:
    """A project's self-evaluation form, of seven columns."""
    points = 50 // len(facts.quantities)
    spent = money(facts.executed)
    rows = [
        ["项目名称", "<", facts.project, "<", "<", "<", "<"],
        ["主管部门", "<", facts.bureau, "<", "实施单位", f"{facts.bureau}项目中心", "<"],
        ["项目资金（万元）", "<", "", "年初预算数", "全年预算数", "全年执行数", "执行率（%）"],
        ["^", "^", "年度资金总额", money(facts.budget), money(facts.budget), spent, facts.rate],
        ["^", "^", "其中：财政拨款", money(facts.budget), money(facts.budget), spent, facts.rate],
        ["一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分"],
    ]
    for i, (what, unit, target, reached) in enumerate(facts.quantities):
        heads = ["^", "^"] if i else ["产出指标", "数量指标"]
        rows.append([*heads, f"{facts.project[:2]}{what}", f"≥{target}{unit}", f"{reached}{unit}", *[str(points)] * 2])
    effect = EFFECTS[facts.number % len(EFFECTS)]
    rest = 90 - points * len(facts.quantities)
    rows += [
        ["^", "时效指标", "按期完成率", "100%", f"{95 + facts.number % 6}%", "10", "10"],
        ["效益指标", "社会效益指标", effect, "有所改善", "有所改善", str(rest - 20), str(rest - 20)],
        ["满意度指标", "服务对象满意度指标", "受益群众满意度", "≥90%", f"{90 + facts.number % 10}%", "10", "10"],
        ["总分", "<", "<", "<", "<", "100", facts.score],
    ]
    return rows_to_grid(rows, [2, 2, 4, 3, 3, 2, 2])


def narrative(facts: Facts) -> list[Line]:
    """A short report in running text."""
    province, city, county = facts.place
    done = "；".join(f"{what}{reached}{unit}" for what, unit, _, reached in facts.quantities)
    left = facts.budget - facts.executed
    return [
        Line("一、项目基本情况", 2),
        Line(
            f"{facts.project}由{facts.bureau}负责实施，{facts.year}年年初预算{money(facts.budget)}万元，"
            f"资金来源为{city}财政拨款，项目区位于{county}。"
        ),
        Line("二、项目资金使用情况", 2),
        Line(
            f"截至{facts.year}年12月31日，实际支出{money(facts.executed)}万元，预算执行率{facts.rate}%，"
            f"结余{money(left)}万元。资金拨付手续齐全，未发现截留、挪用。"
        ),
        Line("三、绩效目标完成情况", 2),
        Line(f"全年{done}，{EFFECTS[facts.number % len(EFFECTS)]}有所改善，自评得分{facts.score}分。"),
        Line("四、存在的问题", 2),
        Line(f"{REASONS[facts.number % len(REASONS)]}，影响{facts.number % 9 + 2}个标段的进度，下一年度将提前安排。"),
        Line(f"{province}{city}{facts.bureau}", 0, "right"),
        Line(f"{facts.year + 1}年{facts.number % 3 + 1}月{facts.number % 27 + 1}日", 0, "right"),
    ]


def make_sample(number: int) -> Sample:
    """A form, a report with its form, or a report, in turn; some on the page of a site."""
    facts = make_facts(number)
    form = [
        Line(f"{facts.project}支出绩效自评表", 1, "center"),
        Line(f"（{facts.year}年度）", 0, "center"),
        form_grid(facts),
    ]
    report = [Line(f"{facts.bureau}{facts.year}年度{facts.project}绩效自评报告", 1, "center"), *narrative(facts)]
    shape = number // len(CYCLE) % 3
    blocks = (form, [*report, *form], report)[shape]
    city = facts.place[1]
    site = Site(f"{city}人民政府", "财政绩效", f"{facts.year + 1}-04-12", f"{number}") if number % 2 else None
    return Sample(f"{number:06d}", tuple(blocks), ("tabs", "cells", "pipes", "pipe_cells")[number % 4], site=site)


def slip_rows(facts: Facts) -> list[list[str]]:
    """What stands in the ruled cells of a small scanned form."""
    budget, executed = money(facts.budget), money(facts.executed)
    return [
        ["项目名称", facts.project],
        ["主管部门", facts.bureau],
        ["项目资金（万元）", "全年预算数", "全年执行数", "执行率（%）"],
        ["年度资金总额", budget, executed, facts.rate],
        ["财政拨款", budget, executed, facts.rate],
    ]


def draw_slip(canvas: Any, facts: Facts) -> None:
    """A title, and rows of cells of two widths."""
    width, top = (SCAN_SIZE_PT[0] - 2 * SLIP_MARGIN_PT) / 4, SCAN_SIZE_PT[1] - 80
    canvas.setFont(FONT, 16)
    canvas.drawCentredString(SCAN_SIZE_PT[0] / 2, top + 34, f"{facts.year}年度项目支出绩效自评表")
    canvas.setFont(FONT, 11)
    for i, row in enumerate(slip_rows(facts)):
        y = top - SLIP_ROW_PT * (i + 1)
        for j, text in enumerate(row):
            cells = 3 if len(row) == 2 and j else 1
            canvas.rect(SLIP_MARGIN_PT + j * width, y, cells * width, SLIP_ROW_PT)
            canvas.drawString(SLIP_MARGIN_PT + j * width + 6, y + 12, text)


def render_slip(number: int, door: str) -> bytes:
    """A slip as a scanner gives it, with dust of its own: a PNG, or a PDF without a text layer."""
    import numpy as np
    import pypdfium2
    from PIL import Image

    facts = make_facts(number)
    content = pdf_bytes(lambda canvas: draw_slip(canvas, facts), size=SCAN_SIZE_PT, invariant=1)
    with pypdfium2.PdfDocument(content) as document:
        pixels = document[0].render(scale=SCAN_DPI / 72, grayscale=True).to_numpy().squeeze().copy()
    rng = np.random.default_rng(number)
    n_specks = int(pixels.size * NOISE_SHARE)
    pixels.ravel()[rng.integers(0, pixels.size, n_specks)] = rng.integers(120, 230, n_specks)
    stream = io.BytesIO()
    picture = Image.fromarray(pixels)
    if door == "scan.png":
        picture.save(stream, "PNG", dpi=(SCAN_DPI, SCAN_DPI))
    else:
        picture.save(stream, "PDF", resolution=SCAN_DPI, quality=85)
    return stream.getvalue()


def kind_of(number: int) -> str:
    """The kind of a document: `docx`, `html`, `xlsx`, `pdf`, `txt`, `scan.png` or `scan.pdf`."""
    return CYCLE[number % len(CYCLE)]


def write_document(folder: Path, number: int) -> str:
    """The path of one document, written."""
    kind = kind_of(number)
    path = folder / f"{number // PER_FOLDER:03d}" / f"{number:06d}.{kind}"
    content = render_slip(number, kind) if kind.startswith("scan") else RENDERERS[kind](make_sample(number))
    path.write_bytes(content)
    return str(path)


def _write_share(folder: Path, numbers: list[int]) -> list[str]:
    return [write_document(folder, number) for number in numbers]


def write_documents(folder: Path, count: int, *, scans: bool = True) -> list[str]:
    """The paths of `count` documents in path order, written by two processes; without scans, these are left out."""
    for number in range(0, count, PER_FOLDER):
        (folder / f"{number // PER_FOLDER:03d}").mkdir(parents=True, exist_ok=True)
    numbers = [n for n in range(count) if scans or not kind_of(n).startswith("scan")]
    with ProcessPoolExecutor(2) as pool:
        halves = [pool.submit(_write_share, folder, numbers[i::2]) for i in range(2)]
        return sorted(path for half in halves for path in half.result())


def main() -> None:
    """Writes the documents and says how long it took."""
    folder, count = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else DEFAULT_N
    started = time.perf_counter()
    files = write_documents(folder, count)
    n_bytes = sum(Path(file).stat().st_size for file in files)
    print(f"{len(files)} documents, {n_bytes / 1e6:.1f} MB, in {time.perf_counter() - started:.1f} s")


if __name__ == "__main__":
    main()
