"""The language model at the command line: off by itself, shown before it is used, and never without consent."""

import argparse
import io
import json

import pytest

from kb.errors import QueryError
from kb.llm.client import Server
from kb.llm.door import Writer, add_options, preview, writer
from kb.llm.settings import Limits, Profile
from kb.types import Answer, Section
from tests.kb.llm.quoted import quote
from tests.kb.llm.server import says, serving

ANSWER = Answer(
    "How long?", "answered", None, "The lead.",
    (Section("digest", "Our summary", (quote(1, "A plan must decide within 30 days."),)),), (), (), 1.0,
)  # fmt: skip
GOOD = "A health plan must decide within 30 days. [1]\n"


class Typed(io.StringIO):
    """What a person types at a terminal."""

    def isatty(self) -> bool:
        return True


def writing(url: str, agreed: bool = False, typed: io.StringIO | None = None) -> tuple[Writer, io.StringIO]:
    chosen, shown = Profile("test", url, "small", "sesame"), io.StringIO()
    return Writer(chosen, Server(chosen, Limits()), agreed, shown, typed or io.StringIO()), shown


def options(*given: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_options(parser)
    return parser.parse_args(given)


def test_it_is_off() -> None:
    assert writer(options(), {"RECOURSE_LLM_OLLAMA_MODEL": "m"}) is None


def test_a_model_that_is_not_set_up_is_refused() -> None:
    with pytest.raises(QueryError, match="set RECOURSE_LLM_OLLAMA_MODEL"):
        writer(options("--llm", "ollama"), {})


@pytest.mark.parametrize(
    ("given", "environment", "agreed"),
    [((), {}, False), (("--llm-consent",), {}, True), ((), {"RECOURSE_LLM_CONSENT": "ollama"}, True),
     ((), {"RECOURSE_LLM_CONSENT": "openai"}, False), ((), {"RECOURSE_LLM_CONSENT": "1"}, False)],
)  # fmt: skip
def test_consent_is_for_one_model(given: tuple[str, ...], environment: dict[str, str], agreed: bool) -> None:
    made = writer(options("--llm", "ollama", *given), {"RECOURSE_LLM_OLLAMA_MODEL": "m", **environment})
    assert made is not None and made.agreed is agreed


def test_without_consent_the_text_is_shown_and_nothing_sent() -> None:
    with serving(says(GOOD)) as (url, seen):
        made, shown = writing(url)
        assert made.as_text(ANSWER) == "\nNothing was sent. To send it, add --llm-consent."
    assert seen.requests == []
    assert preview(made.profile, ANSWER) in shown.getvalue() and "sesame" not in shown.getvalue()


@pytest.mark.parametrize(("typed", "sent"), [("yes\n", 1), ("no\n", 0), ("\n", 0), ("", 0)])
def test_at_a_terminal_it_is_asked(typed: str, sent: int) -> None:
    with serving(says(GOOD)) as (url, seen):
        made, shown = writing(url, typed=Typed(typed))
        made.as_json(ANSWER)
        assert len(seen.requests) == sent
        assert made.profile.host in shown.getvalue()


def test_all_that_is_sent_was_shown() -> None:
    with serving(says(GOOD)) as (url, seen):
        made, shown = writing(url, typed=Typed("yes\n"))
        text = made.as_text(ANSWER)
    messages = json.loads(json.dumps(seen.requests[0][2]["messages"]))
    assert all(message["content"] in shown.getvalue() for message in messages)
    assert "In plainer words\nA health plan must decide within 30 days. [1]\nWritten by small (127.0.0.1" in text


def test_as_json_the_sentences_stand_with_their_quotes() -> None:
    with serving(says(f"{GOOD}You will win. [1]\n{GOOD}")) as (url, _):
        made, _ = writing(url, agreed=True)
        wording = made.as_json(ANSWER)["wording"]
    assert isinstance(wording, dict)
    assert wording["sentences"] == [] and wording["dropped"] == 1  # one stands, one does not: too little
    with serving(says(GOOD)) as (url, _):
        wording = writing(url, agreed=True)[0].as_json(ANSWER)["wording"]
    assert isinstance(wording, dict)
    assert wording["sentences"] == [{"text": "A health plan must decide within 30 days.", "quotes": [1]}]
    assert (wording["by"], wording["model"], wording["notice"]) == ("test", "small", None)
