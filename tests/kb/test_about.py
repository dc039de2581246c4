"""What documents that are not law say about a text of law: by citation, then on the same subject."""

from datetime import date
from pathlib import Path

import pytest

from ingest.build import build
from kb.about import NEAR_PER_GROUP, PER_GROUP, About, about
from kb.base import KnowledgeBase
from kb.cite import look_up
from tests.corpora import Corpus
from tests.fakes import HashEmbedder


def said(base: KnowledgeBase, cite: str, day: date | None = None) -> About:
    (cited,) = look_up(base.catalog, cite).found
    with base.engines(base.catalog.generation()) as engines:
        return about(engines, cited, day)


def opened(small: Corpus, folder: Path) -> KnowledgeBase:
    build(small.folder, folder, HashEmbedder())
    return KnowledgeBase.open(folder, HashEmbedder())


@pytest.mark.parametrize(
    ("sentence", "focus", "cites"),
    [
        ("See HSC 9999(a)(2) first.", "HSC 9999(a)(2)", True),
        ("See Health and Safety Code section 9999, subdivision (a).", "HSC 9999(a)(2)", True),
        ("See Section 9999.", "HSC 9999(a)(2)", True),
        ("See HSC 9999(a)(1).", "HSC 9999(a)(2)", False),
        ("See HSC 9999(a)(1).", "HSC 9999(a)", True),
        ("See HSC 9999(a)-(b).", "HSC 9999(b)", True),
        ("See HSC 9999(c)-(d).", "HSC 9999(b)", False),
        ("See HSC 9999(a) to (b).", "HSC 9999", True),
        ("See INS 9999.", "HSC 9999", False),
        ("See HSC 9999.5 and $9999.", "HSC 9999", False),
        ("See HSC 9999 to 10010.", "HSC 9999(b)", True),
        ("See HSC 9000 to 9998 for 9999 things.", "HSC 9999(b)", False),
    ],
)
def test_a_citation_counts_where_it_holds_or_stands_in_the_focus(
    small: Corpus, folder: Path, sentence: str, focus: str, cites: bool
) -> None:
    small.put("notes", f"# Notes\n\n## Telescopes\n\nOrbits are long. {sentence} Jupiter is far.\n")
    found = said(opened(small, folder), focus).citing
    assert [quote.text for quote in found] == ([sentence] if cites else [])


def test_the_exact_citation_comes_before_its_parts_and_the_whole(small: Corpus, folder: Path) -> None:
    for name, cite in (("a", "9999"), ("b", "9999(a)(1)"), ("c", "9999(a)")):
        small.put(name, f"# {name}\n\n## Part {name}\n\nSee HSC {cite} on this.\n")
    found = said(opened(small, folder), "HSC 9999(a)").citing
    assert [quote.doc_id for quote in found] == ["c", "b", "a"]


def test_a_source_line_speaks_for_its_passage_and_a_few_of_each_rank_are_given(small: Corpus, folder: Path) -> None:
    source = "Source: HSC 9999(b). Official text: <https://example.org>. Sure: A. Noted: 2026-11.\n"
    small.put("digest", f"# D\n\n## Speed\n\nAn urgent request waits 3 days at most.\n\n{source}", authority="digest")
    lines = "\n\n".join(f"## Point {n}\n\nPoint {n} rests on HSC 9999." for n in range(PER_GROUP + 2))
    small.put("many", f"# Many\n\n{lines}\n")
    found = said(opened(small, folder), "HSC 9999(b)")
    assert found.citing[0].text == "An urgent request waits 3 days at most."
    assert [quote.authority for quote in found.citing] == ["digest", *["guide"] * PER_GROUP]
    assert found.further == 2


def test_what_is_near_in_meaning_is_apart_and_unrelated_law_has_nothing(small: Corpus, folder: Path) -> None:
    near = "A plan shall answer an urgent request within 72 hours, and charge no fee for the answer."
    small.put("near", f"# N\n\n## Urgent\n\n{near}\n")
    small.law("(a) Abalone live north of Point Sur.", "fish", "FGC 5521")
    base = opened(small, folder)
    found = said(base, "HSC 9999(b)")
    assert [quote.text for quote in found.near] == [near] and not found.citing
    assert len(found.near) <= NEAR_PER_GROUP
    assert said(base, "FGC 5521") == About()


def test_of_a_plan_the_edition_of_the_day_is_read(small: Corpus, folder: Path) -> None:
    for year in (2025, 2026):
        small.put(
            f"c{year}", f"# C{year}\n\n## Rights\n\nIn {year} HSC 9999 binds us.\n", authority="contract", plan="Pine",
            edition=str(year), effective_from=date(year, 1, 1), effective_to=date(year, 12, 31),
        )  # fmt: skip
    base = opened(small, folder)
    for year in (2025, 2026):
        found = said(base, "HSC 9999", date(year, 6, 1)).citing
        assert [(quote.plan, quote.text) for quote in found] == [("Pine", f"In {year} HSC 9999 binds us.")]


def test_every_quote_stands_verbatim(corpus_kb: KnowledgeBase) -> None:
    found = said(corpus_kb, "HSC 1383.15(c)")
    assert found.citing
    for quote in (*found.citing, *found.near):
        assert corpus_kb.catalog.document(quote.key).text[slice(*quote.span)] == quote.text
        assert quote.authority != "law"
