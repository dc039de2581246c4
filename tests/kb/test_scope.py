"""Which documents may answer: plan, edition, rank and date."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.base import KnowledgeBase
from kb.catalog import Generation
from kb.errors import QueryError
from kb.named import named_periods
from kb.scope import Scope, plans, scope
from kb.types import AUTHORITIES, Authority, Filters, Query, Source

CEDAR, BLUE, LONE = "Cedar Coast Health Plan (sample)", "Blue Harbor HMO", "Cedar Coast Dental Plan"


def contract(doc_id: str, plan: str, edition: str, dated: bool = True) -> Source:
    year = int(edition) if dated else 0
    since, until = (date(year, 1, 1), date(year, 12, 31)) if year else (None, None)
    return Source(
        doc_id, "p", "0", doc_id, "contract", plan=plan, edition=edition, effective_from=since, effective_to=until
    )


ALWAYS = (
    Source("law", "p", "0", "Law", "law", effective_from=date(2000, 1, 1)),
    Source("digest", "p", "0", "Digest", "digest"),
    Source("guide", "p", "0", "Guide", "guide"),
)
CONTRACTS = (
    contract("cedar-2025", CEDAR, "2025"),
    contract("cedar-2026", CEDAR, "2026"),
    contract("blue-2026", BLUE, "2026"),
    contract("blue-2024", BLUE, "2024"),
)
REFERENCE = {source.doc_id for source in ALWAYS}


def generation(*sources: Source) -> Generation:
    return Generation(1, "now", "", {f"{s.doc_id}@v": s for s in sources})


def ids(keys: tuple[str, ...]) -> set[str]:
    return {key.rpartition("@")[0] for key in keys}


def asked(
    question: str = "how long", today: date = date(2026, 6, 1), extra: tuple[Source, ...] = (), **filters: object
) -> tuple[Filters, set[str], set[str], set[str]]:
    """The filters as completed, and the doc_ids that answer, of other editions, of other contracts."""
    found = scope(generation(*ALWAYS, *CONTRACTS, *extra), Filters(**filters), question, today)  # type: ignore[arg-type]
    return found.filters, ids(found.keys), ids(found.other_editions), ids(found.other_contracts)


def test_without_a_plan_no_contract_answers() -> None:
    filters, keys, editions, contracts = asked()
    assert keys == REFERENCE
    assert (editions, contracts) == (set(), {s.doc_id for s in CONTRACTS})
    assert (filters.plan, filters.edition) == ("", "")


def test_a_plan_and_edition_open_that_contract_alone() -> None:
    _, keys, editions, contracts = asked(plan=CEDAR, edition="2025")
    assert keys == REFERENCE | {"cedar-2025"}
    assert editions == {"cedar-2026"}
    assert contracts == {"blue-2026", "blue-2024"}


@pytest.mark.parametrize("name", ["Cedar Coast", "cedar coast health plan (SAMPLE)", "  cedar ", CEDAR])
def test_a_plan_is_named_by_its_beginning(name: str) -> None:
    assert asked(plan=name, edition="2026")[0].plan == CEDAR


def test_a_name_that_fits_two_plans_is_refused_unless_it_is_one_of_them() -> None:
    extra = (contract("dental", LONE, "2026"),)
    with pytest.raises(QueryError, match=r"plan 'cedar' fits several plans; known: .*Cedar Coast Dental Plan"):
        asked(plan="cedar", extra=extra)
    assert asked(plan=LONE.upper(), extra=extra)[0].plan == LONE


@pytest.mark.parametrize("name", ["Kaiser", "coast", "x", "%"])
def test_an_unknown_plan_is_refused_with_the_known_ones(name: str) -> None:
    with pytest.raises(
        QueryError, match=rf"plan '{name}' is not a plan in this knowledge base; known: Blue Harbor HMO"
    ):
        asked(plan=name)


def test_no_contract_at_all_is_said_so() -> None:
    with pytest.raises(QueryError, match=r"plan 'Kaiser' is not a plan in this knowledge base; known: none"):
        scope(generation(*ALWAYS), Filters(plan="Kaiser"), "q", date(2026, 1, 1))


def test_an_unknown_edition_is_refused_with_the_known_ones() -> None:
    with pytest.raises(
        QueryError, match=r"Cedar Coast Health Plan \(sample\) has no edition '2024' here; known: 2025, 2026"
    ):
        asked(plan=CEDAR, edition="2024")
    with pytest.raises(QueryError, match=r"no contract has edition '1999'; known: Blue Harbor HMO \(2024, 2026\)"):
        asked(edition="1999")


@pytest.mark.parametrize(
    ("today", "as_of", "edition"),
    [
        (date(2025, 7, 1), None, "2025"),
        (date(2026, 1, 1), None, "2026"),
        (date(2025, 12, 31), None, "2025"),
        (date(2030, 1, 1), None, "2026"),
        (date(2020, 1, 1), None, "2026"),
        (date(2026, 7, 1), date(2025, 3, 1), "2025"),
    ],
)
def test_without_an_edition_the_one_in_force_answers(today: date, as_of: date | None, edition: str) -> None:
    filters, keys, _, _ = asked(plan=CEDAR, today=today, as_of=as_of)
    assert filters.edition == edition
    assert {key for key in keys if key.startswith("cedar")} == {f"cedar-{edition}"}


def test_undated_editions_give_the_latest() -> None:
    extra = tuple(contract(f"elm-{year}", "Elm Street Plan", str(year), dated=False) for year in (2023, 2027, 2025))
    assert asked(plan="Elm", extra=extra)[0].edition == "2027"


@pytest.mark.parametrize(
    ("question", "plan", "edition"),
    [
        ("what was the copay in 2025 at Cedar Coast", CEDAR, "2025"),
        ("Cedar Coast 2026 deductible?", CEDAR, "2026"),
        ("is CEDAR COAST covering braces", CEDAR, "2026"),
        ("blue harbor appeal days in 2024", BLUE, "2024"),
        ("cedar coast: 2025 or 2026?", CEDAR, "2026"),
        ("cedar coast pays $2025", CEDAR, "2026"),
        ("cedar coast pays 2025.50", CEDAR, "2026"),
        ("cedar coast in 1999", CEDAR, "2026"),
        ("cedar and the coast in 2025", "", ""),
        ("cedar coast or blue harbor", "", ""),
        ("my plan's copay in 2025", "", ""),
    ],
)
def test_a_question_may_name_plan_and_year(question: str, plan: str, edition: str) -> None:
    filters = asked(question)[0]
    assert (filters.plan, filters.edition) == (plan, edition)


def whole(question: str, extra: tuple[Source, ...] = (), today: date = date(2026, 6, 1), **filters: object) -> Scope:
    """The scope itself, of the same documents as `asked`."""
    return scope(generation(*ALWAYS, *CONTRACTS, *extra), Filters(**filters), question, today)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("question", "edition"),
    [
        ("what does my 2025 book say about the copay", "2025"),
        ("broke my wrist in march 2025, what do I owe", "2025"),
        ("I saw her on 3/14/2025, what do I owe", "2025"),
        ("what is the copay this year", "2026"),
        ("what was the copay last year", "2026"),
        ("did the copay go up from 2025 to 2026?", "2026"),
        ("a member since 2025, what is my copay", "2026"),
    ],
)
def test_a_year_in_the_question_goes_before_a_chosen_edition_and_this_year_does_not(
    question: str, edition: str
) -> None:
    filters, keys, editions, _ = asked(question, plan=CEDAR, edition="2026")
    assert filters.edition == edition
    assert keys - REFERENCE == {f"cedar-{edition}"}
    assert editions == {"cedar-2025", "cedar-2026"} - keys


@pytest.mark.parametrize(
    ("question", "edition"),
    [("the copay last year", "2025"), ("copay this year?", "2026"), ("the copay in 2025", "2025")],
)
def test_without_a_chosen_edition_the_question_tells_it(question: str, edition: str) -> None:
    assert asked(question, plan=CEDAR)[0].edition == edition


@pytest.mark.parametrize("edition", ["", "2025", "2026"])
@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("what did an MRI cost in 2024", "2024"),
        ("what will an MRI cost in 2027?", "2027"),
        ("a bill from March 3, 2024", "March 3, 2024"),
        ("from 2023 or 2024", "2023"),
    ],
)
def test_a_year_without_an_edition_is_answered_from_no_other(question: str, words: str, edition: str) -> None:
    found = whole(question, plan=CEDAR, edition=edition)
    assert found.missing == words
    assert found.keys == ()
    assert ids(found.other_editions) == {"cedar-2025", "cedar-2026"}


def test_next_year_without_an_edition_is_missing_and_a_held_year_beside_it_answers() -> None:
    assert whole("what will the copay be next year", plan=CEDAR).missing == "next year"
    assert whole("the copay in 2024 and in 2025", plan=CEDAR).filters.edition == "2025"


def test_a_cited_law_is_found_whatever_the_year() -> None:
    found = whole("what did HSC 1383.15(c) say in 2024", plan=CEDAR)
    assert (found.missing, ids(found.keys)) == ("2024", REFERENCE)


def test_a_plan_named_in_the_question_without_the_chosen_edition_answers_from_none() -> None:
    found = whole("blue harbor appeal days", edition="2025")
    assert (found.filters.plan, found.missing, found.keys) == (BLUE, "2025", ())


def split_year(since: int) -> Source:
    return Source(
        f"split-{since}", "p", "0", "Split", "contract", plan="Elm Street Plan", edition=str(since),
        effective_from=date(since, 10, 1), effective_to=date(since + 1, 9, 30),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("question", "edition"),
    [
        ("deductible in 2024", "2024"),
        ("I saw him in November 2024", "2024"),
        ("I saw him in March 2025", "2024"),
        ("I saw him on 2025-11-02", "2025"),
        ("I saw him in autumn 2026", "2025"),
        ("the deductible this year", "2024"),
        ("I saw him in November 2026", "November 2026"),
    ],
)
def test_a_contract_year_that_is_no_calendar_year_is_told_by_its_days(question: str, edition: str) -> None:
    extra = (split_year(2024), split_year(2025))
    assert whole(question, extra, today=date(2025, 2, 1), plan="Elm").filters.edition == edition


TIER_NAMES = (
    "AnyHealth Standard",
    "AnyHealth Plus",
    "AnyHealth Premium",
    "Northwind Standard",
    "Northwind Health Plus",
)
TIERS = tuple(contract(plan.lower().replace(" ", "-"), plan, "2026") for plan in TIER_NAMES)


@pytest.mark.parametrize(
    ("question", "plan"),
    [
        ("does AnyHealth Plus cover acupuncture", "AnyHealth Plus"),
        ("anyhealth premium's deductible", "AnyHealth Premium"),
        ("What does Northwind Standard pay", "Northwind Standard"),
        ("the Northwind Health Standard plan", "Northwind Standard"),
        ("northwind plus, MRI", "Northwind Health Plus"),
        ("the Northwind Health Plus plan", "Northwind Health Plus"),
        ("what does AnyHealth pay", ""),
        ("Northwind Health deductible", ""),
        ("Northwind Standard or Northwind Health Plus", ""),
        ("the plus plan", ""),
        ("is AnyHealth Basic cheaper", ""),
    ],
)
def test_the_tier_is_part_of_a_plan_s_name(question: str, plan: str) -> None:
    assert asked(question, extra=TIERS)[0].plan == plan


@pytest.mark.parametrize(
    ("question", "plan"),
    [
        ("northwind deductible", "Northwind Health Plus"),
        ("northwind standard deductible", ""),
        ("northwind gold deductible", ""),
        ("north wind", ""),
    ],
)
def test_a_family_name_is_enough_where_one_plan_has_it_and_no_tier_follows(question: str, plan: str) -> None:
    assert asked(question, extra=TIERS[-1:])[0].plan == plan


@pytest.mark.parametrize(
    ("question", "plan"),
    [
        ("blue harbor ppo", ""),
        ("blue harbor hmo", BLUE),
        ("blue harbor health", BLUE),
        ("the cedar coast premium grace period", CEDAR),
        ("cedar coast dental plan", LONE),
        ("cedar coast", CEDAR),
    ],
)
def test_the_longest_name_that_stands_in_the_question_wins(question: str, plan: str) -> None:
    extra = (contract("dental", LONE, "2026"),)
    assert asked(question, extra=extra)[0].plan == plan


def test_two_plans_that_differ_by_type_alone_are_not_told_by_their_common_name() -> None:
    extra = (contract("ppo", "Blue Harbor PPO", "2026"),)
    assert asked("blue harbor copay", extra=extra)[0].plan == ""
    assert asked("blue harbor ppo copay", extra=extra)[0].plan == "Blue Harbor PPO"


def test_a_question_about_another_plan_than_the_chosen_one_is_answered_from_neither_contract() -> None:
    found = whole("does blue harbor pay", plan=CEDAR)
    assert (found.filters.plan, found.named_plan) == (CEDAR, BLUE)
    assert ids(found.keys) == REFERENCE
    assert ids(found.other_contracts) == {s.doc_id for s in CONTRACTS}


def test_a_question_that_names_both_is_asked_of_the_chosen_plan() -> None:
    found = whole("I left blue harbor for cedar coast, who pays", plan=CEDAR, edition="2026")
    assert (found.named_plan, ids(found.keys) - REFERENCE) == ("", {"cedar-2026"})


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("on March 3rd, 2025", date(2025, 3, 3), date(2025, 3, 3)),
        ("on 3 Sept. 2025", date(2025, 9, 3), date(2025, 9, 3)),
        ("02/28/2025", date(2025, 2, 28), date(2025, 2, 28)),
        ("2025-12-31", date(2025, 12, 31), date(2025, 12, 31)),
        ("feb of 2024", date(2024, 2, 1), date(2024, 2, 29)),
        ("dec 2024", date(2024, 12, 1), date(2024, 12, 31)),
        ("my 2025 plan", date(2025, 1, 1), date(2025, 12, 31)),
    ],
)
def test_days_are_read_as_written(text: str, first: date, last: date) -> None:
    (period,) = named_periods(text, date(2026, 6, 1))
    assert (period.first, period.last) == (first, last)


@pytest.mark.parametrize(
    "text", ["$2025", "2025.50", "2,025", "2025 dollars", "since 2022", "born in 2021", "by 2028", "13/45/2025", "1999"]
)
def test_what_is_no_time_of_care_is_no_period(text: str) -> None:
    assert named_periods(text, date(2026, 6, 1)) == ()


def test_a_leap_day_has_a_day_a_year_before() -> None:
    (period,) = named_periods("last year", date(2024, 2, 29))
    assert period.first == date(2023, 2, 28)


def test_a_day_shuts_out_what_is_not_in_force() -> None:
    assert "law" not in asked(as_of=date(1999, 12, 31))[1]
    assert "law" in asked(as_of=date(2000, 1, 1))[1]
    later = Source("old", "p", "0", "Old", "law", effective_to=date(2010, 1, 1))
    assert "old" in asked(as_of=date(2010, 1, 1), extra=(later,))[1]
    assert "old" not in asked(as_of=date(2010, 1, 2), extra=(later,))[1]


@pytest.mark.parametrize("authority", AUTHORITIES)
def test_only_the_ranks_asked_for_answer(authority: Authority) -> None:
    _, keys, editions, contracts = asked(authorities=(authority,), plan=CEDAR, edition="2026")
    everyone = {s.doc_id: s.authority for s in (*ALWAYS, *CONTRACTS)}
    assert {everyone[key] for key in keys | editions | contracts} <= {authority}


def test_a_contract_of_no_plan_always_answers() -> None:
    extra = (Source("booklet", "p", "0", "Booklet", "contract"),)
    assert "booklet" in asked(extra=extra)[1]


def test_plans_are_listed_with_their_editions_in_order() -> None:
    assert plans(CONTRACTS) == {BLUE: ("2024", "2026"), CEDAR: ("2025", "2026")}
    assert plans(ALWAYS) == {}


@given(
    st.sampled_from(["", "Cedar Coast", "Blue Harbor"]),
    st.sampled_from(["", "2026"]),
    st.none() | st.dates(date(1990, 1, 1), date(2030, 1, 1)),
    st.lists(st.sampled_from(AUTHORITIES), unique=True).map(tuple),
    st.sampled_from(["how long", "cedar coast 2025", "in 2024", "blue harbor", "last year", "blue harbor in 2019"]),
)
def test_every_document_is_in_one_place_at_most(
    plan: str, edition: str, as_of: date | None, authorities: tuple[Authority, ...], question: str
) -> None:
    filters, keys, editions, contracts = asked(
        question, plan=plan, edition=edition, as_of=as_of, authorities=authorities
    )
    assert not keys & editions and not keys & contracts and not editions & contracts
    quoted = [s for s in CONTRACTS if s.doc_id in keys]
    assert all(s.plan == filters.plan and s.edition == filters.edition for s in quoted)
    if not filters.plan:
        assert not quoted


@pytest.mark.parametrize("question", ["what will my MRI cost in 2027", "a bill from 2023, what was the copay then"])
def test_a_year_that_is_not_here_is_abstained_from_in_the_answer(corpus_kb: KnowledgeBase, question: str) -> None:
    answer = corpus_kb.ask(Query(question, Filters(plan="Cedar Coast")))
    assert (answer.status, answer.sections) == ("abstained", ())


@pytest.mark.parametrize("year", ["2025", "2026"])
def test_a_year_in_the_question_is_answered_from_that_edition_alone(corpus_kb: KnowledgeBase, year: str) -> None:
    answer = corpus_kb.ask(Query(f"MRI copayment in {year}", Filters(plan="Cedar Coast", edition="2026")))
    contracts = {hit.passage.doc_id for hit in answer.hits if hit.passage.doc_id.startswith("cedar")}
    assert contracts == {f"cedar-coast-{year}"}
