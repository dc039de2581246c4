"""The encoder's training: examples read, batches drawn, one pass the same as the library's, results made small."""

import json
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ingest.model import base_encoder, learned_changes
from ingest.training.data import read_examples, siblings
from ingest.training.encoder import Layers, _runs
from ingest.training.learn import PASSAGES, Read, Sampler, learn, read, report
from ingest.training.learned import changes, write
from ingest.training.objective import Head
from kb.errors import ModelError

_PASSAGE = "The plan answers in 5 days. You may appeal. An urgent request is answered in 72 hours."


def _row(document: str, label: str, *, question: str = "how fast is urgent?") -> dict[str, object]:
    return {
        "doc": document,
        "label": label,
        "passage": _PASSAGE,
        "questions": [{"q": question, "answer": "answered in 72 hours"}, {"q": "and else?", "answer": "not there"}],
        "near_misses": ["who pays for it?"],
    }


@pytest.fixture
def pairs(tmp_path: Path) -> Path:
    rows = [_row("Gold", "Fees"), _row("Silver", "Fees"), _row("Silver", "Care"), _row("Held", "Fees")]
    (tmp_path / "t1.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    splits = {"Gold": "train", "Silver": "train", "Held": "test"}
    (tmp_path / "splits.json").write_text(json.dumps(splits), encoding="utf-8")
    return tmp_path


def test_examples_say_which_sentence_answers(pairs: Path) -> None:
    found = read_examples(pairs, ("train",))
    assert [(one.document, one.label) for one in found] == [("Gold", "Fees"), ("Silver", "Fees"), ("Silver", "Care")]
    first = found[0]
    assert first.text == f"Gold > Fees\n{_PASSAGE}"
    assert first.text[slice(*first.sentences[2])] == "An urgent request is answered in 72 hours."
    assert first.answers == (2, -1)


def test_a_folder_without_the_split_is_refused(pairs: Path) -> None:
    with pytest.raises(ModelError, match=r"no \*\.jsonl file has a passage of the splits dev"):
        read_examples(pairs, ("dev",))


def test_siblings_are_passages_at_one_label_of_several_documents(pairs: Path) -> None:
    groups = siblings(read_examples(pairs, ("train",)))
    assert [[one.document for one in group] for group in groups] == [["Gold", "Silver"]]


def test_runs_hold_every_text_once_and_are_not_too_large() -> None:
    lengths = [random.Random(n).randint(1, 60) for n in range(200)]
    runs = list(_runs(lengths, 100))
    assert sorted(index for run in runs for index in run) == list(range(200))
    assert all(len(run) == 1 or len(run) * max(lengths[i] for i in run) <= 100 for run in runs)


def test_batches_are_full_and_hold_no_example_twice(pairs: Path) -> None:
    example = read_examples(pairs, ("train",))[0]
    many = [Read(replace(example, document=f"d{n % 9}", label=str(n)), n, (), (), None) for n in range(90)]
    batch = Sampler(many, random.Random(1)).batch()
    assert len({id(one) for one in batch}) == len(batch) == PASSAGES
    few = Sampler(many[:7], random.Random(1)).batch()
    assert len(few) == 7


@pytest.fixture(scope="module")
def layers() -> Layers:
    return Layers()


def test_both_parts_together_are_the_encoder(layers: Layers) -> None:
    texts = ["How long?", _PASSAGE, "72 hours " * 200]
    states, spans = layers.read(texts)
    layers.bert.eval()
    expected: Any = base_encoder().encode(texts, output_value="token_embeddings", convert_to_numpy=False)
    for mine, its, pieces in zip(layers.finish(states), expected, spans, strict=True):
        its = its[: len(mine)]
        assert len(mine) == len(pieces) <= 256
        assert (
            float((mine.detach() - its.detach()).abs().max()) < 2e-2
        )  # the lower layers' states are kept in half precision


def test_learning_changes_the_upper_layers_and_is_repeatable(pairs: Path) -> None:
    results = []
    for _ in range(2):
        layers, head = Layers(), Head(3)
        found = read(layers, read_examples(pairs, ("train",)))
        before = {name: weight.detach().clone() for name, weight in layers.bert.named_parameters()}
        steps: list[int] = []
        learn(layers, head, found, 2, 7, steps.append)
        assert steps == [1, 2]
        results.append(changes(before, dict(layers.bert.named_parameters()), 4))
        assert report(layers, head, found).startswith("6 questions over 3 passages; whole: success@1 ")
    assert results[0].keys() == results[1].keys() != set()
    assert not any(name.startswith(("embeddings", "encoder.layer.0", "encoder.layer.1")) for name in results[0])
    assert all(np.array_equal(results[0][name], results[1][name]) for name in results[0])


def test_what_was_learned_is_kept_as_factors_and_read_back(tmp_path: Path) -> None:
    import torch

    thin = torch.randn(6, 2) @ torch.randn(2, 5)
    before = {"encoder.a": torch.zeros(6, 5), "encoder.b": torch.zeros(4), "encoder.c": torch.ones(3)}
    after = {"encoder.a": thin, "encoder.b": torch.full((4,), 0.5), "encoder.c": torch.ones(3)}
    write(tmp_path / "e.npz", changes(before, after, 2), Head(0))
    found = learned_changes(tmp_path / "e.npz")
    assert found.keys() == {"encoder.a", "encoder.b"}
    assert np.allclose(found["encoder.a"], thin.numpy(), atol=2e-2)
    assert np.allclose(found["encoder.b"], 0.5)
