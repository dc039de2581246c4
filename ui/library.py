"""The Library page: every document with its rank and dates, adding files, and removing what was added."""

from collections.abc import Sequence

import streamlit as st

from ingest.build import Report, remove
from ingest.store import Progress
from kb.embed import Embedder
from kb.standing import dates_words, note_words
from kb.types import AUTHORITIES, Source
from ui.adding import adding
from ui.compared import Compared, neighbour, with_editions
from ui.desk import Desk, Pages
from ui.language import language, say, say_html
from ui.markup import literal, official_link, panel, text_html
from ui.problem import plain_errors, told_html
from ui.quote import added_html, sample_html
from ui.source import rank_name
from ui.undo import note_removal, offer_undo
from ui.verified import check_library
from ui.work import follow

Sizes = dict[str, tuple[int, int]]
"""Document key -> numbers of passages and pages."""


def library_page(desk: Desk, pages: Pages) -> None:
    """The page itself."""
    st.title(say("library.title"), anchor=False)
    _failed_at_start(desk)
    st.html(f'<p class="intro">{say_html("library.intro")}</p>')
    offer_undo(desk)
    adding(desk, pages)
    check_library(desk)
    sources, sizes = desk.base.catalog.generation().sources, desk.base.catalog.sizes()
    for authority in AUTHORITIES:
        group = [(key, source) for key, source in sources.items() if source.authority == authority]
        if group:
            _group(desk, pages, rank_name(authority), group, sizes)
    _removal(desk)


def _failed_at_start(desk: Desk) -> None:
    failed = desk.opening().result().failed
    if failed:
        lines = "".join(f"<li>{told_html(line)}</li>" for line in failed)
        panel("calm", f"<p>{say_html('library.failed')}</p><ul>{lines}</ul>")


def _group(desk: Desk, pages: Pages, rank: str, group: Sequence[tuple[str, Source]], sizes: Sizes) -> None:
    """The documents of one rank; a note that all of them bear stands once, above them."""
    authority, notes = group[0][1].authority, {source.note for _, source in group}
    shared = notes.pop() if len(notes) == 1 and len(group) > 1 else ""
    st.html(
        f'<div class="tier {authority}"><h2><span class="shape" aria-hidden="true"></span>{rank}'
        f'<span class="count">{len(group)}</span></h2><p>{text_html(note_words(shared, language()))}</p></div>'
    )
    _archives(desk, pages, [pair for pair in group if pair[1].collection], sizes)
    editions = with_editions([source for _, source in group])
    single = [pair for pair in group if not pair[1].collection]
    for key, source in sorted(single, key=lambda pair: (pair[1].plan, pair[1].title)):
        with st.container(key=f"document-{source.doc_id}".replace(".", "-"), gap=None):
            st.page_link(pages.look_up, label=literal(source.title), query_params={"doc": source.doc_id})
            st.html(_facts_html(source, sizes[key], shared))
            _to_changes(pages, source, editions)
            if source.origin == "upload":
                st.button(
                    say("library.remove"),
                    key=f"remove-{key}",
                    type="tertiary",
                    on_click=_ask_to_remove,
                    args=(source.doc_id,),
                )


def _to_changes(pages: Pages, source: Source, editions: dict[str, tuple[str, ...]]) -> None:
    """The way to the comparison, for a contract that has another edition."""
    if source.authority != "contract" or source.plan not in editions:
        return
    before, after = neighbour(editions[source.plan], source.edition)
    both = bool(before and after)
    words = say("library.changed", before=before, after=after) if both else say("library.changed-other")
    with st.container(key=f"to-changes-{source.doc_id}".replace(".", "-")):
        st.page_link(pages.changes, label=literal(words), query_params=Compared(source.plan, before, after).params())


def _facts_html(source: Source, size_of: tuple[int, int], shared: str) -> str:
    passages, pages = size_of
    size = say("library.passages-number", number=passages) if passages != 1 else say("library.one-passage")
    facts = [
        sample_html() if source.sample else "",
        added_html() if source.origin == "upload" else "",
        f"<bdi>{text_html(source.plan)}</bdi>" if source.plan else "",
        say_html("quote.edition", edition=source.edition) if source.edition else "",
        text_html(f"{say('library.pages', number=pages)}, {size}" if pages else size),
        text_html(dates_words(source, language()).rstrip(".")),
        official_link(source.url, say("quote.web")),
    ]
    note = "" if source.note == shared else f'<p class="facts">{text_html(note_words(source.note, language()))}</p>'
    return f'<p class="facts">{" · ".join(fact for fact in facts if fact)}</p>{note}'


def _archives(desk: Desk, pages: Pages, group: Sequence[tuple[str, Source]], sizes: Sizes) -> None:
    """Documents that came out of one archive, under one heading; what is not embedded is said to be found by words."""
    words_only = desk.base.catalog.generation().words_only
    for archive in dict.fromkeys(source.collection for _, source in group):
        members = [(key, source) for key, source in group if source.collection == archive]
        plain = sum(key in words_only for key, _ in members)
        passages = sum(sizes[key][0] for key, _ in members)
        with st.expander(
            literal(say("library.archive", name=archive, number=len(members))),
            key=f"archive-{archive}",
            on_change="rerun",
        ) as box:
            found = f" {say_html('library.archive-plain', number=plain)}" if plain else ""
            whole = say_html("library.archive-passages", number=f"{passages:,}")
            st.html(f'<p class="facts">{whole}{found}</p>')
            for _, source in members if box.open else ():
                st.page_link(pages.look_up, label=literal(source.title), query_params={"doc": source.doc_id})
            st.button(
                say("library.remove-all"),
                key=f"remove-{archive}",
                type="tertiary",
                on_click=_ask_to_remove,
                args=(archive,),
            )


def _ask_to_remove(name: str) -> None:
    st.session_state["removing"] = name


def _removal(desk: Desk) -> None:
    """The question whether to remove a document or an archive, until it is answered."""
    name = st.session_state.get("removing")
    sources = desk.base.catalog.generation().sources.values()
    title = next((s.title if s.doc_id == name else name for s in sources if name in (s.doc_id, s.collection)), None)
    if name and title:
        st.dialog(say("library.remove-title"), on_dismiss=_keep)(_confirm)(desk, name, title)


def _keep() -> None:
    st.session_state.pop("removing", None)


def _confirm(desk: Desk, name: str, title: str) -> None:
    st.html(f"<p><strong><bdi>{text_html(title)}</bdi></strong></p><p>{say_html('library.remove-what')}</p>")
    with st.container(horizontal=True, gap="small"):
        sure = st.button(say("library.remove-sure"), type="primary", key="sure")
        if st.button(say("library.remove-not"), key="keep", on_click=_keep):
            st.rerun()
    if not sure:
        return

    def task(embedder: Embedder, progress: Progress) -> Report:
        return remove(name, desk.folder, embedder)

    with plain_errors():
        follow(desk.write(task), say("library.removing"), say("library.removing"))
        note_removal(desk, title)
        _keep()
        st.rerun()
