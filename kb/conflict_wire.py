"""Conflicts as JSON and plain text, and the command `python -m kb conflicts`."""

import argparse
import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from kb.answer import place
from kb.catalog import Catalog, Generation
from kb.conflicts import Conflict, Differ, Side
from kb.scope import scope
from kb.types import Filters, Quote

Json = dict[str, Any]


def keys_for(generation: Generation, plan: str, edition: str = "") -> tuple[str, ...]:
    """The documents that are compared. Raises QueryError as `scope` does.

    Without a plan no contract that belongs to one; with a plan its contract in `edition`, else in the edition in force.
    """
    return scope(generation, Filters(plan=plan, edition=edition), "", date.today()).keys


def conflicts_json(conflicts: Sequence[Conflict]) -> list[Json]:
    """All conflicts as JSON objects, each side with its quote and with where else it is said."""
    return [
        {
            "matter": conflict.matter,
            "topic": conflict.topic,
            "about": conflict.about,
            "actor": conflict.actor,
            "verdict": conflict.verdict,
            "why": conflict.why,
            "safe": conflict.safe or None,
            "sides": [_side_json(side) for side in conflict.sides],
        }
        for conflict in conflicts
    ]


def _side_json(side: Side) -> Json:
    return {"value": side.value, "quote": _quote_json(side.quote), "also": [_quote_json(quote) for quote in side.also]}


def _quote_json(quote: Quote) -> Json:
    return {
        "doc_id": quote.doc_id,
        "title": quote.title,
        "authority": quote.authority,
        "label": quote.label,
        "span": list(quote.span),
        "text": quote.text,
        "edition": quote.edition or None,
        "plan": quote.plan or None,
        "sample": quote.sample,
    }


def conflicts_text(conflicts: Sequence[Conflict]) -> str:
    """The conflicts by topic, in plain text."""
    if not conflicts:
        return "No differences found among these documents."
    lines, topic = list[str](), ""
    for conflict in conflicts:
        if conflict.topic != topic:
            topic = conflict.topic
            lines += ["", topic.upper()]
        lines += ["", conflict.about]
        for side in conflict.sides:
            more = f", and {len(side.also)} more" if side.also else ""
            lines += [f"  {side.value}: \u201c{side.quote.text}\u201d", f"      {place(side.quote)}{more}"]
        lines.append(f"  {conflict.why}")
        if conflict.safe:
            lines.append(f"  Safe: act within {conflict.safe}.")
    return "\n".join(lines).strip()


def run(options: argparse.Namespace) -> int:
    """Print the conflicts of a knowledge base, or of one plan's documents in it."""
    catalog = Catalog(options.kb)
    found = Differ(catalog).conflicts(keys_for(catalog.generation(), options.plan, options.edition))
    as_json = json.dumps(conflicts_json(found), ensure_ascii=False, indent=2) if options.json else ""
    print(as_json or conflicts_text(found))
    return 0
