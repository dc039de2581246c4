"""Quantities read from sentences, and when two of them agree."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.quantities import days, likeness, modality, plain, quantities, words

DURATIONS = [
    ("within 5 calendar days of receipt", 5, "days", "at most", "receipt"),
    ("within thirty (30) days after the notice", 30, "days", "at most", "notice"),
    ("five working days", 5, "business days", "", ""),
    ("5-business-day limit", 5, "business days", "", ""),
    ("not to exceed 72 hours after the plan's receipt", 72, "hours", "at most", "receipt"),
    ("at least 180 days from the incident", 180, "days", "at least", "incident"),
    ("The 180-day minimum", 180, "days", "at least", ""),
    ("no more than 30 minutes", 30, "minutes", "at most", ""),
    ("six months from the decision", 6, "months", "", "decision"),
    ("two weeks", 14, "days", "", ""),
    ("one year", 12, "months", "", ""),
    ("one hundred and eighty days", 180, "days", "", ""),
    ("forty-five days", 45, "days", "", ""),
    ("about 7 days", 7, "days", "about", ""),
    ("there is no time limit for it", 0, "unlimited", "", ""),
]


@pytest.mark.parametrize(("text", "amount", "unit", "bound", "start"), DURATIONS)
def test_a_duration_is_read(text: str, amount: float, unit: str, bound: str, start: str) -> None:
    (found,) = quantities(text)
    assert (found.kind, found.amount, found.unit, found.bound, found.start) == ("duration", amount, unit, bound, start)


@pytest.mark.parametrize("text", ["24 hours a day, 7 days a week", "two twenty days", "in 2026", "HSC 1368.01(a)"])
def test_no_duration_is_read(text: str) -> None:
    assert quantities(text) == ()


@pytest.mark.parametrize(
    ("text", "kind", "amount"),
    [
        ("call 1-800-555-0142 (TTY 711)", "phone", 8005550142),
        ("call (800) 555-0142", "phone", 8005550142),
        ("a fee of $1,250.50", "money", 1250.50),
        ("10 cents for each page", "money", 0.10),
        ("Coinsurance of 20 percent", "percent", 20),
        ("until age 26", "age", 26),
        ("under 21 years old", "age", 21),
    ],
)
def test_other_kinds_are_read(text: str, kind: str, amount: float) -> None:
    assert [(q.kind, q.amount) for q in quantities(text)] == [(kind, amount)]


def test_a_value_can_be_denied_and_a_range_has_two_ends() -> None:
    kept, denied = quantities("within 5 calendar days, not 5 business days")
    assert (kept.denied, denied.denied) == (False, True)
    assert quantities("The older figure of 60 days is out of date")[0].denied
    (limit,) = quantities("a limit of between 90 and 120 days")
    assert (limit.low, limit.amount) == (90, 120)
    assert likeness(limit, quantities("120 days")[0]) == "same"


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("30 days", "30 calendar days", "same"),
        ("60 minutes", "one hour", "same"),
        ("12 months", "one year", "same"),
        ("two weeks", "14 days", "same"),
        ("72 hours", "3 days", "near"),
        ("72 hours", "3 business days", "differs"),
        ("5 business days", "5 calendar days", "differs"),
        ("six months", "180 days", "differs"),
        ("no time limit", "180 days", "differs"),
        ("10 minutes", "15 minutes", "differs"),
    ],
)
def test_only_exact_conversions_agree(one: str, other: str, expected: str) -> None:
    first, second = quantities(one)[0], quantities(other)[0]
    assert likeness(first, second) == likeness(second, first) == expected


def test_periods_in_days() -> None:
    of = {text: days(quantities(text)[0]) for text in ("six months", "5 business days", "72 hours", "no time limit")}
    assert of["six months"] == (181, 184)
    assert of["5 business days"] == (7, 7)
    assert of["72 hours"] == (3, 3)
    assert of["no time limit"][0] == float("inf")
    assert words(quantities("within 1 day")[0]) == "1 day"
    assert words(quantities("within 1 day")[0], "es") == "1 día"
    assert words(quantities("2 to 5 business days")[0], "es") == "2 a 5 días hábiles"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The plan shall not charge a fee", "must not"),
        ("You do not have to use this step", "need not"),
        ("The decision is binding", "binding"),
        ("The plan shall authorize it", "must"),
        ("You may appeal", "may"),
        ("It takes long", ""),
    ],
)
def test_modality(text: str, expected: str) -> None:
    assert modality(text) == expected


@given(st.text(max_size=200))
def test_spans_are_exact_apart_and_in_order(text: str) -> None:
    found = quantities(text)
    assert len(plain(text)) == len(text)
    assert all(text[slice(*q.span)] == q.text for q in found)
    assert all(a.span[1] <= b.span[0] for a, b in pairwise(found))


@given(st.integers(1, 400), st.sampled_from(["days", "business days", "hours", "minutes"]), st.text(max_size=20))
def test_a_written_period_is_found_wherever_it_stands(number: int, unit: str, after: str) -> None:
    text = f"within {number} {unit}. {after}"
    first = quantities(text)[0]
    assert (first.amount, first.unit) == (number, unit)
