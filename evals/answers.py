"""Answer measures: are shown quotes exact, do they hold the key facts, do they cite gold, was refusing right.

Each is a Ratio for one question, counted over the questions it applies to. An abstention shows nothing: it adds
no quotes to count, and leaves every fact and every gold span of its question unshown.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from evals.gold import Gold, Texts
from evals.measures import is_relevant, merge, overlaps_any
from kb.types import Answer, Quote


@dataclass(frozen=True, slots=True)
class Ratio:
    """`top` of `bottom` things of one question, both >= 0. A bottom of 0: the question has none to count."""

    top: float
    bottom: float

    @property
    def value(self) -> float | None:
        """top / bottom, or None where there is nothing to count."""
        return self.top / self.bottom if self.bottom else None


_DASHES = re.compile("[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
_SINGLE = re.compile("[\u2018-\u201b\u2032]")
_DOUBLE = re.compile("[\u201c-\u201f\u2033\u00ab\u00bb]")


def fold(text: str) -> str:
    """The text for comparing words: NFKC, lower case, straight quotes, plain hyphens, single blanks, none invisible."""
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).casefold())
    text = _DASHES.sub("-", _DOUBLE.sub('"', _SINGLE.sub("'", text)))
    return " ".join(text.split())


def says(text: str, phrase: str) -> bool:
    """Whether the phrase stands in the text as whole words and whole numbers, both folded.

    "3 days" is not in "13 days", "$1" not in "$1,500", "no" not in "notice". A blank phrase is in no text.
    """
    words = fold(phrase)
    if not words:
        return False
    before = r"(?<![^\W_])" if words[0].isalnum() else ""
    after = r"(?![^\W_])" if words[-1].isalnum() else ""
    if words[0].isdigit():
        before += r"(?<!\d[.,])"
    if words[-1].isdigit():
        after += r"(?![.,]\d)"
    return re.search(before + re.escape(words) + after, fold(text)) is not None


def quote_exactness(quotes: Iterable[Quote], texts: Texts) -> Ratio:
    """Shown quotes whose words are exactly the current document's text at their span, of those shown."""
    shown = tuple(quotes)
    return Ratio(sum(_is_exact(quote, texts.text(quote.doc_id)) for quote in shown), len(shown))


def _is_exact(quote: Quote, text: str) -> bool:
    start, end = quote.span
    return 0 <= start < end and text[start:end] == quote.text


def key_fact_coverage(facts: Sequence[Sequence[str]], quotes: Iterable[Quote]) -> Ratio:
    """Key facts of which an alternative stands in a shown quote, as a share of 1. The lead does not count."""
    shown = [quote.text for quote in quotes]
    present = sum(any(says(text, words) for text in shown for words in alternatives) for alternatives in facts)
    return Ratio(present / len(facts), 1) if facts else Ratio(0, 0)


def must_not_violation(phrases: Iterable[str], answer: Answer) -> Ratio:
    """1 of 1 where a phrase that must not be shown stands in a quote or in the lead. Lower is better."""
    shown = [answer.lead, *(quote.text for quote in answer.quotes)]
    return Ratio(any(says(text, phrase) for phrase in phrases for text in shown), 1)


def citation_precision(quotes: Iterable[Quote], gold: Sequence[Gold]) -> Ratio:
    """Shown quotes that overlap gold of either relevance, of those shown."""
    places = [(quote.doc_id, quote.span) for quote in quotes]
    return Ratio(sum(overlaps_any(found, gold) for found in places), len(places))


def citation_recall(quotes: Iterable[Quote], gold: Iterable[Gold]) -> Ratio:
    """Gold spans of relevance 2, merged, that a shown quote overlaps, as a share of 1; 0 of 0 where there are none."""
    places = [(quote.doc_id, quote.span) for quote in quotes]
    wanted = merge(item for item in gold if item.relevance == 2)
    cited = sum(any(is_relevant(found, item) for found in places) for item in wanted)
    return Ratio(cited / len(wanted), 1) if wanted else Ratio(0, 0)


def top_citation_right(answer: Answer, gold: Sequence[Gold]) -> Ratio:
    """Shown tiers whose first quote overlaps gold of either relevance, of the tiers shown."""
    firsts = [section.quotes[0] for section in answer.sections if section.quotes]
    return citation_precision(firsts, gold)


def wrong_document(quotes: Iterable[Quote], plan: str, editions: Iterable[str]) -> Ratio:
    """1 of 1 where the first contract quote is of another plan or edition than asked. Lower is better.

    `plan` is a plan's name or its beginning, "" any plan's. 0 of 0 where no contract is quoted.
    """
    first = next((quote for quote in quotes if quote.authority == "contract"), None)
    if first is None:
        return Ratio(0, 0)
    of_plan = first.plan.casefold().startswith(plan.strip().casefold())
    return Ratio(not of_plan or first.edition not in set(editions), 1)


def has_emergency_notice(answer: Answer) -> bool:
    """Whether the emergency notice is shown."""
    return any(notice.kind == "emergency" for notice in answer.notices)


def is_refused(answer: Answer) -> bool:
    """Whether the question was refused: status abstained. A partial answer is an answer."""
    return answer.status == "abstained"
