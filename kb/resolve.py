"""What a citation means in a knowledge base: one label, several, or none, with what is near it. Never a wrong one."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from kb.authorities import is_authority
from kb.labels import Citation, Path
from kb.phrases import Sentence


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a citation means in a knowledge base: exactly one target, several candidates, or none."""

    status: Literal["found", "ambiguous", "unknown_section", "unknown_subdivision"]
    label: str | None
    candidates: tuple[str, ...]
    reason: str


def resolve(citation: Citation, labels: Collection[str]) -> Resolution:
    """The label a citation points to. A range resolves to its first; its last, if held, is the one candidate.

    labels: every label held, in short form; a set or dict makes exact hits quick; labels of contracts are passed over.
    Letter case of section and path is ignored only where that leaves one label. candidates: of an unknown subdivision
    those that exist where the path leaves the law, or the last existing part if it has none; of an ambiguous number the
    sections; of an unknown section the same number in other laws, then at most five numbers one slip of the fingers or
    one decimal away. Their order is that of `labels`, of a set by number and letter.
    """
    asked = f"{citation.authority} {citation.section}".strip() + _written(citation.path)
    if citation.authority and asked in labels:
        return _found(citation, asked, labels)
    sections = _held(citation, labels)
    if sections:
        return _within(citation, sections, labels)
    where = f"{citation.authority} {citation.section}".strip()
    return Resolution("unknown_section", None, _near(citation, labels), Sentence("resolve.no_section", label=where))


def _written(path: Path) -> str:
    return "".join(f"({label})" for label in path)


def _held(citation: Citation, labels: Collection[str]) -> dict[str, list[str]]:
    """Sections of the citation's number, and authority if any, each with its labels; of another case at last."""
    held: dict[str, list[str]] = {}
    tail = f" {citation.section}"
    for label in labels:
        base = label.partition("(")[0]
        if base[-len(tail) :].lower() == tail.lower():
            authority = base[: -len(tail)]
            if is_authority(authority) and citation.authority in ("", authority):
                held.setdefault(base, []).append(label)
    return {base: held[base] for base in held if base.endswith(tail)} or held


def _within(citation: Citation, sections: dict[str, list[str]], labels: Collection[str]) -> Resolution:
    """The resolution once the section is known: to its label, to several, or to none of its subdivisions."""
    if len(sections) > 1:
        names = _listed(sections, labels)
        return Resolution("ambiguous", None, names, _several(citation.section, names))
    base, held = next(iter(sections.items()))
    asked = base + _written(citation.path)
    matches = [asked] if asked in held else [label for label in held if label.lower() == asked.lower()]
    if len(matches) == 1:
        return _found(citation, matches[0], labels)
    if matches:
        return Resolution("ambiguous", None, _listed(matches, labels), Sentence("resolve.by_case", label=asked))
    near = held
    for depth in reversed(range(len(citation.path) or 1)):
        above = base + _written(citation.path[:depth])
        below = [label for label in held if label.startswith(above + "(")]
        if below or above in held:
            near = [label for label in below if label.count("(") == depth + 1] or below or [above]
            break
    if not citation.path:
        return Resolution("ambiguous", None, _listed(near, labels), Sentence("resolve.in_parts", label=base))
    reason = Sentence("resolve.no_subdivision", label=base, path=asked.removeprefix(base))
    return Resolution("unknown_subdivision", None, _listed(near, labels), reason)


def _several(number: str, labels: Collection[str]) -> Sentence:
    """That a number stands in several bodies of law."""
    first, *others = labels
    listed = first
    for label in others:
        listed = Sentence("resolve.and", first=listed, second=label)
    return Sentence("resolve.several", number=number, labels=listed)


def _found(citation: Citation, label: str, labels: Collection[str]) -> Resolution:
    if not citation.through and not citation.path_through:
        return Resolution("found", label, (), Sentence("resolve.here", label=label))
    base = label.partition("(")[0]
    start = base if not citation.through else f"{base.rpartition(' ')[0]} {citation.through}"
    last = start + _written(citation.path_through)
    if last in labels:
        return Resolution("found", label, (last,), Sentence("resolve.range", label=label, last=last))
    return Resolution("found", label, (), Sentence("resolve.range_open", label=label, last=last))


def _near(citation: Citation, labels: Collection[str]) -> tuple[str, ...]:
    """Sections a wrong number may have meant: the same number in other laws, then five that are one slip away."""
    same, slips = [], []
    for base in _listed(dict.fromkeys(label.partition("(")[0] for label in labels), labels):
        authority, _, number = base.partition(" ") if base.startswith("CONS ") else base.rpartition(" ")
        if not is_authority(authority):
            continue
        if number == citation.section:
            same.append(base)
        elif citation.authority in ("", authority) and _slip(number, citation.section):
            slips.append(base)
    return (*same, *slips[:5])


def _slip(a: str, b: str) -> bool:
    """True if one character more, less, other or swapped with the next, or one more decimal, tells `a` from `b`."""
    i = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    swapped = a[i : i + 2] == b[i : i + 2][::-1] and a[i + 2 :] == b[i + 2 :]
    one = swapped or a[i + 1 :] == b[i + 1 :] or a[i:] == b[i + 1 :] or a[i + 1 :] == b[i:]
    return one or a.startswith(b + ".") or b.startswith(a + ".")


def _listed(found: Collection[str], labels: Collection[str]) -> tuple[str, ...]:
    """The labels in the knowledge base's order; a set has none, so sorted: numbers by value, (z) before (aa)."""
    if not isinstance(labels, set | frozenset):
        return tuple(found)
    return tuple(sorted(found, key=lambda label: [(len(p), p) for p in re.findall(r"\d+|[A-Za-z]+", label)]))
