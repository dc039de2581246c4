"""The manifest: which documents the corpus has and what is known of each."""

import hashlib
import os
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from kb.errors import SourceError
from kb.types import AUTHORITIES, Source

NAME = "manifest.yaml"
OFFICIAL = "official/manifest.yaml"
"""The rows of what `ingest fetch` brought, beside those of the corpus; paths in both are below the corpus folder."""

_FIELDS = {f.name for f in fields(Source)} - {"origin"}
_REQUIRED = ("doc_id", "path", "sha256", "title", "authority")
_DATES = ("effective_from", "effective_to", "retrieved", "written")


def read_manifest(corpus: Path) -> tuple[Source, ...]:
    """The sources that ``corpus/manifest.yaml`` lists, in its order, and then those of ``corpus/official``, if any.

    Raises SourceError, naming the row, for a missing file, an unknown or missing field, a bad authority or date, a
    doc_id given twice, or a path outside the corpus.
    """
    bundled, official = _read(corpus, NAME), read_official(corpus)
    held = {source.doc_id for source in bundled}
    if twice := sorted(source.doc_id for source in official if source.doc_id in held):
        raise SourceError(f"{corpus / OFFICIAL}: doc_id given in {corpus / NAME} too: {', '.join(twice)}")
    return bundled + official


def read_official(corpus: Path) -> tuple[Source, ...]:
    """The sources that ``corpus/official/manifest.yaml`` lists, in its order; none where there is no such file."""
    return _read(corpus, OFFICIAL) if (corpus / OFFICIAL).exists() else ()


class _Plain(yaml.SafeDumper):
    """Writes every value out where it stands: a person reads this file."""

    def ignore_aliases(self, data: Any) -> bool:
        """Never a mark that points to an equal value elsewhere."""
        return True


def write_official(corpus: Path, sources: Iterable[Source]) -> None:
    """Make ``corpus/official/manifest.yaml`` list these sources, in one step: a reader sees the old file or the new."""
    names = [f.name for f in fields(Source) if f.name in _FIELDS - {"sample"}]
    rows = [{name: getattr(source, name) or None for name in names} for source in sources]
    head = "# Written by `python -m ingest fetch`: official texts, as their sites gave them.\n"
    text = yaml.dump({"documents": rows}, Dumper=_Plain, sort_keys=False, allow_unicode=True, width=1000)
    write_whole(corpus / OFFICIAL, (head + text).encode("utf-8"))


def write_whole(path: Path, data: bytes) -> None:
    """Write a file in one step, folders included: after a crash it is there as it was, or as it is to be."""
    part = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(path)
    except OSError as exc:
        raise SourceError(f"{path}: cannot be written ({exc.strerror})") from exc
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _read(corpus: Path, name: str) -> tuple[Source, ...]:
    path = corpus / name
    try:
        rows: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as exc:
        raise SourceError(f"no manifest at {path}: give the corpus folder with --corpus") from exc
    except (yaml.YAMLError, UnicodeDecodeError) as exc:
        raise SourceError(f"{path} is not valid YAML: {exc}") from exc
    documents = rows.get("documents") if isinstance(rows, dict) else None
    if not isinstance(documents, list):
        raise SourceError(f"{path}: expected a list under 'documents:'")
    sources = tuple(_source(row, f"{path}, document {number}", corpus) for number, row in enumerate(documents, 1))
    ids = [source.doc_id for source in sources]
    if twice := sorted({doc_id for doc_id in ids if ids.count(doc_id) > 1}):
        raise SourceError(f"{path}: doc_id given twice: {', '.join(twice)}")
    return sources


def _source(row: Any, where: str, corpus: Path) -> Source:
    if not isinstance(row, dict):
        raise SourceError(f"{where}: expected fields, found {row!r}")
    if unknown := sorted(set(row) - _FIELDS):
        raise SourceError(f"{where}: unknown field(s) {', '.join(map(str, unknown))}")
    if missing := [name for name in _REQUIRED if not row.get(name)]:
        raise SourceError(f"{where}: missing field(s) {', '.join(missing)}")
    if row["authority"] not in AUTHORITIES:
        raise SourceError(f"{where}: authority {row['authority']!r} is none of {', '.join(AUTHORITIES)}")
    if not (corpus / str(row["path"])).resolve().is_relative_to(corpus.resolve()):
        raise SourceError(f"{where}: path {row['path']!r} leaves the corpus folder")
    if wrong := [name for name, value in row.items() if isinstance(value, (list, dict))]:
        raise SourceError(f"{where}: {', '.join(wrong)} must be a single value")
    if not re.fullmatch(r"[\w.-]+", str(row["doc_id"])):
        raise SourceError(f"{where}: doc_id {row['doc_id']!r} may hold letters, digits, points, hyphens only")
    if not isinstance(row.get("sample", False), bool):
        raise SourceError(f"{where}: sample {row['sample']!r} is neither true nor false")
    values = {name: value for name, value in row.items() if value is not None}
    for name in _DATES:
        if name in values and not isinstance(values[name], date):
            raise SourceError(f"{where}: {name} {values[name]!r} is not a date (YYYY-MM-DD)")
    for name in _FIELDS - set(_DATES) - {"sample"}:
        if name in values:
            values[name] = str(values[name])
    return Source(**values)


def seal(corpus: Path) -> list[str]:
    """Write the true SHA-256 of every file into the manifests; the doc_ids whose hash changed."""
    return [
        doc_id
        for name in (NAME, OFFICIAL)
        if name == NAME or (corpus / name).exists()
        for doc_id in _seal(corpus, name)
    ]


def _seal(corpus: Path, name: str) -> list[str]:
    path, changed = corpus / name, list[str]()
    sources = _read(corpus, name)
    text = path.read_text(encoding="utf-8")
    for source in sources:
        try:
            actual = hashlib.sha256((corpus / source.path).read_bytes()).hexdigest()
        except OSError as exc:
            raise SourceError(f"{source.path}: cannot be read ({exc.strerror})") from exc
        if actual != source.sha256:
            changed.append(source.doc_id)
            head, row, tail = text.partition(f"path: {source.path}\n")
            text = head + row + tail.replace(source.sha256, actual, 1)
    path.write_text(text, encoding="utf-8")
    return changed
