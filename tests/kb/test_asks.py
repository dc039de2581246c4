"""What kind of fact is asked for, and whether words hold one."""

import pytest

from kb.asks import facts_asked

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
