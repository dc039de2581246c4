"""HTML to blocks with BeautifulSoup: headings, paragraphs, list items, table rows; scripts and styles are dropped."""

import re

from bs4 import BeautifulSoup, Tag
from bs4.element import CData, Comment, Declaration, Doctype, NavigableString, ProcessingInstruction

from ingest.blocks import Block
from kb.sentences import ROW

_DROPPED = ("script", "style", "template", "noscript", "head", "nav", "iframe", "object", "svg", "form")
_INLINE = frozenset(
    "a abbr acronym b bdi bdo big br cite code data dfn em font i img kbd mark q s samp small span strike strong sub "
    "sup time tt u var wbr".split()
)


def read_html(data: bytes) -> list[Block]:
    """Blocks of an HTML page, in reading order; the encoding is found as browsers do."""
    soup = BeautifulSoup(data, "lxml")
    for tag in soup(_DROPPED):
        tag.decompose()
    for line_break in soup("br"):
        line_break.replace_with("\n")
    blocks: list[Block] = []
    _walk(soup.body or soup, blocks)
    return blocks


def _walk(root: Tag, blocks: list[Block]) -> None:
    """Append the blocks below `root`; loose text between blocks becomes paragraphs. No recursion: depth is hostile."""
    loose: list[str] = []

    def flush() -> None:
        words = _collapse("".join(loose))
        loose.clear()
        if words:
            blocks.append(Block("paragraph", words))

    stack: list[Tag | NavigableString | None] = [root]
    while stack:
        element = stack.pop()
        if element is None:
            flush()
        elif isinstance(element, NavigableString):
            if not isinstance(element, (Comment, Doctype, CData, Declaration, ProcessingInstruction)):
                loose.append(str(element))
        elif element.name in _INLINE and element.find(_is_block) is None:
            loose.append("\n" if element.name == "br" else element.get_text())
        else:
            flush()
            block = _block(element)
            if block is not None:
                blocks.append(block)
            else:
                stack.append(None)
                stack.extend(child for child in reversed(element.contents) if isinstance(child, (Tag, NavigableString)))
    flush()


def _is_block(tag: Tag) -> bool:
    return tag.name not in _INLINE


def _block(element: Tag) -> Block | None:
    """The block that `element` is as a whole; None when its children have to be walked."""
    name = element.name
    if re.fullmatch(r"h[1-6]", name):
        return Block("heading", _collapse(element.get_text()), int(name[1]))
    if name == "tr" and element.find("table") is None:
        cells = [_collapse(cell.get_text(" ")) for cell in element.find_all(["td", "th"])]
        header = bool(element.find("th")) and not element.find("td")
        return Block("row", ROW.join(cells), header=header)
    if name in ("p", "li", "dt", "dd", "pre") and element.find(_is_block) is None:
        return Block("item" if name == "li" else "paragraph", _collapse(element.get_text()))
    return None


def _collapse(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
