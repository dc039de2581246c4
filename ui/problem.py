"""What went wrong, as one line on the page in the reader's language."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from kb.errors import KbError
from kb.phrases import Sentence, in_language
from ui.language import language, say_html
from ui.markup import panel, text_html

_FILE_FIRST = re.compile(r"[^:]*\.\w+:")  # a message that begins with a file's name, which is shown as it is


def told_html(message: str) -> str:
    """A message as HTML, letter for letter; one that is there in English only is said to be so."""
    spoken = language()
    if spoken == "en" or isinstance(message, Sentence):
        return text_html(in_language(message, spoken))
    return f'{say_html("frame.technical")} <span lang="en">{text_html(message)}</span>'


def error_panel(message: str) -> None:
    """One line that says what failed and what to do, shown literally."""
    told = told_html(message)
    shown = told if _FILE_FIRST.match(message) else told[:1].upper() + told[1:]
    end = "" if message.endswith((".", "!", "?")) else "."
    panel("alert", f'<p class="problem">{shown}{end}</p>', "alert")


@contextmanager
def plain_errors() -> Iterator[None]:
    """Shows a KbError raised inside as one line, without a traceback."""
    try:
        yield
    except KbError as exc:
        error_panel(exc.message)
