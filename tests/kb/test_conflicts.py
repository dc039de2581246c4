"""Differences between sources: what is set side by side, verdicts, safe dates, and the answer's part."""

import json
from pathlib import Path

import pytest

from ingest.build import build
from kb.base import KnowledgeBase
from kb.catalog import Catalog
from kb.conflict_wire import conflicts_json, conflicts_text, keys_for
from kb.conflicts import Conflict, Differ
from kb.gate import stands
from kb.matters import is_urgent, matters, phase, plan_kind
from kb.types import Filters, Query, Quote
from tests import command
from tests.corpora import Corpus
from tests.fakes import HashEmbedder

SUMMARY = """# Grievances in California

## Grievances (on HSC 1368)

A California plan must acknowledge a grievance in writing within 5 calendar days.

A California plan must resolve a grievance within 30 days.

A member of a California plan must apply for an IMR within six months of the decision.
"""


def found(corpus: Corpus, folder: Path) -> tuple[Conflict, ...]:
    """The conflicts among all documents of a corpus."""
    assert not build(corpus.folder, folder, HashEmbedder()).failed
    catalog = Catalog(folder)
    return Differ(catalog).conflicts(catalog.generation().sources)


def between(tmp_path: Path, text: str, **fields: str) -> list[tuple[str, str, str, str]]:
    """(matter, the summary's value, the other's, safe date) for one document against the summary."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    corpus = Corpus(folder)
    corpus.put("summary", SUMMARY, authority="digest")
    corpus.put("other", text, **fields)
    return [(c.matter, c.sides[0].value, c.sides[1].value, c.safe) for c in found(corpus, tmp_path / "kb")]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("We confirm within ten (10) calendar days that we got your complaint.", "10 days"),
        ("Every grievance is acknowledged within 5 business days.", "5 business days"),
    ],
)
def test_a_guide_that_was_never_seen_is_compared(tmp_path: Path, sentence: str, expected: str) -> None:
    assert between(tmp_path, f"# Help\n\n{sentence}\n", authority="guide") == [
        ("grievance.acknowledge", "5 days", expected, "")
    ]


@pytest.mark.parametrize(
    "sentence",
    [
        "Every grievance is acknowledged within five calendar days.",
        "A Medi-Cal plan acknowledges a grievance within 10 days.",
        "A Medicare Advantage plan acknowledges a grievance within 10 days.",
        "Outside California, a grievance is acknowledged within 10 days.",
        "An urgent grievance is decided in 72 hours.",
        "You may ask to speak with the reviewer of the grievance within 10 days after you receive the acknowledgment.",
        "A bill would set 10 days to acknowledge a grievance.",
        "We are open 24 hours a day, 7 days a week to acknowledge a grievance.",
    ],
)
def test_what_is_of_another_kind_is_not_compared(tmp_path: Path, sentence: str) -> None:
    rows = between(tmp_path, f"# Help\n\n{sentence}\n", authority="guide")
    assert [row for row in rows if row[0] != "grievance.urgent-answer"] == []


@pytest.mark.parametrize(
    ("sentence", "values"),
    [
        ("We acknowledge your grievance within 3 calendar days.", []),
        ("We acknowledge your grievance within 10 calendar days.", [("5 days", "10 days", "")]),
        ("You must apply for an Independent Medical Review within one year.", []),
        ("You must apply for an Independent Medical Review within 180 days.", [("6 months", "180 days", "180 days")]),
    ],
)
def test_a_contract_may_give_more_than_the_law_but_not_less(
    tmp_path: Path, sentence: str, values: list[tuple[str, str, str]]
) -> None:
    text = f"# Blue Harbor of California\n\n{sentence}\n"
    rows = between(tmp_path, text, authority="contract", plan="Blue Harbor", edition="2026")
    assert [row[1:] for row in rows] == values


def test_a_contract_that_does_not_name_california_is_not_held_to_its_law(tmp_path: Path) -> None:
    text = "# Blue Harbor\n\nWe acknowledge your grievance within 10 calendar days.\n"
    assert between(tmp_path, text, authority="contract", plan="Blue Harbor", edition="2026") == []


def test_editions_and_plans_are_never_compared_with_each_other(small: Corpus, folder: Path) -> None:
    for plan, year, days in (("One", "2025", "10"), ("One", "2026", "15"), ("Two", "2026", "20")):
        text = f"# {plan} of California\n\nWe acknowledge your grievance within {days} days.\n"
        small.put(f"{plan.lower()}-{year}", text, authority="contract", plan=plan, edition=year)
    assert found(small, folder) == ()


def test_a_sample_contract_is_not_compared_with_a_guide_and_another_only_where_it_is_named(
    small: Corpus, folder: Path
) -> None:
    small.put(
        "advice", "# Advice\n\nHarbor acknowledges a grievance within 10 days.\n", title="Advice for Harbor members"
    )
    text = "# Harbor of California\n\nWe acknowledge your grievance within 20 days.\n"
    small.put("contract", text, authority="contract", plan="Harbor Health", sample=True)
    assert found(small, folder) == ()
    small.put("contract", text, authority="contract", plan="Harbor Health", sample=False)
    (conflict,) = found(small, folder)
    assert conflict.why == "The contract governs over a guide, because the contract binds the plan."


def test_equal_ranks_get_no_verdict_and_the_earlier_date_is_safe(small: Corpus, folder: Path) -> None:
    small.put("one", "# One\n\nYou have 90 days to ask for an Independent Medical Review.\n")
    small.put("two", "# Two\n\nYou have three months to ask for an Independent Medical Review.\n")
    (conflict,) = found(small, folder)
    assert conflict.verdict == "differs"
    assert conflict.why == "Both are guides: neither governs, and nothing here tells which is right."
    assert conflict.safe == "3 months"  # 89 days at the least


def test_the_rule_for_past_care_is_not_set_against_the_general_rule_beside_it(small: Corpus, folder: Path) -> None:
    both = "We decide a grievance within 30 days.\n\nWe decide a grievance about care already received in 60 days."
    small.put("one", f"# One\n\n{both}\n")
    assert found(small, folder) == ()
    small.put("two", "# Two\n\nThe plan decides a grievance within 30 days.\n")
    (conflict,) = found(small, folder)
    assert {side.value for side in conflict.sides} == {"30 days", "60 days"}
    small.drop("two")
    small.put("three", "# Three\n\nThe plan decides a grievance about care already received in 45 days.\n")
    (conflict,) = found(small, folder)
    assert {side.value for side in conflict.sides} == {"45 days", "60 days"}


def test_the_law_speaks_for_our_summary_that_says_the_same(corpus_kb: KnowledgeBase) -> None:
    catalog = corpus_kb.catalog
    conflicts = Differ(catalog).conflicts(catalog.generation().sources)
    (urgent,) = (c for c in conflicts if c.matter == "second-opinion.decide")
    assert [side.quote.doc_id for side in urgent.sides] == ["hsc-1383.15", "cedar-coast-2025"]
    assert [quote.doc_id for quote in urgent.sides[0].also] == ["digest-prior-authorization"]
    assert (urgent.verdict, urgent.sides[0].value, urgent.sides[1].value) == ("governs", "72 hours", "5 business days")


def test_every_quote_stands_and_names_where(corpus_kb: KnowledgeBase) -> None:
    catalog = corpus_kb.catalog
    conflicts = Differ(catalog).conflicts(catalog.generation().sources)
    quotes = [quote for c in conflicts for side in c.sides for quote in side.quotes]
    assert len(conflicts) > 20
    assert all(stands(quote, catalog.document(quote.key).text) and quote.n == 0 for quote in quotes)
    rows = conflicts_json(conflicts)
    assert json.loads(json.dumps(rows)) == rows
    assert "Safe: act within 180 days." in conflicts_text(conflicts)


def quote(base: KnowledgeBase, n: int, doc_id: str, words: str) -> Quote:
    """The sentence `words` of a document as the nth quote of an answer."""
    key = next(key for key, source in base.catalog.generation().sources.items() if source.doc_id == doc_id)
    source, text = base.catalog.source(key), base.catalog.document(key).text
    passage = next(p for p in base.catalog.passages(key) if words in p.text)
    span = (text.index(words), text.index(words) + len(words))
    return Quote(n, doc_id, passage.version, source.title, source.authority, passage.label, span, words)


def test_the_conflicts_of_one_answer_name_the_marks_of_its_quotes(corpus_kb: KnowledgeBase) -> None:
    ours = "A DMHC-regulated California plan must send a written acknowledgment of a grievance within 5 calendar days."
    quotes = [
        quote(corpus_kb, 1, "digest-continuity-of-care", ours),
        quote(
            corpus_kb, 2, "digest-timely-access", "A DMHC-regulated California plan must resolve a member's grievance"
        ),
        quote(
            corpus_kb,
            3,
            "guide-patient-advocate",
            "The acknowledgment of a grievance is sent within five business days",
        ),
    ]
    (found,) = Differ(corpus_kb.catalog).between(quotes)
    assert (found.quotes, found.values) == ((1, 3), ("5 days", "5 business days"))
    about = "How soon the plan must confirm a grievance"
    assert (found.about, found.verdict, found.safe) == (about, "governs", "")
    assert Differ(corpus_kb.catalog).between(quotes[:2]) == ()


def test_an_answer_of_any_kind_can_be_looked_through(corpus_kb: KnowledgeBase) -> None:
    differ = Differ(corpus_kb.catalog)
    for text in ("how soon is a grievance acknowledged", "HSC 1383.15", "pizza"):
        answer = corpus_kb.ask(Query(text, Filters(plan="cedar", edition="2025")))
        marks, found = {q.n for q in answer.quotes}, differ.between(answer.quotes)
        assert found == answer.disagreements
        assert all(set(d.quotes) <= marks and d.quotes[0] != d.quotes[1] for d in found)


def test_without_a_plan_no_contract_of_a_plan_is_compared(corpus_kb: KnowledgeBase) -> None:
    generation = corpus_kb.catalog.generation()
    ranks = {generation.sources[key].authority for key in keys_for(generation, "")}
    assert "contract" not in ranks
    editions = {generation.sources[key].edition for key in keys_for(generation, "cedar", "2025")}
    assert editions == {"", "2025"}


def test_the_command(corpus_kb: KnowledgeBase) -> None:
    ran = command.run("kb", "conflicts", "--kb", corpus_kb.folder, "--plan", "cedar", "--edition", "2025", "--json")
    assert ran.code == 0, ran.err
    rows = json.loads(ran.out)
    assert {"second-opinion.right", "grievance.acknowledge"} <= {row["matter"] for row in rows}
    assert "is not a plan" in command.refused(command.run("kb", "conflicts", "--kb", corpus_kb.folder, "--plan", "x"))


def test_matters_are_whole() -> None:
    assert len({matter.id for matter in matters()}) == len(matters())
    for matter in matters():
        names = {choice.name for choice in matter.choices}
        assert matter.topic_words() and matter.about() and matter.actor in ("member", "plan", "agency")
        assert all(pair <= names for pair in matter.opposed)
        assert bool(names) == bool(matter.opposed)


@pytest.mark.parametrize(
    ("sentence", "around", "expected"),
    [
        ("A Medi-Cal member may appeal.", (), "medi-cal"),
        ("Outside Medi-Cal, a California plan must accept it.", (), "california"),
        ("An independent medical review is free.", (), ""),
        ("DMHC decides.", ("Medi-Cal managed care",), "medi-cal"),
        ("The plan decides.", ("Medicare Advantage appeals",), "medicare"),
        ("A DMHC-regulated plan decides.", ("Federal appeals (ERISA)",), "california"),
        ("Outside California, others decide.", (), "elsewhere"),
    ],
)
def test_the_kind_of_plan(sentence: str, around: tuple[str, ...], expected: str) -> None:
    assert plan_kind(sentence, around) == expected


def test_urgency_and_the_side_of_the_service() -> None:
    assert is_urgent("if your case is urgent", "", "")
    assert not is_urgent("when the need is not urgent", "", "urgent cases")
    assert is_urgent("within 3 days", "", "expedited grievances")
    assert phase("care already received", "") == "after"
    assert phase("care not yet received (pre-service)", "") == "before"
    assert phase("within 30 days", "") == ""
