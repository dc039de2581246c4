"""A file's bytes to all that the catalog holds of it: source, Document and passages."""

from dataclasses import dataclass

from ingest.read import read, read_law
from ingest.split import split
from kb.errors import ParseError
from kb.types import Document, Passage, Source

MOST_PASSAGES = 500_000
"""Passages of one document: the largest titles of federal law have a third of that; more is no document to ask."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a file holds. `source` is the one given, named by the file itself where that is in a format of law."""

    source: Source
    document: Document
    passages: tuple[Passage, ...]
    warnings: tuple[str, ...] = ()


def parse(source: Source, data: bytes) -> Parsed:
    """Read a file and cut its text into passages. Raises ParseError, saying what to do, where that cannot be done."""
    named, document, warnings = read_law(source, data) or (source, *read(source, data))
    passages = split(document)
    if len(passages) > MOST_PASSAGES:
        raise ParseError(
            f"{source.path}: {len(passages):,} passages, the limit is {MOST_PASSAGES:,}; split the file into smaller "
            "ones and add those"
        )
    return Parsed(named, document, passages, warnings)
