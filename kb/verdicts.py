"""Which of two sources governs and why, in one sentence; and which of two dates is the safe one."""

import re
from collections.abc import Sequence

from kb.phrases import Language, phrase, phrases
from kb.quantities import Quantity, days, words
from kb.types import Quote


def why(first: Quote, second: Quote, language: Language = "en") -> str:
    """Why `first` governs over `second`, or that neither does, where their ranks are equal."""
    rank = first.authority
    other = phrase(f"verdicts.one.{second.authority}", language)
    if rank == second.authority:
        names = phrase(f"verdicts.names.{rank}", language)
        return phrase("verdicts.one_document" if first.key == second.key else "verdicts.equal", language, names=names)
    if rank == "law" and second.authority in ("contract", "digest"):
        return phrase(f"verdicts.law_{second.authority}", language)
    section = _section(first, language)
    if rank == "digest" and not section:
        return phrase("verdicts.digest_agency", language, other=other)
    return phrase(f"verdicts.{rank}", language, other=other, section=section)


def _section(quote: Quote, language: Language) -> str:
    """``HSC 1368(a)(4)``: the section that a summary's heading names, or ""; several are joined in this language."""
    named = _ON.search(quote.label)
    sections = named[1] if named else ""
    for name, joint in phrases("verdicts.joined", "en").items():
        sections = sections.replace(joint, phrase(f"verdicts.joined.{name}", language))
    return sections


_ON = re.compile(r" \(on ((?:HSC|WIC|INS|CIV|\d+ (?:CCR|CFR|USC)) .+)\)$")


def safe_value(quantities: Sequence[Quantity], language: Language = "en") -> str:
    """The words of the period that surely ends first; "" where none ends. What a source denies does not count."""
    ending = [q for q in quantities if q.unit != "unlimited" and (not q.denied or len(quantities) == 1)]
    if not ending:
        ending = [q for q in quantities if q.unit != "unlimited"]
    return words(min(ending, key=days), language) if ending else ""
