"""`jixiao trace`: from a row of a dataset back to the place where it was read, in words and as a picture."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pipeline.canvas import (
    POINTS_PER_INCH,
    Colour,
    as_it_was_read,
    draw_frames,
    find_inner_picture,
    find_picture,
    to_canvas,
    write_png,
)
from pipeline.dataset.reader import read_rows_of
from pipeline.dataset.rows import CellValue
from pipeline.dataset.schema import TABLE_BY_NAME, TEXT_FOLDER
from pipeline.dataset.writer import cell_to_text
from pipeline.document import Box, Source
from pipeline.errors import InputError
from pipeline.settings import OcrSettings
from pipeline.storage import is_remote

Row = Mapping[str, CellValue]

TRACED = {  # table → the columns that name a row of it
    "evaluations": ("eval_id",),
    "funds": ("eval_id", "seq"),
    "indicators": ("eval_id", "seq"),
    "figures": ("doc_id", "seq"),
    "findings": ("doc_id", "seq"),
    "entities": ("doc_id", "seq"),
}
KEYS = "；".join(f"{table}:{':'.join(columns)}" for table, columns in TRACED.items())
PLACE_COLUMNS = frozenset(("eval_id", "doc_id", "seq", "page", "bbox", "source", "table_no", "table_row"))
ROW_COLOUR: Colour = (230, 120, 0)
FIELD_COLOUR: Colour = (0, 140, 255)
MARGIN_PT = 72.0  # shown above and below the row
MAX_TEXT_LINES = 3


@dataclass(frozen=True, slots=True)
class Traced:
    """A row of a dataset, the report that it belongs to, and the cells of the table's row that it was read from."""

    table: str
    row: Row
    reports: tuple[Row, ...]  # of the files with these bytes
    cells: tuple[Row, ...]
    folder: Path

    @property
    def box(self) -> Box | None:
        """Where it stands on its page, in points."""
        return _box(self.row)


def trace_row(folder: Path, key: str) -> Traced:
    """The row that `key` names (`indicators:3c4731826b852176-01:5`), with what leads back to its place.

    Raises InputError where there is no such row, or no dataset.
    """
    table, *names = key.strip().split(":")
    columns = TRACED.get(table, ())
    if not columns or len(names) != len(columns):
        raise InputError(f"看不懂 {key}：请写成 {KEYS}")
    doc_id = names[0].rpartition("-")[0] if columns[0] == "eval_id" else names[0]
    wanted = dict(zip(columns, names, strict=True))
    rows = [row for row in read_rows_of(folder, table, doc_id) if all(str(row[c]) == n for c, n in wanted.items())]
    if not rows:
        raise InputError(f"{folder} 的 {table} 表里没有 {key}：请核对编号")
    row = rows[0]
    cells = [cell for cell in read_rows_of(folder, "tables", doc_id) if _is_in_row(cell, row)]
    return Traced(table, row, tuple(read_rows_of(folder, "reports", doc_id)), tuple(cells), folder)


def _is_in_row(cell: Row, row: Row) -> bool:
    """Whether a cell of a table covers the table's row that the row was read from."""
    number, first, span = row.get("table_row"), cell["row"], cell["rowspan"]
    if not (isinstance(number, int) and isinstance(first, int) and isinstance(span, int)):
        return False
    return cell["table_no"] == row["table_no"] and first <= number < first + span


def traced_to_lines(traced: Traced) -> Iterator[str]:
    """What the row says, where it stands, and the text that it was read from: a line each."""
    row = traced.row
    for report in traced.reports:
        yield f"文件  {report['source']}"
    if row["page"] is not None:
        is_paged = any(report["pages"] for report in traced.reports)
        yield f"第 {row['page']} 页" if is_paged else f"第 {row['page']} 张图片"
    if row["bbox"] is not None:
        yield f"位置  {row['bbox']}（磅，左上角为原点）"
    if row.get("table_no") is not None:
        yield f"表格  第 {row['table_no']} 张表，第 {int(str(row['table_row'])) + 1} 行"
        yield "原表  " + " | ".join("".join(str(cell["text"] or "").split("\n")) for cell in traced.cells)
    elif row.get("source") == "text" and not row.get("context"):
        yield from (f"正文  第 {number} 行：{line}" for number, line in _text_lines(traced))
    for column in TABLE_BY_NAME[traced.table].columns:
        if column.name not in PLACE_COLUMNS and row[column.name] is not None:
            yield f"{column.name}  {column.zh}  {cell_to_text(row[column.name], column.type)}"


def finding_to_keys(traced: Traced) -> list[str]:
    """The rows that a finding speaks of, each once; none for other rows and for the report itself."""
    row, keys = traced.row, []
    for ref in str(row.get("refs") or "").split(";"):
        table, _, rest = ref.partition(":")
        columns = TRACED.get(table, ())
        name = {"eval_id": row["eval_id"], "doc_id": row["doc_id"]}.get(columns[0]) if columns else None
        if name and rest:
            keys.append(f"{table}:{name}" + (f":{rest.partition('.')[0]}" if len(columns) > 1 else ""))
    return list(dict.fromkeys(keys))


def _text_lines(traced: Traced) -> list[tuple[int, str]]:
    """Lines of the document's text that hold most of what the row has as printed, with their numbers from 1."""
    row = traced.row
    printed = [str(value) for name, value in row.items() if name.endswith(("_raw", "level3", "subject")) and value]
    path = traced.folder / TEXT_FOLDER / f"{row['doc_id']}.md"
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
    hits = [(sum(text in line for text in printed), number, line) for number, line in enumerate(lines, 1)]
    most = max((n for n, _, _ in hits), default=0)
    return [(number, line.strip()) for n, number, line in hits if n == most > 0][:MAX_TEXT_LINES]


def draw_row(traced: Traced, file: str | None, out: Path, ocr: OcrSettings) -> None:
    """Nothing comes out; the part of the page where the row was read stands in `out`, its cells framed.

    `file` is the document where it is no longer at the place that the dataset names. Raises InputError where the row
    has no place on a page, or the document is not there or another one by now; OutputError.
    """
    row, box = traced.row, traced.box
    if box is None or not isinstance(row["page"], int):
        raise InputError("这一行没有页面上的位置（Word、网页、表格文件没有页码）：请看标准输出里的表号、行号或正文")
    with _opened(traced.reports, file) as source:
        is_paged = source.kind in ("pdf", "image")
        picture = find_picture(source, row["page"]) if is_paged else find_inner_picture(source, row["page"])
        pixels, dpi = as_it_was_read(source, picture, ocr)
    scale = dpi / POINTS_PER_INCH
    canvas = to_canvas(pixels)
    around = [found for cell in traced.cells if cell["page"] == row["page"] and (found := _box(cell))]
    draw_frames(canvas, around, ROW_COLOUR, scale, 2)
    draw_frames(canvas, [box], FIELD_COLOUR, scale, 4)
    top, bottom = max(0, round((box.y0 - MARGIN_PT) * scale)), round((box.y1 + MARGIN_PT) * scale)
    place = canvas[top:bottom]
    write_png(place if place.size else canvas, out)  # the whole page, where another engine's page is shorter


@contextmanager
def _opened(reports: Sequence[Row], file: str | None) -> Iterator[Source]:
    """The document of these reports, unpacked where it lies in an archive."""
    from pipeline.batch.archives import expand_file
    from pipeline.read.source import content_to_source, open_source

    sources = [str(report["source"]) for report in reports]
    sha256 = str(reports[0]["sha256"])
    with tempfile.TemporaryDirectory(prefix="jixiao-") as scratch:
        for path in [file] if file else [path for source in sources for path in _outermost(source)]:
            if not is_remote(path) and not Path(path).is_file():
                continue
            for task in expand_file(path, Path(scratch)):
                if task.refusal or (not file and task.source not in sources):
                    continue
                opened = open_source(task.file)
                if opened.sha256 == sha256:
                    yield content_to_source(opened.content, task.name, task.source)
                    return
    where = file or "、".join(sources)
    raise InputError(f"{where} 不在原处，或内容已变：请在当时运行 extract 的文件夹里运行，或用 --file 指出原文件")


def _outermost(source: str) -> list[str]:
    """What a source may be in: itself, for `!` may stand in a name, or the archive that it begins with."""
    parts = source.split("!")
    return ["!".join(parts[:n]) for n in range(len(parts), 0, -1)]


def _box(row: Row) -> Box | None:
    return Box(*map(float, str(row["bbox"]).split())) if row["bbox"] is not None else None
