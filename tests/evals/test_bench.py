"""Speeds beside a peer's: what a ratio means, what is timed, and a knowledge base that cannot be measured."""

from pathlib import Path

import pytest

from evals.__main__ import main
from evals.bench import Machine, Speed, in_turn, speed, speeds_text
from evals.pool import Item, made, pooled
from evals.posed import Posed
from tests.fakes import HashEmbedder


def test_a_ratio_above_one_is_faster_in_either_unit() -> None:
    assert speed("s", "p", [10.0, 10.0], [30.0, 30.0]).ratio == 3.0
    assert Speed("e", "passages/s", 50.0, 40.0, "p", 100.0, 90.0).ratio == 0.5


def test_both_are_timed_in_turn_after_one_untimed_each() -> None:
    order: list[str] = []
    asked = [Posed(str(n), str(n), "k", "", ()) for n in range(3)]
    found = in_turn("s", "p", lambda q: order.append(f"a{q.id}"), lambda q: order.append(f"b{q.id}"), asked)
    assert order == ["a0", "b0", "a0", "b0", "a1", "b1", "a2", "b2"]
    assert 0 < found.p50 <= found.p95 and found.unit == "ms"


@pytest.mark.parametrize(("load", "warned"), [(0.5, False), (3.0, True)])
def test_the_table_states_the_machine_and_warns_of_other_work(load: float, warned: bool) -> None:
    machine = Machine("2026-11-22T00:00:00+00:00", "abc", 2, load)
    text = speeds_text(machine, [speed("search", "LlamaIndex", [10.0], [25.0])])
    assert f"2 cores, load average {load:.1f}" in text and "2.50  LlamaIndex" in text
    assert ("busy with other work" in text) is warned


def test_a_knowledge_base_without_law_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import kb.base

    monkeypatch.setattr(kb.base, "MiniLm", HashEmbedder)
    made(tmp_path, pooled([Item("Guide", "a", "Call us.", "Call us.")]), HashEmbedder(), lambda done, total: None)
    assert main(["bench", "--kb", str(tmp_path)]) == 2
    assert "holds no law to cite: choose another --kb" in capsys.readouterr().err
