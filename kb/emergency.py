"""Whether a question tells of an emergency that is happening: then 911 or 988 comes before any answer.

Rules, not a model: inspectable, and built to err towards the notice.
"""

import re
from typing import Literal

from kb.lexical import fold
from kb.phrases import Language, phrase
from kb.types import Notice

_SELF = r"(?:my|him|her|them)sel(?:f|ves)"
_CRISIS = (
    rf"suicid|kill(?:ing)? {_SELF}|(?:hurt|harm|cut)(?:ing)? {_SELF}|self[- ]harm|better off dead|no reason to live",
    r"end(?:ing)? (?:my|his|her|their) (?:own )?life|want(?:s)? to die\b|don'?t want to (?:live|be alive|exist)",
    r"do(?:n'?t| not) want to be here any ?more|(?:pills|gun|knife|rope|razor)\w* (?:is |are )?(?:right )?"
    r"(?:in front of|next to|beside) (?:me|him|her|them)|(?:pills|gun|knife|rope|razor)\w* in (?:my|his|her) hand",
    r"suicidi|quitar(?:me|se) la vida|(?:me|se) (?:quiero|quiere|voy a|va a) (?:morir|matar)|matar(?:me|se)\b",
    r"no (?:quiero|quiere) (?:seguir )?(?:vivir|viviendo)|(?:hacer|cortar)(?:me|se) (?:dano|da\u00f1o)",
)
_BREATH = r"(?:can'?t|cannot|can not|not able to|unable to|trouble|hard to|difficulty|struggling to|barely) breath"
_ACUTE = (
    r"chest (?:pains?|pressure|tightness|hurts?|is tight)|pain in (?:my|his|her|the) chest|heart attack",
    rf"{_BREATH}|not breathing|stopped breathing|short(?:ness)? of breath",
    r"gasping|chok(?:ing|ed)\b|turning blue|blue lips",
    r"(?:having|had|has|think|signs of).{0,20}\bstroke\b|face (?:is )?droop|droop\w* face|slurr\w+ (?:speech|words)",
    r"speech is slurr|(?:one|left|right) side .{0,20}(?:numb|weak|paraly)",
    r"overdos|took (?:too many|a whole bottle|all (?:of )?(?:my|her|his))",
    r"(?:swallow|ate|drank)\w* (?:a |some |the |my )?(?:whole )?(?:bottle|bleach|poison|pills|batter|detergent|"
    r"(?:drain|oven|toilet) cleaner|antifreeze|gasoline|lamp oil)",
    r"unconscious|passed out|won'?t wake|unresponsive|collapsed|fainted",
    r"bleed\w* (?:\w+ )?(?:a lot|heavily|badly|out\b|everywhere)|(?:heavy|severe|heavily|badly|bad) bleed",
    r"(?:won'?t|not|doesn'?t) stop\w* bleed|bleed\w*.{0,20}(?:won'?t|not|doesn'?t) stop",
    r"pregnan\w+.{0,60}bleed|bleed\w+.{0,60}pregnan|weeks along.{0,40}bleed",
    r"(?:cough|vomit|throw)\w* up blood|vomiting blood|having a seizure|seizing|convuls",
    r"severe allergic|anaphyla|throat (?:is )?(?:closing|swelling)|worst headache",
    r"dolor (?:fuerte )?(?:de|en el) pecho|duele (?:mucho )?el pecho|infarto|ataque (?:al|de|del) coraz\w+",
    r"no (?:puedo|puede|pod\w+) respirar|no (?:est\w+ )?respira\b|falta (?:de|el) aire",
    r"se (?:est\w+ )?(?:ahoga|asfixia)\w*",
    r"derrame cerebral|embolia|cara ca\wda|inconsciente|se desmay\w|no (?:se )?despierta|no responde\b.{0,15}(?:ni|y)",
    r"sangr\w+ (?:mucho|bastante|sin parar)|no (?:para|deja) de sangrar|hemorragia|convulsi\w+|sobredosis",
    r"tom\w+ (?:todas|un frasco|muchas) .{0,12}pastillas|embarazada.{0,60}sangr",
)


def _any(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.I)


_CRISIS_WORDS, _ACUTE_WORDS = _any(_CRISIS), _any(_ACUTE)
_SEARCHED = {"crisis": "suicide crisis lifeline 988", "acute": "emergency, call 911, emergency care", "": ""}


def emergency_kind(question: str) -> Literal["crisis", "acute", ""]:
    """What kind of emergency a question tells of: "crisis" is suicide and self-harm, "" none."""
    words = re.sub(r"\s+", " ", fold(question))
    return "crisis" if _CRISIS_WORDS.search(words) else "acute" if _ACUTE_WORDS.search(words) else ""


def emergency_notice(question: str, language: Language = "en") -> Notice | None:
    """The notice to show first, or None. Suicide and self-harm get 988 beside 911."""
    kind = emergency_kind(question)
    return Notice("emergency", phrase(f"emergency.{kind}", language)) if kind else None


def words_of_emergency(question: str) -> str:
    """What to search for beside the words of an emergency: they tell of a body, the documents of care; "" for none."""
    return _SEARCHED[emergency_kind(question)]
