"""The authored pairs as training examples: passages with the questions that they answer and those that they do not."""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kb.errors import ModelError
from kb.sentences import sentences
from kb.types import Span


@dataclass(frozen=True, slots=True)
class Example:
    """A passage with its questions and near misses. `text` is what is embedded, and ends with the passage.

    `sentences` are spans of `text`; `answers`, in step with `questions`, are indexes of the sentence that answers, -1
    where none is known. `family` is the file that it came in: siblings share one.
    """

    document: str
    family: str
    label: str
    split: str
    text: str
    sentences: tuple[Span, ...]
    questions: tuple[str, ...]
    answers: tuple[int, ...]
    near_misses: tuple[str, ...]


def read_examples(folder: Path, wanted: Sequence[str]) -> list[Example]:
    """The examples of the splits `wanted`, in file order. Raises ModelError where the folder holds none."""
    splits: dict[str, str] = json.loads((folder / "splits.json").read_text(encoding="utf-8"))
    found = []
    for file in sorted(folder.glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if splits[row["doc"]] in wanted:
                found.append(_example(row, file.stem, splits[row["doc"]]))
    if not found:
        raise ModelError(f"{folder}: no *.jsonl file has a passage of the splits {', '.join(wanted)}")
    return found


def _example(row: dict[str, object], family: str, split: str) -> Example:
    head, passage = f"{row['doc']} > {row['label']}\n", str(row["passage"])
    questions, near = row["questions"], row["near_misses"]
    if not isinstance(questions, list) or not isinstance(near, list):
        raise ModelError(f"{family}.jsonl: questions and near_misses of {row['label']!r} must be lists")
    spans = sentences(passage)
    return Example(
        str(row["doc"]),
        family,
        str(row["label"]),
        split,
        head + passage,
        tuple((start + len(head), end + len(head)) for start, end in spans),
        tuple(str(item["q"]) for item in questions),
        tuple(_answer(passage, str(item["answer"]), spans) for item in questions),
        tuple(map(str, near)),
    )


def _answer(passage: str, words: str, spans: Sequence[Span]) -> int:
    """The index of the sentence that shares most with the answer's words; -1 where they do not stand there."""
    start = passage.find(words)
    if start < 0 or not spans:
        return -1
    shared = [min(end, start + len(words)) - max(begin, start) for begin, end in spans]
    return shared.index(max(shared))


def siblings(examples: Sequence[Example]) -> list[list[Example]]:
    """Groups of passages that stand at one label of one file in several documents: editions, tiers, regions."""
    groups: dict[tuple[str, str], list[Example]] = defaultdict(list)
    for example in examples:
        groups[example.family, example.label].append(example)
    return [group for group in groups.values() if len({example.document for example in group}) > 1]
