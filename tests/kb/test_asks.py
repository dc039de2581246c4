"""What kind of fact is asked for, and whether words hold one."""

import pytest

from kb.asks import asks_for_changes, facts_asked

TIME, PHONE, MONEY = "within 72 hours", "Call 1-800-555-0100", "a copayment of $20"
NOTHING = "The plan shall answer in writing."


def kinds(question: str) -> set[str]:
    """Which kinds of fact a question asks for, told by what its tests let through."""
    tests = facts_asked(question)
    assert not any(test(NOTHING) for test in tests)
    return {name for name, fact in (("time", TIME), ("phone", PHONE), ("money", MONEY)) if any(t(fact) for t in tests)}


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("how long do I have to appeal", {"time"}),
        ("How many business days for a decision?", {"time"}),
        ("what is the deadline", {"time"}),
        ("kaiser hawaii phone number", {"phone"}),
        ("who do I call", {"phone"}),
        ("do I pay for a second opinion", {"money"}),
        ("how much is it and how long does it take", {"money", "time"}),
        ("who picks the second doctor", set()),
        ("", set()),
    ],
)
def test_a_question_asks_for_a_kind_of_fact(question: str, expected: set[str]) -> None:
    assert kinds(question) == expected


@pytest.mark.parametrize(
    "question",
    [
        "What changed between 2025 and 2026?",
        "what changed in my 2026 book",
        "what is different from last year",
        "What\u2019s different this year?",
        "What has changed in my Evidence of Coverage?",
        "what's new in the 2026 contract",
        "What is new this year?",
        "How did my plan change?",
        "Did my copay go up?",
        "has the deductible increased since last year",
        "Have the mental health benefits changed for 2026?",
        "differences between 2025 and 2026",
        "What is the difference between the old contract and the new one?",
        "compare my 2025 and 2026 contracts",
        "2025 vs 2026 drug coverage",
        "Is the specialist copay higher than last year?",
        "which changes were made in the 2026 edition",
        "what is changing next year",
        "Do I pay more for an MRI in 2026 than in 2025?",
    ],
)
def test_a_question_asks_what_changed(question: str) -> None:
    assert asks_for_changes(question)


@pytest.mark.parametrize(
    "question",
    [
        "Can I change my primary care doctor?",
        "How do I change plans in 2026?",
        "what happens if my doctor leaves the plan",
        "Can I see a different doctor in 2026?",
        "What is the difference between urgent and emergency care?",
        "What is the difference between urgent care and emergency care in the 2026 contract?",
        "Which changes in my health let me ask for a second opinion?",
        "Has the law changed?",
        "what is my deductible in 2026",
        "what was the copay last year",
        "Can the plan change my benefits during the year?",
        "Did the plan change my doctor without asking me?",
        "my diagnosis changed, can I get a second opinion",
        "When can I change my plan this year?",
        "Can I get new glasses this year?",
        "what is new patient orientation",
        "Can I have more than two visits in 2026?",
        "How many days do I have to appeal a change in my treatment?",
        "What is the copay for a new patient visit?",
        "Do I need a referral for a different specialist this year?",
        "",
    ],
)
def test_a_question_asks_for_something_else_than_changes(question: str) -> None:
    assert not asks_for_changes(question)
