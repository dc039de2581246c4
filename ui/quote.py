"""A quote as a card, and the place that it stands in: the words around it and a picture of its page."""

import re

import streamlit as st

from kb.base import KnowledgeBase
from kb.catalog import Catalog
from kb.diff import Side
from kb.types import Authority, Document, Passage, Quote, Span
from ui.desk import Pages
from ui.language import say, say_html
from ui.markup import marked_html, official_link, text_html, words_html
from ui.page_picture import page_picture, words_on_page
from ui.place import around, headings
from ui.problem import plain_errors

_PICTURES = 2  # pages that are drawn for one quote at most
MARK = ("<mark>", "</mark>")
STRONG = ("<strong>", "</strong>")


def show_quote(base: KnowledgeBase, pages: Pages, quote: Quote, *, marked: bool = True) -> None:
    """One quote: its words, where they stand, and what leads to the source. Not `marked`: without its number."""
    name = f"{quote.n if marked else 'next'}-{quote.key}-{quote.span[0]}"
    with st.container(key=f"quote-{quote.authority}-{name}".replace("@", "-").replace(".", "-"), gap="small"):
        st.html(card_html(quote, marked=marked, added=is_added(base, quote)))
        st.fragment(_in_its_place)(base, quote, name)
        with st.container(key=f"ways-{name}".replace("@", "-").replace(".", "-"), horizontal=True, gap="small"):
            _way_to_source(pages, quote)
            st.html(copy_html(quote), width="content")


def is_added(base: KnowledgeBase, quote: Quote) -> bool:
    """Whether the quoted document was added by a person, and does not belong to the corpus."""
    return base.catalog.source(quote.key).origin == "upload"


def badge_html(authority: Authority) -> str:
    """The shape and the name of a rank."""
    return f'<span class="shape" aria-hidden="true"></span>{say_html(f"quote.{authority}")}'


def sample_html() -> str:
    """The mark of words from a sample contract."""
    return f'<span class="sample">{say_html("quote.sample")}</span>'


def added_html() -> str:
    """The mark of words from a document that a person added."""
    return f'<span class="added">{say_html("quote.added")}</span>'


def card_html(quote: Quote, *, marked: bool = True, added: bool = False) -> str:
    """The card's markup: number, citation, the words as they stand, title, edition, page, and official text."""
    number = f'<span class="number">[{quote.n}]</span>' if marked else ""
    sample = f"{sample_html() if quote.sample else ''}{added_html() if added else ''}"
    tongue = "" if added else ' lang="en"'  # the corpus is in English; what a person added may be in any language
    lead_in = (
        f'<div class="lead-in"{tongue} dir="auto">{text_html(quote.lead_in_text)}</div>' if quote.lead_in_text else ""
    )
    link = official_link(quote.url, official_words(quote))
    place = f' id="quote-{quote.n}" tabindex="-1"' if marked else ""
    facts = [
        f"<bdi>{text_html(quote.title)}</bdi>",
        text_html(edition_words(quote)),
        text_html(page_words(quote)),
        link,
    ]
    return (
        f'<article class="quote {quote.authority}"{place}>'
        f'<p class="rank">{number}{badge_html(quote.authority)}{sample}</p>'
        f'<h3 class="where"><bdi>{text_html(quote.label)}</bdi></h3>'
        f'{lead_in}<blockquote class="words"{tongue} dir="auto">{_words(quote)}</blockquote>'
        f'<p class="facts">{" · ".join(fact for fact in facts if fact)}</p></article>'
    )


def _words(quote: Quote) -> str:
    """The words of a quote; in a long one the sentences that speak most to the question are marked."""
    out: list[str] = []
    at = 0
    for start, end in sorted((a - quote.span[0], b - quote.span[0]) for a, b in quote.core):
        if end - start < len(quote.text):
            core = f'<span class="core">{words_html(quote.text[start:end])}</span>'
            out += [words_html(quote.text[at:start]), core]
            at = end
    return "".join([*out, words_html(quote.text[at:])])


def official_words(quote: Quote) -> str:
    """What the link to a quote's page on the web is called."""
    return say("quote.official" if quote.authority in ("law", "digest") else "quote.web")


def copy_html(quote: Quote) -> str:
    """A button that copies the words with their citation."""
    return (
        f'<button type="button" class="plain-button as-link" data-copy="{text_html(copied_words(quote))}" '
        f'data-done="{say_html("quote.copied")}">{say_html("quote.copy")}</button>'
    )


def copied_words(quote: Quote) -> str:
    """The words in quotation marks, then where they stand: citation, title, edition, page, address of the source."""
    label = quote.label.split(" > ")[-1]
    where = [label, quote.title if quote.title != label else "", edition_words(quote), page_words(quote), quote.url]
    return f"\u201c{quote.text}\u201d\n({', '.join(part for part in where if part)})"


def edition_words(quote: Quote) -> str:
    """The edition in words, unless the title names it already; a sample says that it is nobody's plan."""
    named = not quote.edition or quote.edition in quote.title
    edition = "" if named else say("quote.edition", edition=quote.edition)
    return ", ".join(part for part in (edition, say("quote.example") if quote.sample else "") if part)


def page_words(words: Quote | Passage | Side) -> str:
    """``page 37 (PDF page 40)``; "" for words of a document without pages."""
    if words.pages is None:
        return ""
    first, last = words.pages
    in_file = say("quote.pdf-page", page=first) if first == last else say("quote.pdf-pages", first=first, last=last)
    return say("quote.page", page=words.printed_page, in_file=in_file) if words.printed_page else in_file


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
        st.page_link(pages.look_up, label=say("quote.look-up"), query_params={"cite": quote.label})
        return
    params = document_params(quote)
    st.page_link(pages.look_up, label=say("quote.document"), query_params=params)


def document_params(words: Quote | Passage) -> dict[str, str]:
    """The address of the document at these words, which are marked there."""
    page = {"page": str(words.pages[0])} if words.pages else {}
    return {"doc": words.doc_id, **page, "words": words_param(words.key, words.span)}


def _in_its_place(base: KnowledgeBase, quote: Quote, name: str) -> None:
    """What opens below a card; nothing is read or drawn before it is opened."""
    with st.expander(say("quote.place"), key=f"place-{name}", type="compact", on_change="rerun") as box:
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
    cut = f'<p class="cut">{say_html("quote.cut")}</p>' if stretch.cut else ""
    st.html(
        f'<div class="place"><p class="place-label"><bdi>{text_html(stretch.label)}</bdi></p>'
        f'<div class="words" lang="en" dir="auto">{marked_html(words, stretch.span[0], marks)}</div>{cut}</div>'
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
    with st.spinner(say("quote.drawing")):
        picture = page_picture(str(catalog.file(document.key)), number, before, words)
    name, title = page_name(document, number), catalog.source(document.key).title
    lost = words and not picture.marked
    note = f" {say('quote.not-located')}" if lost else ""
    if named or note:
        st.html(f'<p class="page-name">{text_html(f"{name}." if named else "")}{text_html(note)}</p>')
    marked = f" {say('quote.marked')}" if picture.marked else ""
    with st.container(key=f"page-{document.doc_id}-{number}-{span[0] if span else 'all'}".replace(".", "-")):
        st.image(
            picture.png,
            width="stretch",
            alt=f"{say('quote.picture', page=name, title=title)}{marked}",
        )


def page_name(document: Document, number: int) -> str:
    """``Page 37 (PDF page 40)``; where no number is printed, ``PDF page 40``."""
    printed = next((page.printed for page in document.pages if page.number == number), "")
    in_file = say("quote.pdf-page", page=number)
    return say("quote.page-name", page=printed, in_file=in_file) if printed else in_file
