"""Word files (DOCX) to blocks with python-docx: the words that Word shows, in order; nothing in the file is run."""

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ingest.blocks import Block
from kb.errors import ParseError
from kb.sentences import ROW

_MEMBERS = 5_000
_MEMBER_BYTES = 100_000_000
_TOTAL_BYTES = 300_000_000
_RATIO = 200  # real Word XML packs to a thirtieth
_SMALL = 1_000_000  # bytes: below, the ratio says nothing
_DEPTH = 60  # tables and text boxes within each other

_BULLET = re.compile(r"^[\u2022\u25cf\u25aa\u25e6\u00b7\uf0b7\uf0a7]\s*(?=\S)")
_HEADING = re.compile(r"heading\s*([1-9])", re.I)
_SHOWN = {"tab": " ", "br": " ", "cr": " ", "noBreakHyphen": "\u2011", "ptab": " "}
_HIDDEN = frozenset("del moveFrom instrText delText Fallback rPr pPr sectPr tblPr trPr tcPr sdtPr rt".split())


@dataclass(frozen=True, slots=True)
class _Look:
    """What a paragraph style says with all that it is based on: heading level (0: none), list item, contents line."""

    level: int = 0
    item: bool = False
    contents: bool = False
    title: bool = False


def is_zip(data: bytes) -> bool:
    """Whether the bytes begin like a zip file, which a DOCX is."""
    return data[:4] == b"PK\x03\x04"


def read_docx(data: bytes, name: str) -> list[Block]:
    """Blocks of a Word file. Raises ParseError where it is no Word file, is unsafe to unpack, or is broken."""
    _check_size(data, name)
    from docx.oxml.parser import parse_xml
    from docx.package import Package

    try:
        main = Package.open(io.BytesIO(data)).main_document_part
        parts = {rel.reltype.rpartition("/")[2]: rel.target_part for rel in main.rels.values() if not rel.is_external}
        root = parse_xml(main.blob)
        looks = _looks(parse_xml(parts["styles"].blob)) if "styles" in parts else {}
        notes = _notes([parse_xml(parts[kind].blob) for kind in ("footnotes", "endnotes") if kind in parts])
    except Exception as exc:  # zipfile, lxml and python-docx raise many types on broken files
        raise ParseError(f"{name}: not a readable Word file ({type(exc).__name__}); open and save it again") from exc
    blocks = list(_Reader(looks, notes).blocks(root, 0))
    if any(block.level == -1 for block in blocks):  # the title stands above all headings
        blocks = [replace(b, level=min(b.level + 1, 9) if b.level >= 0 else 1) if b.level else b for b in blocks]
    return blocks


def _check_size(data: bytes, name: str) -> None:
    """Refuse what would fill the memory, before anything is unpacked, and what is no Word file."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            if len(members) > _MEMBERS or sum(m.file_size for m in members) > _TOTAL_BYTES:
                raise ParseError(f"{name}: the file unpacks to far more than a document; save it as PDF and add that")
            for member in members:
                packed = max(member.compress_size, 1)
                large = member.file_size > _SMALL and member.file_size > _RATIO * packed
                if large or member.file_size > _MEMBER_BYTES:
                    raise ParseError(f"{name}: {member.filename!r} in it unpacks to {member.file_size} bytes; refused")
            if not any(member.filename == "word/document.xml" for member in members):
                raise ParseError(f"{name}: a zip or office file that is no Word document; save it as PDF and add that")
            for member in members:
                if member.filename.endswith((".xml", ".rels")):
                    with archive.open(member) as stream:
                        if b"<!DOCTYPE" in stream.read(2048):
                            raise ParseError(f"{name}: {member.filename!r} in it declares entities; refused")
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as exc:
        raise ParseError(f"{name}: not a readable Word file ({exc}); open and save it again") from exc
    except Exception as exc:
        if isinstance(exc, ParseError):
            raise
        raise ParseError(f"{name}: not a readable Word file ({type(exc).__name__}); open and save it again") from exc


def _tag(element: Any) -> str:
    """The element's name without its namespace, of which there are two; "" for comments."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _child(element: Any, *path: str) -> Any:
    """The first descendant along `path`, or None."""
    for step in path:
        element = next((child for child in element if _tag(child) == step), None) if element is not None else None
    return element


def _value(element: Any, name: str = "val") -> str:
    """An attribute by its name without namespace; "" where there is none."""
    if element is None:
        return ""
    return next((str(value) for key, value in element.attrib.items() if key.rpartition("}")[2] == name), "")


def _looks(styles: Any) -> dict[str, _Look]:
    """What each paragraph style means, by its id: through `basedOn`, so that names do not matter."""
    by_id = {_value(style, "styleId"): style for style in styles if _tag(style) == "style"}
    looks = {}
    for style_id, style in by_id.items():
        look, seen = _Look(), set[str]()
        while style is not None and (own := _value(style, "styleId")) not in seen:
            seen.add(own)
            look = _with(look, style)
            style = by_id.get(_value(_child(style, "basedOn")))
        looks[style_id] = look
    return looks


def _with(look: _Look, style: Any) -> _Look:
    """`look` with what `style`, which it is based on, adds."""
    name = _value(_child(style, "name")).lower()
    outline = _value(_child(style, "pPr", "outlineLvl"))
    level = int(outline) + 1 if outline.isdigit() and int(outline) < 9 else 0
    if not level and (match := _HEADING.match(name)):
        level = int(match[1])
    return _Look(
        look.level or level,
        look.item or _is_numbered(_child(style, "pPr", "numPr")),
        look.contents or bool(re.match(r"toc \d|table of (figures|authorities)", name)),
        look.title or name == "title",
    )


def _is_numbered(numbering: Any) -> bool:
    return numbering is not None and _value(_child(numbering, "numId")) not in ("0", "")


def _notes(parts: Sequence[Any]) -> dict[tuple[str, str], Any]:
    """Footnotes and endnotes by (kind, id)."""
    return {(_tag(note), _value(note, "id")): note for part in parts for note in part if _value(note, "type") == ""}


class _Reader:
    """Walks the body in order; what hangs on a paragraph (text boxes, notes) comes as blocks of its own after it."""

    def __init__(self, looks: dict[str, _Look], notes: dict[tuple[str, str], Any]) -> None:
        self._looks = looks
        self._notes = notes
        self._fields: list[bool] = []  # for each open field: whether its result is on

    def blocks(self, root: Any, depth: int) -> Iterator[Block]:
        """Blocks of the paragraphs and tables below `root`."""
        if depth > _DEPTH:
            return
        for element in root:
            tag = _tag(element)
            if tag == "p":
                yield from self._paragraph(element, depth)
            elif tag == "tbl":
                yield from self._table(element, depth)
            elif tag not in _HIDDEN:
                yield from self.blocks(element, depth + 1)

    def _paragraph(self, element: Any, depth: int) -> Iterator[Block]:
        aside: list[Any] = []
        text = _plain("".join(self._words(element, aside)))
        if text:
            yield self._block(element, text)
        for part in aside:
            yield from self.blocks(part, depth + 1)

    def _block(self, element: Any, text: str) -> Block:
        own = _child(element, "pPr")
        look = self._looks.get(_value(_child(element, "pPr", "pStyle")), _Look())
        outline = _value(_child(element, "pPr", "outlineLvl"))
        level = int(outline) + 1 if outline.isdigit() and int(outline) < 9 else look.level
        if look.contents:
            return Block("contents", text)
        if look.title:
            return Block("heading", text, -1)
        if level and any(c.isalnum() for c in text):
            return Block("heading", text, level)
        numbering = _child(own, "numPr") if own is not None else None
        bullet = _BULLET.match(text)
        if bullet or (_is_numbered(numbering) if numbering is not None else look.item):
            return Block("item", text[bullet.end() :] if bullet else text)
        return Block("paragraph", text)

    def _words(self, element: Any, aside: list[Any]) -> Iterator[str]:
        """The shown words below `element`; text boxes and notes go to `aside`."""
        for child in element:
            tag = _tag(child)
            if tag == "fldChar":
                self._turn_field(_value(child, "fldCharType"))
            elif tag == "txbxContent":
                aside.append(child)
            elif tag in ("footnoteReference", "endnoteReference"):
                note = self._notes.get((tag.removesuffix("Reference"), _value(child, "id")))
                if note is not None:
                    aside.append(note)
            elif tag in _HIDDEN or (tag == "r" and _is_vanished(child)):
                continue
            elif tag == "t":
                yield (child.text or "") if all(self._fields) else ""
            elif tag in _SHOWN:
                yield _SHOWN[tag]
            else:
                yield from self._words(child, aside)

    def _turn_field(self, kind: str) -> None:
        """A field has an instruction, then its result: only the result is shown."""
        if kind == "begin":
            self._fields.append(False)
        elif self._fields and kind == "separate":
            self._fields[-1] = True
        elif self._fields and kind == "end":
            self._fields.pop()

    def _table(self, table: Any, depth: int) -> Iterator[Block]:
        rows = list(_inside(table, "tr"))
        cells = [list(_inside(row, "tc")) for row in rows]
        if all(len(row) <= 1 for row in cells):  # a frame around text
            for row in cells:
                for cell in row:
                    yield from self.blocks(cell, depth + 1)
            return
        for number, (row, found) in enumerate(zip(rows, cells, strict=True)):
            texts: list[str] = []
            for cell in found:
                words = (block.text for block in self.blocks(cell, depth + 1))
                span = _value(_child(cell, "tcPr", "gridSpan"))
                texts += [_plain(" ".join(words)), *[""] * (min(int(span), 60) - 1 if span.isdigit() else 0)]
            while texts and not texts[-1]:
                texts.pop()
            header = _child(row, "trPr", "tblHeader") is not None or (number == 0 and len(rows) > 1 and _is_bold(found))
            if texts:
                yield Block("row", ROW.join(texts), header=header)


def _inside(element: Any, wanted: str) -> Iterator[Any]:
    """Rows of a table or cells of a row, also those within content controls and insertions."""
    for child in element:
        if _tag(child) == wanted:
            yield child
        elif _tag(child) in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag"):
            yield from _inside(child, wanted)


def _is_bold(cells: Sequence[Any]) -> bool:
    """Whether every run with words in the cells is bold."""
    runs = [run for cell in cells for run in cell.iter() if _tag(run) == "r" and "".join(run.itertext()).strip()]
    return bool(runs) and all(_is_on(_child(run, "rPr", "b")) for run in runs)


def _is_vanished(run: Any) -> bool:
    return _is_on(_child(run, "rPr", "vanish"))


def _is_on(switch: Any) -> bool:
    return switch is not None and _value(switch) not in ("0", "false", "off")


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
