"""What every importer of official law gives: sections in order; and the Document that they make."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from kb.types import Document, OutlineEntry, Provision, ProvisionStatus, Source, Span


@dataclass(frozen=True, slots=True)
class Subdivision:
    """A labelled stretch of a section. Spans count characters of ``LawSection.text``.

    `path` holds the labels without parentheses, outermost first: ("a", "2"). `lead_in` is the span of the words that
    introduce its items, or None. The path () is the section as a whole: it is there only for its lead-in. The stretches
    of a section are in text order, each one before those inside it.
    """

    path: tuple[str, ...]
    span: Span
    heading: str = ""
    lead_in: Span | None = None


@dataclass(frozen=True, slots=True)
class LawSection:
    """One version of one section of law, as an official format gives it.

    authority, number: as in kb.labels ("HSC", "1383.15"; "42 CFR", "406.1"; "1 USC", "7"). head: the words that stand
    over the section in the source ("§ 406.1 Statutory basis.", "1383.15."), "" where none do; heading: its title alone
    ("Statutory basis."). text: its paragraphs, one a line, without the head. above: headings of what it stands in,
    from the code or title inwards. history: the source's note on enactment and amendment.
    """

    authority: str
    number: str
    text: str
    subdivisions: tuple[Subdivision, ...] = ()
    head: str = ""
    heading: str = ""
    above: tuple[str, ...] = ()
    status: ProvisionStatus = "in_force"
    effective_from: date | None = None
    effective_to: date | None = None
    history: str = ""
    url: str = ""

    @property
    def label(self) -> str:
        """The section's citation: "HSC 1383.15"."""
        return f"{self.authority} {self.number}"


@dataclass(frozen=True, slots=True)
class LawFile:
    """What an official file holds: what it calls itself, whose law it is, and its sections in order.

    as_of: the day that the file says its text is of, where it says so. notes: what could not be read, as sentences.
    """

    title: str
    jurisdiction: str
    sections: tuple[LawSection, ...]
    as_of: date | None = None
    notes: tuple[str, ...] = ()


def law_document(source: Source, version: str, sections: Iterable[LawSection]) -> Document:
    """The Document of `sections`: head and text of each, a blank line between them.

    It can be cited as law only where its source ranks as law.
    """
    parts: list[str] = []
    outline: list[OutlineEntry] = []
    provisions: list[Provision] = []
    at = 0
    for section in sections:
        words = "\n".join(part for part in (section.head, section.text) if part)
        start, body = at, at + len(words) - len(section.text)
        outline += _entries(section, start, body, start + len(words))
        provisions.append(_provision(section, (start, start + len(words)), source))
        parts.append(words)
        at += len(words) + 2
    of_law = tuple(provisions) if source.authority == "law" else ()
    return Document(source.doc_id, version, "\n\n".join(parts), (), tuple(outline), of_law)


def _entries(section: LawSection, start: int, body: int, end: int) -> Iterator[OutlineEntry]:
    """The section itself, its head, its subdivisions. Labels are paths of citation: "HSC 1383.15(a)(2)"."""

    def moved(span: Span | None) -> Span | None:
        return None if span is None else (body + span[0], body + span[1])

    lead = next((part.lead_in for part in section.subdivisions if not part.path), None)
    yield OutlineEntry((start, end), section.label, section.heading, 0, moved(lead), section.url)
    if section.head:
        yield OutlineEntry((start, start + len(section.head)), section.label, "", 1, None, section.url, "reference")
    for part in section.subdivisions:
        if part.path:
            label = section.label + "".join(f"({piece})" for piece in part.path)
            span = (body + part.span[0], body + part.span[1])
            yield OutlineEntry(span, label, part.heading, len(part.path), moved(part.lead_in), section.url)


def _provision(section: LawSection, span: Span, source: Source) -> Provision:
    return Provision(
        section.label,
        span,
        section.heading,
        section.above,
        section.status,
        section.effective_from or source.effective_from,
        section.effective_to or source.effective_to,
        section.history,
        section.url or source.url,
    )
