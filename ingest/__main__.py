"""The command line of ingest: build, add, remove, list, verify, rollback, gc, rebuild-index, destroy, seal."""

import argparse
import os
import sys
from collections.abc import Sequence
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

from kb.errors import IndexNotReady, KbError, QueryError
from kb.types import AUTHORITIES


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 on success, 1 where verify finds differences, 2 on bad input or a failed file."""
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
    add = commands.add_parser("add", parents=[common], help="add files or folders")
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
    listing = commands.add_parser("list", parents=[common], help="what is in the knowledge base")
    listing.add_argument("--json", action="store_true")
    listing.set_defaults(run=_list)
    for name, run, words in (
        ("verify", _verify, "compare the catalog with both indexes"),
        ("rollback", _rollback, "go back to the generation before"),
        ("gc", _gc, "delete what no current document needs (no rollback after it)"),
    ):
        commands.add_parser(name, parents=[common], help=words).set_defaults(run=run)
    again = commands.add_parser(
        "rebuild-index", parents=[common], help="make an index, or both, again from the catalog alone"
    )
    again.add_argument("index", nargs="?", choices=("dense", "lexical"))
    again.set_defaults(run=_rebuild_index)
    end = commands.add_parser(
        "destroy", parents=[common], help="delete the knowledge base folder with all that was added to it"
    )
    end.add_argument("--yes", action="store_true", help="do it")
    end.set_defaults(run=_destroy)
    commands.add_parser("model", help="make the embedding model ready").set_defaults(run=_model)
    seal = commands.add_parser("seal", help="record the true SHA-256 of every corpus file in the manifest")
    seal.add_argument("--corpus", type=Path, default=Path("corpus"))
    seal.set_defaults(run=_seal)
    return parser


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
    from ingest.build import build
    from ingest.model import ready_model

    if options.if_stale and _is_usable(options):
        return 0
    with closing(_Bars()) as bars:
        report = build(options.corpus, options.kb, ready_model(), bars)
    return _show(report)


def _is_usable(options: argparse.Namespace) -> bool:
    """Whether the knowledge base holds the corpus as it is, and this program can ask it."""
    from ingest.build import is_current
    from ingest.model import ready_model
    from kb.base import KnowledgeBase

    try:
        base = KnowledgeBase.open(options.kb, ready_model())
        generation = base.catalog.generation()
        with base.engines(generation) as engines:
            engines.dense.close()
        return is_current(options.corpus, generation)
    except IndexNotReady:
        return False


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
    )
    with closing(_Bars()) as bars:
        report = add(items, options.kb, ready_model(), bars)
    return _show(report)


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
    from ingest.upkeep import roll_back

    print(f"generation {roll_back(options.kb, ready_model())} is current")
    return 0


def _gc(options: argparse.Namespace) -> int:
    from ingest.model import ready_model
    from ingest.store import writing
    from ingest.upkeep import collect_garbage, forget_unused_vectors

    with writing(options.kb, ready_model(), create=False) as store:
        print(f"{collect_garbage(store, previous=False)} old document versions deleted")
        print(f"{forget_unused_vectors(store)} vectors deleted that nothing uses")
    return 0


def _rebuild_index(options: argparse.Namespace) -> int:
    from ingest.model import ready_model
    from ingest.upkeep import rebuild_index

    kinds = [options.index] if options.index else ["dense", "lexical"]
    with closing(_Bars()) as bars:
        rows = rebuild_index(kinds, options.kb, ready_model(), bars)
    print(f"made again from the catalog: {' and '.join(kinds)} index; {rows} passages are searchable")
    return 0


def _destroy(options: argparse.Namespace) -> int:
    from ingest.upkeep import destroy

    if not options.yes:
        raise QueryError(f"this deletes {options.kb} with all that was added to it: say --yes if you mean it")
    print(f"{options.kb} is deleted ({destroy(options.kb)} files)")
    return 0


def _model(options: argparse.Namespace) -> int:
    from ingest.model import ready_model

    print(ready_model().model_id)
    return 0


def _seal(options: argparse.Namespace) -> int:
    from ingest.manifest import seal

    changed = seal(options.corpus)
    print(f"{len(changed)} hashes written" + (f": {', '.join(changed)}" if changed else ""))
    return 0


if __name__ == "__main__":
    sys.exit(main())
