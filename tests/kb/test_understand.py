"""What is read out of a question: kind, topic, plan type, place, language, parts, and what a follow-up keeps."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.circumstances import Circumstances, circumstances
from kb.errors import QueryError
from kb.understand import parts, tongue, understand

KINDS = [
    ("how long do i have to appeal", "how_long"),
    ("what is the deadline for a grievance", "how_long"),
    ("who pays for the second opinion", "who_pays"),
    ("what do i owe for an mri", "who_pays"),
    ("can my plan refuse a second opinion", "may_i"),
    ("how do i file a grievance", "how_do_i"),
    ("what number do I call for Member Services", "whom_to_call"),
    ("who can i call about my denial", "whom_to_call"),
    ("what does HSC 1383.15 say", "what_does_it_say"),
    ("what is the difference between a grievance and an appeal", "compare"),
    ("\u00bfCu\u00e1nto tiempo tengo para apelar?", "how_long"),
    ("\u00bfQui\u00e9n paga la segunda opini\u00f3n?", "who_pays"),
    ("\u00bfA qu\u00e9 n\u00famero llamo?", "whom_to_call"),
    ("\u00bfC\u00f3mo presento una queja?", "how_do_i"),
    ("\u00bfPuedo pedir otra opini\u00f3n?", "may_i"),
    ("xyzzy", ""),
    ("", ""),
]


@pytest.mark.parametrize(("question", "kind"), KINDS)
def test_the_kind_of_a_question(question: str, kind: str) -> None:
    assert understand(question).kind == kind


@pytest.mark.parametrize(
    ("question", "plan_type", "region", "state", "urgent"),
    [
        ("my Medicare Advantage plan denied me", "medicare", "", "", False),
        ("medi-cal cut my hours, it is urgent", "medi-cal", "", "", True),
        ("our self-funded plan said no", "erisa", "", "", False),
        ("bought through Covered California", "individual", "California", "", False),
        ("kaiser in Denver", "", "Colorado", "", False),
        ("appeal deadline under Texas law", "", "", "texas", False),
        ("moving from Texas to California", "", "California", "", False),
        ("West Virginia plan", "", "", "west virginia", False),
        ("is urgent care covered", "", "", "", False),
    ],
)
def test_plan_type_place_and_urgency(question: str, plan_type: str, region: str, state: str, urgent: bool) -> None:
    read = understand(question)
    assert (read.plan_type, read.region, read.state, read.urgent) == (plan_type, region, state, urgent)


def test_what_members_say_of_themselves_goes_first() -> None:
    read = understand("my medicare plan in Denver", Circumstances("erisa", "georgia"))
    assert (read.plan_type, read.region) == ("erisa", "Georgia")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("can they turn me down", "en"),
        ("me negaron la cirug\u00eda y no s\u00e9 qu\u00e9 hacer", "es"),
        ("combien de temps ai-je pour faire appel de la d\u00e9cision", "fr"),
        ("wie lange habe ich zeit und was kann ich machen", "de"),
        ("paano ako magrereklamo sa plan ko", "tl"),
        ("\u6211\u53ef\u4ee5\u8981\u6c42\u7b2c\u4e8c\u610f\u89c1\u5417", "other"),
        ("HSC 1383.15(c)", "en"),
        ("\u00bfapelaci\u00f3n?", "es"),
        ("appeal", "en"),
    ],
)
def test_the_language_of_a_question(text: str, language: str) -> None:
    assert tongue(text) == language


def test_two_questions_are_told_apart_and_share_what_is_told_first() -> None:
    found = parts("My plan said no. How long do I have to appeal, and who can I call about it?")
    assert [part.words for part in found] == ["How long do I have to appeal", "who can I call about it?"]
    assert all(part.asked.startswith("My plan said no. ") for part in found)


def test_a_part_without_content_is_searched_with_the_one_before() -> None:
    first, second = parts("is there a deductible for drugs, and how much is it?")
    assert first.asked == "is there a deductible for drugs" and second.asked.startswith(first.asked)


@pytest.mark.parametrize(
    "question",
    [
        "can I get a second opinion and a referral",
        "the test came back bad and they want more. do i pay for that",
        "who pays",
        "What does HSC 1383.15(z) say?",
        "",
        "?",
        "why? how? when? what?",
        "what " * 3000,
    ],
)
def test_one_question_stays_one(question: str) -> None:
    assert [part.asked for part in parts(question)] == [question]


@given(st.text(max_size=400))
def test_any_text_is_read_and_its_parts_come_from_it(text: str) -> None:
    understand(text)
    for part in parts(text):
        assert part.words in text


@pytest.mark.parametrize(
    ("given_", "message"),
    [
        ({"plan_type": "gold"}, "plan type 'gold' is none of commercial"),
        ({"lang": "fr"}, "language 'fr' is neither"),
        ({"denial_date": "2026-13-01"}, "denial date '2026-13-01' is no date"),
        ({"grievance_date": "yesterday"}, "grievance date 'yesterday' is no date"),
    ],
)
def test_wrong_circumstances_are_refused(given_: dict[str, str], message: str) -> None:
    with pytest.raises(QueryError, match=message):
        circumstances(**given_)
