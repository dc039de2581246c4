"""Leads: what they say stands in the quote that they mark, and a lead that was changed in any way is refused."""

import re
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.base import KnowledgeBase
from kb.lead_gate import lead_stands
from kb.phrases import LANGUAGES, Language, phrase
from kb.types import Authority, Query, Quote

TEXTS: tuple[tuple[Authority, str], ...] = (
    ("digest", "A DMHC-regulated California plan must resolve a member's grievance within 30 days."),
    (
        "digest",
        "A plan under ERISA must give the member at least 180 days from receipt of the denial to appeal.",
    ),
    ("law", "The second opinion shall not be denied in more than 72 hours after the request, whenever possible."),
    ("guide", "Kaiser sends an acknowledgment within five business days of receiving it."),
    ("contract", "Primary care visit | $20 per visit | No charge for children"),
)
QUOTES = tuple(
    Quote(n, f"doc-{n}", "v", "A title", authority, "A heading", (0, len(text)), text)
    for n, (authority, text) in enumerate(TEXTS, 1)
)
GOOD: tuple[tuple[Language, str], ...] = (
    ("en", "Our summary of the law gives the plan \u201c30 days\u201d to decide a grievance or an appeal [1]."),
    (
        "en",
        "Our summary of the law gives a member \u201cat least 180 days\u201d to appeal to the plan (federal rules), "
        "counted from receipt [2].",
    ),
    (
        "es",
        "Nuestro resumen de la ley da al plan un plazo de \u201c30 days\u201d para decidir una queja o una "
        "apelaci\u00f3n [1].",
    ),
    ("en", f"The law says: \u201c{TEXTS[2][1]}\u201d [3]"),
    (
        "en",
        "The law gives the plan \u201c72 hours\u201d to answer a request for a second opinion, counted from the "
        "request, \u201cwhenever possible\u201d [3].",
    ),
    ("en", "Your plan's contract: Primary care visit: $20 per visit: No charge for children [5]"),
)


@pytest.mark.parametrize(("language", "lead"), GOOD)
def test_a_lead_that_its_quote_carries_stands(language: Language, lead: str) -> None:
    assert lead_stands(lead, QUOTES, language)


BAD = [
    "Our summary of the law gives the plan \u201c30 days\u201d to decide a grievance or an appeal.",
    "Our summary of the law gives the plan \u201c30 days\u201d to decide a grievance or an appeal [7].",
    "The law gives the plan \u201c30 days\u201d to decide a grievance or an appeal [1].",
    "Our summary of the law gives the plan \u201c60 days\u201d to decide a grievance or an appeal [1].",
    "Our summary of the law gives a member \u201c180 days\u201d to appeal to the plan, counted from receipt [2].",
    "Our summary of the law gives a member \u201cat least 180 days\u201d to appeal to the plan [2].",
    "Our summary of the law gives a member \u201cat least 180 days\u201d to appeal to the plan, "
    "counted from the notice [2].",
    "Our summary of the law gives the plan \u201c30 days\u201d to decide a grievance or an appeal (Medi-Cal) [1].",
    "The law gives the plan \u201c72 hours\u201d to answer a request for a second opinion, counted "
    "from the request [3].",
    "The law says: \u201cThe second opinion shall be denied\u201d [3]",
    "The law says: \u201cdenied in more than 72 hours\u201d [3]",
    "Your plan's contract: Primary care visit: $30 per visit: No charge for children [5]",
    "Your plan's contract: Primary care visit: No charge for children [5]",
    "Yes. Our summary of the law gives the plan \u201c30 days\u201d to decide a grievance or an appeal [1].",
    "",
    "The closest words are in our summary [1].",
]


@pytest.mark.parametrize("lead", BAD)
def test_a_lead_that_says_more_or_less_is_refused(lead: str) -> None:
    assert not lead_stands(lead, QUOTES, "en")


WORDS = ["not", "never", "no", "must", "may", "shall", "60", "30", "180", "five", "months", "Kaiser", "Smith", "always"]


@given(st.sampled_from(GOOD), st.data())
def test_a_changed_lead_is_refused(good: tuple[Language, str], data: st.DataObject) -> None:
    """A word put in, left out or exchanged, or another mark: none passes."""
    language, lead = good
    tokens = re.findall(r"\w+|\W+", lead)
    at = data.draw(st.sampled_from([n for n, token in enumerate(tokens) if token.strip() and token[0].isalnum()]))
    change = data.draw(st.sampled_from(["insert", "drop", "exchange"]))
    word = data.draw(st.sampled_from([word for word in WORDS if word != tokens[at]]))
    new = {"insert": [word, " ", tokens[at]], "drop": [], "exchange": [word]}[change]
    changed = "".join([*tokens[:at], *new, *tokens[at + 1 :]])
    assert not lead_stands(changed, QUOTES, language)


@given(st.sampled_from(GOOD), st.integers(0, 9))
def test_another_mark_is_refused(good: tuple[Language, str], n: int) -> None:
    language, lead = good
    own = re.search(r"\[(\d)\]", lead)
    assert own is not None
    assert lead_stands(re.sub(r"\[\d\]", f"[{n}]", lead), QUOTES, language) == (str(n) == own[1])


@given(st.text(max_size=80))
def test_no_other_text_is_a_lead(text: str) -> None:
    assert not any(lead_stands(f"{text} [1].", QUOTES, language) for language in LANGUAGES)


ASKED = [
    "how long does the plan have to decide a grievance",
    "how long does my medi-cal plan have to decide my appeal",
    "how many days do I have to appeal to my Medicare Advantage plan",
    "how long do I have to apply for an independent medical review",
    "who pays for a second opinion",
    "\u00bfCu\u00e1nto tiempo tiene el plan para decidir mi queja (grievance)?",
]


def test_leads_of_answers_are_pointers_or_stand(corpus_kb: KnowledgeBase) -> None:
    answers = [corpus_kb.ask(Query(question)) for question in ASKED]
    found = [a for a in answers if a.quotes and lead_stands(a.lead, a.quotes, a.language)]
    pointers = [phrase("answer.closest", language, place="\0").partition("\0")[0] for language in LANGUAGES]
    others = [a.lead for a in answers if a.quotes and a not in found]
    assert found and all(any(lead.startswith(p) for p in pointers) for lead in others)
    assert all(len(re.findall(r"\[\d+\]", a.lead)) <= 2 for a in chain(found))
