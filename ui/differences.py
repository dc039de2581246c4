"""The Differences page: where two documents say different things, side by side, with what governs and the safe date."""

from collections.abc import Callable, Sequence
from itertools import groupby

import streamlit as st

from kb.base import KnowledgeBase
from kb.catalog import Generation
from kb.conflict_wire import keys_for
from kb.conflicts import Conflict, Differ, Side
from kb.scope import plans
from kb.standing import dates_words
from kb.types import Quote, Source
from ui.between import between
from ui.desk import Desk, Pages
from ui.language import language, say, say_html
from ui.markup import official_link, page_address, panel, text_html, words_html
from ui.plan_name import plan_name
from ui.quote import added_html, badge_html, edition_words, official_words, page_words, sample_html


def differences_page(desk: Desk, pages: Pages) -> None:
    """The page itself."""
    base = desk.base
    generation = base.catalog.generation()
    st.title(say("differences.title"), anchor=False)
    between(pages, "differences")
    st.html(f'<p class="intro">{say_html("differences.intro")}</p>')
    plan, edition = _chosen_plan(generation)
    found = _found(base, generation, plan, edition)
    topics = [(topic, tuple(group)) for topic, group in groupby(found, key=lambda conflict: conflict.topic)]
    if not topics:
        panel("plain", f"<h2>{say_html('differences.none-title')}</h2><p>{say_html('differences.none')}</p>")
        return
    every, names = say("differences.all-topics"), [topic for topic, _ in topics]
    if st.session_state.get("differences-topic", "") not in names:  # of other documents, or of the other language
        st.session_state["differences-topic"] = ""
    wanted = st.selectbox(
        say("differences.topic"),
        ["", *names],
        format_func=lambda topic: topic or every,
        key="differences-topic",
    )
    for topic, conflicts in topics:
        if wanted in ("", topic):
            st.html(_topic_html(topic, conflicts, generation))
    st.html(f'<p class="facts">{say_html("differences.by-rules")}</p>')


def _chosen_plan(generation: Generation) -> tuple[str, str]:
    """The plan and the edition to compare, "" for none; of several editions the last is offered first."""
    known = plans(generation.sources.values())
    names = {plan: plan_name(plan, generation.sources.values()) for plan in known} | {"": say("differences.no-plan")}
    left, right = st.columns(2)
    with left:
        plan = st.selectbox(
            say("differences.plan"),
            ["", *known],
            key="differences-of",
            format_func=lambda plan: names.get(plan, names[""]),
        )
    editions = [edition for edition in known.get(plan, ()) if edition]
    if len(editions) < 2:
        return plan, ""
    with right:
        return plan, st.selectbox(
            say("differences.edition"), editions, index=len(editions) - 1, key=f"differences-edition-{plan}"
        )


def _found(base: KnowledgeBase, generation: Generation, plan: str, edition: str) -> tuple[Conflict, ...]:
    keys = keys_for(generation, plan, edition)
    with st.spinner(say("differences.comparing")):
        return _differ(str(base.folder), base).conflicts(keys, language())


def _new_differ(folder: str, _base: KnowledgeBase) -> Differ:
    return Differ(_base.catalog)


_differ: Callable[[str, KnowledgeBase], Differ] = st.cache_resource(show_spinner=False)(_new_differ)


def _topic_html(topic: str, conflicts: Sequence[Conflict], generation: Generation) -> str:
    parts = [f'<section class="differences"><h2>{text_html(topic)}</h2>']
    for about, group in groupby(conflicts, key=lambda conflict: conflict.about):
        parts.append(f"<h3>{text_html(about)}</h3>")
        parts += [_difference_html(conflict, generation) for conflict in group]
    return "".join([*parts, "</section>"])


def _difference_html(conflict: Conflict, generation: Generation) -> str:
    first, second = conflict.sides
    governs = conflict.verdict == "governs"
    sides = _side_html(first, generation, governs=governs) + _side_html(second, generation, governs=False)
    safe = ""
    if conflict.safe:
        safe = (
            f'<p class="safe"><strong>{say_html("differences.safe", value=conflict.safe)}</strong>'
            f"{say_html('differences.safe-from')}</p>"
        )
    return (
        f'<article class="difference"><div class="sides">{sides}</div>'
        f'<div class="verdict"><p>{text_html(conflict.why)}</p>{safe}</div></article>'
    )


def _side_html(side: Side, generation: Generation, *, governs: bool) -> str:
    quote, source = side.quote, generation.sources[side.quote.key]
    sample = f"{sample_html() if quote.sample else ''}{added_html() if source.origin == 'upload' else ''}"
    mark = f'<span class="governs">{say_html("differences.governs")}</span>' if governs else ""
    lead_in = f'<div class="lead-in" dir="auto">{text_html(quote.lead_in_text)}</div>' if quote.lead_in_text else ""
    return (
        f'<div class="side quote {quote.authority}">'
        f'<p class="rank">{badge_html(quote.authority)}{sample}{mark}</p>'
        f'<p class="value">{text_html(_capital(side.value))}</p>'
        f'{lead_in}<blockquote class="words" dir="auto">{words_html(quote.text)}</blockquote>'
        f'<p class="facts">{_facts(quote, source)}</p>{_also_html(side.also)}</div>'
    )


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _facts(quote: Quote, source: Source) -> str:
    dates = dates_words(source, language()).rstrip(".") or say("differences.date-unknown")
    link = official_link(quote.url, official_words(quote))
    facts = [_place_link(quote), text_html(edition_words(quote)), text_html(page_words(quote)), text_html(dates), link]
    return " · ".join(fact for fact in facts if fact)


def _place_link(quote: Quote) -> str:
    """A link to the words in their place: the citation for law, else the document, at its page if it has any."""
    if quote.authority == "law":
        address, words = page_address("look-up", cite=quote.label), quote.label
    else:
        page = {"page": str(quote.pages[0])} if quote.pages else {}
        address, words = page_address("look-up", doc=quote.doc_id, **page), quote.title
    return f'<a href="{address}" target="_self"><bdi>{text_html(words)}</bdi></a>'


def _also_html(quotes: Sequence[Quote]) -> str:
    if not quotes:
        return ""
    one = len(quotes) == 1
    summary = say_html("differences.also-one") if one else say_html("differences.also", number=len(quotes))
    items = "".join(
        f'<li><span class="words" dir="auto">{text_html(quote.text)}</span> {_place_link(quote)}</li>'
        for quote in quotes
    )
    return f"<details><summary>{summary}</summary><ul>{items}</ul></details>"
