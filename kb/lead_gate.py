"""The gate for leads: nothing that a lead says in our words may go beyond the quotes that it marks.

Every sentence marks a quote [n]. Words in quotation marks stand in it letter for letter; outside them, every number,
date, negation, modal word and name stands in it as well, and every other word is one of the fixed forms'. The source is
called what it is; a period keeps what it runs from, and "at least", "unless" and the like are not left out.
"""

import re
from collections.abc import Sequence
from functools import cache

from kb.phrases import Language, phrases
from kb.quantities import plain, quantities
from kb.sentences import sentences
from kb.types import Quote

HEDGE = re.compile(
    r"\b(?:whenever possible|unless [^.;]*|except (?:as|that|when|for|in|where)?[^.;]*|subject to [^.;,]*"
    r"|provided that [^.;]*|where no shorter limit applies|only if [^.;]*|which may grow by [^.;,]*)",
    re.I,
)
"""Conditions of a rule that no shorter form of it may leave out."""

_CLAIM = re.compile(r"(?P<words>[^\[\]]+)(?P<marks>(?:\[\d+\])+)\.?\s*")
_QUOTED = re.compile(r"\u201c([^\u201d]*)\u201d")
_OPEN = "\u201c\u201d"
"""What stands in a form for words in quotation marks."""

_LEAST = re.compile(r"\b(?:at least|not less than|no less than|a minimum of)\b", re.I)


def lead_stands(lead: str, quotes: Sequence[Quote], language: Language) -> bool:
    """Whether every claim of `lead` is carried by the quotes that it marks; a lead without a mark is not."""
    shown = {quote.n: quote for quote in quotes}
    claims = list(_CLAIM.finditer(lead))
    if not claims or len(claims) > 2 or "".join(claim.group() for claim in claims) != lead:
        return False
    for claim in claims:
        marks = [int(n) for n in re.findall(r"\d+", claim["marks"])]
        cited = [shown[n] for n in marks if n in shown]
        if len(marks) != 1 or not cited or not _carried(claim["words"].strip(), cited[0], language):
            return False
    return True


def _carried(words: str, quote: Quote, language: Language) -> bool:
    """Whether one claim, without its mark, is carried by `quote`."""
    forms = phrases("lead", language)
    source = forms["sample" if quote.sample else quote.authority]
    if not words.startswith(source) or any(words.startswith(f) and len(f) > len(source) for f in _sources(language)):
        return False
    rest = words[len(source) :]
    quoted = _QUOTED.findall(rest)
    if any(not part.strip() or part not in quote.text for part in quoted):
        return False
    ours = _QUOTED.sub(_OPEN, rest)
    if not quoted:
        return _row_stands(rest, quote)
    return (
        any(form.fullmatch(ours) for form in _forms(language))
        and _kind_stands(ours, quote, language)
        and _periods_stand(ours, quoted, quote, language)
    )


@cache
def _sources(language: Language) -> tuple[str, ...]:
    forms = phrases("lead", language)
    return tuple(forms[name] for name in ("law", "digest", "contract", "sample", "agency", "guide"))


def _row_stands(rest: str, quote: Quote) -> bool:
    """Whether the words behind "Source:" are the cells of one row of the quote, in order."""
    told = rest.partition(": ")[2]
    rows = (quote.text[start:end] for start, end in sentences(quote.text))
    cells = ([cell.strip(" |") for cell in row.split(" | ")] for row in rows if " | " in row)
    return bool(told) and any(": ".join(c for c in row if c) == told for row in cells)


@cache
def _forms(language: Language) -> tuple[re.Pattern[str], ...]:
    """The fixed forms without source and mark, first the one that repeats a sentence, as patterns with open slots."""
    forms = phrases("lead", language)
    value = re.escape(forms["value"]).replace(re.escape("{value}"), "")
    kinds = "|".join(re.escape(text) for name, text in forms.items() if name.startswith("kind_"))
    starts = "|".join(re.escape(text) for name, text in forms.items() if name.startswith("from_"))
    but = re.escape(forms["but"]).replace(re.escape("{words}"), "")
    slots = {
        "{source}": "", "{value}": f"(?:{value})", "{kind}": f"(?:{kinds})?", "{from}": f"(?:{starts})?",
        "{but}": f"(?:{but})*", "{words}": "", " [{n}].": "", " [{n}]": "",
    }  # fmt: skip
    found = []
    for name, text in forms.items():
        if name == "says" or name.startswith("matter."):
            pattern = re.escape(text)
            for slot, instead in slots.items():
                pattern = pattern.replace(re.escape(slot), instead)
            found.append(re.compile(pattern))
    return tuple(found)


def _kind_stands(ours: str, quote: Quote, language: Language) -> bool:
    """Whether the kind of plan that a form names stands in the quote or its heading."""
    named = plain(f"{quote.text} {quote.lead_in_text} {quote.label} {quote.title}")
    words = {"kind_medi-cal": "medi-cal", "kind_medicare": "medicare", "kind_federal": "federal|erisa|cfr"}
    forms = phrases("lead", language)
    return all(forms[name] not in ours or re.search(pattern, named) for name, pattern in words.items())


def _periods_stand(ours: str, quoted: Sequence[str], quote: Quote, language: Language) -> bool:
    """Whether a period keeps its bound, what it runs from, and the conditions of its sentence.

    A whole sentence in quotation marks brings all of them itself.
    """
    forms = phrases("lead", language)
    if _forms(language)[0].fullmatch(ours):
        whole = [quote.text[start:end] for start, end in sentences(quote.text)]
        return len(quoted) == 1 and quoted[0] in {text.removeprefix("- ") for text in whole}
    told = next((name.removeprefix("from_") for name in forms if name.startswith("from_") and forms[name] in ours), "")
    value = _LEAST.sub("", quoted[0]).strip()
    for start, end in sentences(quote.text):
        sentence = quote.text[start:end]
        for period in quantities(sentence):
            if sentence[slice(*period.span)] != value or period.denied:
                continue
            is_least = _LEAST.search(sentence[max(0, period.span[0] - 20) : period.span[0]]) is not None
            hedges = [match.group() for match in HEDGE.finditer(sentence)]
            if (
                told == _known(period.start, forms)
                and is_least == bool(_LEAST.search(quoted[0]))
                and quoted[1:] == hedges
            ):
                return True
    return False


def _known(start: str, forms: dict[str, str]) -> str:
    return start if f"from_{start}" in forms else ""
