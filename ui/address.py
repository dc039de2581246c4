"""Where one is on the Look up page, as the parameters of its address: every place has a permanent link."""

from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode

import streamlit as st

from kb.errors import QueryError
from kb.phrases import Sentence
from ui.desk import Pages
from ui.markup import literal

Params = dict[str, str | list[str]]


@dataclass(frozen=True, slots=True)
class Place:
    """A citation as of a day, or a level of a body of law (`browse`, under the headings `at`) and its page from 1."""

    cite: str = ""
    day: date | None = None
    browse: str = ""
    at: tuple[str, ...] = ()
    page: int = 1

    def params(self) -> Params:
        """The parameters of its address; what is empty is left out."""
        if self.cite:
            return {"cite": self.cite, **({"as_of": self.day.isoformat()} if self.day else {})}
        page = {"page": str(self.page)} if self.page > 1 else {}
        at = {"at": list(self.at)} if self.at else {}
        return {"browse": self.browse, **at, **page} if self.browse else {}

    def to(self, cite: str) -> "Place":
        """The place of another citation, as of the same day."""
        return Place(cite=cite, day=self.day)

    def on_page(self, page: int) -> "Place":
        """Another page of the same level."""
        return replace(self, page=page)


def here() -> Place:
    """The place that the address names. Raises QueryError where `as_of` is no date."""
    params = st.query_params
    written, page = params.get("as_of", ""), params.get("page", "1")
    try:
        day = date.fromisoformat(written) if written else None
    except ValueError as exc:
        raise QueryError(Sentence("scope.not_a_date", written=repr(written[:40]))) from exc
    return Place(
        params.get("cite", "").strip(),
        day,
        params.get("browse", "").strip(),
        tuple(params.get_all("at")),
        int(page) if page.isdecimal() and int(page) > 0 else 1,
    )


def address(place: Place) -> str:
    """The address inside the app: ``look-up?cite=HSC+1383.15%28c%29``."""
    params = place.params()
    return f"look-up?{urlencode(params, doseq=True)}" if params else "look-up"


def link(pages: Pages, words: str, place: Place, *, bold: bool = False, then: str = "") -> None:
    """A link to a place, which works like any other: opened in a new tab, kept as a bookmark, reached by keyboard."""
    name = f"**{literal(words)}**" if bold else literal(words)
    rest = f"&ensp;{literal(then)}" if then else ""
    st.page_link(pages.look_up, label=name + rest, query_params=place.params())
