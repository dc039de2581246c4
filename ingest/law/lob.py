"""The text of a section in the Legislature's bulk archive (CAML, an XML of its own) as lines, one a paragraph."""

from typing import TYPE_CHECKING

from kb.errors import ParseError
from kb.sentences import ROW

if TYPE_CHECKING:
    from lxml.etree import _Element

_BLOCKS = frozenset("p h1 h2 h3 h4 h5 h6 div table thead tbody tfoot tr li ul ol Content".split())
_NO_GLYPH = ("SmallCaps", "SpecialFormatting")  # empty spans of other classes are blanks or leaders


def read_lob(data: bytes, name: str) -> str:
    """The words of a lob, a paragraph or a table row a line, blanks collapsed; "" where it has none.

    Raises ParseError for what is no CAML content: broken XML, a bill, a file that declares entities.
    """
    root = _root(data, name)
    if _tag(root) != "Content":
        raise ParseError(
            f"{name}: its root is <{_tag(root)}>, not the <caml:Content> of a section of law; it is left out"
        )
    out: list[str] = []
    _write(root, out)
    lines = (" ".join(line.split()) for line in "".join(out).split("\n"))
    return "\n".join(line for line in lines if line)


def _root(data: bytes, name: str) -> "_Element":
    from lxml import etree

    # No lob has a document type; without one there are no entities, so none can expand or reach for other files.
    if b"<!DOCTYPE" in data.replace(b"\0", b""):
        raise ParseError(f"{name}: declares a document type, which no section of law has; it is left out")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
    try:
        return etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as exc:
        raise ParseError(f"{name}: this is not well-formed XML ({exc}); fetch the archive again") from exc


def _tag(element: "_Element") -> str:
    """The element's name without namespace; "" for comments, instructions and entities."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _write(element: "_Element", out: list[str]) -> None:
    """Append the words of `element`, a line end around each block. The parser allows no depth that could hurt here."""
    name = _tag(element)
    if name == "tr":
        cells = [_cell(cell) for cell in element if _tag(cell) in ("td", "th")]
        out.append(f"\n{ROW.join(cells)}\n" if any(cells) else "\n")
    elif name == "br":
        out.append("\n")
    elif name == "Fraction":
        out.append(_fraction(element, out))
    elif name == "span" and not len(element) and not (element.text or "").strip():
        out.append("" if element.get("class", "").endswith(_NO_GLYPH) else " ")
    elif name:
        edge = "\n" if name in _BLOCKS else ""
        out.append(edge + _words(element.text))
        for child in element:
            _write(child, out)
            out.append(_words(child.tail))
        out.append(edge)


def _words(text: str | None) -> str:
    """A text node: the line ends in it are blanks."""
    return text.replace("\n", " ") if text else ""


def _cell(element: "_Element") -> str:
    out = [_words(element.text)]
    for child in element:
        _write(child, out)
        out.append(_words(child.tail))
    return " ".join("".join(out).split())


def _fraction(element: "_Element", out: list[str]) -> str:
    """ "1/3", with a blank before it after a whole number: 33 1/3."""
    sides = {_tag(side): "".join(side.itertext()).strip() for side in element}
    words = "/".join(sides[side] for side in ("Numerator", "Denominator") if side in sides)
    words = words or "".join(element.itertext()).strip()
    before = next((piece for piece in reversed(out) if piece), "")
    return f" {words}" if before[-1:].isdigit() else words
