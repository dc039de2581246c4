"""python -m ingest.training --data FOLDER: learn the encoder from question-passage pairs and write `kb/encoder.npz`."""

import argparse
import sys
from pathlib import Path

import numpy as np

from ingest.model import learned_changes
from ingest.training.data import read_examples
from ingest.training.encoder import Layers
from ingest.training.learn import RATE, learn, read, report
from ingest.training.learned import changes, write
from ingest.training.objective import Head
from kb.embed import LEARNED

PAIRS = Path(__file__).parent / "pairs"
"""The pairs that come with the project."""

RANK = 64
_EVERY = 60  # steps after which the result is written, lest an interruption lose it


def main() -> int:
    """Learn from the train split, report on the dev split, and write what was learned."""
    parser = argparse.ArgumentParser(
        prog="python -m ingest.training",
        description="Learn the encoder from question-passage pairs: the project's own, and those of FOLDERs of *.jsonl "
        "(doc, label, passage, questions[{q, answer}], near_misses) and splits.json. The test split is not read.",
    )
    parser.add_argument("--data", type=Path, nargs="+", default=[], metavar="FOLDER", help="more pairs")
    parser.add_argument("--out", type=Path, default=LEARNED, help="default: %(default)s")
    parser.add_argument("--start", type=Path, metavar="FILE", help="an earlier result to go on from")
    parser.add_argument("--rate", type=float, default=RATE, help="of learning; default: %(default)s")
    parser.add_argument("--steps", type=int, default=200, help="batches; default: %(default)s")
    parser.add_argument("--rank", type=int, default=RANK, help="of the changes of matrices; default: %(default)s")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    layers, head = Layers(), Head(options.seed)
    before = {name: weight.detach().clone() for name, weight in layers.bert.named_parameters()}
    if options.start:
        layers.add(learned_changes(options.start))
        with np.load(options.start) as arrays:
            head.start_from(arrays["projection"], arrays["importance"])
    pairs = [one for folder in (*options.data, PAIRS) for one in read_examples(folder, ("train", "dev"))]
    found = read(layers, pairs)
    train, held = [[one for one in found if one.example.split == split] for split in ("train", "dev")]
    print(f"before: {report(layers, head, held)}", flush=True)

    def keep(step: int) -> None:
        if step % _EVERY == 0 or step == options.steps:
            print(f"after {step} steps: {report(layers, head, held)}", flush=True)
            write(options.out, changes(before, dict(layers.bert.named_parameters()), options.rank), head)

    learn(layers, head, train, options.steps, options.seed, keep, options.rate)
    return 0


if __name__ == "__main__":
    sys.exit(main())
