"""Which question a measure applies to, and what it is measured against."""

from evals.answers import Ratio
from evals.gold import Gold, Texts
from evals.questions import Question
from evals.rows import Row
from evals.scores import Case, score
from evals.summary import Latency, latency_of
from kb.catalog import Generation
from kb.types import Answer, Document, Quote, Section, Source, Status

_LAW = Gold("law", (0, 20), 2)
_OLD = Gold("cedar-2025", (0, 20), 2)


class Shelf:
    """A catalog of a law and two editions of a contract."""

    def generation(self) -> Generation:
        law = Source("law", "law.txt", "0" * 64, "A law", "law")
        editions = [Source(f"cedar-{y}", f"{y}.txt", "0" * 64, y, "contract", edition=y) for y in ("2025", "2026")]
        return Generation(1, "2026-11-22", "", {f"{source.doc_id}@1": source for source in (law, *editions)})

    def document(self, key: str) -> Document:
        return Document(key.partition("@")[0], "1", "x" * 100)


def _contract(edition: str) -> Quote:
    return Quote(1, f"cedar-{edition}", "1", "", "contract", "", (0, 20), "x" * 20, edition=edition)


def _score(
    question: Question, gold: tuple[Gold, ...], *quotes: Quote, status: Status = "answered"
) -> dict[str, Ratio | None]:
    sections = (Section("contract", "", quotes),) if quotes else ()
    answer = Answer("?", status, None, "", sections, (), (), 1.0)
    return score(Case(question, gold, answer, (("law", (0, 20)),), Texts(Shelf())))


def _question(answerable: bool = True, edition: str = "") -> Question:
    return Question("q", "?", "k", answerable, edition=edition)


def test_a_partial_answer_is_an_answer() -> None:
    scores = _score(_question(), (_LAW,), _contract("2026"), status="partial")
    assert (scores["answered_of_answerable"], scores["refusal_precision"]) == (Ratio(1, 1), Ratio(0, 0))


def test_gold_of_an_unanswerable_question_is_not_measured() -> None:
    scores = _score(_question(answerable=False), (_LAW,), _contract("2026"))
    assert scores["success@1"] is scores["citation_precision"] is scores["top_citation_right"] is None
    assert scores["refusal_recall"] == Ratio(0, 1)
    assert scores["quote_exactness"] == Ratio(1, 1)


def test_the_edition_asked_for_is_the_option_or_that_of_gold_contracts() -> None:
    assert _score(_question(edition="2026"), (_OLD,), _contract("2026"))["wrong_document"] == Ratio(0, 1)
    assert _score(_question(), (_OLD, _LAW), _contract("2026"))["wrong_document"] == Ratio(1, 1)
    assert _score(_question(), (_OLD, _LAW), _contract("2025"))["wrong_document"] == Ratio(0, 1)
    assert _score(_question(), (_LAW,), _contract("2025"))["wrong_document"] is None
    assert _score(_question(edition="2026"), ())["wrong_document"] == Ratio(0, 0)


def test_latency_is_median_and_95th_percentile() -> None:
    rows = [Row(str(n), "?", "k", "", True, "answered", None, (), (), (), (), {}, float(n)) for n in range(101)]
    assert latency_of("all", rows) == Latency("all", 50.0, 95.0, 101)
    assert latency_of("all", []) == Latency("all", None, None, 0)
