"""Markup and scripts in documents, plans, questions and addresses are shown as text on every page."""

from html.parser import HTMLParser
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from ingest.build import build
from kb.catalog import Catalog
from tests.app.test_app import LIMIT, script
from tests.corpora import Corpus
from tests.fakes import HashEmbedder

EVIL = "<script>steal(1)</script><img src=x onerror=steal(2)>\"' onmouseover=steal(3) [a](javascript:steal(4)) </style>"
PLAN = f"Blue {EVIL}"

LABELLED = ("markdown", "caption", "page_link", "button", "selectbox", "radio", "expander")
ADDRESSES: tuple[tuple[str, dict[str, str]], ...] = (
    ("", {"q": f"how many days to appeal a denial {EVIL}", "plan": PLAN, "edition": "2026"}),
    ("", {"q": EVIL}),
    ("", {"q": "who answers an urgent request", "plan": EVIL}),
    ("look-up", {"cite": f"HSC 9999({EVIL})"}),
    ("look-up", {"cite": "HSC 9999(b)"}),
    ("look-up", {"doc": "plan-2026"}),
    ("look-up", {"doc": EVIL}),
    ("changes", {"plan": PLAN, "before": "2025", "after": "2026"}),
    ("differences", {"q": EVIL}),
    ("library", {}),
)


class Tags(HTMLParser):
    """What in a piece of HTML could act: elements that load or run something, handlers, addresses that are scripts."""

    def __init__(self) -> None:
        super().__init__()
        self.acting: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "img", "iframe", "object", "embed", "svg", "form", "base", "link", "meta"):
            self.acting.append(tag)
        for name, value in attrs:
            if name.startswith("on") or (value or "").strip().lower().startswith(("javascript:", "data:")):
                self.acting.append(f"{tag} {name}={value}")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A knowledge base in which every word that a document may choose holds markup, and its corpus."""
    home = tmp_path_factory.mktemp("evil")
    corpus = Corpus(home / "corpus")
    corpus.folder.mkdir()
    law = f"(a) A plan {EVIL} shall answer every request.\n\n(b) A plan shall answer an urgent request in 72 hours.\n"
    corpus.put("law", law, "law.txt", authority="law", citation="HSC 9999", title=EVIL, url="javascript:steal(5)")
    corpus.put("guide", f"# {EVIL}\n\n## {EVIL}\n\nAppeal a denial within 90 days. {EVIL}\n", title=EVIL)
    for year, days in (("2025", "90"), ("2026", "180")):
        text = f"# {EVIL}\n\n## Appeals {EVIL}\n\nYou may appeal a denial within {days} days. `{EVIL}`\n"
        corpus.put(f"plan-{year}", text, authority="contract", plan=PLAN, edition=year, title=f"{EVIL} {year}")
    build(corpus.folder, home / "kb", HashEmbedder())
    return home / "kb", corpus.folder


@pytest.mark.parametrize(("page", "params"), ADDRESSES)
def test_nothing_that_a_document_or_an_address_says_acts(
    built: tuple[Path, Path], page: str, params: dict[str, str]
) -> None:
    folder, corpus = built
    tested = AppTest.from_function(
        script, kwargs={"folder": folder, "corpus": corpus, "make_embedder": HashEmbedder}, default_timeout=LIMIT
    )
    for name, value in params.items():
        tested.query_params[name] = value
    tested._page_hash = calc_hash(page) if page else ""
    tested.run()
    assert not tested.exception
    pieces = [element.proto.body for element in tested.get("html")]
    own = [p for p in pieces if p.startswith("<script>") or any(s in p for s in ("scrollIntoView", "<style"))]
    assert all(piece.count("<script") == piece.count("</script") <= 1 for piece in own)
    read = Tags()
    for piece in pieces:
        if piece not in own:
            read.feed(piece)
            read.close()
    assert read.acting == []
    labels = [str(getattr(element, "label", "")) for kind in LABELLED for element in tested.get(kind)]
    assert not [label for label in labels if "[a](javascript" in label], "Streamlit reads labels as Markdown"


def test_markup_is_there_to_be_seen(built: tuple[Path, Path]) -> None:
    """The documents do hold what the test above looks for."""
    catalog = Catalog(built[0])
    texts = [catalog.document(key).text for key in catalog.generation().sources]
    assert sum("onerror=steal(2)" in text for text in texts) == 4
