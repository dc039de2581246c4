"""The answers to several questions in one put together: tier by tier, in turns, nothing twice."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import zip_longest

from kb.gate import numbered
from kb.types import AUTHORITIES, Quote, Section
from kb.units import PER_TIER


def merged(answers: Sequence[tuple[Section, ...]]) -> tuple[Section, ...]:
    """The sections of one answer from those of its parts, with marks 1, 2, 3, ...

    In each tier the parts take turns, so that each has its strongest quote before another its second; a tier has at
    most three quotes, or one for each part where there are more. A quote inside another is left out.
    """
    if len(answers) == 1:
        return answers[0]
    tiers: list[Section] = []
    for authority in AUTHORITIES:
        same = [section for sections in answers for section in sections if section.authority == authority]
        kept: list[Quote] = []
        for quote in (q for turn in zip_longest(*(section.quotes for section in same)) for q in turn if q is not None):
            if not any(_covers(other, quote) for other in kept):
                kept = [*(other for other in kept if not _covers(quote, other)), quote]
        if kept:
            tiers.append(Section(authority, same[0].heading, tuple(kept[: max(PER_TIER, len(same))])))
    marks = iter(numbered(quote for tier in tiers for quote in tier.quotes))
    return tuple(replace(tier, quotes=tuple(next(marks) for _ in tier.quotes)) for tier in tiers)


def _covers(one: Quote, other: Quote) -> bool:
    return one.key == other.key and one.span[0] <= other.span[0] and other.span[1] <= one.span[1]
