"""The command line of ingest; `python -m ingest --help` lists the commands."""

import argparse
import os
import re
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from kb.errors import IndexNotReady, KbError, SourceError
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
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--kb", type=Path, default=Path(os.environ.get("KB_DIR") or ".kb"), help="knowledge base folder"
    )
    build = commands.add_parser(
        "build", parents=[common], help="everything in the manifest; only changes are read again"
    )
    build.add_argument("--corpus", type=Path, default=Path("corpus"))
    build.add_argument(
        "--if-stale", action="store_true", help="do nothing when the knowledge base holds the corpus as it is"
    )
    build.set_defaults(run=_build)
    add = commands.add_parser(
        "add", parents=[common], help="add files or folders; plan and edition are read from them if not given"
    )
    add.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    add.add_argument("--authority", choices=AUTHORITIES)
    for name in ("title", "plan", "edition", "url"):
        add.add_argument(f"--{name}", default="")
    for name in ("effective-from", "effective-to"):
        add.add_argument(f"--{name}", type=date.fromisoformat, metavar="YYYY-MM-DD")
    add.set_defaults(run=_add)
    remove = commands.add_parser("remove", parents=[common], help="take a document out")
    remove.add_argument("doc_id", metavar="DOC_ID")
    remove.set_defaults(run=_remove)
    embedding = commands.add_parser("embed", parents=[common], help="embed law that is found by its words alone")
    embedding.add_argument("names", nargs="+", metavar="NAME", help='a code or title, "HSC" or "42 CFR", or a doc_id')
    embedding.set_defaults(run=_embed)
    listing = commands.add_parser("list", parents=[common], help="what is in the knowledge base")
    listing.add_argument("--json", action="store_true")
    listing.set_defaults(run=_list)
    for name, run, words in (
        ("verify", _verify, "compare the catalog with both indexes"),
        ("rollback", _rollback, "go back to the generation before"),
        ("gc", _gc, "delete what no current document needs (no rollback after it)"),
    ):
        commands.add_parser(name, parents=[common], help=words).set_defaults(run=run)
    commands.add_parser("model", help="make the embedding model ready").set_defaults(run=_model)
    check = commands.add_parser("check", help="read files and count the faults of reading; nothing is stored")
    check.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    check.set_defaults(run=_check)
    seal = commands.add_parser("seal", help="record the true SHA-256 of every corpus file in the manifest")
    seal.add_argument("--corpus", type=Path, default=Path("corpus"))
    seal.set_defaults(run=_seal)
    _add_fetch(commands)
    return parser


def _add_fetch(commands: Any) -> None:
    fetch = commands.add_parser("fetch", help="official text of law from its site into the corpus (needs a network)")
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
    fetch.set_defaults(run=_fetch)


def _seconds(text: str) -> float:
    if not re.fullmatch(r"[0-9]{1,4}(\.[0-9]{1,3})?", text):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds from 0 to 9999")
    return float(text)


def _days(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,5}", text):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of days")
    return int(text)


class _Bars:
    """Progress of each stage as a bar on stderr."""

    def __init__(self) -> None:
        self._stage = ""
        self._bar: Any = None

    def __call__(self, stage: str, done: int, total: int) -> None:
        from tqdm import tqdm

        if stage != self._stage or self._bar is None or self._bar.total != total:
            self.close()
            self._stage = stage
            self._bar = tqdm(total=total, desc=stage, unit="", file=sys.stderr, leave=total > 0, disable=total == 0)
        self._bar.update(done - self._bar.n)

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()


def _build(options: argparse.Namespace) -> int:
    from ingest.build import build, is_current
    from ingest.model import ready_model
    from kb.catalog import Catalog

    if options.if_stale:
        try:
            if is_current(options.corpus, Catalog(options.kb).generation()):
                ready_model()
                return 0
        except IndexNotReady:
            pass
    bars = _Bars()
    report = build(options.corpus, options.kb, ready_model(), bars)
    bars.close()
    return _show(report)


def _add(options: argparse.Namespace) -> int:
    from ingest.build import add
    from ingest.model import ready_model
    from ingest.upload import items_of

    items = items_of(
        options.paths,
        authority=options.authority,
        title=options.title,
        plan=options.plan,
        edition=options.edition,
        effective_from=options.effective_from,
        effective_to=options.effective_to,
        url=options.url,
        known=_known_plans(options.kb),
        say=lambda line: print(f"ingest: {line}", file=sys.stderr),
    )
    bars = _Bars()
    report = add(items, options.kb, ready_model(), bars)
    bars.close()
    return _show(report)


def _known_plans(folder: Path) -> list[str]:
    """The plans that the knowledge base holds already; none where there is none yet."""
    from kb.catalog import Catalog
    from kb.scope import plans

    try:
        return list(plans(Catalog(folder).generation().sources.values()))
    except IndexNotReady:
        return []


def _show(report: Any) -> int:
    """Print the closing table; 2 where a file failed."""
    for line in report.warnings:
        print(f"ingest: note: {line}", file=sys.stderr)
    for line in report.failed:
        print(f"ingest: failed: {line}", file=sys.stderr)
    counts = ((name, len(getattr(report, name))) for name in ("added", "changed", "unchanged", "removed", "failed"))
    rows = (("documents", report.documents), ("passages", report.passages), ("pages", report.pages), *counts)
    for name, value in rows:
        print(f"{name:<10} {value:>7}")
    print(f"{'seconds':<10} {report.seconds:>7.1f}")
    return 2 if report.failed else 0


def _remove(options: argparse.Namespace) -> int:
    from ingest.build import remove
    from ingest.model import ready_model

    return _show(remove(options.doc_id, options.kb, ready_model()))


def _embed(options: argparse.Namespace) -> int:
    from ingest.index import embed
    from ingest.model import ready_model

    bars = _Bars()
    done = embed(options.names, options.kb, ready_model(), bars)
    bars.close()
    for title in done:
        print(f"embedded: {title}")
    return 0


def _list(options: argparse.Namespace) -> int:
    from ingest.listing import list_documents

    print(list_documents(options.kb, as_json=options.json))
    return 0


def _verify(options: argparse.Namespace) -> int:
    from ingest.model import ready_model
    from ingest.verify import verify

    findings = verify(options.kb, ready_model())
    for finding in findings:
        print(f"{finding.count} {finding.where}, e.g. {finding.example}; run: {finding.remedy}")
    if not findings:
        print("catalog, dense index and lexical index agree")
    return 1 if findings else 0


def _rollback(options: argparse.Namespace) -> int:
    from ingest.model import ready_model
    from ingest.store import writing

    with writing(options.kb, ready_model(), create=False) as store:
        print(f"generation {store.catalog.roll_back()} is current")
    return 0


def _gc(options: argparse.Namespace) -> int:
    from ingest.build import collect_garbage, forget_unused_vectors
    from ingest.model import ready_model
    from ingest.store import writing

    with writing(options.kb, ready_model(), create=False) as store:
        print(f"{collect_garbage(store, previous=False)} old document versions deleted")
        print(f"{forget_unused_vectors(store)} vectors deleted that nothing uses")
    return 0


def _model(options: argparse.Namespace) -> int:
    from ingest.model import ready_model

    print(ready_model().model_id)
    return 0


def _check(options: argparse.Namespace) -> int:
    from ingest.check import check, table
    from ingest.upload import items_of

    checked = [check(item) for item in items_of(options.paths)]
    print(table(checked))
    return 0 if all(one.is_sound for one in checked) else 1


def _seal(options: argparse.Namespace) -> int:
    from ingest.manifest import seal

    changed = seal(options.corpus)
    print(f"{len(changed)} hashes written" + (f": {', '.join(changed)}" if changed else ""))
    return 0


def _fetch(options: argparse.Namespace) -> int:
    """Fetch, a line for each name; 2 where one failed."""
    from ingest.download import Download, Limits
    from ingest.fetch import Outcome, fetch
    from ingest.sites import importers

    if not options.names and not options.everything:
        raise SourceError("name what to fetch (ca:HSC/1368, cfr:45/147.136, cfr:42/438), or give --all")

    def tell(number: int, of: int, outcome: Outcome) -> None:
        words = f": {outcome.words}" if outcome.words else ""
        print(f"ingest: {number}/{of} {outcome.name}: {outcome.status}{words}", file=sys.stderr, flush=True)

    silence = max(options.timeout, 0.1)
    limits = Limits(silence=silence, connect=min(silence, 10.0), whole=4 * silence, delay=options.delay)
    with Download(limits, options.base_url) as download:
        outcomes = fetch(
            options.names,
            options.corpus,
            download,
            importers(),
            date.today(),
            everything=options.everything,
            if_older=options.if_older,
            tell=tell,
        )
    counts = {name: sum(o.status == name for o in outcomes) for name in ("new", "changed", "same", "skipped", "failed")}
    for name, value in counts.items():
        print(f"{name:<10} {value:>7}")
    if counts["new"] or counts["changed"]:
        print("ingest: take them in with: python -m ingest build", file=sys.stderr)
    return 2 if counts["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
