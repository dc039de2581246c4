"""Knowing when there is none: are questions that a passage answers scored higher than near misses of the same passage.

For every passage each of its questions is set against each of its near misses; the figure is the share of pairs in
which the question has the higher score, ties counted half: the area under the ROC curve, passage by passage.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from evals.answers import Ratio
from evals.bootstrap import Estimate, estimate
from kb.base import KnowledgeBase
from kb.late import score, similarities
from kb.lexical import stems
from kb.search import Engines, Found, search
from kb.support import probability
from kb.types import Hit, Passage
from kb.weights import Weights

_READ = 30
"""Passages that answering reads."""

OWN = ("own passage: cosine", "own passage: late score", "own passage: support")
POOL = ("all passages: best late score", "all passages: support")
SIGNS = (*OWN, *POOL)


@dataclass(frozen=True, slots=True)
class Told:
    """A question put to one passage, whether that answers it, and the signs by name."""

    passage: str
    is_answered: bool
    signs: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Area:
    """How well a sign tells the two apart: `paired` passage by passage, `overall` all questions against all near
    misses. 0.5 is chance."""

    sign: str
    paired: Estimate
    overall: float


def told(base: KnowledgeBase, questions: Iterable[tuple[Passage, str, bool]]) -> Iterator[Told]:
    """The signs of each (passage, question, whether it answers), in order.

    Those of the own passage are as if it alone had been found; those of all passages are what an answer rests on.
    """
    generation = base.catalog.generation()
    with base.engines(generation) as engines:
        keys = tuple(generation.sources)
        for passage, question, is_answered in questions:
            found = search(engines, question, keys, _READ, Weights(), date.today())
            alone, cosine = _alone(engines, passage, question, found)
            values = (
                cosine,
                alone.late[passage.passage_id],
                probability(base.weigh(engines, alone)[0]),
                max(found.late.values(), default=0.0),
                probability(base.weigh(engines, found)[0]),
            )
            yield Told(passage.passage_id, is_answered, dict(zip(SIGNS, values, strict=True)))


def _alone(engines: Engines, passage: Passage, question: str, found: Found) -> tuple[Found, float]:
    """What a search would have given that found this passage alone, and the passage's cosine."""
    text = engines.catalog.embedded_texts([passage.passage_id])[passage.passage_id]
    pieces = engines.embedded.tokens([text])[text][0]
    vector = engines.embedded.vectors([text])[text]
    late = score(found.question, similarities(found.question, pieces))
    hits = (Hit(passage, 1.0, 1, "fused"),)
    alone = Found(hits, (), found.question, tuple(stems(question)), {passage.passage_id: late})
    return alone, float(vector @ found.question.vector)


def areas(rows: Sequence[Told]) -> tuple[Area, ...]:
    """Every sign's area, in the order of SIGNS; passages without a question or a near miss count only overall."""
    found = []
    for sign in SIGNS:
        by_passage: dict[str, tuple[list[float], list[float]]] = {}
        for row in rows:
            by_passage.setdefault(row.passage, ([], []))[0 if row.is_answered else 1].append(row.signs[sign])
        pairs = [_won(asked, near) for asked, near in by_passage.values()]
        asked = [row.signs[sign] for row in rows if row.is_answered]
        near = [row.signs[sign] for row in rows if not row.is_answered]
        overall = _won(asked, near)
        found.append(Area(sign, estimate(pairs), overall.top / overall.bottom if overall.bottom else 0.5))
    return tuple(found)


def _won(asked: Sequence[float], near: Sequence[float]) -> Ratio:
    """Pairs in which the first is higher, ties half, of all pairs."""
    difference = np.subtract.outer(np.array(asked), np.array(near))
    return Ratio(float((difference > 0).sum() + 0.5 * (difference == 0).sum()), difference.size)


def areas_text(found: Sequence[Area]) -> str:
    """A table for people."""
    lines = ["answerable against near miss, area under the curve (0.5 is chance)"]
    lines.append(f"  {'':<34}{'same passage [95 % interval] n':<34}overall")
    for area in found:
        result = area.paired
        if result.value is None or result.low is None or result.high is None:
            paired = "n/a"
        else:
            paired = f"{result.value:.3f} [{result.low:.3f}, {result.high:.3f}] {result.n}"
        lines.append(f"  {area.sign:<34}{paired:<34}{area.overall:.3f}")
    return "\n".join(lines)
