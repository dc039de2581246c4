"""What kind of fact a question asks for, a time, a telephone number or an amount, and whether words hold one.

Also whether it asks what changed between editions, which a comparison answers and no single passage does.
"""

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


_EDITION = (
    r"(?:(?:last|previous|prior|this|next|new) (?:plan |contract |calendar )?year\b|a year ago\b|\b20[1-4]\d\b|"
    r"(?:old|older|last|previous|earlier|new|newer|other) (?:edition|contract|book|booklet|handbook|eoc)\b|"
    r"\beditions\b)"
)
_ENDS = r"(?=\s*(?:[?.!,;]|$|(?:this|last|since|from|in|for|between|compared|and|with|now)\b))"
_ASKS_CHANGES = (
    # "what changed", "what else has changed": by itself
    re.compile(r"\bwhat(?:'s| is| has| have)?(?: all| else)? (?:just )?(?:changed|changing)\b(?! (?:your|her|his) )"),
    # "what changes in 2027", "list the changes since last year"
    re.compile(rf"\b(?:what|which|the|any|all|list) changes? (?:\w+ ){{0,5}}?{_EDITION}"),
    # "what is new this year", not "what is new patient orientation"
    re.compile(
        rf"\bwhat(?:'s| is)(?: all)? new (?:in|for|with|this|since|from)\b.*{_EDITION}|\bwhat(?:'s| is) new this year"
    ),
    # "how did my plan change", "has my copay gone up", not "can I change my doctor"
    re.compile(
        r"\b(?:did|has|have) (?!(?:i|we|you|to|the law|the rules?)\b)(?:\w+ ){1,5}?"
        rf"(?:changed?|go up|gone up|go down|gone down|increased?|decreased?|risen|rise){_ENDS}"
    ),
    # "what is different from last year", not "a different doctor in 2026"
    re.compile(
        rf"\b(?:different|differs?)(?: (?:from|in|than|between|to|for|with|about|now))?(?: \w+){{0,3}}? {_EDITION}"
    ),
    re.compile(rf"\bdifferences? (?:between|from|to|since|with)(?: \w+){{0,3}}? {_EDITION}"),
    # "compare 2025 with 2026", "is the deductible higher than last year"
    re.compile(rf"\b(?:compared?|comparison)\b(?: \w+){{0,5}}? {_EDITION}"),
    re.compile(
        r"\b(?:higher|lower|more|less|cheaper|worse|better)\b(?: \w+){0,6}? than "
        rf"(?:(?:it|they|was|were|in|the|my|our|your|for) ){{0,4}}{_EDITION}"
    ),
    re.compile(r"\b20[1-4]\d (?:vs?\.?|versus|against|compared (?:to|with)) (?:\w+ ){0,2}?20[1-4]\d\b"),
)
_OTHER_THING = re.compile(
    r"\bdifferent (?!from|in|than|between|to|for|with|about|now|this|last)\w+|"
    r"\b(?:can|could|may|should|do|how to|want to|need to|if|when) "
    r"(?:(?:i|we|you|my|the|a|plan|provider) ){0,3}changes?\b|"
    r"\b(?:no )?more (?:than )?(?:once|twice|\d+)\b"
)
"""Words that make a change another thing: a different doctor, changing one's plan, more than twice."""


def asks_for_changes(question: str) -> bool:
    """Whether `question` asks what is different between two editions of a contract."""
    words = " ".join(fold(question).casefold().split())
    return not _OTHER_THING.search(words) and any(rule.search(words) for rule in _ASKS_CHANGES)
