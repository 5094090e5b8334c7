"""Reports of one body over years: who follows whom, which differences are said, and which are none."""

from __future__ import annotations

import csv
import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from dataset.link_cases import amount, findings_of, linked, links_of, paper, project
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.dataset.linked import LinkedDataset, link_rows
from pipeline.dataset.merge import MergedDataset
from pipeline.dataset.rows import results_to_rows
from pipeline.dataset.validate import validate_dataset
from pipeline.dataset.writer import write_dataset
from pipeline.lexicon import load_toml
from pipeline.records import DocType, Evidence, Measure, Result

BODIES = (("桂东县水利局", "431027"), ("溆浦县市场监督管理局", "431224"), ("永春县城市管理局", "350525"))
BUDGET = Measure.BUDGET


RULES = load_toml("links.toml")
PATTERNS = [name for name, rule in RULES.items() if isinstance(rule, dict) and "pattern" in rule]


@pytest.mark.parametrize(("name", "text"), [(name, text) for name in PATTERNS for text in RULES[name]["examples"]])
def test_a_pattern_fits_its_examples(name: str, text: str) -> None:
    assert re.search(RULES[name]["pattern"], text)


@pytest.mark.parametrize(("name", "text"), [(name, text) for name in PATTERNS for text in RULES[name]["rejects"]])
def test_a_pattern_refuses_its_rejects(name: str, text: str) -> None:
    assert not re.search(RULES[name]["pattern"], text)


def years_of(first: int, org: str, adcode: str, spent: list[str], said: list[str]) -> list[Result]:
    """Reports on 2021, 2022 … of one body: what each spent, and what the next says of it."""
    papers = []
    for place, raw in enumerate(spent):
        year = 2021 + place
        figures = [amount("three_public", year, raw), amount("three_public", year, "99.00", BUDGET)]
        figures += [amount("three_public", year - 1, said[place - 1])] if place else []
        papers.append(paper(first + place, org, year, *figures, adcode=adcode))
    return papers


def three_bodies(*said_of_the_second: str) -> list[Result]:
    """Three bodies over three years; only the second body may say otherwise of the year before."""
    papers = years_of(10, *BODIES[0], ["20.00", "21.50", "19.80"], ["20.00", "21.50"])
    papers += years_of(20, *BODIES[1], ["56.15", "46.80", "44.02"], list(said_of_the_second))
    return papers + years_of(30, *BODIES[2], ["8.30", "8.10", "7.95"], ["8.30", "8.10"])


def test_clean_reports_of_three_bodies_over_three_years_are_linked_and_nothing_is_said() -> None:
    papers = three_bodies("56.15", "46.80")
    assert links_of(*papers) == [
        *((11, 10, 1, 0), (12, 11, 1, 0), (21, 20, 1, 0)),
        *((22, 21, 1, 0), (31, 30, 1, 0), (32, 31, 1, 0)),
    ]
    assert findings_of(*papers) == []


def test_a_planted_difference_is_an_error_that_names_both_documents() -> None:
    papers = three_bodies("56.15", "48.60")
    assert findings_of(*papers) == [(22, "error", "46.8万元", "48.6万元")]
    found = linked(*papers).links.findings[0].finding
    assert found.message == (
        "“three_public”2022年的数为 48.6万元（本文件《2023年度部门整体支出绩效自评报告》第 3 页表内），"
        "该单位2022年度的报告《2022年度部门整体支出绩效自评报告》第 3 页表内为 46.8万元，相差 1.8万元，请核对两份文件。"
    )
    assert found.refs == "figures:3.value;0000000000000015/figures:1.value"
    assert found.check == "last_year_mismatch"


@pytest.mark.parametrize("said", ["56.2", "56", "56.16", "561,500"])
def test_what_is_rounded_otherwise_is_no_difference(said: str) -> None:
    scale = Decimal(1) if "," in said else Decimal(10_000)
    first = paper(1, *BODIES[0][:1], 2021, amount("three_public", 2021, "56.15"))
    second = paper(2, *BODIES[0][:1], 2022, amount("three_public", 2021, said, scale=scale))
    assert links_of(first, second) == [(2, 1, 1, 0)]


def test_a_difference_of_more_than_the_last_place_is_one() -> None:
    first = paper(1, "桂东县水利局", 2021, amount("three_public", 2021, "56.15"))
    second = paper(2, "桂东县水利局", 2022, amount("three_public", 2021, "56.17"))
    assert findings_of(first, second) == [(2, "error", "56.15万元", "56.17万元")]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("湖南省郴州市桂东县水利局", "桂东县水利局"),
        ("桂东县　水利局", "桂东县水利局（本级）"),
        ("桂东县水利局", "县水利局"),
        ("桂东县人民政府办公室", "桂东县政府办公室"),
        ("桂东县卫生健康委员会", "桂东县卫生健康委"),
    ],
)
def test_one_body_is_known_under_several_spellings(one: str, other: str) -> None:
    papers = [
        paper(number, org, 2020 + number, amount("three_public", 2021, "5.00"), adcode="431027")
        for number, org in ((1, one), (2, other))
    ]
    assert links_of(*papers) == [(2, 1, 1, 0)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("鼓楼区财政局", "320302"), ("鼓楼区财政局", "350102")),
        (("鼓楼区财政局", "320302"), ("鼓楼区财政局", None)),
        (("鼓楼区财政局", None), ("鼓楼区财政局", None)),
        (("财政局", None), ("财政局", None)),
        (("桂东县农业局", "431027"), ("桂东县农业农村局", "431027")),
        (("桂东县水利局、桂东县财政局", "431027"), ("桂东县水利局、桂东县财政局", "431027")),
        ((None, "431027"), (None, "431027")),
    ],
)
def test_bodies_that_may_be_two_are_not_linked(one: tuple[str | None, str], other: tuple[str | None, str]) -> None:
    papers = [
        paper(number, org, 2020 + number, amount("three_public", 2021, f"{number}.00"), adcode=adcode)
        for number, (org, adcode) in ((1, one), (2, other))
    ]
    assert links_of(*papers) == []


def test_one_report_as_word_and_as_pdf_is_one_report() -> None:
    papers = three_bodies("56.15", "48.60")
    copy = replace(papers[5], report=replace(papers[5].report, doc_id="ff" * 8, source="in/22.pdf", ocr_pages=1))
    assert findings_of(*papers, copy) == findings_of(*papers)


def test_a_body_without_a_report_for_a_year_is_linked_over_the_gap_and_not_compared() -> None:
    papers = years_of(10, *BODIES[0], ["20.00", "21.50", "19.80"], ["20.00", "33.33"])
    assert links_of(papers[0], papers[2]) == [(12, 10, 0, 0)]
    assert findings_of(papers[0], papers[2]) == []


def test_where_a_report_prints_several_amounts_one_that_agrees_is_enough_and_none_is_unsure() -> None:
    own = [amount("three_public", 2021, "5.00"), amount("three_public", 2021, "6.00", Measure.EXECUTED)]
    first = paper(1, "桂东县水利局", 2021, *own)
    agreeing = paper(2, "桂东县水利局", 2022, amount("three_public", 2021, "6.00"))
    assert links_of(first, agreeing) == [(2, 1, 1, 0)]
    twice = paper(1, "桂东县水利局", 2021, own[0], amount("three_public", 2021, "7.00"))
    assert links_of(twice, agreeing) == [(2, 1, 0, 0)]


@pytest.mark.parametrize(
    "claim",
    [
        amount("three_public", 2021, "6.00", context="three_public为6.00万元", evidence=Evidence(source="text")),
        amount("three_public", 2021, "6.00", evidence=Evidence(confidence=0.8)),
        amount("three_public", 2021, "6.00", Measure.EXECUTED),
        amount("three_public", 2021, "0"),
    ],
)
def test_a_difference_that_may_have_another_cause_is_a_warning(claim: object) -> None:
    first = paper(1, "桂东县水利局", 2021, amount("three_public", 2021, "5.00"))
    second = paper(2, "桂东县水利局", 2022, claim)  # type: ignore[arg-type]
    assert [severity for _, severity, *_ in findings_of(first, second)] == ["warning"]


@pytest.mark.parametrize(
    "claim",
    [
        amount("three_public", 2021, "6.00", qualifier="approx"),
        amount("three_public", 2021, "6.00", BUDGET),
        amount("three_public", 2022, "6.00"),
        amount("three_public", 2021, "6.00", Measure.CHANGE),
        amount("total", 2021, "6.00"),
    ],
)
def test_what_is_not_last_years_outcome_is_not_compared(claim: object) -> None:
    first = paper(1, "桂东县水利局", 2021, amount("three_public", 2021, "5.00"), amount("total", 2021, "5.00"))
    second = paper(2, "桂东县水利局", 2022, claim)  # type: ignore[arg-type]
    assert links_of(first, second) == [(2, 1, 0, 0)]


@pytest.mark.parametrize(
    ("context", "compared"),
    [
        ("2021年公务接待费支出6.00万元。", 1),
        ("公务接待费2021年决算为6.00万元", 1),
        ("三公经费4万元，其中公务接待费3.00万元，上年为6.00万元。", 0),
        ("公务接待费较2021年的5.00万元增加，为16.00万元", 0),
        (None, 0),
    ],
)
def test_an_amount_of_a_sentence_counts_where_it_stands_directly_behind_its_name(
    context: str | None, compared: int
) -> None:
    first = paper(1, "桂东县水利局", 2021, amount("reception", 2021, "6.00"))
    text = Evidence(source="text")
    said = amount("reception", 2021, "6.00", item_raw="公务接待费", context=context, evidence=text)
    assert links_of(first, paper(2, "桂东县水利局", 2022, said)) == [(2, 1, compared, 0)]


def test_named_lines_are_compared_by_their_names() -> None:
    names = {"山洪灾害防治": ("150", "150"), "小型水库维修养护": ("250", "255")}
    own = [amount("project_item", 2021, raw, item_raw=f"其中：{name}") for name, (raw, _) in names.items()]
    said = [amount("project_item", 2021, raw, item_raw=name) for name, (_, raw) in names.items()]
    first, second = paper(1, "桂东县水利局", 2021, *own), paper(2, "桂东县水利局", 2022, *said)
    assert findings_of(first, second) == [(2, "error", "250万元", "255万元")]


def test_two_reports_that_agree_in_nothing_give_one_warning() -> None:
    items = ("three_public", "vehicles", "reception", "public_funds")
    first = paper(1, "桂东县水利局", 2021, *(amount(item, 2021, "5.00") for item in items))
    second = paper(2, "桂东县水利局", 2022, *(amount(item, 2021, "7.00") for item in items))
    assert findings_of(first, second) == [(2, "warning", "5万元", "7万元")]
    assert links_of(first, second) == [(2, 1, 4, 4)]


def form(number: int, year: int, *evaluations: object, org: str | None = "桂东县水利局") -> Result:
    return paper(number, org, year, doc_type=DocType.PROJECT_FORM, evaluations=evaluations)


def test_a_project_is_followed_by_its_name_and_body() -> None:
    first = form(1, 2021, project("2021年河道清淤项目", "100", "90"), project("渠道维修", "20", "20"))
    second = form(2, 2022, project("渠道维修项目", "30", "30"), project("河道清淤（2022年度）", "110", "95"))
    rows = [(row[2], row[4], row[9]) for row in linked(first, second).links.rows]
    assert rows == [
        ("0000000000000002-01", "渠道维修项目", "0000000000000001-02"),
        ("0000000000000002-02", "河道清淤（2022年度）", "0000000000000001-01"),
    ]


def test_a_project_of_another_body_is_another_project() -> None:
    first = form(1, 2021, project("办公设备购置", "100", "90"))
    second = form(2, 2022, project("办公设备购置", "30", "30", carryover="30"), org="桂东县林业局")
    assert links_of(first, second) == []


def test_a_project_is_followed_by_its_unit_where_the_file_names_no_body() -> None:
    first = form(1, 2021, project("河道清淤", "100", "90", implementing_unit="桂东县河道管理站"), org=None)
    second = form(2, 2022, project("河道清淤", "100", "90", implementing_unit="桂东县河道管理站"), org=None)
    assert links_of(first, second) == [(2, 1, 0, 0)]


def test_two_projects_of_one_name_in_a_file_are_not_followed() -> None:
    first = form(1, 2021, project("业务费", "100", "90"), project("业务费", "10", "9"))
    assert links_of(first, form(2, 2022, project("业务费", "30", "30"))) == []


@pytest.mark.parametrize(("carried", "said"), [("10", []), ("9", []), ("12.00", [(2, "warning", "10万元", "12万元")])])
def test_more_carried_over_than_was_left_is_said(carried: str, said: list[object]) -> None:
    first = form(1, 2021, project("河道清淤", "100", "90"))
    second = form(2, 2022, project("河道清淤", "130", "120", carryover=carried))
    assert findings_of(first, second) == said


def test_a_sentence_on_last_years_spending_of_a_project_is_compared() -> None:
    first = form(1, 2021, project("河道清淤", "100", "90"))
    text = Evidence(source="text")
    said = amount("total", 2021, "95", Measure.EXECUTED, evaluation=0, context="total95", evidence=text)
    second = replace(form(2, 2022, project("河道清淤", "110", "110")), figures=(said,))
    assert findings_of(first, second) == [(2, "warning", "90万元", "95万元")]


def test_findings_of_links_follow_the_documents_own() -> None:
    papers = three_bodies("56.15", "48.60")
    own = results_to_rows(papers).rows["findings"]
    rows = link_rows(results_to_rows(papers)).rows["findings"]
    assert len(rows) == len(own) + 1
    assert [row[2] for row in rows if row[0] == f"{22:016x}"] == list(range(1, len(rows) - len(own) + 1))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_dataset(LinkedDataset(results_to_rows(three_bodies("56.15", "48.60"))), tmp_path / "set", workbook=False)
    return tmp_path / "set"


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def test_a_linked_dataset_keeps_its_contract(folder: Path) -> None:
    assert validate_dataset(folder) == []


def test_linking_again_changes_nothing_and_says_the_same(folder: Path) -> None:
    before = content(folder)
    outcome = CliRunner().invoke(app, ["link", str(folder)])
    assert (outcome.exit_code, content(folder)) == (0, before)
    assert outcome.stdout.count("\n") == 1
    assert "跨年关联 6，上年数不符 1" in outcome.stderr


def test_a_folder_without_a_dataset_is_refused_and_not_made(tmp_path: Path) -> None:
    outcome = CliRunner().invoke(app, ["link", str(tmp_path / "none")])
    assert (outcome.exit_code, (tmp_path / "none").exists()) == (3, False)


def test_years_that_stand_in_two_datasets_are_linked_when_they_are_merged(tmp_path: Path) -> None:
    papers = three_bodies("56.15", "48.60")
    for name, part in (("old", papers[::3] + papers[1::3]), ("new", papers[2::3])):
        write_dataset(LinkedDataset(results_to_rows(part)), tmp_path / name, workbook=False)
    whole = LinkedDataset(MergedDataset([tmp_path / "old", tmp_path / "new"]))
    assert whole.links == linked(*papers).links


def base_form(org: str, year: int, before: str, now: str) -> str:
    return (
        f"{year}年度部门整体支出绩效评价基础数据表\n填报单位：{org}\n"
        f"经费控制情况\t{year - 1}年决算数\t{year}年预算数\t{year}年决算数\n"
        f"三公经费\t{before}\t9.00\t{now}\n1、公务接待\t{before}\t9.00\t{now}\n说明：金额单位：万元。\n"
    )


def test_a_run_over_several_years_says_what_differs(tmp_path: Path) -> None:
    figures = {2021: ("7.00", "6.50"), 2022: ("6.50", "6.20"), 2023: ("6.80", "6.00")}
    for year, (before, now) in figures.items():
        (tmp_path / f"{year}.txt").write_text(base_form("桂东县水利局", year, before, now), encoding="utf-8")
    out = tmp_path / "out"
    command = ["extract", str(tmp_path), "--out", str(out), "--jobs", "0", "--no-workbook"]
    assert CliRunner().invoke(app, command).exit_code == 0
    with (out / "findings.csv").open(encoding="utf-8-sig", newline="") as file:
        found = [row for row in csv.DictReader(file) if row["check"] == "last_year_mismatch"]
    assert [(row["severity"], row["expected"], row["actual"]) for row in found] == [
        ("error", "6.2万元", "6.8万元"),
        ("error", "6.2万元", "6.8万元"),
    ]
    assert validate_dataset(out) == []
    before_again = content(out)
    assert CliRunner().invoke(app, command).exit_code == 0
    assert content(out) == before_again
