"""Data sets that bring their own passages: the authored training pairs, and ObliQA's financial regulation."""

import io
import json
import tarfile
from dataclasses import dataclass
from pathlib import Path

from evals.gold import Gold
from evals.jsonl import Record, parse, read_lines, read_object
from evals.pool import Item, Pool, pooled
from evals.posed import Posed, side
from evals.questions import Split
from kb.errors import EvalDataError


@dataclass(frozen=True, slots=True)
class DataSet:
    """Passages and the questions that they answer; `files` are what was read.

    `near_misses` are (index of a passage, a question on its topic that it does not answer).
    """

    pool: Pool
    questions: tuple[Posed, ...]
    files: tuple[Path, ...]
    near_misses: tuple[tuple[int, str], ...] = ()


def read_training(folder: Path, split: Split) -> DataSet:
    """The authored pairs of one split ("train", too, could be read, and is not: it was learned from).

    A passage's text is "document > label", a line's end, and the passage: so the measured baselines had it.
    """
    splits = read_object(folder / "splits.json")
    files = tuple(sorted(folder.glob("*.jsonl")))
    records = [r for file in files for r in read_lines(file) if splits.text(r.text("doc")) == split]
    if not records:
        raise EvalDataError(f"{folder}: no *.jsonl file has a passage of split {split!r}")
    pool = pooled([_authored(record) for record in records])
    questions = [
        Posed(f"{index:04}.{n}", asked.text("q"), records[index].text("kind"), split, (Gold(*pool.place(index), 2),))
        for index in range(len(records))
        for n, asked in enumerate(records[index].records("questions"), 1)
    ]
    near = [(index, text) for index, record in enumerate(records) for text in record.texts("near_misses")]
    return DataSet(pool, tuple(questions), (*files, folder / "splits.json"), tuple(near))


def _authored(record: Record) -> Item:
    heading = f"{record.text('doc')} > {record.text('label')}"
    text = record.text("passage")
    return Item(record.text("doc"), record.text("label"), text, f"{heading}\n{text}", heading)


def read_obliqa(folder: Path, split: Split) -> DataSet:
    """ObliQA's development questions of one half, over all passages of its documents (RIRAG, arXiv 2409.05677).

    A passage's text is its words alone, as published; blank passages (headings without text) are left out.
    """
    archive, file = folder / "documents.tar.gz", folder / "ObliQA_dev.json"
    records = [record for record in _documents(archive) if record.text("Passage", "").strip()]
    pool = pooled([_regulation(record) for record in records])
    places: dict[tuple[int, str], list[int]] = {}
    for index, record in enumerate(records):
        places.setdefault((record.whole("DocumentID"), record.text("PassageID")), []).append(index)
    rows = _list(file, file.read_bytes() if file.is_file() else b"")
    asked = [record for record in rows if side(record.text("QuestionID")) == split]
    questions = tuple(_asked(record, split, pool, places) for record in asked)
    return DataSet(pool, questions, (archive, file))


def _regulation(record: Record) -> Item:
    text = record.text("Passage").strip()
    return Item(f"ADGM document {record.whole('DocumentID')}", record.text("PassageID"), text, text)


def _asked(record: Record, split: Split, pool: Pool, places: dict[tuple[int, str], list[int]]) -> Posed:
    """Gold is the passage of that number; where a document has the number twice, the one with the same words."""
    gold: list[Gold] = []
    for item in record.records("Passages"):
        found = places.get((item.whole("DocumentID"), item.text("PassageID")), [])
        same = [index for index in found if pool.passages[index].text == item.text("Passage").strip()]
        if not found:
            raise record.fail(f"passage {item.text('PassageID')} of document {item.whole('DocumentID')} is not there")
        gold += [Gold(*pool.place(index), 2) for index in same or found]
    return Posed(record.text("QuestionID"), record.text("Question"), f"gold {len(gold)}", split, tuple(gold))


def _documents(archive: Path) -> list[Record]:
    """The passages of every JSON file in the archive, files by number."""
    try:
        with tarfile.open(archive) as opened:
            names = [m for m in opened.getmembers() if m.isfile() and m.name.endswith(".json")]
            names.sort(key=lambda m: (len(m.name), m.name))
            bodies = [(m.name, (opened.extractfile(m) or io.BytesIO()).read()) for m in names]
    except (OSError, tarfile.TarError) as exc:
        raise EvalDataError(f"{archive}: cannot be read ({exc}): check --path") from exc
    return [record for name, body in bodies for record in _list(archive / name, body)]


def _list(path: Path, body: bytes) -> list[Record]:
    """The objects of a JSON list."""
    try:
        rows = json.loads(body.decode("utf-8-sig"))
    except ValueError as exc:
        raise EvalDataError(f"{path}: no JSON list can be read ({exc}): check --path") from exc
    return list(parse(json.dumps({"rows": rows}), str(path)).records("rows"))
