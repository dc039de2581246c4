"""Questions whose answer depends on the plan and the year: read from files, and asked in each way a member asks them.

A line of a file: id, question, kind, answers; optional split. What stands in [brackets] in the question names the
plan ({plan}) or the year ({year}); it is left out where plan and edition are chosen. An answer: document (doc_id or
file name), plan, optional edition, quotes or pages (from 1, of the file), optional facts.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from evals.jsonl import Record, read_lines
from evals.questions import SPLITS, Split
from kb.errors import EvalDataError

Way = Literal["chosen", "year named", "plan named"]
"""Plan and edition chosen; plan chosen and the year named; nothing chosen and all of it named in the question."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question asked one way. `plan` and `edition` are chosen ("" for not); the answer stands in `document`.

    Gold is `quotes` of the document or `pages` of its file, never both empty. One of `facts` is the answer.
    """

    id: str
    way: Way
    question: str
    plan: str
    edition: str
    document: str
    quotes: tuple[str, ...] = ()
    pages: tuple[int, ...] = ()
    facts: tuple[str, ...] = ()
    split: Split = ""


def read_asked(path: Path) -> tuple[Asked, ...]:
    """Every question of a file asked every way, in order. Raises EvalDataError with file and line for a bad one."""
    found = [asked for record in read_lines(path) for asked in _ways(record)]
    if not found:
        raise EvalDataError(f"{path}: holds no question")
    return tuple(found)


def _ways(record: Record) -> Iterator[Asked]:
    record.only(("id", "question", "kind", "answers", "split"))
    split = record.text("split", "")
    if split not in SPLITS:
        raise record.fail(f'split must be "dev" or "test", not {split!r}')
    written = record.text("question")
    for answer in record.records("answers"):
        answer.only(("document", "plan", "edition", "quotes", "pages", "facts"))
        plan, edition = answer.text("plan"), answer.text("edition", "")
        short = re.sub(r"\s*\(.*\)", "", plan)
        plain = _plain(re.sub(r"\[[^\]]*\]", "", written))
        named = _plain(re.sub(r"[\[\]]", "", written)).replace("{plan}", short).replace("{year}", edition)
        ways: list[tuple[Way, str, str, str]] = [("chosen", plain, plan, edition)]
        if "{year}" in written:
            ways.append(("year named", named, plan, ""))
            ways.append(("plan named", f"{short}: {named}", "", ""))
        elif "{plan}" in written:
            ways.append(("plan named", named, "", ""))
        for way, question, chosen, year in ways:
            yield Asked(
                id=f"{record.text('id')} {edition or plan}",
                way=way,
                question=question,
                plan=chosen,
                edition=year,
                document=answer.text("document"),
                quotes=answer.texts("quotes"),
                pages=_pages(answer),
                facts=answer.texts("facts"),
                split=split,
            )


def _pages(record: Record) -> tuple[int, ...]:
    pages = record.members.get("pages") or []
    if not isinstance(pages, list) or any(not isinstance(page, int) or page < 1 for page in pages):
        raise record.fail(f"pages must be a list of whole numbers from 1, not {pages!r}")
    if bool(pages) == bool(record.members.get("quotes")):
        raise record.fail("give either quotes or pages")
    return tuple(pages)


def _plain(text: str) -> str:
    """Single blanks, none before a mark."""
    return re.sub(r"\s+([?,.:])", r"\1", " ".join(text.split())).strip(" ,")


_CITED = re.compile(r"\[([^\]\[]+\.pdf)#page=(\d+)\]")


def read_northwind(path: Path, plans: dict[str, str]) -> tuple[Asked, ...]:
    """The questions of `path` whose cited page is in a contract of `plans` (file name -> plan), asked with the plan
    chosen, and again as written where they name it. Half is development, by the hash of the question.
    """
    found = []
    for number, record in enumerate(read_lines(path), 1):
        question, cited = record.text("question"), _CITED.findall(record.text("truth"))
        if not cited or cited[0][0] not in plans:
            continue
        document, plan = cited[0][0], plans[cited[0][0]]
        pages = tuple(int(page) for name, page in cited if name == document)
        split: Split = "dev" if hashlib.sha256(question.encode()).digest()[0] % 2 == 0 else "test"
        ways: list[tuple[Way, str]] = [("chosen", plan)]
        if _names(question, plan, plans.values()):
            ways.append(("plan named", ""))
        found += [Asked(f"nw-{number:03}", way, question, p, "", document, (), pages, (), split) for way, p in ways]
    if not found:
        raise EvalDataError(f"{path}: no question cites a page of {', '.join(plans)}")
    return tuple(found)


def _names(question: str, plan: str, plans: Iterable[str]) -> bool:
    """Whether the question names `plan` in full and no other plan."""
    words = question.casefold()
    return [name for name in plans if name.casefold() in words] == [plan]
