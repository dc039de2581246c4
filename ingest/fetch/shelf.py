"""Official texts to files and manifest rows, so that nothing held before is lost, whenever the program is stopped.

The order is always: the former text under a name of its own, its row, the new file, its row. Each step is whole or
not done; a run that stops between two of them is completed by the next one.
"""

import hashlib
import re
import string
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Literal

from ingest.fetch.official import Name
from ingest.fetch.sites import Text
from ingest.manifest import read_official, write_official, write_whole
from kb.errors import SourceError
from kb.types import Source

Change = Literal["new", "changed", "same"]
Same = Callable[[bytes, bytes], bool]
"""Whether two files hold the same law."""

_NOTE = "Official text as retrieved. Compare it with the official page before you rely on it."


class Shelf:
    """``corpus/official``: the texts held, by name. One process at a time may write to it."""

    def __init__(self, corpus: Path, today: date) -> None:
        self._corpus, self._today = corpus, today
        self._rows = list(read_official(corpus))

    def held(self, name: Name) -> tuple[Source, ...]:
        """The rows of the present text of `name`, one for each version; only those whose file is there."""
        present = re.compile(re.escape(name.stem) + r"(?:\.[a-z])?" + re.escape(name.suffix))
        return tuple(r for r in self._rows if present.fullmatch(r.path) and (self._corpus / r.path).is_file())

    def put(self, name: Name, texts: Sequence[Text], title: str, mirror: str, same: Same) -> Change:
        """Keep every version of a text; versions that the site holds no longer become former texts.

        title: what it is about, in a few words. mirror: the host that gave it in the official one's place, or "".
        """
        held = self.held(name)
        marks = self._marks(texts, held, name)
        changes: list[Change] = []
        for text, mark in zip(texts, marks, strict=True):
            row = _row(name, text, mark, title, mirror, self._today)
            changes.append(self._put(row, text.data, next((old for old in held if old.path == row.path), None), same))
        current = {f"{name.stem}{mark}{name.suffix}" for mark in marks}
        gone = [row for row in held if row.path not in current]
        for row in gone:
            self._keep_former(row, self._read(row.path))
            self._save([other for other in self._rows if other.doc_id != row.doc_id])
            self._remove(row.path)
        if gone or "changed" in changes or ("new" in changes and held):
            return "changed"
        return "new" if "new" in changes else "same"

    @staticmethod
    def _marks(texts: Sequence[Text], held: Sequence[Source], name: Name) -> list[str]:
        """What parts each version's file name from the others': ".a", ".b"; a version keeps its own. One has none."""
        known = {row.url: row.path[len(name.stem) : -len(name.suffix)] for row in held}
        free = [f".{c}" for c in string.ascii_lowercase if f".{c}" not in known.values()]
        marks = []
        for text in texts:
            kept = known.get(text.url, "")
            marks.append("" if not text.several else kept or free.pop(0))
        return marks

    def _put(self, row: Source, data: bytes, old: Source | None, same: Same) -> Change:
        path = self._corpus / row.path
        if path.is_file():  # with no row, a run stopped before it could write one
            former = self._read(row.path)
            if same(former, data):
                digest = hashlib.sha256(former).hexdigest()
                self._store(replace(old or row, sha256=digest, retrieved=self._today))
                return "same" if old else "new"
            self._keep_former(old or replace(row, retrieved=None), former)
        write_whole(path, data)
        self._store(row)
        return "changed" if old else "new"

    def _keep_former(self, row: Source, data: bytes) -> None:
        """Write a text that is no longer the present one under a name of its own, and its row."""
        digest = hashlib.sha256(data).hexdigest()
        interrupted = [r for r in self._rows if r.sha256 == digest and r.doc_id.startswith(f"{row.doc_id}-until-")]
        if any(r.retrieved == row.retrieved and (self._corpus / r.path).is_file() for r in interrupted):
            return
        mark = self._former_mark(row.path, data)
        day = date.fromisoformat(mark[len("until-") :][:10])
        stem, dot, ending = row.path.rpartition(".")
        path = f"{stem}.{mark}{dot}{ending}"
        write_whole(self._corpus / path, data)
        self._store(
            replace(
                row,
                doc_id=f"{row.doc_id}-{mark}",
                path=path,
                sha256=digest,
                title=f"{row.title}: former text, replaced by {day.isoformat()}",
                effective_to=day - timedelta(days=1),
                note=f"Former text: another one stood on the official site on {day.isoformat()}. "
                "The day of the change itself is not known here.",
            )
        )

    def _former_mark(self, path: str, data: bytes) -> str:
        """What parts a former text's file name from the present one's: "until-2026-11-22", and "-2" for a second one.

        A file of these bytes without a row is one that a run wrote before it was stopped: its name is used.
        """
        stem, dot, ending = path.rpartition(".")
        listed = {row.path for row in self._rows}
        begun = re.compile(re.escape(Path(stem).name) + r"\.(until-\d{4}-\d\d-\d\d(?:-\d+)?)" + re.escape(dot + ending))
        for file in sorted((self._corpus / path).parent.iterdir()):
            if found := begun.fullmatch(file.name):
                former = f"{stem}.{found[1]}{dot}{ending}"
                if former not in listed and self._read(former) == data:
                    return found[1]
        day = f"until-{self._today.isoformat()}"
        marks = [day, *(f"{day}-{number}" for number in range(2, 1000))]
        return next(mark for mark in marks if not (self._corpus / f"{stem}.{mark}{dot}{ending}").exists())

    def _store(self, row: Source) -> None:
        """Put a row in the place of the one of its doc_id, or at the end."""
        ids = [other.doc_id for other in self._rows]
        if row.doc_id in ids:
            self._save([row if other.doc_id == row.doc_id else other for other in self._rows])
        else:
            self._save([*self._rows, row])

    def _save(self, rows: list[Source]) -> None:
        write_official(self._corpus, rows)
        self._rows = rows

    def _read(self, path: str) -> bytes:
        try:
            return (self._corpus / path).read_bytes()
        except OSError as exc:
            raise SourceError(f"{path}: cannot be read ({exc.strerror})") from exc

    def _remove(self, path: str) -> None:
        try:
            (self._corpus / path).unlink(missing_ok=True)
        except OSError as exc:
            raise SourceError(
                f"{path}: cannot be removed ({exc.strerror}); its text is kept under another name"
            ) from exc


def _row(name: Name, text: Text, mark: str, title: str, mirror: str, today: date) -> Source:
    words = title or (text.law.sections[0].heading.rstrip(".") if not name.is_part else "")
    version = f", version {mark[1:]}" if mark else ""
    origin = f"a mirror ({mirror}) of {text.origin}" if mirror else text.origin
    return Source(
        doc_id=name.doc_id + mark,
        path=f"{name.stem}{mark}{name.suffix}",
        sha256=hashlib.sha256(text.data).hexdigest(),
        title=name.title + version + (f" ({words})" if words else ""),
        authority="law",
        jurisdiction=text.law.jurisdiction or ("California" if name.kind == "ca" else "United States"),
        citation=name.citation,
        url=text.url,
        retrieved=today,
        provenance=f"Fetched by Recourse from {origin}. A public record.",
        note=_NOTE,
    )
