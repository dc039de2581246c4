"""Every error that Recourse raises on purpose.

    KbError
    ├── SourceError     a manifest row or a file to ingest is missing, changed, or not acceptable
    ├── ParseError      a file was read but its content cannot be turned into a Document
    ├── IndexNotReady   the knowledge base is missing, half built, locked, or of another schema
    ├── ModelError      the embedding model is missing, altered, or fails
    ├── LanguageModelError   the optional language model cannot be reached, or its reply cannot be used
    ├── QueryError      a question or option cannot be used (empty, too long, unknown filter)
    └── EvalDataError   a question set or run file is malformed

A message says what failed, on which file, page or id, the value, and what to do next.
Library errors are wrapped once, in the module that is the library's home, with ``from exc``.
"""


class KbError(Exception):
    """Base of all errors that the doors show as one line and exit code 2."""

    @property
    def message(self) -> str:
        """The message as it was given: a Sentence (kb/phrases.py) where it can be had in another language."""
        return self.args[0] if self.args and isinstance(self.args[0], str) else str(self)


class SourceError(KbError):
    """A manifest row or a file to ingest is missing, changed, or not acceptable."""


class ParseError(KbError):
    """A file was read but its content cannot be turned into a Document."""


class IndexNotReady(KbError):
    """The knowledge base is missing, half built, locked, or of another schema."""


class ModelError(KbError):
    """The embedding model is missing, altered, or fails."""


class LanguageModelError(KbError):
    """The optional language model cannot be reached, or its reply cannot be used."""


class QueryError(KbError):
    """A question or option cannot be used."""


class EvalDataError(KbError):
    """A question set or run file is malformed."""
