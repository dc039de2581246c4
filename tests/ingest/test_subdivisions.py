"""Subdivisions of law: labels settled by their order."""

import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import sequence
from ingest.sequence import Label, Order
from tests.conftest import Golden
from tests.corpora import CORPUS, law_of

LETTERS = [*"abcdefghijklmnopqrstuvwxyz", "aa", "bb"]
NUMBERS = [str(n) for n in range(1, 30)]
CAPITALS = [letter.upper() for letter in LETTERS]
ROMANS = "i ii iii iv v vi vii viii ix x xi xii xiii xiv xv".split()
LEVELS = (LETTERS, NUMBERS, CAPITALS, ROMANS, [roman.upper() for roman in ROMANS])

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
        ("1 2", "- -"),
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


def children(draw: st.DrawFn, path: Path, size: int) -> Iterator[Path]:
    """A node, then its children, each with theirs: labels in the order that the law uses."""
    yield path
    level = len(path)
    if level < len(LEVELS):
        for label in LEVELS[level][: draw(st.integers(0, size))]:
            yield from children(draw, (*path, label), max(0, size - 2))


@st.composite
def outlines(draw: st.DrawFn) -> list[Path]:
    """The paths of a section in text order. None ends with (i): after (h)(1)(A) that could be either."""
    tops = LETTERS[: draw(st.sampled_from([1, 2, 5, 8, 10, 12]))]
    return [path for top in tops for path in children(draw, (top,), draw(st.sampled_from([0, 0, 2, 4, 6])))]


@given(outlines(), st.randoms(use_true_random=False), st.booleans())
def test_an_outline_written_as_text_is_read_back(expected: list[Path], random: object, tight: bool) -> None:
    """Each subdivision is a paragraph, or stands with its first child's label in one."""
    parts: list[str] = []
    for path in expected:
        shut = parts and parts[-1].endswith(")") and len(path) > 1
        words = "" if tight and (*path, LEVELS[min(len(path), 4)][0]) in expected and len(path) < 5 else " Words of it."
        parts.append(("" if shut else "\n\n") + f"({path[-1]}){words}")
    text = " ".join(parts).replace(" \n", "\n").strip()
    assert labels_of(text) == ["X 1" + "".join(f"({label})" for label in path) for path in expected]


@given(outlines())
def test_spans_nest_as_the_labels_do(expected: list[Path]) -> None:
    text = "\n\n".join(f"({path[-1]}) Words." for path in expected)
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
