"""`python -m evals ablate`: the question set asked again with one part of the search left out at a time.

A part that does not pay on development questions should go. What a difference of one part is worth depends on the
others: two parts that do the same work each look useless.
"""

import json
import sys
import tempfile
from argparse import Namespace
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import numpy as np

from evals.anew import embedded_anew
from evals.compare import Change, compare
from evals.measured import measure, new_folder
from evals.record import read_run
from kb.base import KnowledgeBase
from kb.catalog import Vectors
from kb.embed import Embedder, MiniLm, base_model
from kb.errors import EvalDataError
from kb.late import Tokens
from kb.weights import SentenceWeights, Weights

SHOWN = ("success@1", "success@5", "ndcg@10", "key_fact_coverage", "citation_precision", "citation_recall")
_CELL = 20


class BareEmbedder:
    """An embedder that is not told the first line: of a passage title, edition and headings, of a sentence its
    heading. The questions that it is given must be of one line."""

    def __init__(self, inner: Embedder) -> None:
        self._inner = inner
        self.model_id = f"{inner.model_id}-bare"
        self.token_model_id = f"{inner.token_model_id}-bare"

    def embed(self, texts: Sequence[str]) -> Vectors:
        """As Embedder."""
        return self._inner.embed([_bare(text) for text in texts])

    def embed_tokens(self, texts: Sequence[str]) -> list[Tokens]:
        """As Embedder, the spans being those of the whole text."""
        bare = [_bare(text) for text in texts]
        found = self._inner.embed_tokens(bare)
        return [
            replace(tokens, spans=tokens.spans + np.int32(len(text) - len(rest)))
            for tokens, text, rest in zip(found, texts, bare, strict=True)
        ]


def _bare(text: str) -> str:
    return text.partition("\n")[2] or text


@dataclass(frozen=True, slots=True)
class Part:
    """What is left out, and how: by other weights, or by another embedder."""

    name: str
    weights: Weights = field(default_factory=Weights)
    embedder: str = ""


_SENTENCE = SentenceWeights()
PARTS = (
    Part("lexicon", Weights(lexicon=0.0)),
    Part("bm25", Weights(lexical=0.0)),
    Part("vectors", Weights(dense=0.0)),
    Part("word-pieces", Weights(late=0.0)),
    Part("sentence-vectors", Weights(sentence=replace(_SENTENCE, cosine=0.0))),
    Part("sentence-pieces", Weights(sentence=replace(_SENTENCE, late=0.0))),
    Part("sentence-words", Weights(sentence=replace(_SENTENCE, overlap=0.0))),
    Part("sentence-passage", Weights(sentence=replace(_SENTENCE, passage=0.0))),
    Part("headings", embedder="bare"),
    Part("training", embedder="base"),
)


@dataclass(frozen=True, slots=True)
class Effect:
    """What changes where a part is left out: `changes` are those of a run without it against the whole."""

    part: str
    changes: tuple[Change, ...]


def ablate(options: Namespace) -> int:
    """Run the command; prints a table, or with --json one JSON document."""
    chosen = parts(options.only)
    out = options.out or new_folder(Path("evals/runs"))
    _measured(options, out / "whole", options.kb, MiniLm(), Weights())
    effects = []
    for part in chosen:
        print(f"without {part.name} ...", file=sys.stderr, flush=True)
        with _without(options, part) as (folder, embedder):
            _measured(options, out / f"without-{part.name}", folder, embedder, part.weights)
        runs = (read_run(out / name) for name in ("whole", f"without-{part.name}"))
        effects.append(Effect(part.name, compare(*runs).changes))
    document = [asdict(effect) for effect in effects]
    print(json.dumps(document, indent=1, allow_nan=False) if options.json else effects_text(effects))
    return 0


def parts(text: str) -> tuple[Part, ...]:
    """The parts named in "lexicon,bm25", in that order; all for "". Raises EvalDataError for one that is not known."""
    known = {part.name: part for part in PARTS}
    wanted = list(dict.fromkeys(name.strip() for name in text.split(",") if name.strip())) or list(known)
    unknown = [name for name in wanted if name not in known]
    if unknown:
        raise EvalDataError(f"--only: {', '.join(unknown)}: choose from {', '.join(known)}")
    return tuple(known[name] for name in wanted)


def _measured(options: Namespace, out: Path, folder: Path, embedder: Embedder, weights: Weights) -> None:
    measure(KnowledgeBase.open(folder, embedder, weights), options.questions, options.split, out)


@contextmanager
def _without(options: Namespace, part: Part) -> Iterator[tuple[Path, Embedder]]:
    """The knowledge base without the part: the one that is there, or a copy embedded anew, in a folder that goes."""
    if not part.embedder:
        yield options.kb, MiniLm()
        return
    embedder: Embedder = base_model() if part.embedder == "base" else BareEmbedder(MiniLm())
    with tempfile.TemporaryDirectory(prefix="recourse-ablate-", ignore_cleanup_errors=True) as folder:
        embedded_anew(options.kb, Path(folder), embedder)
        yield Path(folder), embedder


def effects_text(effects: Sequence[Effect]) -> str:
    """Parts down, measures across: the whole's scores, then what leaving a part out changes."""
    known: list[Mapping[str, Change]] = [{c.measure: c for c in effect.changes} for effect in effects]
    lines = [
        "the whole, and what changes where a part is left out; * where the 95 % interval of the change leaves out 0",
        "",
        f"{'':<{_CELL}}" + "".join(f"{name:>{_CELL}}" for name in SHOWN),
        f"{'the whole':<{_CELL}}" + "".join(f"{_number(known[0][name].result.first):>{_CELL}}" for name in SHOWN),
    ]
    for effect, changes in zip(effects, known, strict=True):
        lines.append(f"{effect.part:<{_CELL}}" + "".join(f"{_change(changes[name]):>{_CELL}}" for name in SHOWN))
    return "\n".join(lines)


def _number(value: float | None) -> str:
    return "n/a" if value is None else f"{value:.3f}"


def _change(change: Change) -> str:
    value = change.result.value
    return "n/a" if value is None else f"{value:+.3f}{'*' if change.verdict else ' '}"
