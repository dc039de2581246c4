"""Adding files: from an upload to a document that can be asked about, with progress and a result for each file.

What a file says it is stands in the form before it is added, with the words it was read from, to be corrected there.
"""

import hashlib
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import streamlit as st

from ingest.build import Item, Report, add
from ingest.identity import Identity, Reading
from ingest.read import is_law
from ingest.store import Progress
from ingest.upload import SUFFIXES, law_source, named_source, proposal
from kb.embed import Embedder
from kb.errors import KbError, SourceError
from kb.scope import plans
from kb.types import Authority, Source
from ui.desk import Desk, Pages
from ui.markup import error_panel, panel, text_html
from ui.work import Work, follow

KINDS: dict[Authority, str] = {
    "contract": "A plan contract (Evidence of Coverage)",
    "guide": "A guide or advice",
    "digest": "A summary of the law",
    "agency": "A public agency's publication",
}
"""What an added file can be; never law, which only an importer of official formats recognises."""


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


@dataclass(frozen=True, slots=True)
class Adding:
    """Files on their way in: the work, what was said of the first, their names by doc_id, and those refused before it
    began, with the reason."""

    work: Work
    wanted: Wanted
    names: dict[str, str]
    refused: tuple[str, ...] = field(default_factory=tuple)


def adding(desk: Desk, pages: Pages) -> None:
    """The form, and below it what became of the files sent last."""
    told = st.session_state.pop("told", None)
    if told:
        panel("good", f"<p>{text_html(told)}</p>", "status")
    under_way: Adding | None = st.session_state.get("adding")
    if under_way is not None:
        _result(under_way, pages)
    turn = st.session_state.setdefault("form_turn", 0)  # a new key empties the form and closes it
    with st.expander("Add your plan's contract or another document", key=f"add-{turn}"):
        _form(desk, turn)


def _form(desk: Desk, turn: int) -> None:
    known = list(plans(desk.base.catalog.generation().sources.values()))
    files = st.file_uploader(
        "Files",
        type=[suffix.lstrip(".") for suffix in SUFFIXES],
        accept_multiple_files=True,
        key=f"files-{turn}",
    )
    uploads = [Upload(f.name, f.getvalue()) for f in files]
    sent = [(upload, _fields(known, upload, f"{turn}-{n}", many=len(files) > 1)) for n, upload in enumerate(uploads)]
    if st.button("Add to the library", type="primary", key="add-now", disabled=not files):
        _start(desk, sent)


def _fields(known: list[str], upload: Upload, place: str, *, many: bool) -> Wanted:
    """The fields of one file, filled with what was read from it; the file's bytes are in the keys, so that another
    file in its place is not described by what was said of this one."""
    mark = f"{place}-{hashlib.sha256(upload.data).hexdigest()[:8]}"
    with st.container(border=many, key=f"file-{mark}"):
        if many:
            st.html(f'<p class="row-heading"><strong>{text_html(shown_name(upload.name))}</strong></p>')
        if is_law(upload.data):
            panel("calm", "<p>This is an official text of law, and is filed as law. It names itself.</p>")
            return Wanted("law")
        read, kinds = _read(upload, mark, known), list(KINDS)
        kind = st.radio(
            "What is it?",
            kinds,
            index=kinds.index(read.authority),
            format_func=lambda rank: KINDS[rank],
            key=f"kind-{mark}",
        )
        said = Wanted(kind)
        if kind == "contract":
            _told(read)
            said = _contract_fields(known, read, mark)
        named = read.title if kind == "contract" else ""
        title = st.text_input("Title (if empty, the file's name)", value=named, key=f"title-{mark}")
        return replace(said, title=title)


def _read(upload: Upload, mark: str, known: list[str]) -> Identity:
    """What the file says it is, read once; a contract of unknown name where it cannot be read."""
    seen: dict[str, Identity] = st.session_state.setdefault("read", {})
    if mark not in seen:
        try:
            with st.spinner("Reading its first pages."):
                seen[mark] = proposal(shown_name(upload.name), upload.data, known)
        except KbError:  # said when the file is added
            seen[mark] = Identity("contract")
    return seen[mark]


def _told(read: Identity) -> None:
    """The words that the proposal rests on."""
    lines = "".join(f"<li>{text_html(line)}</li>" for line in read.said())
    if lines:
        panel("calm", f"<p>This is what the file says. Please correct what is wrong.</p><ul>{lines}</ul>")


def _contract_fields(known: list[str], read: Identity, mark: str) -> Wanted:
    named = _value(read.plan)
    options = known if not named or named in known else [named, *known]
    left, right = st.columns([2, 1])
    with left:
        plan = st.selectbox(
            "Plan",
            options,
            index=options.index(named) if named else None,
            accept_new_options=True,
            placeholder="Type its name",
            key=f"plan-{mark}",
        )
        since = st.date_input("In force from", value=_day(read.effective_from), key=f"from-{mark}")
    with right:
        edition = st.text_input("Edition (year)", value=_value(read.edition), key=f"year-{mark}", placeholder="2026")
        until = st.date_input("In force to", value=_day(read.effective_to), key=f"to-{mark}")
    return Wanted("contract", "", plan or "", edition, since, until)


def _value(reading: Reading | None) -> str:
    return reading.value if reading else ""


def _day(reading: Reading | None) -> date | None:
    return date.fromisoformat(reading.value) if reading else None


def _start(desk: Desk, sent: Sequence[tuple[Upload, Wanted]]) -> None:
    try:
        checked = [(upload, _checked(wanted)) for upload, wanted in sent]
        st.session_state["adding"] = start_adding(desk, checked)
    except KbError as exc:
        error_panel(str(exc))
        return
    st.session_state["form_turn"] += 1
    st.session_state.pop("read", None)
    st.rerun()


def _checked(wanted: Wanted) -> Wanted:
    """The same without stray blanks. Raises SourceError for a contract of no plan: it would be quoted to everybody."""
    title, plan, edition = (" ".join(value.split()) for value in (wanted.title, wanted.plan, wanted.edition))
    clean = replace(wanted, title=title, plan=plan, edition=edition)
    if clean.authority == "contract" and not clean.plan:
        raise SourceError("name the plan, so that its contract is quoted only to those who choose that plan")
    return clean


def start_adding(desk: Desk, sent: Sequence[tuple[Upload, Wanted]]) -> Adding:
    """Begin to add files: they are written to a private folder, which goes when the work is over."""
    folder = Path(tempfile.mkdtemp(prefix="recourse-"))  # mode 0700
    items, names, refused = list[Item](), dict[str, str](), list[str]()
    try:
        for number, (upload, wanted) in enumerate(sent):
            try:
                item = _item(folder, number, upload, wanted)
                if item.source.doc_id in names:
                    raise SourceError(f"{shown_name(upload.name)}: sent twice under this name; rename one")
            except KbError as exc:
                refused.append(str(exc))
                continue
            items.append(item)
            names[item.source.doc_id] = item.source.title

        def task(embedder: Embedder, progress: Progress) -> Report:
            try:
                return add(items, desk.folder, embedder, progress) if items else Report()
            finally:
                shutil.rmtree(folder, ignore_errors=True)

        return Adding(desk.write(task), sent[0][1], names, tuple(refused))
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def shown_name(name: str) -> str:
    """The last part of a file name as sent, in printable characters."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(c if c.isprintable() else "\ufffd" for c in last) or "file"


def _item(folder: Path, number: int, upload: Upload, wanted: Wanted) -> Item:
    name = shown_name(upload.name)
    suffix = Path(name).suffix.lower()
    if suffix not in SUFFIXES:
        raise SourceError(f"{name}: not a kind of file that can be added; send one of {', '.join(SUFFIXES)}")
    of_plan = wanted.authority == "contract"
    given = Source(
        doc_id="",
        path=name,
        sha256="",
        title=wanted.title,
        authority=wanted.authority,
        plan=wanted.plan if of_plan else "",
        edition=wanted.edition if of_plan else "",
        effective_from=wanted.effective_from if of_plan else None,
        effective_to=wanted.effective_to if of_plan else None,
        provenance="added by the user",
        origin="upload",
    )
    if wanted.authority == "law":
        source = law_source(given, name, Path(name).stem)
    else:
        source = named_source(given, name, Path(name).stem, Identity(), wanted.authority)
    file = folder / f"{number}{suffix}"
    file.write_bytes(upload.data)
    return Item(source, file)


def _result(under_way: Adding, pages: Pages) -> None:
    """The progress of the files sent last, then what became of each."""
    try:
        report = follow(
            under_way.work,
            "Waiting to begin.",
            "Adding your documents. You may leave this page; the work goes on.",
        )
    except KbError as exc:
        error_panel(str(exc))
        return
    lines = outcome_lines(under_way, report)
    failed = (*under_way.refused, *report.failed)
    done = report.added or report.changed or report.unchanged
    body = "".join(f"<li>{text_html(line)}</li>" for line in lines)
    if body:
        panel("good" if done else "calm", f"<ul>{body}</ul>", "status")
    if failed:
        items = "".join(f"<li>{text_html(line)}</li>" for line in failed)
        panel("alert", f'<p class="problem">Not added:</p><ul>{items}</ul>', "alert")
    if done:
        _ask_now(under_way, pages)


def outcome_lines(under_way: Adding, report: Report) -> list[str]:
    """One sentence for each document that is in now, and one for each warning."""
    outcomes = (
        ("Added", report.added),
        ("Replaced the earlier version of", report.changed),
        ("Already here, unchanged", report.unchanged),
    )
    lines = [f"{word}: {under_way.names.get(doc_id, doc_id)}" for word, ids in outcomes for doc_id in ids]
    return [*lines, *report.warnings]


def _ask_now(under_way: Adding, pages: Pages) -> None:
    chosen = {"plan": under_way.wanted.plan, "edition": under_way.wanted.edition}
    with st.container(key="ask-now", horizontal=True):
        if st.button("Ask about it now", type="primary", key="ask-about-it"):
            st.session_state.pop("adding", None)
            st.switch_page(pages.ask, query_params={name: value for name, value in chosen.items() if value})
        st.button("Done", key="done-adding", on_click=lambda: st.session_state.pop("adding", None))
