"""Whether a Spanish sentence says what an English one says, by a curated list of words (`spanish.toml`) alone.

Figures, negations, modal verbs, conditions, "and" and "or" are barriers: they are the same ones in the same order, and
the words between two of them are the same on both sides; who is named keeps its order. A word that is not in the list
makes the sentence fail.
"""

import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence, Set
from functools import lru_cache
from pathlib import Path

from kb.llm.canonical import Phrases, Tokens, canonical, replaced, tokens

_TABLE = Path(__file__).resolve().parent / "spanish.toml"
_ALIKE = {"shall": "must", "can": "may", "since": "from", "enrollee's": "enrollee"}
_ONE_WORD: Phrases = {("dmhc", "regulated"): ("dmhc-regulated",)}  # it says what a plan is, not who acts
_SILENT = frozenset("of to for in on at with as that be it its their his this these there".split())
_PARTIES = frozenset("plan enrollee dmhc doctor provider specialist hospital kaiser medicare".split())
_UNKNOWN = "\N{REPLACEMENT CHARACTER}"


@lru_cache(maxsize=1)
def _table() -> tuple[Mapping[Tokens, Tokens], frozenset[str]]:
    """Spanish phrases with their English form, and the words that are barriers."""
    read = tomllib.loads(_TABLE.read_text(encoding="utf-8"))
    rows = {**read["words"], **read["barriers"]}
    phrases = {tuple(tokens(spanish)): _english(canonical(english)) for spanish, english in rows.items()}
    barriers = {word for english in read["barriers"].values() for word in _english(canonical(english))}
    return phrases, frozenset(barriers | {"from"})


def is_translated(sentence: str, restated: Set[Tokens]) -> bool:
    """Whether the Spanish `sentence` says what an English one with one of the forms `restated` says."""
    phrases, barriers = _table()
    given = _spanish(tokens(sentence), phrases)
    if _UNKNOWN in given or not given:
        return False
    wanted = map(_english, restated)
    return any(_parts(given, barriers) == _parts(one, barriers) and _parties(given) == _parties(one) for one in wanted)


def _parties(words: Tokens) -> list[str]:
    """Who is named, in order: what one does to the other cannot be turned round."""
    return [word for word in words if word in _PARTIES]


def _spanish(words: Sequence[str], phrases: Phrases) -> Tokens:
    """The English form of Spanish words, the longest phrases first; what is not in the list is unknown."""
    known = {word for phrase in phrases for word in phrase}
    marked = [word if word in known or word[0].isdigit() else _UNKNOWN for word in words]
    single: dict[Tokens, Tokens] = {(word,): (_UNKNOWN,) for word in known if (word,) not in phrases}
    return tuple(word for word in replaced(marked, {**single, **phrases}) if word not in _SILENT)


def _english(words: Sequence[str]) -> Tokens:
    alike = [_ALIKE.get(word, word) for word in words]
    return tuple(word for word in replaced(alike, _ONE_WORD) if word not in _SILENT)


def _parts(words: Tokens, barriers: frozenset[str]) -> list[tuple[str, Counter[str]]]:
    """The words behind each barrier, counted; a figure is a barrier."""
    parts: list[tuple[str, Counter[str]]] = [("", Counter())]
    for word in words:
        if word in barriers or word[0].isdigit():
            parts.append((word, Counter()))
        else:
            parts[-1][1][word] += 1
    return parts
