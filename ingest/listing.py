"""What the current generation holds, as a table or as JSON."""

import json
from pathlib import Path

from kb.catalog import Catalog, source_to_json


def list_documents(folder: Path, *, as_json: bool) -> str:
    """One row a document: id, rank, edition, numbers of passages and pages, title."""
    catalog = Catalog(folder)
    sizes = catalog.sizes()
    rows = [(source, key, *sizes[key]) for key, source in catalog.generation().sources.items()]
    if as_json:
        return json.dumps(
            [
                {**json.loads(source_to_json(source)), "key": key, "passages": passages, "pages": pages}
                for source, key, passages, pages in rows
            ],
            ensure_ascii=False,
            indent=2,
        )
    lines = [f"{'doc_id':<36} {'authority':<9} {'edition':<8} {'passages':>8} {'pages':>5}  title"]
    lines += [f"{s.doc_id:<36} {s.authority:<9} {s.edition:<8} {n:>8} {p:>5}  {s.title}" for s, _, n, p in rows]
    return "\n".join(lines)
