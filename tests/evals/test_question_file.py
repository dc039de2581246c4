"""The question file: what is read, what is refused and how, and quotes resolved to spans."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.gold import Gold, Problem, Texts, find_quote, resolve
from evals.jsonl import parse
from evals.questions import GoldItem, Question, question_line, question_of, read_questions, write_questions
from kb.catalog import Generation
from kb.errors import EvalDataError
from kb.types import Document, Source

_WORDS = st.text(min_size=1, max_size=20).filter(lambda text: bool(text.strip()))
_ITEMS = st.one_of(
    st.builds(GoldItem, _WORDS, st.integers(1, 2), quote=_WORDS),
    st.builds(GoldItem, _WORDS, st.integers(1, 2), span=st.just((3, 9))),
)
_QUESTIONS = st.builds(
    Question,
    id=_WORDS,
    question=_WORDS,
    kind=_WORDS,
    answerable=st.booleans(),
    plan=st.one_of(st.just(""), _WORDS),
    edition=st.sampled_from(["", "2026"]),
    plan_type=st.just(""),
    gold=st.lists(_ITEMS, max_size=3).map(tuple),
    key_facts=st.lists(st.lists(_WORDS, min_size=1, max_size=2).map(tuple), max_size=2).map(tuple),
    must_not=st.lists(_WORDS, max_size=2).map(tuple),
    split=st.sampled_from(["", "dev", "test"]),
    note=st.one_of(st.just(""), _WORDS),
)

_GOOD = {"id": "q1", "question": "How long?", "kind": "how_long", "answerable": True}


class OneShelf:
    """A catalog of one document."""

    def __init__(self, text: str) -> None:
        self._document = Document("law-1", "v1", text)

    def generation(self) -> Generation:
        source = Source("law-1", "law-1.txt", "0" * 64, "A law", "law")
        return Generation(1, "2026-11-22", "", {self._document.key: source})

    def document(self, key: str) -> Document:
        assert key == self._document.key
        return self._document


@given(_QUESTIONS)
def test_a_written_question_reads_back(question: Question) -> None:
    assert question_of(parse(question_line(question), "here")) == question


def test_reads_files_in_order_and_passes_over_blank_lines(tmp_path: Path) -> None:
    first, second = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    first.write_text(f"\ufeff{json.dumps(_GOOD)}\n\n", encoding="utf-8")
    second.write_text(
        json.dumps({**_GOOD, "id": "q2", "plan": None, "note": "a\u2028b"}, ensure_ascii=False), encoding="utf-8"
    )
    assert [question.id for question in read_questions([first, second])] == ["q1", "q2"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"id": ""}, "id is empty"),
        ({"id": 7}, "id must be text in quotation marks, not 7"),
        ({"question": None}, "question is missing"),
        ({"answerable": "yes"}, "answerable must be true or false, not 'yes'"),
        ({"edition": 2026}, "edition must be text in quotation marks, not 2026"),
        ({"split": "train"}, 'split must be "dev" or "test", not \'train\''),
        ({"must_nots": []}, "unknown field 'must_nots'; the fields are answerable, edition"),
        ({"must_not": "90 days"}, "must_not must be a list, not '90 days'"),
        ({"must_not": [" "]}, "must_not must hold texts that are not empty; it holds ' '"),
        ({"key_facts": ["72 hours"]}, "key_facts must be a list of non-empty lists of texts; it holds '72 hours'"),
        ({"key_facts": [[]]}, "key_facts must be a list of non-empty lists"),
        ({"key_facts": [["72 hours", 3]]}, "key_facts must hold texts that are not empty; it holds 3"),
        ({"gold": {"doc_id": "a"}}, "gold must be a list"),
        ({"gold": ["a"]}, "gold 1: must be a JSON object, not 'a'"),
        ({"gold": [{"doc_id": "a", "quote": "b"}]}, "gold 1: relevance is missing"),
        ({"gold": [{"doc_id": "a", "quote": "b", "relevance": 3}]}, r"gold 1: relevance must be 1 \(acceptable\) or 2"),
        ({"gold": [{"doc_id": "a", "quote": "b", "relevance": True}]}, "relevance must be a whole number, not True"),
        ({"gold": [{"doc_id": "a", "relevance": 1}]}, "gold 1: give either quote or span"),
        ({"gold": [{"doc_id": "a", "quote": "b", "span": [0, 1], "relevance": 1}]}, "give either quote or span"),
        ({"gold": [{"doc_id": "a", "span": [5, 5], "relevance": 1}]}, r"span must be \[start, end\] with 0 <= start"),
        ({"gold": [{"doc_id": "a", "span": [5, 6, 7], "relevance": 1}]}, r"span must be \[start, end\]"),
        ({"gold": [{"doc_id": "a", "span": [True, 6], "relevance": 1}]}, r"span must be \[start, end\]"),
    ],
)
def test_a_bad_field_is_named_with_file_and_line(tmp_path: Path, change: dict[str, object], message: str) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text(f"{json.dumps({**_GOOD, 'id': 'q0'})}\n{json.dumps({**_GOOD, **change})}\n", encoding="utf-8")
    with pytest.raises(EvalDataError, match=rf"set\.jsonl, line 2.*{message}"):
        read_questions([path])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "holds no question"),
        (b"{\n", r"line 1: not JSON"),
        (b"[]\n", r"line 1: must be a JSON object, not \[\]"),
        (b"\xff\n", "not UTF-8"),
        (json.dumps(_GOOD).encode() + b"\n" + json.dumps(_GOOD).encode(), r"line 2: id 'q1' was used in .*line 1"),
    ],
)
def test_a_bad_file_is_named(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "set.jsonl"
    path.write_bytes(content)
    with pytest.raises(EvalDataError, match=rf"set\.jsonl.*{message}"):
        read_questions([path])


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(EvalDataError, match=r"none\.jsonl: cannot be read \(No such file"):
        read_questions([tmp_path / "none.jsonl"])


def test_a_frozen_file_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "sets" / "v1.jsonl"
    one = Question("q1", "How long?", "how_long", True)
    write_questions(path, [one])
    write_questions(path, [one])
    assert read_questions([path]) == (one,)
    with pytest.raises(EvalDataError, match=r"v1\.jsonl exists and holds other questions"):
        write_questions(path, [])


def test_a_quote_matches_any_whitespace_and_nothing_else() -> None:
    text = "The plan shall\n  decide within 30\u00a0days. It shall not decide within 130 days."
    assert [text[slice(*span)] for span in find_quote("shall decide within 30 days", text)] == [
        "shall\n  decide within 30\u00a0days"
    ]
    assert find_quote("30 days", text) == ((31, 38),)
    assert find_quote("130 days", text) == ((67, 75),)
    assert find_quote("shall decide within 72 hours", text) == ()
    assert find_quote("Shall decide", text) == ()
    assert find_quote("  ", text) == ()


@given(st.text(alphabet="ab .\n", max_size=60), st.integers(0, 60), st.integers(0, 60))
def test_what_is_found_is_the_quote(text: str, start: int, end: int) -> None:
    quote = text[start:end]
    for span in find_quote(quote, text):
        assert text[slice(*span)].split() == quote.split()


def test_gold_is_placed_or_reported() -> None:
    texts = Texts(OneShelf("(a) Within 72 hours. (b) In writing. (c) In writing."))
    items = (
        GoldItem("law-1", 2, quote="Within  72 hours."),
        GoldItem("law-1", 1, span=(0, 3)),
        GoldItem("law-1", 1, span=(0, 999)),
        GoldItem("law-1", 1, quote="In writing."),
        GoldItem("law-1", 1, quote="Within 30 days."),
        GoldItem("law-2", 1, quote="Within 30 days."),
    )
    gold, problems = resolve(Question("q1", "?", "how_long", True, gold=items), texts)
    assert gold == (Gold("law-1", (4, 20), 2), Gold("law-1", (0, 3), 1))
    assert [(p.question, p.doc_id) for p in problems] == [("q1", "law-1")] * 3 + [("q1", "law-2")]
    assert problems[0].text == "span [0, 999] ends after the text's 52 characters: correct it"
    assert problems[1] == Problem("q1", "law-1", "quote found 2 times: 'In writing.'; make it longer")
    assert problems[2].text == "quote not found: 'Within 30 days.'; copy it from the document's text"
    assert problems[3].text.startswith("no such document in the knowledge base")
    assert texts.text("law-2") == ""
    assert texts.keys == ("law-1@v1",)
