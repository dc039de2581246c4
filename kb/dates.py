"""Dates from periods: the last day of so many days, business days or months, and the rule of counting in words.

The day that a period runs from is not counted. Business days leave out Saturdays and Sundays and no holidays, since
which days a court or an office keeps closed is not in the documents. Hours are counted as whole days, because the hour
of an event is not known. A last day that falls on a weekend is not moved.
"""

from calendar import monthrange
from datetime import date, timedelta
from math import ceil

from kb.phrases import Language, phrase
from kb.quantities import Quantity

_FRIDAY = 4
_HOURS = 24
_MINUTES = 1440
_LONGEST = 36_500
"""Days; a longer period is a misreading and gives no date."""


def last_day(start: date, period: Quantity) -> date | None:
    """The last day of `period` when it runs from `start`; None for no limit, or for what is no period of time.

    Of a range it is the lower end, which can be relied on.
    """
    amount = period.amount if period.low is None else period.low
    if period.kind != "duration" or period.unit in ("unlimited", "") or not 0 < amount < _LONGEST:
        return None
    try:
        if period.unit == "business days":
            return _after_business_days(start, int(amount))
        if period.unit == "months":
            return _after_months(start, int(amount))
        if period.unit == "days":
            return start + timedelta(days=ceil(amount))
        return start + timedelta(days=ceil(amount / (_HOURS if period.unit == "hours" else _MINUTES)))
    except (OverflowError, ValueError):  # beyond the last year that a date can have
        return None


def _after_business_days(start: date, count: int) -> date:
    day = start
    while count:
        day += timedelta(days=1)
        count -= day.weekday() <= _FRIDAY
    return day


def _after_months(start: date, count: int) -> date:
    """The same day of a later month, or that month's last day where it is shorter."""
    years, month = divmod(start.month - 1 + count, 12)
    year = start.year + years
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def day_words(day: date, language: Language) -> str:
    """A date as people write it: "May 1, 2027", "1 de mayo de 2027"."""
    month = phrase("dates.months_of_year", language).split()[day.month - 1]
    return phrase("dates.day", language, day=day.day, month=month, year=day.year)


def counting_rule(start: date, period: Quantity, given: str, language: Language) -> str:
    """How the date was counted, for people. `given` is the date that the member gave: "denial" or "grievance"."""
    unit = {"business days": "business", "months": "months", "days": "days"}.get(period.unit, "hours")
    told, named = " ".join(period.text.split()), phrase(f"dates.{given}", language)
    lines = [phrase(f"dates.in_{unit}", language, period=told, day=day_words(start, language), start=named)]
    if given == "denial" and period.start in ("receipt", "incident"):
        lines.append(phrase(f"dates.runs_from_{period.start}", language))
    return " ".join(lines)
