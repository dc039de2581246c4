"""What is shown of a model's reply: what its quotes carry, or nothing; the answer itself never changes."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from kb.errors import LanguageModelError
from kb.llm.prompt import Prompt, prompt
from kb.llm.wording import Wording, judged_stream, word
from kb.types import Answer, Disagreement, Section
from tests.kb.llm.quoted import quote

QUOTES = (
    quote(1, "A plan must decide within 30 days. A plan may ask for records."),
    quote(2, "A guide allows 60 days.", "guide", "Appeals"),
)
DIFFER = Disagreement("time to decide", (1, 2), ("30 days", "60 days"), "governs", "Law first.", "30 days")


class Scripted:
    """Says its pieces, then fails if told to. Keeps what it was given."""

    def __init__(self, *pieces: str, fails: str = "") -> None:
        self.pieces = pieces
        self.fails = fails
        self.given: list[Prompt] = []

    def stream(self, prompt: Prompt) -> Iterator[str]:
        """The pieces."""
        self.given.append(prompt)
        yield from self.pieces
        if self.fails:
            raise LanguageModelError(self.fails)


def answer(*, differ: tuple[Disagreement, ...] = (), quoted: bool = True) -> Answer:
    sections = (Section("digest", "Our summary", QUOTES[:1]), Section("guide", "Guides", QUOTES[1:])) if quoted else ()
    return Answer("How long?", "answered", None, "The lead.", sections, (), (), 1.0, differ)


GOOD = "A health plan must decide within 30 days. [1]\nA guide allows 60 days. [2]\n"


@pytest.mark.parametrize("size", [1, 5, 1000])
def test_a_good_reply_is_shown_however_it_is_cut(size: int) -> None:
    pieces = [GOOD[at : at + size] for at in range(0, len(GOOD), size)]
    shown = word(answer(differ=(DIFFER,)), Scripted(*pieces))
    assert shown.text == "A health plan must decide within 30 days. [1] A guide allows 60 days. [2]"
    assert (shown.dropped, shown.notice) == (0, "")


def test_sentences_of_one_line_are_told_apart() -> None:
    said = "A plan may ask for records. [1] A guide allows 60 days [2]. A guide allows 90 days. [2] A plan may ask"
    judged = list(judged_stream(answer(), Scripted(said)))
    assert [(j.text, j.fault) for j in judged] == [
        ("A plan may ask for records.", ""),
        ("A guide allows 60 days.", ""),
        ("A guide allows 90 days.", "not in the quote"),
        ("A plan may ask", "no mark"),
    ]


def test_a_sentence_is_judged_as_soon_as_its_line_ends() -> None:
    stream = judged_stream(answer(), Scripted("A plan may ask for records. [1]\n", "half", fails="gone"))
    assert next(stream).text == "A plan may ask for records."


def test_too_little_is_nothing() -> None:
    shown = word(answer(), Scripted("Yes. [1]\nA plan may ask for records. [1]\n"))
    assert shown == Wording((), 1, "The language model wrote too little that the quotes carry, so none of it is shown.")
    assert word(answer(), Scripted("")).sentences == ()


def test_some_dropped_is_said() -> None:
    shown = word(answer(), Scripted(f"{GOOD}You will win. [1]\n"))
    assert (len(shown.sentences), shown.notice) == (2, "Left out because no quote says it: 1.")


def test_of_sources_that_differ_both_are_told_or_neither() -> None:
    shown = word(answer(differ=(DIFFER,)), Scripted("A plan must decide within 30 days. [1]\n"))
    assert shown.sentences == () and "told one side only" in shown.notice


def test_a_reply_that_breaks_off_keeps_what_stands_and_says_so() -> None:
    shown = word(answer(), Scripted(f"{GOOD}A plan must", fails="the host went away"))
    assert len(shown.sentences) == 2
    assert shown.notice.startswith("The language model was not used to the end: the host went away.")


def test_a_failure_is_a_notice_in_spanish_too() -> None:
    shown = word(replace(answer(), language="es"), Scripted(fails="sin red"))
    assert shown == Wording(
        (), 0, "El modelo de lenguaje no se usó hasta el final: sin red. Las citas quedan como están."
    )


def test_without_quotes_nothing_is_sent() -> None:
    model = Scripted(GOOD)
    assert word(answer(quoted=False), model) == Wording((), 0)
    assert model.given == []


def test_a_reply_without_end_is_read_to_a_point() -> None:
    judged = list(judged_stream(answer(), Scripted(*["A plan may ask for records. [1]\n"] * 500)))
    assert len(judged) == 12 and [j.fault for j in judged].count("") == 1
    assert all(j.fault for j in judged_stream(answer(), Scripted("x" * 50_000)))


def test_the_prompt_holds_question_and_quotes_and_nothing_else() -> None:
    given = prompt(answer())
    assert given.material == (
        "Question: How long?\n\n[1] Grievances\nA plan must decide within 30 days. A plan may ask for records."
        "\n\n[2] Appeals\nA guide allows 60 days."
    )
    assert "in Spanish" in prompt(replace(answer(), language="es")).rules and "in English" in given.rules
