"""The questions of a run one by one: what went wrong, and what was found and shown beside what should have been."""

from collections.abc import Iterator, Sequence

import streamlit as st

from evals.failures import FAILURES, Failure, failures_of
from evals.measures import is_relevant, overlaps_any
from evals.origin import corpus_hash
from evals.rows import Row
from kb.catalog import Catalog
from kb.types import Document, Span
from ui.evaluation.runs import Stored
from ui.language import say, say_html
from ui.markup import literal, page_address, panel, text_html
from ui.quote import words_param

_AT_ONCE = 10
_SHOWN = 1_200  # characters of a passage


class Shelf:
    """The documents that a run's spans point into; empty where the knowledge base holds others now."""

    def __init__(self, catalog: Catalog, run: Stored) -> None:
        keys = {key.rpartition("@")[0]: key for key in catalog.generation().sources}
        self.same = corpus_hash(keys.values()) == run.report.origin.corpus_hash
        self._catalog, self._keys = catalog, keys

    def document(self, doc_id: str) -> Document | None:
        """The document, as it was when the questions were asked."""
        return self._catalog.document(self._keys[doc_id]) if self.same and doc_id in self._keys else None


def show_questions(catalog: Catalog, run: Stored) -> None:
    """Filters, then the questions that fit, ten at a time; the test half only where it is asked for."""
    rows = run.run.rows
    failed = {row.id: failures_of(row) for row in rows}
    wanted, kind, part = _filters(rows, failed)
    fitting = [
        row
        for row in rows
        if (not wanted or wanted in failed[row.id])
        and (wanted or failed[row.id])
        and kind in ("", row.kind)
        and part in ("all", row.split or "all")
    ]
    if part != "dev" and any(row.split == "test" for row in rows):
        st.html(f'<p class="facts">{say_html("evaluate.test-half")}</p>')
    shelf = Shelf(catalog, run)
    if not shelf.same:
        panel("calm", f"<p>{say_html('evaluate.other-corpus')}</p>")
    st.html(f'<p class="facts" role="status">{say_html("evaluate.fitting", number=len(fitting), total=len(rows))}</p>')
    for row in _page(fitting):
        _question(row, failed[row.id], shelf)


def _filters(rows: Sequence[Row], failed: dict[str, tuple[Failure, ...]]) -> tuple[Failure | str, str, str]:
    counts = {name: sum(name in names for names in failed.values()) for name in FAILURES}
    left, middle, right = st.columns([2, 1.2, 1.2])
    with left:
        wanted = st.selectbox(
            say("evaluate.failure"),
            ["", *(name for name in FAILURES if counts[name])],
            format_func=lambda one: (
                say("evaluate.failure-count", name=say(f"evaluate.failed-{one}"), number=counts[one])
                if one
                else say("evaluate.any-failure", number=sum(map(bool, failed.values())))
            ),
            key="failure",
        )
    with middle:
        kinds = sorted({row.kind for row in rows})
        kind = st.selectbox(
            say("evaluate.kind"), ["", *kinds], format_func=lambda one: one or say("evaluate.any-kind"), key="kind"
        )
    with right:
        parts = [part for part in ("dev", "test") if any(row.split == part for row in rows)]
        part = st.selectbox(
            say("evaluate.part"),
            [*parts, "all"],
            format_func=lambda one: say(f"evaluate.part-{one}"),
            key="part-shown",
        )
    return wanted, kind, part


def _page(rows: Sequence[Row]) -> Sequence[Row]:
    """The rows of the page that is chosen, where there are more than fit on one."""
    pages = -(-len(rows) // _AT_ONCE)
    if pages < 2:
        return rows
    with st.columns([1, 3])[0]:
        number = st.number_input(say("evaluate.page-of", pages=pages), 1, pages, key=f"failures-page-{pages}")
    return rows[(number - 1) * _AT_ONCE : number * _AT_ONCE]


def _question(row: Row, failed: Sequence[Failure], shelf: Shelf) -> None:
    names = ", ".join(say(f"evaluate.failed-{name}") for name in failed)
    with st.expander(f"**{literal(row.question)}**  \n{literal(names)}", key=f"row-{row.id}", on_change="rerun") as box:
        if box.open:
            st.html(question_html(row, shelf))


def question_html(row: Row, shelf: Shelf) -> str:
    """One question: its outcome, and gold, shown quotes and hits side by side."""
    reason = f": {text_html(row.reason)}" if row.reason else ""
    outcome = f"{say_html(f'evaluate.status-{row.status}')}{reason}"
    gold = "".join(
        _place_html(shelf, one.doc_id, one.span, say("evaluate.relevance", number=one.relevance)) for one in row.gold
    )
    marked = [(one.doc_id, one.span) for one in row.gold]
    shown = "".join(
        _place_html(shelf, one.doc_id, one.span, one.label, marked, good=overlaps_any((one.doc_id, one.span), row.gold))
        for one in row.quotes
    )
    hits = "".join(
        _place_html(
            shelf,
            one.doc_id,
            one.span,
            f"{rank}. {one.label}",
            marked,
            good=any(is_relevant((one.doc_id, one.span), item) for item in row.gold),
        )
        for rank, one in enumerate(row.hits, 1)
    )
    none = f'<p class="facts">{say_html("evaluate.none")}</p>'
    expected = gold or f'<p class="facts">{say_html("evaluate.no-gold")}</p>'
    return (
        f'<p class="facts">{text_html(row.id)} · {text_html(row.kind)} · {outcome}</p><div class="beside">'
        f"<section><h4>{say_html('evaluate.gold')}</h4>{expected}"
        f"<h4>{say_html('evaluate.quotes')}</h4>{shown or none}</section>"
        f"<section><h4>{say_html('evaluate.hits')}</h4>{hits or none}</section></div>"
    )


def _place_html(
    shelf: Shelf, doc_id: str, span: Span, label: str, gold: Sequence[tuple[str, Span]] = (), *, good: bool = False
) -> str:
    """A place with its words, gold in it marked; a place of another corpus by its span alone."""
    sign = f'<span class="hit-sign">{say_html("evaluate.is-gold")}</span>' if good else ""
    document = shelf.document(doc_id)
    where = f"{doc_id}, {span[0]}\u2013{span[1]}"
    if document is None:
        return f'<div class="found"><p class="facts">{text_html(label)}{sign}<br>{text_html(where)}</p></div>'
    address = page_address("look-up", doc=doc_id, words=words_param(document.key, span))
    link = f'<a href="{address}" target="_blank" rel="noopener">{text_html(where)}</a>'
    words = "".join(_words(document, (span[0], min(span[1], span[0] + _SHOWN)), [s for d, s in gold if d == doc_id]))
    more = " \u2026" if span[1] - span[0] > _SHOWN else ""
    return (
        f'<div class="found"><p class="facts">{text_html(label)}{sign}<br>{link}</p>'
        f'<div class="words" lang="en" dir="auto">{words}{more}</div></div>'
    )


def _words(document: Document, span: Span, gold: Sequence[Span]) -> Iterator[str]:
    """The words of `span`, those of gold marked."""
    at = span[0]
    for start, end in sorted(gold):
        first, last = max(start, at), min(end, span[1])
        if first < last:
            yield text_html(document.text[at:first])
            yield f"<mark>{text_html(document.text[first:last])}</mark>"
            at = last
    yield text_html(document.text[at : span[1]])
