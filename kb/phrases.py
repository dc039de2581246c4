"""The product's own sentences, in English and Spanish: `kb/phrases/en/*.toml` and `es/*.toml`, one file for each topic.

Quotes never come from here: they stay in the language of their source.
"""

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

Language = Literal["en", "es"]
LANGUAGES: tuple[Language, ...] = ("en", "es")
FOLDER = Path(__file__).resolve().parent / "phrases"


def phrase(key: str, language: Language, **values: str | int) -> str:
    """The sentence at `key` ("steps.grievance.file") with `values` in its braces; KeyError for an unknown key."""
    return _phrases(language)[key].format(**values)


class Sentence(str):
    """A sentence of ours in English that can be had in another language: for errors, which know no reader."""

    __slots__ = ("key", "values")
    key: str
    values: dict[str, str | int]

    def __new__(cls, key: str, **values: str | int) -> "Sentence":
        """The sentence at `key` with `values`, of which each may be such a sentence too."""
        made = super().__new__(cls, phrase(key, "en", **values))
        made.key, made.values = key, values
        return made

    def __reduce__(self) -> tuple[object, ...]:
        return _remade, (self.key, self.values)


def _remade(key: str, values: dict[str, str | int]) -> Sentence:
    return Sentence(key, **values)


def in_language(text: str, language: Language) -> str:
    """`text` in this language where it is a Sentence, else as it is."""
    if not isinstance(text, Sentence):
        return text
    values = {name: in_language(v, language) if isinstance(v, str) else v for name, v in text.values.items()}
    return phrase(text.key, language, **values)


def phrases(topic: str, language: Language) -> dict[str, str]:
    """All sentences of one topic by the rest of their keys, with their braces unfilled, in the order of the file."""
    begin = f"{topic}."
    return {key.removeprefix(begin): text for key, text in _phrases(language).items() if key.startswith(begin)}


@lru_cache(maxsize=len(LANGUAGES))
def _phrases(language: Language) -> dict[str, str]:
    found: dict[str, str] = {}
    for file in sorted((FOLDER / language).glob("*.toml")):
        _flatten(file.stem, tomllib.loads(file.read_text(encoding="utf-8")), found)
    return found


def _flatten(path: str, table: dict[str, Any], found: dict[str, str]) -> None:
    for name, value in table.items():
        if isinstance(value, dict):
            _flatten(f"{path}.{name}", value, found)
        else:
            found[f"{path}.{name}"] = str(value)
