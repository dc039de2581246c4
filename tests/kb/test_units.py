"""What is quoted around a sentence: what stands beside it and speaks to the question too, and no more."""

import pytest

from kb.evidence import Evidence
from kb.types import Document, Passage, Span
from kb.units import BESIDE_LIMIT, _core, _with_beside

SENTENCES = ("You may appeal.", "You have 60 days.", "We answer in writing.", "Parking is free.")
TEXT = " ".join(SENTENCES)


def span_of(n: int) -> Span:
    start = TEXT.index(SENTENCES[n])
    return start, start + len(SENTENCES[n])


def found(*scores: float, text: str = TEXT, label: str = "Appeals") -> list[Evidence]:
    passage = Passage("guide", "1", (0, len(text)), text, label)
    return [Evidence(passage, span_of(n), None, score, 0.0, 0.0, 0.0) for n, score in enumerate(scores)]


DOCUMENT = Document("guide", "1", TEXT)


@pytest.mark.parametrize(
    ("scores", "quoted"),
    [
        ((0.1, 0.9, 0.1, 0.1), (1, 1)),  # alone
        ((0.7, 0.9, 0.1, 0.1), (0, 1)),  # with the one before
        ((0.7, 0.9, 0.7, 0.1), (0, 2)),  # with both
        ((0.1, 0.9, 0.7, 0.7), (1, 3)),  # as far as it goes on
        ((0.1, 0.9, 0.1, 0.8), (1, 1)),  # never over a gap
    ],
)
def test_neighbours_that_are_nearly_as_strong_belong_to_a_quote(
    scores: tuple[float, ...], quoted: tuple[int, int]
) -> None:
    ranked = found(*scores)
    unit = _with_beside(DOCUMENT, ranked[1], ranked)
    assert unit.span == (span_of(quoted[0])[0], span_of(quoted[1])[1])


def test_the_core_is_what_is_nearly_as_strong_as_the_strongest() -> None:
    ranked = sorted(found(0.7, 0.9, 0.85, 0.1), key=lambda e: -e.score)
    unit = _with_beside(DOCUMENT, ranked[0], ranked)
    assert unit.span == (span_of(0)[0], span_of(2)[1])
    assert _core(unit, ranked) == (span_of(1), span_of(2))


def test_a_quote_stays_short_and_in_its_labelled_stretch() -> None:
    ranked = found(0.9, 0.9, 0.9, 0.9)
    elsewhere = found(0.9, 0.9, 0.9, 0.9, label="Parking")
    assert _with_beside(DOCUMENT, ranked[1], [ranked[1], elsewhere[2]]).span == span_of(1)
    long = " ".join(["You may appeal and you have many days to do so."] * 60)
    passage = Passage("guide", "1", (0, len(long)), long, "Appeals")
    step = len(long) // 60 + 1
    rows = [Evidence(passage, (n * step, n * step + step - 1), None, 0.9, 0.0, 0.0, 0.0) for n in range(60)]
    unit = _with_beside(Document("guide", "1", long), rows[30], rows)
    assert BESIDE_LIMIT - 2 * step < unit.span[1] - unit.span[0] <= BESIDE_LIMIT


def test_a_table_row_stands_alone() -> None:
    text = "MRI | $50\nX-ray | $10"
    passage = Passage("plan", "1", (0, len(text)), text, "Chart")
    rows = [Evidence(passage, span, None, 0.9, 0.0, 0.0, 0.0) for span in ((0, 9), (10, 21))]
    assert _with_beside(Document("plan", "1", text), rows[0], rows).span == (0, 9)
