"""`python -m evals bench`: speeds, each beside a peer's that is taken in turn with it, so that the ratio travels.

Milliseconds and passages a second are of this machine and this minute; the ratio of two that were taken in turn can
be compared between machines, if nothing else runs: work of other programs does not slow both sides alike.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from argparse import Namespace
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from evals.origin import commit_of
from evals.posed import Posed, sample
from evals.questions import read_questions
from evals.retrieval_sets import QUESTIONS
from evals.systems import PEER, Search, opened
from kb.base import KnowledgeBase
from kb.cite import look_up
from kb.errors import EvalDataError
from kb.types import Filters, Query

ASKED = 20
"""Questions, or citations, that a warm figure is taken over."""

EMBEDDED = 64
"""Passages that are embedded for a speed."""

COLD = 3
"""Fresh processes that a cold figure is taken over."""

_HITS = 10
_ROOT = Path(__file__).resolve().parent.parent
_TORCH = """
import json, sys, time
import torch
from ingest.model import encoder
torch.set_num_threads(2)
texts = json.load(sys.stdin)
model = encoder()
model.encode(texts[:2])
begun = time.perf_counter()
model.encode(texts, batch_size=32)
print(time.perf_counter() - begun)
"""


@dataclass(frozen=True, slots=True)
class Speed:
    """What was timed, in `unit`: 50th and 95th percentile here and of the peer. `ratio` is how many times as fast as
    the peer this is at the median, whichever way the unit runs."""

    name: str
    unit: str
    p50: float
    p95: float
    peer: str
    peer_p50: float
    peer_p95: float

    @property
    def ratio(self) -> float:
        """Above 1: faster than the peer."""
        return self.peer_p50 / self.p50 if self.unit == "ms" else self.p50 / self.peer_p50


@dataclass(frozen=True, slots=True)
class Machine:
    """Where and when: cores, and the load average of the last minute before the first figure."""

    created: str
    commit: str
    cores: int
    load: float


def bench(options: Namespace) -> int:
    """Run the command; prints a table, or with --json one JSON document."""
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    machine = Machine(
        datetime.now(UTC).isoformat(timespec="seconds"),
        commit_of(Path(__file__).parent),
        os.cpu_count() or 1,
        os.getloadavg()[0],
    )
    if machine.load > 1:
        print(f"evals: the load is {machine.load:.1f}: other work makes times and ratios rough", file=sys.stderr)
    base = KnowledgeBase.open(options.kb)
    labels = _labels(base)
    speeds = [*_warm(base, labels), *_cold(options.kb, labels[0]), _embedding(base)]
    if options.large:
        speeds.append(_large(KnowledgeBase.open(options.large)))
    if options.json:
        rows = [{**asdict(speed), "ratio": speed.ratio} for speed in speeds]
        print(json.dumps({"machine": asdict(machine), "speeds": rows}, ensure_ascii=False, indent=1, allow_nan=False))
    else:
        print(speeds_text(machine, speeds))
    return 0


def _labels(base: KnowledgeBase) -> list[str]:
    """Citations of the law that is held, spread over it. Raises EvalDataError where there is none."""
    generation = base.catalog.generation()
    law = [key for key, source in generation.sources.items() if source.authority == "law"]
    found = sorted({entry.label for key in law[:200] for entry in base.catalog.outline(key) if entry.kind == "body"})
    if not found:
        raise EvalDataError(f"{base.folder} holds no law to cite: choose another --kb")
    return found[:: max(1, len(found) // ASKED)][:ASKED]


def _warm(base: KnowledgeBase, labels: Sequence[str]) -> list[Speed]:
    """Search, answer and citation in an open knowledge base, each in turn with LlamaIndex's search for the same words.

    Where the peer has no such thing (an answer, a citation) its search stands beside it as a yardstick.
    """
    posed = _posed()
    cited = [Posed(label, label, "citation", "", ()) for label in labels]
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix=PEER, ignore_cleanup_errors=True))
        searches = stack.enter_context(opened(base, ("recourse", "llamaindex"), Path(folder)))
        peer = _search(searches["llamaindex"])

        def ask(question: Posed) -> object:
            return base.ask(Query(question.question, question.filters, _HITS))

        def cite(question: Posed) -> object:
            return look_up(base.catalog, question.question)

        size = f"{base.catalog.counts()[0]:,} passages"
        return [
            in_turn(f"search, warm, {size}", "LlamaIndex fusion", _search(searches["recourse"]), peer, posed),
            in_turn("ask, warm", "LlamaIndex fusion, search only", ask, peer, posed),
            in_turn("cite, warm", "LlamaIndex fusion, search only", cite, peer, cited),
        ]


def _search(search: Search) -> Callable[[Posed], object]:
    return lambda question: search(question, _HITS)


def _posed() -> tuple[Posed, ...]:
    """Development questions of our own set, without their gold."""
    held = [q for q in read_questions([_ROOT / QUESTIONS]) if q.split == "dev" and q.answerable]
    return sample([Posed(q.id, q.question, q.kind, q.split, (), Filters(q.plan, q.edition)) for q in held], ASKED)


def in_turn(
    name: str, peer_name: str, ours: Callable[[Posed], object], peer: Callable[[Posed], object], asked: Sequence[Posed]
) -> Speed:
    """Both timed question by question, ours first and then the peer; one question each goes before, untimed."""
    ours(asked[0])
    peer(asked[0])
    pairs = [(_ms(ours, question), _ms(peer, question)) for question in asked]
    return speed(name, peer_name, [a for a, _ in pairs], [b for _, b in pairs])


def speed(name: str, peer: str, ours: Sequence[float], theirs: Sequence[float]) -> Speed:
    """A Speed out of milliseconds."""
    p50, p95 = map(float, np.percentile(ours, [50, 95]))
    peer_p50, peer_p95 = map(float, np.percentile(theirs, [50, 95]))
    return Speed(name, "ms", p50, p95, peer, peer_p50, peer_p95)


def _ms(work: Callable[[Posed], object], question: Posed) -> float:
    begun = time.perf_counter()
    work(question)
    return (time.perf_counter() - begun) * 1000


def _cold(folder: Path, label: str) -> list[Speed]:
    """A citation from a fresh process, in turn with a bare interpreter and with LlamaIndex's import alone."""
    cite = ["-m", "kb", "cite", label, "--kb", str(folder.resolve())]
    bare, imported = ["-c", "pass"], ["-c", "import llama_index.core"]
    times = [(_process(cite), _process(bare), _process(imported)) for _ in range(COLD + 1)][1:]
    ours = [a for a, _, _ in times]
    return [
        speed("cite, cold process", "Python that does nothing", ours, [b for _, b, _ in times]),
        speed("cite, cold process", "import of LlamaIndex alone", ours, [c for _, _, c in times]),
    ]


def _process(arguments: Sequence[str], text: str = "") -> float:
    begun = time.perf_counter()
    _output(arguments, text)
    return (time.perf_counter() - begun) * 1000


def _output(arguments: Sequence[str], text: str) -> str:
    """What a Python process prints. Raises EvalDataError where it fails."""
    done = subprocess.run(
        [sys.executable, *arguments], cwd=_ROOT, input=text, capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = done.stderr.strip().splitlines()[-1:] or ["no message"]
        raise EvalDataError(f"`python {' '.join(arguments[:4])}` failed: {said[0]}")
    return done.stdout


def _embedding(base: KnowledgeBase) -> Speed:
    """Passages embedded a second by the ONNX graph, and by torch with the same weights in a process of its own."""
    from kb.embed import MiniLm

    keys = base.catalog.generation().sources
    ids = [p.passage_id for key in keys for p in base.catalog.passages(key) if p.kind == "body"]
    texts = list(base.catalog.embedded_texts(ids[:: max(1, len(ids) // EMBEDDED)][:EMBEDDED]).values())
    model = MiniLm()
    model.embed(texts[:2])
    rates, peers = list[float](), list[float]()
    for _ in range(2):
        begun = time.perf_counter()
        model.embed(texts)
        rates.append(len(texts) / (time.perf_counter() - begun))
        peers.append(len(texts) / float(_output(["-c", _TORCH], json.dumps(texts)).split()[-1]))
    name, peer = "embedding, 2 threads", "sentence-transformers (torch)"
    return Speed(name, "passages/s", float(np.mean(rates)), min(rates), peer, float(np.mean(peers)), min(peers))


def _large(base: KnowledgeBase) -> Speed:
    """Search in a large knowledge base; LlamaIndex's store is kept beside its indexes, since filling it takes long."""
    with opened(base, ("recourse", "llamaindex"), base.folder / PEER) as searches:
        size = f"{base.catalog.counts()[0]:,} passages"
        peer = _search(searches["llamaindex"])
        return in_turn(f"search, warm, {size}", "LlamaIndex fusion", _search(searches["recourse"]), peer, _plain())


def _plain() -> tuple[Posed, ...]:
    """The questions without plan and edition, which a data set does not have."""
    return tuple(Posed(q.id, q.question, q.kind, q.split, ()) for q in _posed())


def speeds_text(machine: Machine, speeds: Sequence[Speed]) -> str:
    """The table for people."""
    width = max(len(s.name) for s in speeds) + 2
    lines = [
        f"{machine.cores} cores, load average {machine.load:.1f}, commit {machine.commit[:12]}, {machine.created}",
        "median, 95th percentile (of a rate: mean, least); ratio: how many times as fast as the peer",
        "",
        f"{'':<{width}}{'unit':<12}{'here':>18}{'peer':>18}{'ratio':>8}  peer",
    ]
    for s in speeds:
        here, peer = f"{s.p50:.1f}, {s.p95:.1f}", f"{s.peer_p50:.1f}, {s.peer_p95:.1f}"
        lines.append(f"{s.name:<{width}}{s.unit:<12}{here:>18}{peer:>18}{s.ratio:>8.2f}  {s.peer}")
    if machine.load > 1:
        lines += ["", "the machine was busy with other work: the times are not its own, and the ratios are rough"]
    return "\n".join(lines)
