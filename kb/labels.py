"""Legal citations read from text, written in three styles, and resolved against the labels a knowledge base holds.

Reading scans with small bounded patterns over a copy of the text of equal length (lower case, plain blanks and
hyphens), so spans hold in the original and no input makes it backtrack. What counts as a citation:

- A number is law where an authority, "§", "section" or "subdivision" stands beside it, or a subdivision in
  parentheses follows a dotted number at once. In running text a citation without an authority needs a section number
  of three digits or more: "Section 4" and "Section 5.2(a)" belong to the booklet they stand in. parse_citation lifts
  both conditions and reads labels without parentheses too ("1383.15 c").
- A section "of the Affordable Care Act", "of this booklet", "of the Act", of a Texas code is not ours and is dropped.
  "of this chapter" leaves a bare citation; "of that code" means the code named before.
- "Rule", "regulation", "title 28, section" or "CCR" before a number that begins with 1300. mean 28 CCR; before
  another, nothing.
- A hyphen joins a range where the second number may follow the first ("1368-1368.03"), else it is part of the number
  ("2560.503-1").
- A label on a new line begins a paragraph and belongs to no citation. "et seq." and a trailing year are read over.
  "subdivision (c) of this section" is no citation.
"""

import re
from dataclasses import dataclass, field

from kb import authorities as law
from kb.authorities import Style, is_authority, is_federal, is_foreign, read_authority, written
from kb.codes import CODES

Path = tuple[str, ...]
Pin = tuple[Path, Path]  # a path, and where a range that begins there runs to

_PLAIN: dict[int, str] = dict.fromkeys(
    map(ord, "\t\r\f\v\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000\u200b\u2060\ufeff"), " "
)
_PLAIN |= (
    dict.fromkeys(range(0x2000, 0x200B), " ") | dict.fromkeys([*range(0x2010, 0x2016), 0x2212], "-") | {0x2019: "'"}
)
_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}  # str.lower would move offsets ("İ")
_CAPITALS = re.compile(r"[A-Z]{2,}\.? ?$")
_PAPER = re.compile(r"(?:this|that|your|our|my|an?|its|their)\b|[A-Z]")  # what "section 4 of" goes on with
_LAW_AFTER = re.compile(r"(?:[A-Z][\w.&'-]{1,20} (?:and |of |& )?){1,6}(?:Code|Act)\b")
_BELOW = {
    "a": {"1"},
    "1": {"A", "I", "a", "i"},
    "A": {"1", "i"},
    "i": {"A", "I"},
    "I": {"a"},
}  # levels in either order of law
_DEPTH = 10  # labels in a path; law goes to eight


@dataclass(frozen=True, slots=True)
class Citation:
    """A pointer into law: authority, section, subdivision path, and where it stands in the text it was read from.

    authority: "HSC", "CONS", "28 CCR", "45 CFR", "29 USC", "SSA"; "" where the text names none. section: "1383.15",
    "2560.503-1"; in the Constitution article and section, "XIII B 1". path: labels without parentheses, outermost
    first, case kept. span: half-open range of characters; the citations that a list of subdivisions expands to share
    one. through: last section of a range of sections, or "". path_through: path in `through`, or the last of a range
    of subdivisions of the one section, or ().
    """

    authority: str
    section: str
    path: Path
    span: tuple[int, int]
    through: str = ""
    path_through: Path = ()


@dataclass(slots=True)
class _Item:
    """One section of a list while it is read. named: by its own words; signed: no mere number; sign: "§", "s", ""."""

    authority: str
    named: bool
    signed: bool
    sign: str
    plural: bool
    section: str
    start: int
    end: int
    through: str = ""
    pins: list[Pin] = field(default_factory=list)


def _known(authority: str) -> bool:
    """True for an authority of the table, with its article while it is read ("CONS XIII B")."""
    return is_authority(authority) or authority.startswith("CONS ")


def _end(pattern: re.Pattern[str], low: str, pos: int) -> int:
    match = pattern.match(low, pos)
    return match.end() if match else pos


def _kinds(path: Path, depth: int) -> set[str]:
    """Alphabets a label can be of: "1", "a", "A", roman "i", "I"; below a plain letter of its case only roman."""
    label = path[depth]
    if label[0].isdigit():
        return {"1"}
    letter, roman = ("a", "i") if label[0].islower() else ("A", "I")
    if not _romanish(label):
        return {letter}
    above = any(p[0].isalpha() and p[0].islower() == label[0].islower() and not _romanish(p) for p in path[:depth])
    return {roman} if above or len(set(label)) > 1 else {letter, roman}


def _romanish(label: str) -> bool:
    return set(label.lower()) <= set("ivx")


def _sibling(path: Path, labels: Path) -> Path | None:
    """The path a list goes on to: labels replace the deepest level of their alphabet; None if there is none."""
    for depth in reversed(range(len(path))):
        if _kinds(path, depth) & _kinds(labels, 0):
            return path[:depth] + labels
    return None


def _follows(first: str, last: str, authority: str, loose: bool) -> bool:
    """True if a range can run from `first` to `last`; loose: a plural or the word "to" says that it is one."""
    heads = re.match(r"\d+", first), re.match(r"\d+", last)
    if not heads[0] or not heads[1] or first == last or int(heads[1][0]) < int(heads[0][0]):
        return False
    if "." in first and "." not in last and (authority.endswith("CFR") or not (authority or loose)):
        return False  # 29 CFR 2590.715-2719 is one number
    return loose or (len(heads[0][0]) == len(heads[1][0]) and not (first[-1].isalpha() and last.isdecimal()))


def _split(number: str, authority: str, plural: bool) -> tuple[str, str]:
    """A number as section and last section of a range, "" if it is one section."""
    pieces = number.split("-")
    for cut in range(1, len(pieces)):
        first, last = "-".join(pieces[:cut]), "-".join(pieces[cut:])
        if _follows(first, last, authority, plural):
            return first, last
    return number, ""


def _nest(outer: list[Pin], inner: list[Pin]) -> list[Pin]:
    """Every inner pin below every outer one; either list may be empty."""
    if not outer or not inner:
        return outer or inner
    return [(out + path, out + to if to else ()) for out, _ in outer for path, to in inner]


class _Reader:
    """One pass over one text; `found` grows in order. whole: the text is to be a citation and nothing else."""

    def __init__(self, text: str, whole: bool = False) -> None:
        self.plain = text.translate(_PLAIN).replace("\n", " " if whole else "\n")
        self.low = self.plain.translate(_LOWER)
        self.whole = whole
        self.found: list[Citation] = []
        self._stuck = 0  # no citation begins before this offset
        self._code = ""  # what "that code" means

    def read(self, pos: int) -> int:
        """Offset after the citations that begin at `pos`, which join `found`; where none do, after what begins none."""
        items: list[_Item] = []
        item = self._item(pos, None)
        while item:
            items.append(item)
            join = law.JOIN.match(self.low, item.end)
            item = self._item(join.end(), item) if join else None
        if not items:
            return max(self._stuck, pos + 1)
        self._name(items)
        for item in items:
            self._keep(item)
        return items[-1].end

    def _item(self, pos: int, before: _Item | None) -> _Item | None:
        """[subdivisions of] [authority] [section sign] number [subdivisions]; None if that is not what stands here."""
        chain, at = self._chain(pos)
        named = None if chain is None else self._named(at)
        if named:
            at = named[2]
            if not chain:
                chain, at = self._chain(at)
        self._stuck = at
        sign = law.SIGN.match(self.low, at)
        number = law.NUMBER.match(self.low, sign.end() if sign else at)
        if chain is None or number is None:
            return None
        kind = sign[0][0] if sign else ""
        authority = named[0] if named else ""
        if not named and before:  # "44 U.S.C. 1506, sec. 6, E.O. 10530": another sign, another law
            authority = before.authority if kind in ("", before.sign) else ""
            kind = kind or before.sign
        elif not named and is_foreign(self.low, pos):
            authority = "?"
        plural = bool(sign and (sign[0].count("§") > 1 or sign[0].rstrip(".").endswith("s")))
        plural = plural or bool(before and before.plural and not sign and not named)
        pins, end = self._pins(number.end(), after_number=True)
        section, through = self.plain[slice(*number.span(1))], ""
        if not self._next_number(end):
            section, through = _split(section, authority, plural)
        item = _Item(authority, bool(named), bool(named or sign or chain), kind, plural, section, pos, end, through)
        if before and not (item.signed or pins or plural or self._like(before, item)):
            return None
        item.pins = [((), pins[0][0])] if through and pins else _nest(pins, chain)
        if not through:
            self._range(item)
        item.end = _end(law.ET_SEQ, self.low, item.end)
        return item

    def _like(self, before: _Item, item: _Item) -> bool:
        """True if a mere number after "and" goes on a list of sections: of the same size, no year, no noun after it."""
        size, before_size = (len(s.section.partition(".")[0]) for s in (item, before))
        year = re.fullmatch(r"(?:19|20)\d\d", item.section)
        return self.whole or (size == before_size and not year and law.ENDS.match(self.low, item.end) is not None)

    def _next_number(self, pos: int) -> re.Match[str] | None:
        """The number after "to" or a hyphen at `pos`."""
        to = law.TO.match(self.low, pos)
        return law.NUMBER.match(self.low, _end(law.SIGN, self.low, to.end())) if to else None

    def _range(self, item: _Item) -> None:
        """Give the item the section its range runs to, if one follows."""
        number = self._next_number(item.end)
        if not number or len(item.pins) > 1 or any(end for _, end in item.pins):
            return
        last = self.plain[slice(*number.span(1))]
        if _follows(item.section, last, item.authority, item.plural or self.whole):
            pins, item.end = self._pins(number.end(), after_number=True)
            item.through = last
            item.pins = [(item.pins[0][0] if item.pins else (), pins[0][0] if pins else ())]

    def _chain(self, pos: int) -> tuple[list[Pin] | None, int]:
        """Pins named before a section ("paragraph (2) of subdivision (a) of") and where it begins; None if none."""
        chain: list[Pin] = []
        for _ in range(_DEPTH):
            if not law.SUB.match(self.low, pos):
                break
            pins, after = self._pins(pos)
            of = law.OF.match(self.low, after) if pins else None
            if of is None:
                return None, max(after, pos + 1)
            chain, pos = _nest(pins, chain), of.end()
        return chain, pos

    def _pins(self, pos: int, after_number: bool = False) -> tuple[list[Pin], int]:
        """Subdivisions written at `pos`, lists and ranges taken apart, and where they end."""
        labels, end, _ = self._labels(pos)
        pins: list[Pin] = [(labels, ())] if labels else []
        while pins:
            link = law.TO.match(self.low, end) or law.JOIN.match(self.low, end)
            if not link and not (after_number and law.SUB_WORD.match(self.low, end)):
                break
            labels, at, word = self._labels(link.end() if link else end)
            if not labels or (after_number and law.SECTION_NEXT.match(self.low, at)):
                break  # "(b) of Section 1370" opens the next citation
            first, last = pins[-1]
            beside = _sibling(last or first, labels)
            if link and link.re is law.TO:
                if beside is None or last:
                    break
                pins[-1], at = (first, beside), _end(law.INCLUSIVE, self.low, at)
            elif beside:
                pins.append((beside, ()))
            elif word and not last:  # "subd. (a), par. (2)"
                pins[-1] = (first + labels, ())
            else:
                break
            end = at
        return pins, end

    def _labels(self, pos: int) -> tuple[Path, int, bool]:
        """Labels in a row, where they end, and if a word like "subd." opens them; without parentheses only if safe."""
        word = law.SUB_WORD.match(self.low, pos)
        at = word.end() if word else pos
        labels: Path = ()
        while len(labels) < _DEPTH and (match := law.LABEL.match(self.low, at)):
            label = self.plain[slice(*match.span(1))]
            word_like = len(label) == 2 and label.isupper() and label[0] != label[1] and not _romanish(label)
            below = set().union(*(_BELOW[kind] for kind in _kinds(labels[-1:], 0))) if labels else set()
            if word_like or (match[0][0] == " " and labels and not below & _kinds((label,), 0)):
                break  # "(AB)" is a bill; "(a) (b)" a list without its comma
            labels, at = (*labels, label), match.end()
        while not labels or (self.whole and len(labels) < _DEPTH):
            naked = law.NAKED.match(self.low, at)
            if not naked or not (word or (self.whole and (labels or naked[1].isalpha()))):
                break
            if not self.whole and naked[1] in ("a", "i") and not law.ENDS.match(self.low, naked.end()):
                break  # "subdivision c says" is one, "subdivision a plan" is none
            labels, at = (*labels, self.plain[slice(*naked.span(1))]), naked.end()
        return labels, at if labels else pos, word is not None

    def _named(self, pos: int) -> tuple[str, int, int] | None:
        """Authority named at `pos`, the end of its name, and where a section may follow; None if it may be a word."""
        named = read_authority(self.low, pos)
        if named is None:
            return None
        authority, end, trust = named
        after = _end(law.AFTER_NAME, self.low, end)
        if trust == "typed" and not self.whole:
            return None
        sure = trust == "sure" or self.whole or (trust == "capitals" and self.plain[pos:end].isupper())
        return (authority, end, after) if sure or law.SIGN.match(self.low, after) else None

    def _name(self, items: list[_Item]) -> None:
        """Give the authority named after a list to the sections without one, or to the last of a list that has one."""
        if items[-1].named and _known(items[-1].authority):
            return
        authority, items[-1].end = self._tail(items[-1].end)
        for item in reversed(items if authority else []):
            if item.named and _known(item.authority):
                break
            inherited = _known(item.authority)
            article = item.authority.partition("ART ")[2] if authority == "CONS" else ""
            item.authority = f"{authority} {article}".strip()
            if inherited and item.signed:
                break

    def _tail(self, pos: int) -> tuple[str, int]:
        """Authority named after sections, and where it ends: "" for none, "?" for a law or paper outside the table."""
        at = _end(law.CLOSE, self.low, pos)
        container = ""
        for _ in range(_DEPTH):
            of = law.OF.match(self.low, at)
            if of is None:
                break
            if named := self._named(of.end()):
                return named[0], named[1]
            if relative := law.RELATIVE.match(self.low, of.end()):
                return (self._code if relative[2] == "code" and relative[1] != "this" else ""), relative.end()
            part = law.PART.match(self.low, of.end())
            if part is None:
                other = of[0].rstrip().endswith("the") or _PAPER.match(self.plain, of.end())
                return ("?", pos) if other and not container else ("", pos)
            container, at = part[0], part.end()
        if container.startswith("title"):  # of a book left unnamed
            return ("RULE" if container.endswith("28") else "?"), at
        at = _end(law.COMMA, self.low, pos)
        if named := self._named(at):
            another = law.NUMBER.match(self.low, _end(law.SIGN, self.low, named[2]))
            return ("", pos) if another else (named[0], named[1])
        return ("?" if _LAW_AFTER.match(self.plain, at) else ""), pos

    def _keep(self, item: _Item) -> None:
        """Put an item's citations into `found`, unless they point into a law that is not ours or are no law at all."""
        authority, section = item.authority, item.section
        if authority in ("RULE", "CCR") and section.startswith("1300."):
            authority = "28 CCR"
        if authority.startswith("CONS "):
            authority, section = "CONS", f"{authority[5:]} {section}"
        elif authority == "":
            head = re.match(r"\d+", section)
            small = not self.whole and head is not None and len(head[0]) < 3
            if small or ("-" in section and section.partition("-")[0].isdecimal()):  # 38-205, telephone numbers
                return
        elif authority == "CONS" or not is_authority(authority):
            return
        self._code = authority if authority in CODES else self._code
        for path, path_through in item.pins or [((), ())]:
            self.found.append(Citation(authority, section, path, (item.start, item.end), item.through, path_through))


def find_citations(text: str) -> tuple[Citation, ...]:
    """Every citation in running text, in order; a list of sections or subdivisions becomes several, a range is one."""
    reader, pos = _Reader(text), 0
    while match := law.TRIGGER.search(reader.low, pos):
        # "NRS 695.200(1)": capitals before a bare number name some other law.
        foreign = match["BARE"] and _CAPITALS.search(reader.plain, max(0, match.start() - 8), match.start())
        pos = match.end() if foreign else max(match.end(), reader.read(match.start()))
    return tuple(reader.found)


def parse_citation(text: str) -> Citation | None:
    """The citation that the whole text is, as a user types it; blanks, a final period, a year in parentheses allowed.

    None for anything else, a list of several citations too. A mere number ("1383.15") is one without an authority.
    """
    reader = _Reader(text, whole=True)
    start = len(reader.low) - len(reader.low.lstrip(" "))
    end = reader.read(start)
    if len(reader.found) != 1 or reader.found[0].span != (start, end) or not law.YEAR.fullmatch(reader.low, end):
        return None
    return reader.found[0]


def _subdivisions(path: Path, through: Path, csm: bool) -> str:
    same = next((i for i, (a, b) in enumerate(zip(path, through, strict=False)) if a != b), 0)
    text = "".join(f"({label})" for label in path)
    text += "-" + "".join(f"({label})" for label in through[same:]) if through else ""
    return f", subd{'s' if through else ''}. {text}" if csm and text else text


def format_citation(citation: Citation, style: Style = "short") -> str:
    """The citation in a style: short "HSC 1383.15(c)", bluebook "Cal. Health & Safety Code § 1383.15(c)", or csm, the
    California Style Manual's "Health & Saf. Code, § 1383.15, subd. (c)" (federal law has no "subd." there).
    """
    c = citation
    csm = style == "csm" and not is_federal(c.authority)
    if c.through:
        left, right = c.section + _subdivisions(c.path, (), csm), c.through + _subdivisions(c.path_through, (), csm)
        plain = not c.path and "-" not in c.section + c.through
        plain = plain and _split(f"{c.section}-{c.through}", c.authority, False) == (c.section, c.through)
        number = f"{left}-{right}" if plain else f"{left} to {right}"
    else:
        number = c.section + _subdivisions(c.path, c.path_through, csm)
    if style == "short":
        return f"{c.authority} {number}".strip()
    if c.authority == "CONS":
        number = number.removeprefix(c.section.rpartition(" ")[0] + " ")
    return f"{written(c.authority, c.section, style)} {'§§' if c.through else '§'} {number}".strip()


def canonical_label(citation: Citation) -> str:
    """The citation in short form, the form of a knowledge base's labels; parsing it gives the citation back."""
    return format_citation(citation)
