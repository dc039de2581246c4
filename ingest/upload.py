"""A file that a person adds: what kind of document it is and what it is called, proposed from the file itself."""

import hashlib
import re
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import date
from pathlib import Path

from ingest.bounded import Worker
from ingest.build import MAX_BYTES, Item
from ingest.identity import Identity, Reading, identify, title_of
from ingest.law.bulk import CALIFORNIA, is_archive
from ingest.read import is_law
from kb.errors import KbError, SourceError
from kb.types import Authority, Source

SUFFIXES = (".pdf", ".docx", ".md", ".markdown", ".txt", ".html", ".htm", ".xml")


def proposal(name: str, data: bytes, known: Collection[str] = ()) -> Identity:
    """What the file says it is; `known` are the plans already here. Raises ParseError for an unreadable file."""
    with Worker() as worker:
        return identify(worker.cover(name, data), known)


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
    known: Collection[str] = (),
    say: Callable[[str], None] = lambda line: None,
) -> list[Item]:
    """One item for each file of `paths`, folders walked; what is not given is proposed from the file.

    `say` is told each proposal that was taken, with the words it rests on. A contract whose plan is neither given nor
    read bears its own name as plan: so it is quoted only to those who choose it. Raises SourceError for a missing
    path or an empty folder.

    Law is taken neither on a person's word nor on the file's alone: authority "law" is refused, and a file in an
    official format of law is law only where nothing else is said of it. An archive of law is one item.
    """
    _refuse_law(authority)
    archives = {path for path in paths if is_archive(path)}
    files = [file for path in paths for file in ([path] if path in archives else _files(path))]
    if title and len(files) > 1:
        raise SourceError(f"--title names one document, but {len(files)} files were given")
    given = Source(
        doc_id="",
        path="",
        sha256="",
        title=_printable(title),
        authority=authority or ("contract" if plan else "guide"),
        plan=plan,
        edition=edition,
        effective_from=effective_from,
        effective_to=effective_to,
        url=url,
        provenance="added by the user",
        origin="upload",
    )
    stems = [file.stem for file in files]
    items = []
    for file in files:
        stem = file.stem if stems.count(file.stem) == 1 else f"{file.parent.name} {file.stem}"
        name = _printable(file.name)
        if file in archives:
            items.append(Item(archive_source(given, name), file, is_archive=True))
            continue
        wanted = authority or ("contract" if plan else None)
        data = _bytes(file) if wanted in (None, "contract") else b""
        if wanted is None and is_law(data):
            say(f"{name}: is in an official format of law and is filed as law; say --authority guide if it is a copy")
            items.append(Item(law_source(given, name, stem), file))
            continue
        items.append(Item(named_source(given, name, stem, _read(name, data, known), wanted, say), file))
    return items


def law_source(given: Source, name: str, stem: str) -> Source:
    """`given`, a Source without a name, for a file in an official format: it names itself unless a title is given."""
    return replace(given, doc_id=upload_id(stem), path=name, authority="law", plan="", edition="")


def archive_source(given: Source, name: str) -> Source:
    """`given`, a Source without a name, for an archive of all California codes."""
    return replace(
        given,
        doc_id=CALIFORNIA,
        path=name,
        title="",
        authority="law",
        plan="",
        edition="",
        collection=CALIFORNIA,
        note="From the Legislature's bulk archive. Compare it with the official page before you rely on it.",
    )


def _bytes(file: Path) -> bytes:
    """What is in a file; nothing where it is too large or cannot be read, which is said when it is added."""
    try:
        return file.read_bytes() if file.stat().st_size <= MAX_BYTES else b""
    except OSError:
        return b""


def _read(name: str, data: bytes, known: Collection[str]) -> Identity:
    """What the file says; nothing where it cannot be read, which is reported when it is added."""
    try:
        return proposal(name, data, known) if data else Identity()
    except KbError:
        return Identity()


def named_source(
    given: Source,
    name: str,
    stem: str,
    read: Identity,
    wanted: Authority | None,
    say: Callable[[str], None] = lambda line: None,
) -> Source:
    """`given`, a Source without a name, completed by what was read from the file `name`. What is given goes first.

    `wanted` is the authority that was asked for, None where it was not. Days that were read go with the edition that
    was read, and with no other. Raises SourceError for law.
    """
    _refuse_law(wanted)
    plain = re.sub(r"[_\s]+", " ", Path(name).stem).strip() or name
    if (wanted or read.authority) != "contract":
        about = replace(given, authority=wanted or "guide", title=given.title or plain)
        return replace(about, doc_id=upload_id(stem, given.plan, given.edition), path=name)
    plan, edition = given.plan or _value(read.plan) or plain, given.edition or _value(read.edition)
    has = [field for field in ("plan", "edition") if getattr(given, field)] + (["kind"] if wanted else [])
    if edition != _value(read.edition) or given.effective_from or given.effective_to:
        has += ["effective_from", "effective_to"]
    for line in read.said(*has):
        say(f"{name}: {line}")
    if not given.plan and not read.plan:
        say(f"{name}: no plan's name was read; {plain!r} is taken for it, name another with --plan")
    since, until = (
        getattr(given, field) or (None if field in has else _day(getattr(read, field)))
        for field in ("effective_from", "effective_to")
    )
    title = given.title or title_of(read, plan, edition) or plain
    about = replace(given, authority="contract", title=title, plan=plan, edition=edition)
    doc_id = upload_id(stem, plan, edition)
    return replace(about, doc_id=doc_id, path=name, effective_from=since, effective_to=until)


def _refuse_law(authority: Authority | None) -> None:
    if authority == "law":
        raise SourceError(
            "a file is law only when an importer of official formats recognises it; add it as digest or guide"
        )


def _value(reading: Reading | None) -> str:
    return reading.value if reading else ""


def _day(reading: Reading | None) -> date | None:
    return date.fromisoformat(reading.value) if reading else None


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
