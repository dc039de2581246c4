"""Blocks, the common middle of all readers, and how they become a Document.

A reader turns its format into blocks in reading order; `assemble` lays them out as canonical text with an outline.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from kb.types import Document, OutlineEntry, Page, Span

BlockKind = Literal["heading", "paragraph", "item", "row", "contents", "reference"]

BULLET = "- "


@dataclass(frozen=True, slots=True)
class Block:
    """One heading, paragraph, list item, table row, contents line or source line.

    `level` counts headings from 1. `page_starts` are (offset in `text`, page index) where a new page begins inside
    or at the start of the block. `header` is the text of the header row that gives a table row its meaning;
    `citation` and `url` name the official text that a source line points to.
    """

    kind: BlockKind
    text: str
    level: int = 0
    page_starts: tuple[tuple[int, int], ...] = ()
    header: bool = False
    citation: str = ""
    url: str = ""


@dataclass(slots=True)
class _Open:
    """A heading whose stretch is still growing."""

    heading: str
    level: int
    start: int
    citation: str = ""
    url: str = ""


@dataclass(slots=True)
class _Layout:
    """Canonical text under construction, with everything that is placed by offset."""

    title: str
    has_title_heading: bool = False
    parts: list[str] = field(default_factory=list)
    size: int = 0
    starts: dict[int, int] = field(default_factory=dict)
    open: list[_Open] = field(default_factory=list)
    entries: list[OutlineEntry] = field(default_factory=list)
    lead: Span | None = None
    run: Literal["", "item", "row"] = ""
    run_start: int = 0
    in_header: bool = False

    def label(self) -> str:
        path = [o.heading for o in self.open[self.has_title_heading :] if o.heading != self.title]
        citation = next((o.citation for o in reversed(self.open) if o.citation), "")
        label = " > ".join(path) or self.title
        return f"{label} (on {citation})" if citation else label

    def close_run(self) -> None:
        """End the list or table in progress: one entry over its lead-in and its items."""
        if self.run and self.lead is not None:
            span = (min(self.lead[0], self.run_start), self.size)
            level = (self.open[-1].level if self.open else 0) + 1
            self.entries.append(OutlineEntry(span, "", "", level, self.lead))
        self.run = ""

    def close_headings(self, level: int) -> None:
        """End the stretches of headings at `level` and deeper."""
        while self.open and self.open[-1].level >= level:
            label, last = self.label(), self.open[-1]
            entry = OutlineEntry((last.start, self.size), label, last.heading, last.level, None, last.url)
            self.entries.append(entry)
            self.open.pop()

    def place(self, block: Block) -> None:
        """Append one block and note what begins or ends with it."""
        run: Literal["", "item", "row"] = block.kind if block.kind in ("item", "row") else ""
        if run != self.run or (block.header and not self.in_header):
            self.close_run()
        if block.kind == "heading":
            self.close_headings(block.level)
        separator = "" if not self.size else "\n" if run and run == self.run else "\n\n"
        words = (BULLET if block.kind == "item" else "") + block.text
        start = self.size + len(separator)
        self.parts += (separator, words)
        self.size = start + len(words)
        shift = start + (len(BULLET) if block.kind == "item" else 0)
        for offset, page in block.page_starts:
            self.starts.setdefault(page, start if offset == 0 else shift + offset)
        self._remember(block, start, run)

    def _remember(self, block: Block, start: int, run: Literal["", "item", "row"]) -> None:
        span = (start, self.size)
        if block.kind == "heading":
            self.open.append(_Open(block.text, block.level, start))
            self.lead = None
        elif block.kind == "contents":
            self.entries.append(OutlineEntry(span, "Contents", "", 9, kind="contents"))
        elif block.kind == "reference":
            self.entries.append(OutlineEntry(span, "", "", 9, kind="reference"))
            if self.open:
                self.open[-1].citation, self.open[-1].url = block.citation, block.url
        if block.header:
            self.lead = (self.lead[0], span[1]) if self.in_header and self.lead else span
        elif block.kind == "paragraph":
            self.lead = span if block.text.rstrip().endswith(":") else None
        if run and not self.run:
            self.run, self.run_start = run, start
        self.in_header = block.header


def assemble(doc_id: str, version: str, title: str, blocks: Sequence[Block], printed: Sequence[str] = ()) -> Document:
    """The Document of `blocks`; for paged formats `printed` holds each page's printed number ("" where none).

    A heading that opens the text and has no peer is the document's title and no part of labels.
    A blank page begins where the next page with text begins. Lists and tables become outline entries with their
    lead-in; entries without a label of their own take the label of the stretch around them.
    """
    first = [block.level for block in blocks[:1] if block.kind == "heading"]
    alone = sum(block.kind == "heading" and [block.level] == first for block in blocks) == 1
    layout = _Layout(title, has_title_heading=bool(first) and alone)
    for block in blocks:
        if block.text.strip():
            layout.place(block)
    layout.close_run()
    layout.close_headings(0)
    whole = OutlineEntry((0, layout.size), title, "", 0)
    entries = _inherit_labels(sorted([whole, *layout.entries], key=lambda e: (e.span[0], -e.span[1], e.level)))
    pages: list[Page] = []
    following = layout.size
    for index in range(len(printed) - 1, -1, -1):
        following = layout.starts.get(index, following)
        pages.append(Page(index + 1, printed[index], following))
    return Document(doc_id, version, "".join(layout.parts), tuple(reversed(pages)), tuple(entries))


def _inherit_labels(entries: list[OutlineEntry]) -> list[OutlineEntry]:
    """Entries sorted by place, each unlabelled one labelled (and linked) like the smallest labelled entry around it."""
    labelled = [e for e in entries if e.label]
    done = []
    for entry in entries:
        if not entry.label:
            around = [e for e in labelled if e.span[0] <= entry.span[0] and entry.span[1] <= e.span[1]]
            owner = min(around, key=lambda e: e.span[1] - e.span[0])
            entry = OutlineEntry(
                entry.span, owner.label, "", entry.level, entry.lead_in, owner.url or entry.url, entry.kind
            )
        done.append(entry)
    return done
