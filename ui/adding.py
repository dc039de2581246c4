"""Adding files: from an upload to a document that can be asked about, with progress and a result for each file."""

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import streamlit as st

from ingest.build import Item, Report, add
from ingest.identity import Identity
from ingest.read import is_law
from ingest.store import Progress
from ingest.upload import SUFFIXES, law_source, named_source
from kb.embed import Embedder
from kb.errors import KbError, SourceError
from kb.phrases import Sentence
from kb.scope import plans
from kb.types import Source
from ui.described import Upload, Wanted, described, shown_name
from ui.desk import Desk, Pages
from ui.language import say, say_html
from ui.markup import panel, text_html
from ui.problem import error_panel, told_html
from ui.work import Work, follow

MOST_FILES = 20
MOST_BYTES = 300_000_000
"""What may be sent in one go; one file may have 200 MB (server.maxUploadSize, and ingest.build.MAX_BYTES)."""


@dataclass(frozen=True, slots=True)
class Adding:
    """Files on their way in: the work, what was said of the first, their names by doc_id, and those refused before it
    began, with the reason."""

    work: Work[Report]
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
        _result(desk, under_way, pages)
    turn = st.session_state.setdefault("form_turn", 0)  # a new key empties the form and closes it
    with st.expander(say("adding.title"), key=f"add-{turn}"):
        _form(desk, turn)


def _form(desk: Desk, turn: int) -> None:
    known = list(plans(desk.base.catalog.generation().sources.values()))
    files = st.file_uploader(
        say("adding.files"),
        type=[suffix.lstrip(".") for suffix in SUFFIXES],
        accept_multiple_files=True,
        key=f"files-{turn}",
    )
    if problem := too_much([f.size for f in files]):
        error_panel(problem)
        return
    uploads = [Upload(f.name, f.getvalue()) for f in files]
    said = [(one, described(known, one, f"{turn}-{n}", many=len(files) > 1)) for n, one in enumerate(uploads)]
    sent = [(upload, wanted) for upload, wanted in said if wanted is not None]
    if files and len(sent) < len(files):
        left = say_html("adding.one-left" if len(files) == 1 else "adding.some-left")
        st.html(f'<p class="facts">{left}</p>')
    if st.button(say("adding.add"), type="primary", key="add-now", disabled=not sent):
        _start(desk, sent)


def too_much(sizes: Sequence[int]) -> str:
    """Why files of so many bytes are not taken in one go; "" where they are."""
    most, total = MOST_BYTES // 1_000_000, sum(sizes)
    if len(sizes) > MOST_FILES:
        return Sentence("ui_adding.too-many", number=len(sizes), away=len(sizes) - MOST_FILES)
    if total > MOST_BYTES:
        return Sentence("ui_adding.too-large", size=f"{total / 1_000_000:.0f}", most=most)
    return ""


def _start(desk: Desk, sent: Sequence[tuple[Upload, Wanted]]) -> None:
    try:
        checked = [(upload, _checked(upload, wanted)) for upload, wanted in sent]
        st.session_state["adding"] = start_adding(desk, checked)
    except KbError as exc:
        error_panel(exc.message)
        return
    st.session_state["form_turn"] += 1
    st.session_state.pop("read", None)
    st.rerun()


def _checked(upload: Upload, wanted: Wanted) -> Wanted:
    """The same without stray blanks. Raises SourceError for a contract of no plan: it would be quoted to everybody."""
    title, plan, edition = (" ".join(value.split()) for value in (wanted.title, wanted.plan, wanted.edition))
    clean = replace(wanted, title=title, plan=plan, edition=edition)
    if clean.authority == "contract" and not clean.plan:
        raise SourceError(Sentence("ui_adding.name-plan", name=shown_name(upload.name)))
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
                    raise SourceError(Sentence("ui_adding.twice", name=shown_name(upload.name)))
            except KbError as exc:
                refused.append(exc.message)
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


def _item(folder: Path, number: int, upload: Upload, wanted: Wanted) -> Item:
    name = shown_name(upload.name)
    suffix = Path(name).suffix.lower()
    if suffix not in SUFFIXES:
        raise SourceError(Sentence("ui_adding.kind-of-file", name=name, suffixes=", ".join(SUFFIXES)))
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
    if wanted.authority == "law" and is_law(upload.data):
        source = law_source(given, name, Path(name).stem)
    else:
        source = named_source(given, name, Path(name).stem, Identity(), wanted.authority)
    file = folder / f"{number}{suffix}"
    file.write_bytes(upload.data)
    return Item(source, file)


def _result(desk: Desk, under_way: Adding, pages: Pages) -> None:
    """The progress of the files sent last, then what became of each."""
    try:
        report = follow(under_way.work, say("adding.waiting"), say("adding.working"))
    except KbError as exc:
        error_panel(exc.message)
        return
    titles = {source.doc_id: source.title for source in desk.base.catalog.generation().sources.values()}
    lines = outcome_lines(under_way, report, titles)
    failed = (*under_way.refused, *report.failed)
    done = report.added or report.changed or report.unchanged
    body = "".join(f"<li>{text_html(line)}</li>" for line in lines)
    body += "".join(f"<li>{told_html(line)}</li>" for line in report.warnings)
    if body:
        panel("good" if done else "calm", f"<ul>{body}</ul>", "status")
    if failed:
        items = "".join(f"<li>{told_html(line)}</li>" for line in failed)
        panel("alert", f'<p class="problem">{say_html("adding.not-added")}</p><ul>{items}</ul>', "alert")
    if done:
        _ask_now(under_way, pages)


def outcome_lines(under_way: Adding, report: Report, titles: Mapping[str, str]) -> list[str]:
    """One sentence for each document that is in now.

    `titles` are those of all documents, by doc_id: law names itself, so its title is known only afterwards.
    """
    outcomes = (
        ("added", report.added),
        ("replaced", report.changed),
        ("unchanged", report.unchanged),
    )
    names = {doc_id: name or titles.get(doc_id, doc_id) for doc_id, name in under_way.names.items()}
    return [say(f"adding.{word}", title=names.get(doc_id, doc_id)) for word, ids in outcomes for doc_id in ids]


def _ask_now(under_way: Adding, pages: Pages) -> None:
    chosen = {"plan": under_way.wanted.plan, "edition": under_way.wanted.edition}
    with st.container(key="ask-now", horizontal=True):
        if under_way.wanted.authority == "law":
            if st.button(say("adding.open"), type="primary", key="look-up-it"):
                st.session_state.pop("adding", None)
                st.switch_page(pages.look_up, query_params={"doc": next(iter(under_way.names))})
        elif st.button(say("adding.ask"), type="primary", key="ask-about-it"):
            st.session_state.pop("adding", None)
            st.switch_page(pages.ask, query_params={name: value for name, value in chosen.items() if value})
        st.button(say("adding.done"), key="done-adding", on_click=lambda: st.session_state.pop("adding", None))
