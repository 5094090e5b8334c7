"""How much of a gold file an extraction gives (precision, recall, F1 per part), and how two extractions differ."""

from __future__ import annotations

import dataclasses
import datetime
import difflib
import enum
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from pipeline.records import Result

Row = dict[str, Any]

REPORT = ("doc_type", "org", "province", "city", "county", "adcode", "fiscal_year", "report_date", "score", "grade")
EVALUATION = ("kind", "subject", "competent_dept", "implementing_unit", "fiscal_year", "weight_total", "score_total")
FUND = ("item", "initial_budget", "annual_budget", "executed", "weight", "execution_rate", "score")
INDICATOR = (
    *("level1", "level2", "level3", "level1_weight", "level2_weight", "target_raw", "target_op", "target_value"),
    *("target_unit", "actual_raw", "actual_value", "actual_unit", "weight", "score"),
)
CORE = ("report", "evaluations", "funds", "indicators")
PROSE: dict[str, tuple[str, ...]] = {
    "report": ("title",),
    "evaluations": ("goal_expected", "goal_actual", "form_date", "grade"),
    "indicators": ("level1_raw", "level2_raw", "deviation", "explanation", "criteria"),
}
PUNCTUATION = str.maketrans("，。；：（）“”、≧≦＝－—～", ',.;:()"",≥≤=--~')
LIKE_ENOUGH = 0.5


def plain(value: Any) -> str | None:
    """A value as gold files write it: decimals without trailing zeros, codes and dates as text."""
    if value is None or value == "":
        return None
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, enum.Enum):
        return str(value.value)
    return value.isoformat() if isinstance(value, datetime.date) else str(value)


def folded(text: str) -> str:
    """Text without blanks and with punctuation and full-width forms folded, for comparison."""
    return re.sub(r"[\s,.;\"]", "", unicodedata.normalize("NFKC", text.translate(PUNCTUATION)).translate(PUNCTUATION))


def same(got: str | None, want: str | None) -> bool:
    if got is None or want is None:
        return got is want
    try:
        return Decimal(got) == Decimal(want)
    except InvalidOperation:
        return folded(got) == folded(want)


def likeness(got: str | None, want: str | None) -> float:
    if not got or not want:
        return 0.0
    a, b = folded(got), folded(want)
    return 1.0 if a == b else difflib.SequenceMatcher(None, a, b, autojunk=False).ratio()


def readings(row: Row, name: str) -> list[str | None]:
    """All values of a gold field that count as right."""
    return [plain(v) for v in (row.get(name), *row.get(f"{name}_alt", ()))]


@dataclass
class Tally:
    """Counts of one part: fields given, fields in gold, fields right; and every miss in words."""

    given: int = 0
    gold: int = 0
    right: int = 0
    misses: list[str] = field(default_factory=list)

    def count(self, where: str, names: Iterable[str], got: Row, want: Row) -> None:
        for name in names:
            value, accepted = plain(got.get(name)), readings(want, name)
            if value is None and None in accepted:
                continue
            is_right = any(same(value, w) for w in accepted if w is not None)
            self.given += value is not None
            self.gold += accepted != [None] and (is_right or accepted[0] is not None)
            self.right += is_right
            if not is_right:
                self.misses.append(f"{where} {name}: got {value!r}, gold {accepted[0]!r}")

    def add(self, other: Tally) -> None:
        self.given += other.given
        self.gold += other.gold
        self.right += other.right
        self.misses += other.misses

    @property
    def precision(self) -> float:
        return self.right / self.given if self.given else float(not self.gold)

    @property
    def recall(self) -> float:
        return self.right / self.gold if self.gold else 1.0

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def align(got: Sequence[Row], want: Sequence[Row], alike: Callable[[Row, Row], float]) -> list[tuple[Row, Row]]:
    """The order-keeping pairing with the greatest likeness; a row without a partner is paired with an empty one."""
    score = [[alike(g, w) for w in want] for g in got]
    n, m = len(got), len(want)
    best = [[0.0] * (m + 1) for _ in range(n + 1)]
    for i in reversed(range(n)):
        for j in reversed(range(m)):
            paired = best[i + 1][j + 1] + score[i][j] if score[i][j] >= LIKE_ENOUGH else 0.0
            best[i][j] = max(best[i + 1][j], best[i][j + 1], paired)
    pairs: list[tuple[Row, Row]] = []
    i = j = 0
    while i < n and j < m:
        if score[i][j] >= LIKE_ENOUGH and best[i][j] == best[i + 1][j + 1] + score[i][j]:
            pairs.append((got[i], want[j]))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            pairs.append((got[i], {}))
            i += 1
        else:
            pairs.append(({}, want[j]))
            j += 1
    return pairs + [(g, {}) for g in got[i:]] + [({}, w) for w in want[j:]]


def by_name(name: str) -> Callable[[Row, Row], float]:
    """Likeness of two rows by one field, other accepted readings included."""
    return lambda got, want: max(likeness(plain(got.get(name)), w) for w in readings(want, name))


def subject_alike(got: Row, want: Row) -> float:
    """Likeness of two evaluations: by subject; a nameless one is like a nameless one."""
    if plain(got.get("subject")) is None and None in readings(want, "subject"):
        return 1.0
    return by_name("subject")(got, want)


def pair_evaluations(got: Sequence[Row], want: Sequence[Row]) -> list[tuple[Row, Row]]:
    """Extracted and gold evaluations by subject; where there is one of each they belong together."""
    if len(got) == len(want) == 1:
        return [(got[0], want[0])]
    return align(got, want, subject_alike)


def figure_alike(got: Row, want: Row) -> bool:
    """Whether an extracted figure is the gold one: value, unit and year agree."""
    year = plain(got.get("fiscal_year"))
    value = plain(got.get("value"))
    return (
        any(same(value, w) for w in readings(want, "value"))
        and (year is None or any(year == w for w in readings(want, "fiscal_year")))
        and (want["unit"] not in ("CNY", "percent") or got.get("unit") == want["unit"])
    )


def result_to_rows(result: Result) -> Row:
    """The result as plain nested dicts."""
    rows: Row = dataclasses.asdict(dataclasses.replace(result, tables=(), entities=(), text=""))
    return rows


def score_result(result: Result, gold: Row) -> dict[str, Tally]:
    """A tally per part: the core parts, `prose` (titles, goals, reasons), `figures` (recall) and `findings`."""
    rows = result_to_rows(result)
    parts = {name: Tally() for name in (*CORE, "prose", "figures", "findings")}
    parts["report"].count("report", REPORT, rows["report"], gold["report"])
    parts["prose"].count("report", PROSE["report"], rows["report"], gold["report"])
    for n, (got, want) in enumerate(pair_evaluations(rows["evaluations"], gold["evaluations"]), 1):
        parts["evaluations"].count(f"evaluation {n}", EVALUATION, got, want)
        parts["prose"].count(f"evaluation {n}", PROSE["evaluations"], got, want)
        for g, w in align(got.get("funds", ()), want.get("funds", ()), by_name("item_raw")):
            if g or not w.get("optional"):
                parts["funds"].count(f"evaluation {n} fund {w.get('item_raw', g.get('item_raw'))}", FUND, g, w)
        for g, w in align(got.get("indicators", ()), want.get("indicators", ()), by_name("level3")):
            where = f"evaluation {n} indicator {w.get('level3', g.get('level3'))}"
            parts["indicators"].count(where, INDICATOR, g, w)
            parts["prose"].count(where, PROSE["indicators"], g, w)
    score_figures(parts["figures"], rows, gold)
    score_findings(parts["findings"], rows, gold)
    return parts


def score_figures(tally: Tally, rows: Row, gold: Row) -> None:
    """Recall of the figures that must be found, each extracted one used once; item and measure must agree too."""
    pool = list(rows["figures"])
    for want in (f for f in gold["figures"] if not f.get("optional")):
        hits = [f for f in pool if figure_alike(f, want)]
        hits.sort(key=lambda f: -sum(plain(f.get(k)) in readings(want, k) for k in ("item", "measure")))
        hits.sort(key=lambda f: -likeness(f.get("item_raw"), want["item_raw"]))
        if hits:
            pool.remove(hits[0])
            tally.count(f"figure {want['item_raw']}", ("value", "item", "measure"), hits[0], want)
        else:
            tally.count(f"figure {want['item_raw']}", ("value", "item", "measure"), {}, want)


def score_findings(tally: Tally, rows: Row, gold: Row) -> None:
    """Findings that gold names must be reported; an `error` that gold does not name counts against precision."""
    left = [(plain(f["check"]), plain(f["severity"])) for f in rows["findings"]]
    for want in gold["findings"]:
        hit = next((f for f in left if f[0] in readings(want, "check")), None)
        tally.gold += 1
        if hit is None:
            tally.misses.append(f"finding {want['check']}: {want['about']}: not found")
        else:
            left.remove(hit)
            tally.given += 1
            tally.right += 1
    wrong = [check for check, severity in left if severity == "error"]
    tally.given += len(wrong)
    tally.misses += [f"finding {check}: not in gold" for check in wrong]


def core(parts: dict[str, Tally]) -> Tally:
    """The core parts as one."""
    total = Tally()
    for name in CORE:
        total.add(parts[name])
    return total


FILE_FIELDS = {"doc_id", "source", "file_name", "media_type", "bytes", "sha256", "pages", "ocr_pages"}
PLACE_FIELDS = {"evidence", "page", "box", "not_understood"}


def differences(one: Any, other: Any, path: str = "") -> list[str]:
    """Where two results differ apart from the file itself and from places on the page."""
    if isinstance(one, dict) and isinstance(other, dict):
        names = [n for n in one if n not in PLACE_FIELDS and not (path == "/report" and n in FILE_FIELDS)]
        return [d for n in names for d in differences(one[n], other[n], f"{path}/{n}")]
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        if len(one) != len(other):
            return [f"{path}: {len(one)} rows against {len(other)}"]
        return [d for i, (a, b) in enumerate(zip(one, other, strict=True)) for d in differences(a, b, f"{path}/{i}")]
    return [] if one == other else [f"{path}: {one!r} against {other!r}"]
