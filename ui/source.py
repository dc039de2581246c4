"""One document in full: what it is, and its text, by pages with their pictures where it is a PDF."""

from collections.abc import Callable

import streamlit as st

from kb.catalog import Catalog
from kb.standing import dates_words, note_words
from kb.types import Authority, Document, OutlineEntry, Source, Span
from ui.language import language, say, say_html, to_address
from ui.markup import marked_html, official_link, panel, text_html
from ui.passages import show_passages
from ui.place import headings
from ui.quote import MARK, STRONG, page_name, show_page, words_asked

_PART = 30_000  # characters of a document without pages that are shown at once


def rank_name(authority: Authority) -> str:
    """What a document of this rank is called."""
    return say(f"library.{authority}")


def show_source(catalog: Catalog, doc_id: str, back: Callable[[str], None]) -> None:
    """The document `doc_id` of the current generation, at the `page` or `part` of the address."""
    key = next((k for k, s in catalog.generation().sources.items() if s.doc_id == doc_id), None)
    if key is None:
        st.title(say("library.title"), anchor=False)
        panel("alert", f"<p>{say_html('library.no-document', name=repr(doc_id))}</p>")
        return
    source, document = catalog.generation().sources[key], catalog.document(key)
    head(source)
    if document.pages:
        _paged(catalog, document)
    else:
        _unpaged(document)
    show_passages(catalog, key)
    st.button(say("library.all-law"), type="tertiary", on_click=back, args=("",))


def head(source: Source) -> None:
    """Title, rank and facts of a document."""
    sample = f'<span class="sample">{say_html("library.sample")}</span>' if source.sample else ""
    edition = say("quote.edition", edition=source.edition) if source.edition else ""
    facts = [
        text_html(source.plan),
        text_html(edition),
        text_html(dates_words(source, language())),
        official_link(source.url, say("quote.web")),
    ]
    rank = text_html(rank_name(source.authority))
    st.html(
        f'<div class="source {source.authority}"><h1><bdi>{text_html(source.title)}</bdi></h1>'
        f'<p class="where"><span class="shape" aria-hidden="true"></span><span class="badge">{rank}'
        f'</span>{sample}</p><p class="facts">{" · ".join(f for f in facts if f)}</p>'
        f'<p class="facts">{text_html(note_words(source.note, language()))}</p></div>'
    )


def _paged(catalog: Catalog, document: Document) -> None:
    numbers = [page.number for page in document.pages]
    wanted = st.query_params.get("page", "")
    number = int(wanted) if wanted.isdecimal() and int(wanted) in numbers else numbers[0]
    _contents(document, lambda entry: str(page_at(document, entry.span[0])), "page")
    named: Callable[[int], str] = lambda n: say("library.of", one=page_name(document, n), number=len(numbers))  # noqa: E731
    _pager("page", number, numbers, named)
    if catalog.file(document.key).suffix == ".pdf":
        show_page(catalog, document, number, _words(document), named=False)
    index = numbers.index(number)
    ends = [page.start for page in document.pages[1:]] + [len(document.text)]
    st.html(f'<h2 class="row-heading">{say_html("library.page-text")}</h2>')
    _text(document, (document.pages[index].start, ends[index]))
    _pager(
        "page",
        number,
        numbers,
        lambda n: say("library.of", one=page_name(document, n), number=len(numbers)),
        name="below",
    )


def page_at(document: Document, offset: int) -> int:
    """The number of the page that `offset` stands on."""
    return max(
        (p for p in document.pages if p.start <= offset), key=lambda p: p.start, default=document.pages[0]
    ).number


def _unpaged(document: Document) -> None:
    """The whole text, or the stretch chosen from the contents; a very long one in parts."""
    at = st.query_params.get("at", "")
    entry = next((e for e in document.outline if e.label == at), None)
    _contents(document, lambda e: e.label, "at")
    start, end = entry.span if entry else (0, len(document.text))
    parts = part_starts(document.text[start:end])
    asked = _words(document)
    there = max((n for n, at in enumerate(parts, 1) if asked and start + at <= asked[0]), default=1)
    wanted = st.query_params.get("part", str(there))
    part = int(wanted) if wanted.isdecimal() and 1 <= int(wanted) <= len(parts) else 1
    if len(parts) > 1:
        _pager("part", part, list(range(1, len(parts) + 1)), lambda n: say("library.part", one=n, number=len(parts)))
    stops = [*parts[1:], end - start]
    _text(document, (start + parts[part - 1], start + stops[part - 1]))


def _words(document: Document) -> Span | None:
    """The words that the address asks to be marked."""
    return words_asked(document, st.query_params.get("words", ""))


def _text(document: Document, span: Span) -> None:
    """The text of a span, its headings in bold."""
    start, words = span[0], document.text[slice(*span)]
    marks = [(heading, *STRONG) for heading in headings(document, span)]
    asked = _words(document)
    if asked is not None:
        inside = [mark for mark in marks if mark[0][1] <= asked[0] or asked[1] <= mark[0][0]]
        marks = [*inside, (asked, *MARK)]
    body = marked_html(words.rstrip(), start, marks) or say_html("library.page-empty")
    st.html(f'<div class="words full" dir="auto">{body}</div>')


def part_starts(text: str) -> list[int]:
    """Where the parts of a long text begin: every `_PART` characters at most, at the last paragraph or word before."""
    starts = [0]
    while len(text) - starts[-1] > _PART:
        last = starts[-1] + _PART
        cut = max(text.rfind("\n", starts[-1] + 1, last), 0) or max(text.rfind(" ", starts[-1] + 1, last), 0)
        starts.append(cut + 1 if cut else last)
    return starts


def _contents(document: Document, value: Callable[[OutlineEntry], str], param: str) -> None:
    """A chooser of the document's headings, which makes the address that of the chosen one."""
    entries = [e for e in document.outline if e.kind == "body" and e.level > 0 and e.level < 9]
    if len(entries) < 2:
        return

    def choose() -> None:
        chosen = st.session_state[f"contents-{document.key}"]
        params = {"doc": document.doc_id}
        if chosen is not None:
            params[param] = value(entries[chosen])
        to_address(params)

    indent = "\u2003"
    st.selectbox(
        say("library.go-to"),
        list(range(len(entries))),
        index=None,
        key=f"contents-{document.key}",
        placeholder=say("library.choose-heading"),
        format_func=lambda n: f"{indent * (entries[n].level - 1)}{entries[n].label.split(' > ')[-1]}",
        on_change=choose,
    )


def _pager(param: str, now: int, numbers: list[int], words: Callable[[int], str], name: str = "above") -> None:
    """Back, where one is, and on."""

    def turn(to: int) -> None:
        st.query_params[param] = str(to)

    index = numbers.index(now)
    with st.container(key=f"pager-{name}", horizontal=True, vertical_alignment="center", gap="small"):
        st.html(f'<p class="page-name">{text_html(words(now))}</p>', width="content")
        st.button(
            say("library.back"),
            key=f"back-{name}",
            disabled=index == 0,
            on_click=turn,
            args=(numbers[max(index - 1, 0)],),
        )
        onward = numbers[min(index + 1, len(numbers) - 1)]
        st.button(
            say("library.next"), key=f"on-{name}", disabled=index + 1 == len(numbers), on_click=turn, args=(onward,)
        )
