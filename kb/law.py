"""The sections of law that a knowledge base holds: by citation, by place in their code, and by date."""

import json
import re
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from kb.catalog import Catalog
from kb.labels import Citation
from kb.resolve import Resolution, resolve
from kb.types import Provision, Source, Span

LONGEST_RANGE = 60
"""Sections of a cited range ("§§ 1368-1374.36") that are given; a longer one is cut, and said to be."""


@dataclass(frozen=True, slots=True)
class Held:
    """A section of law in one document version of the current generation."""

    key: str
    source: Source
    provision: Provision


@dataclass(frozen=True, slots=True)
class Branch:
    """A heading of a code with the number of sections under it; `first` and `last` are their labels, by number."""

    heading: str
    sections: int
    first: str
    last: str


class Law:
    """Reads the law of a catalog's current generation. Safe for threads, as the catalog is."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._guard = threading.Lock()
        self._hidden: dict[tuple[int, date], dict[str, list[Span]]] = {}

    def resolve(self, citation: Citation) -> Resolution:
        """What a citation means here; see kb.resolve."""
        labels = [*self._labels(citation.section), *(self._labels(citation.through) if citation.through else ())]
        found = resolve(citation, labels)
        if found.status != "unknown_section":
            return found
        authorities = [citation.authority] if citation.authority else list(self.authorities())
        near = [label for authority in authorities for label in self._section_labels(authority)]
        return resolve(citation, list(dict.fromkeys([*labels, *near])))

    def _labels(self, number: str) -> list[str]:
        """The labels of all sections of a number, whatever its authority and case, and of their subdivisions."""
        sections = self._provisions("number = ?", [number])
        found: list[str] = []
        for key, provision in sections:
            rows = self._catalog.rows(
                "SELECT label FROM outline WHERE key = ? AND start >= ? AND end <= ? AND kind = 'body'"
                " ORDER BY ordinal",
                (key, *provision.span),
            )
            found += [row[0] for row in rows]
        return list(dict.fromkeys(found))

    def held(self, label: str) -> tuple[Held, ...]:
        """Every version of the section that a label names or stands in, the one in force first, then the latest."""
        found = [self._held(row) for row in self._provisions("label = ?", [label.partition("(")[0]])]
        return tuple(sorted(found, key=_youth, reverse=True))

    def in_force(self, label: str, day: date) -> tuple[Held, ...]:
        """The version of a section in force on `day`: one, or all those of which no date tells which it is.

        Where none is in force (repealed, or not yet operative) the nearest: the last before, else the first after.
        """
        return chosen(self.held(label), day)

    def hidden(self, day: date) -> dict[str, list[Span]]:
        """Document key -> spans of the sections there that another version outranks on `day`: not to be quoted."""
        generation = self._catalog.generation().id
        with self._guard:
            if (generation, day) not in self._hidden:
                self._hidden = {(generation, day): self._find_hidden(day)}
            return self._hidden[generation, day]

    def _find_hidden(self, day: date) -> dict[str, list[Span]]:
        rows = self._catalog.rows(
            "SELECT label FROM provision JOIN generation_document USING (key) WHERE generation = ? GROUP BY label"
            " HAVING count(*) > 1 OR min(ifnull(effective_from, '')) > ? OR max(ifnull(effective_to, '9')) < ?"
            " OR min(status = 'in_force') = 0",
            (self._catalog.generation().id, day.isoformat(), day.isoformat()),
        )
        found: dict[str, list[Span]] = {}
        for (label,) in rows:
            versions = self.held(label)
            shown = [held for held in chosen(versions, day) if is_law_on(held.provision, day)]
            for held in versions:
                if held not in shown:
                    found.setdefault(held.key, []).append(held.provision.span)
        return found

    def between(self, authority: str, first: str, last: str) -> list[str]:
        """The labels of the sections from `first` to `last`, in order of number, at most LONGEST_RANGE."""
        low, high = order_of(f"{authority} {first}"), order_of(f"{authority} {last}")
        found = {label: order_of(label) for label in self._section_labels(authority)}
        inside = [label for label, order in found.items() if low <= order <= high]
        return sorted(inside, key=found.__getitem__)[:LONGEST_RANGE]

    def authorities(self) -> dict[str, int]:
        """Authority -> number of sections, in the order of names."""
        rows = self._catalog.rows(
            "SELECT authority, count(DISTINCT label) FROM provision JOIN generation_document USING (key)"
            " WHERE generation = ? GROUP BY authority ORDER BY authority",
            (self._catalog.generation().id,),
        )
        return dict(rows)

    def branches(self, authority: str, above: Sequence[str]) -> tuple[tuple[Branch, ...], tuple[Provision, ...]]:
        """What stands in a code right under the headings `above`: further headings, and sections, in text order."""
        here = json.dumps(list(above), ensure_ascii=False)
        sections = dict[str, Provision]()
        for _, provision in self._provisions("authority = ? AND above = ?", [authority, here]):
            sections.setdefault(provision.label, provision)
        counts = dict(self._grouped("above, count(DISTINCT label)", "above", authority))
        ends = self._grouped("above, label, key, min(ordinal)", "key, above ORDER BY key, min(ordinal)", authority)
        ends += self._grouped("above, label, key, max(ordinal)", "key, above", authority)
        branches = dict[str, tuple[set[str], set[str]]]()  # heading -> the headings of its sections, labels at the ends
        for written, label, *_ in ends:
            headings = json.loads(written)
            if len(headings) > len(above) and headings[: len(above)] == list(above):
                groups, labels = branches.setdefault(headings[len(above)], (set(), set()))
                groups.add(written)
                labels.add(label)
        found = (
            Branch(
                heading, sum(counts[group] for group in groups), min(labels, key=order_of), max(labels, key=order_of)
            )
            for heading, (groups, labels) in branches.items()
        )
        return tuple(found), tuple(sections.values())

    def _grouped(self, columns: str, group: str, authority: str) -> list[tuple[Any, ...]]:
        """One row for each group of the sections of an authority; headings as JSON."""
        return self._catalog.rows(
            f"SELECT {columns} FROM provision JOIN generation_document USING (key)"
            f" WHERE generation = ? AND authority = ? GROUP BY {group}",
            (self._catalog.generation().id, authority),
        )

    def neighbours(self, label: str) -> tuple[str, str]:
        """The labels of the sections before and after, by number within the same authority; "" where there is none."""
        here, around = (
            order_of(label),
            [(order_of(other), other) for other in self._section_labels(split_label(label)[0])],
        )
        before = max((found for found in around if found[0] < here), default=((), ""))
        after = min((found for found in around if found[0] > here), default=((), ""))
        return before[1], after[1]

    def _section_labels(self, authority: str) -> list[str]:
        rows = self._catalog.rows(
            "SELECT DISTINCT label FROM provision JOIN generation_document USING (key)"
            " WHERE generation = ? AND authority = ?",
            (self._catalog.generation().id, authority),
        )
        return [row[0] for row in rows]

    def _provisions(self, condition: str, arguments: Iterable[str]) -> list[tuple[str, Provision]]:
        """The sections of the current generation that fit, in document and text order."""
        current = "key IN (SELECT key FROM generation_document WHERE generation = ?)"
        return self._catalog.provisions(f"{condition} AND {current}", [*arguments, self._catalog.generation().id])

    def _held(self, row: tuple[str, Provision]) -> Held:
        return Held(row[0], self._catalog.generation().sources[row[0]], row[1])


def split_label(label: str) -> tuple[str, str]:
    """Authority and number of a section's label: ("HSC", "1383.15"), ("42 CFR", "406.1"), ("CONS", "XIII B 1")."""
    section = label.partition("(")[0]
    first, _, rest = section.partition(" ")
    if first == "CONS":
        return first, rest
    authority, _, number = section.rpartition(" ")
    return authority, number


def order_of(label: str) -> tuple[tuple[int, str, int], ...]:
    """A sort key of section labels of one authority.

    California and the United States Code number by decimals, 1368 < 1368.015 < 1368.02 < 1368.1; regulations count,
    406.2 < 406.10.
    """
    authority, number = split_label(label)
    parts = re.findall(r"\d+|[A-Za-z]+", number)
    decimal = authority not in ("CONS",) and not authority.endswith(("CFR", "CCR"))
    return tuple(
        (1, part.lower(), 0)
        if not part.isdigit()
        else (0, part, 0)
        if decimal and index == 1 and parts[0].isdigit()
        else (0, "", int(part))
        for index, part in enumerate(parts)
    )


def is_law_on(provision: Provision, day: date) -> bool:
    """Whether a section is, or may be, in force on `day`. Unknown dates are taken as no bound."""
    if provision.status in ("repealed", "omitted", "transferred", "reserved"):
        return False
    begun = provision.effective_from is None or provision.effective_from <= day
    return begun and (provision.effective_to is None or day <= provision.effective_to)


def chosen(versions: Sequence[Held], day: date) -> tuple[Held, ...]:
    """Of the versions of one section those that hold on `day`; see Law.in_force."""
    living = [held for held in versions if is_law_on(held.provision, day)]
    if not living:
        begun = [h for h in versions if h.provision.effective_from is None or h.provision.effective_from <= day]
        return (max(begun, key=_youth),) if begun else tuple(versions[-1:])
    conditional = tuple(held for held in living if held.provision.status == "conditional")
    return conditional if len(conditional) > 1 else (max(living, key=_youth),)


def _youth(held: Held) -> tuple[date, date, str]:
    """Later versions rank higher: by the day they took effect, then by the day they were read."""
    return (
        held.provision.effective_from or date.min,
        held.source.retrieved or held.source.written or date.min,
        held.key,
    )


def is_old(source: Source, today: date) -> bool:
    """Whether the text of a source of law was read more than a year ago, or nobody knows when."""
    read = source.retrieved or source.written
    return read is None or today - read > timedelta(days=365)
