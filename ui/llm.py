"""The optional language model on the page: what would be sent and where to, a button, and what came of it.

Nothing is sent without a press of that button; agreeing lasts for the session and for one host.
"""

import os

import streamlit as st

from kb.errors import LanguageModelError, QueryError
from kb.llm.client import Server
from kb.llm.gate import Judged
from kb.llm.prompt import prompt
from kb.llm.settings import Profile, names, profile
from kb.llm.wording import Wording, judged_stream, settled, with_marks
from kb.phrases import Language, phrase
from kb.types import Answer
from ui.markup import literal, panel, text_html
from ui.problem import error_panel

_AGREED, _WORDED = "llm-agreed", "llm-worded"


def show_wording(answer: Answer) -> None:
    """The offer, or the wording of this answer; nothing where no model is set up or nothing is quoted."""
    language = answer.language
    known = names(os.environ)
    if not known or not answer.quotes:
        return
    try:
        chosen = profile(known[0], os.environ)
    except QueryError as exc:
        error_panel(exc.message)
        return
    if chosen is None:
        return
    text = prompt(answer).text
    worded = st.session_state.get(_WORDED)
    if worded is not None and worded[0] == (chosen, text):
        _show(chosen, worded[1], language)
    elif st.session_state.get(_AGREED) == chosen.url:
        if st.button(literal(phrase("llm.offer", language)), key="llm-again"):
            _word(chosen, answer, text, language)
    else:
        _offer(chosen, answer, text, language)


def _offer(chosen: Profile, answer: Answer, text: str, language: Language) -> None:
    """What would be sent, in full, and the button that sends it."""
    with st.expander(literal(phrase("llm.offer", language)), key="llm-offer"):
        st.html(f"<p>{text_html(phrase('llm.sends', language, host=chosen.host))}</p>")
        st.code(text, language=None, wrap_lines=True)
        if chosen.key:
            st.html(f"<p>{text_html(phrase('llm.sends_key', language, host=chosen.host))}</p>")
        st.html(f"<p>{text_html(phrase('llm.agreed', language, host=chosen.host))}</p>")
        if st.button(literal(phrase("llm.send", language, host=chosen.host)), key="llm-send"):
            st.session_state[_AGREED] = chosen.url
            _word(chosen, answer, text, language)


def _word(chosen: Profile, answer: Answer, text: str, language: Language) -> None:
    """Shows the sentences that stand as they arrive, and keeps what is settled at the end."""
    place = st.empty()
    judged: list[Judged] = []
    failure = ""
    try:
        for sentence in judged_stream(answer, Server(chosen)):
            judged.append(sentence)
            place.html("".join(_line(one) for one in judged if not one.fault))
    except LanguageModelError as exc:
        failure = str(exc)
    place.empty()
    wording = settled(answer, judged, failure)
    st.session_state[_WORDED] = ((chosen, text), wording)
    _show(chosen, wording, language)


def _show(chosen: Profile, wording: Wording, language: Language) -> None:
    lines = "".join(map(_line, wording.sentences))
    notice = f"<p>{text_html(wording.notice)}</p>" if wording.notice else ""
    if lines:
        by = phrase("llm.by", language, name=f"{chosen.model} ({chosen.host})")
        lines = f"<h2>{text_html(phrase('llm.heading', language))}</h2>{lines}<p>{text_html(by)}</p>"
    panel("plain", f"{lines}{notice}")


def _line(sentence: Judged) -> str:
    return f"<p>{text_html(with_marks(sentence))}</p>"
