"""The projection of word pieces for late interaction, learned from questions with their passages.

    python -m ingest.train --data FOLDER

FOLDER holds ``*.jsonl`` (doc, label, passage, questions[{q, answer}], near_misses) and ``splits.json``; only its train
split is learned from, the dev split is reported. The encoder stays as it is: learned are a matrix, 96 x 384, and the
importance of a question's pieces. The loss is a softmax over a batch of neighbouring passages, and over a passage's own
question, the others, and a near miss that it does not answer. Writes ``kb/projection.npz`` (74 KB).
"""

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from kb.embed import PROJECTION

DIMENSIONS = 96
BATCH = 28
PER_DOCUMENT = 10
RATE = 2e-3
SCALE = 30.0

Matrix = np.ndarray[Any, np.dtype[np.float16]]


@dataclass(frozen=True, slots=True)
class Example:
    """A passage with its questions and near misses, each as its word pieces, shape (n, 384)."""

    document: str
    split: str
    passage: Matrix
    questions: tuple[Matrix, ...]
    near_misses: tuple[Matrix, ...]


def read_examples(folder: Path) -> list[Example]:
    """Every passage of the train and dev splits, read by the encoder (some 6 minutes on 2 cores)."""
    from ingest.model import encoder

    splits: dict[str, str] = json.loads((folder / "splits.json").read_text(encoding="utf-8"))
    lines = [line for file in sorted(folder.glob("*.jsonl")) for line in file.read_text(encoding="utf-8").splitlines()]
    rows = [row for row in map(json.loads, lines) if splits[row["doc"]] in ("train", "dev")]
    texts: list[str] = []
    for row in rows:
        texts.append(f"{row['doc']} > {row['label']}\n{row['passage']}")
        texts += [item["q"] for item in row["questions"]] + row["near_misses"]
    hidden = encoder().encode(texts, output_value="token_embeddings", convert_to_numpy=False, show_progress_bar=True)
    pieces = iter([found[1:-1].half().numpy() for found in hidden])
    return [
        Example(
            row["doc"],
            splits[row["doc"]],
            next(pieces),
            tuple(next(pieces) for _ in row["questions"]),
            tuple(next(pieces) for _ in row["near_misses"]),
        )
        for row in rows
    ]


class Learner:
    """The matrix and the importance vector, and how they score; a torch module in all but name."""

    def __init__(self, seed: int) -> None:
        import torch

        generator = torch.Generator().manual_seed(seed)
        start, _ = torch.linalg.qr(torch.randn(384, DIMENSIONS, generator=generator))
        self.matrix = start.T.contiguous().requires_grad_()
        self.importance = torch.zeros(384, requires_grad=True)

    def scores(self, questions: Sequence[Matrix], passages: Sequence[Matrix]) -> Any:
        """Late-interaction scores, shape (questions, passages)."""
        import torch

        asked, asked_mask = _padded(questions)
        there, there_mask = _padded(passages)
        left = torch.nn.functional.normalize(asked @ self.matrix.T, dim=-1)
        right = torch.nn.functional.normalize(there @ self.matrix.T, dim=-1)
        cosines = torch.einsum("qid,pjd->qpij", left, right).masked_fill(there_mask[None, :, None, :] == 0, -1.0)
        weights = torch.exp(asked @ self.importance) * asked_mask
        weights = weights / weights.sum(1, keepdim=True)
        return (cosines.max(-1).values * weights[:, None, :]).sum(-1)


def _padded(rows: Sequence[Matrix]) -> tuple[Any, Any]:
    import torch

    longest = max(len(row) for row in rows)
    values, mask = np.zeros((len(rows), longest, 384), np.float32), np.zeros((len(rows), longest), np.float32)
    for index, row in enumerate(rows):
        values[index, : len(row)], mask[index, : len(row)] = row, 1.0
    return torch.from_numpy(values), torch.from_numpy(mask)


def train(examples: Sequence[Example], steps: int, seed: int) -> Learner:
    """A Learner after `steps` batches of neighbouring passages."""
    import torch

    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    by_document: dict[str, list[Example]] = defaultdict(list)
    for example in examples:
        if example.split == "train":
            by_document[example.document].append(example)
    documents, learner = list(by_document.values()), Learner(seed)
    optimizer = torch.optim.AdamW([learner.matrix, learner.importance], lr=RATE, weight_decay=0.0)
    for step in range(steps):
        batch: dict[int, Example] = {}
        while len(batch) < BATCH:
            document = documents[rng.integers(len(documents))]
            chosen = rng.permutation(len(document))[:PER_DOCUMENT]
            batch.update((id(document[i]), document[i]) for i in chosen)
        loss = _loss(learner, list(batch.values())[:BATCH], rng)
        optimizer.param_groups[0]["lr"] = RATE * (1 - step / steps)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step % 20 == 0:
            print(f"step {step}/{steps} loss {loss.item():.3f}", flush=True)
    return learner


def _loss(learner: Learner, batch: Sequence[Example], rng: np.random.Generator) -> Any:
    import torch

    asked = [example.questions[rng.integers(len(example.questions))] for example in batch]
    missed = [e.near_misses[rng.integers(len(e.near_misses))] if e.near_misses else None for e in batch]
    filled = [near if near is not None else question for near, question in zip(missed, asked, strict=True)]
    scores = learner.scores([*asked, *filled], [example.passage for example in batch])
    count = len(batch)
    there = torch.tensor([near is not None for near in missed])
    near = torch.where(there, scores[count:].diagonal(), torch.full((count,), -1.0))
    target = torch.arange(count)
    cross = torch.nn.functional.cross_entropy
    other_way = torch.cat([SCALE * scores[:count].T, SCALE * near[:, None]], dim=1)
    return cross(SCALE * scores[:count], target) + 0.5 * cross(other_way, target)


def report(learner: Learner, examples: Sequence[Example]) -> str:
    """success@1 and @5 over the dev split's passages, as one line."""
    import torch

    held = [example for example in examples if example.split == "dev"]
    ranks: list[int] = []
    with torch.no_grad():
        for place, example in enumerate(held):
            scores = learner.scores(example.questions, [other.passage for other in held])
            ranks += (scores > scores[:, place : place + 1]).sum(1).tolist()
    found = np.array(ranks)
    return f"dev: {len(found)} questions, success@1 {(found < 1).mean():.3f}, success@5 {(found < 5).mean():.3f}"


def main() -> int:
    """Learn, report and write the projection."""
    parser = argparse.ArgumentParser(prog="python -m ingest.train", description="Learn the projection of word pieces.")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=PROJECTION)
    parser.add_argument("--steps", type=int, default=420)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    examples = read_examples(options.data)
    print(report(Learner(options.seed), examples))
    learner = train(examples, options.steps, options.seed)
    print(report(learner, examples))
    arrays = {"projection": learner.matrix.detach().numpy(), "importance": learner.importance.detach().numpy()}
    np.savez_compressed(options.out, **{name: array.astype(np.float16) for name, array in arrays.items()})
    return 0


if __name__ == "__main__":
    sys.exit(main())
