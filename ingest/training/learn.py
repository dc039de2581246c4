"""The loop: batches of neighbours and siblings, AdamW, and how the held-out documents fare."""

import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ingest.training.data import Example, siblings
from ingest.training.encoder import Layers
from ingest.training.objective import Head, Texts, loss_of_ranking, loss_of_sentences, texts

PASSAGES = 40
QUESTIONS = 3
"""Passages of a batch, and questions of each."""

RATE = 1e-4
_OF_HEAD = 5.0  # times the rate, for the head
_WARM = 15  # steps
_NEIGHBOURS = 13  # passages of one document
_SIBLINGS = 0.35  # share of batches that begin with a group of siblings


@dataclass(frozen=True, slots=True)
class Read:
    """An example after the lower layers: states of its passage, questions and near misses, and for each piece of the
    passage the index of its sentence."""

    example: Example
    passage: Any
    questions: tuple[Any, ...]
    near_misses: tuple[Any, ...]
    sentence: Any


def read(layers: Layers, examples: Sequence[Example]) -> list[Read]:
    """The examples after the lower layers, some 2 minutes for 1,750 passages on 2 cores."""
    import torch

    words = [text for e in examples for text in (e.text, *e.questions, *e.near_misses)]
    states, spans = layers.read(words)
    found, at = [], 0
    for example in examples:
        pieces = spans[at][1:-1]
        of_piece = [
            next((n for n, (start, end) in enumerate(example.sentences) if start <= piece[0] < end), -1)
            for piece in pieces
        ]
        middle = at + 1 + len(example.questions)
        end = middle + len(example.near_misses)
        passage = states[at]
        found.append(
            Read(example, passage, tuple(states[at + 1 : middle]), tuple(states[middle:end]), torch.tensor(of_piece))
        )
        at = end
    return found


def learn(
    layers: Layers,
    head: Head,
    examples: Sequence[Read],
    steps: int,
    seed: int,
    after: Callable[[int], None],
    rate: float = RATE,
) -> None:
    """Change the upper layers and the head by `steps` batches, some 8 seconds each on 2 cores; `after` each one."""
    import torch

    torch.manual_seed(seed)
    chance = random.Random(seed)
    sampler = Sampler(examples, chance)
    weights = layers.parameters()
    groups = [
        {"params": weights, "lr": rate, "weight_decay": 0.01},
        {"params": [head.projection, head.importance], "lr": _OF_HEAD * rate, "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(groups)
    for step in range(steps):
        for group, most in zip(optimizer.param_groups, (rate, _OF_HEAD * rate), strict=True):
            group["lr"] = most * max(0.02, min(1.0, (step + 1) / _WARM) * (1 - step / steps))
        layers.bert.train()
        loss = _loss(layers, head, sampler.batch(), chance)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(weights, 1.0)
        optimizer.step()
        if step % 10 == 0:
            print(f"step {step} of {steps}: loss {loss.item():.3f}", flush=True)
        after(step + 1)


class Sampler:
    """Draws batches: neighbours of a few documents, now and then led by a group of siblings."""

    def __init__(self, examples: Sequence[Read], chance: random.Random) -> None:
        self._chance = chance
        self._documents: dict[str, list[Read]] = defaultdict(list)
        of_example = {id(one.example): one for one in examples}
        for one in examples:
            self._documents[one.example.document].append(one)
        self._names = list(self._documents)
        self._sizes = [len(self._documents[name]) ** 0.7 for name in self._names]
        groups = siblings([one.example for one in examples])
        self._siblings = [[of_example[id(e)] for e in group] for group in groups]

    def batch(self) -> list[Read]:
        """PASSAGES different examples, fewer where there are fewer."""
        drawn: dict[int, Read] = {}
        if self._siblings and self._chance.random() < _SIBLINGS:
            group = self._chance.choice(self._siblings)
            self._draw(drawn, group, 4)
            self._draw(drawn, self._documents[group[0].example.document], 6)
        most = min(PASSAGES, sum(map(len, self._documents.values())))
        while len(drawn) < most:
            name = self._chance.choices(self._names, self._sizes)[0]
            self._draw(drawn, self._documents[name], _NEIGHBOURS)
        return list(drawn.values())[:most]

    def _draw(self, drawn: dict[int, Read], of: Sequence[Read], most: int) -> None:
        drawn.update((id(one), one) for one in self._chance.sample(of, min(most, len(of))))


def _loss(layers: Layers, head: Head, batch: Sequence[Read], chance: random.Random) -> Any:
    import torch

    asked, owner, answers, missed, near = [], [], [], [], []
    for row, one in enumerate(batch):
        for number in chance.sample(range(len(one.questions)), min(QUESTIONS, len(one.questions))):
            asked.append(one.questions[number])
            owner.append(row)
            answers.append(one.example.answers[number])
        if one.near_misses:
            missed.append(chance.choice(one.near_misses))
            near.append(row)
    there = texts(layers.finish([one.passage for one in batch]))
    words = texts(layers.finish([*asked, *missed]))
    ranking = loss_of_ranking(head, words, there, torch.tensor(owner), torch.tensor(near, dtype=torch.long))
    questions = Texts(words.vectors[: len(asked)], words.pieces[: len(asked)], words.mask[: len(asked)])
    return ranking + loss_of_sentences(head, questions, there, owner, [one.sentence for one in batch], answers)


def report(layers: Layers, head: Head, held: Sequence[Read]) -> str:
    """success@1 and @5 over the passages held out, by vectors of the whole, by pieces and by their sum; one line."""
    import torch

    layers.bert.eval()
    with torch.no_grad():
        there = texts(layers.finish([one.passage for one in held]))
        asked = texts(layers.finish([question for one in held for question in one.questions]))
        owner = torch.tensor([row for row, one in enumerate(held) for _ in one.questions])
        whole, parts = asked.vectors @ there.vectors.T, []
        for start in range(0, len(owner), 200):
            cut = slice(start, start + 200)
            parts.append(head.scores(Texts(asked.vectors[cut], asked.pieces[cut], asked.mask[cut]), there))
        pieces = torch.cat(parts)
        line = f"{len(owner)} questions over {len(held)} passages"
        for name, scores in (("whole", whole), ("pieces", pieces), ("sum", whole + pieces)):
            rank = (scores > scores.gather(1, owner[:, None])).sum(1)
            first, fifth = (float((rank < k).float().mean()) for k in (1, 5))
            line += f"; {name}: success@1 {first:.3f}, @5 {fifth:.3f}"
    return line
