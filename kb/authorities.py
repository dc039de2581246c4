"""The vocabulary of citations: authorities, their names in three styles, and the patterns citations are made of.

Patterns are for lower-cased text with plain blanks and hyphens (`kb.labels` makes that copy).
"""

import re
from typing import Literal

from kb.codes import ACTS, CODES

Style = Literal["short", "bluebook", "csm"]


# These abbreviations are words or names elsewhere ("gov", "lab", "Com"), so running text must write them in capitals.
_CAPITALS = frozenset("CIV COM CORP ELEC EVID FAM FIN GOV INS LAB PEN PROB SSA VEH WAT".split())
# Other states have codes of the same names; two-letter forms that are English words are left out.
_ELSEWHERE = frozenset(
    "alabama ala. alaska arizona ariz. arkansas ark. colorado colo. connecticut conn. delaware del. columbia d.c. "
    "florida fla. georgia ga. hawaii haw. idaho illinois ill. indiana ind. iowa kansas kan. kentucky ky. louisiana "
    "la. maine maryland md. massachusetts mass. michigan mich. minnesota minn. mississippi miss. missouri mo. montana "
    "mont. nebraska neb. nevada nev. hampshire n.h. jersey n.j. mexico n.m. york n.y. n.c. carolina dakota n.d. ohio "
    "oklahoma okla. oregon pennsylvania pa. island r.i. s.c. s.d. tennessee tenn. texas tex. utah vermont vt. "
    "virginia va. washington wash. wisconsin wis. wyoming wyo. tx ny fl nv az wa il nj nc mi va md mn wi tn model "
    "uniform federal municipal".split()
)
# Before a section sign these end the name of a law or paper that is none of ours.
_OTHER_LAW = frozenset(
    "act acts code codes stat. stats. const. constitution ann. ordinance guidelines manual bylaws policy contract "
    "agreement booklet erisa aca ppaca phsa irc hipaa rcw nrs ors ars crs wac oar".split()
)
_NUMBERED = frozenset("title chapter ch. part article art. exhibit appendix amendment division l. stat. no.".split())

B = r" *+(?:\n *+)?+"  # blanks, at most one line end; possessive, so that nothing backtracks over a long run
_CAL = rf"(?:cal(?:ifornia|\.)?|ca){B}"
_ARTICLE = r"([ivxl]{1,7}|\d{1,2})(?:[ -]?([a-f]))?(?![a-z0-9.])"
_STATE = re.compile(rf"(?:west's{B})?{_CAL}")
_WORD_OF_NAME = re.compile(rf"{B}-?([a-z]+(?:'[a-z]+)?|&amp;|&|19\d\d)(\.?)")
_TITLED = re.compile(
    rf"(?:title|tit\.?){B}(\d{{1,2}})(?![\w.-]){B}(?:,{B}|of{B})?(?:the{B})?|(?<![\w.,/$-])(\d{{1,2}}){B}"
)
_BOOK = re.compile(
    rf"(?:(?P<CCR>c\. ?c\. ?r\.|ccr|{_CAL}code{B}(?:of{B})?reg(?:ulations?|s?\.)|{_CAL}admin\.{B}code)"
    rf"|(?P<CFR>c\. ?f\. ?r\.|cfr|code{B}of{B}fed(?:eral|\.){B}reg(?:ulations?|s?\.))"
    rf"|(?P<USC>u\. ?s\. ?c\.(?: ?[as]\.)?|usc[as]?|u\. ?s\.{B}code|united{B}states{B}code))(?![a-z])"
)
_PUBLIC_LAW = re.compile(
    rf"(?:pub(?:lic\b|\.){B}l(?:aw\b|\.)|p\.{B}l\.|pl\b){B}(?:no\.{B})?(\d{{2,3}}-\d{{1,4}})(?![\w-])"
)
_LATER_TITLE = re.compile(rf",?{B}(?:title|tit\.?){B}(\d{{1,2}})(?![\w.-])")
_CONST = re.compile(
    rf"(?:{_CAL}const(?:itution|\.)|cons(?={B}(?:art|[ivxl]{{1,7}}\b))),?{B}"
    rf"(?:art(?:icle|\.)?{B})?(?:(?<=[. \n]){_ARTICLE})?"
)
_ARTICLE_FIRST = re.compile(
    rf"art(?:icle|\.){B}{_ARTICLE},?{B}(?:(?:of{B}(?:the{B})?)?({_CAL}const(?:itution|\.))|(?=§|sec))"
)
_RULE = re.compile(
    rf"(?:rules?|regulations?|regs?\.?|tit(?:le|\.)?{B}(\d{{1,2}})(?!\d)),?(?={B}(?:(?:§|sections?|secs?\.?){B})?\d)"
)

SIGN_TEXT = r"(?:§ ?§?|(?:sections?|sect?s?\.?)(?![a-z]))"
SUB_TEXT = (
    r"(?:(?:sub-?div(?:ision)?s?|subds?|subs?(?=[ .])|sub-?sections?|subsecs?|sub-?para(?:graph)?s?|subpars?"
    r"|para(?:graph)?s?|pars?|sub-?clauses?|clauses?)(?![a-z])\.?|(?:subs|cls?)\.|¶¶?)"
)
SIGN, SUB, SUB_WORD = re.compile(SIGN_TEXT), re.compile(SUB_TEXT), re.compile(rf"{B},?{B}{SUB_TEXT}")
_PIECE = r"\d{1,6}(?:\.\d{1,5}){0,5}(?:(?!(?:st|nd|rd|th|am|pm|mg|hr)\b)[a-z]{1,4})?"
NUMBER = re.compile(  # no date, telephone number, price, share or count of days
    rf"{B}(?!\d{{1,2}}\.\d{{1,2}}\.(?:19|20)?\d\d(?!\d)|\d{{3}}[.-]\d{{3}}[.-]\d{{4}})({_PIECE}(?:-{_PIECE}){{0,5}})"
    r"(?![\w$%])(?!-\w|\.\d|,\d{3}(?!\d)|/\d|:\d| %)"
    r"(?! {0,2}(?:business|calendar|working|days?|hours?|months?|years?|miles?|percent|comp)\b)"
)
# (12), (1.5), (iv), (c), (aa), (ab), (ia); other pairs of letters are words: (mg), (or). An area code is no label.
LABEL = re.compile(
    r"(?: {0,2}|\.)\( ?([1-9]\d{0,2}(?:\.\d)?|[ivx]{1,8}|([a-z])\2{0,2}(?:\.\d)?|a[a-l]|i[a-h]) ?\)"
    r"(?! ?\d{3}[-. ]\d{4})"
)
NAKED = re.compile(rf"{B}([a-z]|[ivx]{{1,5}}|\d{{1,2}})(?![\w(-]|\.\d)")
JOIN = re.compile(rf"{B},{B}(?:(?:and/or|and|or|&)(?![a-z]){B})?|{B}(?:and/or|and|or|&)(?![a-z]){B}")
TO = re.compile(rf"{B}(?:-|(?:to|through|thru)(?![a-z])){B}")
INCLUSIVE = re.compile(rf",?{B}inclusive(?:,(?={B}of\b))?")
OF = re.compile(rf"{B},?{B}of(?![a-z]),?{B}(?:the\b{B})?")
SECTION_NEXT = re.compile(rf"{B}(?:of{B})?(?:{SIGN_TEXT}|{SUB_TEXT})")
AFTER_NAME = re.compile(
    rf"(?:{B}ann(?:otated\b|\.))?{B}(?:\([a-z&. ]{{2,14}}\))?{B}[,:]?{B}(?:part{B}\d{{1,5}},?{B}(?=§|sec))?"
)
ET_SEQ = re.compile(rf"{B},?{B}et\.? seq\b\.?")
ENDS = re.compile(r" {0,2}(?:$|\n|[.,;:)\]]|(?:and|or|to|through|of|et)\b)")
RELATIVE = re.compile(rf"(this|that|said|same|such){B}(code|chapter|subchapter|article|division|part|subpart|title)\b")
PART = re.compile(rf"(?:chapter|article|division|part|title|subpart){B}[\w.-]{{1,10}}")
CLOSE = re.compile(
    rf"(?:,?{B}inclusive)?"
    rf"(?:\)(?={B}of{B}(?:the |chapter|article|division|part|title))|{B}\([^()\n]{{1,60}}\)(?={B}of\b))?"
)
COMMA = re.compile(rf"{B},?{B}")
YEAR = re.compile(r"(?: ?\((?:west|deering)?(?:'s)?(?: ann\.)? ?(?:\d{4})?\))? *\.? *")
# A number that is law without any word: 1383.15(c), 1368 subd. (a).
_BARE = (
    r"(?<![\w.,$#/:-])(?<![$#] )\d{3,6}"
    r"(?:(?:\.\d{1,5}){1,4}[a-z]?(?:-\d{1,3}[a-z]?)?(?=\.?\()|[.\d]{0,12}[a-z]?(?=,? {1,2}subd))"
)


def _words(form: str) -> tuple[str, ...]:
    return tuple("and" if w == "&" else w for w in re.findall(r"[a-z']+|&|\d+", form.lower().removeprefix("cal. ")))


def _names() -> dict[tuple[str, ...], tuple[str, str, bool]]:
    """Every written name as words -> (authority, trust, may a period end it); trust as in `read_authority`."""
    names: dict[tuple[str, ...], tuple[str, str, bool]] = {}
    for key, code in CODES.items():
        forms = dict.fromkeys(filter(None, code.weak.split("|")), "sign")
        forms |= {".".join(key) + ".": "sure", key: "capitals" if key in _CAPITALS else "sure"}
        forms |= dict.fromkeys(filter(None, (code.name, code.bluebook, code.csm, *code.also.split("|"))), "sure")
        names |= {_words(form): (key, trust, form.endswith(".")) for form, trust in forms.items()}
    for key, act in ACTS.items():
        names |= {_words(act.name): (key, "sure", False), _words(key): (key, "capitals", False)}
    return names


_NAMES = _names()
_STEMS = {words[:size] for words in _NAMES for size in range(1, len(words) + 1)}
_OPENERS = {stem[0] for stem in _STEMS} | set(
    "cal california ca title tit art article rule rules regulation regulations reg regs cons c ccr cfr code u usc usca "
    "united".split()
)


def _trigger() -> re.Pattern[str]:
    by_letter: dict[str, list[str]] = {}
    for word in sorted(_OPENERS):
        by_letter.setdefault(word[0], []).append(word[1:])
    openers = "|".join(f"{letter}(?:{'|'.join(rests)})" for letter, rests in by_letter.items())
    titled = rf"(?<![.,/-])\d{{1,2}}{B}(?:c\.? ?[cf]|u\.? ?s|cal|ca |code|united)"
    name = rf"(?<![\w&$])(?:(?:{openers})(?![a-z])|{titled})"
    return re.compile(rf"(?=[a-z0-9§¶])(?:(?<![a-z])(?:{SIGN_TEXT}|{SUB_TEXT})|(?P<BARE>{_BARE})|{name})")


TRIGGER = _trigger()  # where a citation may begin


def read_authority(low: str, pos: int) -> tuple[str, int, str] | None:
    """Authority named at `pos`, where its name ends, and how far to trust the name; None where there is none.

    Beside the canonical names: "CONS XIII B" and "ART XIII B" carry an article, "CCR" is a book without its title,
    "RULE" a rule or title of an unnamed book, "?" a law outside the table. Trust: "sure", "capitals" (an English word
    unless in capitals), "sign" (means the code only before a section sign), "typed" (a public law: in running text it
    is some other law, and only who types it as a citation means one of ours).
    """
    if public := _PUBLIC_LAW.match(low, pos):
        return authority_of_act(public[1]), public.end(), "typed"
    titled = _TITLED.match(low, pos)
    if book := _BOOK.match(low, titled.end() if titled else pos):
        later = None if titled else _LATER_TITLE.match(low, book.end())
        title = (titled[1] or titled[2]) if titled else later[1] if later else ""
        return f"{int(title)} {book.lastgroup}" if title else book.lastgroup or "?", (later or book).end(), "sure"
    if const := _CONST.match(low, pos):
        return f"CONS {_article(const[1], const[2])}".strip(), const.end(), "sure"
    if const := _ARTICLE_FIRST.match(low, pos):
        return f"{'CONS' if const[3] else 'ART'} {_article(const[1], const[2])}", const.end(), "sure"
    if rule := _RULE.match(low, pos):
        return "RULE" if rule[1] in (None, "28") else "?", rule.end(), "sure"
    return _code(low, pos)


def _code(low: str, pos: int) -> tuple[str, int, str] | None:
    words: tuple[str, ...] = ()
    best, at = None, pos
    if state := _STATE.match(low, pos):
        at = state.end()
    while word := _WORD_OF_NAME.match(low, at):
        at = word.end()
        words = (*words, "and" if word[1][0] == "&" else word[1])
        if words not in _STEMS:
            break
        if words in _NAMES:
            key, trust, dotted = _NAMES[words]
            end = at if dotted else word.end(1)
            if trust == "sure" or not low[end : end + 1].isdigit():
                best = key, end, trust
    before = low[max(0, pos - 20) : pos].split()
    if best and before and before[-1] in _ELSEWHERE:
        return "?", best[1], "sure"
    return best


def is_foreign(low: str, pos: int) -> bool:
    """True if the words before a section sign at `pos` name a law or paper outside the table ("ERISA", "ch. 115")."""
    words = low[max(0, pos - 60) : pos].replace(",", " ").split()
    if not words:
        return False
    last = words[-1].strip("()")
    if last in _OTHER_LAW or re.fullmatch(r"(?:[a-z]\.){2,4}", last) or (len(words) > 1 and words[-2] in _NUMBERED):
        return True
    return last in ("law", "laws", "statutes", "regulations") and not _ELSEWHERE.isdisjoint(words[-7:])


def is_authority(name: str) -> bool:
    """True for a canonical authority: a code, the Constitution, a titled book ("28 CCR"), an act of Congress."""
    return name in CODES or name == "CONS" or is_federal(name) or re.fullmatch(r"\d{1,2} CCR", name) is not None


def is_federal(name: str) -> bool:
    """True for an authority of federal law: "45 CFR", "29 USC", "SSA", "Pub. L. 104-4"."""
    return name in ACTS or re.fullmatch(r"\d{1,2} (?:CFR|USC)|Pub\. L\. \d{2,3}-\d{1,4}", name) is not None


def authority_of_act(law: str) -> str:
    """The authority that sections of a public law ("104-4") are cited by: an act's own, or "Pub. L. 104-4"."""
    return next((key for key, act in ACTS.items() if act.law == law), f"Pub. L. {law}")


def _article(number: str | None, letter: str | None) -> str:
    """ "XIII B" from an article's number, Roman or not, and letter; "" from none."""
    if number and number.isdecimal():
        ones = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")
        number = "X" * (int(number) // 10) + ones[int(number) % 10]
    return f"{number or ''} {letter or ''}".upper().strip()


def written(authority: str, section: str, style: Style) -> str:
    """What stands before the section sign: "Cal. Ins. Code", "Cal. Const., art. XIII B,"; "" for a bare citation."""
    title, _, book = authority.partition(" ")
    if title in ACTS or title == "Pub.":
        return ACTS[title].name if title in ACTS else authority
    comma = "," if style == "csm" else ""
    if authority in CODES:
        return CODES[authority].bluebook if style == "bluebook" else CODES[authority].csm + ","
    if authority == "CONS":
        return f"Cal. Const.{comma} art. {section.rpartition(' ')[0]},"
    if book == "CCR":
        return f"Cal. Code Regs.{comma} tit. {title},"
    return f"{title} {'.'.join(book)}." if book else authority
