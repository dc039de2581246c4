"""The quote gate: nothing is shown as a quote that does not stand, character for character, at its span."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from kb.types import Quote


def gated(quotes: Iterable[Quote], text_of: Callable[[str], str]) -> tuple[Quote, ...]:
    """The quotes whose words and lead-in are exactly what their document has at their spans; the others are dropped.

    `text_of` gives the text of a document version by its key ``doc_id@version``.
    """
    return tuple(quote for quote in quotes if stands(quote, text_of(quote.key)))


def stands(quote: Quote, text: str) -> bool:
    """Whether `quote` stands verbatim in `text`: spans in order and in range, words equal, none of them blank, and the
    core within it."""
    if not all(quote.span[0] <= start < end <= quote.span[1] for start, end in quote.core):
        return False
    parts = [(quote.span, quote.text)]
    if quote.lead_in is not None:
        parts.append((quote.lead_in, quote.lead_in_text))
    return all(
        0 <= start < end <= len(text) and text[start:end] == words and bool(words.strip())
        for (start, end), words in parts
    )


def numbered(quotes: Iterable[Quote]) -> tuple[Quote, ...]:
    """The same quotes with marks 1, 2, 3, ..."""
    return tuple(replace(quote, n=n) for n, quote in enumerate(quotes, 1))
