"""Quotes of the bundled corpus for the gate's tests: the sections of its summaries and the text of its law."""

from functools import cache

from kb.llm.gate import statements
from kb.types import Authority, Quote
from tests.corpora import CORPUS


def quote(n: int, text: str, authority: Authority = "digest", label: str = "Grievances", lead: str = "") -> Quote:
    """A quote that stands at no particular place."""
    return Quote(n, "doc", "1", "Title", authority, label, (0, len(text)), text, lead_in_text=lead)


@cache
def corpus_quotes() -> tuple[Quote, ...]:
    """Each paragraph of the corpus's summaries, guides and law that says something, as a quote of its own."""
    files = sorted([*CORPUS.glob("digests/*.md"), *CORPUS.glob("guides/*.md"), *CORPUS.glob("statutes/*.txt")])
    ranks: dict[str, Authority] = {"digests": "digest", "guides": "guide", "statutes": "law"}
    found: list[Quote] = []
    for file in files:
        for part in file.read_text(encoding="utf-8").split("\n\n"):
            plain = not part.startswith(("#", "Source:", "Summary written", "This is a guide", "|"))
            if plain and len(part) > 40 and "http" not in part:
                found.append(quote(len(found) + 1, part.strip(), ranks[file.parent.name], file.stem))
    return tuple(found)


@cache
def corpus_statements() -> tuple[tuple[Quote, str], ...]:
    """Every statement of those quotes, with its quote."""
    return tuple((one, source) for one in corpus_quotes() for source in statements(one))
