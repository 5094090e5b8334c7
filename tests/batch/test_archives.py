"""Archives: every document inside is read, everything hostile is refused by name, and nothing leaves its place."""

from __future__ import annotations

import bz2
import gzip
import io
import struct
import tarfile
import zipfile
import zlib
from pathlib import Path

import pytest
from batch.samples import form_page, tree, write_pages

from pipeline.batch import archives
from pipeline.batch.archives import archive_kind, decode_name, expand_file
from pipeline.batch.bulk import BulkOptions, run_bulk
from pipeline.batch.executor import SerialExecutor
from pipeline.batch.job import Task

PAGE = form_page(1).encode()


def expand(path: Path) -> list[Task]:
    return list(expand_file(str(path), path.parent / "scratch"))


def inner_names(tasks: list[Task], path: Path) -> list[str]:
    return [task.source.removeprefix(f"{path}!") for task in tasks]


def zip_bytes(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def tar_bytes(members: dict[str, bytes], mode: str = "w") -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode, format=tarfile.GNU_FORMAT) as archive:  # type: ignore[call-overload]
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("name", ["a.zip", "a.tar", "a.tar.gz", "a.tar.bz2", "a.tar.xz"])
def test_members_are_documents_named_after_archive_and_member(tmp_path: Path, name: str) -> None:
    members = {"县/一.html": PAGE, "二.html": form_page(2).encode(), "__MACOSX/._二.html": b"x", "县/.DS_Store": b"x"}
    content = zip_bytes(members) if name == "a.zip" else tar_bytes(members, "w:" + name.partition(".tar.")[2])
    path = write(tmp_path / name, content)
    tasks = expand(path)
    assert inner_names(tasks, path) == ["县/一.html", "二.html"]
    assert [Path(task.file).read_bytes() for task in tasks] == [PAGE, form_page(2).encode()]
    assert [task.name for task in tasks] == ["一.html", "二.html"]


def test_gbk_names_of_chinese_windows_come_out_right(tmp_path: Path) -> None:
    name = "自评表.html".encode("gbk")
    placeholder = "x" * len(name)
    content = zip_bytes({placeholder: PAGE}).replace(placeholder.encode(), name)
    path = write(tmp_path / "a.zip", content)
    assert inner_names(expand(path), path) == ["自评表.html"]


def test_the_unicode_field_of_a_name_is_believed(tmp_path: Path) -> None:
    info = zipfile.ZipInfo("zipingbiao.html")
    written = "自评表.html".encode()
    field = struct.pack("<BL", 1, zlib.crc32(b"zipingbiao.html")) + written
    info.extra = struct.pack("<HH", 0x7075, len(field)) + field
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(info, PAGE)
    path = tmp_path / "a.zip"
    assert inner_names(expand(path), path) == ["自评表.html"]


def test_names_are_utf8_where_they_can_be() -> None:
    assert decode_name("基础数据表".encode()) == "基础数据表"
    assert decode_name("基础数据表".encode("gb18030")) == "基础数据表"


def test_a_file_compressed_alone_is_a_document(tmp_path: Path) -> None:
    for name, content in (("a.html.gz", gzip.compress(PAGE)), ("b.html.bz2", bz2.compress(PAGE))):
        path = write(tmp_path / name, content)
        tasks = expand(path)
        assert inner_names(tasks, path) == [path.stem]
        assert Path(tasks[0].file).read_bytes() == PAGE


def test_a_word_file_is_no_archive(tmp_path: Path) -> None:
    import docx

    docx.Document().save(str(tmp_path / "a.docx"))
    assert archive_kind(tmp_path / "a.docx") is None
    assert expand(tmp_path / "a.docx") == [Task(str(tmp_path / "a.docx"), str(tmp_path / "a.docx"))]


@pytest.mark.parametrize("name", ["../../evil.html", "/etc/evil.html", "C:\\evil.html", "a/../../evil.html"])
def test_paths_that_point_outside_are_refused_by_name(tmp_path: Path, name: str) -> None:
    path = write(tmp_path / "a.zip", zip_bytes({name: PAGE, "good.html": PAGE}))
    tasks = expand(path)
    assert [task.refusal for task in tasks] == [archives.OUTSIDE, None]
    assert tasks[0].source.endswith("evil.html")
    assert sorted(p.name for p in tmp_path.rglob("*evil*")) == []


def test_links_in_a_tar_are_refused_by_name(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "a.tar", "w") as archive:
        link = tarfile.TarInfo("passwd.html")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    assert [task.refusal for task in expand(tmp_path / "a.tar")] == [archives.NOT_A_FILE]


def test_encrypted_members_are_refused_by_name(tmp_path: Path) -> None:
    content = bytearray(zip_bytes({"locked.html": PAGE}))
    content[6] |= 1  # the flag in the local head, and in the directory
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path = write(tmp_path / "a.zip", bytes(content))
    tasks = expand(path)
    assert inner_names(tasks, path) == ["locked.html"]
    assert tasks[0].refusal == archives.ENCRYPTED


def test_a_bomb_is_refused_by_its_ratio_and_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "RATIO_FREE_BYTES", 1_000_000)
    path = write(tmp_path / "a.zip", zip_bytes({"bomb.txt": b"0" * 8_000_000, "good.html": PAGE}))
    tasks = expand(path)
    assert [task.refusal for task in tasks] == [archives.TOO_DENSE, None]
    assert [p.read_bytes() for p in (tmp_path / "scratch").iterdir()] == [PAGE]
    tar = write(tmp_path / "b.tar.gz", tar_bytes({"bomb.txt": b"0" * 8_000_000}, "w:gz"))
    assert [task.refusal for task in expand(tar)] == [archives.TOO_DENSE]


def test_a_member_that_lies_about_its_size_is_cut_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MEMBER_BYTES_MAX", 1_500_000)
    path = write(tmp_path / "a.html.gz", gzip.compress(bytes(range(256)) * 20_000))
    assert [task.refusal for task in expand(path)] == [archives.TOO_LARGE]


def test_count_and_total_are_limited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "a.zip", zip_bytes({f"{n}.html": PAGE for n in range(5)}))
    monkeypatch.setattr(archives, "MEMBERS_MAX", 3)
    assert [task.refusal for task in expand(path)] == [None, None, None, archives.TOO_MANY]
    monkeypatch.setattr(archives, "MEMBERS_MAX", 100)
    monkeypatch.setattr(archives, "TOTAL_BYTES_MAX", len(PAGE) * 2)
    assert [task.refusal for task in expand(path)] == [None, None, archives.TOO_MUCH]


def test_archives_in_archives_are_read_down_to_a_depth(tmp_path: Path) -> None:
    content = zip_bytes({"deep.html": PAGE})
    for level in range(3):
        content = zip_bytes({f"{level}.zip": content, f"{level}.html": PAGE})
    path = write(tmp_path / "a.zip", content)
    found = [(task.source.removeprefix(f"{path}!"), task.refusal) for task in expand(path)]
    assert found == [
        ("2.zip!1.zip!0.zip", archives.TOO_DEEP),
        ("2.zip!1.zip!0.html", None),
        ("2.zip!1.html", None),
        ("2.html", None),
    ]


def test_two_members_of_one_name_are_told_apart(tmp_path: Path) -> None:
    path = write(tmp_path / "a.tar", tar_bytes({"a.html": PAGE, "b.html": PAGE}).replace(b"b.html", b"a.html"))
    with tarfile.open(tmp_path / "b.tar", "w") as archive:
        for number in (1, 2):
            info = tarfile.TarInfo("a.html")
            info.size = len(form_page(number).encode())
            archive.addfile(info, io.BytesIO(form_page(number).encode()))
    path = tmp_path / "b.tar"
    assert inner_names(expand(path), path) == ["a.html", "a.html#2"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (zip_bytes({}), archives.NOTHING_INSIDE),
        (zip_bytes({"readme.txt": b"x"}), archives.NOTHING_INSIDE),
        (gzip.compress(PAGE)[:-20], archives.BROKEN),
        (tar_bytes({"a.html": PAGE * 40}, "w:gz")[:150], archives.BROKEN),
    ],
)
def test_an_archive_that_gives_nothing_says_why(tmp_path: Path, content: bytes, reason: str) -> None:
    tasks = expand(write(tmp_path / "a.bin", content))
    assert [task.refusal for task in tasks] == [reason]


FAKE_TOOL = """#!/bin/sh
for argument; do case "$argument" in -o*) folder="${argument#-o}";; esac; done
mkdir "$folder/sub"
printf '%s' "$PAGE" > "$folder/sub/one.html"
ln -s /etc/passwd "$folder/link.html"
echo 'ERROR: Wrong password : two.html'
exit 2
"""


def test_a_tool_unpacks_what_we_cannot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "bin").mkdir()
    tool = tmp_path / "bin" / "7zz"
    tool.write_text(FAKE_TOOL, encoding="utf-8")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    monkeypatch.setenv("PAGE", PAGE.decode())
    path = write(tmp_path / "a.7z", b"7z\xbc\xaf\x27\x1c" + b"x" * 50)
    tasks = expand(path)
    found = dict(zip(inner_names(tasks, path), [task.refusal for task in tasks], strict=True))
    assert found == {"link.html": archives.NOT_A_FILE, "sub/one.html": None, "two.html": archives.ENCRYPTED}
    assert [Path(task.file).read_bytes() for task in tasks if task.refusal is None] == [PAGE]


def test_a_run_reads_archives_and_tidies_up(tmp_path: Path) -> None:
    write_pages(tmp_path / "in", 2)
    write(tmp_path / "in" / "more.zip", zip_bytes({"县/三.html": form_page(3).encode(), "../x.html": PAGE}))
    files = [str(path) for path in sorted((tmp_path / "in").iterdir())]
    told: list[bool] = []
    for _ in range(2):
        outcome = run_bulk(
            files, tmp_path / "out", SerialExecutor(), BulkOptions(workbook=False), lambda meta, old: told.append(old)
        )
    by_source = {meta.source.removeprefix(f"{tmp_path}/in/"): meta for meta in outcome.metas}
    assert {source: meta.status for source, meta in by_source.items()} == {
        "page-000.html": "ok",
        "page-001.html": "ok",
        "more.zip!县/三.html": "ok",
        "more.zip!../x.html": "failed",
    }
    assert told == [False] * 4 + [True] * 4
    assert not (tmp_path / "out" / ".jixiao" / "unpacked").exists()
    assert "more.zip!县/三.html,三.html,text/html" in tree(tmp_path / "out")["reports.csv"].decode()


def test_the_python_door_reads_archives(tmp_path: Path) -> None:
    from pipeline import extract

    path = write(tmp_path / "a.zip", zip_bytes({"一.html": PAGE}))
    assert list(extract(path).reports["file_name"]) == ["一.html"]
