"""7z and rar through the tools of the machine: what they unpacked is read, what they could not is refused by name."""

from __future__ import annotations

import shutil
import struct
import subprocess
import zipfile
import zlib
from pathlib import Path

import pytest
from batch.samples import form_page

from pipeline.batch import archive_tools, archives
from pipeline.batch.archives import expand_file

PAGE = form_page(1).encode()
SEVEN_ZIP = next((tool for tool in ("7zz", "7z") if shutil.which(tool)), "")
needs_7z = pytest.mark.skipif(not SEVEN_ZIP, reason="7z is not installed")
needs_unar = pytest.mark.skipif(shutil.which("unar") is None, reason="unar is not installed")


def outcome(path: Path) -> dict[str, str | None]:
    """What becomes of the members of an archive: the refusal, or None where the bytes are those of PAGE."""
    found: dict[str, str | None] = {}
    for task in expand_file(str(path), path.parent / "scratch"):
        if task.refusal is None:
            assert Path(task.file).read_bytes() == PAGE
        found[task.source.removeprefix(str(path)).removeprefix("!")] = task.refusal
    return found


def make_7z(path: Path, *names: str, options: tuple[str, ...] = ()) -> Path:
    """An archive of files that lie beside it."""
    subprocess.run([SEVEN_ZIP, "a", "-bso0", *options, str(path), *names], cwd=path.parent, check=True)
    return path


def rar_block(kind: int, flags: int, fields: bytes, body: bytes = b"") -> bytes:
    head = struct.pack("<BHH", kind, flags, 7 + len(fields)) + fields
    return struct.pack("<H", zlib.crc32(head) & 0xFFFF) + head + body


def rar_bytes(members: dict[bytes, bytes]) -> bytes:
    """A rar of the fourth kind whose members are stored, not compressed."""
    blocks = [b"Rar!\x1a\x07\x00", rar_block(0x73, 0, bytes(6))]
    for name, content in members.items():
        size, crc = len(content), zlib.crc32(content)
        fields = struct.pack("<IIBIIBBHI", size, size, 3, crc, 0x52A85800, 20, 0x30, len(name), 0o100644)
        blocks.append(rar_block(0x74, 0x8000, fields + name, content))
    return b"".join([*blocks, rar_block(0x7B, 0x4000, b"")])


@needs_7z
def test_members_of_a_7z_are_read_under_their_chinese_names(tmp_path: Path) -> None:
    (tmp_path / "县级").mkdir()
    (tmp_path / "县级" / "自评表.html").write_bytes(PAGE)
    (tmp_path / "乙.html").write_bytes(PAGE)
    path = make_7z(tmp_path / "a.7z", "县级", "乙.html")
    assert outcome(path) == {"县级/自评表.html": None, "乙.html": None}
    assert sorted(p.name for p in (tmp_path / "scratch").iterdir() if p.name.startswith("tool-")) == []


@needs_7z
def test_an_encrypted_member_of_a_7z_is_refused_by_name_and_the_others_are_read(tmp_path: Path) -> None:
    for name in ("open.html", "secret.html"):
        (tmp_path / name).write_bytes(PAGE)
    path = make_7z(tmp_path / "a.7z", "open.html")
    make_7z(path, "secret.html", options=("-pgeheim",))
    assert outcome(path) == {"open.html": None, "secret.html": archives.ENCRYPTED}


@needs_7z
def test_a_7z_with_encrypted_names_is_refused_as_a_whole(tmp_path: Path) -> None:
    (tmp_path / "secret.html").write_bytes(PAGE)
    path = make_7z(tmp_path / "a.7z", "secret.html", options=("-pgeheim", "-mhe=on"))
    assert outcome(path) == {"": archives.ENCRYPTED}


@needs_7z
def test_a_damaged_member_of_a_7z_is_refused_though_the_tool_left_a_piece_of_it(tmp_path: Path) -> None:
    (tmp_path / "whole.html").write_bytes(PAGE)
    (tmp_path / "cut.html").write_bytes(b"".join(form_page(n).encode() for n in range(200)))
    path = make_7z(tmp_path / "a.7z", "cut.html", "whole.html", options=("-ms=off",))
    content = bytearray(path.read_bytes())
    content[32 + 800] ^= 0x55
    path.write_bytes(content)
    assert outcome(path) == {"cut.html": archives.BROKEN, "whole.html": None}


@needs_7z
def test_a_cut_7z_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_bytes(PAGE)
    path = make_7z(tmp_path / "a.7z", "a.html")
    path.write_bytes(path.read_bytes()[:-20])
    assert outcome(path) == {"": archives.BROKEN}


@needs_7z
def test_links_in_a_7z_are_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "one.html").write_bytes(PAGE)
    (tmp_path / "link.html").symlink_to("/etc/passwd")
    path = make_7z(tmp_path / "a.7z", "one.html", "link.html", options=("-snl",))
    assert outcome(path) == {"link.html": archives.NOT_A_FILE, "one.html": None}


@needs_7z
def test_a_7z_bomb_is_stopped_and_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_tools, "RATIO_FREE_BYTES", 1_000_000)
    (tmp_path / "zeros.html").write_bytes(bytes(20_000_000))
    path = make_7z(tmp_path / "a.7z", "zeros.html")
    assert outcome(path) == {"": archives.TOO_DENSE}
    assert list((tmp_path / "scratch").iterdir()) == []


@needs_7z
def test_a_7z_in_a_zip_in_a_7z_is_read_down_to_the_depth(tmp_path: Path) -> None:
    (tmp_path / "in.html").write_bytes(PAGE)
    make_7z(tmp_path / "inner.7z", "in.html")
    make_7z(tmp_path / "deep.7z", "inner.7z")
    with zipfile.ZipFile(tmp_path / "middle.zip", "w") as archive:
        archive.write(tmp_path / "inner.7z", "inner.7z")
        archive.write(tmp_path / "deep.7z", "deep.7z")
    path = make_7z(tmp_path / "outer.7z", "middle.zip")
    assert outcome(path) == {
        "middle.zip!inner.7z!in.html": None,
        "middle.zip!deep.7z!inner.7z": archives.TOO_DEEP,
    }


@needs_unar
@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
def test_members_of_a_rar_are_read_under_their_chinese_names(tmp_path: Path, encoding: str) -> None:
    names = ["县级\\项目支出自评表.html", "整体支出绩效报告.html"]
    path = tmp_path / "a.rar"
    path.write_bytes(rar_bytes({name.encode(encoding): PAGE for name in names}))
    assert outcome(path) == {"县级/项目支出自评表.html": None, "整体支出绩效报告.html": None}


@needs_unar
def test_a_path_of_a_rar_that_points_outside_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "a.rar"
    path.write_bytes(rar_bytes({b"../evil.html": PAGE, b"good.html": PAGE}))
    assert outcome(path) == {"../evil.html": archives.OUTSIDE, "good.html": None}
    assert not (tmp_path / "evil.html").exists()
    assert not (tmp_path / "scratch" / "evil.html").exists()


@needs_unar
def test_a_member_of_a_rar_with_a_wrong_checksum_is_refused(tmp_path: Path) -> None:
    content = rar_bytes({b"bad.html": b"<html>" + PAGE, b"good.html": PAGE})
    path = tmp_path / "a.rar"
    path.write_bytes(content.replace(b"<html><html>", b"<html><HTML>", 1))
    assert outcome(path) == {"bad.html": archives.BROKEN, "good.html": None}


@pytest.mark.parametrize(("head", "package"), [(b"Rar!\x1a\x07\x01\x00", "unar"), (b"7z\xbc\xaf\x27\x1c", "7zip")])
def test_without_a_tool_the_row_names_the_package_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, head: bytes, package: str
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    path = tmp_path / "a.bin"
    path.write_bytes(head + b"x" * 50)
    assert f"apt install {package}）" in str(outcome(path)[""])


SAID = {
    "ERROR: Wrong password : two.html": ("two.html", archives.ENCRYPTED),
    "ERROR: Data Error in encrypted file. Wrong password? : 县/三.html": ("县/三.html", archives.ENCRYPTED),
    "ERROR: CRC Failed : two.html": ("two.html", archives.BROKEN),
    "  two.html  (450 B)... Failed! (Wrong checksum)": ("two.html", archives.BROKEN),
    "two.html: Decompression failed(9): Unknown error -1": ("two.html", archives.BROKEN),
    "two.html: The file content is encrypted, but currently not supported: Unknown error -1": (
        "two.html",
        archives.ENCRYPTED,
    ),
}


@pytest.mark.parametrize("line", SAID)
def test_what_tools_say_of_a_member_is_understood(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str) -> None:
    (tmp_path / "bin").mkdir()
    tool = tmp_path / "bin" / "7zz"
    tool.write_text('#!/bin/sh\necho\necho "$SAID"\nexit 2\n', encoding="utf-8")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    monkeypatch.setenv("SAID", line)
    path = tmp_path / "a.7z"
    path.write_bytes(b"7z\xbc\xaf\x27\x1c" + b"x" * 50)
    name, reason = SAID[line]
    assert outcome(path) == {name: reason}
