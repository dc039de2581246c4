"""An archive of law to its documents: one for each division of a code, read one at a time."""

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from ingest.law.pubinfo import is_pubinfo, read_pubinfo
from ingest.law.sections import law_document
from ingest.read import READER_VERSION
from kb.catalog import source_to_json
from kb.types import Document, Source

CALIFORNIA = "california-codes"
"""doc_id of the archive of all California codes."""


def is_archive(path: Path) -> bool:
    """Whether a file or folder is an archive that holds many documents of law."""
    return is_pubinfo(path)


def read_archive(
    source: Source, path: Path, on_progress: Callable[[int, int], None], on_problem: Callable[[str], None]
) -> Iterator[tuple[Source, Document]]:
    """The documents of an archive, each with its own source.

    on_progress gets how many sections are read and of how many, on_problem a sentence on each part that is left out.
    """
    taken: set[str] = set()
    for file in read_pubinfo(path, on_progress, on_problem):
        doc_id = _unique(
            "ca-" + "-".join(re.findall(r"[a-z0-9]+", file.title.lower().removeprefix("california"))), taken
        )
        part = replace(source, doc_id=doc_id, title=file.title, jurisdiction=file.jurisdiction, written=file.as_of)
        draft = law_document(part, "", file.sections)
        yield part, replace(draft, version=_version(part, draft))


def _unique(doc_id: str, taken: set[str]) -> str:
    name, number = doc_id[:80], 2
    while name in taken:
        name, number = f"{doc_id[:76]}-{number}", number + 1
    taken.add(name)
    return name


def _version(source: Source, document: Document) -> str:
    """12 hexadecimal digits of a hash of all that the document says."""
    parts = (READER_VERSION, source_to_json(source), document.text, repr(document.provisions))
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:12]
