"""The law as a tree to walk through: bodies of law, headings, sections, each with the words it begins with."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kb.catalog import Catalog
from kb.codes import CODES
from kb.law import Branch, Law, order_of
from kb.official import full_name
from kb.types import Provision

_BEGINNING = 90  # characters of a section without a heading

GROUPS = ("California law", "California regulations", "Federal regulations", "Federal law", "Other law")


@dataclass(frozen=True, slots=True)
class Level:
    """What stands right under some headings of a body of law, in order: further headings, then sections."""

    branches: tuple[Branch, ...]
    sections: tuple[Provision, ...]


def bodies(law: Law) -> dict[str, list[tuple[str, int]]]:
    """Group -> (authority, number of sections) of what is held, in the order of GROUPS; empty groups are left out."""
    found: dict[str, list[tuple[str, int]]] = {group: [] for group in GROUPS}
    for authority, sections in law.authorities().items():
        found[_group(authority)].append((authority, sections))
    return {group: sorted(held, key=lambda row: _title(row[0])) for group, held in found.items() if held}


def _title(authority: str) -> tuple[int, str]:
    """Titled books in the order of their titles, 5 CFR before 42 CFR; codes by their names."""
    title = authority.partition(" ")[0]
    return int(title) if title.isdecimal() else 0, full_name(authority)


def _group(authority: str) -> str:
    if authority in CODES or authority == "CONS":
        return GROUPS[0]
    books = {"CCR": GROUPS[1], "CFR": GROUPS[2], "USC": GROUPS[3]}
    return books.get(authority.rpartition(" ")[2], GROUPS[4])


def level(law: Law, authority: str, above: Sequence[str]) -> Level:
    """What stands under the headings `above`; nothing where they are not in this knowledge base.

    Ordered by the number of the (first) section, since documents of one section each come in no order; the
    Constitution, whose articles count in Roman figures, keeps the order of its text.
    """
    branches, sections = law.branches(authority, above)
    if authority == "CONS":
        return Level(branches, sections)
    return Level(
        tuple(sorted(branches, key=lambda branch: order_of(branch.first))),
        tuple(sorted(sections, key=lambda section: order_of(section.label))),
    )


def beginning(catalog: Catalog, law: Law, label: str, day: date) -> str:
    """The first words of the section `label` as in force on `day`, without its number; "" where it has no text."""
    held = law.in_force(label, day)
    if not held:
        return ""
    key, (at, end) = held[0].key, held[0].provision.span
    while at < end:
        rows = catalog.rows(
            "SELECT end, kind, substr(text, 1, ?) FROM passage WHERE passage_id >= ? AND passage_id < ?",
            (2 * _BEGINNING, f"{key}:{at}-", f"{key}:{at}."),
        )
        if not rows:
            return ""
        stop, kind, text = rows[0]
        if kind == "body":
            return shortened(text)
        at = stop + 1
    return ""


def shortened(text: str, limit: int = _BEGINNING) -> str:
    """`text` on one line, cut between two words at `limit` characters."""
    words = " ".join(text.split())
    return words if len(words) <= limit else f"{words[:limit].rsplit(' ', 1)[0]} \u2026"
