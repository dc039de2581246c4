"""An emergency that is happening gets its notice; a question about emergencies does not."""

import pytest

from kb.base import KnowledgeBase
from kb.emergency import emergency_notice
from kb.types import Query

CRISIS = [
    "I want to kill myself",
    "my son says he is suicidal, which number do I call",
    "I don\u2019t want to live anymore",
    "she keeps hurting herself and the plan won't see her",
    "thinking about ending my life, does my plan cover help",
    "i do not want to be here anymore",
    "he is alone with a gun in his hand, does the plan have someone",
    "me quiero morir, el plan no me contesta",
    "mi hija no quiere vivir, \u00bfa qui\u00e9n llamo?",
]
ACUTE = [
    "I have chest pain right now, is the ER covered",
    "my husband can't breathe",
    "I think she is having a stroke",
    "his face is drooping and he can't lift his arm, do we need prior authorization",
    "my daughter took too many pills",
    "he is unconscious, which hospital is in network",
    "the bleeding won't stop",
    "she's having a seizure",
    "my throat is closing after a bee sting",
    "baby swallowed bleach what do I do",
    "my toddler drank some antifreeze",
    "shortness of breath and pain in my chest",
    "I am coughing up blood",
    "my mother passed out and won't wake up",
    "8 months pregnant and bleeding",
    "trouble breathing since this morning",
    "tengo un dolor fuerte en el pecho, \u00bfqu\u00e9 hago?",
    "mi mam\u00e1 no puede respirar",
    "mi esposo se desmay\u00f3 y no despierta",
    "estoy embarazada de siete meses y sangro mucho",
]
CALM = [
    "emergency room copay",
    "urgent second opinion",
    "how fast must they answer an urgent second opinion request",
    "does my plan cover emergency services out of network",
    "what counts as an emergency",
    "emergency care without prior authorization",
    "expedited appeal 72 hours",
    "how long do I have to appeal a denial",
    "is an ambulance covered",
    "the plan denied my heart medicine",
    "second opinion about heart surgery",
    "can I see a cardiologist without referral",
    "stroke rehabilitation benefits",
    "is smoking cessation covered",
    "grievance about a rude doctor",
    "what is the deductible for hospital stays",
    "mental health parity",
    "is psychotherapy covered",
    "does the plan pay for oxygen equipment",
    "blood test copay",
    "allergy shots coverage",
    "kaiser hawaii phone number",
    "phone number for member services",
    "HSC 1383.15(c)",
    "seizure medication prior authorization",
    "breast cancer screening",
    "pregnancy coverage",
    "imminent and serious threat to health second opinion",
    "can Kaiser make me wait weeks for a second opinion if it's urgent?",
    "burn cream covered?",
    "\u00bfcu\u00e1nto cuesta la sala de emergencias?",
    "\u00bfel plan paga el ox\u00edgeno para respirar en casa?",
    "quiero una segunda opini\u00f3n sobre mi embarazo",
]


def test_the_lists_are_long_enough() -> None:
    assert (len(CRISIS) + len(ACUTE), len(CALM)) == (29, 33)


@pytest.mark.parametrize("question", CRISIS + ACUTE)
def test_an_emergency_is_told_to_call_911(question: str) -> None:
    notice = emergency_notice(question)
    assert notice is not None
    assert notice.kind == "emergency"
    assert "911" in notice.text


@pytest.mark.parametrize("question", CRISIS)
def test_a_crisis_gets_988_too(question: str) -> None:
    notice = emergency_notice(question)
    assert notice is not None
    assert "988" in notice.text


@pytest.mark.parametrize("question", CALM)
def test_a_question_about_coverage_gets_no_alarm(question: str) -> None:
    assert emergency_notice(question) is None


@pytest.mark.parametrize(
    "question", ["MY HUSBAND CAN\u2019T BREATHE!!!", "my husband\n\ncan't   breathe", "my\u00a0husband can't\tbreathe"]
)
def test_shouting_and_spacing_do_not_matter(question: str) -> None:
    assert emergency_notice(question) is not None


@pytest.mark.parametrize("question", ["", "   ", "?", "\0", "911"])
def test_nothing_is_no_emergency(question: str) -> None:
    assert emergency_notice(question) is None


@pytest.mark.parametrize("question", [ACUTE[1], CRISIS[0]])
def test_the_notice_stands_first_whatever_the_answer(corpus_kb: KnowledgeBase, question: str) -> None:
    for text in (question, f"{question} and who pays for a second opinion"):
        answer = corpus_kb.ask(Query(text))
        assert answer.notices[0] == emergency_notice(question)
        assert [notice.kind for notice in answer.notices].count("emergency") == 1


def test_a_long_story_is_read_quickly() -> None:
    assert emergency_notice("pregnant " * 2000 + "face " * 200) is None
