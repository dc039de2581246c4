"""Walking through the law: bodies of law, headings, sections; a level is read when it is opened."""

from collections.abc import Callable
from datetime import date

import streamlit as st

from kb.browse import Level, beginning, bodies, level
from kb.catalog import Catalog
from kb.law import Law
from kb.official import full_name
from ui.address import Place, link
from ui.desk import Pages
from ui.language import say, say_html
from ui.markup import panel, text_html

ROWS = 200
"""Rows of a level on one page."""


def browse(catalog: Catalog, pages: Pages, place: Place) -> None:
    """The level of `place`, or all bodies of law."""
    if not place.browse:
        _bodies(catalog, pages)
        return
    here = _level(str(catalog.folder), catalog.generation().id, place.browse, place.at, catalog)
    with st.container(key="crumbs-browse", horizontal=True, gap=None):
        link(pages, say("look_up.law-here"), Place())
        for depth in range(len(place.at)):
            words = place.at[depth - 1] if depth else full_name(place.browse)
            link(pages, words, Place(browse=place.browse, at=place.at[:depth]))
    title = place.at[-1] if place.at else full_name(place.browse)
    st.html(f'<h2 class="level-title" dir="auto">{text_html(title)}</h2>')
    total = len(here.branches) + len(here.sections)
    if not total:
        panel("calm", f"<p>{say_html('look_up.level-empty')}</p>")
        return
    last = -(-total // ROWS)
    place = place.on_page(min(place.page, last))
    if last > 1:
        _turn(pages, place, last, "above")
    _rows(catalog, pages, here, place)
    if last > 1:
        _turn(pages, place, last, "below")


def _bodies(catalog: Catalog, pages: Pages) -> None:
    found = _all(str(catalog.folder), catalog.generation().id, catalog)
    st.html(f'<h2 class="next">{say_html("look_up.all-law")}</h2>')
    if not found:
        panel("calm", f"<p>{say_html('look_up.no-law')}</p>")
    for number, (group, held) in enumerate(found.items()):
        name = say_html(f"look_up.{group.lower().replace(' ', '-')}")
        st.html(f'<h3 class="row-heading">{name}</h3>')
        with st.container(key=f"rows-bodies-{number}", gap=None):
            for authority, sections in held:
                link(pages, full_name(authority), Place(browse=authority), bold=True, then=counted(sections))


def _rows(catalog: Catalog, pages: Pages, here: Level, place: Place) -> None:
    """The headings and sections of one page of a level."""
    first, last = (place.page - 1) * ROWS, place.page * ROWS
    branches = here.branches[first:last]
    sections = here.sections[max(0, first - len(here.branches)) : max(0, last - len(here.branches))]
    law, today = Law(catalog), date.today()
    with st.container(key="rows-level", gap=None):
        for branch in branches:
            to = Place(browse=place.browse, at=(*place.at, branch.heading))
            several = branch.first != branch.last
            reach = say("look_up.reach", first=branch.first, last=branch.last) if several else branch.first
            link(pages, branch.heading, to, bold=True, then=f"{counted(branch.sections)}, {reach}")
        for section in sections:
            words = section.heading or beginning(catalog, law, section.label, today)
            link(pages, section.label, Place(cite=section.label), bold=True, then=words)


def _turn(pages: Pages, place: Place, last: int, name: str) -> None:
    """Which page of how many, and links to the ones before and after."""
    with st.container(key=f"pager-{name}", horizontal=True, vertical_alignment="center", gap="small"):
        now = say_html("look_up.page-of", page=place.page, last=last)
        st.html(f'<p class="page-name">{now}</p>', width="content")
        if place.page > 1:
            link(pages, say("look_up.page-before"), place.on_page(place.page - 1))
        if place.page < last:
            link(pages, say("look_up.page-after"), place.on_page(place.page + 1))


def _read_bodies(folder: str, generation: int, _catalog: Catalog) -> dict[str, list[tuple[str, int]]]:
    return bodies(Law(_catalog))


def _read_level(folder: str, generation: int, authority: str, at: tuple[str, ...], _catalog: Catalog) -> Level:
    return level(Law(_catalog), authority, at)


_all: Callable[[str, int, Catalog], dict[str, list[tuple[str, int]]]] = st.cache_data(
    max_entries=4, show_spinner=False
)(_read_bodies)
_level: Callable[[str, int, str, tuple[str, ...], Catalog], Level] = st.cache_data(max_entries=64, show_spinner=False)(
    _read_level
)
"""What a generation holds never changes."""


def counted(sections: int) -> str:
    """``1 section``, ``1,234 sections``."""
    return say("look_up.section-one") if sections == 1 else say("look_up.sections", number=f"{sections:,}")
