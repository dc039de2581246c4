"""The language of the page, kept in the session and in the address (``?lang=es``), and the page's sentences in it."""

from collections.abc import Mapping

import streamlit as st

from kb.phrases import LANGUAGES, Language, phrase
from ui.markup import text_html

NAMES: dict[Language, str] = {"en": "English", "es": "Español"}
_PARAM, _KEPT = "lang", "language"


def adopt_language() -> Language:
    """The language of this run, which `language` gives from now on: the address's where it names one, else the
    session's, which the address then repeats."""
    state, named = st.session_state, st.query_params.get(_PARAM, "")
    known = next((one for one in LANGUAGES if one == named), None)
    if known:
        state[_KEPT] = known
    _name_it(language())
    return language()


def language() -> Language:
    """The language that the reader has chosen; English before any choice."""
    kept = st.session_state.get(_KEPT, "en")
    return next((one for one in LANGUAGES if one == kept), "en")


def switch(to: Language) -> None:
    """Speak this language from now on."""
    st.session_state[_KEPT] = to
    _name_it(to)


def _name_it(spoken: Language) -> None:
    """Make the address name the language, unless it is English."""
    if spoken == "en":
        st.query_params.pop(_PARAM, None)
    elif st.query_params.get(_PARAM) != spoken:
        st.query_params[_PARAM] = spoken


def to_address(params: Mapping[str, str | list[str]]) -> None:
    """Make these the address's parameters; the language stays."""
    st.query_params.from_dict({**params, **in_language()})


def in_language() -> dict[str, str]:
    """What an address needs for the page to speak the reader's language; nothing for English."""
    return {} if language() == "en" else {_PARAM: language()}


def say(key: str, **values: str | int) -> str:
    """The sentence ``ui_<key>`` as plain text: ``say("ask.title")``."""
    return phrase(f"ui_{key}", language(), **values)


def say_html(key: str, **values: str | int) -> str:
    """The same as HTML that shows it letter for letter."""
    return text_html(say(key, **values))
