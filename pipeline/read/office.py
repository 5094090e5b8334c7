"""Old and foreign office files (doc, wps, rtf, odt, ods, xlsb), converted by LibreOffice, then read like new ones."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from pipeline.document import Document, Source
from pipeline.errors import DependencyError, InputError

CONVERT_TIMEOUT_S = 180
_SUFFIXES = {
    "application/msword": ".doc",
    "application/rtf": ".rtf",
    "application/vnd.oasis.opendocument.text": ".odt",
    "application/vnd.ms-word2003+xml": ".xml",
    "application/vnd.ms-excel": ".xls",
    "application/vnd.ms-excel2003+xml": ".xml",
    "application/vnd.ms-excel.sheet.binary.macroEnabled.12": ".xlsb",
    "application/vnd.oasis.opendocument.spreadsheet": ".ods",
}
_PROGRAM_NAMES = ("soffice", "libreoffice")
_USUAL_PLACES = (
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    r"C:\Program Files\LibreOffice\program\soffice.exe",
    r"C:\Program Files (x86)\LibreOffice\program\soffice.exe",
)


def read_doc(source: Source) -> Document:
    """Paragraphs and tables of a doc, wps, rtf or odt file.

    Raises DependencyError where LibreOffice is not installed, InputError where it cannot open the file.
    """
    from pipeline.read.word import docx_to_document

    return docx_to_document(source, convert(source, "docx"))


def find_soffice() -> str:
    """Path of the LibreOffice program; DependencyError that says how to install it where there is none."""
    for name in _PROGRAM_NAMES:
        found = shutil.which(name)
        if found:
            return found
    for place in _USUAL_PLACES:
        if Path(place).exists():
            return place
    raise DependencyError(
        "读取 doc/wps/rtf 等旧格式需要 LibreOffice："
        "Debian/Ubuntu 请运行 apt install libreoffice-writer libreoffice-calc；"
        "macOS/Windows 请从 https://www.libreoffice.org/download 下载安装；或用 Word/WPS 另存为 docx/xlsx"
    )


def convert(source: Source, target: str) -> bytes:
    """The bytes of `source` as `target` (`docx` or `xlsx`), converted in a folder and a profile of its own.

    A private profile lets conversions run side by side and keeps out macros and settings of the user.
    """
    program = find_soffice()
    with tempfile.TemporaryDirectory(prefix="jixiao-") as folder:
        original = Path(folder) / f"source{_SUFFIXES.get(source.media_type, '.doc')}"
        original.write_bytes(source.content)
        profile = (Path(folder) / "profile").as_uri()
        output = Path(folder) / "converted"
        command = [
            program, "--headless", "--norestore", "--nolockcheck", "--nodefault", f"-env:UserInstallation={profile}",
            "--convert-to", target, "--outdir", str(output), str(original),
        ]  # fmt: skip
        _run(command, folder)
        converted = output / f"source.{target}"
        if not converted.exists():
            raise InputError("LibreOffice 打不开这个文件，它可能已损坏或加密：请用 Word/WPS 打开后另存为新格式")
        return converted.read_bytes()


def _run(command: list[str], folder: str) -> None:
    """Runs the converter in a process group of its own, so that a hanging one ends with all its children."""
    environment = {**os.environ, "HOME": folder}
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment,
        start_new_session=sys.platform != "win32",
    )
    try:
        process.wait(timeout=CONVERT_TIMEOUT_S)
    except subprocess.TimeoutExpired as error:
        _end(process)
        raise InputError(f"LibreOffice 转换超过 {CONVERT_TIMEOUT_S} 秒：请用 Word/WPS 打开后另存为新格式") from error


def _end(process: subprocess.Popen[bytes]) -> None:
    if sys.platform == "win32":
        process.kill()
    else:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
