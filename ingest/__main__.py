"""The command line of ingest; `python -m ingest --help` lists the commands."""

import argparse
import os
import re
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from ingest import commands
from kb.errors import KbError
from kb.types import AUTHORITIES


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 on success, 1 where verify or check finds something, 2 on bad input or a failed file."""
    options = _parser().parse_args(arguments)
    os.environ.setdefault("ANONYMIZED_TELEMETRY", "False")
    try:
        return int(options.run(options))
    except KbError as exc:
        print(f"ingest: {exc}", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m ingest", description="Documents into the knowledge base.")
    subs = parser.add_subparsers(required=True, metavar="COMMAND")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--kb", type=Path, default=Path(os.environ.get("KB_DIR") or ".kb"), help="knowledge base folder"
    )
    build = subs.add_parser("build", parents=[common], help="everything in the manifest; only changes are read again")
    build.add_argument("--corpus", type=Path, default=Path("corpus"))
    build.add_argument(
        "--if-stale", action="store_true", help="do nothing when the knowledge base holds the corpus as it is"
    )
    build.set_defaults(run=commands.run_build)
    add = subs.add_parser(
        "add", parents=[common], help="add files or folders; plan and edition are read from them if not given"
    )
    add.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    add.add_argument("--authority", choices=AUTHORITIES)
    for name in ("title", "plan", "edition", "url"):
        add.add_argument(f"--{name}", default="")
    for name in ("effective-from", "effective-to"):
        add.add_argument(f"--{name}", type=date.fromisoformat, metavar="YYYY-MM-DD")
    add.set_defaults(run=commands.run_add)
    remove = subs.add_parser("remove", parents=[common], help="take a document out")
    remove.add_argument("doc_id", metavar="DOC_ID")
    remove.set_defaults(run=commands.run_remove)
    embedding = subs.add_parser("embed", parents=[common], help="embed law that is found by its words alone")
    embedding.add_argument("names", nargs="+", metavar="NAME", help='a code or title, "HSC" or "42 CFR", or a doc_id')
    embedding.set_defaults(run=commands.run_embed)
    listing = subs.add_parser("list", parents=[common], help="what is in the knowledge base")
    listing.add_argument("--json", action="store_true")
    listing.set_defaults(run=commands.run_list)
    for name, run, words in (
        ("verify", commands.run_verify, "compare the catalog with both indexes"),
        ("rollback", commands.run_rollback, "go back to the generation before"),
        ("gc", commands.run_gc, "delete what no current document needs (no rollback after it)"),
    ):
        subs.add_parser(name, parents=[common], help=words).set_defaults(run=run)
    again = subs.add_parser(
        "rebuild-index", parents=[common], help="make an index, or both, again from the catalog alone"
    )
    again.add_argument("index", nargs="?", choices=("dense", "lexical"))
    again.set_defaults(run=commands.run_rebuild_index)
    end = subs.add_parser(
        "destroy", parents=[common], help="delete the knowledge base folder with all that was added to it"
    )
    end.add_argument("--yes", action="store_true", help="do it")
    end.set_defaults(run=commands.run_destroy)
    model = subs.add_parser("model", help="make the embedding model ready")
    model.add_argument("--peer", action="store_true", help="all-MiniLM-L6-v2 as it comes, to measure against")
    model.set_defaults(run=commands.run_model)
    check = subs.add_parser("check", help="read files and count the faults of reading; nothing is stored")
    check.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    check.set_defaults(run=commands.run_check)
    seal = subs.add_parser("seal", help="record the true SHA-256 of every corpus file in the manifest")
    seal.add_argument("--corpus", type=Path, default=Path("corpus"))
    seal.set_defaults(run=commands.run_seal)
    _add_fetch(subs)
    return parser


def _add_fetch(subs: Any) -> None:
    fetch = subs.add_parser("fetch", help="official text of law from its site into the corpus (needs a network)")
    fetch.add_argument(
        "names", nargs="*", metavar="NAME", help="ca:HSC/1368, cfr:45/147.136 or, a whole part, cfr:42/438"
    )
    fetch.add_argument("--all", action="store_true", dest="everything", help="every row of the corpus's official.yaml")
    fetch.add_argument("--corpus", type=Path, default=Path("corpus"))
    fetch.add_argument("--base-url", default="", metavar="URL", help="a mirror to ask in place of the official hosts")
    fetch.add_argument(
        "--timeout",
        type=_seconds,
        default=30.0,
        metavar="SECONDS",
        help="longest silence in an answer (default 30); a whole answer may take four times as long",
    )
    fetch.add_argument(
        "--delay", type=_seconds, default=2.0, metavar="SECONDS", help="pause between two requests (default 2)"
    )
    fetch.add_argument(
        "--if-older", type=_days, default=0, metavar="DAYS", help="skip what was retrieved less long ago"
    )
    fetch.set_defaults(run=commands.run_fetch)


def _seconds(text: str) -> float:
    if not re.fullmatch(r"[0-9]{1,4}(\.[0-9]{1,3})?", text):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds from 0 to 9999")
    return float(text)


def _days(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,5}", text):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of days")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
