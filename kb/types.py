"""The shared vocabulary: what a source, a document, a passage, a hit, a quote and an answer are.

A *span* is a half-open character range ``(start, end)`` of ``Document.text``, everywhere and always.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Literal

from kb.circumstances import Circumstances

if TYPE_CHECKING:
    from kb.by_plan import PlanPeriod
    from kb.contacts import Contact
    from kb.steps import Step

Span = tuple[int, int]

Authority = Literal["law", "digest", "contract", "agency", "guide"]
AUTHORITIES: tuple[Authority, ...] = ("law", "digest", "contract", "agency", "guide")
"""Rank order: a lower index outranks a higher one; a contract never governs over law or its digest."""

Status = Literal["answered", "partial", "abstained"]
Reason = Literal["not_in_documents", "other_edition", "needs_plan", "not_a_question"]
PassageKind = Literal["body", "contents", "reference"]
"""`contents` is a line of a table of contents, `reference` a source line, or the number and title over a section of
law: they are kept, and not searched."""

ProvisionStatus = Literal["in_force", "conditional", "repealed", "reserved", "omitted", "transferred"]
"""`conditional`: in force, or not, by an event that no date tells ("conditionally operative")."""


@dataclass(frozen=True, slots=True)
class Source:
    """One document to ingest, as a manifest row or an upload describes it. Dates may be unknown (None).

    `collection` names the archive that it came out of with others, if any: they are replaced and removed together.
    """

    doc_id: str
    path: str
    sha256: str
    title: str
    authority: Authority
    jurisdiction: str = ""
    citation: str = ""
    plan: str = ""
    edition: str = ""
    effective_from: date | None = None
    effective_to: date | None = None
    url: str = ""
    retrieved: date | None = None
    written: date | None = None
    provenance: str = ""
    note: str = ""
    sample: bool = False
    origin: Literal["corpus", "upload"] = "corpus"
    collection: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """Where a page begins in ``Document.text``. `number` counts the file's pages from 1; `printed` is on the paper."""

    number: int
    printed: str
    start: int


@dataclass(frozen=True, slots=True)
class OutlineEntry:
    """A labelled stretch of a document: a subdivision of law, or what stands under a heading.

    `span` includes the stretches inside it. `lead_in` is the span of the words that introduce its items
    ("... shall include the following:"), or None. `url` is the official text of this stretch, if it has its own.
    """

    span: Span
    label: str
    heading: str
    level: int
    lead_in: Span | None = None
    url: str = ""
    kind: PassageKind = "body"


@dataclass(frozen=True, slots=True)
class Provision:
    """One version of a section of law: where it stands, and from when to when it is in force.

    `label` is the section's citation ("HSC 1383.15"), which the outline entry of the same span bears too. `above` holds
    the headings of what it stands in, from the code or title inwards; `heading` is its own. `effective_to` is the last
    day in force; None means unknown or open. `history` is the source's note on enactment and amendment, verbatim.
    """

    label: str
    span: Span
    heading: str = ""
    above: tuple[str, ...] = ()
    status: ProvisionStatus = "in_force"
    effective_from: date | None = None
    effective_to: date | None = None
    history: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A source's canonical text with its pages (empty for unpaged formats) and outline, both in text order.

    `provisions` are the sections of a document of law, in text order; other documents have none.
    """

    doc_id: str
    version: str
    text: str
    pages: tuple[Page, ...] = ()
    outline: tuple[OutlineEntry, ...] = ()
    provisions: tuple[Provision, ...] = ()

    @property
    def key(self) -> str:
        """``doc_id@version``: names this text for ever."""
        return f"{self.doc_id}@{self.version}"


@dataclass(frozen=True, slots=True)
class Passage:
    """What is found and ranked: a span of one document version, inside one subdivision or heading."""

    doc_id: str
    version: str
    span: Span
    text: str
    label: str
    pages: tuple[int, int] | None = None
    printed_page: str = ""
    lead_in: Span | None = None
    url: str = ""
    kind: PassageKind = "body"

    @property
    def key(self) -> str:
        """``doc_id@version`` of the document it stands in."""
        return f"{self.doc_id}@{self.version}"

    @property
    def passage_id(self) -> str:
        """``doc_id@version:start-end``: unique, and independent of the passage's content."""
        return f"{self.key}:{self.span[0]}-{self.span[1]}"


@dataclass(frozen=True, slots=True)
class Filters:
    """Which documents a question is asked of. Empty or None means no restriction of that kind."""

    plan: str = ""
    edition: str = ""
    authorities: tuple[Authority, ...] = ()
    as_of: date | None = None


@dataclass(frozen=True, slots=True)
class Query:
    """A question with the circumstances that it is asked in.

    `after` is the question before it, where there is one: the question may lean on it (kb/follow.py). Where that one
    was a follow-up itself, it is the words in which it was read.
    """

    text: str
    filters: Filters = field(default_factory=Filters)
    k: int = 10
    circumstances: Circumstances = field(default_factory=Circumstances)
    after: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found, its rank from 1, and the score in [0, 1] of the retriever that found it."""

    passage: Passage
    score: float
    rank: int
    retriever: Literal["citation", "fused", "dense", "lexical"]


@dataclass(frozen=True, slots=True)
class Quote:
    """Words that stand verbatim at `span` of the document; `n` is the mark [n] in the answer's text.

    A list item or table row brings the words that introduce it: `lead_in` and `lead_in_text`, verbatim as well.
    `core` are the sentences in it that speak most to the question, strongest first; none where the whole was asked for.
    """

    n: int
    doc_id: str
    version: str
    title: str
    authority: Authority
    label: str
    span: Span
    text: str
    pages: tuple[int, int] | None = None
    printed_page: str = ""
    url: str = ""
    edition: str = ""
    plan: str = ""
    sample: bool = False
    lead_in: Span | None = None
    lead_in_text: str = ""
    core: tuple[Span, ...] = ()

    @property
    def key(self) -> str:
        """``doc_id@version`` of the document it stands in."""
        return f"{self.doc_id}@{self.version}"


@dataclass(frozen=True, slots=True)
class Section:
    """One tier of an answer: a heading such as "The law" and its quotes, strongest first."""

    authority: Authority
    heading: str
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the reader must know beside the answer; `kind` is stable, `text` is for people."""

    kind: Literal[
        "emergency", "not_legal_advice", "older_edition", "check_official", "sample_plan", "choose_plan",
        "choose_plan_type", "missing_part", "language", "other_state", "follow_up",
        "unsure",
    ]  # fmt: skip
    text: str


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Two quotes of one answer that say different things: `quotes` are their marks, `values` what each says.

    Where one governs it comes first, and `why` says so; where neither does, `verdict` is "differs". `safe` is the value
    to keep to where the member has to do something in time, else "".
    """

    about: str
    quotes: tuple[int, int]
    values: tuple[str, str]
    verdict: Literal["governs", "differs"]
    why: str
    safe: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What is shown for a question: verbatim quotes by tier, or an abstention with its reason.

    `steps` and `contacts` are what the member can do and whom to call, each with its own quote; `language` is that of
    our own words. `read_as` are the words in which a follow-up was read, to be given as the `after` of a next one; ""
    for a question that was read by itself. `by_plan` is what each kind of plan has, where a period depends on it.
    """

    question: str
    status: Status
    reason: Reason | None
    lead: str
    sections: tuple[Section, ...]
    notices: tuple[Notice, ...]
    hits: tuple[Hit, ...]
    elapsed_ms: float
    disagreements: tuple[Disagreement, ...] = ()
    steps: "tuple[Step, ...]" = ()
    contacts: "tuple[Contact, ...]" = ()
    language: Literal["en", "es"] = "en"
    read_as: str = ""
    by_plan: "tuple[PlanPeriod, ...]" = ()

    @property
    def quotes(self) -> tuple[Quote, ...]:
        """All quotes in the order of their marks."""
        return tuple(quote for section in self.sections for quote in section.quotes)
