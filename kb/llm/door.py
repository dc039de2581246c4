"""The language model at the command line: off unless named, and nothing is sent before its text was seen and agreed to.

Consent is given by ``--llm-consent``, by RECOURSE_LLM_CONSENT (the profile's name), or by "yes" at a terminal.
"""

import argparse
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TextIO

from kb.llm.client import LanguageModel, Server
from kb.llm.prompt import prompt
from kb.llm.settings import OFF, Profile, profile
from kb.llm.wording import Wording, with_marks, word
from kb.phrases import phrase
from kb.types import Answer

Row = dict[str, object]


@dataclass(slots=True)
class Writer:
    """Words answers for one run of a command; asks once, at the first answer that has quotes."""

    profile: Profile
    model: LanguageModel
    agreed: bool
    terminal: TextIO
    typed: TextIO

    def word(self, answer: Answer) -> Wording:
        """The wording of an answer; none, with a notice, where nobody agreed to send its text."""
        if answer.quotes and not self.agreed:
            self.terminal.write(f"{preview(self.profile, answer)}\n")
            if self.typed.isatty():
                self.terminal.write(phrase("llm.ask", answer.language))
                self.terminal.flush()
                self.agreed = self.typed.readline().strip().lower() in ("yes", "y", "sí", "si")
            if not self.agreed:
                return Wording((), 0, phrase("llm.no_consent", answer.language))
        return word(answer, self.model)

    def as_json(self, answer: Answer) -> Row:
        """The member "wording" of an answer's JSON; none for an answer without quotes."""
        if not answer.quotes:
            return {}
        wording = self.word(answer)
        sentences = [{"text": one.text, "quotes": list(one.marks)} for one in wording.sentences]
        server = {"by": self.profile.name, "model": self.profile.model, "host": self.profile.host}
        told = {"sentences": sentences, "dropped": wording.dropped, "notice": wording.notice or None}
        return {"wording": {**server, **told}}

    def as_text(self, answer: Answer) -> str:
        """The wording in plain text, to stand behind the answer; "" where there is nothing to say."""
        wording = self.word(answer)
        lines = [with_marks(sentence) for sentence in wording.sentences]
        if lines:
            by = phrase("llm.by", answer.language, name=f"{self.profile.model} ({self.profile.host})")
            lines = ["", phrase("llm.heading", answer.language), *lines, by]
        return "\n".join([*lines, *(["", wording.notice] if wording.notice else [])])


def add_options(parser: argparse.ArgumentParser) -> None:
    """Adds --llm and --llm-consent."""
    parser.add_argument(
        "--llm",
        default=OFF,
        metavar="NAME",
        help="a language model set up as RECOURSE_LLM_NAME_MODEL, _URL, _KEY (off)",
    )
    parser.add_argument(
        "--llm-consent", action="store_true", help="send question and quotes to that model without asking"
    )


def writer(options: argparse.Namespace, environment: Mapping[str, str]) -> Writer | None:
    """Who words the answers of this command; None where no model is named. Raises QueryError for one not set up."""
    chosen = profile(options.llm, environment)
    if chosen is None:
        return None
    agreed = options.llm_consent or environment.get("RECOURSE_LLM_CONSENT", "").lower() == chosen.name
    return Writer(chosen, Server(chosen), agreed, sys.stderr, sys.stdin)


def preview(chosen: Profile, answer: Answer) -> str:
    """What would be sent and where to, word for word."""
    key = [phrase("llm.sends_key", answer.language, host=chosen.host)] if chosen.key else []
    return "\n\n".join([phrase("llm.sends", answer.language, host=chosen.host), prompt(answer).text, *key])
