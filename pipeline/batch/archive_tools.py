"""7z and rar archives, unpacked by a tool of the machine, which is stopped where it unpacks too much."""

from __future__ import annotations

import contextlib
import json
import os
import re
import resource
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from pipeline.batch.archive_members import (
    BROKEN,
    ENCRYPTED,
    MEMBER_BYTES_MAX,
    MEMBERS_MAX,
    NOT_A_FILE,
    OUTSIDE,
    RATIO_FREE_BYTES,
    RATIO_MAX,
    TOO_DENSE,
    TOO_MANY,
    TOO_MUCH,
    TOTAL_BYTES_MAX,
    Member,
    RefusalError,
    decode_name,
)

# tool → its arguments; {folder} and {archive} are filled in. None asks for a password: encrypted members fail.
TOOLS: dict[str, tuple[str, ...]] = {
    "7zz": ("x", "-y", "-p-", "-bd", "-o{folder}", "--", "{archive}"),
    "7z": ("x", "-y", "-p-", "-bd", "-o{folder}", "--", "{archive}"),
    "bsdtar": ("-x", "-f", "{archive}", "-C", "{folder}"),
    "unar": ("-D", "-p", "-", "-o", "{folder}", "{archive}"),
}
# Which tools read a kind, best first. bsdtar checks no checksums in a rar and takes what is encrypted for text.
TOOLS_OF = {"7z": ("7zz", "7z", "bsdtar"), "rar": ("unar", "7zz", "7z")}
PACKAGE_OF = {"7z": "7zip", "rar": "unar"}
NO_TOOL = "读 {kind} 压缩包需要解压工具：请安装（Debian/Ubuntu：apt install {package}），或手工解压"
TIMEOUT_S = 600.0
POLL_S = 0.1
RAR5_MAGIC = b"Rar!\x1a\x07\x01\x00"
RAR5_ENCRYPTION = 4  # type of the header that comes first where the names are encrypted, too
# What tools say of one member that they could not unpack: why, and its name.
_FAILED = (
    re.compile(r"^ERROR: (?P<why>.+?) : (?P<name>.+)$", re.M),
    re.compile(r"^  (?P<name>.+?)  \(.*?\)\.\.\. Failed! \((?P<why>.+)\)$", re.M),
    re.compile(r"^(?!bsdtar: )(?P<name>[^\n]+?): (?P<why>[^\n]+: Unknown error -1|[^\n]*[Tt]runcated[^\n]*)$", re.M),
)
_SECRET = re.compile("password|encrypt", re.I)
_CANNOT_OPEN = re.compile("cannot open the file as", re.I)
_ABOVE = ".._"  # what unar makes of `../`


def tool_members(path: Path, kind: str, scratch: Path) -> Iterator[Member]:
    """The members that a tool unpacked, open for reading. Raises RefusalError where there is no tool, or it failed."""
    tools = [name for name in TOOLS_OF[kind] if shutil.which(name)]
    if not tools:
        raise RefusalError(NO_TOOL.format(kind=kind, package=PACKAGE_OF[kind]))
    scratch.mkdir(parents=True, exist_ok=True)
    for tool in tools:
        with tempfile.TemporaryDirectory(dir=scratch, prefix="tool-") as folder:
            said, status = _run_tool(tool, path, Path(folder))
            if status and _CANNOT_OPEN.search(said) and not _SECRET.search(said) and tool != tools[-1]:
                continue  # built without this kind
            failed = _failed_members(tool, path, said, status)
            yield from _unpacked_members(Path(folder), failed)
            if status and not failed and not any(Path(folder).iterdir()):
                raise RefusalError(ENCRYPTED if _SECRET.search(said) or _names_are_secret(path) else BROKEN)
            return


def _unpacked_members(folder: Path, failed: dict[str, str]) -> Iterator[Member]:
    """What stands in a folder, and what failed; where it is not said what did, nothing of it is believed."""
    members: dict[str, Path] = {}
    for file in folder.rglob("*"):
        if file.is_symlink() or not file.is_dir():
            members[decode_name(os.fsencode(file.relative_to(folder).as_posix()))] = file
    is_named = all(name in members or not name.startswith("#") for name in failed)
    for name, file in sorted(members.items()):
        if file.is_symlink() or not file.is_file():
            yield Member(name, refusal=NOT_A_FILE)
        elif name.startswith(_ABOVE):
            yield Member(name.replace(_ABOVE, "../", 1), refusal=OUTSIDE)
        elif name in failed or not is_named:
            yield Member(name, refusal=failed.get(name, BROKEN))
        else:
            with file.open("rb") as stream:
                yield Member(name, stream)
    for name in sorted(failed.keys() - members.keys()):
        if not name.startswith("#"):
            yield Member(name, refusal=failed[name])


def _failed_members(tool: str, path: Path, said: str, status: int) -> dict[str, str]:
    """The members that the tool could not unpack, and why."""
    failed = {
        match["name"].strip(): ENCRYPTED if _SECRET.search(match["why"]) else BROKEN
        for pattern in _FAILED
        for match in pattern.finditer(said)
    }
    failed.pop(path.name, None)
    failed.pop(str(path.resolve()), None)
    if tool == "unar" and status:
        failed |= dict.fromkeys(_secret_members(path), ENCRYPTED)
    return failed


def _secret_members(path: Path) -> list[str]:
    """The encrypted members of a rar, as the tool that comes with unar lists them; it cannot say why one failed."""
    command = ["lsar", "-j", str(path.resolve())]
    try:
        listed = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=TIMEOUT_S, check=False)
        members = json.loads(listed.stdout).get("lsarContents", [])
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return []
    return [str(member.get("XADFileName")) for member in members if member.get("XADIsEncrypted")]


def _names_are_secret(path: Path) -> bool:
    """Whether the names in a rar are encrypted: older kinds are told by the tool, the newest by its first header."""
    with path.open("rb") as file:
        head = file.read(len(RAR5_MAGIC) + 6)
    return head.startswith(RAR5_MAGIC) and head[len(RAR5_MAGIC) + 5 :] == bytes([RAR5_ENCRYPTION])


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
