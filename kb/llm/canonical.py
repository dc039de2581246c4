"""A sentence in a form in which two sentences are equal only if they say the same in nearly the same words.

Articles go, and the words that `same.toml` lists as equal become one. Everything else stays and keeps its order:
numbers, units, negations, conditions, names, modal verbs and prepositions can therefore neither change, nor move, nor
go. Nothing here guesses; a sentence that is right but too free has another form, and that only costs its wording.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

Tokens = tuple[str, ...]
Phrases = Mapping[Tokens, Tokens]

_TABLE = Path(__file__).resolve().parent / "same.toml"
_TOKEN = re.compile(
    r"(?P<number>\d+(?:[.,:/-]\d+)*)|(?P<word>[^\W\d_]+(?:'[^\W\d_]+)*)|(?P<silent>[\s.,;:()\"-])|(?P<odd>.)", re.S
)
_STRAIGHT = str.maketrans(
    {0x2019: "'", 0x2018: "'", 0x201C: '"', 0x201D: '"'} | dict.fromkeys(range(0x2010, 0x2015), "-")
)
_SHORT_FORM = re.compile(r"\(\"?([A-Z][A-Za-z]{1,7})\"?\)")
_MARKER = re.compile(r"^\s*(?:[-*\u2022]|\(?[0-9]{1,2}[.)]|\([a-zA-Z]{1,4}\)|[a-z][.)])\s+")

MODALS = frozenset("shall must may can will should could might would need ought".split())
CONDITIONS = frozenset("if unless except until only provided whenever however but subject otherwise without".split())
_FRONTED = frozenset("if unless under since after before during outside in for on by as at within".split())
_NUMBERS = frozenset(
    "two three four five six seven eight nine ten eleven twelve fifteen twenty thirty sixty ninety hundred".split()
)
_GOVERNS = frozenset("ask say tell told state show know explain decide of about until only even except to be".split())


@dataclass(frozen=True, slots=True)
class _Table:
    """`same.toml`, ready for use."""

    forms: Phrases
    same: Phrases
    free: frozenset[str]
    openings: tuple[str, ...]
    openings_of: Mapping[str, tuple[str, ...]]


@lru_cache(maxsize=1)
def _table() -> _Table:
    read = tomllib.loads(_TABLE.read_text(encoding="utf-8"))
    free = frozenset(read["free"])
    single = {tuple(tokens(form)): tuple(tokens(one)) for one, form in read["forms"]}
    written_out = {tuple(tokens(short)): replaced(tokens(long), single) for long, short in read["contractions"]}
    forms = {**single, **written_out}
    same: dict[Tokens, Tokens] = {}
    for row in read["same"]:
        first, *others = (replaced(_singular([w for w in tokens(one) if w not in free]), forms) for one in row)
        same |= dict.fromkeys(others, first)
    of = {rank: tuple(openings) for rank, openings in read["openings_of"].items()}
    return _Table(forms, same, free, tuple(read["openings"]), of)


def tokens(text: str) -> list[str]:
    """Numbers whole, words in small letters, and every sign that is not plain punctuation as a token of its own."""
    found = _TOKEN.finditer(text.translate(_STRAIGHT))
    return [match.group().lower() for match in found if match.lastgroup != "silent"]


def _singular(words: Sequence[str]) -> list[str]:
    return [_without_s(word) for word in words]


def _without_s(word: str) -> str:
    """A noun or verb without the s of its number or person; passive and active forms stay apart."""
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is", "'s")):
        return word
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    return word[:-2] if word.endswith(("ches", "shes", "sses", "xes")) else word[:-1]


def replaced(words: Sequence[str], phrases: Phrases) -> Tokens:
    """`words` with every listed phrase replaced, from the left, the longest first."""
    longest = max(map(len, phrases), default=0)
    out: list[str] = []
    at = 0
    while at < len(words):
        sizes = range(min(longest, len(words) - at), 0, -1)
        size = next((n for n in sizes if tuple(words[at : at + n]) in phrases), 0)
        out += phrases[tuple(words[at : at + size])] if size else (words[at],)
        at += size or 1
    return tuple(out)


def canonical(text: str, short_forms: Phrases | None = None) -> Tokens:
    """The form of a sentence. `short_forms`: names that its source shortens, with their short form."""
    table = _table()
    words = replaced(_singular([w for w in tokens(text) if w not in table.free]), short_forms or {})
    formed = replaced(words, table.forms)
    return replaced(replaced(formed, table.same), table.same)  # "your request" stays two words until the second turn


def short_forms(text: str) -> Phrases:
    """What a source shortens: ``Department of Managed Health Care (DMHC)`` gives the long name and what it becomes."""
    found: dict[Tokens, Tokens] = {}
    for match in _SHORT_FORM.finditer(text):
        before = _singular(
            [w for w in tokens(text[max(0, match.start() - 120) : match.start()]) if w not in _table().free]
        )
        short = match[1].lower()
        for size in range(len(short), len(short) + 3):
            name = before[-size:]
            initials = "".join(word[0] for word in name if word not in ("of", "and", "for"))
            if len(name) == size and initials == short:
                found[(*name, _without_s(short))] = found[tuple(name)] = (_without_s(short),)
                break
    return found


def without_marker(text: str) -> str:
    """A list item without its dash, dot, number or letter."""
    return _MARKER.sub("", text, count=1)


def without_opening(text: str, authority: str, label: str) -> Iterator[str]:
    """The sentence, and what is left of it behind an opening that its source's rank allows ("The law says that")."""
    yield text
    table = _table()
    plain = text.translate(_STRAIGHT)
    for opening in (*table.openings, *table.openings_of.get(authority, ())):
        words = opening.format(label=label.translate(_STRAIGHT))
        if plain.lower().startswith(f"{words.lower()},") or plain.lower().startswith(f"{words.lower()} "):
            yield text[len(words) + 1 :].strip()


def scoped(text: str) -> str:
    """``If you are a Medi-Cal member, you may ...`` as ``Medi-Cal member may ...``: the scope is kept."""
    return _SCOPE.sub(lambda match: f"{match['who']} ", text.translate(_STRAIGHT), count=1)


_SCOPE = re.compile(
    r"^(?:if you(?: are|'re)|as) an? (?P<who>[^,]{0,60}\b(?:member|enrollee)(?: of [^,]{1,60})?), you ", re.I
)


def restatements(source: str, short: Phrases) -> set[Tokens]:
    """The forms of everything that says what `source` says.

    That is `source` itself; a clause moved from one of its ends to the other; one of two statements of one subject.
    """
    whole = canonical(source, short)
    found = {whole, *_second_half(whole)}
    for head, tail in _at_commas(source):
        moved, rest = canonical(head, short), canonical(tail, short)
        if _may_move(moved, rest):
            found.add(rest + moved)
    for at in range(1, len(whole)):
        if whole[at - 1] not in _GOVERNS and _may_move(whole[at:], whole[:at]):
            found.add(whole[at:] + whole[:at])
    return found


def is_restated(sentence: str, restated: Set[Tokens], short: Phrases) -> bool:
    """Whether `sentence` has one of the forms `restated`: it says what their source says, no less and no more."""
    return canonical(sentence, short) in restated or canonical(scoped(sentence), short) in restated


def _at_commas(text: str) -> Iterator[tuple[str, str]]:
    for match in re.finditer(r", ", text):
        yield text[: match.start()], text[match.end() :].rstrip(". ")


def _may_move(moved: Tokens, rest: Tokens) -> bool:
    """Whether a clause can change from one end of its sentence to the other without another meaning.

    Not where the rest has two statements, two figures or a condition of its own: the clause would go with another one.
    """
    return (
        bool(moved and rest)
        and moved[0] in _FRONTED
        and sum(word in MODALS for word in rest) <= 1
        and sum(word[0].isdigit() or word in _NUMBERS for word in rest) <= 1
        and not (CONDITIONS | {"and"}) & set(rest)
    )


def _second_half(words: Tokens) -> Iterator[Tokens]:
    """Of ``X must A and must B`` the statement ``X must B``, where neither has a condition.

    Not ``X must A``: what closes the sentence may belong to both.
    """
    verbs = [at for at, word in enumerate(words) if word in MODALS]
    if len(verbs) != 2 or verbs[0] == 0 or words[verbs[1] - 1] != "and":
        return
    subject, first, second = words[: verbs[0]], words[verbs[0] : verbs[1] - 1], words[verbs[1] :]
    if CONDITIONS & {*first, *second} or "who" in subject or "that" in subject:
        return
    yield subject + second
