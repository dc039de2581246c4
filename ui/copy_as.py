"""The citation in the forms that briefs and letters use, and the link to this place, ready to be copied."""

import streamlit as st

from kb.authorities import Style
from kb.cite import Cited
from kb.labels import format_citation, parse_citation
from ui.address import Place, address
from ui.language import say, say_html

_STYLES: dict[str, Style] = {"Bluebook": "bluebook", "California Style Manual": "csm", "Plain": "short"}
_LINK = "link"


def copy_as(cited: Cited, place: Place) -> None:
    """A choice of forms and the chosen one, with a button that copies it."""
    st.html(f'<h3 class="row-heading">{say_html("look_up.copy")}</h3>')
    st.fragment(_chosen)(cited.key, cited.label, place)


def _chosen(key: str, label: str, place: Place) -> None:
    names = {"Plain": say("look_up.plain"), _LINK: say("look_up.link")}
    form = st.segmented_control(
        say("look_up.form"),
        [*_STYLES, _LINK],
        format_func=lambda form: names.get(form, form),
        default=next(iter(_STYLES)),
        required=True,
        key=f"copy-{key}-{label}",
        label_visibility="collapsed",
    )
    st.code(copied(label, str(form), place), language=None, wrap_lines=True)


def copied(label: str, form: str, place: Place) -> str:
    """What is copied: the citation of `label` in a form, or the address of `place`."""
    if form == _LINK:
        return f"{(st.context.url or '').rpartition('/')[0]}/{address(place)}"
    citation = parse_citation(label)
    return format_citation(citation, _STYLES[form]) if citation and form in _STYLES else label
