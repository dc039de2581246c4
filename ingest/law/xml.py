"""XML read piece by piece, so that a title of law of any size fits; nothing outside the file is ever reached.

Entities that a file declares are not expanded, and a file that uses one is refused: it could swell without bound, and
no official format of law has them.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Literal

from kb.errors import ParseError


@dataclass(frozen=True, slots=True)
class Element:
    """An element: the URI of its namespace ("" for none), local name, attributes, and its words and elements in order.

    Comments and processing instructions are left out; the words around them stay.
    """

    space: str
    name: str
    attributes: Mapping[str, str]
    content: tuple["Element | str", ...] = ()

    @property
    def elements(self) -> tuple["Element", ...]:
        """The elements directly inside."""
        return tuple(part for part in self.content if isinstance(part, Element))

    def find(self, name: str) -> "Element | None":
        """The first element of that local name, at any depth."""
        return next((element for element in self.walk() if element.name == name), None)

    def walk(self) -> Iterator["Element"]:
        """All elements inside, in text order."""
        for element in self.elements:
            yield element
            yield from element.walk()

    @property
    def text(self) -> str:
        """All words inside, each run of whitespace one blank."""
        return " ".join("".join(self._words()).split())

    def _words(self) -> Iterator[str]:
        for part in self.content:
            if isinstance(part, str):
                yield part
            else:
                yield from part._words()


Step = Literal["open", "close", "whole"]


def pieces(data: bytes, name: str, whole: Callable[[Element], bool]) -> Iterator[tuple[Step, Element]]:
    """The elements of a file in order: "open" and "close" without content, "whole" with it, where `whole` says so.

    `whole` is asked with an element that has no content yet. Only what is whole is ever held in memory. Raises
    ParseError, which may come after some elements, where the file is no sound XML; `name` is what it calls the file.
    """
    from lxml import etree

    safe = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}
    holding: Any = None
    try:
        for event, found in etree.iterparse(BytesIO(data), events=("start", "end"), **safe):
            if holding is None and event == "start":
                element = _bare(found)
                if whole(element):
                    holding = found
                else:
                    yield "open", element
            elif event == "end" and holding in (None, found):
                yield ("close", _bare(found)) if holding is None else ("whole", _full(found, name))
                holding = None
                _forget(found)
    except (etree.LxmlError, LookupError, ValueError, RecursionError) as exc:
        reason = str(exc).splitlines()[0] if str(exc) else type(exc).__name__
        raise ParseError(
            f"{name}: this XML is damaged ({reason}); fetch the file again from its official address"
        ) from exc


def root_of(data: bytes) -> Element | None:
    """The root element without its content, told from the first bytes; None if they begin no XML."""
    if not data[:64].lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0").startswith(b"<"):
        return None
    from lxml import etree

    parser = etree.XMLPullParser(events=("start",), resolve_entities=False, no_network=True, load_dtd=False)
    try:
        parser.feed(data[:65536])
        return next((_bare(found) for _, found in parser.read_events()), None)
    except (etree.LxmlError, LookupError, ValueError):
        return None


def _bare(found: Any) -> Element:
    from lxml import etree

    tag = etree.QName(found)
    attributes = {etree.QName(key).localname: value for key, value in found.attrib.items()}
    return Element(tag.namespace or "", tag.localname, attributes)


def _full(found: Any, name: str) -> Element:
    from lxml import etree

    bare = _bare(found)
    content: list[Element | str] = [found.text] if found.text else []
    for child in found:
        if child.tag is etree.Entity:
            raise ParseError(
                f"{name}: the file uses the entity {child.text}, which it declares itself; official files of law do "
                "not, so fetch it again from its official address"
            )
        if isinstance(child.tag, str):
            content.append(_full(child, name))
        if child.tail:
            content.append(child.tail)
    return Element(bare.space, bare.name, bare.attributes, tuple(content))


def _forget(found: Any) -> None:
    """Free an element that has been read, and those before it beside it."""
    parent = found.getparent()
    found.clear()
    if parent is not None:
        while parent[0] is not found:
            del parent[0]


_RAISED = str.maketrans(
    "0123456789+-()n", "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079\u207a\u207b\u207d\u207e\u207f"
)


def raised(words: str) -> str:
    """Words set above the line, so that "10" with a raised "2" is not read as 102: raised characters, or "^(words)"."""
    plain = words.strip()
    if not plain or all(char in "0123456789+-()n" for char in plain):
        return plain.translate(_RAISED)
    return f"^({plain})"
