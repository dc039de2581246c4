"""The files of a Tantivy index against their own checksums, which Tantivy itself does not compare when it searches.

Each file of a segment ends in a footer: JSON with the CRC-32 of what stands before it, the length of that JSON and a
magic number, both little-endian in 4 bytes (Tantivy, "directory/footer.rs").
"""

import json
import struct
import zlib
from pathlib import Path
from typing import Any

_MAGIC = 1337
_TRIES = 5


def damaged_files(folder: Path) -> list[str]:
    """Names of segment files whose bytes do not have the checksum in their footer, in order.

    Read anew where a writer replaced the segments meanwhile. Raises OSError or ValueError where `meta.json`, which
    lists the segments, cannot be read.
    """
    for _ in range(_TRIES):
        before = (folder / "meta.json").read_bytes()
        found = _damaged(folder, json.loads(before)["segments"])
        if not found or before == (folder / "meta.json").read_bytes():
            break
    return found


def unfinished_deletions(folder: Path) -> list[str]:
    """Names of files of deletions that `meta.json` does not list, in order: they were never committed."""
    segments = json.loads((folder / "meta.json").read_bytes())["segments"]
    listed = {_deletions(segment) for segment in segments}
    return sorted(file.name for file in folder.glob("*.del") if file.name not in listed)


def _deletions(segment: dict[str, Any]) -> str:
    """The name of the file of a segment's deletions, if it has any."""
    name, deletes = str(segment["segment_id"]).replace("-", ""), segment.get("deletes") or {}
    return f"{name}.{deletes.get('opstamp')}.del"


def _damaged(folder: Path, segments: list[dict[str, Any]]) -> list[str]:
    found: list[str] = []
    for segment in segments:
        name, wanted = str(segment["segment_id"]).replace("-", ""), _deletions(segment)
        files = [file for file in sorted(folder.glob(f"{name}.*")) if file.suffix != ".del" or file.name == wanted]
        found += [name] if not files else [file.name for file in files if not _is_whole(file)]
    return found


def _is_whole(file: Path) -> bool:
    try:
        data = file.read_bytes()
        length, magic = struct.unpack("<II", data[-8:])
        footer = json.loads(data[-8 - length : -8])
    except (OSError, struct.error, ValueError):
        return False
    return bool(magic == _MAGIC and zlib.crc32(data[: -8 - length]) == footer.get("crc"))
