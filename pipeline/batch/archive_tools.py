"""7z and rar archives, unpacked by a tool of the machine, which is stopped where it unpacks too much."""

from __future__ import annotations

import contextlib
import os
import re
import resource
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from pipeline.batch.archives import (
    BROKEN,
    ENCRYPTED,
    MEMBER_BYTES_MAX,
    MEMBERS_MAX,
    NOT_A_FILE,
    RATIO_FREE_BYTES,
    RATIO_MAX,
    TOO_DENSE,
    TOO_MANY,
    TOO_MUCH,
    TOTAL_BYTES_MAX,
    Member,
    RefusalError,
)

# tool → its arguments; {folder} and {archive} are filled in. None asks for a password: encrypted members fail.
TOOLS: dict[str, tuple[str, ...]] = {
    "7zz": ("x", "-y", "-p-", "-o{folder}", "--", "{archive}"),
    "7z": ("x", "-y", "-p-", "-o{folder}", "--", "{archive}"),
    "bsdtar": ("-x", "-f", "{archive}", "-C", "{folder}"),
    "unar": ("-q", "-D", "-p", "-", "-o", "{folder}", "{archive}"),
}
NO_TOOL = "读 7z、rar 压缩包需要解压工具：请安装（Debian/Ubuntu：apt install 7zip），或手工解压"
TIMEOUT_S = 600.0
POLL_S = 0.1
_WRONG_PASSWORD = re.compile(r"password\??\s*:\s*(.+)$", re.I | re.M)


def tool_members(path: Path, scratch: Path) -> Iterator[Member]:
    """The members that a tool unpacked, open for reading. Raises RefusalError where there is no tool, or it failed."""
    tool = next((name for name in TOOLS if shutil.which(name)), None)
    if tool is None:
        raise RefusalError(NO_TOOL)
    scratch.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=scratch, prefix="tool-") as folder:
        said, status = _run_tool(tool, path, Path(folder))
        locked = {name.strip() for name in _WRONG_PASSWORD.findall(said)}
        members = sorted(file for file in Path(folder).rglob("*") if file.is_symlink() or not file.is_dir())
        for file in members:
            name = file.relative_to(folder).as_posix()
            locked.discard(name)
            if file.is_symlink() or not file.is_file():
                yield Member(name, refusal=NOT_A_FILE)
            elif name in _WRONG_PASSWORD.findall(said):
                yield Member(name, refusal=ENCRYPTED)
            else:
                with file.open("rb") as stream:
                    yield Member(name, stream)
        for name in sorted(locked - {path.name, str(path)}):
            yield Member(name, refusal=ENCRYPTED)
        if status and not members and not locked:
            raise RefusalError(ENCRYPTED if "password" in said.lower() or "encrypted" in said.lower() else BROKEN)


def _run_tool(tool: str, path: Path, folder: Path) -> tuple[str, int]:
    """What the tool wrote to stdout and stderr, and its exit status. Raises RefusalError where a limit is broken."""
    arguments = [part.format(folder=folder, archive=path.resolve()) for part in TOOLS[tool]]
    log_path = folder.with_name(folder.name + ".log")
    try:
        with log_path.open("wb") as log:
            process = subprocess.Popen(
                [tool, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**os.environ, "LC_ALL": "C.UTF-8"},
                preexec_fn=_limit_file_size,
            )
            try:
                status = _wait(process, path, folder)
            finally:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
                process.wait()
        return log_path.read_text(encoding="utf-8", errors="replace"), status
    finally:
        log_path.unlink(missing_ok=True)


def _limit_file_size() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (MEMBER_BYTES_MAX, MEMBER_BYTES_MAX))


def _wait(process: subprocess.Popen[bytes], path: Path, folder: Path) -> int:
    """The tool's exit status; it is watched for what it unpacks."""
    n_packed = path.stat().st_size
    deadline = time.monotonic() + TIMEOUT_S
    while True:
        status = process.poll()
        n_files, n_bytes = _count(folder)
        if n_files > MEMBERS_MAX:
            raise RefusalError(TOO_MANY)
        if n_bytes > TOTAL_BYTES_MAX:
            raise RefusalError(TOO_MUCH)
        if n_bytes > RATIO_FREE_BYTES and n_bytes > RATIO_MAX * max(n_packed, 1):
            raise RefusalError(TOO_DENSE)
        if status is not None:
            return status
        if time.monotonic() > deadline:
            raise RefusalError(f"解压超过 {TIMEOUT_S:g} 秒，已中止：请手工解压")
        time.sleep(POLL_S)


def _count(folder: Path) -> tuple[int, int]:
    n_files = n_bytes = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            n_files += 1
            with contextlib.suppress(OSError):
                n_bytes += (Path(parent) / name).lstat().st_size
    return n_files, n_bytes
