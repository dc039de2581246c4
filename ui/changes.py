"""The page "What changed": two editions of a contract side by side, changed amounts and days first."""

from collections.abc import Callable, Sequence

import streamlit as st

from kb.catalog import Catalog, Generation
from kb.diff import Change, Diff, diff
from kb.differences import contracts_of
from kb.scope import plan_named
from kb.types import Source
from ui.between import between
from ui.change import GROUPS, change_html, group_name, group_of, holds
from ui.compared import Compared, compared_in, neighbour, with_editions
from ui.desk import Desk, Pages
from ui.language import say, say_html, to_address
from ui.markup import panel, text_html
from ui.plan_name import plan_name

_AT_ONCE = 30
"""Changes that are shown before one asks for more."""


def changes_page(desk: Desk, pages: Pages) -> None:
    """The page itself: plan and editions by the address, else by its own fields, which the address then repeats."""
    catalog = desk.base.catalog
    generation = catalog.generation()
    st.title(say("changes.title"), anchor=False)
    between(pages, "changes")
    here = with_editions(list(generation.sources.values()))
    if not here:
        panel("calm", f"<p>{say_html('changes.needs-two')}</p>")
        st.page_link(pages.library, label=say("changes.to-library"))
        return
    st.html(f'<p class="intro">{say_html("changes.intro")}</p>')
    with st.container(key="changes-page"):
        compared = _chosen(generation, here)
        if compared.before == compared.after:
            panel("calm", f"<p>{say_html('changes.choose-other')}</p>")
            return
        pair = _documents(generation, compared)
        if pair is not None:
            with st.spinner(say("changes.comparing")):
                found = _differences(str(catalog.folder), *pair, catalog)
            _show(found, compared, pages)


def _chosen(generation: Generation, here: dict[str, tuple[str, ...]]) -> Compared:
    """The fields for plan and editions, and what they hold. Raises QueryError for a plan that is not here."""
    state, asked = st.session_state, compared_in(st.query_params)
    names = list(here)
    if state.get("compared") != asked or "changes-plan" not in state:
        plan = plan_named(asked.plan, here) if asked.plan else state.get("changes-plan", names[0])
        state["changes-plan"] = plan if plan in here else names[0]
        editions = here[state["changes-plan"]]
        known = [edition for edition in (asked.before, asked.after) if edition in editions]
        if len(known) < 2:
            known = list(neighbour(editions, known[0] if known else editions[-1]))
        state["changes-from"], state["changes-to"] = known
        state["compared"] = asked
    shown = {plan: plan_name(plan, generation.sources.values()) for plan in names}
    left, before, after = st.columns([2, 1, 1])
    with left:
        st.selectbox(
            say("changes.plan"),
            names,
            key="changes-plan",
            format_func=shown.__getitem__,
            on_change=_choose_plan,
            args=(here,),
        )
    editions = here[state["changes-plan"]]
    with before:
        st.selectbox(say("changes.from"), editions, key="changes-from", format_func=_edition, on_change=_choose)
    with after:
        st.selectbox(say("changes.to"), editions, key="changes-to", format_func=_edition, on_change=_choose)
    return Compared(state["changes-plan"], state["changes-from"], state["changes-to"])


def _edition(edition: str) -> str:
    return edition or say("changes.no-year")


def _choose_plan(here: dict[str, tuple[str, ...]]) -> None:
    state = st.session_state
    editions = here[state["changes-plan"]]
    state["changes-from"], state["changes-to"] = neighbour(editions, editions[-1])
    _choose()


def _choose() -> None:
    """Put what the fields hold into the address, and the list back to its beginning."""
    state = st.session_state
    compared = Compared(state["changes-plan"], state["changes-from"], state["changes-to"])
    to_address(compared.params())
    state["compared"] = compared
    state.pop("changes-shown", None)


def _documents(generation: Generation, compared: Compared) -> tuple[str, str] | None:
    """The keys of the two contracts; where an edition has several, those that are chosen, first those of one title."""
    old, new = (contracts_of(generation.sources, compared.plan, e) for e in (compared.before, compared.after))
    first, second = list(old.values()), list(new.values())
    if not first or not second:
        return None
    if len(first) == len(second) == 1:
        return first[0], second[0]
    both = next((title for title in old if title in new), "")
    titles: Callable[[str], str] = lambda key: generation.sources[key].title  # noqa: E731
    left, right = st.columns(2)
    with left:
        name = say("changes.document", edition=_edition(compared.before))
        one = st.selectbox(name, first, first.index(old[both]) if both else 0, format_func=titles)
    same = next((new[title] for title, key in old.items() if key == one and title in new), second[0])
    with right:
        other = st.selectbox(
            say("changes.document", edition=_edition(compared.after)),
            second,
            second.index(same),
            format_func=titles,
            key=f"changes-document-{one}",
        )
    return one, other


def _compare(folder: str, before: str, after: str, _catalog: Catalog) -> Diff:
    sources = _catalog.generation().sources
    return diff(_catalog.document(before), _catalog.document(after), sources[before], sources[after])


_differences: Callable[[str, str, str, Catalog], Diff] = st.cache_resource(max_entries=16, show_spinner=False)(_compare)
"""The differences of two document versions; a version never changes, so they are kept whatever the generation."""


def _show(found: Diff, compared: Compared, pages: Pages) -> None:
    """Counts, the choice of a kind and of words, and the changes that fit, in their order."""
    by_group = {group: [c for c in found.changes if group_of(c) == group] for group in GROUPS}
    _told(found, compared)
    if not found.changes:
        return
    kinds = [group for group in GROUPS if by_group[group]]
    names = {group: f"{group_name(group)} {len(by_group[group])}" for group in kinds}
    names[""] = f"{say('changes.everything')} {len(found.changes)}"
    kind = st.pills(
        say("changes.show"),
        ["", *kinds],
        default="",
        required=True,
        key="changes-kind",
        format_func=names.__getitem__,
        on_change=_from_the_start,
    )
    wanted = st.text_input(
        say("changes.find"), key="changes-find", placeholder=say("changes.find-hint"), on_change=_from_the_start
    )
    shown = [change for group in ([kind] if kind else kinds) for change in by_group[group] if holds(change, wanted)]
    if wanted.strip():
        passages = say_html("changes.found-one") if len(shown) == 1 else say_html("changes.found", number=len(shown))
        st.html(f'<p class="facts" role="status">{passages}</p>')
    _list(shown, (_edition(compared.before), _edition(compared.after)))


def _from_the_start() -> None:
    st.session_state.pop("changes-shown", None)


def _told(found: Diff, compared: Compared) -> None:
    """One line of counts, and that a sample is one."""
    counts = {
        "changed": found.count("changed") + found.count("moved"),
        "added": found.count("added"),
        "removed": found.count("removed"),
        "same": found.unchanged,
    }
    words = {name: say_html(f"changes.{name}-{'one' if n == 1 else 'many'}") for name, n in counts.items()}
    facts = [f"<strong>{counts[name]}</strong> {words[name]}" for name in counts]
    sample = f'<span class="sample">{say_html("library.sample")}</span>' if found.after.sample else ""
    before, after = (f"<bdi>{text_html(_title(source))}</bdi>" for source in (found.before, found.after))
    st.html(
        f'<div class="contract"><p class="compared">{before} <span aria-hidden="true">\u2192</span>'
        f'<span class="unseen"> {say_html("changes.compared-with")} </span> {after}{sample}</p>'
        f'<p class="facts" role="status">{" · ".join(facts)}</p></div>'
    )


def _title(source: Source) -> str:
    """The title, with the edition unless it names it."""
    return source.title if source.edition in source.title else f"{source.title} ({source.edition})"


def _list(changes: Sequence[Change], editions: tuple[str, str]) -> None:
    """The first changes under the headings of their kinds, and a button that shows more."""
    state = st.session_state
    number = state.get("changes-shown", _AT_ONCE)
    for group in GROUPS:
        cards = [change_html(change, editions) for change in changes[:number] if group_of(change) == group]
        if cards:
            whole = sum(group_of(change) == group for change in changes)
            st.html(
                f'<section class="changes"><h2>{text_html(group_name(group))} <span class="count">{whole}</span></h2>'
                f"{''.join(cards)}</section>"
            )
    left = len(changes) - number
    if left > 0:
        st.button(
            say("changes.more", number=min(left, _AT_ONCE), left=left),
            key="more-changes",
            on_click=lambda: state.update({"changes-shown": number + _AT_ONCE}),
        )
