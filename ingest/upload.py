"""A file that a person adds: what kind of document it is and what it is called, proposed from the file itself."""

import hashlib
import re
from datetime import date
from pathlib import Path

from ingest.build import Item
from kb.errors import SourceError
from kb.types import Authority, Source

SUFFIXES = (".pdf", ".docx", ".md", ".markdown", ".txt", ".html", ".htm")
_CONTRACT = re.compile(
    rb"evidence\s+of\s+coverage|certificate\s+of\s+insurance|"
    rb"summary\s+of\s+benefits|benefits?\s+(?:booklet|details)",
    re.I,
)


def items_of(
    paths: list[Path],
    *,
    authority: Authority | None = None,
    title: str = "",
    plan: str = "",
    edition: str = "",
    effective_from: date | None = None,
    effective_to: date | None = None,
    url: str = "",
) -> list[Item]:
    """One item for each file of `paths`, folders walked. Raises SourceError for a missing path or an empty folder.

    Law is never taken on someone's word: authority "law" is refused, since no importer recognised the file as such.
    """
    if authority == "law":
        raise SourceError(
            "a file is law only when an importer of official formats recognises it; add it as digest or guide"
        )
    files = [file for path in paths for file in _files(path)]
    if title and len(files) > 1:
        raise SourceError(f"--title names one document, but {len(files)} files were given")
    items = []
    stems = [file.stem for file in files]
    for file in files:
        stem = file.stem if stems.count(file.stem) == 1 else f"{file.parent.name} {file.stem}"
        rank = authority or ("contract" if plan or _CONTRACT.search(_head(file)) else "guide")
        name = _printable(file.name)
        source = Source(
            doc_id=upload_id(stem, plan, edition),
            path=name,
            sha256="",
            title=_printable(title) or re.sub(r"[_\s]+", " ", Path(name).stem).strip() or name,
            authority=rank,
            plan=plan,
            edition=edition,
            effective_from=effective_from,
            effective_to=effective_to,
            url=url,
            provenance="added by the user",
            origin="upload",
        )
        items.append(Item(source, file))
    return items


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else "\ufffd" for c in text)


def upload_id(stem: str, plan: str = "", edition: str = "") -> str:
    """The doc_id of an added file: its name in lower case, plan and edition, so that editions stand side by side."""
    name = f"{stem} {plan} {edition}".lower()
    words = "-".join(dict.fromkeys(re.findall(r"[a-z0-9]+", name)))[:76].strip("-")
    lost = not name.isascii() or len(name) > 80
    mark = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8] if lost or not words else ""
    return "-".join(part for part in ("added", words, mark) if part)


def _files(path: Path) -> list[Path]:
    if "\0" in str(path):
        raise SourceError(f"{str(path)!r}: not a possible file name")
    if path.is_dir():
        found = sorted(file for file in path.rglob("*") if file.is_file() and file.suffix.lower() in SUFFIXES)
        if not found:
            raise SourceError(f"{path}: no document in this folder (looked for {', '.join(SUFFIXES)})")
        return found
    if not path.is_file():
        raise SourceError(f"{path}: no such file")
    return [path]


def _head(file: Path) -> bytes:
    """The bytes that may tell a contract: a text file's beginning, or a PDF's name."""
    with file.open("rb") as stream:
        return stream.read(20_000) + file.name.replace("_", " ").replace("-", " ").encode("utf-8", "replace")
