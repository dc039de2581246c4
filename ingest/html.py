"""HTML to blocks with BeautifulSoup: headings, paragraphs, list items, table rows; scripts and styles are dropped."""

import re

from bs4 import BeautifulSoup, Tag
from bs4.element import CData, Comment, Declaration, Doctype, NavigableString, ProcessingInstruction

from ingest.blocks import Block
from ingest.plain import read_plain, utf16_of
from kb.sentences import ROW

_DROPPED = "script style template noscript head nav iframe object svg select button textarea".split()
_AFTER_END = re.compile(rb"</\s*(?:body|html)\s*>", re.I)
_XML = re.compile(rb"\s*(?:\xef\xbb\xbf)?<\?xml(?:[^>]*?encoding=[\"']([\w.-]+)[\"'])?[^>]*\?>", re.I)
_CONTENT = ("h1", "h2", "h3", "h4", "h5", "h6", "p", "li", "tr", "pre")
_INLINE = frozenset(
    "a abbr acronym b bdi bdo big br cite code data dfn em font i img kbd mark q s samp small span strike strong sub "
    "sup time tt u var wbr".split()
)


def read_html(data: bytes) -> list[Block]:
    """Blocks of an HTML page, in reading order; the encoding is found as browsers do.

    A form is read where it holds text like a page's, since some sites wrap every page in one.
    """
    wide = utf16_of(data)
    plain = data.decode(wide, "replace").encode("utf-8", "replace") if wide else data
    encoding = "utf-8" if wide else None
    if declaration := _XML.match(plain):
        plain = plain[declaration.end() :]
        encoding = encoding or (declaration[1] or b"utf-8").decode("ascii", "replace")
    # Words after the end of the body are shown by browsers, and dropped by parsers.
    soup = BeautifulSoup(_AFTER_END.sub(b"", plain), "lxml", from_encoding=encoding)
    for tag in soup(_DROPPED):
        tag.decompose()
    for form in soup("form"):
        if not form.decomposed and form.find(_CONTENT) is None:
            form.decompose()
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
            if element.name == "pre" and element.find(_is_block) is None:
                blocks.extend(read_plain(element.get_text()))
            elif block is not None:
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
        found = element.find_all(["td", "th"])
        if len(found) == 1 and found[0].find(_is_block) is not None:
            return None  # a frame around text
        cells = [_collapse(cell.get_text(" ")) for cell in found]
        header = bool(element.find("th")) and not element.find("td")
        return Block("row", ROW.join(cells), header=header)
    if name in ("p", "li", "dt", "dd") and element.find(_is_block) is None:
        return Block("item" if name == "li" else "paragraph", _collapse(element.get_text()))
    return None


def _collapse(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
