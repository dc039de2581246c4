"""Which of two sources governs and why, in one sentence; and which of two dates is the safe one."""

import re
from collections.abc import Sequence

from kb.quantities import Quantity, days, words
from kb.types import Authority, Quote

_NAMES: dict[Authority, str] = {
    "law": "texts of law",
    "digest": "our own summaries of the law",
    "contract": "contracts",
    "agency": "pages of agencies",
    "guide": "guides",
}


def why(first: Quote, second: Quote) -> str:
    """Why `first` governs over `second`, or that neither does, where their ranks are equal."""
    ranks = first.authority, second.authority
    if first.authority == second.authority:
        if first.key == second.key:
            return "One document says both, so nothing here tells which is right."
        return f"Both are {_NAMES[first.authority]}: neither governs, and nothing here tells which is right."
    if ranks == ("law", "contract"):
        return "The law governs: a contract may give a member more than the law does, but not less."
    if ranks == ("law", "digest"):
        return "The text of the law governs over our summary of it."
    if first.authority == "law":
        return f"The law governs: {_an(second.authority)} can describe it, but not change it."
    if first.authority == "digest":
        if not _section(first):
            return f"Our summary of what an agency says outranks {_an(second.authority)}: {_CHECK}."
        return f"The law governs over {_an(second.authority)}, and our summary of {_section(first)} gives it: {_CHECK}."
    if first.authority == "contract":
        return f"The contract governs over {_an(second.authority)}, because the contract binds the plan."
    return f"{_an(first.authority).capitalize()} outranks {_an(second.authority)}; neither is the law."


_CHECK = "compare the official text before you rely on it"


def _an(authority: Authority) -> str:
    return {
        "law": "the law",
        "digest": "our summary",
        "contract": "a contract",
        "agency": "an agency's page",
        "guide": "a guide",
    }[authority]


def _section(quote: Quote) -> str:
    """``HSC 1368(a)(4)``: the section that a summary's heading names, or ""."""
    named = _ON.search(quote.label)
    return named[1] if named else ""


_ON = re.compile(r" \(on ((?:HSC|WIC|INS|CIV|\d+ (?:CCR|CFR|USC)) .+)\)$")


def safe_value(quantities: Sequence[Quantity]) -> str:
    """The words of the period that surely ends first; "" where none ends. What a source denies does not count."""
    ending = [q for q in quantities if q.unit != "unlimited" and (not q.denied or len(quantities) == 1)]
    if not ending:
        ending = [q for q in quantities if q.unit != "unlimited"]
    return words(min(ending, key=days)) if ending else ""
