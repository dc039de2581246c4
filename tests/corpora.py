"""Corpora: where the bundled one is, and how a small one is written for a test."""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from ingest.law.sections import LawSection, law_document
from ingest.law.subdivisions import subdivisions
from kb.types import Document, Source

ROOT = Path(__file__).resolve().parent.parent
CORPUS = ROOT / "corpus"

LAW = """(a) A plan shall answer a request for a second opinion. The reasons shall include the following:

(1) The enrollee questions a diagnosis.

(2) The treatment does not help.

(b) A plan shall answer an urgent request within 72 hours, and shall not charge a fee for the answer.
"""
GUIDE = """# How to complain

## Phone numbers

Call member services at 800-555-0100 to file a grievance.

## What to bring

Bring your card, the letter of denial, and the names of the doctors you saw.
"""


@dataclass
class Corpus:
    """A corpus folder under construction; every change rewrites its manifest with true hashes."""

    folder: Path
    rows: dict[str, dict[str, Any]] = field(default_factory=dict)

    def put(self, doc_id: str, content: str | bytes, path: str = "", **fields: Any) -> None:
        """Write (or overwrite) a document; `fields` are those of its manifest row."""
        name = path or f"{doc_id}.md"
        data = content.encode("utf-8") if isinstance(content, str) else content
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
        row = {"doc_id": doc_id, "path": name, "sha256": hashlib.sha256(data).hexdigest(), "title": doc_id.title()}
        self.rows[doc_id] = {**row, "authority": "guide", **fields}
        self.save()

    def law(self, content: str = LAW, doc_id: str = "law", citation: str = "HSC 9999") -> None:
        """Write a section of law."""
        self.put(doc_id, content, f"{doc_id}.txt", authority="law", citation=citation, url="https://example.org/law")

    def drop(self, doc_id: str) -> None:
        """Take a document out of the manifest and delete its file."""
        (self.folder / self.rows.pop(doc_id)["path"]).unlink()
        self.save()

    def save(self) -> None:
        """Write the manifest."""
        text = yaml.safe_dump({"documents": list(self.rows.values())}, sort_keys=False, allow_unicode=True)
        (self.folder / "manifest.yaml").write_text(text, encoding="utf-8")


def standard(folder: Path) -> Corpus:
    """A corpus of one law, one guide and two editions of a plan's contract."""
    corpus = Corpus(folder)
    corpus.law()
    corpus.put("guide", GUIDE)
    for year, days in (("2025", "90"), ("2026", "180")):
        corpus.put(
            f"plan-{year}",
            f"# Blue Harbor {year}\n\n## Appeals\n\nYou may appeal a denial within {days} days of the notice.\n\n"
            "## Dental\n\nOrthodontic braces are not covered for adults.\n",
            authority="contract",
            plan="Blue Harbor Health Plan",
            edition=year,
        )
    return corpus


def law_of(text: str, citation: str, url: str = "") -> Document:
    """A section of law, given as text, as a Document."""
    authority, _, number = citation.rpartition(" ")
    section = LawSection(authority, number, text, subdivisions(text), url=url)
    return law_document(Source("law", "law.txt", "", "Law", "law"), "v", [section])
