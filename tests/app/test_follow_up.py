"""The Ask page from one question to the next: what leans on the last one, and the kind of plan that it asks for."""

from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from kb.circumstances import PLAN_TYPES
from tests.app.test_app import Open, app, ask, markup, press, words
from tests.corpora import Corpus
from ui.asked import UNKNOWN, Asked, from_params

__all__ = ["app"]  # the fixture, used by name

FIRST = "How many days to appeal a denial?"
LEANING = "and if it's urgent?"
READ = "Read as a follow-up to “How many days to appeal a denial?”."


def link(tested: AppTest) -> dict[str, list[str]]:
    """The parameters of the link that the page offers to share."""
    return parse_qs(urlsplit(tested.code[0].value).query)


def test_the_next_question_is_read_after_the_last_one(app: Open) -> None:
    tested = ask(app(plan="Blue Harbor Health Plan", edition="2025"), FIRST)
    assert "Read as a follow-up" not in words(tested)
    ask(tested, LEANING)
    assert READ in words(tested) and "within 90 days" in words(tested)
    assert (tested.selectbox(key="plan").value, tested.selectbox(key="edition").value) == (
        "Blue Harbor Health Plan",
        "2025",
    )
    assert link(tested)["after"] == [FIRST] and link(tested)["q"] == [LEANING]


def test_a_follow_ups_link_gives_the_same_answer(app: Open) -> None:
    tested = ask(ask(app(plan="Blue Harbor Health Plan"), FIRST), LEANING)
    there = {name: values[0] for name, values in link(tested).items()}
    opened = app(**there)
    assert READ in words(opened)
    assert opened.session_state["answer"].quotes == tested.session_state["answer"].quotes


def test_a_follow_up_can_be_asked_by_itself(app: Open) -> None:
    tested = press(ask(ask(app(), FIRST), LEANING), "Ask it by itself")
    assert "Read as a follow-up" not in words(tested) and "after" not in tested.query_params
    assert tested.session_state["answer"].question == LEANING
    ask(tested, LEANING)  # asked again in the same way
    assert "Read as a follow-up" not in words(tested)


def test_a_question_of_its_own_stands_alone(app: Open) -> None:
    tested = ask(ask(app(), FIRST), "Are orthodontic braces covered for adults?")
    assert "Read as a follow-up" not in words(tested) and "after" not in tested.query_params


def test_a_third_question_goes_on_from_the_second(app: Open) -> None:
    tested = ask(ask(ask(app(), FIRST), LEANING), "who do I call about it?")
    assert tested.session_state["asked"].after == f"{LEANING} (how long appeal denial)"
    assert "denial" in tested.session_state["answer"].read_as


def test_an_example_and_a_fresh_start_go_on_from_nothing(app: Open) -> None:
    tested = press(ask(app(), FIRST), "Start over")
    ask(tested, LEANING)
    assert "Read as a follow-up" not in words(tested)


def test_the_history_tells_what_a_follow_up_went_on_from(app: Open) -> None:
    tested = ask(ask(ask(app(), FIRST), LEANING), "Are orthodontic braces covered for adults?")
    press(tested, f"{LEANING} (after “{FIRST}”)")
    assert READ in words(tested)


@given(
    st.builds(
        Asked,
        st.text(max_size=40).map(str.strip),
        after=st.text(max_size=6_000).map(str.strip),
        plan_type=st.sampled_from(["", UNKNOWN, *PLAN_TYPES]),
    ).filter(lambda asked: bool(asked.question))
)
def test_an_address_asks_the_same(asked: Asked) -> None:
    there = from_params(asked.params())
    assert (there.question, there.plan_type) == (asked.question, asked.plan_type)
    assert there.after == asked.after or len(asked.after) > 2_000


@pytest.mark.parametrize("kind", ["gold", "<b>"])
def test_an_unknown_kind_of_plan_in_an_address_is_left_out(kind: str) -> None:
    assert from_params({"q": "x", "plan_type": kind}).plan_type == ""


MEDI_CAL = """# Medi-Cal managed care: a summary

## How long a member has to appeal a plan decision

A Medi-Cal managed care member has 60 calendar days from the date of the notice to file an appeal with the plan.
"""
CALIFORNIA = """# Grievances: a summary

## How long a member has to file a grievance or an appeal of a denial

A California plan regulated by the Department of Managed Health Care (DMHC) must accept a grievance for at least 180
calendar days after the incident. A member has 180 days to file a grievance about a denial.
"""
DEADLINE = "How many days do I have to file a grievance about a denial?"


@pytest.fixture
def by_plan(small: Corpus) -> Corpus:
    """The small corpus with a period for each of two kinds of plan."""
    small.put("medi-cal", MEDI_CAL, authority="digest")
    small.put("california", CALIFORNIA, authority="digest")
    return small


def test_the_kind_of_plan_is_asked_for_above_the_answer(app: Open, by_plan: Corpus) -> None:
    tested = app(q=DEADLINE)
    chooser = tested.button_group(key="plan-type")
    assert chooser.label == "The time limit depends on your kind of plan. Which one do you have?"
    assert len(chooser.options) == 5
    chooser.set_value("medi-cal").run()
    assert not tested.exception
    assert tested.query_params["plan_type"] == "medi-cal" and link(tested)["plan_type"] == ["medi-cal"]
    answer = tested.session_state["answer"]
    assert "choose_plan_type" not in [notice.kind for notice in answer.notices]
    assert any("60 calendar days" in quote.text for quote in answer.quotes)
    assert tested.button_group(key="plan-type").value == "medi-cal"


def test_who_does_not_know_gets_the_period_that_is_safe(app: Open, by_plan: Corpus) -> None:
    tested = app(q=DEADLINE)
    tested.button_group(key="plan-type").set_value(UNKNOWN).run()
    shown = words(tested)
    assert "Safe for every kind of plan: 60 days." in shown
    assert "A Medi-Cal managed care member has 60 calendar days" in shown and "180 days" in shown
    assert "choose_plan_type" in [notice.kind for notice in tested.session_state["answer"].notices]


def test_what_the_question_says_is_not_asked_for(app: Open, by_plan: Corpus) -> None:
    tested = app(q=f"{DEADLINE} I have Medi-Cal.")
    assert not [chooser for chooser in tested.button_group if chooser.key == "plan-type"]


def test_the_chosen_kind_reaches_the_steps(app: Open, by_plan: Corpus) -> None:
    tested = app(q=DEADLINE, plan_type="commercial")
    assert "steps-plan-type" not in [box.key for box in tested.selectbox]
    tested.date_input(key="steps-denial").set_value(date(2026, 11, 2)).run()
    assert not tested.exception
    assert "May 1, 2027" in words(tested)


def test_the_choices_stand_above_the_lead(app: Open, by_plan: Corpus) -> None:
    tested = app(q=DEADLINE, plan_type=UNKNOWN)
    sent = markup(tested)
    assert sent.index("Safe for every kind of plan") < sent.index('class="lead"')
