"""An answer in a language model's words, sentence by sentence, as far as its quotes carry them.

The answer itself never changes: its lead and its quotes stand, and the wording is shown beside them or not at all.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kb.errors import LanguageModelError
from kb.llm.client import LanguageModel
from kb.llm.gate import LONGEST, Judged, judge
from kb.llm.prompt import prompt
from kb.phrases import phrase
from kb.sentences import sentences
from kb.types import Answer

_MOST = 12  # sentences that are read; the prompt asks for five
_MARKS_ONLY = re.compile(r"\s*((?:\[\d{1,3}\]\s*)+)")


@dataclass(frozen=True, slots=True)
class Wording:
    """The sentences that stand, in the model's order; none where too little stands, and `notice` says why.

    `dropped` counts the sentences that no quote carries.
    """

    sentences: tuple[Judged, ...]
    dropped: int
    notice: str = ""

    @property
    def text(self) -> str:
        """``Sentence. [1] Sentence. [2]``; "" where nothing stands."""
        return " ".join(with_marks(sentence) for sentence in self.sentences)


def with_marks(sentence: Judged) -> str:
    """``Sentence. [1]``."""
    return f"{sentence.text} {''.join(f'[{mark}]' for mark in sentence.marks)}"


def word(answer: Answer, model: LanguageModel) -> Wording:
    """The wording of an answer. A model that fails gives none, or what it said before, and a notice."""
    judged: list[Judged] = []
    failure = ""
    try:
        for sentence in judged_stream(answer, model):
            judged.append(sentence)
    except LanguageModelError as exc:
        failure = str(exc)
    return settled(answer, judged, failure)


def judged_stream(answer: Answer, model: LanguageModel) -> Iterator[Judged]:
    """Every sentence of the model, judged as soon as it is whole; nothing for an answer without quotes."""
    if not answer.quotes:
        return
    said = set[str]()
    for number, sentence in enumerate(_whole_sentences(model.stream(prompt(answer))), 1):
        judged = judge(sentence, answer.quotes, answer.language)
        yield Judged(judged.text, judged.marks, "said before") if not judged.fault and judged.text in said else judged
        said.add(judged.text)
        if number == _MOST:
            return


def settled(answer: Answer, judged: list[Judged], failure: str = "") -> Wording:
    """What is shown of judged sentences.

    Nothing where most were dropped, or where sources differ and only one of them is told: the quotes say more then.
    """
    told = tuple(sentence for sentence in judged if not sentence.fault)
    dropped = sum(sentence.fault not in ("", "said before") for sentence in judged)
    if not answer.quotes:
        return Wording((), dropped)
    if failure:
        notice = phrase("llm.failed", answer.language, why=failure)
        return Wording(() if len(told) <= dropped else told, dropped, notice)
    if len(told) <= dropped or not told:
        return Wording((), dropped, phrase("llm.too_little", answer.language))
    marks = {mark for sentence in told for mark in sentence.marks}
    if any(len(marks & set(found.quotes)) == 1 for found in answer.disagreements):
        return Wording((), dropped, phrase("llm.one_side", answer.language))
    return Wording(told, dropped, phrase("llm.dropped", answer.language, count=dropped) if dropped else "")


def _whole_sentences(pieces: Iterator[str]) -> Iterator[str]:
    """The sentences of a stream with the marks behind them; each line is complete as soon as the next one begins."""
    held = ""
    for piece in pieces:
        held += piece
        *lines, held = held.split("\n")
        for line in lines:
            yield from _of_line(line)
        if len(held) > 4 * LONGEST:  # no line of ours: dropped in parts, so that the rest is not kept for ever
            yield held
            held = ""
    yield from _of_line(held)


def _of_line(line: str) -> Iterator[str]:
    waiting = ""
    for start, end in sentences(line):
        part = line[start:end]
        marks = _MARKS_ONLY.match(part)
        if waiting:
            yield f"{waiting} {marks[1] if marks else ''}".strip()
            part = part[marks.end() :] if marks else part
        waiting = part
    if waiting.strip():
        yield waiting
