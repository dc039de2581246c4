"""Plain text to blocks: paragraphs at blank lines, list items at bullets; and bytes to text."""

import re

from ingest.blocks import Block
from kb.errors import ParseError

_BULLET = re.compile(r"^[-*\u2022]\s+")
_SOFT_END = re.compile("^\u0161(?=[ \t])", re.M)  # byte 9A: where a word processor of 1993 broke a line itself
_NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def decode(data: bytes, name: str) -> str:
    """`data` as text: UTF-8 or UTF-16 by mark or by its zero bytes, else Windows-1252; line ends become LF.

    Raises ParseError where the bytes are no text (NUL bytes, many control characters).
    """
    wide = utf16_of(data)
    if wide:
        text = data.decode(wide, "replace")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = _SOFT_END.sub("", data.decode("cp1252", "replace"))
    if len(_NOT_TEXT.findall(text[:20000])) > 0.01 * min(len(text), 20000):
        raise ParseError(f"{name}: this is not a text file; give a PDF, DOCX, HTML, Markdown or text file")
    return _NOT_TEXT.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0c", "\n"))


def utf16_of(data: bytes) -> str:
    """The name of the UTF-16 encoding that the bytes are in, by mark or because every other byte is zero; or ""."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    head = data[:2000]
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if len(head) >= 20 and max(even, odd) > 0.35 * len(head) and min(even, odd) <= 0.01 * len(head):
        return "utf-16-le" if odd > even else "utf-16-be"
    return ""


def read_plain(text: str) -> list[Block]:
    """Blocks of plain text; lines of one paragraph are joined."""
    blocks: list[Block] = []
    for paragraph in re.split(r"\n\s*\n", text):
        pending: list[str] = []
        item = False
        for line in (raw.strip() for raw in paragraph.split("\n")):
            if bullet := _BULLET.match(line):
                _flush(blocks, pending, item)
                item, line = True, line[bullet.end() :]
            if line:
                pending.append(re.sub(r"[ \t\xa0]+", " ", line))
        _flush(blocks, pending, item)
    return blocks


def _flush(blocks: list[Block], pending: list[str], item: bool) -> None:
    if pending:
        blocks.append(Block("item" if item else "paragraph", " ".join(pending)))
        pending.clear()
