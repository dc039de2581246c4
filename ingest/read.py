"""A source's bytes to a Document, whatever the format; the format is told from the bytes, not from the name."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import replace

from ingest.blocks import assemble
from ingest.docx import is_zip, read_docx
from ingest.html import read_html
from ingest.law.california_page import is_section_page, read_section_page
from ingest.law.ecfr import is_ecfr, read_ecfr
from ingest.law.sections import LawFile, LawSection, law_document
from ingest.law.subdivisions import subdivisions
from ingest.law.uslm import is_uslm, read_uslm
from ingest.markdown import read_markdown
from ingest.pdf.layout import layout
from ingest.pdf.reading import pdf_warnings, read_pdf
from ingest.plain import decode, read_plain, utf16_of
from kb.catalog import source_to_json
from kb.errors import ParseError
from kb.types import Document, Source

READER_VERSION = "8"
"""Raised whenever a reader or the splitter gives other text or passages: every document is then read again."""

_HTML = re.compile(
    rb"^(?:\xef\xbb\xbf)?(?:\s|<!--.*?-->|<\?xml[^>]*\?>)*"
    rb"<(?:!doctype html|html|head|body|title|meta|link|main|section|article|div|p|h[1-6]|ul|ol|table|span)\b",
    re.I | re.S,
)


def version_of(source: Source, data: bytes) -> str:
    """The version of a document: a hash of its bytes, its description and the readers, 12 hexadecimal digits."""
    parts = (READER_VERSION.encode(), source_to_json(source).encode(), hashlib.sha256(data).digest())
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:12]


def read(source: Source, data: bytes) -> tuple[Document, tuple[str, ...]]:
    """The Document of a source's bytes, and warnings about parts that could not be read.

    Raises ParseError where the format is unknown or nothing readable is in it.
    """
    if law := read_law(source, data):
        return law[1:]
    version, warnings = version_of(source, data), tuple[str, ...]()
    if data.lstrip()[:5] == b"%PDF-":
        pdf = read_pdf(data, source.path)
        warnings = pdf_warnings(pdf, source.path)
        blocks, printed = layout(pdf)
        document = assemble(source.doc_id, version, source.title, blocks, printed)
    elif is_zip(data):
        document = assemble(source.doc_id, version, source.title, read_docx(data, source.path))
    elif data[:4] == b"\xd0\xcf\x11\xe0":
        locked = "EncryptedPackage".encode("utf-16-le") in data
        what = "an office file with a password" if locked else "an old Word or office file (binary)"
        raise ParseError(
            f"{source.path}: {what}; save it as DOCX{' without one' if locked else ''} or PDF and add that"
        )
    elif _is_html(data):
        document = assemble(source.doc_id, version, source.title, read_html(data))
    else:
        if source.path.lower().endswith(".pdf"):
            warnings = (f"{source.path}: this is not a PDF but text, and was read as text",)
        document = _text(source, version, decode(data, source.path))
    if not document.text.strip():
        raise ParseError(f"{source.path}: there is no text in this file; get another copy of it")
    return document, warnings


def is_law(data: bytes) -> bool:
    """Whether the bytes are an official format of law."""
    return _law_reader(data) is not None


def read_law(source: Source, data: bytes) -> tuple[Source, Document, tuple[str, ...]] | None:
    """A source in an official format of law: what it is, its Document, and warnings; None where it is none.

    What a person added is law where its format is one and the person did not say that it is something else; the file
    names itself unless a title is given. Raises ParseError where a file of such a format cannot be read.
    """
    reader = _law_reader(data)
    if reader is None or (source.origin == "upload" and source.authority != "law"):
        return None
    file = reader(data, source.path)
    if not file.sections:
        raise ParseError(f"{source.path}: there is no section of law in this file")
    named = source
    if source.origin == "upload":
        named = replace(
            source,
            title=source.title or file.title,
            jurisdiction=file.jurisdiction,
            written=source.written or file.as_of,
            note="Added from a file. Compare it with the official text before you rely on it.",
        )
    document = law_document(named, version_of(source, data), file.sections)
    return named, document, tuple(f"{source.path}: {note}" for note in file.notes)


def _law_reader(data: bytes) -> Callable[[bytes, str], LawFile] | None:
    readers = ((is_section_page, read_section_page), (is_ecfr, read_ecfr), (is_uslm, read_uslm))
    return next((reader for recognises, reader in readers if recognises(data)), None)


def _is_html(data: bytes) -> bool:
    wide = utf16_of(data)
    head = data[:8192].decode(wide, "replace").lstrip("\ufeff").encode("utf-8", "replace") if wide else data[:4096]
    return bool(_HTML.match(head))


def _text(source: Source, version: str, text: str) -> Document:
    if source.authority == "law" and source.citation:
        authority, _, number = source.citation.rpartition(" ")
        law = text.strip()
        section = LawSection(authority, number, law, subdivisions(law), url=source.url)
        return law_document(source, version, [section])
    markdown = source.path.lower().endswith((".md", ".markdown")) or bool(re.search(r"^#{1,6} \S", text, re.M))
    blocks = read_markdown(text) if markdown else read_plain(text)
    return assemble(source.doc_id, version, source.title, blocks)
