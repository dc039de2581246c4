"""A quote as a card, and the place that it stands in: the words around it and a picture of its page."""

import re

import streamlit as st

from kb.base import KnowledgeBase
from kb.catalog import Catalog
from kb.diff import Side
from kb.types import Authority, Document, Passage, Quote, Span
from ui.desk import Pages
from ui.markup import marked_html, official_link, plain_errors, text_html, words_html
from ui.page_picture import page_picture, words_on_page
from ui.place import around, headings

_PICTURES = 2  # pages that are drawn for one quote at most
BADGES: dict[Authority, str] = {
    "law": "Law",
    "digest": "Summary of the law",
    "contract": "Contract",
    "agency": "Agency",
    "guide": "Guide",
}
MARK = ("<mark>", "</mark>")
STRONG = ("<strong>", "</strong>")


def show_quote(base: KnowledgeBase, pages: Pages, quote: Quote, *, marked: bool = True) -> None:
    """One quote: its words, where they stand, and what leads to the source. Not `marked`: without its number."""
    name = f"{quote.n if marked else 'next'}-{quote.key}-{quote.span[0]}"
    with st.container(key=f"quote-{quote.authority}-{name}".replace("@", "-").replace(".", "-"), gap="small"):
        st.html(card_html(quote, marked=marked, added=is_added(base, quote)))
        st.fragment(_in_its_place)(base, quote, name)
        _way_to_source(pages, quote)


def is_added(base: KnowledgeBase, quote: Quote) -> bool:
    """Whether the quoted document was added by a person, and does not belong to the corpus."""
    return base.catalog.source(quote.key).origin == "upload"


def card_html(quote: Quote, *, marked: bool = True, added: bool = False) -> str:
    """The card's markup: number, citation, the words as they stand, title, edition, page, and official text."""
    number = f'<span class="number">[{quote.n}]</span>' if marked else ""
    sample = '<span class="sample">Sample</span>' if quote.sample else ""
    sample += '<span class="added">Added by you</span>' if added else ""
    lead_in = f'<div class="lead-in" dir="auto">{text_html(quote.lead_in_text)}</div>' if quote.lead_in_text else ""
    link = official_link(quote.url, "Official text" if quote.authority in ("law", "digest") else "Source on the web")
    facts = [
        f"<bdi>{text_html(quote.title)}</bdi>",
        text_html(edition_words(quote)),
        text_html(page_words(quote)),
        link,
    ]
    return (
        f'<article class="quote {quote.authority}">'
        f'<p class="rank">{number}<span class="shape" aria-hidden="true"></span>{BADGES[quote.authority]}{sample}</p>'
        f'<h3 class="where"><bdi>{text_html(quote.label)}</bdi></h3>'
        f'{lead_in}<blockquote class="words" dir="auto">{words_html(quote.text)}</blockquote>'
        f'<p class="facts">{" · ".join(fact for fact in facts if fact)}</p></article>'
    )


def edition_words(quote: Quote) -> str:
    """The edition in words, unless the title names it already; a sample says that it is nobody's plan."""
    edition = f"{quote.edition} edition" if quote.edition and quote.edition not in quote.title else ""
    return ", ".join(part for part in (edition, "example, not your plan" if quote.sample else "") if part)


def page_words(words: Quote | Passage | Side) -> str:
    """``page 37 (PDF page 40)``; "" for words of a document without pages."""
    if words.pages is None:
        return ""
    first, last = words.pages
    in_file = f"PDF page {first}" if first == last else f"PDF pages {first} to {last}"
    return f"page {words.printed_page} ({in_file})" if words.printed_page else in_file


def words_param(key: str, span: Span) -> str:
    """Words of a document version for an address: ``5053325135e8.120-180``."""
    return f"{key.rpartition('@')[2]}.{span[0]}-{span[1]}"


def words_asked(document: Document, param: str) -> Span | None:
    """The span that `words_param` made; None for another version, and for what is no span of the text."""
    found = re.fullmatch(r"(\w+)\.([0-9]{1,9})-([0-9]{1,9})", param)
    if found is None or found[1] != document.version:
        return None
    start, end = int(found[2]), int(found[3])
    return (start, end) if start < end <= len(document.text) else None


def _way_to_source(pages: Pages, quote: Quote) -> None:
    if quote.authority == "law":
        st.page_link(pages.look_up, label="Open in Look up", query_params={"cite": quote.label})
        return
    params = document_params(quote)
    st.page_link(pages.look_up, label="Open the document", query_params=params)


def document_params(words: Quote | Passage) -> dict[str, str]:
    """The address of the document at these words, which are marked there."""
    page = {"page": str(words.pages[0])} if words.pages else {}
    return {"doc": words.doc_id, **page, "words": words_param(words.key, words.span)}


def _in_its_place(base: KnowledgeBase, quote: Quote, name: str) -> None:
    """What opens below a card; nothing is read or drawn before it is opened."""
    with st.expander("Read it in its place", key=f"place-{name}", type="compact", on_change="rerun") as box:
        if box.open:
            with plain_errors():
                _place(base, quote)


def _place(base: KnowledgeBase, quote: Quote) -> None:
    document = base.catalog.document(quote.key)
    stretch = around(document, quote.span, quote.lead_in)
    words = document.text[slice(*stretch.span)]
    before, after = (stretch.span[0], quote.span[0]), (quote.span[1], stretch.span[1])
    titles = [*headings(document, before), *headings(document, after)]
    marks = [(quote.span, *MARK), *((title, *STRONG) for title in titles)]
    cut = '<p class="cut">Shortened here; the document has the rest.</p>' if stretch.cut else ""
    st.html(
        f'<div class="place"><p class="place-label"><bdi>{text_html(stretch.label)}</bdi></p>'
        f'<div class="words" dir="auto">{marked_html(words, stretch.span[0], marks)}</div>{cut}</div>'
    )
    if quote.pages and base.catalog.file(quote.key).suffix == ".pdf":
        first, last = quote.pages
        for number in range(first, min(last, first + _PICTURES - 1) + 1):
            show_page(base.catalog, document, number, quote.span)


def show_page(
    catalog: Catalog, document: Document, number: int, span: Span | None = None, *, named: bool = True
) -> None:
    """The picture of page `number`, from 1, with its name if `named`; the words of a span are marked on it."""
    before, words = words_on_page(document, number, span) if span else ("", "")
    picture = page_picture(str(catalog.file(document.key)), number, before, words)
    name, title = page_name(document, number), catalog.source(document.key).title
    lost = words and not picture.marked
    note = " The words could not be located on this picture, so nothing is marked." if lost else ""
    if named or note:
        st.html(f'<p class="page-name">{text_html(f"{name}." if named else "")}{note}</p>')
    marked = " The words are marked." if picture.marked else ""
    with st.container(key=f"page-{document.doc_id}-{number}-{span[0] if span else 'all'}".replace(".", "-")):
        st.image(
            picture.png,
            width="stretch",
            alt=f"Picture of {name} of \u201c{title}\u201d.{marked} The text of it stands beside this picture.",
        )


def page_name(document: Document, number: int) -> str:
    """``Page 37 (PDF page 40)``; where no number is printed, ``PDF page 40``."""
    printed = next((page.printed for page in document.pages if page.number == number), "")
    return f"Page {printed} (PDF page {number})" if printed else f"PDF page {number}"
