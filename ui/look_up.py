"""The Look up page: a citation to its exact text, all law as an outline, or one document in full."""

from collections.abc import Sequence

import streamlit as st

from kb.catalog import Catalog
from kb.cite import Lookup, look_up
from kb.types import OutlineEntry, Source
from ui.cited import show_cited
from ui.desk import Desk, Pages
from ui.markup import literal, panel, text_html
from ui.source import show_source

_ROW = 64  # characters of a subdivision's beginning in the outline


def look_up_page(desk: Desk, pages: Pages) -> None:
    """The page itself: `doc` in the address opens a document, `cite` a citation; with neither, the law to browse."""
    catalog = desk.base.catalog
    cite, doc_id = st.query_params.get("cite", "").strip(), st.query_params.get("doc", "")
    if doc_id:
        show_source(catalog, doc_id, back=go_to)
        return
    if st.session_state.get("cite_in_address") != cite or "citation" not in st.session_state:
        st.session_state["citation"] = cite
        st.session_state["cite_in_address"] = cite
    st.title("Look up the law", anchor=False)
    _citation_form()
    if cite:
        _show(catalog, look_up(catalog, cite))
        st.button("All law in this knowledge base", type="tertiary", on_click=go_to, args=("",))
    else:
        _browse(catalog)


def go_to(cite: str) -> None:
    """Make the address that of a citation; "" for the outline of all law."""
    st.query_params.from_dict({"cite": cite} if cite else {})


def _citation_form() -> None:
    with st.form("cite-form", border=False):
        box, button = st.columns([5, 1], vertical_alignment="bottom")
        with box:
            st.text_input("Citation, in any common form", key="citation", placeholder="HSC 1383.15(c)")
        with button:
            st.form_submit_button(
                "Look up", type="primary", width="stretch", on_click=lambda: go_to(st.session_state["citation"].strip())
            )


def _show(catalog: Catalog, lookup: Lookup) -> None:
    for cited in lookup.found:
        show_cited(catalog, cited, go_to)
    if lookup.found:
        return
    panel("calm", f"<h2>Not found</h2><p>{text_html(lookup.reason)}</p>", "status")
    if lookup.candidates:
        st.html('<h2 class="next">Near it</h2>')
        label_buttons(lookup.candidates, "candidate")


def label_buttons(labels: Sequence[str], name: str) -> None:
    """A button for each label, in a row that wraps."""
    with st.container(key=f"labels-{name}", horizontal=True, gap="small"):
        for label in labels:
            st.button(literal(label), key=f"{name}-{label}", on_click=go_to, args=(label,))


def _browse(catalog: Catalog) -> None:
    """All law, a section to an expander, its subdivisions inside; nothing is read before a section is opened."""
    law = {key: source for key, source in catalog.generation().sources.items() if source.authority == "law"}
    st.html('<h2 class="next">All law in this knowledge base</h2>')
    if not law:
        panel("calm", "<p>No law is in this knowledge base yet.</p>")
    for key, source in law.items():
        with st.expander(
            literal(_law_name(source)), key=f"law-{key}", on_change="rerun", expanded=len(law) == 1
        ) as box:
            if box.open:
                _subdivisions(catalog, key)


def _law_name(source: Source) -> str:
    return source.title if source.citation in ("", source.title) else f"{source.citation}: {source.title}"


def _subdivisions(catalog: Catalog, key: str) -> None:
    document = catalog.document(key)
    top = document.outline[0].label if document.outline else ""
    with st.container(key=f"outline-{key}".replace("@", "-").replace(".", "-"), gap=None):
        for number, entry in enumerate(document.outline):
            if entry.kind == "body":
                mark = entry.label if entry.level == 0 else entry.label.removeprefix(top).strip()
                label = f"**{literal(mark)}**&ensp;{literal(_beginning(document.text, entry))}"
                name = f"open-level{min(entry.level, 6)}-{key}-{number}"
                st.button(label, key=name, type="tertiary", on_click=go_to, args=(entry.label,))


def _beginning(text: str, entry: OutlineEntry) -> str:
    """The heading of a subdivision, or how it begins after its own mark: "When requested by an enrollee ..."."""
    mark = entry.label[entry.label.rfind("(") :] if entry.label.endswith(")") else ""
    words = entry.heading or ("Whole section" if entry.level == 0 else text[slice(*entry.span)].removeprefix(mark))
    words = " ".join(words.split())
    return words if len(words) <= _ROW else f"{words[:_ROW].rsplit(' ', 1)[0]} \u2026"
