"""What a document looks like to the search: its passages, as they are found and ranked, for those who judge that."""

import streamlit as st

from kb.catalog import Catalog
from kb.types import Passage
from ui.language import say, say_html
from ui.markup import text_html
from ui.quote import page_words

_AT_ONCE = 25


def show_passages(catalog: Catalog, key: str) -> None:
    """A box that lists the passages of a document version when it is opened."""
    with st.expander(say("library.passages"), key=f"passages-{key}", on_change="rerun") as box:
        if not box.open:
            return
        passages = catalog.passages(key)
        words_only = key in catalog.generation().words_only
        how = say_html("library.words-only" if words_only else "library.both-ways")
        st.html(f'<p class="facts">{say_html("library.passages-count", number=len(passages))} {how}</p>')
        pages = max(1, -(-len(passages) // _AT_ONCE))
        number = 1
        if pages > 1:
            with st.columns([1, 3])[0]:
                number = st.number_input(say("evaluate.page-of", pages=pages), 1, pages, key=f"passages-page-{key}")
        shown = passages[(number - 1) * _AT_ONCE : number * _AT_ONCE]
        embedded = catalog.embedded_texts([passage.passage_id for passage in shown])
        st.html("".join(_passage_html(passage, embedded.get(passage.passage_id, "")) for passage in shown))


def _passage_html(passage: Passage, embedded: str) -> str:
    """Label, place and words; what is put before the words when their meaning is taken, if anything is."""
    place = [f"{passage.span[0]}\u2013{passage.span[1]}", page_words(passage), passage.kind]
    facts = text_html(" \u00b7 ".join(fact for fact in place if fact))
    ahead = embedded.removesuffix(passage.text).strip() if embedded.endswith(passage.text) else ""
    before = f'<p class="facts">{say_html("library.read-with", words=ahead)}</p>' if ahead else ""
    return (
        f'<div class="found"><p><strong><bdi>{text_html(passage.label)}</bdi></strong></p>'
        f'<p class="facts">{facts}</p>{before}'
        f'<div class="words" dir="auto">{text_html(passage.text)}</div></div>'
    )
