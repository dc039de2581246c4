"""Sentences are spans: in order, apart, and together all of the text."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kb.sentences import ROW, embedded_sentence, sentences

WORDS = st.sampled_from(
    "The plan shall answer within 72 hours . ! ? ... e.g. i.e. No. Sec. 1383.15(c) (a) (1) 1. iv. Dr. Smith U.S. a.m. "
    "p.m. $1.50 \" ' ) ] \u201cNo.\u201d | - \u2022 2.5% https://x.org/a.b (See etc.) Inc. Jan. \u2019s . .".split()
)
GLUE = st.sampled_from([" ", " ", " ", "", "\n", "\n\n", "  ", "\t", ROW, "\u00a0", "\r", "\x0c"])


@st.composite
def prose(draw: st.DrawFn) -> str:
    """Words with the marks that make splitting hard, glued by blanks and line ends of all sorts."""
    parts = draw(st.lists(st.tuples(WORDS, GLUE), max_size=40))
    return "".join(word + glue for word, glue in parts)


@given(st.one_of(prose(), st.text(max_size=200)))
@example("")
@example(" \n\t ")
@example("no stop at all")
@example("A.\u2028B.\x85C. \x1c D.")
def test_spans_are_ordered_apart_trimmed_and_cover_every_word(text: str) -> None:
    found = sentences(text)
    end = 0
    for start, stop in found:
        assert end <= start < stop <= len(text)
        assert not text[end:start].strip()
        assert text[start:stop] == text[start:stop].strip()
        assert "\n" not in text[start:stop]
        end = stop
    assert not text[end:].strip()


@given(prose())
def test_a_sentence_is_found_again_when_it_stands_alone(text: str) -> None:
    """Nothing is glued: splitting a text line by line gives the same sentences as splitting it whole."""
    whole = [text[a:b] for a, b in sentences(text)]
    assert [line[a:b] for line in text.split("\n") for a, b in sentences(line)] == whole


ONE = [
    "The request was sent to Dr. Smith on Jan. 5, 2026, at 9 a.m. by fax.",
    "Call between 8 a.m. and 6 p.m. on weekdays.",
    "See Health & Saf. Code, sec. 1383.15, subd. (c), e.g. the time limits.",
    "The copay is $1.50 (i.e. less than before) vs. $2.75 last year.",
    "Cal. Code Regs. tit. 28 applies.",
    "Write to No. 5 Main St. Sacramento.",
    "Blue Harbor, Inc. is the plan.",
    "(1) If the enrollee questions the reasonableness of surgery.",
    "1. Call member services.",
    "12. Call member services.",
    "iv. Call member services.",
    pytest.param("The U.S. Department of Labor enforces it."),
    "The plan | the member | no charge. Not ever. | $5.00. Each.",
    "Is it covered? asks the member.",
    "Version 3.14 of the form 1.2.3 is at https://example.org/a.b.c today.",
    "The physician (J. R. Smith) signed.",
    "Under 42 U.S.C. 300gg and 45 C.F.R. 147.136 the plan must act.",
]


@pytest.mark.parametrize("text", ONE)
def test_one_sentence(text: str) -> None:
    assert [text[a:b] for a, b in sentences(text)] == [text]


SEVERAL = [
    ("Answer within 72 hours. The plan pays.", ["Answer within 72 hours.", "The plan pays."]),
    ("Ask at 5 p.m. Then wait.", ["Ask at 5 p.m.", "Then wait."]),
    ("Is it covered? Yes! It is.", ["Is it covered?", "Yes!", "It is."]),
    ('He said "no." She left.', ['He said "no."', "She left."]),
    ("(It is covered.) The rest is not.", ["(It is covered.)", "The rest is not."]),
    ("See section 1383.15. It applies.", ["See section 1383.15.", "It applies."]),
    ("See subdivision (b). It applies.", ["See subdivision (b).", "It applies."]),
    ("Doctors, nurses, etc. The plan pays.", ["Doctors, nurses, etc.", "The plan pays."]),
    ("First line\nsecond line", ["First line", "second line"]),
    ("- One item\n- Another item.", ["- One item", "- Another item."]),
    ("\u201cNo.\u201d Then he left.", ["\u201cNo.\u201d", "Then he left."]),
    ("It took 30 days. 60 days is the limit.", ["It took 30 days.", "60 days is the limit."]),
    ("Call 911. Then call us.", ["Call 911.", "Then call us."]),
    ("Blue Harbor, Inc. The plan.", ["Blue Harbor, Inc.", "The plan."]),
    ("It ends... Then it begins.", ["It ends...", "Then it begins."]),
    ("You may keep your doctor. (See below.)", ["You may keep your doctor.", "(See below.)"]),
    ("The fee is in Part. Ask again.", ["The fee is in Part.", "Ask again."]),
    pytest.param("You need Medicare Part B. Call us first.", ["You need Medicare Part B.", "Call us first."]),
    pytest.param("Your plan may say no. Ask again.", ["Your plan may say no.", "Ask again."]),
]


@pytest.mark.parametrize(("text", "expected"), SEVERAL)
def test_several_sentences(text: str, expected: list[str]) -> None:
    assert [text[a:b] for a, b in sentences(text)] == expected


@pytest.mark.parametrize(
    ("label", "heading"),
    [
        ("Appeals > How to appeal", "How to appeal"),
        ("Urgent requests (on HSC 1383.15(c))", "Urgent requests"),
        ("Appeals > Urgent (on HSC 1368)", "Urgent"),
        ("HSC 1383.15(a)", "HSC 1383.15(a)"),
        ("", ""),
    ],
)
def test_a_sentence_is_embedded_under_its_last_heading(label: str, heading: str) -> None:
    assert embedded_sentence(label, "It is so.") == f"{heading}\nIt is so."
