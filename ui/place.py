"""The stretch of a document that a quote is read in: its whole subdivision or section, or the paragraphs around it."""

from dataclasses import dataclass

from kb.types import Document, Span

_WHOLE = 3_500  # characters of a subdivision or section that is shown whole; about two screens of a phone
_BESIDE = 900  # characters before and after the quote where the section is longer


@dataclass(frozen=True, slots=True)
class Stretch:
    """A span with the label it stands under; `cut` where that label's text goes on outside it."""

    span: Span
    label: str
    cut: bool


def around(document: Document, span: Span, lead_in: Span | None = None) -> Stretch:
    """The largest labelled stretch around `span` (and its lead-in) that can be shown whole, else paragraphs."""
    start, end = min(span[0], lead_in[0] if lead_in else span[0]), span[1]
    homes = [e for e in document.outline if e.kind == "body" and e.span[0] <= start and end <= e.span[1]]
    fitting = [e for e in homes if e.span[1] - e.span[0] <= _WHOLE]
    if fitting:
        home = max(fitting, key=lambda e: e.span[1] - e.span[0])
        return Stretch(_trimmed(document.text, home.span), home.label, False)
    limits = min((e.span for e in homes), key=lambda s: s[1] - s[0], default=(0, len(document.text)))
    label = next((e.label for e in reversed(homes) if e.span == limits), "")
    wide = (_paragraph_start(document.text, start, limits[0]), _paragraph_end(document.text, end, limits[1]))
    return Stretch(_trimmed(document.text, wide), label, wide != limits)


def headings(document: Document, span: Span) -> list[Span]:
    """The spans of the headings that stand inside `span` of the text, in its order."""
    named = {(e.span[0], e.span[0] + len(e.heading)): e.heading for e in document.outline if e.heading}
    standing = [place for place, heading in named.items() if document.text[slice(*place)] == heading]
    return sorted(place for place in standing if span[0] <= place[0] and place[1] <= span[1])


def _paragraph_start(text: str, at: int, least: int) -> int:
    """Where the paragraph begins that stands `_BESIDE` before `at`, not before `least`."""
    if at - least <= _BESIDE:
        return least
    found = text.find("\n", at - _BESIDE, at)
    return found + 1 if found >= 0 else at


def _paragraph_end(text: str, at: int, most: int) -> int:
    if most - at <= _BESIDE:
        return most
    found = text.rfind("\n", at, at + _BESIDE)
    return found if found >= 0 else at


def _trimmed(text: str, span: Span) -> Span:
    words = text[slice(*span)]
    return (span[0] + len(words) - len(words.lstrip()), span[0] + len(words.rstrip()))
