"""Questions from a file of JSON lines, and answers to one; the options of a question by name."""

import argparse
import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from kb.circumstances import circumstances
from kb.errors import QueryError
from kb.types import AUTHORITIES, Filters, Query

OPTIONS = (
    "plan",
    "edition",
    "as_of",
    "authority",
    "k",
    "plan_type",
    "region",
    "denial_date",
    "grievance_date",
    "lang",
    "after",
)


def positive(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 100:
        raise argparse.ArgumentTypeError("must be from 1 to 100")
    return number


def batch_rows(path: Path) -> list[dict[str, Any]]:
    """The questions of a batch file. Raises QueryError naming the first line that is not {"id", "question", ...}."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as exc:
        raise QueryError(f"{path} cannot be read: {exc}") from exc
    rows = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as exc:
            raise QueryError(f"{path}, line {number}: not JSON ({exc})") from exc
        if not isinstance(row, dict) or "id" not in row or not isinstance(row.get("question"), str):
            raise QueryError(f'{path}, line {number}: expected {{"id": ..., "question": "..."}}')
        rows.append(row)
    return rows


def write_lines(path: Path, rows: list[dict[str, Any]]) -> None:
    try:
        path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    except OSError as exc:
        raise QueryError(f"{path} cannot be written: {exc.strerror}") from exc


def query_of(row: dict[str, Any], given: dict[str, Any]) -> Query:
    """The Query of a batch line; what the line does not say comes from the command's options."""
    said = {**given, **{name: row[name] for name in OPTIONS if row.get(name) is not None}}
    try:
        as_of = said["as_of"] if said["as_of"] is None or isinstance(said["as_of"], date) else _date(said["as_of"])
        k = positive(str(said["k"]))
    except (ValueError, argparse.ArgumentTypeError) as exc:
        raise QueryError(f"question {row.get('id', '')!r}: {exc}") from exc
    authority = [said["authority"]] if isinstance(said["authority"], str) else said["authority"]
    if not isinstance(authority, list) or any(rank not in AUTHORITIES for rank in authority):
        raise QueryError(f"question {row.get('id', '')!r}: authority {authority!r} is none of {', '.join(AUTHORITIES)}")
    try:
        told = circumstances(
            *(str(said[name] or "") for name in ("plan_type", "region", "denial_date", "grievance_date", "lang"))
        )
    except QueryError as exc:
        raise QueryError(f"question {row.get('id', '')!r}: {exc}") from exc
    after = str(said["after"] or "")
    return Query(row["question"], _filters(str(said["plan"]), str(said["edition"]), authority, as_of), k, told, after)


def _filters(plan: str, edition: str, authorities: Sequence[str], as_of: date | None) -> Filters:
    return Filters(plan, edition, tuple(a for a in AUTHORITIES if a in authorities), as_of)


def _date(value: Any) -> date:
    return date.fromisoformat(str(value) if isinstance(value, str) else repr(value) + " is not a date")
