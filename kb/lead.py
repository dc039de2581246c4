"""The lead of an answer: at most two sentences of fixed form around words that stand in the quotes, or a pointer.

For a deadline that the question plainly asks for, the period and its conditions; else the sentence that holds what was
asked, whole. Every lead passes the gate of kb/lead_gate.py; where nothing is certain, the pointer of kb/answer.py.
"""

import re
from collections.abc import Sequence

from kb.answer import lead as pointer
from kb.asks import facts_asked
from kb.conflicts import Differ
from kb.lead_gate import HEDGE, lead_stands
from kb.lexical import stems
from kb.phrases import Language, phrase
from kb.quantities import modality, quantities
from kb.sentences import ROW, sentences
from kb.statements import Statement
from kb.types import Quote, Section
from kb.understand import Understanding

_SAME: dict[str, tuple[str, ...]] = {
    "grievance.file": ("grievance.file", "grievance.file-public"),
    "grievance.decide": ("grievance.decide", "grievance.decide-public", "appeal.decide-public"),
}
"""Matters of which one question asks, since the sources tell them apart by the kind of plan."""

_KINDS: dict[str, tuple[str, ...]] = {
    "medi-cal": ("medi-cal",),
    "medicare": ("medicare",),
    "erisa": ("federal",),
}
_HERE = ("california", "")
_LONGEST = 40
"""Words of a sentence that a lead repeats whole; of a longer one nothing is cut, it is only pointed to."""

_FEWEST = 5
_SHARED = 0.5
"""Share of the question's words of content that the sentence and its heading must have: by judgement, not measured."""

_GOES_ON = re.compile(r"^(?:however|but|except|unless|this (?:does|limit|rule)|that (?:does|limit)|if )\b", re.I)


def lead(differ: Differ, found: Sequence[Section], asked: Understanding, language: Language) -> str:
    """The lead for the quotes of an answer; only what passes the gate, else the pointer to the strongest quote."""
    quotes = [quote for section in found for quote in section.quotes]
    for text in (_on_matter(differ, quotes, asked, language), _sentence(quotes, asked, language)):
        if text and lead_stands(text, quotes, language):
            return text
    return pointer(found, language)


def source_words(quote: Quote, language: Language) -> str:
    """What a lead calls the source of a quote: "The law", "A guide"."""
    return phrase(f"lead.{'sample' if quote.sample else quote.authority}", language)


def _on_matter(differ: Differ, quotes: Sequence[Quote], asked: Understanding, language: Language) -> str:
    """A sentence with the period that the highest source among the quotes gives on the matter asked about; or "".

    Without a plan type that the member named, only rules of California's plans are given.
    """
    if asked.kind not in ("how_long", "") or not asked.matter:
        return ""
    names = _SAME.get(asked.matter, (asked.matter,))
    kinds = _KINDS.get(asked.plan_type, _HERE)
    for quote in quotes:
        said = [s for s in differ.in_quote(quote) if s.matter.id in names and s.plan in kinds and s.quantities]
        fitting = [s for s in said if not s.matter.by_urgency or s.urgent == asked.urgent]
        fitting = [s for s in fitting if not asked.phase or s.phase in ("", asked.phase)]
        fitting = [s for s in fitting if s.span in quote.core] or fitting
        values = {(s.quantities[0].amount, s.quantities[0].unit) for s in fitting}
        if len(values) == 1 and not fitting[0].quantities[0].denied:
            return _period(fitting[0], quote, asked.matter, language)
    return ""


def _period(statement: Statement, quote: Quote, matter: str, language: Language) -> str:
    period = statement.quantities[0]
    begin = statement.span[0] - quote.span[0]
    sentence = quote.text[max(begin, 0) : statement.span[1] - quote.span[0]]
    value = quote.text[max(begin, 0) + period.span[0] : max(begin, 0) + period.span[1]]
    if begin < 0 or not value:
        return ""
    least = re.search(r"(at least|not less than|no less than|a minimum of) $", sentence[: period.span[0]], re.I)
    shown = f"{least[1]} {value}" if least else value
    hedges = [match.group() for match in HEDGE.finditer(sentence)]
    if any(len(hedge.split()) > _LONGEST // 2 for hedge in hedges):
        return ""
    slots: dict[str, str | int] = {
        "source": source_words(quote, language),
        "value": phrase("lead.value", language, value=shown),
        "kind": phrase(f"lead.kind_{statement.plan}", language) if statement.plan in _KINDS_SHOWN else "",
        "from": phrase(f"lead.from_{period.start}", language) if period.start in _STARTS else "",
        "but": "".join(phrase("lead.but", language, words=hedge) for hedge in hedges),
        "n": quote.n,
    }
    return phrase(f"lead.matter.{matter.replace('.', '_')}", language, **slots)


_KINDS_SHOWN = ("medi-cal", "medicare", "federal")
_STARTS = ("receipt", "notice", "incident", "decision", "request")


def _sentence(quotes: Sequence[Quote], asked: Understanding, language: Language) -> str:
    """The first sentence of the quotes with the kind of fact asked for and most of the question's words; or "". In a
    quote the sentences that speak most to the question go before the others."""
    tests = facts_asked(asked.question)
    wanted = set(stems(asked.question))
    if not wanted or asked.kind in ("compare", "") or (not tests and asked.kind != "may_i"):
        return ""
    for quote in quotes:
        spans = sentences(quote.text)
        core = [(start - quote.span[0], end - quote.span[0]) for start, end in quote.core]
        for at, (start, end) in sorted(enumerate(spans), key=lambda numbered: numbered[1] not in core):
            words = quote.text[start:end]
            following = quote.text[slice(*spans[at + 1])] if at + 1 < len(spans) else ""
            shared = wanted & set(stems(f"{quote.label} {words}"))
            if not _can_stand_alone(words, following) or len(shared) < _SHARED * len(wanted):
                continue
            if all(test(words) for test in tests) and (asked.kind != "may_i" or modality(words)):
                return _told(words, quote, language)
    return ""


def _can_stand_alone(words: str, following: str) -> bool:
    """Whether a sentence may be read without its neighbours: whole, neither long nor tiny, no exception behind it."""
    count = len(words.split())
    if ROW in words:
        return count <= _LONGEST and bool(quantities(words))
    is_whole = re.search(r"[.!?][\"\u201d)]*$", words) is not None and not re.match(r"\(\w+\)|Step \d", words)
    return _FEWEST <= count <= _LONGEST and is_whole and not _GOES_ON.match(following)


def _told(words: str, quote: Quote, language: Language) -> str:
    source = source_words(quote, language)
    if ROW in words:
        cells = [cell.strip(" |") for cell in words.split(ROW)]
        return phrase("lead.row", language, source=source, words=": ".join(c for c in cells if c), n=quote.n)
    bare = words[2:] if words.startswith("- ") else words
    return phrase("lead.says", language, source=source, words=bare, n=quote.n)
