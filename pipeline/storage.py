"""Files by address: paths of this machine, and objects in a store (`s3://bucket/reports/a.pdf`), read and listed alike.

The file systems are pyarrow's (S3, GCS, HDFS, …), then fsspec's where that package knows the scheme. An S3 server other
than Amazon's is named by the usual variable `AWS_ENDPOINT_URL`, credentials and region by the usual `AWS_…` ones.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
from dataclasses import dataclass
from functools import cache
from io import BufferedReader
from pathlib import Path
from typing import TYPE_CHECKING, cast

from pipeline.errors import InputError

if TYPE_CHECKING:
    import pyarrow.fs as pafs

ENDPOINT_VARIABLES = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL")
BYTES_PER_MB = 1_000_000
PIECE_BYTES = 1 << 20
_ADDRESS = re.compile(r"([a-z][a-z0-9+.-]+)://([^/]*)/*(.*)", re.S)
_WEB = ("http", "https")
_REASONS = (  # what the libraries say → what to do
    (r"NO_SUCH_BUCKET|NoSuchBucket", "存储桶不存在：请检查地址"),
    (
        r"ACCESS_DENIED|ACCESS_KEY_ID|SIGNATURE|TOKEN|UNRECOGNIZED_CLIENT|HTTP status 403",
        "没有访问权限：请检查 AWS_ACCESS_KEY_ID、AWS_SECRET_ACCESS_KEY 或所用角色的权限",
    ),
    (r"HTTP status 30[17]|Redirect|LocationConstraint", "存储桶在另一个区域：请设置 AWS_DEFAULT_REGION"),
    (r"NETWORK_CONNECTION|TIMEOUT|SLOW_DOWN|UNAVAILABLE", "连不上对象存储：请检查网络和 AWS_ENDPOINT_URL"),
)


_DISK_REASONS = {
    errno.ENOSPC: "磁盘已满",
    errno.EDQUOT: "超出磁盘配额",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EROFS: "磁盘是只读的",
    errno.ENOENT: "文件夹不存在",
    errno.ENOTDIR: "路径中有一段是文件，不是文件夹",
    errno.EEXIST: "已有同名文件",
    errno.ENAMETOOLONG: "名字太长",
    errno.EIO: "磁盘出错",
    errno.EMFILE: "打开的文件太多",
    errno.EFBIG: "文件太大",
}


class UnknownStoreError(OSError):
    """An address that no library here can open."""


@dataclass(frozen=True, slots=True)
class Place:
    """An address as its file system takes it; `root` and `root_path` are the same place in both ways of writing."""

    filesystem: pafs.FileSystem
    path: str
    root: str
    root_path: str

    def address_of(self, path: str) -> str:
        """The address of a path of this file system."""
        return self.root + "/" + path.removeprefix(self.root_path).lstrip("/")


def is_remote(address: str) -> bool:
    """Whether a text is the address of an object in a store; a path is not, nor is the address of a web page."""
    match = _ADDRESS.match(address)
    return match is not None and match[1] not in _WEB


def locate(address: str) -> Place:
    """The place that an address names. Raises UnknownStoreError."""
    match = _ADDRESS.match(address)
    scheme, authority, key = match.groups() if match else ("", "", "")
    root = f"{scheme}://{authority}"
    endpoint = next((os.environ[name] for name in ENDPOINT_VARIABLES if os.environ.get(name)), None)
    if scheme == "s3" and not authority:
        raise UnknownStoreError(f"{address} 里没有存储桶的名字")
    filesystem, root_path = (_s3(endpoint), authority) if scheme == "s3" else _other_store(root)
    path = f"{root_path}/{key.rstrip('/')}" if key else root_path or "/"
    return Place(filesystem, path, root, root_path)


@cache
def _s3(endpoint: str | None) -> pafs.FileSystem:
    """Amazon's S3, or a server of the same language at `endpoint` (`http://host:port`)."""
    from pyarrow.fs import S3FileSystem

    if endpoint is None:
        return S3FileSystem()
    scheme, _, host = endpoint.rpartition("://")
    return S3FileSystem(scheme=scheme or "https", endpoint_override=host.rstrip("/"))


@cache
def _other_store(root: str) -> tuple[pafs.FileSystem, str]:
    """The file system of a root address, and the root's path in it; pyarrow's own, else fsspec's."""
    import pyarrow as pa
    from pyarrow.fs import FileSystem, FSSpecHandler, PyFileSystem

    try:
        filesystem, path = FileSystem.from_uri(root + "/")
    except pa.ArrowInvalid:
        scheme = root.partition("://")[0]
        advice = f"不认识的存储 {scheme}://：请用 s3://，或安装支持它的 fsspec 包"
        try:
            from fsspec.core import url_to_fs
        except ModuleNotFoundError as error:
            raise UnknownStoreError(advice) from error
        try:
            plain, path = url_to_fs(root + "/")
        except (ImportError, ValueError) as error:
            raise UnknownStoreError(advice) from error
        filesystem = PyFileSystem(FSSpecHandler(plain))
    return filesystem, path.rstrip("/")


def open_binary(address: str) -> BufferedReader:
    """The bytes at a path or address, open for reading and seeking. Raises OSError."""
    if not is_remote(address):
        return Path(address).open("rb")
    place = locate(address)
    return cast("BufferedReader", place.filesystem.open_input_file(place.path))


def read_object(address: str, max_bytes: int) -> bytes:
    """All bytes of an object. InputError where it cannot be read, or has more than `max_bytes`."""
    try:
        with open_binary(address) as file:
            n_bytes = file.seek(0, os.SEEK_END)
            if n_bytes > max_bytes:
                limit = max_bytes // BYTES_PER_MB
                raise InputError(f"文件有 {n_bytes // BYTES_PER_MB} MB，超过上限 {limit} MB：请拆分后再读取")
            file.seek(0)
            return file.read()
    except OSError as error:
        raise InputError(reason(error)) from error


def copy_object(address: str, target: Path) -> None:
    """Nothing comes out; the bytes of an object stand in the file `target`. Raises OSError."""
    with open_binary(address) as file, target.open("wb") as copy:
        shutil.copyfileobj(file, copy, PIECE_BYTES)


def list_objects(address: str) -> dict[str, int]:
    """Address → bytes of each object that an address stands for: itself, or all below it. Raises OSError."""
    from pyarrow.fs import FileSelector, FileType

    place = locate(address)
    found = place.filesystem.get_file_info(place.path)
    if found.type != FileType.File or address.endswith("/"):
        found = place.filesystem.get_file_info(FileSelector(place.path, recursive=True))
    infos = found if isinstance(found, list) else [found]
    return {place.address_of(info.path): info.size for info in infos if info.type == FileType.File}


def put_object(file: Path, address: str) -> None:
    """Nothing comes out; the bytes of a file stand at an address, whole or not at all. Raises OSError."""
    from pyarrow.fs import LocalFileSystem, copy_files

    place = locate(address)
    if not address.startswith("s3://"):  # S3 has no folders: making one would leave an empty object
        place.filesystem.create_dir(place.path.rpartition("/")[0], recursive=True)
    copy_files(str(file), place.path, source_filesystem=LocalFileSystem(), destination_filesystem=place.filesystem)


def delete_object(address: str) -> None:
    """Nothing comes out; there is no object at an address. Raises OSError.

    On S3 the folder's name may be left as an empty object (`text/`), which stands for nothing.
    """
    place = locate(address)
    place.filesystem.delete_file(place.path)


def reason(error: OSError) -> str:
    """Why a store refused, in one Chinese line that says what to do; what the library said is not repeated."""
    if isinstance(error, UnknownStoreError):
        return str(error)
    if isinstance(error, FileNotFoundError):
        return "文件不存在：请检查地址"
    for pattern, advice in _REASONS:
        if re.search(pattern, str(error)):
            return advice
    code = re.search(r"AWS Error (\w+)", str(error))
    return f"对象存储出错（{code[1] if code else type(error).__name__}）：请稍后再运行一次"


def disk_reason(error: OSError) -> str:
    """Why this machine's disk refused, in a few Chinese words; the system's own where there are none for it."""
    return _DISK_REASONS.get(error.errno or 0, error.strerror or type(error).__name__)
