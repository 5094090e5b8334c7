"""The command `jixiao`. stdout is for data, stderr for progress and messages; exit codes are those of the errors.

Everything heavy is imported where it is used, so that `jixiao --help` answers at once.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from pipeline.batch.executors import DEFAULT_EXECUTOR, EXECUTORS
from pipeline.batch.watchdog import DEFAULT_MEMORY_MB, DEFAULT_TIMEOUT_S, Limits
from pipeline.errors import JixiaoError, OutputError
from pipeline.settings import (
    DEFAULT_OUTPUT,
    ENGINE_VARIABLE,
    EXIT_BROKEN_PIPE,
    EXIT_DONE_WITH_FAILURES,
    EXIT_INTERRUPTED,
    NO_CACHE_VARIABLE,
)

app = typer.Typer(
    name="jixiao",
    epilog="先看一份：jixiao show 报告.docx\n\n再读一批：jixiao extract 文件夹 --out 结果\n\n"
    "退出码 exit codes：0 完成 done，2 用法 usage，3 输入 input，4 缺依赖 dependency，5 有文件失败 done with failures",
    rich_markup_mode=None,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


ENGINE = typer.Option(
    "--engine",
    metavar="NAME",
    help="识别扫描件的引擎：rapid、paddle、paddle-official、tesseract，none 为不识别。OCR engine.",
)
NO_CACHE = typer.Option("--no-cache", help="不用识别缓存，重新识别。Recognise again, without the cache.")


def _choose_ocr(engine: str | None, no_cache: bool) -> None:
    """The choice put where worker processes find it, too. BadParameter where there is no such engine.

    One that the environment names wrongly is refused as well: else every scan of a long run would be left unread.
    """
    from pipeline.ocr.engine import ENGINES

    chosen, hint = (engine, "--engine") if engine else (os.environ.get(ENGINE_VARIABLE), ENGINE_VARIABLE)
    if chosen and chosen not in (*ENGINES, "none"):
        raise typer.BadParameter(f"可用的有 {'、'.join([*ENGINES, 'none'])}", param_hint=hint)
    if engine:
        os.environ[ENGINE_VARIABLE] = engine
    if no_cache:
        os.environ[NO_CACHE_VARIABLE] = "1"


def _print_version(wanted: bool) -> None:
    if wanted:
        from pipeline import __version__

        typer.echo(f"jixiao {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool,
        typer.Option("--version", "-V", callback=_print_version, is_eager=True, help="显示版本。Show the version."),
    ] = False,
) -> None:
    """绩效：把财政绩效评价报告、自评表读成精确的数据集。

    Read Chinese performance-evaluation documents into an exact dataset.
    """


@app.command("extract")
def extract_command(
    paths: Annotated[
        list[str],
        typer.Argument(metavar="PATH…", help="文件、文件夹或通配符（如 '*.docx'）。Files, folders or patterns."),
    ],
    out: Annotated[
        str,
        typer.Option("--out", "-o", metavar="DIR", help="数据集写到哪个文件夹或 s3://…。Folder for the dataset."),
    ] = DEFAULT_OUTPUT,
    workbook: Annotated[bool, typer.Option(help="另写 dataset.xlsx，供 Excel/WPS 打开。Also write a workbook.")] = True,
    jobs: Annotated[
        int | None,
        typer.Option(
            "--jobs", "-j", min=0, metavar="N", help="几个进程同时读；默认每核一个，0 为本进程。Worker processes."
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="未变的文件也重读。Read unchanged files again.")] = False,
    timeout: Annotated[
        float, typer.Option(min=0, metavar="SECONDS", help="每份文件的时限，0 为不限。Time limit per document.")
    ] = DEFAULT_TIMEOUT_S,
    memory_limit: Annotated[
        int, typer.Option(min=0, metavar="MB", help="每份文件的内存上限，0 为不限。Memory limit per document.")
    ] = DEFAULT_MEMORY_MB,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="只报失败的文件。Only say what failed.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="每个文件报一行。A line per file.")] = False,
    log_json: Annotated[
        bool, typer.Option("--log-json", help="日志每份文件一行 JSON。A line of JSON per document.")
    ] = False,
    executor: Annotated[
        str, typer.Option(metavar="NAME", help="谁来读：serial、processes、ray（集群）。Who reads.")
    ] = DEFAULT_EXECUTOR,
    ray_address: Annotated[
        str | None, typer.Option(metavar="HOST:PORT", help="Ray 集群的地址；不写则在本机临时起一个。Ray cluster.")
    ] = None,
    journal: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="--out 在对象存储时，本机的工作文件夹（运行记录）。Local work folder."),
    ] = None,
    engine: Annotated[str | None, ENGINE] = None,
    no_cache: Annotated[bool, NO_CACHE] = False,
) -> None:
    """读取文件，写出数据集（CSV、Parquet、工作簿）。Read documents and write the dataset.

    例：jixiao extract 报告.pdf 自评表/ --out 结果。中断后再运行同一命令即继续；未变的文件不重读。
    """
    with _errors_to_exit_codes():
        from pipeline.console import Manner, extract_to_folder

        if executor not in EXECUTORS:
            raise typer.BadParameter(f"可用的有 {'、'.join(EXECUTORS)}", param_hint="--executor")
        _choose_ocr(engine, no_cache)
        if verbose:
            _log_to_stderr()
        limits = Limits(timeout, memory_limit)
        how = (executor, ray_address, journal)
        manner = Manner(workbook, force, jobs, limits, quiet, verbose, log_json, *how)
        n_failed = extract_to_folder(paths, out, manner)
        if n_failed:
            raise typer.Exit(EXIT_DONE_WITH_FAILURES)


@app.command("show")
def show_command(
    file: Annotated[str, typer.Argument(metavar="FILE", help="一份文件。One document.")],
    json: Annotated[bool, typer.Option("--json", help="输出一个 JSON 对象。Print one JSON object.")] = False,
    engine: Annotated[str | None, ENGINE] = None,
    no_cache: Annotated[bool, NO_CACHE] = False,
) -> None:
    """看一份文件读出了什么、哪些没读懂。Show what was read out of one document, and what was not understood."""
    with _errors_to_exit_codes():
        from pipeline.api import extract_each
        from pipeline.console import printable
        from pipeline.records import Status
        from pipeline.show import print_result, result_to_json
        from pipeline.sources import find_files

        _choose_ocr(engine, no_cache)
        files = find_files([file]).files
        if len(files) > 1:
            typer.echo(f"{printable(file)} 里有 {len(files)} 份文件，只看第一份；全部读取请用 jixiao extract", err=True)
        result = next(extract_each(files[:1]))
        if result.report.source != files[0]:
            typer.echo(f"{printable(files[0])} 是压缩包或邮件，只看其中第一份；全部读取请用 jixiao extract", err=True)
        if json:
            sys.stdout.write(result_to_json(result) + "\n")
        else:
            print_result(result)
        if result.report.status == Status.FAILED:
            raise typer.Exit(EXIT_DONE_WITH_FAILURES)


@app.command("inspect")
def inspect_command(
    file: Annotated[str, typer.Argument(metavar="FILE", help="PDF 或图片。A PDF or an image.")],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="PNG", help="图片写到哪里。Where to write the picture.")],
    page: Annotated[int, typer.Option("--page", "-p", min=1, metavar="N", help="第几页。Page number.")] = 1,
    step: Annotated[
        str,
        typer.Option(metavar="STEP", help="只画一步：picture page ink words rulings grid fields all。One step."),
    ] = "all",
    engine: Annotated[str | None, ENGINE] = None,
    no_cache: Annotated[bool, NO_CACHE] = False,
) -> None:
    """把一页读出的文字、表线、单元格、字段画在页面图上。Draw what was read on the picture of a page.

    --step fields 给每个字段标上记号，并逐个列出它是数据集的哪一行（可交给 jixiao trace）。
    """
    with _errors_to_exit_codes():
        from pipeline.console import printable
        from pipeline.inspect import STEPS, inspect_page
        from pipeline.settings import ocr_settings

        if step not in STEPS:
            raise typer.BadParameter(f"可用的有 {'、'.join(STEPS)}", param_hint="--step")
        _choose_ocr(engine, no_cache)
        for field in inspect_page(file, page, out, step, ocr_settings()):
            typer.echo(printable(f"{field.tag}  {field.row}  {field.name}"))


@app.command("trace")
def trace_command(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="extract 写出的文件夹。A folder written by extract.")],
    row: Annotated[
        str,
        typer.Argument(metavar="ROW", help="表名:编号:序号，如 indicators:3c4731826b852176-01:5。A row: table:id:seq."),
    ],
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="PNG", help="另把原页上的那一处画成图片。Also draw its place on the page."),
    ] = None,
    file: Annotated[
        str | None, typer.Option(metavar="FILE", help="原文件，如已不在原处。The document, where it was moved.")
    ] = None,
    engine: Annotated[str | None, ENGINE] = None,
    no_cache: Annotated[bool, NO_CACHE] = False,
) -> None:
    """从数据集的一行回到原处：哪份文件、哪一页、哪一格、原文。From a row of the dataset back to its place.

    编号：evaluations、funds、indicators 用 eval_id，figures、findings、entities 用 doc_id；序号是 seq 列
    （evaluations 不用写）。findings 会连同它所涉的各行一起列出。
    """
    with _errors_to_exit_codes():
        from pipeline.console import printable
        from pipeline.settings import ocr_settings
        from pipeline.trace import draw_row, finding_to_keys, trace_row, traced_to_lines

        _choose_ocr(engine, no_cache)
        traced = trace_row(folder, row)
        try:
            if out is not None:
                draw_row(traced, file, out, ocr_settings())
        finally:  # a row without a picture has its words; and `| head` must not cost the picture
            for line in traced_to_lines(traced):
                typer.echo(printable(line))
            for key in finding_to_keys(traced):
                typer.echo(f"\n{key}")
                for line in traced_to_lines(trace_row(folder, key)):
                    typer.echo(printable(line))


@app.command("models")
def models_command(
    prepare: Annotated[
        bool, typer.Option("--prepare", help="备好 paddle 引擎的模型文件夹，不联网。Make paddle's model folders.")
    ] = False,
) -> None:
    """列出识别模型并核对其内容：名称、版本、许可证、sha256。List and verify the models of the recogniser."""
    with _errors_to_exit_codes():
        from pipeline.ocr.models import list_models, verify_model

        states = [verify_model(model) for model in list_models()]
        for state in states:
            model = state.model
            version = state.package_version or "未安装"
            typer.echo(f"{model.name}  {model.package} {version}  {model.licence}  {model.sha256}  {state.state}")
        if any(state.state != "ok" for state in states):
            wanted = f"{states[0].model.package}=={states[0].model.version}"
            typer.echo(f"模型缺失或与清单不符：请运行 pip install --force-reinstall --no-deps {wanted}", err=True)
            raise typer.Exit(EXIT_DONE_WITH_FAILURES)
        if prepare:
            from pipeline.ocr.paddle import prepare_folder

            for model in list_models():
                typer.echo(str(prepare_folder(model.task)))


@app.command("codebook")
def codebook_command() -> None:
    """打印数据集各表各列的含义（Markdown）。Print what every table and column means."""
    with _errors_to_exit_codes():
        from pipeline.dataset.codebook import codebook

        sys.stdout.write(codebook())


FOLDER = typer.Argument(metavar="DIR", help="extract 写出的文件夹。A folder written by extract.")


@app.command("validate")
def validate_command(folder: Annotated[Path, FOLDER]) -> None:
    """检查数据集是否守约：列、类型、键、次序、代码。Hold a dataset against its contract."""
    with _errors_to_exit_codes():
        from pipeline.dataset.validate import validate_dataset

        problems = validate_dataset(folder)
        for problem in problems:
            typer.echo(problem)
        if problems:
            raise typer.Exit(EXIT_DONE_WITH_FAILURES)
        typer.echo(f"{folder} 没有问题", err=True)


@app.command("merge")
def merge_command(
    folders: Annotated[
        list[Path], typer.Argument(metavar="DIR…", help="extract 写出的几个文件夹。Folders written by extract.")
    ],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help="合并到哪个文件夹。Folder for the whole.")],
    workbook: Annotated[bool, typer.Option(help="另写 dataset.xlsx。Also write a workbook.")] = True,
) -> None:
    """把几次运行的数据集合成一套，每份文件只收一次。Merge datasets, each document once."""
    with _errors_to_exit_codes():
        from pipeline.console import merge_to_folder

        merge_to_folder(folders, out, workbook=workbook)


@app.command("link")
def link_command(folder: Annotated[Path, FOLDER]) -> None:
    """跨年核对：同一单位、同一项目的上年数与上年报告。Compare last year's figures with last year's reports.

    extract 和 merge 已自动核对；数据集由别的版本或别的程序改过时，用它重新核对。结果写入 links 表和 findings 表。
    """
    with _errors_to_exit_codes():
        from pipeline.console import link_folder

        for line in link_folder(folder):
            typer.echo(line)


@app.command("query")
def query_command(
    folder: Annotated[Path, FOLDER],
    sql: Annotated[str, typer.Argument(metavar="SQL", help="如 'SELECT doc_type, count(*) FROM reports GROUP BY 1'")],
) -> None:
    """用 SQL（DuckDB）查询数据集，结果是 CSV。Query a dataset with SQL; the answer is CSV."""
    with _errors_to_exit_codes():
        from pipeline.dataset.query import query_dataset

        query_dataset(folder, sql, sys.stdout)


def _log_to_stderr() -> None:
    """Our own log on stderr; the libraries' stay silent below warnings."""
    import logging

    logging.basicConfig(format="%(name)s: %(message)s", level=logging.WARNING)
    logging.getLogger("pipeline").setLevel(logging.DEBUG)


@contextmanager
def _errors_to_exit_codes() -> Iterator[None]:
    """One line on stderr and the error's own exit code; Ctrl-C and a closed pipe end the command quietly."""
    try:
        yield
        sys.stdout.flush()
    except JixiaoError as error:
        typer.echo(f"jixiao: {error}", err=True)
        raise typer.Exit(error.exit_code) from error
    except KeyboardInterrupt as error:
        typer.echo("jixiao: 已中断，原有数据集未动；再运行同一命令即从中断处继续", err=True)
        raise typer.Exit(EXIT_INTERRUPTED) from error
    except BrokenPipeError as error:
        _give_up_stdout()
        raise typer.Exit(EXIT_BROKEN_PIPE) from error
    except OSError as error:  # what reads and writes files has errors of its own: this is stdout, or a full disk
        from pipeline.storage import disk_reason

        _give_up_stdout()
        typer.echo(f"jixiao: 写不出去（{disk_reason(error)}）：请检查磁盘空间和权限，再运行同一命令", err=True)
        raise typer.Exit(OutputError.exit_code) from error


def _give_up_stdout() -> None:
    """Nothing more reaches stdout; else Python tries once more at exit, and complains."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _open_closed_streams() -> None:
    """Streams that the caller closed (`>&-`) lead nowhere; else the next file that is opened takes their numbers."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # gets the lowest free number, which is this one
            setattr(sys, name, open(number, "r" if name == "stdin" else "w", encoding="utf-8"))  # noqa: SIM115, PTH123


def main() -> None:
    """Entry point of the command `jixiao`."""
    _open_closed_streams()
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="replace")  # Chinese comes out whole, whatever the locale
    app()


if __name__ == "__main__":
    main()
