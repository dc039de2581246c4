"""What is learned: one pass that gives a vector of the whole and vectors of the pieces, both told by softmax losses.

Every question must find its passage among the batch's (neighbours of one document, siblings of one label), every
passage its question among the others' and a near miss that it does not answer, and the pieces of a question the
sentence that answers it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from kb.embed import PIECE_DIMENSIONS

_WHOLE, _PIECES = 20.0, 30.0
"""What a cosine is multiplied by before the softmax: of vectors of the whole, and of late-interaction scores."""

_SENTENCES = 20.0
_BACKWARD = 0.5  # weight of a passage's choice of its question
_BOTH = 0.5  # weight of the sum of both scores
_WITHIN = 0.3  # weight of the choice of a sentence


@dataclass(frozen=True, slots=True)
class Texts:
    """A batch of texts: unit vectors of the whole, (n, 384); states of the pieces without [CLS] and [SEP], padded,
    (n, pieces, 384); and a mask, 1.0 where there is a piece."""

    vectors: Any
    pieces: Any
    mask: Any


def texts(states: Sequence[Any]) -> Texts:
    """The encoder's last states as a batch."""
    import torch
    from torch.nn.functional import normalize, pad

    longest = max(len(one) - 2 for one in states)
    return Texts(
        normalize(torch.stack([one.mean(0) for one in states]), dim=-1),
        torch.stack([pad(one[1:-1], (0, 0, 0, longest - len(one) + 2)) for one in states]),
        torch.stack([pad(torch.ones(len(one) - 2), (0, longest - len(one) + 2)) for one in states]),
    )


class Head:
    """The projection of pieces, (96, 384), and the importance of a question's pieces, (384,)."""

    def __init__(self, seed: int) -> None:
        import torch

        generator = torch.Generator().manual_seed(seed)
        start, _ = torch.linalg.qr(torch.randn(384, PIECE_DIMENSIONS, generator=generator))
        self.projection = start.T.contiguous().requires_grad_()
        self.importance = torch.zeros(384, requires_grad=True)

    def start_from(self, projection: Any, importance: Any) -> None:
        """Go on from arrays that were learned before."""
        import torch

        self.projection = torch.tensor(np.asarray(projection, np.float32)).requires_grad_()
        self.importance = torch.tensor(np.asarray(importance, np.float32)).requires_grad_()

    def projected(self, batch: Texts) -> Any:
        """Unit vectors of the pieces, (n, pieces, 96)."""
        from torch.nn.functional import normalize

        return normalize(batch.pieces @ self.projection.T, dim=-1)

    def weights(self, questions: Texts) -> Any:
        """How much each piece of a question counts, (n, pieces), of sum 1 a question."""
        import torch

        found = torch.exp(questions.pieces @ self.importance) * questions.mask
        return found / found.sum(1, keepdim=True)

    def scores(self, questions: Texts, passages: Texts) -> Any:
        """Late-interaction scores, (questions, passages)."""
        import torch

        asked, there, weights = self.projected(questions), self.projected(passages), self.weights(questions)
        flat = asked.reshape(-1, asked.shape[-1])
        columns = []
        for row in range(len(there)):  # one passage at a time, or the cosines of all would not fit in memory
            best = (flat @ there[row, : int(passages.mask[row].sum())].T).max(1).values
            columns.append((best.view(asked.shape[0], -1) * weights).sum(1))
        return torch.stack(columns, 1)


def loss_of_ranking(head: Head, asked: Texts, there: Texts, owner: Any, near: Any) -> Any:
    """The softmax losses of a batch. The first len(owner) texts of `asked` are questions, of which `owner` names the
    passage; the others near misses, of which `near` does."""
    whole, pieces = asked.vectors @ there.vectors.T, head.scores(asked, there)
    return (
        _both_ways(whole, owner, near, _WHOLE)
        + _both_ways(pieces, owner, near, _PIECES)
        + _BOTH * _both_ways(whole + pieces, owner, near, _WHOLE)
    )


def _both_ways(scores: Any, owner: Any, near: Any, scale: float) -> Any:
    import torch

    count, passages = len(owner), scores.shape[1]
    asked = scale * scores[:count]
    own = asked.gather(1, owner[:, None])[:, 0]
    is_own = torch.zeros(count, passages, dtype=torch.bool)
    is_own[torch.arange(count), owner] = True
    others = asked.T.masked_fill(is_own.T, -1e4)
    missed = torch.full((passages, 1), -1e4)
    there = scale * scores[count:].gather(1, near[:, None])[:, 0]
    missed = missed.index_put((near, torch.zeros_like(near)), there)
    against = torch.logsumexp(torch.cat([others, missed], 1), 1)
    backward = (torch.logaddexp(own, against[owner]) - own).mean()
    return torch.nn.functional.cross_entropy(asked, owner) + _BACKWARD * backward


def loss_of_sentences(
    head: Head, asked: Texts, there: Texts, owner: Sequence[int], sentence: Sequence[Any], answers: Sequence[int]
) -> Any:
    """The loss of choosing, inside its passage, the sentence that answers each question.

    `sentence` holds for each passage the index of the sentence that each piece stands in, -1 for none.
    """
    import torch

    projected, passages, weights = head.projected(asked), head.projected(there), head.weights(asked)
    losses = []
    for row, (passage, answer) in enumerate(zip(owner, answers, strict=True)):
        of_piece = sentence[passage]
        present = sorted({int(one) for one in of_piece.unique()} - {-1})
        if answer in present and len(present) > 1:
            cosines = projected[row] @ passages[passage, : len(of_piece)].T
            found = [(cosines[:, of_piece == one].max(1).values * weights[row]).sum() for one in present]
            target = torch.tensor([present.index(answer)])
            losses.append(torch.nn.functional.cross_entropy(_SENTENCES * torch.stack(found)[None], target))
    return _WITHIN * torch.stack(losses).mean() if losses else torch.zeros(())
