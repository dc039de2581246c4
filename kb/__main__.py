"""The command line of kb; `python -m kb --help` lists the commands."""

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kb.errors import KbError, QueryError
from kb.llm.door import add_options, writer
from kb.types import AUTHORITIES

if TYPE_CHECKING:
    from kb.base import KnowledgeBase
    from kb.types import Query

_OPTIONS = ("plan", "edition", "as_of", "authority", "k")


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
    asking.add_argument("-k", type=_positive, default=10, help="number of hits (10)")
    asking.add_argument("--batch", type=Path, metavar="IN.jsonl", help='lines {"id", "question", ...}; needs --out')
    asking.add_argument("--out", type=Path, metavar="OUT.jsonl")
    ask = commands.add_parser("ask", parents=[common, asking], help="an answer of cited quotes")
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


def _positive(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 100:
        raise argparse.ArgumentTypeError("must be from 1 to 100")
    return number


def _ask(options: argparse.Namespace) -> int:
    from kb.wire import answer_json, answer_text, glossary_json, glossary_text

    writing = writer(options, os.environ)

    def as_json(base: "KnowledgeBase", query: "Query", name: str) -> dict[str, Any]:
        answer = base.ask(query)
        words = {"glossary": glossary_json(answer)} if options.glossary else {}
        return {**answer_json(answer, name), **words, **(writing.as_json(answer) if writing else {})}

    def as_text(base: "KnowledgeBase", query: "Query") -> str:
        answer = base.ask(query)
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
    given = {name: getattr(options, name) for name in _OPTIONS}
    if options.batch is not None:
        rows = _batch_rows(options.batch)
        _write_lines(options.out, [as_json(base, _query(row, given), str(row["id"])) for row in rows])
        return 0
    query = _query({"question": options.question}, given)
    print(json.dumps(as_json(base, query, ""), ensure_ascii=False, indent=2) if options.json else as_text(base, query))
    return 0


def _batch_rows(path: Path) -> list[dict[str, Any]]:
    """The questions of a batch file. Raises QueryError naming the first line that is not {"id", "question", ...}."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as exc:
        raise QueryError(f"{path} cannot be read: {exc}") from exc
    rows = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as exc:
            raise QueryError(f"{path}, line {number}: not JSON ({exc})") from exc
        if not isinstance(row, dict) or "id" not in row or not isinstance(row.get("question"), str):
            raise QueryError(f'{path}, line {number}: expected {{"id": ..., "question": "..."}}')
        rows.append(row)
    return rows


def _write_lines(path: Path, rows: list[dict[str, Any]]) -> None:
    try:
        path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    except OSError as exc:
        raise QueryError(f"{path} cannot be written: {exc.strerror}") from exc


def _query(row: dict[str, Any], given: dict[str, Any]) -> "Query":
    """The Query of a batch line; what the line does not say comes from the command's options."""
    from kb.base import filters_of
    from kb.types import Query

    said = {**given, **{name: row[name] for name in _OPTIONS if row.get(name) is not None}}
    try:
        as_of = said["as_of"] if said["as_of"] is None or isinstance(said["as_of"], date) else _date(said["as_of"])
        k = _positive(str(said["k"]))
    except (ValueError, argparse.ArgumentTypeError) as exc:
        raise QueryError(f"question {row.get('id', '')!r}: {exc}") from exc
    authority = [said["authority"]] if isinstance(said["authority"], str) else said["authority"]
    if not isinstance(authority, list) or any(rank not in AUTHORITIES for rank in authority):
        raise QueryError(f"question {row.get('id', '')!r}: authority {authority!r} is none of {', '.join(AUTHORITIES)}")
    return Query(row["question"], filters_of(str(said["plan"]), str(said["edition"]), authority, as_of), k)


def _date(value: Any) -> date:
    return date.fromisoformat(str(value) if isinstance(value, str) else repr(value) + " is not a date")


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
