"""The command line of kb; `python -m kb --help` lists the commands."""

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kb.batch import OPTIONS, batch_rows, positive, query_of, write_lines
from kb.circumstances import PLAN_TYPES
from kb.errors import KbError, QueryError
from kb.llm.door import add_options, writer
from kb.types import AUTHORITIES

if TYPE_CHECKING:
    from kb.base import KnowledgeBase
    from kb.types import Answer, Query


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 on success (an abstention is one), 2 on bad input with one line on stderr."""
    options = _parser().parse_args(arguments)
    os.environ.setdefault("ANONYMIZED_TELEMETRY", "False")
    try:
        return int(options.run(options))
    except KbError as exc:
        print(f"kb: {exc}", file=sys.stderr)
        return 2
    except BrokenPipeError:  # the reader of our output, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m kb", description="Questions to the knowledge base.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--kb", type=Path, default=Path(os.environ.get("KB_DIR") or ".kb"), help="knowledge base folder"
    )
    common.add_argument("--json", action="store_true", help="one JSON document on stdout")
    asking = argparse.ArgumentParser(add_help=False)
    asking.add_argument("question", nargs="?", help="the question in quotation marks")
    asking.add_argument("--plan", default="", help="name of your plan, or its beginning")
    asking.add_argument("--edition", default="", help="edition of its contract, such as 2026")
    asking.add_argument(
        "--as-of", type=date.fromisoformat, metavar="YYYY-MM-DD", help="only what is in force on this day"
    )
    asking.add_argument(
        "--authority", action="append", choices=AUTHORITIES, default=[], help="only sources of this rank"
    )
    asking.add_argument("--plan-type", choices=PLAN_TYPES, default="", help="kind of your plan: deadlines depend on it")
    asking.add_argument("--region", default="", help="where you live, such as California or Colorado")
    asking.add_argument("--denial-date", default="", metavar="YYYY-MM-DD", help="date on your denial letter")
    asking.add_argument(
        "--grievance-date", default="", metavar="YYYY-MM-DD", help="day the plan got your grievance or appeal"
    )
    asking.add_argument("--lang", choices=("en", "es"), default="", help="language of our own words (the question's)")
    asking.add_argument("--after", default="", metavar="QUESTION", help="the question before this one")
    asking.add_argument("-k", type=positive, default=10, help="number of hits (10)")
    asking.add_argument("--batch", type=Path, metavar="IN.jsonl", help='lines {"id", "question", ...}; needs --out')
    asking.add_argument("--out", type=Path, metavar="OUT.jsonl")
    ask = commands.add_parser("ask", parents=[common, asking], help="an answer of cited quotes")
    ask.add_argument("--ics", type=Path, metavar="FILE", help="write the days of the next steps as a calendar file")
    ask.add_argument(
        "--case-sheet", type=Path, metavar="FILE.html", help="write a page to print, or FILE.txt plain text"
    )
    ask.add_argument("--glossary", action="store_true", help="explain the words of the quotes below the answer")
    add_options(ask)
    ask.set_defaults(run=_ask)
    commands.add_parser("search", parents=[common, asking], help="the best passages").set_defaults(run=_search)
    cite = commands.add_parser("cite", parents=[common], help="the exact text at a citation")
    cite.add_argument("citation", help='such as "HSC 1383.15(c)"')
    cite.add_argument(
        "--as-of", type=date.fromisoformat, metavar="YYYY-MM-DD", help="the text in force on this day (today)"
    )
    cite.set_defaults(run=_cite)
    diff = commands.add_parser("diff", parents=[common], help="what changed between two documents or editions")
    diff.add_argument("pair", nargs=2, metavar="DOC", help="two doc_ids, or with --plan two editions, the older first")
    diff.add_argument("--plan", default="", help="name of a plan, or its beginning")
    diff.set_defaults(run=_diff)
    conflicts = commands.add_parser("conflicts", parents=[common], help="where the sources say different things")
    conflicts.add_argument("--plan", default="", help="name of the plan whose contract is compared, or its beginning")
    conflicts.add_argument("--edition", default="", help="edition of its contract, such as 2026")
    conflicts.set_defaults(run=_conflicts)
    commands.add_parser("info", parents=[common], help="what the knowledge base holds").set_defaults(run=_info)
    return parser


def _ask(options: argparse.Namespace) -> int:
    from kb.case_sheet import write_beside
    from kb.shown import answer_text
    from kb.wire import answer_json, glossary_json, glossary_text

    if options.batch is not None and (options.ics or options.case_sheet):
        raise QueryError("--ics and --case-sheet go with one question, not with --batch")
    writing = writer(options, os.environ)

    def answered(base: "KnowledgeBase", query: "Query") -> "Answer":
        answer = base.ask(query)
        write_beside(answer, query.circumstances, options.ics, options.case_sheet)
        return answer

    def as_json(base: "KnowledgeBase", query: "Query", name: str) -> dict[str, Any]:
        answer = answered(base, query)
        words = {"glossary": glossary_json(answer)} if options.glossary else {}
        return {**answer_json(answer, name), **words, **(writing.as_json(answer) if writing else {})}

    def as_text(base: "KnowledgeBase", query: "Query") -> str:
        answer = answered(base, query)
        parts = [answer_text(answer), glossary_text(answer) if options.glossary else ""]
        return "\n".join(part for part in [*parts, writing.as_text(answer) if writing else ""] if part)

    return _run(options, as_json, as_text)


def _search(options: argparse.Namespace) -> int:
    from kb.wire import hit_json

    def as_json(base: "KnowledgeBase", query: "Query", name: str) -> dict[str, Any]:
        return {"id": name, "query": query.text, "hits": [hit_json(hit) for hit in base.search(query)]}

    def as_text(base: "KnowledgeBase", query: "Query") -> str:
        hits = base.search(query)
        rows = [
            f"{h.rank:>2}  {h.score:.3f}  {h.passage.doc_id}  {h.passage.label}{_page(h)}\n    {_short(h.passage.text)}"
            for h in hits
        ]
        return "\n".join(rows) or "nothing found"

    return _run(options, as_json, as_text)


def _page(hit: Any) -> str:
    return f", page {hit.passage.printed_page or hit.passage.pages[0]}" if hit.passage.pages else ""


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= 160 else flat[:159] + "\u2026"


def _run(
    options: argparse.Namespace,
    as_json: Callable[["KnowledgeBase", "Query", str], dict[str, Any]],
    as_text: Callable[["KnowledgeBase", "Query"], str],
) -> int:
    from kb.base import KnowledgeBase

    if (options.question is None) == (options.batch is None):
        raise QueryError("give one question, or --batch IN.jsonl with --out OUT.jsonl")
    if (options.batch is None) != (options.out is None):
        raise QueryError("--batch and --out go together")
    base = KnowledgeBase.open(options.kb)
    given = {name: getattr(options, name) for name in OPTIONS}
    if options.batch is not None:
        rows = batch_rows(options.batch)
        write_lines(options.out, [as_json(base, query_of(row, given), str(row["id"])) for row in rows])
        return 0
    query = query_of({"question": options.question}, given)
    print(json.dumps(as_json(base, query, ""), ensure_ascii=False, indent=2) if options.json else as_text(base, query))
    return 0


def _cite(options: argparse.Namespace) -> int:
    from kb.catalog import Catalog
    from kb.cite import look_up
    from kb.wire import lookup_json, lookup_text

    lookup = look_up(Catalog(options.kb), options.citation, options.as_of)
    if options.json:
        print(json.dumps(lookup_json(lookup, options.citation), ensure_ascii=False, indent=2))
    elif lookup.found:
        print(lookup_text(lookup, options.as_of))
    else:
        raise QueryError(lookup_text(lookup).replace("\n", " "))
    return 0 if lookup.found else 2


def _diff(options: argparse.Namespace) -> int:
    from kb.catalog import Catalog
    from kb.diff import diff
    from kb.differences import differences_json, differences_text, differing_documents

    catalog = Catalog(options.kb)
    sources = catalog.generation().sources
    first, second = options.pair
    pairs = differing_documents(sources, first, second, options.plan)
    found = [diff(catalog.document(a), catalog.document(b), sources[a], sources[b]) for a, b in pairs]
    as_json = json.dumps(differences_json(found), ensure_ascii=False, indent=2) if options.json else ""
    print(as_json or "\n\n".join(differences_text(one) for one in found))
    return 0


def _conflicts(options: argparse.Namespace) -> int:
    from kb.conflict_wire import run

    return run(options)


def _info(options: argparse.Namespace) -> int:
    from kb.catalog import Catalog
    from kb.scope import plans

    catalog = Catalog(options.kb)
    generation = catalog.generation()
    passages, pages = catalog.counts()
    facts = {
        "folder": str(options.kb),
        "generation": generation.id,
        "created": generation.created,
        "model": catalog.meta("model"),
        "documents": len(generation.sources),
        "passages": passages,
        "pages": pages,
        "plans": {plan: list(editions) for plan, editions in plans(generation.sources.values()).items()},
        "versions": {source.doc_id: key.rpartition("@")[2] for key, source in generation.sources.items()},
    }
    if options.json:
        print(json.dumps(facts, ensure_ascii=False, indent=2))
        return 0
    for name, value in facts.items():
        if isinstance(value, dict):
            print(f"{name}:")
            for key, item in value.items():
                print(f"  {key}: {', '.join(item) if isinstance(item, list) else item}")
        else:
            print(f"{name}: {value}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
