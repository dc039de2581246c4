"""Reading JSON objects whose members have known types: a wrong one is an EvalDataError that names file and line."""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from kb.errors import EvalDataError
from kb.types import Span


@dataclass(frozen=True, slots=True)
class Record:
    """One JSON object and where it stands ("questions.jsonl, line 3"). Every reader names that place when it raises."""

    where: str
    members: Mapping[str, object]

    def fail(self, message: str) -> EvalDataError:
        """The error to raise about this object."""
        return EvalDataError(f"{self.where}: {message}")

    def only(self, names: Collection[str]) -> None:
        """Raise where a member has a name not among `names`: a misspelt field must not be ignored."""
        unknown = sorted(set(self.members) - set(names))
        if unknown:
            raise self.fail(f"unknown field {unknown[0]!r}; the fields are {', '.join(sorted(names))}")

    def has(self, name: str) -> bool:
        """Whether the member is there and not null."""
        return self.members.get(name) is not None

    def text(self, name: str, default: str | None = None) -> str:
        """A text. Without a default it must be there and not blank."""
        value = self._value(name, default)
        if not isinstance(value, str):
            raise self.fail(f"{name} must be text in quotation marks, not {value!r}")
        if default is None and not value.strip():
            raise self.fail(f"{name} is empty")
        return value

    def flag(self, name: str) -> bool:
        """true or false."""
        value = self._value(name, None)
        if not isinstance(value, bool):
            raise self.fail(f"{name} must be true or false, not {value!r}")
        return value

    def whole(self, name: str) -> int:
        """A whole number."""
        value = self._value(name, None)
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.fail(f"{name} must be a whole number, not {value!r}")
        return value

    def number(self, name: str) -> float:
        """A number."""
        return self._as_number(name, self._value(name, None))

    def span(self, name: str) -> Span:
        """A pair of whole numbers, start before end, both from 0."""
        value = self._value(name, None)
        pair = [n for n in value if isinstance(n, int) and not isinstance(n, bool)] if isinstance(value, list) else []
        if len(pair) != 2 or pair != value or not 0 <= pair[0] < pair[1]:
            raise self.fail(f"{name} must be [start, end] with 0 <= start < end, not {value!r}")
        return pair[0], pair[1]

    def pair(self, name: str) -> tuple[float, float] | None:
        """A pair of numbers, or None for null or a missing member."""
        value = self.members.get(name)
        if value is None:
            return None
        if not isinstance(value, list) or len(value) != 2:
            raise self.fail(f"{name} must be two numbers or null, not {value!r}")
        return self._as_number(name, value[0]), self._as_number(name, value[1])

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts, none blank; () where it is missing."""
        return self._texts(name, self._list(name))

    def text_lists(self, name: str) -> tuple[tuple[str, ...], ...]:
        """A list of non-empty lists of texts; () where it is missing."""
        found = []
        for value in self._list(name):
            if not isinstance(value, list) or not value:
                raise self.fail(f"{name} must be a list of non-empty lists of texts; it holds {value!r}")
            found.append(self._texts(name, value))
        return tuple(found)

    def record(self, name: str) -> "Record":
        """An object inside this one; empty where it is missing."""
        return _record(f"{self.where}, {name}", self.members.get(name) or {})

    def records(self, name: str) -> tuple["Record", ...]:
        """A list of objects; () where it is missing."""
        return tuple(_record(f"{self.where}, {name} {n}", value) for n, value in enumerate(self._list(name), 1))

    def _value(self, name: str, default: str | None) -> object:
        value = self.members.get(name)
        if value is None and default is None:
            raise self.fail(f"{name} is missing")
        return default if value is None else value

    def _as_number(self, name: str, value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.fail(f"{name} must be a number, not {value!r}")
        return float(value)

    def _list(self, name: str) -> list[object]:
        value = self.members.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            raise self.fail(f"{name} must be a list, not {value!r}")
        return value

    def _texts(self, name: str, values: list[object]) -> tuple[str, ...]:
        wrong = [value for value in values if not isinstance(value, str) or not value.strip()]
        if wrong:
            raise self.fail(f"{name} must hold texts that are not empty; it holds {wrong[0]!r}")
        return tuple(cast(list[str], values))


def read_lines(path: Path) -> Iterator[Record]:
    """The objects of a JSON lines file (UTF-8) in order; blank lines are passed over, an empty file gives none."""
    for number, line in enumerate(_read(path).split("\n"), 1):
        if line.strip():
            yield parse(line, f"{path}, line {number}")


def read_object(path: Path) -> Record:
    """The one JSON object that is the whole of a file (UTF-8)."""
    return parse(_read(path), str(path))


def parse(text: str, where: str) -> Record:
    """The JSON object written in `text`."""
    try:
        return _record(where, json.loads(text))
    except (json.JSONDecodeError, RecursionError) as exc:
        raise EvalDataError(f"{where}: not JSON ({exc}): correct it") from exc


def _record(where: str, value: object) -> Record:
    if not isinstance(value, dict):
        raise EvalDataError(f"{where}: must be a JSON object, not {value!r}")
    return Record(where, value)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as exc:
        raise EvalDataError(f"{path}: not UTF-8 ({exc.reason} at byte {exc.start}): save it as UTF-8") from exc
    except OSError as exc:
        raise EvalDataError(f"{path}: cannot be read ({exc.strerror or exc}): check the path") from exc
