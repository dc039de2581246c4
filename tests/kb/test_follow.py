"""Questions that lean on the one before: which do, what is searched for them, and what the answer says of it."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.build import build
from kb.__main__ import main
from kb.base import MAX_QUESTION, KnowledgeBase
from kb.circumstances import Circumstances
from kb.errors import QueryError
from kb.follow import follow, understand_after
from kb.types import Filters, Query
from kb.understand import understand
from tests.corpora import Corpus
from tests.fakes import HashEmbedder

SECOND = "how long do they have to decide on a second opinion?"
GRIEVANCE = "How long does my plan have to answer my grievance?"
SEGUNDA = "¿Cuánto tiempo tienen para decidir sobre una segunda opinión?"
QUEJA = "¿Cuánto tiempo tiene el plan para contestar mi queja?"
XRAY = "How much is an x-ray?"

LEANING = [
    (SECOND, "and if it's urgent?"),
    (SECOND, "who pays for it?"),
    (SECOND, "what about emergencies"),
    (SECOND, "¿y si es urgente?"),
    (SECOND, "how about for Medi-Cal?"),
    (SECOND, "what if they say no?"),
    (SECOND, "What if they deny it?"),
    (SECOND, "and in writing?"),
    (SECOND, "how much does it cost?"),
    (SECOND, "who pays?"),
    (SECOND, "can I appeal that?"),
    (SECOND, "do they cover it?"),
    (SECOND, "but what if I can't wait that long?"),
    (GRIEVANCE, "and if they don't?"),
    (GRIEVANCE, "what happens if they miss it?"),
    (GRIEVANCE, "same for Medicare?"),
    (GRIEVANCE, "how do I send it?"),
    (GRIEVANCE, "what is the deadline?"),
    (XRAY, "and an MRI?"),
    (XRAY, "do I need a referral for that?"),
    (XRAY, "and in 2025?"),
    (SEGUNDA, "¿y si es urgente?"),
    (SEGUNDA, "¿quién la paga?"),
    (SEGUNDA, "¿qué pasa si la niegan?"),
    (SEGUNDA, "y en Medi-Cal"),
    (SEGUNDA, "¿cuánto cuesta eso?"),
    (QUEJA, "¿y si no contestan?"),
    (QUEJA, "¿dónde la presento?"),
    (QUEJA, "and if it is urgent?"),
]
ALONE = [
    (SECOND, "how much is an x-ray?"),
    (SECOND, "HSC 1383.15(c)"),
    (SECOND, "and what does HSC 1368 say?"),
    (SECOND, "How do I file a grievance?"),
    (SECOND, "And how do I file a grievance with my plan?"),
    (SECOND, "How soon must they give me an appointment with a specialist?"),
    (SECOND, "Does my plan cover acupuncture?"),
    (SECOND, "is it legal to record a call with my plan?"),
    (SECOND, "how long does it take to get an MRI?"),
    (SECOND, "What is the best pizza topping?"),
    (
        SECOND,
        "My plan denied my surgery last week and told me that it is not necessary. What can I do about it?",
    ),
    (SECOND, "who pays for a second opinion?"),
    (SECOND, "What number do I call for Member Services?"),
    (GRIEVANCE, "What is an independent medical review?"),
    (GRIEVANCE, "they cut off my physical therapy, can I appeal?"),
    (GRIEVANCE, "911"),
    (GRIEVANCE, ""),
    (GRIEVANCE, "?!"),
    ("", "and if it's urgent?"),
    ("...", "who pays for it?"),
    (SEGUNDA, "¿Cuánto cuesta una radiografía?"),
    (SEGUNDA, "¿Cómo presento una queja contra mi plan?"),
    (QUEJA, "¿Cubre el plan la acupuntura?"),
    (QUEJA, "¿Qué es una revisión médica independiente?"),
]


@pytest.mark.parametrize(("after", "question"), LEANING)
def test_it_leans(after: str, question: str) -> None:
    found = follow(question, after)
    assert found is not None and found.kept and found.kept in found.words


@pytest.mark.parametrize(("after", "question"), ALONE)
def test_it_stands_alone(after: str, question: str) -> None:
    assert follow(question, after) is None


@pytest.mark.parametrize(
    ("after", "question", "words"),
    [
        (SECOND, "and if it's urgent?", "and if it's urgent? (how long decide second opinion)"),
        (SECOND, "who pays for it?", "who pays for it? (second opinion)"),
        (SECOND, "¿y si es urgente?", "urgent expedited (how long decide second opinion)"),
        (SEGUNDA, "and if it's urgent?", "and if it's urgent? (how long days decide decision second opinion)"),
        ("who pays for it? (second opinion)", "and if it's urgent?", "and if it's urgent? (cost second opinion)"),
        (GRIEVANCE, "what about a state hearing?", "what about a state hearing? (how long)"),
        ("How do I appeal with Medi-Cal?", "and with Medicare?", "and with Medicare? (how do I appeal)"),
        ("HSC 1383.15(c)", "who pays for it?", "who pays for it? (HSC 1383.15(c))"),
    ],
)
def test_the_words_to_search(after: str, question: str, words: str) -> None:
    found = follow(question, after)
    assert found is not None and found.words == words


def test_of_a_story_only_what_it_asks_is_kept() -> None:
    story = (
        "My mother is 81 and lives in Fresno with my sister Anna. She fell in March and broke her hip on the stairs. "
        "The hospital was kind. Now the plan says no to her rehab stay. How many days do we have to appeal this?"
    )
    found = follow("and if it's urgent?", story)
    assert found is not None
    assert {"appeal", "how", "long"} <= set(found.kept.split())
    assert not {"Anna", "Fresno", "stairs", "hospital", "March"} & set(found.kept.split())


def test_plan_type_topic_and_matter_are_kept() -> None:
    before = understand("Medi-Cal plan cut my nurse hours, how many days to appeal to the plan")
    found = follow("and if it is urgent?", before.question)
    assert found is not None
    read = understand_after(found, "and if it is urgent?", Circumstances())
    assert (read.plan_type, read.topic, read.matter) == ("medi-cal", before.topic, before.matter)
    assert (read.kind, read.urgent) == ("how_long", True)


def test_what_the_new_question_says_goes_first() -> None:
    found = follow("and who do I call with Medicare?", "My Medi-Cal plan denied it, how many days to appeal?")
    assert found is not None
    read = understand_after(found, "and who do I call with Medicare?", Circumstances())
    assert (read.plan_type, read.kind) == ("medicare", "whom_to_call")


SAID = st.lists(
    st.sampled_from(
        "and what about if they it that who pays how long urgent appeal denied plan (second opinion) Medi-Cal ( ) ? . "
        "x-ray y si la niegan \u00bfqui\u00e9n queja 2025".split()
    ),
    max_size=45,
).map(" ".join)


@given(SAID, SAID)
def test_any_words_in_any_order_are_read(question: str, after: str) -> None:
    found = follow(question, after)
    if found is not None:
        understand_after(found, question, Circumstances())
        follow(question, found.words)


@given(st.text(max_size=120), st.text(max_size=300))
def test_any_two_texts_are_read(question: str, after: str) -> None:
    found = follow(question, after)
    assert found is None or (found.kept and found.words.endswith(f"({found.kept})"))
    assert follow(question, "") is None


CITATIONS = st.builds(
    "{}{} {}.{}({})".format,
    st.sampled_from(["", "and ", "what about ", "¿y "]),
    st.sampled_from(["HSC", "Health and Safety Code section", "45 CFR", "WIC"]),
    st.integers(1, 9999),
    st.integers(1, 99),
    st.sampled_from("abcd"),
)


@given(CITATIONS, st.sampled_from([after for after, _ in LEANING]))
def test_a_citation_never_leans(question: str, after: str) -> None:
    assert follow(question, after) is None


@pytest.fixture
def base(small: Corpus, folder: Path) -> KnowledgeBase:
    build(small.folder, folder, HashEmbedder())
    return KnowledgeBase.open(folder, HashEmbedder())


FIRST = "How many days to appeal a denial with Blue Harbor Health Plan?"


def test_a_follow_up_keeps_the_plan_and_says_so(base: KnowledgeBase) -> None:
    answer = base.ask(Query("and in 2025?", after=FIRST))
    assert any("within 90 days" in quote.text for quote in answer.quotes)
    assert answer.question == "and in 2025?" and answer.read_as.startswith("and in 2025? (")
    assert [notice.text for notice in answer.notices if notice.kind == "follow_up"] == [
        f"Read as a follow-up to “{FIRST}”. Added to it: how long appeal denial Blue Harbor Health."
    ]
    spanish = base.ask(Query("and in 2025?", after=FIRST, circumstances=Circumstances(language="es")))
    assert spanish.notices[0].text.startswith("Leída como continuación de “How many days")
    alone = base.ask(Query("and in 2025?"))
    assert alone.read_as == "" and not any("90 days" in quote.text for quote in alone.quotes)


def test_what_stands_alone_is_answered_as_without(base: KnowledgeBase) -> None:
    question = "How soon must a plan answer an urgent request?"
    with_, without = base.ask(Query(question, after=FIRST)), base.ask(Query(question))
    assert (with_.quotes, with_.notices, with_.read_as) == (without.quotes, without.notices, "")


def test_a_chosen_plan_stays_chosen(base: KnowledgeBase) -> None:
    chosen = Filters("Blue Harbor Health Plan", "2025")
    answer = base.ask(Query("and for a denial?", chosen, after="How many days to appeal?"))
    assert {quote.edition for quote in answer.quotes if quote.authority == "contract"} <= {"2025"}


def test_search_reads_it_too(base: KnowledgeBase) -> None:
    hits = base.search(Query("and how long?", after="How many days to appeal a denial?"))
    assert "appeal" in hits[0].passage.text


def test_a_question_before_that_is_too_long_is_refused(base: KnowledgeBase) -> None:
    with pytest.raises(QueryError, match="the question before it has 20,001 characters"):
        base.ask(Query("and then?", after="x" * (MAX_QUESTION + 1)))


@pytest.mark.model
def test_the_command_takes_the_question_before(real_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "and if it's urgent?", "--after", SECOND, "--kb", str(real_folder), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["read_as"] == "and if it's urgent? (how long decide second opinion)"
    assert "follow_up" in [notice["kind"] for notice in answer["notices"]]
    assert any("not to exceed 72 hours" in quote["text"] for quote in answer["quotes"])


DIALOGUES = Path(__file__).parent / "dialogues.jsonl"
"""Questions and what follows them, with the words that answer. What is not in the split "dev" was looked at once."""


@pytest.mark.model
def test_with_the_question_before_more_answers_are_right(real_kb: KnowledgeBase) -> None:
    right = {"with": 0, "without": 0}
    for row in map(json.loads, DIALOGUES.read_text(encoding="utf-8").splitlines()):
        after = row["first"]
        for turn in row["turns"] if row["split"] == "dev" else []:
            chosen, gold = Filters(row["plan"]), [(one["doc_id"], one["words"]) for one in turn["gold"]]
            answers = {"with": real_kb.ask(Query(turn["question"], chosen, after=after))}
            answers["without"] = real_kb.ask(Query(turn["question"], chosen))
            for name, answer in answers.items():
                quotes = [(quote.doc_id, quote.text) for quote in answer.quotes[:3]]
                right[name] += any(doc == d and words in text for d, words in gold for doc, text in quotes)
            after = answers["with"].read_as or turn["question"]
    assert 2 * right["with"] >= 3 * right["without"] > 0
