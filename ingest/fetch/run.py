"""Names of official texts to files in the corpus: asked for one by one, checked, kept; what fails is told, not kept."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from filelock import FileLock, Timeout

from ingest.fetch.download import Download
from ingest.fetch.official import LIST, Kind, OfficialList, parse_name, read_list
from ingest.fetch.shelf import Shelf
from ingest.fetch.sites import Check, Sites, same_law
from ingest.manifest import read_manifest
from kb.errors import KbError, SourceError


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a name. words: what there is to tell of it, as a sentence without its end."""

    name: str
    status: Literal["new", "changed", "same", "skipped", "failed"]
    words: str = ""


def fetch(
    names: Sequence[str],
    corpus: Path,
    download: Download,
    checks: Mapping[Kind, Check],
    today: date,
    *,
    everything: bool = False,
    if_older: int = 0,
    tell: Callable[[int, int, Outcome], None],
) -> tuple[Outcome, ...]:
    """The outcome of every name, in order and each once; with `everything`, of the corpus's list after them.

    if_older: a text retrieved less than so many days ago is skipped. tell: called with the number of each outcome,
    how many there will be, and the outcome. Raises SourceError where nothing can be fetched at all: a broken manifest
    or list, or another run that is writing.
    """
    read_manifest(corpus)  # with errors in it, nothing is fetched: what came could not be listed
    listed = read_list(corpus) if everything or (corpus / LIST).exists() else OfficialList()
    wanted = dict.fromkeys(_plain(text) for text in names)
    wanted |= dict.fromkeys(row.name.written for row in listed.sections if everything)
    outcomes: list[Outcome] = []
    with _writing(corpus):
        shelf, sites = Shelf(corpus, today), Sites(download, checks)
        for number, text in enumerate(wanted, 1):
            outcome = _fetch(text, listed, shelf, sites, checks, download.mirror, today, if_older)
            outcomes.append(outcome)
            tell(number, len(wanted), outcome)
    return tuple(outcomes)


def _plain(text: str) -> str:
    """A name in its usual form, so that one text is fetched once; what is no name stays as it is."""
    try:
        return parse_name(text).written
    except SourceError:
        return text


@contextmanager
def _writing(corpus: Path) -> Iterator[None]:
    """Hold the one right to write below ``corpus/official``; the system takes it back from a process that dies."""
    lock = FileLock(corpus / "official" / ".lock", timeout=0)
    try:
        (corpus / "official").mkdir(exist_ok=True)
        lock.acquire()
    except Timeout as exc:
        raise SourceError(f"{corpus / 'official'}: another fetch is writing there; wait for its end") from exc
    except OSError as exc:
        raise SourceError(f"{corpus / 'official'}: cannot be written ({exc.strerror})") from exc
    try:
        yield
    finally:
        lock.release()


def _fetch(
    text: str,
    listed: OfficialList,
    shelf: Shelf,
    sites: Sites,
    checks: Mapping[Kind, Check],
    mirror: str,
    today: date,
    if_older: int,
) -> Outcome:
    """Fetch one name, unless what is held is young enough."""
    try:
        name = parse_name(text)
        held = shelf.held(name)
        days = [(today - row.retrieved).days for row in held if row.retrieved]
        if held and len(days) == len(held) and max(days) < if_older:
            return Outcome(name.written, "skipped", f"retrieved {_ago(max(days))}")
        texts = sites.texts(name)
        title = next((row.title for row in listed.sections if row.name == name), "")
        change = shelf.put(name, texts, title, mirror, lambda old, new: same_law(old, new, name, checks[name.kind]))
    except KbError as exc:
        link = next((url for citation, url in listed.links if citation == text), "")
        return Outcome(text, "failed", f"no site gives this text to programs; read it at {link}" if link else str(exc))
    size = sum(len(found.data) for found in texts)
    return Outcome(name.written, change, f"{size:,} bytes" + (f", {len(texts)} versions" if len(texts) > 1 else ""))


def _ago(days: int) -> str:
    return "today" if days <= 0 else f"{days} day{'s' if days > 1 else ''} ago"
