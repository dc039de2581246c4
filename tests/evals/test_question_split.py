"""Development and test: what belongs together stays together, and the same questions always split the same way."""

from collections import Counter
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from evals.questions import GoldItem, Question
from evals.split import Join, assign, groups

_CLAUSE = "a plan shall decide a request for an urgent second opinion within 72 hours after it is received"
_OTHER = "the member pays nothing for a second opinion that the plan has authorized in advance and in writing"


def _question(name: str, text: str = "", gold: tuple[GoldItem, ...] = (), note: str = "") -> Question:
    return Question(name, text or f"question {name}?", "how_long", bool(gold), gold=gold, note=note)


def _names(*questions: Question, join: Join = "any") -> list[list[str]]:
    return [[question.id for question in members] for members in groups(questions, join).values()]


def test_shared_gold_joins() -> None:
    whole = _question("a", gold=(GoldItem("hsc", 2, _CLAUSE),))
    part = _question("b", gold=(GoldItem("hsc", 2, _CLAUSE.partition(" for ")[2].title()),))
    short = _question("c", gold=(GoldItem("hsc", 2, "within 72 hours"),))
    elsewhere = _question("d", gold=(GoldItem("ccr", 2, _CLAUSE),))
    other = _question("e", gold=(GoldItem("hsc", 2, _OTHER),))
    assert _names(whole, part, short, elsewhere, other) == [["a", "b", "c"], ["d"], ["e"]]
    assert _names(other, short, whole) == [["e"], ["c", "a"]]


def test_relevance_can_be_asked_for() -> None:
    first = _question("a", gold=(GoldItem("hsc", 2, _CLAUSE),))
    second = _question("b", gold=(GoldItem("hsc", 1, _CLAUSE), GoldItem("hsc", 2, _OTHER)))
    assert _names(first, second) == [["a", "b"]]
    assert _names(first, second, join="answers") == [["a"], ["b"]]
    third = _question("c", gold=(GoldItem("hsc", 2, _CLAUSE), GoldItem("hsc", 2, _OTHER)))
    assert _names(first, second, third, join="first") == [["a", "c"], ["b"]]


def test_spans_join_where_they_overlap() -> None:
    a, b, c, d = (
        _question(name, gold=(GoldItem(doc, 2, span=span),))
        for name, doc, span in (("a", "x", (0, 10)), ("b", "x", (9, 20)), ("c", "x", (20, 30)), ("d", "y", (0, 10)))
    )
    assert _names(a, b, c, d) == [["a", "b"], ["c"], ["d"]]


def test_editions_with_the_same_words_join() -> None:
    old = _question("a", "How long does the 2025 plan give me?", (GoldItem("cedar-coast-2025", 2, _CLAUSE),))
    new = _question("b", "How long does the 2026 plan give me ?", (GoldItem("cedar-coast-2026", 2, _OTHER),))
    same_clause = _question("c", gold=(GoldItem("cedar-coast-2026", 2, _CLAUSE),))
    assert _names(old, new) == [["a", "b"]]
    assert _names(old, same_clause) == [["a", "c"]]


def test_group_words_join_and_the_rest_stays_apart() -> None:
    a, b, c, d = (
        _question("a", note="(c) urgent; group:Maria, Spanish"),
        _question("b", note="GROUP: maria"),
        _question("c", note="group:tom"),
        _question("d", note="grouped with nothing"),
    )
    assert _names(a, b, c, d) == [["a", "b"], ["c"], ["d"]]


def test_joining_is_transitive() -> None:
    a = _question("a", note="group:x")
    b = _question("b", note="group:x group:y")
    c = _question("c", note="group:y")
    assert _names(c, a, b) == [["c", "a", "b"]]


@given(st.lists(st.integers(0, 30), min_size=1, max_size=60))
def test_groups_stay_whole_and_order_does_not_matter(words: list[int]) -> None:
    questions = [_question(f"q{n}", note=f"group:{word}") for n, word in enumerate(words)]
    split = assign(questions)
    assert [replace(question, split="") for question in split] == questions
    sides = {(question.note, question.split) for question in split}
    assert len(sides) == len(set(words))
    backwards = assign(questions[::-1])
    assert sorted(q.id + q.split for q in backwards) == sorted(q.id + q.split for q in split)
    largest = max(Counter(words).values())
    counts = Counter(question.split for question in split)
    assert abs(counts["dev"] - counts["test"]) <= max(largest, 1)


def test_single_questions_split_in_half_and_not_by_order() -> None:
    split = assign([_question(f"q{n}") for n in range(200)])
    assert Counter(question.split for question in split) == {"dev": 100, "test": 100}
    first_half = Counter(question.split for question in split[:100])
    assert 35 <= first_half["dev"] <= 65
    assert assign(assign(split)) == split


def test_what_was_seen_stays_in_development() -> None:
    questions = [_question(f"q{n}", note=f"group:g{n // 2}") for n in range(20)]
    split = {q.id: q.split for q in assign(questions, seen=["q1", "q7"])}
    assert {split["q0"], split["q1"], split["q6"], split["q7"]} == {"dev"}
    assert Counter(split.values()) == {"dev": 10, "test": 10}


def test_a_large_group_is_placed_first_and_the_rest_evens_out() -> None:
    large = [_question(f"a{n}", note="group:large") for n in range(10)]
    split = assign([*large, *(_question(f"b{n}") for n in range(10))])
    assert len({question.split for question in split[:10]}) == 1
    assert Counter(question.split for question in split) == {"dev": 10, "test": 10}
