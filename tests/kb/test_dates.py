"""Days counted from a period, against counting by hand and against a second way of counting."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.dates import counting_rule, day_words, last_day
from kb.quantities import quantities

START = date(2026, 11, 2)  # a Monday
CASES = [
    ("within 30 days", date(2026, 12, 2)),
    ("180 calendar days", date(2027, 5, 1)),
    ("5 calendar days", date(2026, 11, 7)),
    ("five business days", date(2026, 11, 9)),
    ("3 working days", date(2026, 11, 5)),
    ("six months", date(2027, 5, 2)),
    ("4 months", date(2027, 3, 2)),
    ("72 hours", date(2026, 11, 5)),
    ("24 hours", date(2026, 11, 3)),
    ("30 minutes", date(2026, 11, 3)),
    ("two weeks", date(2026, 11, 16)),
    ("between 90 and 120 days", date(2027, 1, 31)),
    ("no time limit", None),
    ("$30", None),
]


@pytest.mark.parametrize(("words", "day"), CASES)
def test_the_last_day(words: str, day: date | None) -> None:
    assert last_day(START, quantities(words)[0]) == day


@pytest.mark.parametrize(
    ("start", "day"),
    [
        (date(2026, 8, 31), date(2027, 2, 28)),
        (date(2027, 8, 31), date(2028, 2, 29)),
        (date(2026, 6, 30), date(2026, 12, 30)),
    ],
)
def test_months_end_with_a_shorter_month(start: date, day: date) -> None:
    assert last_day(start, quantities("6 months")[0]) == day


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(1, 400))
def test_business_days_are_the_weekdays_after_the_start(start: date, count: int) -> None:
    day = last_day(start, quantities(f"{count} business days")[0])
    assert day is not None and day.weekday() < 5
    between = (start + timedelta(days=n) for n in range(1, (day - start).days + 1))
    assert sum(one.weekday() < 5 for one in between) == count


@given(st.dates(), st.sampled_from(["30 days", "5 business days", "6 months", "72 hours", "99999 days"]))
def test_no_date_breaks_the_count(start: date, words: str) -> None:
    day = last_day(start, quantities(words)[0])
    assert day is None or day > start


def test_the_rule_says_how_it_was_counted() -> None:
    rule = counting_rule(START, quantities("five business days after receipt")[0], "grievance", "en")
    assert "business days" in rule and "Saturdays and Sundays are left out" in rule and "Holidays are not" in rule
    assert "d\u00edas h\u00e1biles" in counting_rule(START, quantities("five business days")[0], "denial", "es")
    assert "the day you received" in counting_rule(START, quantities("60 days after receipt")[0], "denial", "en")


def test_days_in_words() -> None:
    assert (day_words(date(2027, 5, 1), "en"), day_words(date(2027, 5, 1), "es")) == (
        "May 1, 2027",
        "1 de mayo de 2027",
    )
