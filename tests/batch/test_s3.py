"""Inputs from an object store and the dataset into one, over a real S3-speaking server."""

from __future__ import annotations

import csv
import io
import itertools
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from batch.s3_server import files_as_objects, make_bucket, objects_in, s3_server
from batch.samples import form_page, tree, write_pages
from typer.testing import CliRunner, Result

from pipeline import extract
from pipeline.batch import published
from pipeline.batch.bulk import BulkOptions, run_bulk
from pipeline.batch.executor import SerialExecutor
from pipeline.batch.published import check_store, publish, work_folder
from pipeline.cli import app
from pipeline.errors import InputError, OutputError
from pipeline.sources import find_files
from pipeline.storage import is_remote, list_objects, reason

pytest.importorskip("moto")
pytest.importorskip("flask_cors")
numbers = itertools.count()


@pytest.fixture(scope="module", autouse=True)
def url() -> Iterator[str]:
    with s3_server() as address:
        yield address


@pytest.fixture
def bucket() -> str:
    """The name of a bucket of one's own, not made yet."""
    return f"jixiao-{next(numbers):03d}"


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["extract", *map(str, arguments)])


def read_locally(files: list[str], out: Path) -> None:
    run_bulk(files, out, SerialExecutor(), BulkOptions(workbook=False), lambda meta, reused: None)


def reports(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_s3_in_and_s3_out_give_the_dataset_of_local_files(tmp_path: Path, bucket: str) -> None:
    files = write_pages(tmp_path / "in", 4)
    make_bucket(bucket, files_as_objects(tmp_path / "in", "报告/"))
    out = f"s3://{bucket}/dataset"
    outcome = run(f"s3://{bucket}/报告/", "--out", out, "--journal", tmp_path / "work", "--no-workbook", "-j", "2")
    assert (outcome.exit_code, outcome.stdout) == (0, "")
    assert outcome.stderr.splitlines()[-1] == f"数据集在 {out}"
    read_locally(files, tmp_path / "local")
    there = {n: content for n, content in objects_in(bucket, "dataset/").items() if not n.startswith("run.")}
    local = tree(tmp_path / "local")
    assert sorted(there) == sorted(local)
    for name in [name for name in local if not name.endswith(".parquet")]:
        here = there[name].decode().replace(f"s3://{bucket}/报告/", f"{tmp_path / 'in'}/")
        assert here == local[name].decode(), name
    assert there == tree(tmp_path / "work")


def test_a_second_run_reads_nothing_and_puts_nothing(tmp_path: Path, bucket: str) -> None:
    make_bucket(bucket, {f"in/{number}.html": form_page(number).encode() for number in range(2)})
    arguments = (f"s3://{bucket}/in", "-o", f"s3://{bucket}/out/", "--journal", tmp_path / "work", "-j", "0")
    assert run(*arguments).exit_code == 0
    before = objects_in(bucket, "out/")
    again = run(*arguments)
    assert "内容未变、沿用上次结果 2（全部重读请加 --force）" in again.stderr.splitlines()
    assert objects_in(bucket, "out/") == before
    assert publish(tmp_path / "work", f"s3://{bucket}/out", tmp_path / "work" / ".jixiao") == 0


def test_what_was_lost_or_spoilt_in_the_store_is_put_again(tmp_path: Path, bucket: str) -> None:
    import boto3

    read_locally(write_pages(tmp_path / "in", 2), tmp_path / "out")
    make_bucket(bucket)
    publish(tmp_path / "out", f"s3://{bucket}/d", tmp_path)
    before = objects_in(bucket)
    s3 = boto3.client("s3", endpoint_url=os.environ["AWS_ENDPOINT_URL"])
    s3.delete_object(Bucket=bucket, Key="d/funds.csv")
    s3.put_object(Bucket=bucket, Key="d/reports.csv", Body=b"spoilt")
    assert publish(tmp_path / "out", f"s3://{bucket}/d", tmp_path) == 3
    assert objects_in(bucket) == before


def test_old_texts_go_and_other_objects_stay(tmp_path: Path, bucket: str) -> None:
    files = write_pages(tmp_path / "in", 3)
    make_bucket(bucket, {"d/notes.txt": b"mine", "d/text/readme.md": b"mine", "d/text/deep/0.md": b"mine"})
    read_locally(files, tmp_path / "out")
    publish(tmp_path / "out", f"s3://{bucket}/d", tmp_path)
    assert sum(name.startswith("text/") for name in objects_in(bucket, "d/")) == 5
    read_locally(files[:1], tmp_path / "out")
    publish(tmp_path / "out", f"s3://{bucket}/d", tmp_path)
    there = objects_in(bucket, "d/")
    assert there.pop("text/") == b""
    mine = {"notes.txt": b"mine", "text/readme.md": b"mine", "text/deep/0.md": b"mine"}
    assert {name: there.pop(name) for name in mine} == mine
    assert {n: content for n, content in there.items() if not n.startswith("run.")} == tree(tmp_path / "out")


def test_the_data_package_is_put_last_and_empty_while_the_rest_is_put(
    tmp_path: Path, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_locally(write_pages(tmp_path / "in", 2), tmp_path / "out")
    make_bucket(bucket)
    out, put = f"s3://{bucket}/d", published.put_object
    publish(tmp_path / "out", out, tmp_path)
    (tmp_path / "published.json").unlink()

    def refused(file: Path, address: str) -> None:
        if address.endswith("reports.parquet"):
            raise OSError("AWS Error ACCESS_DENIED during PutObject operation")
        put(file, address)

    monkeypatch.setattr(published, "put_object", refused)
    with pytest.raises(OutputError, match=r"写不进 .*：没有访问权限.*再运行同一命令即接着上传") as caught:
        publish(tmp_path / "out", out, tmp_path)
    assert "\n" not in str(caught.value)
    assert objects_in(bucket, "d/")["datapackage.json"] == b""
    order: list[str] = []

    def noted(file: Path, address: str) -> None:
        order.append(file.name)
        put(file, address)

    monkeypatch.setattr(published, "put_object", noted)
    publish(tmp_path / "out", out, tmp_path)
    assert order[-1] == "datapackage.json"
    assert "reports.parquet" in order[:-1]
    assert tree(tmp_path / "out").items() <= objects_in(bucket, "d/").items()


def test_an_archive_in_the_store_is_opened(tmp_path: Path, bucket: str) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("甲/一.html", form_page(1))
        archive.writestr("二.html", form_page(2))
    make_bucket(bucket, {"in/两份.zip": packed.getvalue(), "in/坏.zip": b"PK\x05\x06" + bytes(18), "in/三.html": b""})
    read_locally(list(find_files([f"s3://{bucket}/in/"]).files), tmp_path / "out")
    rows = {row["source"]: row["status"] for row in reports((tmp_path / "out" / "reports.csv").read_bytes())}
    root = f"s3://{bucket}/in/"
    assert rows == {
        root + "两份.zip!甲/一.html": "ok",
        root + "两份.zip!二.html": "ok",
        root + "坏.zip": "failed",
        root + "三.html": "failed",
    }
    assert not (tmp_path / "out" / ".jixiao" / "unpacked").exists()


def test_a_folder_of_objects_is_read_by_the_rules_for_folders(bucket: str) -> None:
    keys = ("a.html", "子/b.html", "子/c 1%.html", ".git/d.html", "~$a.docx", "e.json", "reports.csv", "text/readme.md")
    make_bucket(bucket, dict.fromkeys((f"in/{key}" for key in keys), b"x") | {"elsewhere.html": b"x"})
    root = f"s3://{bucket}/in/"
    found = find_files([f"s3://{bucket}/in"], output=f"s3://{bucket}/in/")
    assert found.files == tuple(root + key for key in ("a.html", "子/b.html", "子/c 1%.html"))
    assert found.skipped == (root + "e.json", root + "text/readme.md")
    assert find_files([root + "e.json"]).files == (root + "e.json",)
    assert list_objects(f"s3://{bucket}") == dict.fromkeys((f"{root}{key}" for key in keys), 1) | {
        f"s3://{bucket}/elsewhere.html": 1
    }


def test_one_object_is_read_in_python(bucket: str) -> None:
    make_bucket(bucket, {"a.html": form_page(7).encode()})
    extraction = extract(f"s3://{bucket}/a.html")
    assert extraction.report.source == f"s3://{bucket}/a.html"
    assert extraction.report.file_name == "a.html"
    assert "清淤长度≥10公里" in extraction.text


def test_what_the_store_refuses_is_said_in_one_line(tmp_path: Path, bucket: str) -> None:
    page = write_pages(tmp_path / "in", 1)[0]
    make_bucket(bucket)
    lines = {
        (3, f"jixiao: 读不了 s3://no-such-{bucket}/in：存储桶不存在：请检查地址"): (f"s3://no-such-{bucket}/in",),
        (3, f"jixiao: 读不了 s3://{bucket}/none：文件不存在：请检查地址"): (f"s3://{bucket}/none",),
        (2, f"jixiao: 输出位置 s3://no-such-{bucket}/d 不能用：存储桶不存在：请检查地址"): (
            page,
            "--out",
            f"s3://no-such-{bucket}/d",
        ),
        (3, "jixiao: 读不了 shelf://a/b：不认识的存储 shelf://：请用 s3://，或安装支持它的 fsspec 包"): (
            "shelf://a/b",
        ),
        (3, "jixiao: 读不了 s3:///b：s3:///b 里没有存储桶的名字"): ("s3:///b",),
    }
    for (status, line), arguments in lines.items():
        outcome = run(*arguments)
        assert (outcome.exit_code, outcome.stderr) == (status, line + "\n")


def test_a_server_that_is_not_there_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9")
    with pytest.raises(InputError, match=r"读不了 s3://gone/in：连不上对象存储：请检查网络和 AWS_ENDPOINT_URL$"):
        find_files(["s3://gone/in"])
    with pytest.raises(OutputError, match=r"输出位置 s3://gone/d 不能用：连不上对象存储"):
        check_store("s3://gone/d")
    assert extract_status("s3://gone/a.pdf") == "连不上对象存储：请检查网络和 AWS_ENDPOINT_URL"


def extract_status(address: str) -> str | None:
    from pipeline.run import extract_file

    return extract_file(address).report.error


@pytest.mark.parametrize(
    ("said", "advice"),
    [
        ("AWS Error ACCESS_DENIED during HeadObject operation: No response body.", "没有访问权限"),
        ("AWS Error UNKNOWN (HTTP status 403) during ListObjectsV2: InvalidAccessKeyId", "没有访问权限"),
        ("AWS Error UNKNOWN (HTTP status 301) during HeadBucket operation", "另一个区域：请设置 AWS_DEFAULT_REGION"),
        ("AWS Error INTERNAL_FAILURE during PutObject operation", "对象存储出错（INTERNAL_FAILURE）"),
        ("the disk of the store has gone", "对象存储出错（OSError）"),
    ],
)
def test_why_a_store_refuses_is_told_without_its_own_words(said: str, advice: str) -> None:
    assert advice in reason(OSError(said))
    assert "operation" not in reason(OSError(said))


def test_other_stores_are_those_of_pyarrow_and_fsspec(tmp_path: Path) -> None:
    import fsspec

    files = write_pages(tmp_path / "in", 2)
    assert list_objects(f"file://{tmp_path}/in") == {f"file://{file}": Path(file).stat().st_size for file in files}
    fsspec.filesystem("memory").pipe({"/shelf/in/a.html": form_page(3).encode()})
    assert list(list_objects("memory://shelf/in")) == ["memory://shelf/in/a.html"]
    assert extract("memory://shelf/in/a.html").report.status == "ok"
    read_locally(files, tmp_path / "out")
    publish(tmp_path / "out", f"file://{tmp_path}/published", tmp_path)
    assert tree(tmp_path / "published").items() == tree(tmp_path / "out").items()


def test_paths_and_web_addresses_are_no_objects() -> None:
    assert [is_remote(text) for text in ("s3://b/k", "gs://b", "/a/b", "C://b", "http://a/b", "https://a")] == [
        True,
        True,
        False,
        False,
        False,
        False,
    ]


def test_every_output_address_has_a_work_folder_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    folder = work_folder("s3://b/d", None)
    assert folder.parent == tmp_path / "jixiao" / "out"
    assert work_folder("s3://b/d/", None) == folder
    assert work_folder("s3://b/e", None) != folder
    assert work_folder("s3://b/d", tmp_path / "here") == tmp_path / "here"
