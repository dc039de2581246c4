"""What a member says about themselves beside the question: kind of plan, region, dates of their own, language."""

from dataclasses import dataclass
from datetime import date
from typing import Literal, cast, get_args

from kb.errors import QueryError

PlanType = Literal["", "commercial", "individual", "erisa", "medi-cal", "medicare", "other"]
PLAN_TYPES: tuple[PlanType, ...] = get_args(PlanType)[1:]


@dataclass(frozen=True, slots=True)
class Circumstances:
    """The kind of plan and the region ("" unknown), the member's dates, and the language of our own words.

    `denial_date` is the date on the letter of denial, `grievance_date` the day on which the plan received the
    grievance or appeal. `language` "" is that of the question.
    """

    plan_type: PlanType = ""
    region: str = ""
    denial_date: date | None = None
    grievance_date: date | None = None
    language: Literal["", "en", "es"] = ""


def circumstances(
    plan_type: str = "",
    region: str = "",
    denial_date: str | date | None = None,
    grievance_date: str | date | None = None,
    lang: str = "",
) -> Circumstances:
    """Circumstances from a door's plain options. Raises QueryError for a value that is none of those known."""
    if plan_type not in get_args(PlanType):
        raise QueryError(f"plan type {plan_type!r} is none of {', '.join(PLAN_TYPES)}")
    if lang not in ("", "en", "es"):
        raise QueryError(f"language {lang!r} is neither en nor es")
    return Circumstances(
        next(known for known in get_args(PlanType) if known == plan_type),
        region,
        _day("denial date", denial_date),
        _day("grievance date", grievance_date),
        cast(Literal["", "en", "es"], lang),
    )


def _day(name: str, value: str | date | None) -> date | None:
    if value is None or isinstance(value, date):
        return value
    if not value:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError as exc:
        raise QueryError(f"{name} {value!r} is no date: write YYYY-MM-DD") from exc
