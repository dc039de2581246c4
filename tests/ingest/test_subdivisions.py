"""Subdivisions of law: labels settled by their order."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise, zip_longest
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.law import sequence
from ingest.law.sections import LawSection, Subdivision, law_document
from ingest.law.sequence import Label, Order
from ingest.law.subdivisions import subdivisions
from ingest.split import split
from kb.types import Source
from tests.conftest import Golden
from tests.corpora import CORPUS, law_of

LETTERS = [*"abcdefghijklmnopqrstuvwxyz", "aa", "bb"]
NUMBERS = [str(n) for n in range(1, 30)]
CAPITALS = [letter.upper() for letter in LETTERS]
ROMANS = "i ii iii iv v vi vii viii ix x xi xii xiii xiv xv".split()
DOUBLES = [2 * letter for letter in LETTERS[:26]]
COMMON = (LETTERS, NUMBERS, CAPITALS, ROMANS, [roman.upper() for roman in ROMANS])
ORDERS = {
    "California": sequence.CALIFORNIA,
    "code": sequence.US_CODE,
    "regulation": sequence.FEDERAL_REGULATION,
}
LEVELS_OF = {
    "California": (*COMMON, [f"i{letter}" for letter in LETTERS[:26]], [f"I{letter}" for letter in CAPITALS[:26]]),
    "code": (*COMMON, DOUBLES, [double.upper() for double in DOUBLES]),
    "regulation": (LETTERS, NUMBERS, ROMANS, CAPITALS, NUMBERS, ROMANS),
}
PARAGRAPHS = [
    *("(a) One.", "(a)(1) These:", "(b) Two\u2014", "(1) Item,", "(2) Item.", "(i) Roman.", "(A) Capital;", "(b)"),
    *(
        "(c)-(e) [Reserved]",
        "(2) through (4) [Reserved]",
        "shall apply.",
        "It shall.",
        "Term means",
        "",
        " ",
        "The following:",
    ),
    *("(f) Heading. (1) Text", "(c) (1) (A) Deep:", "(ii) More.", "\u00e9 (z)", "((a))", "(aa) x"),
]

Path = tuple[str, ...]


def paths(labels: list[str], order: Order = sequence.CALIFORNIA) -> list[Path | None]:
    return sequence.paths([Label(label) for label in labels], order)


def labels_of(text: str) -> list[str]:
    return [entry.label for entry in law_of(text, "X 1").outline[1:]]


def test_the_outline_of_the_bundled_section(golden: Golden) -> None:
    """Read by eye against the statute: (a)(1) to (a)(5), then (b) to (k); (i) is a letter, not a roman."""
    text = (CORPUS / "statutes/hsc-1383.15.txt").read_text(encoding="utf-8").strip()
    lines = []
    for entry in law_of(text, "HSC 1383.15", "https://example.org").outline:
        words = text[slice(*entry.span)].rstrip()
        lead = f"  lead-in: ...{text[slice(*entry.lead_in)][-24:]}" if entry.lead_in else ""
        lines.append(f"{'  ' * entry.level}{entry.label} {entry.span}: {words[:32]} ... {words[-24:]}{lead}")
        assert entry.url == "https://example.org"
    golden("hsc-1383.15-outline.txt", "\n".join(lines) + "\n")


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ("a b c", "a b c"),
        ("a 1 2 b 1 2 c", "a a1 a2 b b1 b2 c"),
        ("h i j", "- - -"),
        ("a b c d e f g h i j k", "a b c d e f g h i j k"),
        ("a 1 A i ii B 2 b", "a a1 a1A a1Ai a1Aii a1B a2 b"),
        ("a 1 A i I II ii", "a a1 a1A a1Ai a1AiI a1AiII a1Aii"),
        ("a b c d e f g h 1 A i ii iii B i 2 i", "a b c d e f g h h1 h1A h1Ai h1Aii h1Aiii h1B h1Bi h2 i"),
        ("a b c d e f g h 1 A i j", "a b c d e f g h h1 h1A i j"),
        ("u v w", "- - -"),
        ("a 1 A i ii iii iv v vi b", "a a1 a1A a1Ai a1Aii a1Aiii a1Aiv a1Av a1Avi b"),
        ("a b a", "a b -"),
        ("a c", "a -"),
        ("1 2", "1 2"),
        ("1 A B 2", "1 1A 1B 2"),
        ("1 2 1", "- - -"),
        ("2 3", "- -"),
        ("a c d e", "a c d e"),
        ("a 1 3 4 b", "a a1 a3 a4 b"),
        ("a z", "a -"),
        ("a 1 1.5 2 b", "a a1 a1.5 a2 b"),
        ("a 1 A i I ia ib II ii", "a a1 a1A a1Ai a1AiI a1AiIia a1AiIib a1AiII a1Aii"),
        ("a 1 A i I aa AA BB bb", "a a1 a1A a1Ai a1AiI a1AiIaa a1AiIaaAA a1AiIaaBB a1AiIbb"),
        ("a 1 3", "a a1 -"),
        ("a 1 2 z b", "a a1 a2 - b"),
        ("", ""),
    ],
)
def test_order_settles_what_a_label_is(labels: str, expected: str) -> None:
    found = ["".join(path) if path else "-" for path in paths(labels.split())]
    assert found == expected.split()


def test_z_is_followed_by_double_letters() -> None:
    labels = [*LETTERS[:26], "aa", "bb"]
    assert paths(labels) == [(label,) for label in labels]


def test_several_labels_may_stand_in_one_paragraph() -> None:
    text = "(a) One.\n\n(b) (1) (A) Text of it.\n\n(B) More.\n\n(2) Last.\n\n(c)(1)Tight.\n"
    assert labels_of(text) == [
        "X 1(a)",
        "X 1(b)",
        "X 1(b)(1)",
        "X 1(b)(1)(A)",
        "X 1(b)(1)(B)",
        "X 1(b)(2)",
        "X 1(c)",
        "X 1(c)(1)",
    ]
    at = {entry.label: text[slice(*entry.span)] for entry in law_of(text, "X 1").outline}
    assert at["X 1(b)(1)(A)"] == "(A) Text of it.\n\n"
    assert at["X 1(b)"] == "(b) (1) (A) Text of it.\n\n(B) More.\n\n(2) Last.\n\n"


def test_a_paragraph_without_a_label_continues_the_one_before() -> None:
    text = "(a) One.\n\nIt goes on.\n\n(1) Item.\n\nThe item goes on.\n\n(b) Two.\n"
    at = {entry.label: text[slice(*entry.span)].strip() for entry in law_of(text, "X 1").outline}
    assert at["X 1(a)"].endswith("The item goes on.")
    assert at["X 1(a)(1)"] == "(1) Item.\n\nThe item goes on."
    assert at["X 1(b)"] == "(b) Two."


def words_at(text: str, **how: Any) -> dict[str, str]:
    """Path, as "a1", to the words of the stretch, and "a1 <" to those of its lead-in."""
    found: dict[str, str] = {}
    for part in subdivisions(text, **how):
        name = "".join(part.path) or "section"
        found[name] = text[slice(*part.span)].strip()
        if part.lead_in:
            found[f"{name} <"] = text[slice(*part.lead_in)]
    return found


def test_flush_text_goes_on_with_the_sentence_of_the_lead_in() -> None:
    at = words_at("(a) A plan that\u2014\n(1) pays; or\n(2) denies,\nshall say why.\n(b) Next.")
    assert at["a2"] == "(2) denies,"
    assert at["a"].endswith("(2) denies,\nshall say why.")
    assert at["b"] == "(b) Next."


@pytest.mark.parametrize(
    ("text", "continued"),
    [
        ("(a) If:\n(1) One:\n(A) x;\n(B) y,\nthen it does.\n(2) Two.", "a1"),
        ("(a) If:\n(1) One.\n(A) x;\n(B) y,\nthen it does.\n(2) Two.", "a"),
        ("(a) If:\n(1) x;\n(2) y.\nThe sentence above is void.\n(b) Two.", "a2"),
        ("(a) No lead-in.\n(1) x;\n(2) y;\nthen it does.\n(b) Two.", "a2"),
        ("(a) If:\n(1) x;\n(2) any of these:\nbread, or wine.\n(b) Two.", "a2"),
        ("(a) If:\n(1) x;\n(2) y;\nthen any of these.\n(A) One.\n(B) Two.\n(b) Three.", "a2"),
        ("If any of these\u2014\n(a) x;\n(b) y,\nthen it does.", "section"),
        ("None of these.\n(a) x;\n(b) y;\nthen it does.", "b"),
    ],
)
def test_where_a_paragraph_without_a_label_belongs(text: str, continued: str) -> None:
    line = next(line for line in text.split("\n") if line[0] != "(" and text.index(line))
    smallest = min(
        (part for part in subdivisions(text) if line in text[slice(*part.span)]), key=lambda p: p.span[1] - p.span[0]
    )
    assert ("".join(smallest.path) or "section") == continued


def test_flush_text_shares_no_passage_with_the_next_subdivision() -> None:
    text = "(a) A plan that:\n(1) pays;\n(2) denies,\nshall say why.\n(b) It shall also:\n(1) Wait.\n(2) Answer."
    section = LawSection("HSC", "1", text, subdivisions(text))
    document = law_document(Source("d", "p", "0", "T", "law"), "v", [section])
    assert ("HSC 1(a)", "shall say why.") in [(passage.label, passage.text) for passage in split(document)]


def test_the_lead_in_of_a_section_introduces_its_first_level() -> None:
    text = "Long ago.\nThe following apply:\n(a) One.\n(b) Two."
    assert words_at(text)["section <"] == "The following apply:"
    entry = law_of(text, "X 1").outline[0]
    assert entry.lead_in is not None and text[slice(*entry.lead_in)] == "The following apply:"
    assert "section" not in words_at("The following apply.\n(a) One.")
    assert law_of("Words only:", "X 1").outline[0].lead_in is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(a) One.\n(b)-(d) [Reserved]\n(e) Five.", "a b e"),
        ("(a) One.\n(b) through (d) [Reserved]\n(e) Five.", "a b e"),
        ("(a) These:\n(1) One.\n(2)\u2013(4) [Reserved]\n(5) Five.\n(b) Two.", "a a1 a2 a5 b"),
        ("(a) One.\n(b) [Reserved]\n(c) Three.", "a b c"),
        ("(a) One.\n(b) and (c) [Reserved]\n(d) Four.", "a b d"),
        ("(a) One.\n(b)-(d) [Reserved]\n(1) Not inside (d).\n(e) Five.", "a b e"),
        ("(a) One.\n(b)-(d) apply.\n(c) Three.", "a b c"),
    ],
)
def test_a_reserved_range_is_one_stretch(text: str, expected: str) -> None:
    assert ["".join(part.path) for part in subdivisions(text)] == expected.split()


def slanted(marked: str) -> tuple[str, list[tuple[int, int]]]:
    """Text and its italic spans, from text with "*" around them."""
    spans, text = [], ""
    for index, piece in enumerate(marked.split("*")):
        if index % 2:
            spans.append((len(text), len(text) + len(piece)))
        text += piece
    return text, spans


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("(b) *Start.* (1) It starts.", "-"),
        ("(a) *Start.* (1) It starts.\n(2) It ends.", "a a1 a2"),
        ("(a) *Start*\u2014(1) *General.* It starts.\n(2) *Other*. It ends.", "a a1 a2"),
        ("(a) *Start*: (1) (i) *Deep.* (A) Text.\n(B) More.", "a a1 a1i a1iA a1iB"),
        ("(a) *Plan* (1) means a plan.", "a"),
        ("(a) Not italic. (1) Text.", "a"),
        ("(a)(1)(i)(A) These:\n(*1*) One:\n(*i*) x.\n(*ii*) y.\n(*2*) Two.\n(B) Z.\n(2) W.", None),
        ("(a)(1)(i)(A) These:\n(1) One.\n(2) Two.", "a a1 a1i a1iA a2"),
    ],
)
def test_italics_open_levels_and_headings(marked: str, expected: str | None) -> None:
    text, italics = slanted(marked)
    found = ["".join(part.path) for part in subdivisions(text, sequence.FEDERAL_REGULATION, italics)]
    assert found == (expected or "a a1 a1i a1iA a1iA1 a1iA1i a1iA1ii a1iA2 a1iB a2").replace("-", "").split()


def test_an_italic_heading_is_the_heading_of_its_subdivision() -> None:
    text, italics = slanted(
        "(a) *Start.* (1) *General rule*\u2014(i) It starts.\n(ii) It ends.\n(b) *Plan* means a plan."
    )
    found = subdivisions(text, sequence.FEDERAL_REGULATION, italics)
    assert [part.heading for part in found] == ["Start", "General rule", "", "", ""]


def test_the_items_of_an_unlabelled_definition_are_no_subdivisions() -> None:
    marked = (
        "(a) *Words.* In this part:\n*Plan* means:\n(1) One; or\n(2) Two.\n*Fee* includes\n(1) One.\n"
        "(b) *Next.* (1) X.\n(2) Y."
    )
    text, italics = slanted(marked)
    at = words_at(text, order=sequence.FEDERAL_REGULATION, italics=italics)
    assert list(at) == ["a", "b", "b1", "b2"]
    assert at["a"].endswith("*Fee* includes\n(1) One.".replace("*", ""))


def test_no_label_is_read_in_what_is_set_apart() -> None:
    text = "(a) Write:\n(1) Your name\n(b) Two."
    start = text.index("(1)")
    assert list(words_at(text, quoted=[(start, start + 13)])) == ["a", "b"]
    assert "a1" in words_at(text)


def test_labels_inside_a_sentence_are_words() -> None:
    text = "(a) See subdivision (b) and paragraph (1).\n\n(b) As in (a) above.\n"
    assert labels_of(text) == ["X 1(a)", "X 1(b)"]


def test_words_before_the_first_label_belong_to_the_section() -> None:
    text = "The following apply:\n\n(a) One.\n"
    entries = law_of(text, "X 1").outline
    assert [(e.label, e.span) for e in entries] == [("X 1", (0, len(text))), ("X 1(a)", (22, len(text)))]


@pytest.mark.parametrize(
    ("lead", "is_lead"),
    [
        ("(a) These apply:", True),
        ("(a) These apply\u2014", True),
        ("(a) One of these;", True),
        ("(a) If any of these,", True),
        ("(a) These apply.", False),
        ("(a)", False),
    ],
)
def test_a_lead_in_ends_where_items_are_announced(lead: str, is_lead: bool) -> None:
    text = f"{lead}\n\n(1) One.\n\n(2) Two.\n"
    entry = law_of(text, "X 1").outline[1]
    assert (entry.lead_in is not None) == is_lead
    if entry.lead_in:
        assert text[slice(*entry.lead_in)] == lead


@pytest.mark.parametrize("text", ["", "Words only.", "(z) Not the first.", "(1) Number first.", "() Empty.", "(a"])
def test_a_section_without_subdivisions_is_one_stretch(text: str) -> None:
    assert [(e.label, e.span, e.level) for e in law_of(text, "X 1").outline] == [("X 1", (0, len(text)), 0)]


def children(draw: st.DrawFn, path: Path, size: int, levels: tuple[list[str], ...]) -> Iterator[Path]:
    """A node, then its children, each with theirs: labels in the order that the law uses."""
    yield path
    level = len(path)
    if level < len(levels):
        for label in levels[level][: draw(st.integers(0, size))]:
            yield from children(draw, (*path, label), max(0, size - 2), levels)


@st.composite
def outlines(draw: st.DrawFn, order: str = "California") -> list[Path]:
    """The paths of a section in text order."""
    tops = LETTERS[: draw(st.sampled_from([1, 2, 5, 9, 10]))]
    sizes = st.sampled_from([0, 0, 2, 4, 6])
    return [path for top in tops for path in children(draw, (top,), draw(sizes), LEVELS_OF[order])]


@pytest.mark.parametrize("order", LEVELS_OF)
@given(data=st.data(), tight=st.booleans())
def test_an_outline_written_as_text_is_read_back(order: str, data: st.DataObject, tight: bool) -> None:
    """Each subdivision is a paragraph that introduces its items, or stands with its first child's label in one."""
    expected = data.draw(outlines(order))
    text, italics = "", []
    for path, after in zip_longest(expected, expected[1:]):
        is_parent = after is not None and after[:-1] == path
        text += "" if text.endswith(") ") else "\n"
        if order == "regulation" and len(path) > 4:
            italics.append((len(text) + 1, len(text) + 1 + len(path[-1])))
        text += f"({path[-1]}) " if is_parent and tight else f"({path[-1]}) Words of it{':' if is_parent else '.'}"
    found = [part for part in subdivisions(text, ORDERS[order], italics) if part.path]
    assert [part.path for part in found] == expected
    assert [text[part.span[0] :].startswith(f"({part.path[-1]})") for part in found] == [True] * len(found)
    assert "".join(stretches(text, subdivisions(text, ORDERS[order], italics))) == text


@given(st.lists(st.sampled_from(PARAGRAPHS), max_size=14), st.sampled_from(sorted(ORDERS)), st.data())
def test_whatever_the_text_the_stretches_nest_and_give_it_back(
    lines: list[str], order: str, data: st.DataObject
) -> None:
    text = "\n".join(lines)
    ends = st.integers(0, len(text))
    cuts = sorted(data.draw(st.lists(ends, max_size=8)))
    spans = list(zip(cuts[::2], cuts[1::2], strict=False))
    for found in (
        subdivisions(text, ORDERS[order]),
        subdivisions(text, ORDERS[order], italics=spans),
        subdivisions(text, ORDERS[order], quoted=spans),
    ):
        assert "".join(stretches(text, found)) == text
        paths_found = [part.path for part in found]
        assert len(set(paths_found)) == len(paths_found)
        for part in found:
            assert part.lead_in is None or part.span[0] <= part.lead_in[0] < part.lead_in[1] <= part.span[1]
            inside = [p for p in found if p.path[: len(part.path)] == part.path]
            assert all(part.span[0] <= p.span[0] and p.span[1] <= part.span[1] for p in inside)


def stretches(text: str, found: Sequence[Subdivision]) -> Iterator[str]:
    """The text cut at every edge of a stretch; each leaf is one piece, and so is what stands between."""
    for part, after in pairwise(found):
        assert part.span[0] <= after.span[0]
    edges = sorted({0, len(text), *(edge for part in found for edge in part.span)})
    yield from (text[start:end] for start, end in pairwise(edges))


@given(outlines())
def test_spans_nest_as_the_labels_do(expected: list[Path]) -> None:
    text = "\n\n".join(f"({path[-1]}) Words:" for path in expected)
    entries = law_of(text, "X 1").outline
    for entry in entries:
        inside = [e for e in entries if entry.span[0] <= e.span[0] < entry.span[1] and e.level > entry.level]
        assert inside == [e for e in entries if e.label.startswith(entry.label + "(")]
        assert all(e.span[1] <= entry.span[1] for e in inside)
        marker = re.match(r"\((\w+)\)", text[entry.span[0] :])
        assert marker is not None
        assert entry.level == 0 or entry.label.endswith(marker.group())


@given(st.lists(st.sampled_from("a b c h i j v 1 2 A B ii I zz 0 \u00b2 \u0661 \u216b".split()), max_size=12))
def test_any_labels_have_a_path_or_none(labels: list[str]) -> None:
    found = paths(labels)
    assert len(found) == len(labels)
    for label, path in zip(labels, found, strict=True):
        assert path is None or path[-1] == label
    kept = [path for path in found if path]
    assert len(set(kept)) == len(kept)
