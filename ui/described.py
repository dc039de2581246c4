"""What a file is, as its form says: read from the file, with the words that this rests on, to be corrected there."""

import hashlib
from dataclasses import dataclass, replace
from datetime import date

import streamlit as st

from ingest.identity import Identity, Reading
from ingest.read import is_law, read
from ingest.upload import proposal
from kb.errors import KbError
from kb.types import Authority, Source
from ui.language import say, say_html
from ui.markup import panel, text_html
from ui.problem import error_panel

KINDS: tuple[Authority, ...] = ("contract", "guide", "digest", "agency")
"""What an added file can be; never law, which only an importer of official formats recognises."""

_READ = ("kind", "plan", "edition", "effective_from", "effective_to")
"""What can be read from a contract, as `Identity` names it."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as the browser sent it; `name` is what the person calls it, and never becomes a path."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the person says about a file, having seen what was read from it."""

    authority: Authority
    title: str = ""
    plan: str = ""
    edition: str = ""
    effective_from: date | None = None
    effective_to: date | None = None


def shown_name(name: str) -> str:
    """The last part of a file name as sent, in printable characters."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(c if c.isprintable() else "\ufffd" for c in last) or "file"


def described(known: list[str], upload: Upload, place: str, *, many: bool) -> Wanted | None:
    """The fields of one file, filled with what was read from it; None for one that cannot be read, and says why.

    None also for an official text of law of which nobody has said yet that it is one: it would outrank all else.
    The file's bytes are in the keys, so that another file in its place is not described by what was said of this one.
    """
    mark = f"{place}-{hashlib.sha256(upload.data).hexdigest()[:8]}"
    with st.container(border=many, key=f"file-{mark}"):
        if many:
            st.html(f'<p class="row-heading"><strong>{text_html(shown_name(upload.name))}</strong></p>')
        found: Identity | str
        if is_law(upload.data):
            panel("calm", f"<p>{say_html('adding.is-law')}</p>")
            found, kinds, proposed = Identity("guide"), ["law", *KINDS], None
        else:
            found, kinds = _read(upload, mark, known), list(KINDS)
            if isinstance(found, str):
                error_panel(found)
                return None
            proposed = kinds.index(found.authority)
        names = {rank: say(f"adding.kind-{rank}") for rank in kinds}
        kind: Authority | None = st.radio(
            say("adding.kind"),
            kinds,
            index=proposed,
            format_func=names.__getitem__,
            key=f"kind-{mark}",
        )
        if kind is None or kind == "law":
            return kind and Wanted(kind)
        said = Wanted(kind)
        if kind == "contract":
            _told(found)
            said = _contract_fields(known, found, mark)
        named = found.title if kind == "contract" else ""
        title = st.text_input(say("adding.document-title"), value=named, key=f"title-{mark}")
        return replace(said, title=title)


def _read(upload: Upload, mark: str, known: list[str]) -> Identity | str:
    """What the file says it is, or why it cannot be read; found out once."""
    seen: dict[str, Identity | str] = st.session_state.setdefault("read", {})
    if mark not in seen:
        with st.spinner(say("adding.reading")):
            seen[mark] = read_upload(upload, known)
    return seen[mark]


def read_upload(upload: Upload, known: list[str]) -> Identity | str:
    """What the file says it is; why it cannot be read; a contract of unknown name where only its beginning cannot."""
    name = shown_name(upload.name)
    try:
        return proposal(name, upload.data, known)
    except KbError:
        try:
            read(Source("upload", name, "", name, "contract"), upload.data)
        except KbError as exc:
            return exc.message
        return Identity("contract")


def _told(read: Identity) -> None:
    """The words that the proposal rests on."""
    found = ((name, getattr(read, name)) for name in _READ)
    lines = "".join(f"<li>{_read_html(name, reading)}</li>" for name, reading in found if reading is not None)
    year = "" if read.edition else f"<li>{say_html('adding.read-no-year')}</li>"
    if lines:
        head = f"<p>{say_html('adding.read-head')}</p>"
        panel("calm", f'{head}<ul class="facts">{lines}{year}</ul>')


def _read_html(name: str, reading: Reading) -> str:
    """What was read, where, and the words that say it."""
    where = say("adding.place-text")
    if reading.page:
        where = say("adding.place-page", page=reading.page)
    elif reading.where:
        where = say(f"adding.place-{reading.where.replace(' ', '-')}")
    return say_html(f"adding.read-{name}", value=reading.value, place=where, words=reading.words)


def _contract_fields(known: list[str], read: Identity, mark: str) -> Wanted:
    named = _value(read.plan)
    options = known if not named or named in known else [named, *known]
    left, right = st.columns([2, 1])
    with left:
        plan = st.selectbox(
            say("adding.plan"),
            options,
            index=options.index(named) if named else None,
            accept_new_options=True,
            placeholder=say("adding.plan-hint"),
            key=f"plan-{mark}",
        )
    with right:
        year = _value(read.edition)
        hint = say("adding.edition-hint")
        edition = st.text_input(say("adding.edition"), value=year, key=f"year-{mark}", placeholder=hint)
    left, right = st.columns(2)  # a row of its own: on a phone the fields follow each other in this order
    with left:
        since = st.date_input(say("adding.from"), value=_day(read.effective_from), key=f"from-{mark}")
    with right:
        until = st.date_input(say("adding.to"), value=_day(read.effective_to), key=f"to-{mark}")
    return Wanted("contract", "", plan or "", edition, since, until)


def _value(reading: Reading | None) -> str:
    return reading.value if reading else ""


def _day(reading: Reading | None) -> date | None:
    return date.fromisoformat(reading.value) if reading else None
