"""What kind of fact a question asks for, a time, a telephone number or an amount, and whether words hold one."""

import re
from collections.abc import Callable

from kb.lexical import fold

_TIME = re.compile(
    r"\b(?:\d+|one|two|three|four|five|six|seven|ten|twelve|thirty)[\s-]+"
    r"(?:(?:business|calendar|working|consecutive|full)\s)?(?:hours?|days?|weeks?|months?|years?|minutes?)\b",
    re.I,
)
_PHONE = re.compile(r"\b(?:1-)?\d{3}-\d{3}-\d{4}\b|\b\d{3}-MEDICARE|\b(?:911|988)\b")
_MONEY = re.compile(
    r"\$\s?\d|\d ?(?:%|percent)|"
    r"\b(?:copay\w*|co-?insurance|deductible|cost share|no charge|free|fee|costs?|reimburse\w*)\b",
    re.I,
)
_ASKS_TIME = re.compile(
    r"\bhow (?:long|soon|quick\w*|fast|many (?:business |calendar )?(?:hours|days|weeks|months|minutes))|"
    r"\bdeadlines?\b|\btime limit|\bby when\b|\btoo late\b|\bwhen (?:do|does|must|will|should) ",
    re.I,
)
_ASKS_PHONE = re.compile(
    r"\bphone|\btelephone|\bnumber\b.{0,30}\b(?:call|for|of)\b|"
    r"\b(?:who|whom|what number|where) .{0,20}\bcall\b|\bcontact|\btty\b",
    re.I,
)
_ASKS_MONEY = re.compile(
    r"\bhow much\b|\b(?:costs?|pays?|paying|paid|owe|copay\w*|charged?|free|price|fee|refund|money back)\b|\$", re.I
)

Test = Callable[[str], bool]


def facts_asked(question: str) -> tuple[Test, ...]:
    """For each kind of fact that `question` asks for, the test whether a text holds a fact of that kind."""
    words = fold(question)
    kinds = ((_ASKS_TIME, _TIME), (_ASKS_PHONE, _PHONE), (_ASKS_MONEY, _MONEY))
    return tuple(_holds(fact) for asks, fact in kinds if asks.search(words))


def _holds(fact: re.Pattern[str]) -> Test:
    return lambda text: fact.search(fold(text)) is not None
