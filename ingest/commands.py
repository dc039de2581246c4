"""What each command of ingest does and prints; it returns 0, 1 where differences or faults are found, 2 on failure."""

import argparse
import sys
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

from kb.errors import IndexNotReady, QueryError, SourceError


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


def run_build(options: argparse.Namespace) -> int:
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


def run_add(options: argparse.Namespace) -> int:
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
    with closing(_Bars()) as bars:
        report = add(items, options.kb, ready_model(), bars)
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


def run_remove(options: argparse.Namespace) -> int:
    from ingest.build import remove
    from ingest.model import ready_model

    return _show(remove(options.doc_id, options.kb, ready_model()))


def run_embed(options: argparse.Namespace) -> int:
    from ingest.index import embed
    from ingest.model import ready_model

    with closing(_Bars()) as bars:
        done = embed(options.names, options.kb, ready_model(), bars)
    for title in done:
        print(f"embedded: {title}")
    return 0


def run_list(options: argparse.Namespace) -> int:
    from ingest.listing import list_documents

    print(list_documents(options.kb, as_json=options.json))
    return 0


def run_verify(options: argparse.Namespace) -> int:
    from ingest.model import ready_model
    from ingest.verify import verify

    findings = verify(options.kb, ready_model())
    for finding in findings:
        print(f"{finding.count} {finding.where}, e.g. {finding.example}; run: {finding.remedy}")
    if not findings:
        print("catalog, dense index and lexical index agree")
    return 1 if findings else 0


def run_rollback(options: argparse.Namespace) -> int:
    from ingest.model import ready_model
    from ingest.upkeep import roll_back

    print(f"generation {roll_back(options.kb, ready_model())} is current")
    return 0


def run_gc(options: argparse.Namespace) -> int:
    from ingest.model import ready_model
    from ingest.store import writing
    from ingest.upkeep import collect_garbage, forget_unused_vectors

    with writing(options.kb, ready_model(), create=False) as store:
        print(f"{collect_garbage(store, previous=False)} old document versions deleted")
        print(f"{forget_unused_vectors(store)} vectors deleted that nothing uses")
    return 0


def run_rebuild_index(options: argparse.Namespace) -> int:
    from ingest.model import ready_model
    from ingest.upkeep import rebuild_index

    kinds = [options.index] if options.index else ["dense", "lexical"]
    with closing(_Bars()) as bars:
        rows = rebuild_index(kinds, options.kb, ready_model(), bars)
    print(f"made again from the catalog: {' and '.join(kinds)} index; {rows} passages are searchable")
    return 0


def run_destroy(options: argparse.Namespace) -> int:
    from ingest.upkeep import destroy

    if not options.yes:
        raise QueryError(f"this deletes {options.kb} with all that was added to it: say --yes if you mean it")
    print(f"{options.kb} is deleted ({destroy(options.kb)} files)")
    return 0


def run_model(options: argparse.Namespace) -> int:
    from ingest.model import ready_model

    print(ready_model(base=options.peer).model_id)
    return 0


def run_check(options: argparse.Namespace) -> int:
    from ingest.check import check, table
    from ingest.upload import items_of

    checked = [check(item) for item in items_of(options.paths)]
    print(table(checked))
    return 0 if all(one.is_sound for one in checked) else 1


def run_seal(options: argparse.Namespace) -> int:
    from ingest.manifest import seal

    changed = seal(options.corpus)
    print(f"{len(changed)} hashes written" + (f": {', '.join(changed)}" if changed else ""))
    return 0


def run_fetch(options: argparse.Namespace) -> int:
    """Fetch, a line for each name; 2 where one failed."""
    from ingest.fetch.download import Download, Limits
    from ingest.fetch.run import Outcome, fetch
    from ingest.fetch.sites import importers

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
