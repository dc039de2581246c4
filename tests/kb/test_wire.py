"""The JSON and the plain text that others rely on."""

import json
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import pytest

from kb.base import KnowledgeBase
from kb.circumstances import circumstances
from kb.cite import look_up
from kb.shown import answer_text
from kb.types import AUTHORITIES, Filters, Query
from kb.wire import answer_json, hit_json, lookup_json, lookup_text

Check = Callable[[Any], bool]


def span(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(type(n) is int for n in value) and value[0] < value[1]


def pages(value: Any) -> bool:
    return value is None or (isinstance(value, list) and len(value) == 2 and 1 <= value[0] <= value[1])


def text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def text_or_none(value: Any) -> bool:
    return value is None or text(value)


def day_or_none(value: Any) -> bool:
    return value is None or date.fromisoformat(value).isoformat() == value


def one_of(*values: Any) -> Check:
    return lambda value: value in values


def count(value: Any) -> bool:
    return type(value) is int and value >= 1


def each(shape: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    def check(value: Any) -> bool:
        return isinstance(value, list) and all(has_shape(row, shape, optional) for row in value)

    return check


def has_shape(row: Any, shape: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> bool:
    """Whether a JSON object has exactly the members of a shape (and maybe the optional ones), each as it must be."""
    extra = optional or {}
    wrong = [name for name, check in {**shape, **extra}.items() if name in row and not check(row[name])]
    assert not wrong, {name: row[name] for name in wrong}
    assert shape.keys() <= row.keys() <= shape.keys() | extra.keys()
    return True


QUOTE: dict[str, Check] = {
    "n": count,
    "doc_id": text,
    "title": text,
    "authority": one_of(*AUTHORITIES),
    "label": text,
    "pages": pages,
    "printed_page": text_or_none,
    "span": span,
    "core": lambda value: all(span(one) for one in value),
    "text": text,
    "url": text_or_none,
    "edition": text_or_none,
    "plan": text_or_none,
    "sample": one_of(True, False),
}
LEAD_IN: dict[str, Check] = {"lead_in": lambda value: has_shape(value, {"span": span, "text": text})}
HIT: dict[str, Check] = {
    "rank": count,
    "doc_id": text,
    "label": text,
    "pages": pages,
    "printed_page": text_or_none,
    "score": lambda value: isinstance(value, float) and 0.0 <= value <= 1.0,
    "retriever": one_of("citation", "fused", "dense", "lexical"),
    "span": span,
    "text": text,
}
NOTICE: dict[str, Check] = {
    "kind": one_of(
        "emergency",
        "not_legal_advice",
        "older_edition",
        "check_official",
        "sample_plan",
        "choose_plan",
        "choose_plan_type",
        "missing_part",
        "language",
        "other_state",
        "follow_up",
        "unsure",
    ),
    "text": text,
}
CONFLICT: dict[str, Check] = {
    "about": text,
    "quotes": lambda value: len(value) >= 2,
    "values": lambda value: len(value) >= 2,
    "verdict": one_of("governs", "differs"),
    "why": text,
    "safe": text_or_none,
}
STEP: dict[str, Check] = {
    "id": text,
    "text": text,
    "quote": count,
    "due": day_or_none,
    "when": one_of(None, "by", "from", "expect"),
    "rule": text_or_none,
    "safe_due": day_or_none,
    "safe_quote": lambda value: value is None or count(value),
}
CONTACT: dict[str, Check] = {
    "id": text,
    "name": text,
    "phones": lambda value: all(map(text, value)),
    "tty": text_or_none,
    "site": text_or_none,
    "region": text_or_none,
    "source": lambda value: has_shape({**value, "n": 1}, QUOTE, LEAD_IN),
}
PERIOD: dict[str, Check] = {
    "plan_type": one_of("commercial", "erisa", "medi-cal", "medicare"),
    "value": text,
    "actor": one_of("member", "plan", "agency"),
    "source": lambda value: has_shape({**value, "n": 1}, QUOTE, LEAD_IN),
}
ANSWER: dict[str, Check] = {
    "id": lambda value: isinstance(value, str),
    "question": lambda value: isinstance(value, str),
    "status": one_of("answered", "partial", "abstained"),
    "reason": one_of(None, "not_in_documents", "other_edition", "needs_plan", "not_a_question"),
    "text": text,
    "lead": text,
    "quotes": each(QUOTE, LEAD_IN),
    "conflicts": each(CONFLICT),
    "notices": each(NOTICE),
    "next_steps": each(STEP),
    "step_quotes": each(QUOTE, LEAD_IN),
    "by_plan": each(PERIOD),
    "contacts": each(CONTACT),
    "language": one_of("en", "es"),
    "read_as": text_or_none,
    "hits": each(HIT),
    "elapsed_ms": lambda value: isinstance(value, float) and value >= 0,
}
VERSION: dict[str, Check] = {
    "doc_id": text,
    "title": text,
    "status": one_of("in_force", "conditional", "repealed", "reserved", "omitted", "transferred"),
    "effective_from": day_or_none,
    "effective_to": day_or_none,
    "retrieved": day_or_none,
}
CITED: dict[str, Check] = {
    "label": text,
    "doc_id": text,
    "title": text,
    "authority": one_of("law"),
    "span": span,
    "text": text,
    "lead_in": each({"label": text, "span": span, "text": text}),
    "subdivisions": lambda value: all(map(text, value)),
    "previous": text_or_none,
    "next": text_or_none,
    "references": each({"text": text, "span": span, "label": text, "here": one_of(True, False)}),
    "url": text_or_none,
    "note": text_or_none,
    "parent": text_or_none,
    "section": text_or_none,
    "heading": text_or_none,
    "above": lambda value: all(map(text, value)),
    "status": one_of("in_force", "conditional", "repealed", "reserved", "omitted", "transferred", None),
    "effective_from": day_or_none,
    "effective_to": day_or_none,
    "history": text_or_none,
    "retrieved": day_or_none,
    "versions": each(VERSION),
}
LOOKUP: dict[str, Check] = {
    "citation": lambda value: isinstance(value, str),
    "status": one_of("found", "ambiguous", "unknown_section", "unknown_subdivision", "not_a_citation"),
    "reason": text_or_none,
    "candidates": lambda value: all(map(text, value)),
    "found": each(CITED),
}
ASKED = [
    "who pays for a second opinion",
    "HSC 1383.15(a)(2)",
    "HSC 1383.15(z)",
    "my husband can't breathe",
    "newborn must be enrolled within how many days",
    "xyzzy plugh",
    "",
    '\u201cquoted\u201d "text" \\ \n\t \U0001f600 second opinion',
]


@pytest.mark.parametrize("question", ASKED)
@pytest.mark.parametrize("filters", [Filters(), Filters("Cedar Coast", "2026")], ids=["no plan", "plan"])
def test_an_answer_has_every_member_and_survives_json(
    corpus_kb: KnowledgeBase, question: str, filters: Filters
) -> None:
    answer = corpus_kb.ask(Query(question, filters))
    row = answer_json(answer, "q1")
    assert json.loads(json.dumps(row, ensure_ascii=False)) == row
    assert json.loads(json.dumps(row)) == row
    assert has_shape(row, ANSWER)
    assert (row["id"], row["question"], row["text"]) == ("q1", question, answer_text(answer))
    assert [quote["text"] for quote in row["quotes"]] == [quote.text for quote in answer.quotes]
    assert (row["reason"] is None) == bool(row["quotes"])


def test_the_members_are_filled_somewhere(corpus_kb: KnowledgeBase) -> None:
    """What is None or missing everywhere would not have been checked."""
    rows = [
        quote
        for question in ("HSC 1383.15(a)(2)", "travel and lodging distance in miles", "kaiser hawaii phone number")
        for quote in answer_json(corpus_kb.ask(Query(question, Filters("Cedar Coast", "2026"))))["quotes"]
    ]
    for name in ("pages", "printed_page", "url", "edition", "plan", "lead_in"):
        assert any(row.get(name) for row in rows), name
        assert any(not row.get(name) for row in rows), name


def test_every_step_has_its_quote(corpus_kb: KnowledgeBase) -> None:
    said = circumstances(denial_date="2026-11-02", grievance_date="2026-11-09")
    row = answer_json(corpus_kb.ask(Query("my plan denied my surgery, how do i appeal", circumstances=said)))
    assert has_shape(row, ANSWER)
    marks = [quote["n"] for quote in (*row["quotes"], *row["step_quotes"])]
    assert marks == list(range(1, len(marks) + 1))
    assert row["next_steps"] and {step["quote"] for step in row["next_steps"]} <= set(marks)
    assert {step["safe_quote"] for step in row["next_steps"]} - {None} <= set(marks)


def test_hits_are_rounded_but_in_order(corpus_kb: KnowledgeBase) -> None:
    hits = corpus_kb.search(Query("who pays for a second opinion", k=20))
    rows = [hit_json(hit) for hit in hits]
    scores = [row["score"] for row in rows]
    assert scores == sorted(scores, reverse=True)
    assert [row["text"] for row in rows] == [hit.passage.text for hit in hits]


def test_the_text_shows_each_quote_under_its_tier_with_its_place(corpus_kb: KnowledgeBase) -> None:
    answer = corpus_kb.ask(Query("newborn must be enrolled within how many days", Filters("Cedar Coast", "2025")))
    shown = answer_text(answer)
    assert shown.startswith(answer.lead)
    end = 0
    for section in answer.sections:
        end = shown.index(section.heading, end)
        for quote in section.quotes:
            end = shown.index(f"[{quote.n}] ", end)
            line = shown[end : shown.find(f"\n[{quote.n + 1}] ", end)]
            assert quote.text in line
            if quote.sample:
                assert f"page {quote.printed_page}" in line
                assert "(SAMPLE)" in line
    assert shown.index(answer.notices[-1].text) > end


def test_an_emergency_comes_before_the_lead(corpus_kb: KnowledgeBase) -> None:
    answer = corpus_kb.ask(Query("chest pain now, who pays for a second opinion"))
    shown = answer_text(answer)
    assert shown.startswith(answer.notices[0].text)
    assert "911" in answer.notices[0].text
    assert shown.count(answer.notices[0].text) == 1


@pytest.mark.parametrize("written", ["HSC 1383.15", "1383.15(a)(2)", "1383.15(i)", "HSC 1383.15(z)", "hello", ""])
def test_a_look_up_has_every_member_and_survives_json(corpus_kb: KnowledgeBase, written: str) -> None:
    lookup = look_up(corpus_kb.catalog, written)
    row = lookup_json(lookup, written)
    assert json.loads(json.dumps(row)) == row
    assert has_shape(row, LOOKUP)
    assert row["citation"] == written
    shown = lookup_text(lookup)
    assert shown.strip()
    assert all(cited.text in shown and cited.label in shown for cited in lookup.found)


def test_a_look_up_that_fails_names_what_is_near(corpus_kb: KnowledgeBase) -> None:
    shown = lookup_text(look_up(corpus_kb.catalog, "HSC 1383.15(a)(9)"))
    assert "HSC 1383.15 is held, but has no (a)(9)." in shown
    assert "Near it: HSC 1383.15(a)(1), HSC 1383.15(a)(2)" in shown
