"""A misread number is put right where sums and picture agree on one reading, and nowhere else."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pytest
from scanned import doubtful, read, scanned_form, sure

from pipeline.document import Box, Document
from pipeline.records import Finding, Result, Severity
from pipeline.repair import repair_result
from pipeline.repair.reader import SecondReader

LANTERNS = 1  # the indicator 更换灯器台数
LANTERNS_WEIGHT, LANTERNS_SCORE = (8, 5), (8, 6)
NIGHTS_WEIGHT, ACCIDENTS_WEIGHT = (10, 5), (11, 5)
TOTAL_EXECUTED, FISCAL_EXECUTED, TOTAL_RATE = (3, 4), (4, 4), (3, 5)


def box_of(place: tuple[int, int]) -> Box:
    row, col = place
    return Box(50 * col, 20 * row, 50 * (col + 1), 20 * (row + 1))


def reads(texts: dict[tuple[int, int], Sequence[str]]) -> SecondReader:
    """A second reading that gives these texts, and nothing for other cells."""
    by_box = {box_of(place): tuple(given) for place, given in texts.items()}

    def read_again(page: int, boxes: Sequence[Box]) -> list[tuple[str, ...]]:
        return [by_box.get(box, ()) for box in boxes]

    return read_again


NOTHING = reads({})


def repaired(document: Document, read_again: SecondReader = NOTHING) -> Result:
    return repair_result(document, read(document), read_again)


def repairs_of(result: Result) -> list[Finding]:
    return [finding for finding in result.findings if finding.check == "ocr_repair"]


def test_a_form_that_adds_up_stays_as_it_is() -> None:
    result = read(scanned_form())
    assert result.findings == ()
    assert repair_result(scanned_form(), result, NOTHING) is result


def test_two_identities_and_an_alternative_put_a_weight_right() -> None:
    document = scanned_form({LANTERNS_WEIGHT: ("16", doubtful("16", 1, [("5", 0.25)]))})
    result = repaired(document)
    row = result.evaluations[0].indicators[LANTERNS]
    assert (row.weight_raw, row.weight) == ("16", Decimal(15))
    assert [finding.check for finding in result.findings] == ["ocr_repair"]


def test_the_finding_names_text_value_and_proof() -> None:
    document = scanned_form({LANTERNS_WEIGHT: ("16", doubtful("16", 1, [("5", 0.25)]))})
    (finding,) = repairs_of(repaired(document))
    assert finding.severity is Severity.REPAIRED
    assert (finding.actual, finding.expected, finding.refs) == ("16", "15", "indicators:2.weight")
    assert (finding.evaluation, finding.page, finding.box) == (0, 1, box_of(LANTERNS_WEIGHT))
    assert finding.message == (
        "“更换灯器台数”分值识别为“16”，按级次分值、分值合计的勾稽关系应为“15”，已修正，请对照原页核对。"
    )


def test_a_text_that_was_never_ocred_is_never_touched() -> None:
    document = scanned_form({LANTERNS_WEIGHT: "16"}, native=True)
    result = read(document)
    again = reads({LANTERNS_WEIGHT: ["15"] * 6})
    assert {"weights_sum", "level_weight"} <= {finding.check for finding in result.findings}
    assert repair_result(document, result, again) is result


def test_a_contradiction_that_the_picture_confirms_is_the_publishers_own() -> None:
    document = scanned_form({LANTERNS_WEIGHT: "16"})
    result = read(document)
    assert repair_result(document, result, reads({LANTERNS_WEIGHT: ["16"] * 6})) is result


def test_nothing_is_repaired_where_two_readings_fit() -> None:
    may_be_16 = ("17", doubtful("17", 1, [("6", 0.25)]))
    may_be_23 = ("24", doubtful("24", 1, [("3", 0.25)]))
    document = scanned_form({ACCIDENTS_WEIGHT: may_be_16, NIGHTS_WEIGHT: may_be_23})
    result = read(document)
    assert repair_result(document, result, NOTHING) is result


def test_one_identity_is_not_enough_without_a_clear_picture() -> None:
    document = scanned_form({LANTERNS_SCORE: ("10", doubtful("10", 1, [("3", 0.25)]))})
    result = read(document)
    assert [finding.check for finding in result.findings] == ["scores_sum"]
    assert repair_result(document, result, NOTHING) is result


def test_one_identity_is_enough_with_a_clear_picture() -> None:
    document = scanned_form({LANTERNS_SCORE: ("10", doubtful("10", 1, [("3", 0.25)]))})
    result = repaired(document, reads({LANTERNS_SCORE: ["13", "13", "10", "13", "13", "13"]}))
    assert result.evaluations[0].indicators[LANTERNS].score == Decimal(13)
    assert "和再次识别的结果" in repairs_of(result)[0].message


def test_a_clear_picture_is_not_enough_without_an_identity() -> None:
    document = scanned_form({LANTERNS_SCORE: "10"})
    result = read(document)
    assert repair_result(document, result, reads({LANTERNS_SCORE: ["12"] * 6})) is result


def test_two_cells_are_put_right_together() -> None:
    document = scanned_form(
        {
            NIGHTS_WEIGHT: ("2A", doubtful("2A", 1, [("4", 0.4)])),
            LANTERNS_WEIGHT: ("1S", doubtful("1S", 1, [("5", 0.4)])),
        }
    )
    again = reads({NIGHTS_WEIGHT: ["24"] * 6, LANTERNS_WEIGHT: ["15"] * 6})
    result = repaired(document, again)
    assert [row.weight for row in result.evaluations[0].indicators] == [15, 15, 20, 24, 16, 10]
    assert [row.weight_raw for row in result.evaluations[0].indicators] == ["15", "1S", "20", "2A", "16", "10"]
    assert len(repairs_of(result)) == 2


def test_a_lost_point_is_put_back_where_the_picture_shows_it() -> None:
    document = scanned_form({TOTAL_EXECUTED: "7560"})
    result = repaired(document, reads({TOTAL_EXECUTED: ["75.60", "75.60", "7560", "75.60", "75.60", "7560"]}))
    fund = result.evaluations[0].funds[0]
    assert (fund.executed_raw, fund.executed) == ("7560", Decimal(756000))
    assert result.findings == tuple(repairs_of(result))


def test_a_repair_that_breaks_another_identity_is_none() -> None:
    document = scanned_form({TOTAL_RATE: "80%", TOTAL_EXECUTED: ("75.60", doubtful("75.60", 0, [("6", 0.3)]))})
    result = read(document)
    again = reads({TOTAL_EXECUTED: ["67.20"] * 6, TOTAL_RATE: ["80%"] * 6})
    assert [finding.check for finding in result.findings] == ["execution_rate"]
    assert repair_result(document, result, again) is result


@pytest.mark.parametrize("misread", ["15", "[16", "1б"])
def test_the_text_of_the_cell_stays_as_it_was_read(misread: str) -> None:
    document = scanned_form({ACCIDENTS_WEIGHT: (misread, sure(misread))})
    result = repaired(document, reads({ACCIDENTS_WEIGHT: ["16"] * 6}))
    row = result.evaluations[0].indicators[4]
    assert (row.weight_raw, row.weight) == (misread, Decimal(16))
