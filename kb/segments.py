"""The files of a Tantivy index against their own checksums, which Tantivy itself does not compare when it searches.

Each file of a segment ends in a footer: JSON with the CRC-32 of what stands before it, the length of that JSON and a
magic number, both little-endian in 4 bytes (Tantivy, "directory/footer.rs").
"""

import json
import struct
import zlib
from pathlib import Path

_MAGIC = 1337


def damaged_files(folder: Path) -> list[str]:
    """Names of segment files whose bytes do not have the checksum in their footer, in order.

    Raises OSError or ValueError where `meta.json`, which lists the segments, cannot be read.
    """
    segments = json.loads((folder / "meta.json").read_bytes())["segments"]
    names = {str(segment["segment_id"]).replace("-", "") for segment in segments}
    files = sorted(file for file in folder.iterdir() if file.stem.partition(".")[0] in names)
    lost = names - {file.stem.partition(".")[0] for file in files}
    return sorted(lost) + [file.name for file in files if not _is_whole(file.read_bytes())]


def _is_whole(data: bytes) -> bool:
    try:
        length, magic = struct.unpack("<II", data[-8:])
        footer = json.loads(data[-8 - length : -8])
    except (struct.error, ValueError):
        return False
    return bool(magic == _MAGIC and zlib.crc32(data[: -8 - length]) == footer.get("crc"))
