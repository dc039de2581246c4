"""Which documents a comparison means, and its differences as a table and as JSON."""

import re
import textwrap
from collections.abc import Mapping
from typing import Any

from kb.diff import Change, Diff, Side
from kb.errors import QueryError
from kb.phrases import Sentence
from kb.scope import no_edition, plan_named, plans
from kb.types import Source, Span

_WIDTH = 100


def differing_documents(
    sources: Mapping[str, Source], first: str, second: str, plan: str = ""
) -> tuple[tuple[str, str], ...]:
    """The keys of the documents to compare: two doc_ids, or with `plan` its contracts of two editions.

    Where an edition has several contracts they are paired by title, the year aside. Raises QueryError for what is
    not here, for one document twice, and for a contract without a partner.
    """
    if not plan:
        by_id = {source.doc_id: key for key, source in sources.items()}
        for doc_id in (first, second):
            if doc_id not in by_id:
                raise QueryError(Sentence("scope.no_document", name=repr(doc_id)))
        if first == second:
            raise QueryError(Sentence("scope.document_twice", name=repr(first)))
        return ((by_id[first], by_id[second]),)
    known = plans(sources.values())
    name = plan_named(plan, known)
    for edition in (first, second):
        if edition not in known[name]:
            raise QueryError(no_edition(name, edition, known))
    if first == second:
        raise QueryError(Sentence("scope.edition_twice", name=repr(first)))
    old, new = (contracts_of(sources, name, edition) for edition in (first, second))
    if len(old) == len(new) == 1:
        return ((*old.values(), *new.values()),)  # type: ignore[return-value]
    alone = sorted(set(old) ^ set(new))
    if alone:
        raise QueryError(Sentence("scope.alone", plan=name, title=repr(alone[0])))
    return tuple((old[title], new[title]) for title in old)


def contracts_of(sources: Mapping[str, Source], plan: str, edition: str) -> dict[str, str]:
    """The contracts of one edition: title without years -> key."""
    return {
        re.sub(r"\W*\b(?:19|20)\d\d\b", "", source.title).strip().casefold(): key
        for key, source in sources.items()
        if source.authority == "contract" and source.plan == plan and source.edition == edition
    }


def differences_json(found: list[Diff]) -> dict[str, Any]:
    """One JSON document: a list of comparisons, each with counts and changes. Texts are verbatim, spans of them."""
    return {"comparisons": [_diff_json(one) for one in found]}


def _diff_json(one: Diff) -> dict[str, Any]:
    return {
        "before": _source_json(one.before),
        "after": _source_json(one.after),
        "counts": {**_counts(one), "unchanged": one.unchanged},
        "changes": [_change_json(change) for change in one.changes],
    }


def _counts(one: Diff) -> dict[str, int]:
    return {
        "changed": one.count("changed"),
        "changed_figures": sum(change.kind == "changed" and bool(change.figures) for change in one.changes),
        "moved": one.count("moved"),
        "removed": one.count("removed"),
        "added": one.count("added"),
    }


def _source_json(source: Source) -> dict[str, str]:
    names = ("doc_id", "title", "plan", "edition")
    return {name: getattr(source, name) for name in names}


def _change_json(change: Change) -> dict[str, Any]:
    return {
        "kind": change.kind,
        "figures": [{"kind": f.kind, "before": f.before, "after": f.after} for f in change.figures],
        "before": _side_json(change.before),
        "after": _side_json(change.after),
    }


def _side_json(side: Side | None) -> dict[str, Any] | None:
    if side is None:
        return None
    return {
        "key": side.key,
        "label": side.label,
        "page": side.pages[0] if side.pages else None,
        "printed_page": side.printed_page,
        "span": list(side.span),
        "text": side.text,
        "marks": [list(mark) for mark in side.marks],
    }


def differences_text(one: Diff) -> str:
    """The differences for people: counts, then each change with both sides; changed words stand in [brackets]."""
    counts = {**_counts(one), "unchanged": one.unchanged}
    lines = [f"{one.before.title}  ->  {one.after.title}"]
    lines += [f"{name.replace('_', ' '):<16} {number:>5}" for name, number in counts.items()]
    heading = ""
    for change in one.changes:
        group = "changed figures" if change.kind == "changed" and change.figures else change.kind
        if group != heading:
            heading = group
            lines += ["", group.upper()]
        lines += ["", *_change_lines(change)]
    return "\n".join(lines)


def _change_lines(change: Change) -> list[str]:
    side = change.after or change.before
    figures = "; ".join(f"{f.before or 'nothing'} -> {f.after or 'nothing'}" for f in change.figures)
    title = (side.label.split(" > ")[-1] if side else "") + (f": {figures}" if figures else "")
    shown = [("-", change.before), ("+", change.after)]
    return [title, *(line for sign, one in shown if one is not None for line in _side_lines(sign, one))]


def _side_lines(sign: str, side: Side) -> list[str]:
    page = f"  page {side.printed_page or side.pages[0]}" if side.pages else ""
    words = textwrap.wrap(_bracketed(side.text, side.marks), _WIDTH, initial_indent="    ", subsequent_indent="    ")
    return [f"  {sign} {side.label}{page}", *words]


def _bracketed(text: str, marks: tuple[Span, ...]) -> str:
    for start, end in reversed(marks):
        text = f"{text[:start]}[{text[start:end]}]{text[end:]}"
    return text
