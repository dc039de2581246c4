"""What went wrong with a question of a run, told from its row alone."""

from collections.abc import Callable
from typing import Literal, get_args

from evals.rows import Row

Failure = Literal["refused", "answered", "not_found", "fact_missing", "forbidden", "wrong_document", "not_verbatim"]
FAILURES: tuple[Failure, ...] = get_args(Failure)
"""Each with a name that does not change; a question can fail in several ways."""


def failures_of(row: Row) -> tuple[Failure, ...]:
    """Everything that went wrong, in the order of `FAILURES`; () for a question that went well."""
    return tuple(name for name in FAILURES if _TESTS[name](row))


def _was_refused(row: Row) -> bool:
    return row.status in ("abstained", "rejected")


def _share(row: Row, measure: str) -> float | None:
    ratio = row.scores.get(measure)
    return None if ratio is None else ratio.value


_TESTS: dict[Failure, Callable[[Row], bool]] = {
    "refused": lambda row: row.answerable and _was_refused(row),
    "answered": lambda row: not row.answerable and not _was_refused(row),
    "not_found": lambda row: _share(row, "success@10") == 0,
    "fact_missing": lambda row: not _was_refused(row) and _share(row, "all_key_facts") == 0,
    "forbidden": lambda row: (_share(row, "must_not_violations") or 0) > 0,
    "wrong_document": lambda row: (_share(row, "wrong_document") or 0) > 0,
    "not_verbatim": lambda row: (share := _share(row, "quote_exactness")) is not None and share < 1,
}
