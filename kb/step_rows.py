"""The rows of steps.toml: which steps there are, for whom, and how the sentence of each is known."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, cast

When = Literal["", "by", "from", "expect"]
_FILE = Path(__file__).parent / "steps.toml"
_NEVER = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True)
class Row:
    """One row of steps.toml."""

    id: str
    plan_types: frozenset[str]
    matter: str
    says: tuple[re.Pattern[str], ...]
    never: re.Pattern[str]
    is_list: bool
    plans: tuple[str, ...]
    urgent: bool
    phase: str
    show: str
    topics: frozenset[str]
    start: str
    when: When
    note: str
    prefer: re.Pattern[str]
    safe: tuple[str, ...]
    safe_if_unknown: tuple[str, ...]


@cache
def rows() -> tuple[Row, ...]:
    found: list[dict[str, Any]] = tomllib.loads(_FILE.read_text(encoding="utf-8"))["step"]
    return tuple(
        Row(
            row["id"],
            frozenset(row["plan_types"]),
            row.get("matter", ""),
            tuple(re.compile(pattern) for pattern in row.get("says", ())),
            re.compile(row["never"]) if "never" in row else _NEVER,
            row.get("list", False),
            tuple(row["plans"]),
            row.get("urgent", False),
            row.get("phase", ""),
            row.get("show", "always"),
            frozenset(row.get("topics", ())),
            row.get("from", ""),
            cast(When, row.get("when", "")),
            row.get("note", ""),
            re.compile(row.get("prefer", "")),
            tuple(row.get("safe", ())),
            tuple(row.get("safe_if_unknown", ())),
        )
        for row in found
    )
