"""The members of the Legislature's bulk archive, whether it is a zip file or a folder that one was unpacked to."""

import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from kb.errors import ParseError, SourceError

# What zipfile raises on files that are damaged, encrypted, or packed in a way that it does not know.
_DAMAGE = (
    *(OSError, EOFError, RuntimeError, ValueError, LookupError, ArithmeticError),
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error),
)
_LINE = 4_000_000


class Archive:
    """Members by name, in capitals, without the folder they lie in; to be used in a ``with`` statement."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._zip: zipfile.ZipFile | None = None
        self._entries: dict[str, zipfile.ZipInfo] = {}
        self._files: dict[str, Path] = {}
        try:
            if path.is_dir():
                self._files = {file.name.upper(): file for file in sorted(path.iterdir()) if file.is_file()}
            else:
                self._zip = zipfile.ZipFile(path)
                self._entries = {_plain(entry.filename): entry for entry in self._zip.infolist()}
        except _DAMAGE as exc:
            raise SourceError(f"{path}: this archive cannot be opened ({exc}); fetch it again") from exc

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None) -> None:
        if self._zip:
            self._zip.close()

    def __contains__(self, member: str) -> bool:
        return member.upper() in self._entries or member.upper() in self._files

    def size(self, member: str) -> int:
        """Bytes of a member unpacked, as the archive says; 0 where it has no such member."""
        if entry := self._entries.get(member.upper()):
            return entry.file_size
        file = self._files.get(member.upper())
        try:
            return file.stat().st_size if file else 0
        except OSError:
            return 0

    def read(self, member: str, limit: int) -> bytes:
        """The bytes of a member. Raises ParseError where it is missing, damaged, or larger than `limit` bytes."""
        try:
            with closing(self._open(member)) as file:
                data = file.read(limit + 1)
        except _DAMAGE as exc:
            raise ParseError(
                f"{member}: cannot be read from {self._path.name} ({exc}); fetch the archive again"
            ) from exc
        if len(data) > limit:
            raise ParseError(f"{member}: is larger than the {limit:,} bytes that its kind may have; it is left out")
        return data

    def lines(self, member: str) -> Iterator[bytes]:
        """The lines of a member with their ends; the errors of `read`. A line of more than 4 MB comes in pieces."""
        try:
            with closing(self._open(member)) as file:
                while line := file.readline(_LINE):
                    yield line
        except _DAMAGE as exc:
            raise ParseError(
                f"{member}: cannot be read from {self._path.name} ({exc}); fetch the archive again"
            ) from exc

    def _open(self, member: str) -> IO[bytes]:
        if self._zip and (entry := self._entries.get(member.upper())):
            return self._zip.open(entry)
        if file := self._files.get(member.upper()):
            return file.open("rb")
        raise FileNotFoundError("it is not there")


def _plain(name: str) -> str:
    return name.replace("\\", "/").rpartition("/")[2].upper()
